"""`parley check --cross-check`: the report says who agreed, who says something else, and who gave no answer."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from parley.cli.schema import schema
from parley.model.smtlib.script import Script
from parley.proofs.cross_check import second_opinions, solvers
from parley.proofs.cross_check.solvers import MISSING, SPENT, Answer
from parley.proofs.reply import Unknown
from running import Done, Parley

CHECK = ("check", "good.parley", "--only", "p.total", "--cross-check")
AGREED = "    agreed           solver at the cutoff, small scope, z3 without cutoff"


def silent(script: Script) -> Answer:
    del script
    return Unknown(SPENT)


def always(script: Script) -> Answer:
    del script
    return True


def witnesses(done: Done) -> dict[str, tuple[str | None, str]]:
    made = json.loads(done.out)
    jsonschema.validate(made, json.loads(schema("parley.check-1.json")))
    (claim,) = made["claims"]
    return {one["name"]: (one["verdict"], one["reason"]) for one in claim["witnesses"]}


@pytest.mark.usefixtures("good")
def test_those_who_agree_are_named(parley: Parley) -> None:
    done = parley(*CHECK)
    assert done.code == 0
    assert done.out.splitlines()[1] == f"{AGREED}, cvc5"
    assert witnesses(parley(*CHECK, "--format", "json")) == dict.fromkeys(
        ["solver at the cutoff", "small scope", "z3 without cutoff", "cvc5"], ("proved", "")
    )
    assert parley(*CHECK, "-q").out == ""


def test_without_the_option_there_are_no_witnesses(good: Path, parley: Parley) -> None:
    assert "agreed" not in parley("check", str(good)).out
    assert '"witnesses"' not in parley("check", str(good), "--format", "json").out


@pytest.mark.usefixtures("good")
def test_one_that_is_not_there_is_said_to_have_given_none(parley: Parley, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solvers, "installed", lambda: False)
    done = parley(*CHECK)
    assert done.code == 0
    assert done.out.splitlines()[1:3] == [AGREED, f"    none given       cvc5: {MISSING}"]
    assert witnesses(parley(*CHECK, "--format", "json"))["cvc5"] == (None, MISSING)


@pytest.mark.usefixtures("good")
def test_one_whose_budget_runs_out_is_said_to_have_given_none(parley: Parley, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_opinions, "by_z3", silent)
    done = parley(*CHECK)
    assert done.code == 0
    assert f"    none given       z3 without cutoff: {SPENT}\n" in done.out


@pytest.mark.usefixtures("good")
def test_one_that_disagrees_makes_the_claim_inconsistent(parley: Parley, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_opinions, "by_cvc5", always)
    done = parley(*CHECK)
    assert done.code == 70
    assert done.out.startswith("‼ p.total  inconsistent")
    assert "    says proved      solver at the cutoff, small scope, z3 without cutoff\n" in done.out
    assert "    says refuted     cvc5\n" in done.out
    assert "the solver says that it is proved, and cvc5 says that it is refuted; this is a defect of Parley" in done.out
    assert parley(*CHECK, "--format", "json").code == 70
