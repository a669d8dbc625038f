"""Which mutants a point tells apart from their policy, concretely."""

from __future__ import annotations

from ..model.judge import Judge
from ..model.representatives import TooMany
from ..model.situation import Situation
from ..spec.checked import CheckedPolicy
from .mutants import Mutant
from .oracle import NoAnswer, Oracle, Outputs
from .situations import Point


class Killer:
    """Compares mutants with their policy, point by point."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle
        self.policy: CheckedPolicy = oracle.policy

    def kills(self, mutant: Mutant, points: list[Point]) -> list[Point]:
        """The points at which an implementation of the mutant can be told from one of the policy.

        That is where one of its answers is none of the policy's, or where it has none.
        """
        judge = Judge(mutant.policy)
        return [at for at in points if self._told_apart(judge, at)]

    def _told_apart(self, judge: Judge, at: Point) -> bool:
        evaluator = judge.evaluator
        config, inputs = at.configured(self.policy), at.given(self.policy)
        slots = evaluator.slots(Situation(config, inputs))
        case = evaluator.fires(slots)
        if case is None:
            return True
        checked = judge.policy.cases[case]
        if not checked.unspecified:
            return bool(evaluator.undefined(slots, case)) or not self._allowed(at, _outputs(evaluator.outputs(slots)))
        try:
            answered = False
            for _ in evaluator.answers(slots, case, judge.open_values(slots, case)):
                answered = True
                if not self._allowed(at, _outputs(evaluator.outputs(slots))):
                    return True
        except TooMany:
            return False
        return not answered

    def _allowed(self, at: Point, outputs: Outputs) -> bool:
        return self.oracle.allows(at.configured(self.policy), at.given(self.policy), outputs)

    def answered(self, at: Point) -> bool:
        """Whether the policy itself has an answer."""
        try:
            self.oracle.answer(at.configured(self.policy), at.given(self.policy))
        except NoAnswer:
            return False
        return True


def _outputs(found: dict[str, int | bool | None]) -> Outputs:
    return {name: value for name, value in found.items() if value is not None}

