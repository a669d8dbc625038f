"""The greatest and the least revision between two words, in C, Rust and Python: every mask of zeros over five bits."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from checkers import needs_esbmc, run_esbmc
from parley.vectors.export import EXPORTERS, NotExportable
from parley.vectors.export.c_language import C
from parley.vectors.export.python_module import HELPERS
from parley.vectors.export.rust_language import Rust
from suites import policy_in, suite_of
from tricky import EXTREMA

GCC = shutil.which("gcc")
RUSTC = shutil.which("rustc")

BITS = 5
WORDS = range(1 << BITS)
LARGEST = (1 << 64) - 1
SHIFTS = (0, 64 - BITS)
"""The five bits are the lowest of a register, or the highest, where one more is too many."""

CALLED = ("before", "after", "smaller", "larger", "greatest", "least")


def rows() -> Iterator[str]:
    """What is right of each mask and each pair of words; a word that there is not is `-`."""
    for shift, mask in itertools.product(SHIFTS, WORDS):
        formed = [word for word in WORDS if not word & mask]
        for low, high in itertools.product(WORDS, WORDS):
            between = [word << shift for word in formed if low <= word <= high]
            yield f"{max(between)} {min(between)}" if between else "- -"


def zeros(shift: int, mask: int) -> int:
    """The bits of a register that are zero."""
    return LARGEST - ((WORDS[-1] - mask) << shift)


def test_python() -> None:
    names: dict[str, Any] = {}
    exec("\n".join(HELPERS.values()), names)
    said = ("-" if word is None else word for word in _python(names["greatest"], names["least"]))
    assert [f"{greatest} {least}" for greatest, least in zip(said, said, strict=True)] == list(rows())
    before, after, smaller, larger = (names[name] for name in CALLED[:4])
    assert [before(None), before(0), before(7), after(None), after(7)] == [None, None, 6, None, 8]
    assert [smaller(2, 3), smaller(None, 3), smaller(0, None)] == [2, None, None]
    assert [larger(2, 3), larger(None, 3), larger(0, None)] == [3, None, None]
    # A number has no last bit here: what is after the last word is above all words.
    assert names["least"](after(LARGEST), LARGEST, 0) is None
    assert names["greatest"](after(LARGEST), LARGEST, 0) is None


def _python(greatest: Any, least: Any) -> Iterator[int | None]:
    for shift, mask in itertools.product(SHIFTS, WORDS):
        for low, high in itertools.product(WORDS, WORDS):
            asked = (low << shift, high << shift, zeros(shift, mask))
            yield greatest(*asked)
            yield least(*asked)


C_MAIN = """
#include <stdint.h>
#include <stdio.h>

@HELPERS@

static void say(struct term it, char end)
{
	if (it.known)
		printf("%llu%c", (unsigned long long)it.word, end);
	else
		printf("-%c", end);
}

int main(void)
{
	static const unsigned int shifts[] = { 0, 59 };
	const uint64_t last = UINT64_MAX;
	int i;

	for (i = 0; i < 2; i++)
		for (uint64_t at = 0; at < 32 * 32 * 32; at++) {
			uint64_t zeros = last - ((31 - (at >> 10)) << shifts[i]);
			struct term low = known((at >> 5 & 31) << shifts[i]);
			struct term high = known((at & 31) << shifts[i]);

			say(greatest(low, high, zeros), ' ');
			say(least(low, high, zeros), '\\n');
		}
	say(before(nothing()), ' ');
	say(before(known(0)), ' ');
	say(before(known(7)), ' ');
	say(after(nothing()), ' ');
	say(after(known(last)), ' ');
	say(after(known(7)), '\\n');
	say(smaller(known(2), known(3)), ' ');
	say(smaller(nothing(), known(3)), ' ');
	say(smaller(known(0), nothing()), ' ');
	say(larger(known(2), known(3)), ' ');
	say(larger(nothing(), known(3)), ' ');
	say(larger(known(0), nothing()), '\\n');
	say(greatest(nothing(), known(3), 0), ' ');
	say(greatest(known(0), nothing(), 0), ' ');
	say(least(nothing(), known(3), 0), ' ');
	say(least(known(0), nothing(), 0), '\\n');
	return 0;
}
"""

OTHERS = ["- - 6 - - 8", "2 - - 3 - -", "- - - -"]


@pytest.mark.slow
@pytest.mark.skipif(GCC is None, reason="there is no gcc")
def test_c(tmp_path: Path) -> None:
    c = C(policy_in(EXTREMA["no zeros"]), prefix="")
    c.used |= {*CALLED, "known", "nothing"}
    (tmp_path / "main.c").write_text(C_MAIN.replace("@HELPERS@", c.prelude()))
    command = [GCC or "gcc", "-std=c99", "-O1", "-Wall", "-Wextra", "-Werror", "-pedantic", "main.c", "-o", "main"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    done = subprocess.run([tmp_path / "main"], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines() == [*rows(), *OTHERS]


RUST_MAIN = """
fn say(word: Option<u64>) -> String {
    word.map_or("-".into(), |word| word.to_string())
}

fn main() {
    for shift in [0, 59] {
        for at in 0..32u64 * 32 * 32 {
            let zeros = u64::MAX - ((31 - (at >> 10)) << shift);
            let (low, high) = (Some((at >> 5 & 31) << shift), Some((at & 31) << shift));
            println!("{} {}", say(greatest(low, high, zeros)), say(least(low, high, zeros)));
        }
    }
    let told = |words: &[Option<u64>]| {
        println!("{}", words.iter().map(|&word| say(word)).collect::<Vec<_>>().join(" "));
    };
    told(&[before(None), before(Some(0)), before(Some(7)), after(None), after(Some(u64::MAX)), after(Some(7))]);
    told(&[
        smaller(Some(2), Some(3)), smaller(None, Some(3)), smaller(Some(0), None),
        larger(Some(2), Some(3)), larger(None, Some(3)), larger(Some(0), None),
    ]);
    told(&[
        greatest(None, Some(3), 0), greatest(Some(0), None, 0), least(None, Some(3), 0), least(Some(0), None, 0),
    ]);
}
"""


@pytest.mark.slow
@pytest.mark.skipif(RUSTC is None, reason="there is no rustc")
def test_rust(tmp_path: Path) -> None:
    rust = Rust(policy_in(EXTREMA["no zeros"]))
    rust.used |= {*CALLED}
    (tmp_path / "main.rs").write_text(rust.prelude() + RUST_MAIN)
    command = [RUSTC or "rustc", "--edition=2021", "-Dwarnings", "main.rs", "-o", "main"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    done = subprocess.run([tmp_path / "main"], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines() == [*rows(), *OTHERS]


RANGE = """
interface I {
    revision { major[31:16] minor[15:0] }
    config supported : range of revision
    input  requested : revision in x1
    output lower     : revision in x1
}

policy p for I {
    case always otherwise { lower = max r in supported where r < requested and CONDITION }
}
"""


@pytest.mark.parametrize("format_", ["cbmc", "kani"])
def test_bounds_are_checked(format_: str) -> None:
    policy = policy_in(RANGE.replace("CONDITION", "r > 1.0"))
    text = EXPORTERS[format_](suite_of(policy), policy)
    assert "not checked" not in text
    assert "greatest(larger(" in text
    # Helpers that nothing calls are not there.
    assert "least(" not in text


@pytest.mark.parametrize("format_", ["cbmc", "kani"])
def test_the_ends_of_a_range_are_words(format_: str) -> None:
    policy = policy_in(RANGE.replace("CONDITION", "r > 1.0"))
    text = EXPORTERS[format_](suite_of(policy), policy)
    assumed = [line for line in text.splitlines() if "assume(" in line and ".supported_" in line]
    assert len(assumed) == 2
    assert all("0xffffffff00000000" in line for line in assumed), assumed


HANDLER = """
#include "declarations.h"

void p_handler(const struct p_config *config, uint64_t requested, struct p_reply *reply)
{
	uint64_t below = requested ? requested - 1 : 0;

	below &= ~(uint64_t)0xff00;
	if (requested & 0xff00)
		below = FULL;
	reply->lower = below < config->supported_last ? below : config->supported_last;
}
"""


@pytest.mark.slow
@needs_esbmc
@pytest.mark.parametrize(("full", "right"), [("(requested & ~(uint64_t)0xff00) | 0xff", True), ("below", False)])
def test_a_model_checker(tmp_path: Path, full: str, right: bool) -> None:
    """A handler that gets across zeros in the middle, and one that forgets them."""
    layout = "major[31:16] zeros[15:8] zero minor[7:0]"
    text = RANGE.replace("major[31:16] minor[15:0]", layout).replace("CONDITION", "r >= 0.1")
    guarded = "when some r in supported: r < requested and r >= 0.1"
    policy = policy_in(text.replace("otherwise {", f"{guarded} {{"))
    harness = EXPORTERS["cbmc"](suite_of(policy), policy)
    declarations = "\n".join(re.findall(r"^struct p_\w+ \{.*?^\};", harness, re.DOTALL | re.MULTILINE))
    (tmp_path / "harness.c").write_text(harness)
    (tmp_path / "declarations.h").write_text(f"#include <stdint.h>\n{declarations}\n")
    (tmp_path / "handler.c").write_text(HANDLER.replace("FULL", full))
    holds, said = run_esbmc(tmp_path, "harness.c", "handler.c", "--z3", "--unwind", "2", "--multi-property")
    assert holds is right, said


@pytest.mark.parametrize("format_", ["cbmc", "kani"])
def test_what_is_more_than_bounds_is_said(format_: str) -> None:
    policy = policy_in(RANGE.replace("CONDITION", "r.major == r.minor"))
    text = EXPORTERS[format_](suite_of(policy), policy)
    assert "not checked, `max r in …` asks more of a range of revisions than bounds" in text
    assert "greatest(" not in text


def test_a_guard_that_is_more_than_bounds() -> None:
    guarded = RANGE.replace("otherwise {", "when (max r in supported where CONDITION) > 1.0 {")
    policy = policy_in(guarded.replace("CONDITION", "r.major == r.minor"))
    with pytest.raises(NotExportable, match="`max r in …` asks more of a range of revisions than bounds"):
        EXPORTERS["cbmc"](suite_of(policy), policy)
