"""How strong a harness is: ours catch whatever can be told, one without post-conditions nothing, and others some."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from checkers import needs_esbmc, needs_gcc
from parley.harnesses import HarnessResult, harness_shape, score_harness
from parley.naming import find_policy
from parley.spec.checked import CheckedPolicy
from parley.spec.diagnostics import Rejected
from parley.vectors.export import EXPORTERS, SHAPED
from parley.vectors.generate import Exploration, explore
from parley.vectors.harness import programs, score
from suites import policy_in, policy_of, suite_of
from test_export_kani import RUSTC

STAND_IN = Path(__file__).parent.parent / "stand_in"
needs_rustc = pytest.mark.skipif(RUSTC is None, reason="there is no rustc")

SMALL = """
interface I {
    revision { top[7:6] zero  major[5:3]  minor[2:0] }
    config s : set of revision
    assume some_member: s is not empty
    input  q : revision in x1
    output o : { NO = 0, YES = 1 } in x0
    output l : revision in x1
}
policy p for I {
    case odd when q.top != 0 {
        o = NO
        l = any
        ensure l in s
    }
    case known when q in s {
        o = YES
        l = q
    }
    case below when some r in s: r < q {
        o = NO
        l = max r in s where r < q
    }
    case above otherwise {
        o = NO
        l = min s
    }
}
"""


@pytest.fixture(scope="module")
def small() -> CheckedPolicy:
    return policy_in(SMALL)


_explored: dict[str, Exploration] = {}


@pytest.fixture(autouse=True)
def explored_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which mutants conform is found out once for each policy and configuration: that takes seconds."""

    def explored(policy: CheckedPolicy, config: object = None) -> Exploration:
        key = f"{policy.name} {config}"
        if key not in _explored:
            _explored[key] = explore(policy, config)  # pyright: ignore[reportArgumentType]
        return _explored[key]

    monkeypatch.setattr(score, "explore", explored)
    monkeypatch.setattr(score, "MOST_ASKED", 3)


def of(folder: Path, policy: CheckedPolicy, text: str, name: str = "harness.c", **how: Any) -> HarnessResult:
    (folder / name).write_text(text, encoding="utf-8")
    given: dict[str, Any] = {"means": "run", **how}
    return score_harness(policy, folder / name, given.pop("config", None), **given)


def names(result: HarnessResult) -> tuple[int, int, int]:
    tried = result.scored.mutants
    return tried.killed, tried.equivalent, tried.survived


@needs_gcc
@pytest.mark.slow
def test_ours_catches_whatever_can_be_told(tmp_path: Path, small: CheckedPolicy) -> None:
    """Also where the policy leaves a part of the answer open, and must choose it well."""
    result = of(tmp_path, small, EXPORTERS["cbmc"](suite_of(small), small))
    assert [one.mutant.what for one in result.scored.missed] == []
    assert result.scored.inputs == 20_000
    assert not result.scored.contradicts
    assert not result.scored.proved
    assert len(result.scored.caught) > 60
    assert result.code == 0
    # A request that no revision equals cannot be chosen from the set: nobody answers so.
    assert [mutant.what for mutant, _ in result.scored.untried] == ["case odd, ensure: l → q"]


@needs_rustc
@pytest.mark.slow
def test_so_does_ours_in_rust(tmp_path: Path, small: CheckedPolicy) -> None:
    result = of(tmp_path, small, EXPORTERS["kani"](suite_of(small), small), "harness.rs")
    assert [one.mutant.what for one in result.scored.missed] == []
    assert result.scored.inputs > 1000
    assert len(result.scored.caught) > 60


@needs_rustc
@pytest.mark.slow
def test_rust_without_post_conditions(tmp_path: Path, small: CheckedPolicy) -> None:
    text = re.sub(r"assert!\(.*\);", "", EXPORTERS["kani"](suite_of(small), small))
    result = of(tmp_path, small, text, "harness.rs")
    assert result.scored.caught == {}
    assert result.empty.startswith("it catches none")
    assert result.code == 1


@needs_gcc
@pytest.mark.slow
def test_without_post_conditions(tmp_path: Path, small: CheckedPolicy) -> None:
    text = EXPORTERS["cbmc"](suite_of(small), small)
    text = text.replace("#define PROMISE(holds, says) __CPROVER_assert(holds, says)", "#define PROMISE(holds, says)")
    # There is nothing to ask: a model checker would find out no more.
    result = of(tmp_path, small, text, means=None)
    assert names(result)[0] == 0
    assert len(result.scored.missed) == names(result)[2]
    assert result.scored.asked == 0
    assert result.empty.startswith("it catches none")
    assert "empty" in str(result)
    assert result.code == 1


@needs_gcc
@pytest.mark.slow
def test_a_harness_that_contradicts_the_policy(tmp_path: Path, small: CheckedPolicy) -> None:
    text = EXPORTERS["cbmc"](suite_of(small), small).replace("PROMISE(reply->l == q,", "PROMISE(reply->l != q,")
    result = of(tmp_path, small, text)
    assert result.scored.contradicts == "known: l = q"
    assert "fails where the implementation is right: known: l = q" in str(result)
    assert result.code == 1


@needs_gcc
@pytest.mark.slow
def test_assumptions_that_nothing_meets(tmp_path: Path, small: CheckedPolicy) -> None:
    """A harness that is empty so holds of everything, and that is not told as a strength."""
    text = EXPORTERS["cbmc"](suite_of(small), small).replace("\t__CPROVER_assume(", "\t__CPROVER_assume(0 && ", 1)
    result = of(tmp_path, small, text)
    assert result.scored.inputs == 0
    assert not result.scored.caught
    assert {one.why for one in result.scored.unknown} == {"no input was found that meets what the harness assumes"}
    assert result.code == 3


@needs_gcc
@needs_esbmc
@pytest.mark.slow
def test_what_runs_let_pass_is_asked_of_a_model_checker(tmp_path: Path, small: CheckedPolicy) -> None:
    """A fault that shows for one word in 2^60 is not found by drawing."""
    only = 'if (q >> 4 == UINT64_C(0x123456789abcde) && reply->l != q)\n\t\t__CPROVER_assert(0, "rare");'
    text = EXPORTERS["cbmc"](suite_of(small), small)
    text = text.replace("#define PROMISE(holds, says) __CPROVER_assert(holds, says)", "#define PROMISE(holds, says)")
    text = text.replace("\treturn 0;\n}", f'\t__CPROVER_assert(reply->o < 9, "few");\n\t{only}\n\treturn 0;\n}}')
    text = text.replace("__CPROVER_assume(q <= 0xff)", "__CPROVER_assume(1)")
    assert "rare" in text
    result = of(tmp_path, small, text, means=None, unwind=6)
    assert result.scored.asked > 0
    assert result.scored.checker == "esbmc"


BENCH = """
#include <assert.h>

struct result { unsigned char status; unsigned long word; };

unsigned char nondet_uchar(void);
void ask(unsigned char, struct result *res);

int main(void)
{
	struct result got;
	const unsigned char asked = nondet_uchar();

	ask(asked, &got);
	%s
	return 0;
}
"""
ASKED: dict[str, Any] = {
    "call": "ask(x1, &res)",
    "declares": "struct result res",
    "reads": "o=res.status,l=res.word",
    "config": {"s": ["1.0", "1.2"]},
}


@needs_gcc
@pytest.mark.slow
def test_one_build_and_a_call_of_its_own(tmp_path: Path, small: CheckedPolicy) -> None:
    """The prototype says which types the parameters have; where it has no names for them, the call has."""
    nothing = of(tmp_path, small, BENCH % "", **ASKED)
    assert nothing.scored.caught == {}
    assert nothing.empty
    # Where the request is malformed, `l` is open, but never that.
    well = "assert(got.status ? got.word == asked : got.word != asked);"
    some = of(tmp_path, small, BENCH % well, **ASKED)
    assert not some.scored.contradicts
    assert 10 < len(some.scored.caught) < names(some)[0] + names(some)[2]
    wrong = of(tmp_path, small, BENCH % "assert(got.word <= asked);", **ASKED)
    assert wrong.scored.contradicts == "got.word <= asked"


@needs_gcc
@pytest.mark.slow
def test_an_end_fails_nothing(tmp_path: Path, small: CheckedPolicy) -> None:
    """Neither ESBMC nor CBMC takes `abort` for a failed property."""
    ends = "if (got.status && got.word != asked) abort(); if (!got.status) exit(1);"
    text = BENCH.replace("#include <assert.h>", "#include <assert.h>\n#include <stdlib.h>")
    result = of(tmp_path, small, text % ends, **ASKED)
    assert result.scored.inputs == 20_000
    assert result.scored.caught == {}
    assert result.empty


@needs_gcc
@pytest.mark.slow
def test_an_implementation_answers_one_request_in_one_way(tmp_path: Path, small: CheckedPolicy) -> None:
    """What the policy leaves open is chosen once: a harness may ask that of the command."""
    twice = "struct result again; ask(asked, &again); assert(got.status == again.status && got.word == again.word);"
    result = of(tmp_path, small, BENCH % twice, **ASKED)
    assert not result.scored.contradicts
    assert result.scored.asserts > 0
    assert "post-condition" not in result.empty


def test_a_harness_of_one_build_is_for_no_other(tmp_path: Path, small: CheckedPolicy) -> None:
    for name, text in (
        ("harness.c", "/*\n * It is for one build: s 1.0, 1.2.\n */\n"),
        ("harness.rs", "// It is for one build: s 1.0, 1.2.\n"),
    ):
        with pytest.raises(Rejected, match=r"is for another build: s 1\.0, 1\.2"):
            of(tmp_path, small, text, name, config={"s": "2.0"})
        # The same, and none: it is another fault that is told.
        for config in ({"s": ["1.0", "1.2"]}, {}):
            with pytest.raises(Rejected, match=r"never calls|has no #"):
                of(tmp_path, small, text, name, config=config)


OF_RUST = """
#[derive(Debug)]
pub struct Config<'a> { pub s: &'a [u64] }
pub struct Reply { pub o: u64, pub l: u64 }
/* What it was /* before */:
#[kani::proof]
fn old() { super::p_handler(0); } */
#[kani::proof]
#[kani::unwind(3)]
fn now() {
    let said = "#[kani::proof] fn other() {}";
    let config = &Config { s: &[0x08, 0x0a] };
    let asked: u64 = kani::any();
    kani::assume(asked < 256);
    let reply = super::p_handler(config, asked);
    let again = super::p_handler(config, asked);
    assert_eq!(reply.l, again.l);
    debug_assert!(reply.o == (config.s.contains(&asked) as u64));
}
"""


@needs_rustc
@pytest.mark.slow
def test_a_proof_in_rust_is_what_stands_in_its_code(tmp_path: Path, small: CheckedPolicy) -> None:
    """Comments and texts are none, a reply need not be `Copy`, and an answer is the same the second time."""
    result = of(tmp_path, small, OF_RUST, "harness.rs", config={"s": ["1.0", "1.2"]})
    assert not result.scored.contradicts
    assert len(result.scored.caught) > 10
    panics = OF_RUST.replace("#[kani::unwind(3)]", "#[kani::should_panic]")
    with pytest.raises(Rejected, match=r"`now` has #\[kani::should_panic\]"):
        of(tmp_path, small, panics, "harness.rs")


@needs_gcc
@pytest.mark.slow
def test_a_file_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = policy_of("rmi", "rmm_1_0")

    # Which mutants conform is another test's question.
    def unexplored(_policy: CheckedPolicy, _config: object) -> SimpleNamespace:
        return SimpleNamespace(equivalent=[])

    monkeypatch.setattr(score, "explore", unexplored)
    text = SHAPED["cbmc"](suite_of(policy), policy, harness_shape(policy, recipe="tf-rmm"))
    # Headers are found from the root of the project's source.
    monkeypatch.chdir(STAND_IN)
    result = of(tmp_path, policy, text, recipe="tf-rmm")
    assert not result.scored.contradicts
    assert names(result) == (143, 0, 23)


@needs_gcc
@needs_esbmc
@pytest.mark.slow
def test_a_model_checker_alone(tmp_path: Path) -> None:
    """The policy of the smallest RMM, for one build: it has few mutants."""
    policy = find_policy("trp")[1]
    text = EXPORTERS["cbmc"](suite_of(policy), policy).replace("#define REVISIONS 4", "#define REVISIONS 1")
    by_runs = of(tmp_path, policy, text)
    assert by_runs.scored.missed == []
    few = re.sub(r'PROMISE\([^;]*"rejected: (lower|higher)[^;]*;', "", text)
    weaker = of(tmp_path, policy, few, means=None, unwind=2)
    assert weaker.scored.checker == "esbmc"
    assert weaker.scored.proved
    assert {one.means for one in weaker.scored.missed[: weaker.scored.asked]} == {"esbmc"}


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("int main(void) { return 0; }", {}, "never calls `p_handler`"),
    ("int main(void) { return p_handler(; }", {}, "cannot be run: "),
    ('#include "missing.h"\n', {}, "cannot be compiled: missing.h"),
    ("int main(void) { return 0; }", {"recipe": "tf-rmm"}, "says nothing of I"),
    (
        "int main(void) { return 0; }",
        {"call": "f(q, &r)", "declares": "struct r r", "reads": "o=r.o,l=r.l"},
        "does not say which `s`",
    ),
    (
        "int main(void) { return 0; }",
        {"call": "f(config, q, &r)", "declares": "struct r r", "reads": "o=r.o,l=r.l"},
        "is for one build",
    ),
    (
        "int main(void) { return 0; }",
        {"call": "f(q, &r); g()", "declares": "struct r r", "reads": "o=r.o,l=r.l", "config": {"s": "1.0"}},
        "more than the call of one function",
    ),
]


@needs_gcc
@pytest.mark.slow
@pytest.mark.parametrize(("text", "how", "says"), WRONG)
def test_a_harness_that_cannot_be_judged(
    tmp_path: Path, small: CheckedPolicy, text: str, how: dict[str, Any], says: str
) -> None:
    with pytest.raises(Rejected, match=re.escape(says)) as caught:
        of(tmp_path, small, text, **how)
    (fault,) = caught.value.diagnostics
    assert fault.code in ("P520", "P521")
    assert fault.help


@needs_rustc
@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "how", "says"),
    [
        ("fn main() {}", {}, "has no #[kani::proof]"),
        ("#[kani::proof] fn a() { super::p_handler() } #[kani::proof] fn b() {}", {}, "has 2 proofs"),
        ("#[kani::proof] fn a() {}", {"entry": "c"}, "has no proof `c`"),
        ("#[kani::proof] fn a() {}", {}, "never calls `p_handler`"),
        ("#[kani::proof] fn a() { super::p_handler(1) }", {}, "cannot be compiled"),
        ("#[kani::proof] fn a() {}", {"call": "a(q)", "config": {"s": "1.0"}}, "it is not said where"),
        ("#[kani::proof] fn a() {}", {"flags": ["-I."]}, "takes no call, recipe or flags"),
        ("#[kani::proof] fn a() { super::p_handler(1) }", {"means": "esbmc"}, "no model checker is asked"),
    ],
)
def test_a_harness_in_rust_that_cannot_be_judged(
    tmp_path: Path, small: CheckedPolicy, text: str, how: dict[str, Any], says: str
) -> None:
    with pytest.raises(Rejected, match=re.escape(says)):
        of(tmp_path, small, text, "harness.rs", **how)


def test_what_is_not_there(tmp_path: Path, small: CheckedPolicy, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Rejected, match="there is no file"):
        score_harness(small, tmp_path / "none.c")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "_bundled", lambda: None)
    assert programs.model_checker() is None
    with pytest.raises(Rejected, match="there is no gcc"):
        programs.compiler("gcc", "a harness")
