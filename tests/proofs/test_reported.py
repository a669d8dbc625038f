"""Files that once had a wrong verdict, took minutes, or were badly explained (`tests/reported/`): what is right of each."""

from __future__ import annotations

from pathlib import Path

import pytest
from parley.proofs.budget import BUDGET
from parley.proofs.claims import claims_of, claims_of_host, claims_of_session
from parley.proofs.hosts import prove_host
from parley.proofs.prove import prove
from parley.proofs.sessions import prove_session
from parley.proofs.verdict import Outcome
from parley.spec.load import Loader

REPORTED = Path(__file__).parent.parent / "reported"

NOT_PROVED: dict[str, dict[str, str]] = {
    "abstract_without_parameters": {
        "p.reachable.impossible": "refuted",
        "p.false_one": "refuted",
        "p.empty_premise": "vacuous",
    },
    "bits_12": {},
    "bits_8": {},
    "budget_1_refuted_not_vacuous": {
        "p.satisfiable": "vacuous",
        "p.total": "vacuous",
        "p.reachable.c0": "vacuous",
        "p.reachable.c1": "vacuous",
        "p.defined": "vacuous",
        "p.encodable": "vacuous",
    },
    "docs_and_sources": {"p.encodable": "refuted", "p.a": "refuted"},
    "hang_counting_shapes": {"p.encodable": "refuted"},
    "hang_explaining_vacuous": {
        "p.total": "refuted",
        "p.reachable.c0": "refuted",
        "p.defined": "refuted",
        "p.success_lower": "vacuous",
    },
    "hang_many_sets": {"p.never": "refuted", "p.none": "refuted", "p.all": "refuted"},
    "hang_replaying_nested_some": {
        "p.encodable": "refuted",
        "p.i": "refuted",
        "p.reachable.a": "undecided",
        "p.j": "undecided",
    },
    "long_list_12": {},
    "low_budget_8000_inconsistent": {
        "p.defined": "refuted",
        "p.a": "refuted",
        "p.c": "refuted",
        "p.d": "refuted",
        "p.f": "refuted",
    },
    "many_claims_undecided": {},
    "memory_bools24": {},
    "negative_code": {},
    "no_input": {"psci.older": "refuted"},
    "one_field_words": {"p.always": "refuted", "s.a": "refuted"},
    "prefers_of_no_value_is_true": {},
    "range_in_assumption_too_many": {},
    "range_in_guard_too_many": {},
    "range_with_width_boundary_wrong_proved": {"p.reachable.impossible": "refuted", "p.premise": "vacuous"},
    "reachable_contradicts_defined": {
        "p.defined": "refuted",
        "p.older_lower": "vacuous",
        "p.newer_only": "vacuous",
        "p.malformed_fails": "vacuous",
        "p.failure_below": "vacuous",
        "p.failure_above": "vacuous",
    },
    "reachable_says_guard_cannot_hold": {"p.defined": "refuted", "p.encodable": "vacuous"},
    "refines_borrowed_body_proved_but_false": {"p.refines": "refuted"},
    "refines_borrowed_body_reads_wrong_define": {"p.reachable.nope": "refuted"},
    "refines_borrowed_body_reads_wrong_define2": {"p.reachable.nope": "refuted"},
    "scenario_given_chosen_element": {},
    "scenario_given_many_undecided": {"p.any_request": "refuted"},
    "session_chained_outputs": {"p.encodable": "refuted", "s.x": "refuted"},
    "session_captured_variable": {"p.encodable": "refuted", "s.terminates": "refuted"},
    "session_input_assumption_undecided": {
        "s.defined": "vacuous",
        "s.terminates": "vacuous",
        "s.requests_known": "vacuous",
        "s.a": "vacuous",
        "s.b": "vacuous",
    },
    "session_set_assigned_beside_open": {"s.few": "refuted"},
    "several_ensures_false_proved": {"p.defined": "refuted"},
    "slice_undecided": {
        "bitfield.lower_is_requested": "refuted",
        "bitfield.older_lower": "refuted",
        "bitfield.success_iff_supported": "refuted",
        "bitfield.malformed_fails": "refuted",
        "bitfield.failure_above": "refuted",
    },
    "slices_across_fields": {
        "bit31.refines": "refuted",
        "bit31.lower_is_requested": "refuted",
        "bit31.success_iff_supported": "refuted",
        "bit31.malformed_fails": "refuted",
    },
    "slow_bools20": {},
    "slow_inputs10": {},
    "slow_lists_nested": {},
    "slow_nested10": {},
    "slow_nested_max30": {"p.x": "refuted"},
    "slow_open6": {"p.encodable": "refuted"},
    "too_large_crash": {"p.x": "refuted"},
    "undecided_trivial_with": {"p.defined": "refuted", "p.encodable": "refuted"},
    "vectors_define_with_bool_parameter": {"p.encodable": "refuted"},
    "vectors_define_with_set_parameter": {"p.encodable": "refuted"},
    "vectors_malformed_configuration": {},
    "vectors_noanswer_at_cleared_request": {"p.total": "refuted", "p.encodable": "refuted"},
}
"""By file, the claims that are not proved."""

FAULTY = {"reserved_first": {"P100"}}
"""Files that are no policies: the one fault that is told."""


def outcomes(name: str, budget: int = BUDGET) -> list[Outcome]:
    program = Loader().load(str(REPORTED / f"{name}.parley"))
    assert program is not None
    made: list[Outcome] = []
    for policy in program.own_policies:
        made += prove(policy, claims_of(policy, program.own_scenarios), budget)
    for host in program.own_hosts:
        made += prove_host(host, claims_of_host(host), budget)
    for session in program.own_sessions:
        made += prove_session(session, claims_of_session(session, program.own_scenarios), budget)
    return made


def test_every_file_has_its_verdicts_here() -> None:
    assert {path.stem for path in REPORTED.glob("*.parley")} == NOT_PROVED.keys() | FAULTY.keys()


@pytest.mark.slow
@pytest.mark.parametrize("name", NOT_PROVED)
def test_verdicts(name: str) -> None:
    found = {outcome.claim.address: outcome.verdict for outcome in outcomes(name)}
    assert {address: verdict for address, verdict in found.items() if verdict != "proved"} == NOT_PROVED[name]


@pytest.mark.slow
@pytest.mark.parametrize("budget", [1, 1_000, 8_000, 60_000])
@pytest.mark.parametrize(
    "name",
    [
        "low_budget_8000_inconsistent",
        "budget_1_refuted_not_vacuous",
        "slice_undecided",
        "refines_borrowed_body_proved_but_false",
    ],
)
def test_a_small_budget_decides_less_and_nothing_otherwise(name: str, budget: int) -> None:
    for outcome in outcomes(name, budget):
        right = NOT_PROVED[name].get(outcome.claim.address, "proved")
        assert outcome.verdict in (right, "undecided"), (outcome.claim.address, outcome.reason)


@pytest.mark.parametrize("name", FAULTY)
def test_one_fault_is_told(name: str) -> None:
    loader = Loader()
    assert loader.load(str(REPORTED / f"{name}.parley")) is None
    assert {problem.code for problem in loader.problems} == FAULTY[name]
