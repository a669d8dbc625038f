"""Conditions of guards (MC/DC): each must be seen both ways, with the guard's outcome depending on it.

A condition is a part of a guard that no connective joins. A point shows one where no case before has answered, and the
guard would come out otherwise were this condition the other way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from msgspec import Struct
from msgspec.structs import replace

from ..model.oracle import Oracle
from ..model.point import Point
from ..model.representatives import TooMany
from ..spec.checked import CheckedPolicy
from ..spec.formatting.expressions import print_expr
from ..spec.syntax import And, Boolean, Expr, If, Iff, Implies, Not, Or
from .fold import folded
from .inline import Inliner

MOST_WORK = 50_000
"""Nodes that the evaluator looks at for one condition at one point; one that takes more is not seen there."""


class Condition(Struct, frozen=True):
    """One condition of a case's guard, seen one way. `shown_by` is the formula that says that a point shows it."""

    flag: str
    case: str
    text: str
    truth: bool
    shown_by: Expr


def conditions(policy: CheckedPolicy) -> list[Condition]:
    """Every condition of every guard, both ways."""
    inliner = Inliner(policy.defines)
    made: list[Condition] = []
    earlier: list[Expr] = []
    for case in policy.cases:
        if case.guard is None:
            continue
        guard = inliner.inline(case.guard)
        for number, part in enumerate(_parts(guard), 1):
            with_, without = (folded(_put(guard, part, Boolean(value))) for value in (True, False))
            depends = Not(Iff(with_, without))
            for truth in (True, False):
                own = part if truth else Not(part)
                shown = folded(And((*(Not(other) for other in earlier), depends, own)))
                flag = f"mcdc:{case.name}.{number} {'true' if truth else 'false'}"
                made.append(Condition(flag, case.name, print_expr(part), truth, shown))
        earlier.append(guard)
    return made


def _parts(guard: Expr) -> Iterator[Expr]:
    match guard:
        case And(operands=operands) | Or(operands=operands):
            for operand in operands:
                yield from _parts(operand)
        case Not(operand=operand):
            yield from _parts(operand)
        case Implies(left=left, right=right) | Iff(left=left, right=right):
            yield from _parts(left)
            yield from _parts(right)
        case If(condition=condition, then=then, otherwise=otherwise):
            for part in (condition, then, otherwise):
                yield from _parts(part)
        case Boolean():
            return
        case _:
            yield guard


def _put(guard: Expr, part: Expr, value: Boolean) -> Expr:
    """The guard with a value in the place of one part: that very node, not others that read the same."""
    if guard is part:
        return value
    match guard:
        case And(operands=operands) | Or(operands=operands):
            return replace(guard, operands=tuple(_put(operand, part, value) for operand in operands))
        case Not(operand=operand):
            return replace(guard, operand=_put(operand, part, value))
        case Implies(left=left, right=right) | Iff(left=left, right=right):
            return replace(guard, left=_put(left, part, value), right=_put(right, part, value))
        case If(condition=condition, then=then, otherwise=otherwise):
            return replace(
                guard,
                condition=_put(condition, part, value),
                then=_put(then, part, value),
                otherwise=_put(otherwise, part, value),
            )
        case _:
            return guard


class Shown:
    """Which conditions points show, by the evaluator."""

    def __init__(self, oracle: Oracle, wanted: list[Condition]) -> None:
        self.oracle = oracle
        self.codes = [(condition.flag, oracle.evaluator.formula(condition.shown_by)) for condition in wanted]

    def of(self, at: Point) -> list[str]:
        policy = self.oracle.policy
        slots = self.oracle.slots(at.configured(policy), at.given(policy))
        made: list[str] = []
        for flag, code in self.codes:
            with suppress(TooMany), self.oracle.evaluator.work.limited(MOST_WORK):
                if code(slots):
                    made.append(flag)
        return made
