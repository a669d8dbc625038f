"""What policies and goals look at, and what cases leave open."""

from __future__ import annotations

from parley.model.parts import parts_of, parts_of_goals
from parley.model.queries import (
    Admitted,
    Answers,
    Disallowed,
    Fact,
    Given,
    Holds,
    leans_on_open,
    leaves_several_open,
    tried_sets,
)
from suites import policy_in

POLICY = """interface I {
    revision { reserved[15:14] zero high[13:9] major[8:6] minor[5:3] patch[2:0] }
    config supported : set of revision
    config window : range of revision
    config first_set : set of revision
    input requested : revision
    input offered : set of revision
    output lower : revision
    output other : revision
    output listed : set of revision
    output span : range of revision
    assume small: requested.high == 0
}
policy p for I {
    assume even: requested[1:0] == 0
    case leaning when requested.major == 1 { lower = any other = lower with { patch = 0 } listed = {} span = {} }
    case sets when requested.major == 2 { lower = requested other = any listed = any span = {} ensure lower.minor == 1 or other == lower }
    case ranges when requested.major == 3 { lower = requested other = lower listed = {} span = any }
    case fixed otherwise { lower = requested other = lower listed = {} span = {} }
}
"""
HIGH, MAJOR, MINOR, PATCH, LOW = (9, 5), (6, 3), (3, 3), (0, 3), (0, 2)


def test_the_parts_that_are_looked_at() -> None:
    policy = policy_in(POLICY)
    nodes = policy.elaboration.nodes
    minor = nodes.compare("==", nodes.bits(nodes.variable("requested"), 3, 3), nodes.constant(1))
    top = nodes.compare("==", nodes.bits(nodes.variable("lower"), 13, 1), nodes.constant(1))
    of_policy = {HIGH, LOW, MAJOR, MINOR, PATCH}
    assert parts_of(policy) == of_policy
    assert parts_of(policy, [Holds(top)]) == of_policy | {(13, 1)}
    assert parts_of_goals([Holds(minor, truth=False), Fact("top", top), Answers()]) == {MINOR, (13, 1)}
    assert parts_of_goals([Given("requested", nodes.bits(nodes.variable("lower"), 1, 4))]) == {(1, 4)}
    assert parts_of_goals([Disallowed(policy)]) == {MAJOR, MINOR, PATCH}
    assert parts_of_goals([Admitted(policy)]) == {HIGH, LOW}
    assert parts_of_goals([Answers()]) == frozenset()


def test_what_cases_leave_open() -> None:
    policy = policy_in(POLICY)
    assert [leans_on_open(policy, case) for case in policy.cases] == [True, False, False, False]
    assert [leaves_several_open(policy, case) for case in policy.cases] == [False, True, True, False]
    nodes = policy.elaboration.nodes
    sets = [nodes.listed(()), *(nodes.variable(name) for name in ("supported", "first_set", "offered"))]
    assert tried_sets(policy) == sets
