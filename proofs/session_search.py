"""Searching for runs of a session: queries in; runs that the evaluator has played, or the word that there are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from ..model.evaluate_session import NotAllowed, SessionEvaluator
from ..model.instance import Example, Value, words_among
from ..model.parts import cores_of_goals, parts_of
from ..model.queries import Fact, Query
from ..model.readable_values import readable_values, unusual_inputs
from ..model.run import Outputs, Played
from ..model.unroll import Unrolled, copy_of
from ..model.vocabulary import vocabulary_of
from ..spec.syntax import KNOWN
from .ask import Asker
from .reply import No, Unknown, Yes
from .small_scope.sessions import Test

MOST_LITERALS = 12
"""Revisions of a file that an example's values are tried from; more, those of a long list, are no easier to read."""

Sought: TypeAlias = Played | No | Unknown


class SessionSearch:
    """Looks for runs of the first rounds of a session.

    `most` bounds `known`, for hosts that say how many revisions they know at most; None leaves it unbounded.
    """

    def __init__(self, unrolled: Unrolled, evaluator: SessionEvaluator, most: int | None, units: int) -> None:
        self.unrolled = unrolled
        self.evaluator = evaluator
        self.asker = Asker(
            unrolled.policy,
            units,
            most={} if most is None else {KNOWN: most},
            beyond=True,
            # All rounds look at the same bits.
            parts=parts_of(unrolled.policy, unrolled.facts(1), unrolled.formulas),
        )

    def ask(self, goals: Query, test: Test, *, first: bool = False) -> Sought:
        """Look for a run that meets the goals. It is made easy to read, and played by the evaluator.

        With `first`, the run need not go on after the rounds that the goals speak of.
        """
        reply = self.asker.ask(goals, smallest=True)
        if not isinstance(reply, Yes):
            return reply
        words = self._candidates(goals)
        rounds = sum(isinstance(goal, Fact) and goal.name.startswith("round ") for goal in goals)
        played = self.played(self.asker.readable(reply, goals, words), rounds, words, first=first)
        if played is None or not test(played.instance, played.run):
            played = self.played(reply.example, rounds, words, first=first)
        return played or Unknown("the solver's example does not replay")

    def played(self, example: Example, rounds: int, words: Sequence[int], *, first: bool = False) -> Played | None:
        """The run that an example of the solver stands for, by the evaluator; None where it has no such run.

        The example is one of the first rounds. In those after them, open outputs are of the configuration and `words`.
        """
        instance = replace(example.instance, inputs={})
        if not self.evaluator.admits(instance):
            return None
        values = {**example.instance.inputs, **example.answer.outputs}
        replies: list[Outputs] = [self._reply(at, values) for at in range(1, rounds + 1)]
        try:
            pool = list(dict.fromkeys([*words, *sorted(words_among(instance.config.values()))]))
            return Played(instance, self.evaluator.replay(instance, replies, pool, first=first))
        except NotAllowed:
            return None

    def _reply(self, at: int, values: Mapping[str, Value | None]) -> Outputs:
        """The outputs of a round; a set that is put in where it is read is not among them."""
        copies = {name: copy_of(name, at) for name in self.unrolled.outputs}
        return {name: values[copy] for name, copy in copies.items() if copy in values}

    def _candidates(self, goals: Query) -> list[int]:
        format_ = self.evaluator.format
        literals = vocabulary_of(cores_of_goals(goals)).words
        known = readable_values(format_, 9, literals if len(literals) <= MOST_LITERALS else frozenset())
        return [*known, *unusual_inputs(format_, known[0])]
