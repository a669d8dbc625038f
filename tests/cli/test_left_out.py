"""What is left out, requests without an answer or a known one, and mutants that are too long: every figure says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
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


@pytest.mark.slow
@pytest.mark.parametrize("command", [["vectors", "p.parley"], *(["score", *one] for one in SUITE)])
def test_what_is_left_out_is_said(parley: Parley, command: list[str]) -> None:
    said = parley(*command).err
    assert NONE in said
    assert UNKNOWN in said
