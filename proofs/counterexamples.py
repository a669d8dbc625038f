"""What is said of a counterexample: the answer that was wanted, how far it generalises, how many kinds there are.

All of it is said beside the verdict, each part within a small budget of its own.
"""

from __future__ import annotations

from contextlib import suppress

from ..model.instance import Answer, Example
from ..model.queries import Disallowed, Query
from ..model.query_evaluation import QueryEvaluator, transfer
from ..model.representatives import TooMany
from ..model.smt.memory import TooLarge
from . import kinds
from .budget import Budget
from .generalise import intervals, query_vocabulary
from .solve import Search
from .verdict import Counterexample, Interval

MOST_WORK = 300_000
"""Nodes of formulas that the evaluator looks at to say one thing about a counterexample."""


def counterexample(
    queries: QueryEvaluator,
    goals: Query,
    example: Example,
    search: Search | None,
    budget: Budget,
    *,
    replayed: bool,
) -> Counterexample:
    """All that is said about a counterexample."""
    shapes, complete = 1, False
    if search is not None:
        vocabulary = query_vocabulary(queries, goals)
        parts, words = sorted(vocabulary.parts), sorted(vocabulary.words)
        with suppress(TooLarge):
            shapes, complete = kinds.count(search, goals, example, parts, words, budget)
    allowed = next((_allowed(queries, goal, example) for goal in goals if isinstance(goal, Disallowed)), None)
    return Counterexample(example, replayed, allowed, _intervals(queries, goals, example), shapes, complete)


def _intervals(queries: QueryEvaluator, goals: Query, example: Example) -> tuple[Interval, ...]:
    try:
        with queries.evaluator.work.limited(MOST_WORK):
            return intervals(queries, goals, example)
    except TooMany:
        return ()


def _allowed(queries: QueryEvaluator, goal: Disallowed, example: Example) -> Answer | None:
    """One answer that the refined policy gives in the same instance; None where it gives none, or none is found."""
    theirs = QueryEvaluator(goal.by)
    slots = queries.evaluator.slots(example.instance)
    there = transfer(queries.evaluator, slots, theirs.evaluator)
    try:
        with theirs.evaluator.work.limited(MOST_WORK):
            case = theirs.evaluator.fires(there)
            return None if case is None else theirs.one_answer(there, case)
    except TooMany:
        return None
