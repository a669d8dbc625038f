"""Harnesses and callers' suites at the command line: `parley vectors` and `parley score --harness`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest
from parley.cli.schema import schema
from running import Parley

needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="there is no gcc")

SMALL = """
interface I {
    revision { top[7:6] zero  major[5:3]  minor[2:0] }
    config s : set of revision
    input  q : revision in x1
    output o : { NO = 0, YES = 1 } in x0
}
policy p for I {
    case known when q in s { o = YES }
    case other otherwise { o = NO }
}
host h for I { knows 1.0 start request 1.0 on o == YES => accept requested otherwise => give up }
session t : h with p {}
"""


@pytest.fixture
def small(folder: Path) -> Path:
    path = folder / "small.parley"
    path.write_text(SMALL.replace("accept requested", "accept q"), encoding="utf-8")
    return path


@pytest.mark.slow
@needs_gcc
def test_a_harness_is_written_and_scored(parley: Parley, small: Path) -> None:
    written = parley("vectors", "small.parley:p", "--format", "cbmc", "--symbolic", "2", "-o", "h.c")
    assert (written.code, written.out) == (0, "")
    assert "#define REVISIONS 2" in Path("h.c").read_text(encoding="utf-8")
    done = parley("score", "small.parley:p", "--harness", "h.c", "--means", "run")
    assert done.code == 0
    assert "judged by        runs with 20000 inputs that meet its assumptions\n" in done.out
    assert "the harness holds with a handler of it, as far as 20000 inputs tell\n" in done.out
    assert " caught, " in done.out
    assert parley("score", "small.parley:p", "--harness", "h.c", "--means", "run", "-q").out == ""


@needs_gcc
@pytest.mark.slow
def test_a_harness_that_catches_nothing_is_told_so(parley: Parley, small: Path) -> None:
    text = parley("vectors", "small.parley:p", "--format", "cbmc").out
    empty = text.replace("#define PROMISE(holds, says) __CPROVER_assert(holds, says)", "#define PROMISE(holds, says)")
    Path("h.c").write_text(empty, encoding="utf-8")
    done = parley("score", "small.parley:p", "--harness", "h.c", "-q")
    assert done.code == 1
    assert done.out.startswith("empty            it catches none: whatever is answered, no assertion fails.")
    assert "run with 20000 inputs, which is no proof" in done.out
    made = json.loads(parley("score", "small.parley:p", "--harness", "h.c", "--format", "json").out)
    jsonschema.validate(made, json.loads(schema("parley.harness-1.json")))
    assert (made["policy"], made["proved"], made["asserts"], made["caught"]) == ("holds", False, 0, [])
    assert {one["means"] for one in made["missed"]} == {"run"}
    wrong = text.replace("PROMISE(reply->o == P_YES", "PROMISE(reply->o != P_YES")
    assert wrong != text
    Path("h.c").write_text(wrong, encoding="utf-8")
    done = parley("score", "small.parley:p", "--harness", "h.c")
    assert done.code == 1
    assert done.out.endswith("the harness fails where the implementation is right: known: o = YES\n")


WRONG = [
    (["vectors", "small.parley:p", "--recipe", "tf-rmm"], "P520", "says nothing of I"),
    (
        ["vectors", "small.parley:p", "--call", "f(q)", "--format", "kani"],
        "P504",
        "--call says nothing to --format kani",
    ),
    (["vectors", "small.parley:p", "--symbolic", "3"], "P504", "--symbolic says nothing to --format text"),
    (
        ["vectors", "small.parley:p", "--format", "cbmc", "--symbolic", "3", "--s", "1.0"],
        "P504",
        "leave one of the two out",
    ),
    (["vectors", "small.parley:p", "--format", "kani", "--symbolic", "65"], "P504", "1 to 64 revisions"),
    (["vectors", "small.parley:p", "--call", "f(s)", "--reads", "o=r"], "P520", "does not name the input `q` (x1)"),
    (["vectors", "small.parley:t", "--format", "csv"], "P504", "`t` is a session"),
    (["vectors", "small.parley:t", "--minimal"], "P504", "--minimal: `t` is a session"),
    (["vectors", "small.parley:t", "--s", "1.0"], "P504", "--s: `t` is a session"),
    (["score", "small.parley:p", "--harness", "none.c"], "P521", "there is no file `none.c`"),
    (
        ["score", "small.parley:p", "x.csv", "--harness", "small.parley"],
        "P504",
        "a suite, `x.csv`, and a harness are given",
    ),
    (["score", "small.parley:p", "--harness", "small.parley", "--sets", "1.0"], "P504", "`--sets` is no option here"),
]


@pytest.mark.parametrize(("arguments", "code", "says"), WRONG)
def test_wrong_uses(parley: Parley, small: Path, arguments: list[str], code: str, says: str) -> None:
    done = parley(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert code in done.err
    assert says in done.err
    assert "help:" in done.err


def test_what_is_for_a_harness_alone(parley: Parley, small: Path) -> None:
    done = parley("score", "small.parley:p", "x.csv", "--means", "run")
    assert done.code == 2
    assert "--means is for --harness" in done.err


def test_a_callers_suite(parley: Parley, small: Path) -> None:
    done = parley("vectors", "small.parley:t")
    assert done.code == 0
    assert "rules            2 of 2\n" in done.out
    suite = parley("vectors", "small.parley:t", "--format", "kunit")
    assert suite.code == 0
    assert "struct h_decision h_decide(u64 q" not in suite.out
    assert "struct h_decision h_decide(u64 requested, const struct h_reply *reply);" in suite.out
    assert parley("vectors", "small.parley:t", "--format", "kunit").out == suite.out
