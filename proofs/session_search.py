"""Searching for runs of a session: goals in; runs that the evaluator has played, or the word that there are none."""

from __future__ import annotations

import re

from msgspec import Struct

from ..model.cutoff import Cutoffs, LeavesFragment
from ..model.encode import TooLarge
from ..model.familiar import familiar, unusual_inputs
from ..model.features import features_of
from ..model.goals import Fact, Goal
from ..model.run import NotAllowed, Outputs, SessionEvaluator, Setting
from ..model.situation import words_among
from ..model.unroll import Unrolled, copy_of
from ..spec.checked import KNOWN
from ..spec.print_tree import print_expr
from ..spec.syntax import Expr
from .budget import Budget
from .claims import Goals
from .readable import readable
from .scope import Example
from .session_scope import Played, Test
from .solve import TOO_LARGE, Found, Impossible, Search, Unknown

_INNER = re.compile(r"[·@]\d+|@(?=[a-z])")


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

    `most` bounds `known`, for hosts that say how many revisions they know at most; None leaves it unbounded.
    """

    def __init__(self, unrolled: Unrolled, evaluator: SessionEvaluator, most: int | None, budget: int) -> None:
        self.unrolled = unrolled
        self.evaluator = evaluator
        self.most = most
        self.budget = budget
        self.cutoffs = Cutoffs(unrolled.policy)
        self._searches: dict[tuple[tuple[str, int], ...], Search | TooLarge] = {}

    def solve(self, goals: Goals, *, smallest: bool = False) -> Solved:
        """Whether the goals can be met. Where `smallest`, the example has as few revisions as any."""
        try:
            cutoff = self.cutoffs.of(goals)
        except LeavesFragment as error:
            reason = f"`{_shown(error.formula)}` leaves the decidable fragment: {error.reason}"
            return Solved(Unknown(reason), {}, None)
        search = self._search(cutoff)
        if isinstance(search, TooLarge):
            return Solved(Unknown(TOO_LARGE), cutoff, None)
        try:
            result = search.find(goals, smallest=smallest, explain=False)
        except TooLarge:
            return Solved(Unknown(TOO_LARGE), cutoff, None)
        return Solved(result, cutoff, search)

    def impossible(self, *goals: Goal) -> bool:
        """Whether the solver shows that the goals cannot be met."""
        return isinstance(self.solve(goals).result, Impossible)

    def ask(self, goals: Goals, test: Test) -> Answer:
        """Look for a run that meets the goals. It is made easy to read, and played by the evaluator."""
        solved = self.solve(goals, smallest=True)
        match solved.result:
            case Impossible():
                return Answer(True, solved.cutoff)
            case Found(example=Example() as example) if solved.search is not None:
                words = self._candidates(goals)
                rounds = sum(isinstance(goal, Fact) and goal.name.startswith("round ") for goal in goals)
                played = self.played(
                    readable(solved.search, goals, example, words, Budget(self.budget).aside()), rounds, words
                )
                if played is None or not test(played.setting, played.run):
                    played = self.played(example, rounds, words)
                if played is None:
                    return Answer(False, solved.cutoff, reason="the solver's example does not replay")
                return Answer(False, solved.cutoff, played)
            case Unknown(reason=reason):
                return Answer(False, solved.cutoff, reason=reason)
            case _:
                raise AssertionError("sets with sizes have examples that can be read")

    def played(self, example: Example, rounds: int, words: list[int]) -> Played | None:
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
            return Played(setting, self.evaluator.replay(setting, replies, pool))
        except NotAllowed:
            return None

    def _candidates(self, goals: Goals) -> list[int]:
        format_ = self.evaluator.format
        formulas = [formula for goal in goals if (formula := getattr(goal, "formula", None)) is not None]
        literals = features_of(formulas, self.unrolled.policy.defines, format_).words
        known = familiar(format_, 9, literals)
        return [*known, *unusual_inputs(format_, known[0])]

    def _search(self, cutoff: dict[str, int]) -> Search | TooLarge:
        # A little more than the cutoff does no harm, and questions then share a solver.
        sizes = {name: 3 if size <= 3 else 1 << (size - 1).bit_length() for name, size in cutoff.items()}
        if self.most is not None and KNOWN in sizes:
            sizes[KNOWN] = min(sizes[KNOWN], self.most)
        key = tuple(sorted(sizes.items()))
        if key not in self._searches:
            try:
                self._searches[key] = Search(self.unrolled.policy, sizes, self.budget)
            except TooLarge as error:
                self._searches[key] = error
        return self._searches[key]


def _shown(formula: Expr) -> str:
    """A formula without the numbers that tell its variables and the rounds apart."""
    return _INNER.sub("", print_expr(formula))
