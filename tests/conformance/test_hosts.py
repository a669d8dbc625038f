"""Programs that are hosts, with Parley as the RMM: right ones are right, and wrong ones are shown to be wrong."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import parley
import pytest
from parley import HostResult, Rejected
from parley.conformance.host_verdict import HostOutcome
from parley.conforming_hosts import conform_host
from parley.model.evaluate_session import SessionEvaluator
from parley.model.instance import Range
from parley.model.play_session import Player
from parley.spec.checked import CheckedSession

HOST = [sys.executable, str(Path(__file__).parents[1] / "adapters" / "host.py")]

OPEN = """
interface I {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config supported : set of revision
    assume configured: supported is not empty
    input  requested : revision in x1
    output status    : { OK = 0, BAD = 1 } in x0
    output lower     : revision in x1
    output higher    : revision in x2
}
policy p for I {
    higher = max supported
    case accepted when requested in supported {
        status = OK
        lower  = requested
    }
    case refused otherwise {
        status = BAD
        lower  = any
        ensure lower != requested
    }
}
host goes_down for I {
    knows any
    start request max known
    on status == OK => accept requested
    on lower < requested and (some k in known: k <= lower) => request max k in known where k <= lower
    otherwise => give up
}
session s : goes_down with p {
    property safe: accepted implies agreed in supported
}
host retries for I {
    knows 1.1, 2.0
    start request 1.1
    on status == OK => accept requested
    on lower in known and lower != requested => request lower
    on higher in known and higher != requested => request higher
    otherwise => give up
}
session r : retries with p { property safe: accepted implies agreed in supported }
host asks_well_formed for I {
    knows any up to 1
    start request max known
    on status == OK => accept requested
    otherwise => give up
}
policy well_formed for I refines p {
    assume without_reserved: requested.reserved == 0 and requested > 0.0
    higher = max supported
    case accepted when requested in supported {
        status = OK
        lower  = requested
    }
    case refused otherwise {
        status = BAD
        lower  = if requested == 0.0 then 1.0 else 0.0
    }
}
session assumed : asks_well_formed with well_formed { property safe: accepted implies agreed in supported }
"""


def session(name: str) -> CheckedSession:
    found = parley.find(name)
    assert isinstance(found, CheckedSession)
    return found


@cache
def run(name: str, rule: str, given: str = "") -> HostResult:
    config = dict(pair.split("=") for pair in given.split()) if given else None
    return conform_host(session(name), [*HOST, rule], config)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("callers:kvm_v7", "linux"),
        ("callers:kvm_v2", "linux_v2"),
        ("kernel_thread:retry", "retries"),
        ("callers:xen_rmm", "xen"),
        ("general_hosts:lower_rmm_1_0", "goes_down"),
        ("discovery:kvm_discovering", "linux"),
    ],
)
def test_a_program_that_does_as_its_model_is_right(name: str, rule: str) -> None:
    result = run(name, rule)
    assert (result.code, result.faults, result.deviations) == (0, [], [])
    assert result.broken(expected=False) == {}
    assert len(result.judged) == len(result.outcomes) >= 10
    assert all(one.compared == len(one.negotiation.run.rounds) + 1 for one in result.outcomes)


def test_what_is_known_to_fail_is_no_failure() -> None:
    result = run("callers:kvm_v2", "linux_v2")
    assert list(result.broken(expected=True)) == ["safe"]
    assert result.code == 0


@pytest.mark.slow
def test_each_negotiation_is_the_one_that_the_model_has() -> None:
    """What a right program does is what `parley eval` plays."""
    for name, rule in (("kernel_thread:retry", "retries"), ("general_hosts:lower_rmm_1_0", "goes_down")):
        evaluator = SessionEvaluator(session(name))
        for outcome in run(name, rule).outcomes:
            played = outcome.negotiation
            model = Player(evaluator).play(played.instance, lambda _, __: None).run
            assert (model.ending, model.agreed) == (played.run.ending, played.run.agreed)
            assert [(r.request, r.case, r.outputs) for r in model.rounds] == [
                (r.request, r.case, r.outputs) for r in played.run.rounds
            ]


def first(found: list[HostOutcome]) -> HostOutcome:
    assert found
    return found[0]


def test_linux_before_it_looked_at_the_status_is_unsafe() -> None:
    result = run("callers:kvm_v7", "linux_v2")
    assert result.code == 1
    outcome = first(result.broken(expected=False)["safe"])
    assert outcome.negotiation.instance.config["supported"] == (0x10001,)
    assert outcome.negotiation.run.agreed == 0x10000
    assert outcome.deviation is not None
    assert (outcome.deviation.rounds, outcome.deviation.rule) == (1, "rule_2")
    assert (outcome.deviation.wants.kind, outcome.deviation.does.kind) == ("give up", "accept")
    assert result.replay(outcome) == "parley eval callers:kvm_v7 --supported 1.1"
    assert result.again(outcome).startswith("parley conform callers:kvm_v7 --supported 1.1 -- ")


def test_who_trusts_lower_finds_no_common_revision() -> None:
    result = run("kernel_thread:retry", "trusts_lower")
    broken = result.broken(expected=False)
    # `lower` is always supported, so it is safe; and yet.
    assert set(broken) == {"best", "finds_common_exactly"}
    # 1.0 comes back, and is accepted although the host does not speak it.
    configurations = {one.negotiation.instance.config["supported"]: one for one in result.outcomes}
    outcome = configurations[0x10000, 0x20000]
    assert (outcome.negotiation.run.agreed, outcome.broken) == (0x10000, ("best",))
    assert outcome.deviation is not None
    assert (outcome.deviation.rule, outcome.deviation.wants.value) == ("rule_3", 0x20000)


def test_who_asks_once_does_not_do_as_the_thread_says() -> None:
    result = run("kernel_thread:retry", "once")
    start = first(result.deviations)
    assert start.deviation is not None
    assert (start.deviation.rounds, start.deviation.rule) == (0, None)
    assert (start.deviation.wants.value, start.deviation.does.value) == (0x10001, 0x20000)


def test_who_asks_for_ever_is_stopped() -> None:
    result = conform_host(session("kernel_thread:retry"), [*HOST, "for_ever"], {"supported": "1.0"}, rounds=5)
    (outcome,) = result.outcomes
    assert (outcome.negotiation.run.ending, len(outcome.negotiation.run.rounds)) == ("loops", 5)
    assert set(outcome.broken) == {"terminates", "two_requests"}
    assert (result.code, result.starts) == (1, 1)


def test_who_asks_again_is_told_the_same_and_ends() -> None:
    result = conform_host(session("callers:kvm_v7"), [*HOST, "patient"], {"supported": "1.1"})
    (outcome,) = result.outcomes
    # Asking three times is no loop; that it is one request too many is a property of the session.
    assert (outcome.negotiation.run.ending, outcome.broken) == ("gave_up", ("one_request",))
    assert len({str(round_.outputs) for round_ in outcome.negotiation.run.rounds}) == 1
    assert outcome.deviation is not None
    assert outcome.deviation.rounds == 1


def test_who_asks_for_what_it_does_not_speak_is_told() -> None:
    result = run("callers:xen_rmm", "linux", "supported=1.0 known=2.0")
    (outcome,) = result.outcomes
    assert "requests_known" in outcome.broken


# ---- configurations -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_configurations_can_be_given_in_part() -> None:
    name = "general_hosts:lower_rmm_1_0"
    both = run(name, "goes_down", "supported=1.0,2.0 known=1.0,1.1")
    assert [one.negotiation.instance.config for one in both.outcomes] == [
        {"supported": (0x10000, 0x20000), "known": (0x10000, 0x10001)}
    ]
    one = run(name, "goes_down", "supported=1.0,2.0")
    assert {outcome.negotiation.instance.config["supported"] for outcome in one.outcomes} == {(0x10000, 0x20000)}
    assert len({outcome.negotiation.instance.config["known"] for outcome in one.outcomes}) > 10
    other = run(name, "goes_down", "known=1.0")
    assert {outcome.negotiation.instance.config["known"] for outcome in other.outcomes} == {(0x10000,)}
    assert len(other.outcomes) > 10


@pytest.mark.parametrize(
    ("name", "given", "code", "text"),
    [
        ("callers:kvm_v7", {"known": "1.0"}, "P504", "`known` is nothing that `kvm_v7` takes"),
        ("callers:kvm_v7", {"supported": ""}, "P501", "the assumptions of `kvm_v7` admit no configuration there"),
        ("callers:xen_rmm", {"known": "1.0,1.1"}, "P504", "--known: `xen` knows one revision, and 2 are given"),
        ("callers:kvm_v7", {"supported": "one"}, "P504", "--supported: `one` is not a revision"),
    ],
)
def test_what_is_no_configuration_is_told(name: str, given: dict[str, str], code: str, text: str) -> None:
    with pytest.raises(Rejected) as raised:
        conform_host(session(name), [*HOST, "linux"], given)
    (problem,) = raised.value.diagnostics
    assert problem.code == code
    assert problem.message.startswith(text)


def test_what_is_tried_is_not_all_that_there_is() -> None:
    """An assumption that no usual configuration meets, which the claim `satisfiable` is proved under."""
    odd = "use rmi\nuse callers\nsession s : linux_kvm_v7 with rmm_1_0 { assume m: some r in supported: r[15:8] == 77 }"
    with pytest.raises(Rejected) as raised:
        conform_host(parley.loads(odd).sessions["s"], [*HOST, "linux"], {})
    (problem,) = raised.value.diagnostics
    assert problem.message == "of the configurations that are tried, none meets the assumptions of `s`"
    assert "s.satisfiable" in problem.help


@pytest.mark.slow
def test_the_configurations_are_the_same_each_time_and_none_comes_twice() -> None:
    one = [outcome.negotiation.instance for outcome in run("general_hosts:lower_rmm_1_0", "goes_down").outcomes]
    assert len(one) == len(set(one))
    name, given = "callers:xen_rmm", {"supported": "1.0"}
    two, again = (conform_host(session(name), [*HOST, "xen", *more], given) for more in ([], ["once"]))
    assert [outcome.negotiation.run for outcome in two.outcomes] == [o.negotiation.run for o in again.outcomes]
    assert (two.starts, again.starts) == (1, len(again.outcomes))


# ---- what is left open ----------------------------------------------------------------------------------


def of_text(name: str) -> CheckedSession:
    return parley.loads(OPEN).sessions[name]


def test_each_answer_that_matters_is_given() -> None:
    given = {"supported": "1.0", "known": "1.0,1.1,1.2"}
    result = conform_host(of_text("s"), [*HOST, "goes_down"], given)
    assert (result.code, len(result.faults)) == (0, 0)
    lower = {one.negotiation.run.rounds[0].outputs["lower"] for one in result.outcomes}
    # The host's own, those beside them, none at all, and words that no revision is; but never the request.
    assert lower >= {0, 0x10000, 0x10001, 0x10003, 0x7FFFFFFF, (1 << 64) - 1}
    assert 0x10002 not in lower
    assert any(isinstance(word, int) and word >> 31 == 1 for word in lower)
    # Some find 1.0, some do not, and some in more rounds than others.
    assert {one.negotiation.run.ending for one in result.outcomes} == {"accepted", "gave_up"}
    assert {len(one.negotiation.run.rounds) for one in result.outcomes} == {1, 2, 3}
    assert len({str(one.negotiation.run) for one in result.outcomes}) > 12
    assert all(one.negotiation.open_[0] == ("lower",) for one in result.outcomes)


def test_a_replay_says_what_was_answered() -> None:
    result = conform_host(of_text("r"), [*HOST, "trusts_lower"], {"supported": "2.0"}, argument="t.parley:r")
    outcome = next(one for one in result.deviations if one.negotiation.run.rounds[0].outputs["lower"] == 0x20000)
    assert result.replay(outcome) == "parley eval t.parley:r --supported 2.0 --lower@1 2.0"
    # It does what the rules do as long as the rounds are theirs.
    played = parley.evaluate(of_text("r"), {"supported": "2.0", "lower@1": "2.0"})
    assert played.run.rounds[0].outputs == outcome.negotiation.run.rounds[0].outputs


def test_a_request_that_an_assumption_rules_out_is_left_out() -> None:
    given = {"supported": "1.0", "known": "0.0"}
    result = conform_host(of_text("assumed"), [*HOST, "once"], given)
    assert [one.negotiation.run.why for one in result.left_out] == [
        "the assumption `without_reserved` rules its request out"
    ]
    # Nothing can be said of the program then.
    assert (result.judged, result.code, result.faults) == ([], 3, [])


# ---- other things that hosts are ------------------------------------------------------------------------


def test_a_host_that_knows_an_interval_is_told_its_ends() -> None:
    text = OPEN.replace("knows any\n", "knows range\n")
    result = conform_host(
        parley.loads(text).sessions["s"], [sys.executable, "-c", RANGES], {"supported": "1.0", "known": "1.0..1.2"}
    )
    assert {one.negotiation.instance.config["known"] for one in result.outcomes} == {Range(0x10000, 0x10002)}
    assert {one.negotiation.run.ending for one in result.outcomes} == {"gave_up"}


RANGES = """
import json, sys
for line in sys.stdin:
    assert json.loads(line)["known"] == "1.0..1.2"
    print(json.dumps({"requested": "1.2"}), flush=True)
    sys.stdin.readline()
    print(json.dumps({"give_up": True}), flush=True)
"""


def test_who_ends_without_a_request_is_judged_all_the_same() -> None:
    script = 'import sys\nfor line in sys.stdin: print(\'{"accept": "1.0"}\', flush=True)'
    result = conform_host(session("callers:kvm_v7"), [sys.executable, "-c", script], {"supported": "1.1"})
    (outcome,) = result.outcomes
    assert outcome.negotiation.run.rounds == ()
    # It accepted what is not supported, by no request.
    assert set(outcome.broken) == {"safe", "one_request"}
    assert outcome.deviation is not None
    assert (outcome.deviation.wants.kind, outcome.deviation.does.kind) == ("request", "accept")


def test_a_relation_without_a_body_is_nothing_to_run_against() -> None:
    text = OPEN.replace("    input  requested", "    define ok(a, b)\n    input  requested").replace(
        "case accepted when requested in supported", "case accepted when some r in supported: ok(r, requested)"
    )
    with pytest.raises(Rejected, match="`p` has no body for `ok`"):
        conform_host(parley.loads(text).sessions["s"], [*HOST, "goes_down"])


def test_inputs_that_a_line_cannot_tell_are_refused() -> None:
    with pytest.raises(Rejected, match="would have two things called `give_up`"):
        conform_host(parley.loads(OPEN.replace("requested", "give_up")).sessions["s"], [*HOST, "goes_down"])
