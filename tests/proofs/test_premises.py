"""What is claimed of no round, and of nothing that is given, is no proof: invariants of sessions, and scenarios."""

from __future__ import annotations

import pytest
from checking import EXACT, HEAD
from checking import outcomes as of_policy
from test_sessions import DOWN, LISTED, text
from test_sessions import outcomes as of_session

GIVES_UP = "knows 1.1 start request 1.1 on status == OK => give up otherwise => give up"
ONLY_2_0 = "assume only: supported == {2.0}"


@pytest.mark.parametrize(
    ("host", "formula", "verdict"),
    [
        (GIVES_UP, "requested == 1.0 implies status == OK", "vacuous"),
        (GIVES_UP, "requested == 1.1 implies status == BAD", "proved"),
        # In the second round alone.
        (LISTED, "requested == 2.0 implies status == OK", "proved"),
        (LISTED, "requested == 2.1 implies status == OK", "vacuous"),
        (LISTED, "(requested == 2.0 implies status == OK) and (requested == 2.1 implies status == OK)", "vacuous"),
        (LISTED, "requested == 2.0 implies (requested == 1.1 implies status == OK)", "vacuous"),
    ],
)
@pytest.mark.parametrize("more", ["", "assume asks: requested.reserved == 0"])
def test_an_invariant_of_a_session_needs_a_round_that_meets_its_premise(
    host: str, formula: str, verdict: str, more: str
) -> None:
    found = of_session(text(host, f"{ONLY_2_0} invariant i: {formula}", interface=more))["i"]
    assert found.verdict == verdict
    if verdict == "vacuous":
        assert found.reason == "no run meets its premise"


def test_an_induction_shows_that_no_round_meets_a_premise() -> None:
    claims = (
        "invariant i: status == OK implies requested == 2.0 invariant j: requested not in known implies status == OK"
    )
    found = of_session(text(DOWN, f"{ONLY_2_0} {claims}"))
    assert [found[name].verdict for name in "ij"] == ["proved", "vacuous"]


def test_what_an_invariant_is_under_is_part_of_its_premise() -> None:
    optional = "assumption one: supported == {1.1}\n assumption none: supported is empty\n"
    claims = "invariant i under one: requested == 2.0 implies status == OK invariant j under one: status == OK"
    found = of_session(text(LISTED, f"{claims} invariant k under none: status == OK", interface=optional))
    assert [found[name].verdict for name in "ijk"] == ["vacuous", "proved", "vacuous"]


@pytest.mark.parametrize(
    ("then", "verdict"),
    [
        ("status == OK implies lower == 1.0", "vacuous"),
        ("status == BAD implies lower == 1.0", "proved"),
        ("every r in supported: r == 1.0", "proved"),
        ("every r in supported: r > 1.0 implies status == OK", "vacuous"),
    ],
)
def test_a_scenario_of_a_policy_is_proved_like_any_other_claim(then: str, verdict: str) -> None:
    scenario = f"scenario works for p {{ given supported = {{1.0}} given requested = 1.1 then {then} }}"
    assert of_policy(f"{HEAD}}}\npolicy p for I {{{EXACT}}}\n{scenario}")["p.works"].verdict == verdict
