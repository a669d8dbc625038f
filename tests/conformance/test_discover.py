"""Finding out what is supported: few requests, and the word that no other configuration explains the replies."""

from __future__ import annotations

from functools import cache

import pytest
from parley.conformance.batch import Fault
from parley.conformance.discover import MOST_LED, Discovered, Discovery
from parley.conformance.explain import Consistent, Contradiction
from parley.conformance.replay import Observation
from parley.model.instance import Instance, Value, word_of
from parley.model.oracle import Oracle
from parley.spec.checked import CheckedPolicy
from parley.spec.load import Loader


@cache
def library(name: str, policy: str) -> CheckedPolicy:
    program = Loader().load(name)
    assert program is not None
    return program.policies[policy]


def discovered(supported: str, behaves: CheckedPolicy, policy: CheckedPolicy) -> tuple[Discovered, list[str]]:
    """What is found out of an implementation that answers as a policy does, and the requests made."""
    oracle = Oracle(behaves)
    config: dict[str, Value] = {"supported": tuple(sorted(map(oracle.format.read, supported.split())))}
    asked: list[str] = []

    def ask(inputs: dict[str, Value]) -> Observation | Fault:
        asked.append(oracle.format.show(word_of(inputs["requested"])))
        return Observation(inputs, oracle.answers(config, inputs)[0])

    return Discovery(policy, ask).run(), asked


@pytest.mark.parametrize(
    ("supported", "requests"),
    [
        ("1.0", ["32767.65535", "0.65535"]),
        ("0.0", ["32767.65535"]),
        ("32767.65535", ["32767.65535", "32767.65534"]),
        ("0.0 1.0", ["32767.65535", "0.65535"]),
        ("1.0 2.0", ["32767.65535", "1.65535", "0.65535"]),
        ("1.0 1.1 1.2", ["32767.65535", "1.1", "1.0", "0.65535"]),
        ("1.0 1.2 1.5 2.0 3.7", ["32767.65535", "3.6", "1.65535", "1.4", "1.1", "0.65535"]),
    ],
)
def test_one_request_more_than_there_are_revisions(supported: str, requests: list[str]) -> None:
    """Each gap below a supported revision takes a request of its own, and the newest is not known beforehand."""
    policy = library("rmi", "rmm_1_0")
    found, asked = discovered(supported, policy, policy)
    words = tuple(map(Oracle(policy).format.read, supported.split()))
    assert found.verdict == Consistent(Instance({"supported": words}))
    assert found.determined
    assert asked == requests


def test_a_reply_without_a_configuration_ends_the_search() -> None:
    found, asked = discovered("1.0", library("qemu_fork", "qemu_fork"), library("rsi", "rmm_1_0_rsi"))
    assert found.verdict == Contradiction((0,), fewest=True)
    assert asked == ["32767.65535"]


def test_two_replies_without_a_configuration_end_the_search() -> None:
    """The older revision that a reply names is then denied."""
    found, asked = discovered("1.0 1.2", library("rmi", "rmm_1_0"), library("islet", "islet"))
    assert isinstance(found.verdict, Contradiction)
    assert len(asked) == 1


def test_a_policy_that_does_not_tell_is_not_asked_for_ever() -> None:
    """TF-RMM's rule hides whatever is older than the newest revision, until it is asked for."""
    policy = library("tf_rmm", "tf_rmm")
    found, asked = discovered("1.0 2.0", policy, policy)
    assert isinstance(found.verdict, Consistent)
    assert not found.determined
    assert len(asked) <= MOST_LED + 2


def test_a_build_that_is_known_from_its_assumption_is_only_looked_at() -> None:
    policy = library("tf_rmm", "tf_rmm_206a8942")
    found, asked = discovered("1.0 2.0", policy, policy)
    assert found.verdict == Consistent(Instance({"supported": (0x10000, 0x20000)}))
    assert found.determined
    assert len(asked) <= 2


def test_a_request_without_a_reply_ends_the_search() -> None:
    found = Discovery(library("rmi", "rmm_1_0"), lambda _: Fault("timeout", "no reply within 5 s")).run()
    assert found.fault == Fault("timeout", "no reply within 5 s")
    assert found.failed == {"requested": 0x7FFFFFFF}
    assert found.seen == []
