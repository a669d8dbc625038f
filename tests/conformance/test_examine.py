"""Programs of which it is not known what they support: replies are wrong only where no configuration makes them right."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from parley.conformance.conform import Conformance
from parley.conformance.examine import Examination, Examined
from parley.conformance.explain import Consistent, Contradiction
from parley.conformance.run import Implementation, Limits
from parley.model.instance import Instance, Value
from parley.spec.checked import CheckedPolicy
from parley.spec.load import Loader
from parley.spec.source import Source

BUILDS = [sys.executable, str(Path(__file__).parents[1] / "adapters" / "builds.py")]
PATIENT = Limits(reply=60, end=60)

STATUS_ALONE = """
interface S {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config supported : set of revision
    assume configured: supported is not empty
    input requested  : revision in x1
    output status    : { OK = 0, NO = 1 } in x0
}
policy p for S {
    case member when requested in supported { status = OK }
    case other otherwise { status = NO }
}
"""
NO_INPUT = """
interface PSCI {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config implemented : revision
    output version     : revision in x0
}
policy p for PSCI {
    case always otherwise { version = implemented }
}
"""
NOTHING = """
interface I {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config supported : set of revision
    config strange   : bool
    input  requested : revision in x1
    output status    : { OK = 0, NO = 1 } in x0
}
policy p for I {
    assume never: strange and not strange
    case always otherwise { status = OK }
}
"""


@cache
def library(name: str, policy: str) -> CheckedPolicy:
    program = Loader().load(name)
    assert program is not None
    return program.policies[policy]


def policy_of(text: str) -> CheckedPolicy:
    program = Loader().load_source(Source("p.parley", text), Path("p.parley"))
    assert program is not None
    (policy,) = program.own_policies
    return policy


def few(config: dict[str, Value]) -> Iterable[Instance]:
    """The members of a set, and a malformed request of each."""
    (value,) = config.values()
    words = value if isinstance(value, tuple) else ()
    return [Instance(config, {"requested": word | high}) for word in words for high in (0, 1 << 31, 1 << 32)]


def examined(
    policy: CheckedPolicy, *command: str, known: dict[Instance, str] | None = None
) -> tuple[Examined, Implementation]:
    conformance = Conformance(policy)
    with Implementation([*BUILDS, *command], PATIENT, conformance.registers) as program:
        return Examination(conformance, program, few, known or {}).run(), program


def rmi(*command: str, known: dict[Instance, str] | None = None) -> tuple[Examined, Implementation]:
    return examined(library("rmi", "rmm_1_0"), *command, known=known)


def found(made: Examined) -> Instance:
    assert isinstance(made.discovered.verdict, Consistent)
    return made.discovered.verdict.configuration


def test_what_conforms_is_right() -> None:
    made, program = rmi("conforms", "1.0", "1.2")
    assert found(made) == Instance({"supported": (0x10000, 0x10002)})
    assert {outcome.problem for outcome in made.outcomes} == {None}
    assert (made.unjudged, made.evidence, made.discovered.determined) == (0, None, True)
    assert (program.starts, program.troubles) == (1, [])
    assert made.repeated > 0


def test_a_contradiction_makes_nothing_else_wrong() -> None:
    """1.1 comes back as older than all that is supported, and 1.0 is accepted: one of them is wrong, all others are
    possible.
    """
    made, _ = rmi("hides", "1.0", "1.2")
    assert made.evidence is not None
    assert [one.inputs["requested"] for one in made.evidence.seen] == [0x10001, 0x10000]
    assert made.outcomes == []
    assert made.unjudged > 60


def test_replies_that_no_configuration_gives_are_wrong_beside_a_contradiction() -> None:
    made, _ = rmi("masks", "1.0", "1.2")
    assert made.evidence is not None
    (shown,) = made.evidence.seen
    wrong = {outcome.check.at.inputs["requested"] for outcome in made.outcomes}
    assert wrong | {shown.inputs["requested"]} == {w | 1 << b for w in (0x10000, 0x10002) for b in (31, 32)}
    assert {(o.problem, o.check.expect) for o in made.outcomes} == {("wrong", None)}


@pytest.mark.slow
def test_what_is_accepted_is_a_member() -> None:
    """TF-RMM's rule hides 1.0 behind 1.2 until it is asked for; only then is 1.0 worth asking about."""
    made, _ = examined(library("tf_rmm", "tf_rmm"), "hides", "1.0", "1.2")
    assert found(made) == Instance({"supported": (0x10000, 0x10002)})
    assert {outcome.problem for outcome in made.outcomes} == {None}
    assert (0x10000 | 1 << 31) in {outcome.check.at.inputs["requested"] for outcome in made.outcomes}
    assert not made.discovered.determined


@pytest.mark.slow
def test_what_is_accepted_is_a_member_where_the_reply_does_not_name_it() -> None:
    made, _ = examined(policy_of(STATUS_ALONE), "status", "1.0", "1.2", "0.7")
    assert found(made) == Instance({"supported": (0x00007, 0x10000, 0x10002)})
    assert {outcome.problem for outcome in made.outcomes} == {None}


def test_a_first_request_without_a_reply_is_not_the_end() -> None:
    made, _ = rmi("largest", "1.0", "1.2")
    assert made.discovered.fault is not None
    assert made.discovered.failed == {"requested": 0x7FFFFFFF}
    assert found(made) == Instance({"supported": (0x10000, 0x10002)})
    assert len(made.outcomes) > 60
    assert {outcome.problem for outcome in made.outcomes} == {None}


def test_after_one_reply_what_can_be_is_tested() -> None:
    """Each run has one answer in it; nothing that is answered is wrong."""
    made, _ = rmi("second", "1.0", "1.2")
    assert made.discovered.fault is not None
    assert len(made.discovered.seen) == 1
    problems = [outcome.problem for outcome in made.outcomes]
    assert None in problems
    assert set(problems) == {None, "crash", "not asked"}


@pytest.mark.slow
def test_known_failures_are_no_contradiction() -> None:
    config: dict[str, Value] = {"supported": (0x10000, 0x10002)}
    made, _ = rmi("hides", "1.0", "1.2", known={Instance(config, {"requested": 0x10001}): "the newest comes back"})
    assert found(made) == Instance({"supported": (0x10000, 0x10002)})
    assert made.evidence is None
    assert [o.check.at for o in made.outcomes if o.problem is not None] == [Instance(config, {"requested": 0x10001})]
    # Of another configuration they say nothing.
    other: dict[str, Value] = {"supported": (0x10000, 0x10003)}
    assert rmi("hides", "1.0", "1.2", known={Instance(other, {"requested": 0x10001}): ""})[0].evidence is not None


def test_an_interface_without_inputs() -> None:
    conformance = Conformance(policy_of(NO_INPUT))
    with Implementation([*BUILDS, "implemented", "1.1"], PATIENT, conformance.registers) as program:
        made = Examination(conformance, program, lambda _: [Instance({"implemented": 0x10001})], {}).run()
    assert found(made) == Instance({"implemented": 0x10001})
    assert [(outcome.problem, outcome.outputs) for outcome in made.outcomes] == [(None, {"version": 0x10001})]


def test_assumptions_that_admit_no_configuration() -> None:
    made, _ = examined(policy_of(NOTHING), "status", "1.0")
    assert made.discovered.verdict == Contradiction((), fewest=True)
    assert made.evidence is not None
    assert made.evidence.seen == []


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["conforms", "hides", "masks"])
def test_it_is_the_same_each_time(mode: str) -> None:
    assert rmi(mode, "1.0", "1.2")[0] == rmi(mode, "1.0", "1.2")[0]
