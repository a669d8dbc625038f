"""Claims as values: what each is called, what it says as it is written, and which assumptions it rests on."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

from pathlib import Path

import pytest
from checking import HEAD
from parley.model.queries import Fires
from parley.proofs.certificates.certify import _induction
from parley.proofs.claims import Claim, claims_of, claims_of_session
from parley.proofs.questions import questions_of
from parley.proofs.verdict import Outcome
from parley.spec.formatting.expressions import print_expr
from parley.spec.load import Loader
from parley.spec.source import Source

TEXT = f"""{HEAD}    assumption quiet: requested != 0.0
    invariant either: requested in supported implies status == OK
    invariant held under quiet: requested in supported implies status == OK
}}
policy p for I {{
    assume has_one: 1.0 in supported
    case known when requested in supported {{ status = OK lower = requested }}
    case unknown otherwise {{ status = BAD lower = max supported }}
}}
policy q for I refines p under quiet {{
    assume has_two: 2.0 in supported
    case all otherwise {{ status = if requested in supported then OK else BAD lower = max supported }}
    expect refuted refines "lower"
}}
host h for I {{
    knows any
    start request max known
    otherwise => give up
}}
session s : h with p {{ invariant kept: requested in known property so: gave_up }}
scenario one for p {{ given requested = 1.0 then status == OK }}
scenario two for p {{ given requested = 1.0 then status == OK then lower == 1.0 }}
"""


def claims() -> dict[str, Claim]:
    loader = Loader()
    program = loader.load_source(Source("t.parley", TEXT), Path("t.parley"))
    assert program is not None, [problem.message for problem in loader.problems]
    made = [claim for policy in program.own_policies for claim in claims_of(policy, program.own_scenarios)]
    made += [claim for session in program.own_sessions for claim in claims_of_session(session, program.own_scenarios)]
    return {claim.address: claim for claim in made}


def said(claim: Claim) -> tuple[str | None, str | None]:
    """The formula, and as it is written."""
    both = claim.formula, claim.written
    return (None if both[0] is None else print_expr(both[0]), None if both[1] is None else print_expr(both[1]))


def test_each_policy_and_session_has_its_claims() -> None:
    assert [*claims()] == [
        *(f"p.{name}" for name in ("satisfiable", "total", "reachable.known", "reachable.unknown")),
        *(f"p.{name}" for name in ("defined", "encodable", "either", "held", "one", "two")),
        *(f"q.{name}" for name in ("satisfiable", "total", "reachable.all", "defined", "encodable", "refines")),
        *(f"q.{name}" for name in ("either", "held")),
        *(f"s.{name}" for name in ("satisfiable", "defined", "terminates", "requests_known", "kept", "so")),
    ]


def test_what_is_claimed_under_an_assumption_is_written_without_it() -> None:
    formula = "requested in supported implies status == OK"
    found = claims()
    assert said(found["p.either"]) == (formula, formula)
    assert said(found["p.held"]) == (f"requested != 0.0 implies {formula}", formula)
    assert (found["p.held"].under, found["p.held"].own_under) == (("quiet",), ("quiet",))
    assert (found["q.held"].under, found["q.held"].own_under) == (("quiet",), ())
    assert said(found["p.total"]) == (None, None)


def test_a_refinement_rests_on_the_assumptions_of_both() -> None:
    found = claims()
    assert found["p.total"].assumptions == ("configured", "has_one")
    for name in ("total", "encodable", "either", "satisfiable", "defined"):
        assert found[f"q.{name}"].assumptions == ("configured", "quiet", "has_two"), name
    assert found["q.refines"].assumptions == ("configured", "quiet", "has_two", "has_one")
    assert found["s.so"].assumptions == ("configured", "has_one")


def test_a_scenario_claims_all_that_it_says() -> None:
    found = claims()
    assert said(found["p.one"])[0] == "status == OK"
    assert said(found["p.two"])[0] == "status == OK and lower == 1.0"
    formula = found["p.two"].formula
    assert formula is not None
    # Reports point at the first of them.
    assert TEXT[formula.span.start : formula.span.end] == "status == OK"
    assert [name for name, _ in found["p.two"].givens] == ["requested"]


def test_each_claim_about_a_policy_asks_its_questions() -> None:
    """How many ways there are to fail, and how many premises; a claim that something can be asks for that alone."""
    asked = {address: questions_of(claim) for address, claim in claims().items() if not address.startswith("s.")}
    counts = {address: (len(one.counter), len(one.premises)) for address, one in asked.items()}
    assert counts == {
        **dict.fromkeys((one for one in asked if "reachable" in one or "satisfiable" in one), (0, 0)),
        **dict.fromkeys(("p.total", "q.total", "p.encodable", "q.encodable", "q.refines"), (1, 1)),
        **dict.fromkeys(("p.defined", "q.defined"), (2, 1)),
        **dict.fromkeys(("p.either", "q.either", "p.held", "q.held", "p.one", "p.two"), (1, 1)),
    }
    assert asked["p.reachable.unknown"].sought == (Fires(1),)
    assert asked["p.satisfiable"].sought == ()
    assert {address for address, one in asked.items() if one.sought is None} == {
        address for address, count in counts.items() if count != (0, 0)
    }
    assert [len(asked[name].all) for name in ("p.defined", "q.refines", "p.reachable.known")] == [3, 2, 1]


@pytest.mark.parametrize(
    ("because", "invariants", "order"),
    [
        ((), [], "below"),
        (("each request is above the one before",), [], "above"),
        (("the last request is known", "each request is less preferred than the one before"), [0], "less preferred"),
        (("no known revision above the last request is in supported", "kept"), [2, 4], "below"),
        (
            ("no known revision below the last request is in supported", "the last request has reserved zero"),
            [3, 1],
            "below",
        ),
        (("no known revision preferred to the last request is in supported",), [5], "below"),
    ],
)
def test_an_induction_is_written_down_as_it_went(because: tuple[str, ...], invariants: list[int], order: str) -> None:
    texts = [
        "requested in known",
        "requested.reserved == 0",
        "no k_ in known: k_ > requested and k_ in supported",
        "no k_ in known: k_ < requested and k_ in supported",
        "requested in known",
        "no k_ in known: prefers(k_, requested) and k_ in supported",
    ]
    outcome = Outcome(claims()["s.so"], "proved", because=because, by_induction=True)
    assert _induction(outcome) == {"invariants": [texts[at] for at in invariants], "order": order}


def test_what_is_expected_is_expected_of_one_claim() -> None:
    assert [address for address, claim in claims().items() if claim.expected is not None] == ["q.refines"]
