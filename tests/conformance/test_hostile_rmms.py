"""RMMs that break their policy: which there are, what they answer, what a host must do all the same, and what tells them."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import parley
import pytest
from parley import HostResult, Rejected
from parley.conformance.host_program import HostProgram
from parley.conformance.host_verdict import HostOutcome
from parley.conformance.negotiation import Negotiator, policy_rmm
from parley.conformance.run import Limits
from parley.conforming_hosts import conform_host
from parley.hostile import HostileRmms
from parley.model.instance import Instance
from parley.spec.checked import CheckedSession
from parley.vectors.generate import explore
from parley.vectors.session_values import SessionValues

ADAPTERS = Path(__file__).parents[1] / "adapters"
HOST = [sys.executable, str(ADAPTERS / "host.py")]


def session(name: str) -> CheckedSession:
    found = parley.find(name)
    assert isinstance(found, CheckedSession)
    return found


@cache
def run(rule: str, given: str = "1.0,1.2", only: str = "") -> HostResult:
    return conform_host(session("callers:kvm_v7"), [*HOST, rule], {"supported": given}, hostile=True, only=only)


def wrong(result: HostResult) -> dict[str, HostOutcome]:
    """The hostile RMMs with which the program does what the rules do not."""
    assert all(one.negotiation.rmm.hostile for one in result.deviations)
    return {one.negotiation.rmm.name: one for one in result.deviations}


def test_the_kinds_are_those_of_the_interface() -> None:
    rmms = HostileRmms(session("callers:kvm_v7"))
    assert {name: rmm.what for name, rmm in rmms.kinds.items()} == {
        "no_rmm": "nobody answers: x0 is NOT_SUPPORTED, and all else 0",
        "unnamed_status": "x0 is 0x2, which is no status",
        "lower_bit_31": "bit 31 of x1 is set, which is no revision's",
        "lower_bit_63": "bit 63 of x1 is set, which is no revision's",
        "higher_bit_31": "bit 31 of x2 is set, which is no revision's",
        "higher_bit_63": "bit 63 of x2 is set, which is no revision's",
        "spare_registers": "x3 to x16 that are no outputs are not 0 (DEN0137 RKBWJD)",
    }
    assert rmms.names() == [*rmms.kinds, *(f"m{number}" for number in range(1, len(rmms.mutants) + 1))]


def test_what_is_in_the_registers_of_each_kind() -> None:
    rmms = HostileRmms(session("callers:kvm_v7"))
    at = Instance({"supported": (0x10000, 0x10002)}, {"requested": 0x10001})
    said = {name: rmm.answers(at)[0].body for name, rmm in rmms.kinds.items()}
    right = {"x0": "0x1", "x1": "0x10000", "x2": "0x10002"}
    assert said["no_rmm"] == {"x0": "0xffffffffffffffff", "x1": "0x0", "x2": "0x0"}
    assert said["unnamed_status"] == {**right, "x0": "0x2"}
    assert said["lower_bit_63"] == {**right, "x1": "0x8000000000010000"}
    spare = said["spare_registers"]
    assert {name: spare[name] for name in right} == right
    assert {name for name in spare if name not in right} == {f"x{number}" for number in range(3, 17)}
    assert "0x0" not in spare.values()
    # Nothing is amiss in what the interface has, and so in what rules read.
    assert [name for name, rmm in rmms.kinds.items() if not rmm.amiss] == ["spare_registers"]


def test_an_rmm_whose_spare_registers_are_not_zero_may_be_refused() -> None:
    """It breaks what the text says, though no output is wrong: the claims that presuppose that it does not are left."""
    given = {"supported": "1.0,1.2"}
    command = [sys.executable, str(ADAPTERS / "misbehaving_hosts.py"), "refuses_spare"]
    result = conform_host(session("callers:kvm_v7"), command, given, hostile=True, only="spare_registers")
    assert (result.code, len(result.outcomes)) == (0, 2)
    assert "finds_common" in result.presuming
    broken = {name for one in result.outcomes if one.negotiation.rmm.hostile for name in one.broken}
    assert not broken & {*result.presuming}


def test_a_program_that_does_as_its_model_is_right_whatever_it_is_told() -> None:
    result = run("linux")
    assert (result.code, result.deviations, result.faults) == (0, [], [])
    assert set(result.kept) == {"terminates", "requests_known", "one_request"}
    assert {"safe", "finds_common"} <= set(result.presuming)
    mutants = [one for one in result.hostile if one.mutant]
    told = [one for one in mutants if one.told]
    assert 0 < len(told) < len(mutants)
    # What a lying RMM leads it to is its own fault.
    agreed = {one.negotiation.run.agreed for one in result.outcomes if one.negotiation.rmm.hostile}
    assert agreed == {None, 0x10000}
    assert not any({"safe", "finds_common"} & {*one.broken} for one in result.outcomes if one.negotiation.rmm.hostile)


@pytest.mark.slow
def test_a_mutant_is_played_where_it_answers_wrongly() -> None:
    result = run("linux", "2.0")
    oracle = HostileRmms(session("callers:kvm_v7")).oracle
    played = {one.negotiation.rmm.name: one.negotiation for one in result.outcomes if one.negotiation.rmm.hostile}
    for rmm in result.hostile:
        assert (rmm.name in played) == rmm.told == bool(rmm.played)
        if rmm.mutant and rmm.told:
            (round_,) = played[rmm.name].run.rounds
            outputs = {name: value for name, value in round_.outputs.items() if value is not None}
            right = oracle.are_values(outputs) and oracle.allows(
                {"supported": (0x20000,)}, {"requested": 0x10000}, outputs
            )
            assert not right, rmm.what


@pytest.mark.slow
def test_who_knows_one_error_takes_all_else_for_success() -> None:
    result = run("fails_on_error_input")
    # With the policy it is right: there are two statuses.
    assert all(one.deviation is None or one.negotiation.rmm.amiss for one in result.outcomes)
    found = wrong(result)
    assert {"no_rmm", "unnamed_status"} <= set(found)
    outcome = found["no_rmm"]
    assert outcome.deviation is not None
    assert (outcome.deviation.rule, outcome.deviation.does.kind) == ("rule_2", "accept")
    # No `parley eval` has such an RMM, and `parley conform` plays it again.
    assert result.replay(outcome) == ""
    assert " --supported 1.0,1.2 --hostile --only no_rmm -- " in result.again(outcome)
    assert result.code == 1


@pytest.mark.slow
def test_who_masks_reserved_bits_takes_a_malformed_revision() -> None:
    result = conform_host(
        session("callers:xen_rmm"),
        [*HOST, "xen_masking"],
        {"supported": "1.0", "known": "1.0"},
        hostile=True,
        only="lower_bit_31",
    )
    assert [one.name for one in result.hostile] == ["lower_bit_31"]
    (outcome,) = result.deviations
    assert outcome.negotiation.registers[0]["x1"] == "0x80010000"
    assert (outcome.deviation and outcome.deviation.wants.kind, result.code) == ("give up", 1)


@pytest.mark.slow
def test_one_hostile_rmm_can_be_played_alone() -> None:
    told = [one.name for one in run("linux").hostile if one.mutant and one.told]
    result = run("linux", only=told[0])
    assert [one.name for one in result.hostile] == [told[0]]
    assert [one.negotiation.rmm.name for one in result.outcomes] == ["policy", told[0]]
    with pytest.raises(Rejected, match="there is no hostile RMM `m0`"):
        run("linux", only="m0")
    with pytest.raises(Rejected, match="--only is given without --hostile"):
        conform_host(session("callers:kvm_v7"), [*HOST, "linux"], only="m1")


@pytest.mark.slow
def test_each_mutant_is_told_by_a_run_of_a_host_but_those_proved_equivalent() -> None:
    """What a host asked shows each hostile RMM for what it is, and so does what it was answered."""
    asked_by = session("general_hosts:lower_rmm_1_0")
    values, rmms = SessionValues(asked_by), HostileRmms(asked_by)
    pools = [(config, values.boundary.pool(config)) for config in values.boundary.configurations()]
    instances = [
        Instance({**config, "known": (word,)})
        for config, pool in pools
        for word in pool
        if values.format.well_formed(word)
    ]
    untold: set[str] = set()
    with HostProgram([*HOST, "asks_all"], Limits()) as program:
        negotiator = Negotiator(asked_by, program, 100)
        honest = policy_rmm(asked_by, lambda _: [], 1)
        asked = rmms.asked([negotiator.play(instance, honest) for instance in instances])
        for name, mutant in rmms.mutants.items():
            found = rmms.telling(mutant, asked)
            if not found:
                untold.add(name)
                continue
            played = negotiator.play(found[0], rmms.mutant(mutant))
            answered = [({n: v for n, v in r.outputs.items() if v is not None}, r.request) for r in played.run.rounds]
            right = [
                rmms.oracle.are_values(outputs) and rmms.oracle.allows(found[0].config, {"requested": request}, outputs)
                for outputs, request in answered
            ]
            assert not all(right), mutant.what
    assert untold == set(explore(asked_by.policy).equivalent)
    assert len(untold) < len(rmms.mutants) / 5
