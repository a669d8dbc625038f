"""Scenarios that leave a session one run: what they give is all that it depends on, so playing it is complete.

A scenario speaks of every run on what it gives. It is decided here only where
- it gives each config, and `known` where the host knows any revisions, and no `define` is without a body: then there is
  one configuration, and what has no value, or is none of a configuration, is left to others;
- no case that fires in the run leaves an output open, nor one that follows from such: then each answer is the policy's
  only one, as each request is the host's only one, and by induction on rounds the run is the only one;
- the run comes to an end, or goes round, within a bound, and meets the assumptions in each of its rounds: one that is
  stuck, or that an assumption rules out, is not one that a scenario is asked of.
The solver confirms each round of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..model.evaluate_session import NotAllowed, SessionEvaluator
from ..model.instance import Instance, Value, words_among
from ..model.play_session import NotGiven, Player
from ..model.representatives import TooMany
from ..model.run import Played
from ..spec.core import Core
from ..spec.syntax import KNOWN
from .claims import Claim
from .verdict import Outcome, SessionCounterexample

if TYPE_CHECKING:
    from typing import Protocol

    from .small_scope.sessions import Test

    class Confirmed(Protocol):
        """The verdict where the solver does not confirm a run, and what holds in it; None where it does."""

        def __call__(self, claim: Claim, played: Played, wanted: Core | None, *, truth: bool) -> Outcome | None: ...


MOST_ROUNDS = 256
"""Rounds that are played: the solver confirms each, which takes some milliseconds."""

MOST_WORK = 5_000_000
"""What the evaluator does (`model/work.py`) for one run: under a second."""


def only_run(evaluator: SessionEvaluator, claim: Claim) -> Played | None:
    """The one run that a scenario speaks of; None where there may be others, or none, or it takes long to play."""
    session = evaluator.session
    if claim.kind != "scenario" or session.abstract:
        return None
    names = [v.name.id for v in session.interface.configs] + ([KNOWN] if evaluator.any_known else [])
    givens = dict(claim.givens)
    if givens.keys() != set(names):
        return None
    try:
        with evaluator.work.limited(MOST_WORK):
            config = {name: evaluator.constant(givens[name]) for name in names}
            if not all(_formed(evaluator, value) for value in config.values()):
                return None
            instance = Instance(config)
            if not evaluator.admits(instance):
                return None
            played = Player(evaluator).play(instance, lambda _round, _output: None, MOST_ROUNDS)
            run = played.run
            if any(played.open) or run.ending == "stuck" or not all(evaluator.assumed(instance, run).values()):
                return None
            return Played(instance, run)
    except (NotAllowed, NotGiven, TooMany):
        return None


def verdict_of(
    only: Played,
    claim: Claim,
    fails: tuple[Core | None, Test],
    premises: Sequence[tuple[Core, Test]],
    confirmed: Confirmed,
) -> Outcome:
    """The verdict on a scenario by the only run that there is. Each formula comes with its test by the evaluator."""
    formula, test = fails
    refuted = test(only.instance, only.run)
    unconfirmed = confirmed(claim, only, formula, truth=not refuted)
    if unconfirmed is not None:
        return unconfirmed
    if refuted:
        return Outcome(claim, "refuted", counterexample=SessionCounterexample(only, replayed=True))
    rounds = len(only.run.rounds)
    for premise, met in premises:
        if not met(only.instance, only.run):
            vacuous = Outcome(claim, "vacuous", reason="no run meets its premise", rounds=rounds)
            return confirmed(claim, only, premise, truth=False) or vacuous
    return Outcome(claim, "proved", witness=only, examples=(only,) * len(premises), rounds=rounds)


def _formed(evaluator: SessionEvaluator, value: Value | None) -> bool:
    """Whether a value is one that a configuration may have."""
    return value is not None and all(map(evaluator.format.well_formed, words_among([value])))
