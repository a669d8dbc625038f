"""Which conditions of guards a point shows, by the evaluator: `conditions.py` has the same as formulas for the solver.

A guard is gone through once at a point. From below comes what each part is, and from above whether the guard depends on
it: on a part of an `and` where all the others hold, of an `or` where none of the others does, of a negation and of an
equivalence always. Each place counts by itself, so this is the Boolean difference of the guard by what stands there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeAlias

from msgspec import Struct

from ..model.closures import Slots
from ..model.instance import Instance
from ..model.oracle import Oracle
from ..model.representatives import TooMany
from ..spec.core import And, Choice, Constant, Core, Not, Or, Same
from .conditions import flag, written_negated

MOST_WORK = 50_000
"""Nodes that the evaluator looks at for one condition at one point; one that takes more is not seen there."""

Truth: TypeAlias = bool | None
"""None where it is not known."""


class Seen(Struct):
    """A condition at a point: what it is, and whether what is looked at depends on it."""

    truth: Truth
    decides: bool = True


Look: TypeAlias = Callable[[Slots], tuple[Truth, list[Seen]]]
"""What a part of a guard is at a point, and the conditions in it, in the order of the text."""


class ConditionCoverage:
    """Looks at the guards of one policy."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle
        elaboration = oracle.policy.elaboration
        self.guards = [
            (case, self._look(elaboration.of(case.guard)), list(written_negated(elaboration, case.guard)))
            for case in oracle.policy.cases
            if case.guard is not None
        ]

    def of(self, at: Instance) -> list[str]:
        """The flags of the conditions that a point shows."""
        slots = self.oracle.slots(at.config, at.inputs)
        made: list[str] = []
        for case, look, negated in self.guards:
            holds, conditions = look(slots)
            for number, (seen, turned) in enumerate(zip(conditions, negated, strict=True), 1):
                if seen.decides and seen.truth is not None:
                    made.append(flag(case, number, seen.truth is not turned))
            # A case behind one that answers, or may, shows nothing.
            if holds is not False:
                break
        return made

    def _look(self, node: Core) -> Look:
        match node:
            case And(operands=operands):
                return _joined([self._look(operand) for operand in operands], neutral=True)
            case Or(operands=operands):
                return _joined([self._look(operand) for operand in operands], neutral=False)
            case Not(operand=operand):
                return _negated(self._look(operand))
            case Same(left=left, right=right):
                return _same(self._look(left), self._look(right))
            case Choice(test=test, then=then, otherwise=otherwise):
                return _chosen(self._look(test), self._look(then), self._look(otherwise))
            case Constant(value=value):
                return lambda slots: (bool(value), [])
            case _:
                return self._condition(node)

    def _condition(self, node: Core) -> Look:
        code, work = self.oracle.evaluator.compiler.compile(node), self.oracle.evaluator.work

        def look(slots: Slots) -> tuple[Truth, list[Seen]]:
            truth: Truth = None
            with suppress(TooMany), work.limited(MOST_WORK):
                truth = bool(code(slots))
            return truth, [Seen(truth)]

        return look


def _joined(parts: Sequence[Look], *, neutral: bool) -> Look:
    """Of parts joined by `and`, where True is `neutral`, or by `or`."""

    def look(slots: Slots) -> tuple[Truth, list[Seen]]:
        looked = [part(slots) for part in parts]
        others = sum(truth is not neutral for truth, _ in looked)
        for truth, conditions in looked:
            if others > (truth is not neutral):
                _settled(conditions)
        truths = {truth for truth, _ in looked}
        whole = not neutral if (not neutral) in truths else None if None in truths else neutral
        return whole, [seen for _, conditions in looked for seen in conditions]

    return look


def _negated(part: Look) -> Look:
    def look(slots: Slots) -> tuple[Truth, list[Seen]]:
        truth, conditions = part(slots)
        return None if truth is None else not truth, conditions

    return look


def _same(left: Look, right: Look) -> Look:
    def look(slots: Slots) -> tuple[Truth, list[Seen]]:
        (one, ones), (other, others) = left(slots), right(slots)
        return None if one is None or other is None else one is other, [*ones, *others]

    return look


def _chosen(test: Look, then: Look, otherwise: Look) -> Look:
    def look(slots: Slots) -> tuple[Truth, list[Seen]]:
        (way, tests), (one, ones), (other, others) = test(slots), then(slots), otherwise(slots)
        alike = one is other or one is None or other is None
        for settled, conditions in ((alike, tests), (way is not True, ones), (way is not False, others)):
            if settled:
                _settled(conditions)
        whole = one if way is True or one is other else other if way is False else None
        return whole, [*tests, *ones, *others]

    return look


def _settled(conditions: list[Seen]) -> None:
    """Nothing around depends on these."""
    for seen in conditions:
        seen.decides = False
