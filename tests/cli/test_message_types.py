"""Commands with requests that are truth values, named values and sets, and replies with a set."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from running import Parley

CASES = Path(__file__).parent.parent / "cases"
SCHEMAS = Path(__file__).parent.parent.parent / "cli" / "schemas"
LISTS, NAMED = f"{CASES}/lists.parley", f"{CASES}/named_requests.parley"
GCC, RUSTC = shutil.which("gcc"), shutil.which("rustc")

ADAPTER = """
import json, sys
supported = [0x10000, 0x10003]
for line in sys.stdin:
    request = json.loads(line)
    if "supported" in request:
        pairs = [tuple(map(int, revision.split("."))) for revision in request["supported"]]
        supported = [major << 16 | minor for major, minor in pairs]
    common = [word for word in (int(word, 16) for word in request["offered"]) if word in supported]
    listed = list(map(hex, supported)) * 2
    reply = {"id": request["id"], "x0": hex(not common), "x1": hex(max(common, default=0)), "listed": listed[::-1]}
    reply["listed"] = {"right": reply["listed"], "first": listed[:1], "none": "none"}[sys.argv[1]]
    print(json.dumps(reply), flush=True)
"""


def evaluated(parley: Parley, name: str, *arguments: str) -> dict[str, Any]:
    done = parley("eval", *arguments, "--format", "json")
    assert (done.code, done.err) == (0, "")
    made = json.loads(done.out)
    jsonschema.validate(made, json.loads((SCHEMAS / f"parley.{name}-1.json").read_text(encoding="utf-8")))
    return made


def test_values_of_every_type_are_given_and_printed(parley: Parley) -> None:
    made = evaluated(parley, "eval", f"{LISTS}:whole", "--supported", "1.0,1.1", "--offered", "1.1,2.0")
    assert made["input"] == {"offered": ["1.1", "2.0"]}
    assert made["outputs"] == {"status": "OK", "chosen": "1.1", "listed": ["1.0", "1.1"]}
    assert (made["registers"], made["registers_out"]) == ({}, {"x0": "0x0", "x1": "0x10001"})
    made = evaluated(parley, "eval", f"{NAMED}:select", "--supported", "1.0", "--which", "MIDDLE")
    assert (made["input"], made["registers"]) == ({"which": "MIDDLE"}, {"x1": "0x7"})
    assert parley("eval", f"{NAMED}:select", "--supported", "1.0", "--which", "2").code == 2
    assert "which is NEWEST" in parley("eval", f"{NAMED}:select", "--supported", "1.0", "--which", "NEWEST").out
    assert parley("eval", f"{LISTS}:whole", "--supported", "1.0", "--offered", "0x80000000").code == 2


def test_sessions_print_what_is_asked_for(parley: Parley) -> None:
    made = evaluated(parley, "eval-session", f"{LISTS}:by_turns", "--supported", "1.1")
    assert [round_["request"] for round_ in made["rounds"]] == [["2.0"], ["1.1"]]
    assert "asks {2.0}" in parley("eval", f"{LISTS}:by_turns", "--supported", "1.1").out
    made = evaluated(parley, "eval-session", f"{NAMED}:probing", "--supported", "1.0,2.0", "--known", "1.0")
    assert [round_["request"] for round_ in made["rounds"]] == [True, False]
    done = parley(
        "matrix", "--rmm", f"{LISTS}:whole=1.0,1.1", "--host", f"{LISTS}:asks_one", "--host", f"{LISTS}:asks_all=3.0"
    )
    assert done.code == 0
    assert "1.0 (2 requests)" in done.out
    assert "gives up (1 request)" in done.out


@pytest.mark.slow
@pytest.mark.parametrize("format_", ["json", "csv"])
def test_a_suite_with_sets_is_right_when_it_is_read_again(parley: Parley, tmp_path: Path, format_: str) -> None:
    for policy in (f"{LISTS}:brief", f"{LISTS}:open_", f"{NAMED}:select", f"{NAMED}:probe"):
        path = tmp_path / f"suite.{format_}"
        assert parley("vectors", policy, "--format", format_, "--output", str(path)).code == 0
        done = parley("score", policy, str(path), "--format", "json")
        made = json.loads(done.out)
        assert (done.code, made["contradictions"]) == (0, [])
        assert made["mutants"]["survived"] == 0
    if format_ == "csv":
        with (tmp_path / "suite.csv").open(newline="") as stream:
            assert {row["newest"] for row in csv.DictReader(stream)} == {"true", "false"}


@pytest.mark.parametrize("format_", ["c", "kunit", "rust", "cbmc", "kani"])
def test_exports_refuse_what_no_register_has(parley: Parley, format_: str) -> None:
    done = parley("vectors", f"{LISTS}:whole", "--format", format_)
    assert (done.code, done.out) == (2, "")
    assert "`offered` is a set in a message, and no register has one; json, csv and pytest say it" in done.err
    assert parley("vectors", f"{NAMED}:select", "--format", format_).code == 0


def test_a_form_is_refused_before_a_suite_is_made(parley: Parley, monkeypatch: pytest.MonkeyPatch) -> None:
    """A suite may take a minute, and this needs none."""
    monkeypatch.setattr("parley.vectors.generate.explore", None)
    assert "`offered` is a set in a message" in parley("vectors", f"{LISTS}:whole", "--format", "c").err
    assert "`version` is sign-extended in x0" in parley("vectors", f"{CASES}/widths.parley:open", "--format", "c").err


@pytest.mark.slow
def test_the_forms_that_say_it_are_named(parley: Parley) -> None:
    done = parley("vectors", f"{NAMED}:probe")
    assert "with --format json, csv, c, kunit, rust, pytest, cbmc or kani" in done.out
    done = parley("vectors", f"{LISTS}:whole")
    assert "with --format json, csv or pytest\n" in done.out
    assert "with --format json or csv\n" in parley("vectors", f"{CASES}/names.parley:p").out


@pytest.mark.skipif(GCC is None, reason="there is no gcc")
@pytest.mark.parametrize("policy", ["select", "probe"])
def test_requests_with_few_values_compile_as_c(parley: Parley, tmp_path: Path, policy: str) -> None:
    header = parley("vectors", f"{NAMED}:{policy}", "--format", "c").out
    path = tmp_path / "a.c"
    path.write_text(f"{header}\nint main(void) {{ return 0; }}\n")
    flags = [
        "-std=c99",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-pedantic",
        "-Wno-unused-function",
        "-Wno-unused-const-variable",
    ]
    done = subprocess.run(
        [GCC or "gcc", *flags, str(path), "-o", str(tmp_path / "a")], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(RUSTC is None, reason="there is no rustc")
def test_requests_with_few_values_compile_and_run_as_rust(parley: Parley, tmp_path: Path) -> None:
    module = parley("vectors", f"{NAMED}:probe", "--format", "rust").out
    (tmp_path / "probe_vectors.rs").write_text(module)
    (tmp_path / "main.rs").write_text("""mod probe_vectors;
use probe_vectors::{Config, Reply};
fn probe_handler(config: &Config, newest: bool) -> Reply {
    let newest = newest != std::env::var("WRONG").is_ok();
    Reply { chosen: if newest { *config.supported.last().unwrap() } else { config.supported[0] } }
}
fn probe_applies(_: &Config) -> bool { true }
fn main() {}
""")
    options = ["--edition=2021", "-Dwarnings", "--test", "-Adead_code", "main.rs", "-o", "main"]
    done = subprocess.run([RUSTC or "rustc", *options], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert subprocess.run([tmp_path / "main"], capture_output=True, check=False).returncode == 0
    wrong = subprocess.run([tmp_path / "main"], capture_output=True, check=False, env={"WRONG": "1"})
    assert wrong.returncode != 0


@pytest.mark.slow
def test_a_program_is_sent_lists_and_answers_lists_in_any_order(parley: Parley, tmp_path: Path) -> None:
    path = tmp_path / "adapter.py"
    path.write_text(ADAPTER)
    command = ("conform", f"{LISTS}:whole", "--format", "json")
    done = parley(*command, "--", sys.executable, str(path), "right")
    assert (done.code, json.loads(done.out)["failures"]) == (0, [])
    done = parley(*command, "--supported", "1.0,1.1", "--", sys.executable, str(path), "first")
    made = json.loads(done.out)
    assert done.code == 1
    assert {tuple(failure["differs"]) for failure in made["failures"]} == {("listed",)}
    assert made["failures"][0]["outputs"]["listed"] == ["1.0"]
    done = parley(*command, "--supported", "1.0,1.1", "--", sys.executable, str(path), "none")
    assert {failure["text"] for failure in json.loads(done.out)["failures"]} == {
        'listed is "none", which is no list of words'
    }


def test_what_is_supported_is_found_by_a_list(parley: Parley, tmp_path: Path) -> None:
    path = tmp_path / "adapter.py"
    path.write_text(ADAPTER)
    done = parley("conform", f"{LISTS}:whole", "--discover", "--", sys.executable, str(path), "right")
    assert done.code == 0
    assert re.search(r"supported +1\.0 .* 1\.3", done.out)


def test_a_log_shows_named_requests_and_no_others(parley: Parley, tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text(
        '{"x1": "0x1", "out_x0": "0x20000"}\n{"x1": "0x0", "out_x0": "0x10000"}\n{"x1": "0x5", "out_x0": "0x10000"}\n'
    )
    done = parley("trace", f"{NAMED}:select", str(path), "--format", "json")
    made = json.loads(done.out)
    assert (done.code, made["judged"], made["unread"]) == (0, 2, 1), made
    path.write_text('{"x1": "0x1", "out_x0": "0x10000"}\n{"x1": "0x0", "out_x0": "0x20000"}\n')
    assert parley("trace", f"{NAMED}:select", str(path)).code == 1
    path.write_text('{"x1": "0x1", "out_x0": "0x10000"}\n')
    done = parley("trace", f"{LISTS}:whole", str(path))
    assert (done.code, "no line to judge" in done.err) == (2, True)
