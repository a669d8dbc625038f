"""What a counterexample stands for: the answer that was wanted, how far it generalises, how many kinds there are.

All of it is said beside the verdict, each part within a small budget of its own.
"""

from __future__ import annotations

from contextlib import suppress

from ..model.goals import Disallowed
from ..model.instance import Answer
from ..model.judge import Judge, transfer
from ..model.memory import TooLarge
from ..model.representatives import TooMany
from . import kinds
from .budget import Budget
from .generalise import goal_features, intervals
from .queries import Goals
from .scope import Example
from .solve import Search
from .verdict import Counterexample, Interval

MOST_WORK = 300_000
"""Nodes of formulas that the evaluator looks at to say one thing about a counterexample."""


def counterexample(
    judge: Judge, goals: Goals, example: Example, search: Search | None, budget: Budget, *, replayed: bool
) -> Counterexample:
    """All that is said about a counterexample."""
    shapes, complete = 1, False
    if search is not None:
        features = goal_features(judge, goals)
        parts, words = sorted(features.parts), sorted(features.words)
        with suppress(TooLarge):
            shapes, complete = kinds.count(search, goals, example, parts, words, budget)
    allowed = next((_allowed(judge, goal, example) for goal in goals if isinstance(goal, Disallowed)), None)
    return Counterexample(example, replayed, allowed, _intervals(judge, goals, example), shapes, complete)


def _intervals(judge: Judge, goals: Goals, example: Example) -> tuple[Interval, ...]:
    try:
        with judge.evaluator.work.limited(MOST_WORK):
            return intervals(judge, goals, example)
    except TooMany:
        return ()


def _allowed(judge: Judge, goal: Disallowed, example: Example) -> Answer | None:
    """One answer that the refined policy gives in the same situation; None where it gives none, or none is found."""
    theirs = Judge(goal.by)
    slots = judge.evaluator.slots(example.instance)
    there = transfer(judge.evaluator, slots, theirs.evaluator)
    try:
        with theirs.evaluator.work.limited(MOST_WORK):
            case = theirs.evaluator.fires(there)
            return None if case is None else theirs.one_answer(there, case)
    except TooMany:
        return None
