"""The bits that a policy and the goals about it look at: where the encoding must cut words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..spec.checked import CheckedPolicy
from ..spec.core import Core
from . import queries
from .queries import Goal
from .vocabulary import vocabulary_of

Parts = frozenset[tuple[int, int]]
"""The lowest bit of each part, and how many it has."""


def parts_of(policy: CheckedPolicy, goals: Iterable[Goal] = ()) -> Parts:
    """The parts that the policy looks at, and those that the goals do beside it."""
    return vocabulary_of([*cores_of(policy), *assumptions_of(policy), *cores_of_goals(goals)]).parts


def parts_of_goals(goals: Iterable[Goal]) -> Parts:
    """The parts that goals look at by themselves."""
    return vocabulary_of(cores_of_goals(goals)).parts


def cores_of(policy: CheckedPolicy) -> list[Core]:
    """What a policy's answers follow from."""
    return [policy.elaboration.of(formula) for formula in policy.answering()]


def cores_of_goals(goals: Iterable[Goal]) -> Iterator[Core]:
    """What goals say; what they say of another policy is read as that policy reads it."""
    for goal in goals:
        match goal:
            case queries.Holds(formula=formula) | queries.Fact(formula=formula) | queries.Given(value=formula):
                yield formula
            case queries.Disallowed(by=other):
                yield from cores_of(other)
            case queries.Admitted(by=other):
                yield from assumptions_of(other)
            case _:
                pass


def assumptions_of(policy: CheckedPolicy) -> list[Core]:
    """What a policy assumes."""
    return [policy.elaboration.of(placed.statement.formula) for placed in policy.assumptions]
