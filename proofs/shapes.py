"""What a counterexample stands for: the answer that was wanted, how far it generalises, how many kinds there are."""

from __future__ import annotations

from ..model.goals import Disallowed
from ..model.judge import Judge, transfer
from ..model.representatives import TooMany
from ..model.situation import Answer
from .claims import Goals
from .generalise import goal_features, intervals
from .scope import Example
from .solve import Search
from .verdict import Counterexample

MOST_SHAPES = 24
"""Kinds of counterexample that are counted before the count is given as `24 or more`."""


def counterexample(judge: Judge, goals: Goals, example: Example, search: Search | None) -> Counterexample:
    """All that is said about a replayed counterexample."""
    shapes, complete = 1, False
    if search is not None:
        features = goal_features(judge, goals)
        shapes, complete = search.shapes(
            goals, example, sorted(features.parts, key=repr), sorted(features.words), MOST_SHAPES
        )
    allowed = next((_allowed(judge, goal, example) for goal in goals if isinstance(goal, Disallowed)), None)
    return Counterexample(example, True, allowed, intervals(judge, goals, example), shapes, complete)


def _allowed(judge: Judge, goal: Disallowed, example: Example) -> Answer | None:
    """One answer that the refined policy gives in the same situation; None where it gives none."""
    theirs = Judge(goal.by)
    slots = judge.evaluator.slots(example.situation)
    there = transfer(judge.evaluator, slots, theirs.evaluator)
    case = theirs.evaluator.fires(there)
    try:
        return None if case is None else theirs.one_answer(there, case)
    except TooMany:
        return None
