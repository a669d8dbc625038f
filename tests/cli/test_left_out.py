"""What is left out, requests without an answer or a known one, and mutants that are too long: every figure says so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest
from parley.cli.schema import schema
from running import Parley

TEXT = """interface I {
    revision { reserved[3:2] zero major[1:1] minor[0:0] }
    input  requested : revision
    output listed    : set of revision
}

policy p for I {
    case odd   when requested == 0.1 { listed = any ensure listed is empty ensure listed is not empty }
    case other when requested != 0.0 { listed = {} }
}
"""
HOST = """interface I {
    revision { top[7:6] zero  major[5:3]  minor[2:0] }
    config s : set of revision
    input  q : revision in x1
    output o : { NO = 0, YES = 1 } in x0
}
policy p for I {
    case known when q in s { o = YES }
    case other otherwise { o = NO }
}
host h for I { knows 1.0 start request 1.0 on o == YES => accept q otherwise => give up }
session t : h with p {}
"""
NONE = "1 request left out: `p` has no answer to it (see `parley check`: p.total, p.defined)"
UNKNOWN = "1 request left out: it is not known whether `p` has an answer to it"
TOO_LONG = "16 mutants left out: their formulas are too long to be looked at"
SUITE = (["p.parley", "suite.csv"], ["p.parley", "--", "sh", "-c", 'read start; echo \'{"requested": "1.0"}\'; read r'])


@pytest.fixture(autouse=True)
def there(folder: Path) -> None:
    (folder / "p.parley").write_text(TEXT, encoding="utf-8")
    (folder / "suite.csv").write_text("requested,listed\n1.0,{}\n", encoding="utf-8")


def test_what_is_left_out_is_in_json(parley: Parley) -> None:
    made = json.loads(parley("score", *SUITE[0], "--format", "json").out)
    assert [one for one in made["warnings"] if "left out" in one] == [NONE, UNKNOWN]


def test_mutants_that_are_too_long_are_said(parley: Parley, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bug: `score` said nothing of mutants that were in none of its figures."""
    monkeypatch.setattr("parley.vectors.rewrite.MOST_NODES", 2)
    for command in (["vectors", "p.parley"], ["score", *SUITE[0]]):
        made = json.loads(parley(*command, "--format", "json").out)
        assert [one for one in made["warnings"] if "too long" in one] == [TOO_LONG]


def test_mutants_that_are_too_long_are_said_wherever_mutants_are(
    parley: Parley, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bug: where mutants are listed, played or put into a harness, nothing was said of those."""
    monkeypatch.setattr("parley.vectors.rewrite.MOST_NODES", 2)
    (folder / "h.parley").write_text(HOST, encoding="utf-8")
    listed = parley("serve", "h.parley:p", "--list-mutants")
    assert (listed.err, listed.out.startswith("m1 ")) == (f"warning: {TOO_LONG}\n", True)
    hostile = ["conform", "h.parley:t", "--hostile"]
    told = parley(*hostile, "-q", "--", "true")
    assert told.err == f"warning: {TOO_LONG}\n"
    assert parley(*hostile, "--only", "no_rmm", "-q", "--", "true").err == ""
    made = json.loads(parley(*hostile, "--format", "json", "--", "true").out)
    jsonschema.validate(made, json.loads(schema("parley.conform-session-1.json")))
    assert made["warnings"] == [TOO_LONG]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("gcc") is None, reason="there is no gcc")
def test_mutants_that_are_too_long_are_said_of_a_harness(
    parley: Parley, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "h.parley").write_text(HOST, encoding="utf-8")
    assert parley("vectors", "h.parley:p", "--format", "cbmc", "-o", "h.c").code == 0
    monkeypatch.setattr("parley.vectors.rewrite.MOST_NODES", 2)
    command = ["score", "h.parley:p", "--harness", "h.c", "--means", "run"]
    told = parley(*command, "-q")
    assert told.err == f"warning: {TOO_LONG}\n"
    made = json.loads(parley(*command, "--format", "json").out)
    jsonschema.validate(made, json.loads(schema("parley.harness-1.json")))
    assert (made["warnings"], made["policy"]) == ([TOO_LONG], "holds")


@pytest.mark.slow
@pytest.mark.parametrize("command", [["vectors", "p.parley"], *(["score", *one] for one in SUITE)])
def test_what_is_left_out_is_said(parley: Parley, command: list[str]) -> None:
    said = parley(*command).err
    assert NONE in said
    assert UNKNOWN in said
