"""The bits that a policy and the goals about it look at: where the encoding must cut words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..spec.checked import CheckedPolicy
from ..spec.core import Core
from . import queries
from .coordinates import coordinates_of
from .queries import Goal
from .vocabulary import vocabulary_of

Parts = frozenset[tuple[int, int]]
"""The lowest bit of each part, and how many it has."""


def parts_of(policy: CheckedPolicy, goals: Iterable[Goal] = (), more: Iterable[Core] = ()) -> Parts:
    """The parts that a policy looks at, and those that goals and more formulas do beside it.

    Where numbers meet that are cut elsewhere, there are more parts, of no bits: what is compared with a part, or put in
    its place, is then cut as that is, and no digit of the one is a sum of digits of the other. Sums with large factors
    are what the solver is slow at.
    """
    nodes = [*cores_of(policy), *assumptions_of(policy), *cores_of_goals(goals), *more]
    format_ = policy.interface.format
    seen = vocabulary_of(nodes).parts
    ends = {end for low, width in seen for end in (low, low + width)}
    ends |= {end for field in format_.reserved for end in (field.low, field.high + 1)}
    variables = frozenset(symbol for node in nodes for symbol in node.free)
    cuts = [cut for cut in coordinates_of(nodes, format_, variables).starts if cut]
    return seen if ends.issuperset(cuts) else seen | {(cut, 0) for cut in cuts}


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
