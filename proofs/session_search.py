"""Searching for runs of a session: goals in; runs that the evaluator has played, or the word that there are none."""

from __future__ import annotations

import re

from msgspec import Struct

from ..model.cutoff import Cutoffs
from ..model.familiar import familiar, unusual_inputs
from ..model.features import features_of
from ..model.goals import Fact, Goal
from ..model.memory import TooLarge
from ..model.parts import cores_of_goals
from ..model.run import NotAllowed, Outputs, SessionEvaluator, Setting
from ..model.situation import words_among
from ..model.unroll import Unrolled, copy_of
from ..model.witnesses import LeavesFragment
from ..spec.syntax import KNOWN
from .budget import Budget
from .claims import Goals
from .readable import readable
from .scope import Example
from .session_scope import Played, Test
from .solve import SPENT, TOO_LARGE, Found, Impossible, Search, Unknown

# The numbers that tell variables and rounds apart.
_INNER = re.compile(r"[·@]\d+|@(?=[a-z])")

SHARED = 300_000
"""Units that a question may take in the solver that all questions share, before it gets one of its own."""


class Answer(Struct, frozen=True):
    """What came of a search for a run, with the cutoff that it holds at.

    `played` is the run found. Where there is none and it is not `impossible`, `reason` says why nothing is known.
    """

    impossible: bool
    cutoff: dict[str, int]
    played: Played | None = None
    reason: str = ""


class Solved(Struct, frozen=True):
    """The solver's result, with the cutoff that it holds at and the solver that has it."""

    result: Found | Impossible | Unknown
    cutoff: dict[str, int]
    search: Search | None


class SessionSearch:
    """The solvers for the first rounds of a session, by the sizes of its sets.

    `most` bounds `known`, for hosts that say how many revisions they know at most; None leaves it unbounded. What is
    asked is taken off `budget`, which whoever begins with a claim puts there anew. A question that the shared solver
    does not answer soon is asked of one that has seen nothing else: no verdict depends on the claims before it.
    """

    def __init__(self, unrolled: Unrolled, evaluator: SessionEvaluator, most: int | None, units: int) -> None:
        self.unrolled = unrolled
        self.evaluator = evaluator
        self.most = most
        self.units = units
        self.budget = Budget(units)
        self.cutoffs = Cutoffs(unrolled.policy)
        self._searches: dict[tuple[tuple[str, int], ...], Search | TooLarge] = {}

    def solve(self, goals: Goals, *, smallest: bool = False, beside: bool = False) -> Solved:
        """Whether the goals can be met. Where `smallest`, the example has as few revisions as any.

        What is asked `beside` a verdict is asked of the shared solver only.
        """
        try:
            cutoff = self.cutoffs.of(goals)
        except LeavesFragment as error:
            reason = f"`{_INNER.sub('', error.shown)}` leaves the decidable fragment: {error.reason}"
            return Solved(Unknown(reason), {}, None)
        if self.budget.spent:
            # A question that cannot be asked is not put into formulas either.
            return Solved(Unknown(SPENT), cutoff, None)
        sizes = self._sizes(cutoff)
        try:
            if beside or self.units > 4 * SHARED:
                trial = self.budget if beside else Budget(max(min(SHARED, self.budget.left // 4), 1))
                search = self._shared(sizes)
                result = search.find(goals, smallest=smallest, explain=False, budget=trial)
                if beside:
                    return Solved(result, cutoff, search)
                if not isinstance(result, Unknown):
                    self.budget.spend(trial.units - trial.left)
                    return Solved(result, cutoff, search)
            search = Search(self.unrolled.policy, sizes, self.units)
            result = search.find(goals, smallest=smallest, explain=False, budget=self.budget)
        except TooLarge:
            return Solved(Unknown(TOO_LARGE), cutoff, None)
        return Solved(result, cutoff, search)

    def impossible(self, *goals: Goal, beside: bool = False) -> bool:
        """Whether the solver shows that the goals cannot be met."""
        return isinstance(self.solve(goals, beside=beside).result, Impossible)

    def ask(self, goals: Goals, test: Test, *, first: bool = False) -> Answer:
        """Look for a run that meets the goals. It is made easy to read, and played by the evaluator.

        With `first`, the run need not go on after the rounds that the goals speak of.
        """
        solved = self.solve(goals, smallest=True)
        match solved.result:
            case Impossible():
                return Answer(True, solved.cutoff)
            case Found(example=Example() as example) if solved.search is not None:
                words = self._candidates(goals)
                rounds = sum(isinstance(goal, Fact) and goal.name.startswith("round ") for goal in goals)
                played = self.played(self._readable(solved.search, goals, example, words), rounds, words, first=first)
                if played is None or not test(played.setting, played.run):
                    played = self.played(example, rounds, words, first=first)
                if played is None:
                    return Answer(False, solved.cutoff, reason="the solver's example does not replay")
                return Answer(False, solved.cutoff, played)
            case Unknown(reason=reason):
                return Answer(False, solved.cutoff, reason=reason)
            case _:
                raise AssertionError("sets with sizes have examples that can be read")

    def confirms(self, goals: Goals, example: Example) -> bool | None:
        """Whether the solver finds the goals met with the values of an example put in; None where it does not say."""
        config = example.situation.config
        sizes = {name: _rounded(len(value)) for name, value in config.items() if isinstance(value, tuple)}
        try:
            confirmed = self._shared(sizes).confirms(goals, example, self.budget.aside())
            if confirmed is None:
                alone = Search(self.unrolled.policy, sizes, self.units)
                confirmed = alone.confirms(goals, example, self.budget.aside(), for_good=True)
            return confirmed
        except TooLarge:
            return None

    def _readable(self, search: Search, goals: Goals, example: Example, words: list[int]) -> Example:
        try:
            return readable(search, goals, example, words, self.budget.aside())
        except TooLarge:
            return example

    def played(self, example: Example, rounds: int, words: list[int], *, first: bool = False) -> Played | None:
        """The run that an example of the solver stands for, by the evaluator; None where it has no such run.

        The example is one of the first rounds. In those after them, open outputs are of the configuration and `words`.
        """
        setting = Setting(example.situation.config, example.situation.relations)
        if not self.evaluator.admits(setting):
            return None
        values = {**example.situation.inputs, **example.answer.outputs}
        names = self.unrolled.outputs
        replies: list[Outputs] = [{name: values[copy_of(name, at)] for name in names} for at in range(1, rounds + 1)]
        try:
            pool = list(dict.fromkeys([*words, *sorted(words_among(setting.config.values()))]))
            return Played(setting, self.evaluator.replay(setting, replies, pool, first=first))
        except NotAllowed:
            return None

    def _candidates(self, goals: Goals) -> list[int]:
        format_ = self.evaluator.format
        literals = features_of(cores_of_goals(goals)).words
        known = familiar(format_, 9, literals if len(literals) <= MOST_LITERALS else frozenset())
        return [*known, *unusual_inputs(format_, known[0])]

    def _sizes(self, cutoff: dict[str, int]) -> dict[str, int]:
        # A little more than the cutoff does no harm, and questions then share a solver.
        sizes = {name: _rounded(size) for name, size in cutoff.items()}
        if self.most is not None and KNOWN in sizes:
            sizes[KNOWN] = min(sizes[KNOWN], self.most)
        return sizes

    def _shared(self, sizes: dict[str, int]) -> Search:
        """The solver that questions about sets of these sizes share. Raises TooLarge."""
        key = tuple(sorted(sizes.items()))
        if key not in self._searches:
            try:
                self._searches[key] = Search(self.unrolled.policy, sizes, self.units)
            except TooLarge as error:
                self._searches[key] = error
        known = self._searches[key]
        if isinstance(known, TooLarge):
            raise known
        return known


MOST_LITERALS = 12
"""Revisions of a file that an example's values are tried from; more, those of a long list, are no easier to read."""


def _rounded(size: int) -> int:
    return 3 if size <= 3 else 1 << (size - 1).bit_length()
