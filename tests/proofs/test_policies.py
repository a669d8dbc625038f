"""The claims that nobody wrote, refinement and scenarios, on policies made to fail them."""

from __future__ import annotations

import pytest
from checking import HEAD, outcomes
from parley.model.instance import Example, word_of
from parley.proofs.verdict import Counterexample

OPEN = f"{HEAD}}}\n"


def verdicts(policy: str, head: str = OPEN) -> dict[str, str]:
    return {name: outcome.verdict for name, outcome in outcomes(head + policy).items()}


def test_a_dead_case_is_told_what_shadows_it() -> None:
    found = outcomes(
        OPEN
        + """policy p for I {
            lower = max supported
            case few when supported is empty { status = BAD }
            case low when requested < 2.0 { status = OK }
            case high when requested >= 2.0 { status = OK }
            case dead when requested == 1.0 { status = BAD }
            case never when requested < requested { status = BAD }
            case hardly when requested < 1.0 and requested > 2.0 { status = BAD }
            case rest otherwise { status = BAD }
        }"""
    )
    assert found["p.reachable.dead"].verdict == "refuted"
    assert found["p.reachable.dead"].because == ("case low",)
    # Nothing but their own guards takes everything from them.
    assert found["p.reachable.never"].because == found["p.reachable.hardly"].because == ()
    assert found["p.reachable.few"].because == ("assume configured",)
    assert set(found["p.reachable.rest"].because) == {"case low", "case high"}


def test_a_case_reached_only_beyond_familiar_numbers_is_reached() -> None:
    found = outcomes(
        OPEN
        + """policy p for I {
            case far when requested.major == 20000 and requested.minor == 12345 { status = OK lower = min supported }
            case rest otherwise { status = BAD lower = max supported }
        }"""
    )
    assert found["p.reachable.far"].verdict == "proved"
    witness = found["p.reachable.far"].witness
    assert isinstance(witness, Example)
    assert word_of(witness.instance.inputs["requested"]) & 0x7FFFFFFF == 20000 << 16 | 12345


@pytest.mark.parametrize(
    ("assignment", "verdict"),
    [
        ("lower = max supported", "proved"),
        ("lower = max r in supported where r < requested", "refuted"),
        (
            "lower = if some r in supported: r < requested then max r in supported where r < requested else 1.0",
            "proved",
        ),
        ("lower = requested with { reserved = 0 }", "proved"),
        ("lower = 1.0 with { major = requested.minor }", "refuted"),
        ("lower = any ensure lower in supported", "proved"),
        ("lower = any ensure lower in supported and lower > requested", "refuted"),
        ("lower = any ensure lower < 0.0", "refuted"),
        ("lower = any ensure lower.reserved == 3 and lower.major == 7", "proved"),
        ("lower = any ensure lower in 1.0..2.0 and lower not in 1.1..2.0", "proved"),
    ],
)
def test_an_output_without_a_value_is_found(assignment: str, verdict: str) -> None:
    found = verdicts(f"policy p for I {{ status = OK case always otherwise {{ {assignment} }} }}")
    assert found["p.defined"] == verdict


def test_what_is_left_open_is_claimed_for_every_value() -> None:
    found = verdicts(
        """policy p for I {
            case always otherwise { status = any lower = any ensure lower <= requested }
            invariant low: lower <= requested
            invariant ok: status == OK
            invariant well_formed: lower.reserved == 0
        }"""
    )
    assert found["p.low"] == "proved"
    assert found["p.ok"] == "refuted"
    assert found["p.encodable"] == found["p.well_formed"] == "refuted"


def test_refinement_allows_less_and_no_more() -> None:
    found = outcomes(
        OPEN
        + """policy wide for I {
            case always otherwise { status = OK lower = any ensure lower in supported }
        }
        policy newest for I refines wide { case always otherwise { status = OK lower = max supported } }
        policy bad for I refines wide { case always otherwise { status = BAD lower = max supported } }
        policy back for I refines newest { case always otherwise { status = OK lower = any ensure lower in supported } }
        policy only_one for I refines newest {
            assume one: every r in supported: every q in supported: r == q
            case always otherwise { status = OK lower = min supported }
        }"""
    )
    assert found["newest.refines"].verdict == "proved"
    assert found["only_one.refines"].verdict == "proved"
    for name in ("bad", "back"):
        outcome = found[f"{name}.refines"]
        assert outcome.verdict == "refuted"
        assert isinstance(outcome.counterexample, Counterexample)
        allowed = outcome.counterexample.allowed
        assert allowed is not None
        supported = outcome.counterexample.example.instance.config["supported"]
        assert isinstance(supported, tuple)
        assert allowed.outputs["lower"] in supported


def test_an_abstract_relation_may_be_anything() -> None:
    head = f"{HEAD}    define good(a, b)\n}}\n"
    found = outcomes(
        head
        + """policy p for I {
            case yes when some r in supported: good(r, requested) {
                status = OK
                lower  = max r in supported where good(r, requested)
            }
            case none otherwise { status = BAD lower = min supported }
            invariant held: status == OK implies good(lower, requested)
            invariant symmetric: status == OK implies good(requested, lower)
        }""",
    )
    assert found["p.held"].verdict == "proved"
    assert found["p.reachable.none"].verdict == "proved"
    symmetric = found["p.symmetric"]
    assert symmetric.verdict == "refuted"
    assert isinstance(symmetric.counterexample, Counterexample)
    relation = symmetric.counterexample.example.instance.relations["good"]
    instance = symmetric.counterexample.example
    lower, requested = instance.answer.outputs["lower"], word_of(instance.instance.inputs["requested"])
    assert isinstance(lower, int)
    assert relation(lower, requested)
    assert not relation(requested, lower)


def test_scenarios_fix_what_they_give_and_no_more() -> None:
    found = verdicts(
        """policy p for I {
            case known when requested in supported { status = OK lower = requested }
            case unknown otherwise { status = BAD lower = max supported }
        }
        scenario fixed for p { given supported = {1.0, 1.2} given requested = 1.1 then lower == 1.2 then status == BAD }
        scenario any_request for p { given supported = {1.0} then lower == 1.0 }
        scenario any_set for p { given requested = 0x80010000 then status == BAD }
        scenario false_one for p { given supported = {1.0} then status == OK }
        scenario nowhere for p { given supported = {} then status == OK }"""
    )
    assert found["p.fixed"] == found["p.any_request"] == found["p.any_set"] == "proved"
    assert found["p.false_one"] == "refuted"
    assert found["p.nowhere"] == "vacuous"


def test_claims_outside_the_fragment_are_settled_where_they_can_be() -> None:
    found = outcomes(
        OPEN
        + """policy p for I {
            case always otherwise { status = OK lower = max supported }
            invariant above: some r in supported: every q in supported: q <= r
            invariant below: some r in supported: every q in supported: q < r
            invariant gap: some r in 0.0..32767.65535: r not in supported
        }"""
    )
    assert found["p.above"].verdict == "proved"
    assert found["p.above"].cutoff is None
    assert found["p.below"].verdict == "refuted"
    assert found["p.gap"].verdict == "undecided"
    assert "some r in 0.0..32767.65535: r not in supported" in found["p.gap"].reason


def test_contradictory_assumptions_make_everything_vacuous() -> None:
    found = outcomes(
        OPEN
        + """policy p for I {
            assume old: every r in supported: r < 1.0
            assume new: some r in supported: r > 2.0
            case always otherwise { status = OK lower = max supported }
            invariant wrong: lower < lower
        }"""
    )
    assert {outcome.verdict for outcome in found.values()} == {"vacuous"}
    assert set(found["p.satisfiable"].because) == {"assume old", "assume new"}


LISTS = """interface I {
    revision { major[1] minor[0] }
    config spoken : range of revision
    input requested : revision
    output lower : revision
    output listed : set of revision
    output other : set of revision
}
"""


def test_a_set_that_follows_from_an_open_word_is_no_part_of_an_example_of_a_case() -> None:
    found = verdicts(
        """policy p for I {
            case only otherwise {
                other = {0.0}
                lower = any
                listed = {lower, max r in spoken where r < lower}
            }
        }""",
        LISTS,
    )
    assert set(found.values()) == {"proved"}


def test_a_set_that_follows_from_one_that_is_left_open_is_asked_for() -> None:
    found = verdicts(
        """policy p for I {
            case only otherwise {
                lower = 1.1
                other = any
                listed = if lower in other iff true then {} else other
            }
            invariant never: lower not in listed
            invariant some_time: listed is empty
        }""",
        LISTS,
    )
    assert {name for name, verdict in found.items() if verdict != "proved"} == {"p.some_time"}
