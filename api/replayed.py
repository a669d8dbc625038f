"""Whether examples, as they are reported, are what the evaluator has in their instances.

Of one that takes the evaluator too long, that is not said.
"""

from __future__ import annotations

from parley.model.evaluate_session import NotAllowed, SessionEvaluator
from parley.model.instance import Example
from parley.model.query_evaluation import QueryEvaluator
from parley.model.representatives import TooMany
from parley.model.run import Played
from parley.spec.checked import CheckedPolicy, CheckedSession

from .refutation import MOST_WORK


def answers_so(policy: CheckedPolicy, example: Example) -> bool:
    """Whether the instance meets the assumptions, and the policy gives this answer there."""
    queries = QueryEvaluator(policy)
    evaluator = queries.evaluator
    slots = evaluator.slots(example.instance)
    try:
        with evaluator.work.limited(MOST_WORK):
            if not queries.well_formed(example.instance) or not evaluator.admits(slots):
                return False
            at = evaluator.fires(slots)
            if at is None or policy.cases[at].name != example.answer.case:
                return at is None and example.answer.case is None
            if None in example.answer.outputs.values():
                return True
            evaluator.put(slots, example.answer.outputs)
            return evaluator.allows(slots, at)
    except TooMany:
        return False


def plays_so(session: CheckedSession, played: Played) -> bool:
    """Whether the session takes this course, where the policy's open outputs have the values of this run."""
    evaluator = SessionEvaluator(session)
    try:
        with evaluator.work.limited(MOST_WORK):
            replies = [round_.outputs for round_ in played.run.answered]
            return evaluator.admits(played.instance) and evaluator.replay(played.instance, replies, []) == played.run
    except (NotAllowed, TooMany):
        return False
