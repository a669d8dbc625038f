"""Boundary values of sessions: what is among them, and that they are bounded, admitted and the same each time."""

from __future__ import annotations

import parley
import pytest
from parley.model.evaluate_session import SessionEvaluator
from parley.model.instance import Instance, Range
from parley.spec.checked import CheckedSession
from parley.vectors.session_values import MOST, MOST_OPEN, SessionValues

SESSIONS = [
    "callers:kvm_v7",
    "callers:edk2_realm",
    "kernel_thread:retry",
    "general_hosts:lower_rmm_1_0",
    "discovery:realm_on_plane_0",
    "ffa:after_hafnium",
    "scmi:linux_scmi_platform",
]


def session(name: str) -> CheckedSession:
    found = parley.find(name)
    assert isinstance(found, CheckedSession)
    return found


def configurations(name: str) -> list[Instance]:
    return SessionValues(session(name)).configurations({})


@pytest.mark.parametrize("name", SESSIONS)
def test_they_are_admitted_and_bounded_and_none_comes_twice(name: str) -> None:
    found = configurations(name)
    assert found == configurations(name)
    assert 10 <= len(found) <= MOST
    assert len(set(found)) == len(found)
    evaluator = SessionEvaluator(session(name))
    assert all(evaluator.admits(instance) for instance in found)


def test_what_the_host_speaks_is_supported_or_not_or_nearly() -> None:
    supported = {instance.config["supported"] for instance in configurations("kernel_thread:retry")}
    below, first, above = 0x10000, 0x10001, 0x10002
    assert supported >= {(first,), (below,), (above,), (below, above), (first, 0x20000)}
    # What the thread is about, and what breaks it.
    assert supported >= {(below, 0x20000), (below, 0x20000, 0x20001)}


def test_a_host_that_speaks_anything_speaks_what_is_supported_and_what_is_not() -> None:
    for instance in configurations("general_hosts:lower_rmm_1_0"):
        assert instance.config["known"]
    found = [
        (set(_words(i, "supported")), set(_words(i, "known"))) for i in configurations("general_hosts:lower_rmm_1_0")
    ]
    for holds in (
        any(known == supported for supported, known in found),
        any(known > supported for supported, known in found),
        any(known < supported for supported, known in found),
        any(known.isdisjoint(supported) for supported, known in found),
        any(known & supported and known - supported and supported - known for supported, known in found),
        any(min(known) > max(supported) for supported, known in found),
        any(max(known) < min(supported) for supported, known in found),
    ):
        assert holds
    # Some of each RMM, and as much of each.
    count = [sum(one == supported for one, _ in found) for supported, _ in found]
    assert max(count) - min(count) <= 2


def test_no_host_speaks_more_than_it_may() -> None:
    assert {len(_words(instance, "known")) for instance in configurations("callers:edk2_realm")} == {1}


def test_what_is_given_is_kept() -> None:
    values = SessionValues(session("callers:edk2_realm"))
    one = values.configurations({"known": (0x20000,)})
    assert {instance.config["known"] for instance in one} == {(0x20000,)}
    assert len(one) > 10
    both = values.configurations({"known": (0x20000,), "supported": (0x10000,)})
    assert both == [Instance({"supported": (0x10000,), "known": (0x20000,)})]
    assert values.configurations({"supported": ()}) == []


def test_an_interval_that_a_host_speaks_has_something_in_it() -> None:
    text = "use rmi host h for RMI_VERSION { knows range start request max known otherwise => give up }"
    made = parley.loads(f"{text} session s : h with rmm_1_0 {{ property p: gave_up }}").sessions["s"]
    known = {instance.config["known"] for instance in SessionValues(made).configurations({})}
    assert len(known) > 10
    assert all(isinstance(value, Range) for value in known)


def test_open_answers_take_what_matters_to_the_host() -> None:
    values = SessionValues(session("general_hosts:lower_rmm_1_0"))
    at = Instance({"supported": (0x10000, 0x20000), "known": (0x10001, 0x30000)}, {"requested": 0x30000})
    words = values.open_words(at)
    assert {0, 0x10000, 0x20000, 0x10001, 0x30000, 0x30001, 0x7FFFFFFF} <= set(words)
    assert any(word >> 31 for word in words)
    assert len(words) == len(set(words)) <= MOST_OPEN


def _words(instance: Instance, name: str) -> tuple[int, ...]:
    value = instance.config[name]
    assert isinstance(value, tuple)
    return value
