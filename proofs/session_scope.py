"""The small scope of sessions: every session on a few familiar revisions, run by the evaluator.

It stands next to every proof about a session as a second opinion, as `scope.py` does for policies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, combinations
from math import prod

from msgspec import Struct

from ..model.familiar import familiar, unusual_inputs
from ..model.features import features_of
from ..model.representatives import TooMany
from ..model.run import Run, SessionEvaluator, Setting
from ..model.situation import Value
from ..model.work import OutOfWork
from ..spec.checked import KNOWN
from ..spec.syntax import Expr
from .drawn import Row, rows
from .walk import Walk

MOST_RUNS = 4_000

MOST_SETTINGS = 2_000
"""Configurations that are run; where there are more, some are drawn."""

MOST_OF_ONE = 500
"""Runs on one configuration: where many replies are possible, they would leave nothing for the others."""

MOST_WORK = 5_000_000
"""What the evaluator does (`model/work.py`) before the rest is left to the solver."""

Test = Callable[[Setting, Run], bool]


class Played(Struct, frozen=True):
    """A configuration and one run of the session on it."""

    setting: Setting
    run: Run

    @property
    def order(self) -> tuple[int, int]:
        """Fewer rounds are easier to read, then fewer revisions."""
        return len(self.run.rounds), self.setting.size


class SessionScope:
    """Walks the small scope of one session once, for many questions."""

    def __init__(self, evaluator: SessionEvaluator, formulas: list[Expr]) -> None:
        self.evaluator = evaluator
        self.session = evaluator.session
        format_ = evaluator.format
        literals = set(evaluator.listed)
        literals |= features_of(formulas, self.session.defines, format_).words
        kept = sorted(word for word in literals if format_.well_formed(word))[:5]
        self.revisions = self._pool(kept)
        self.pool = list(dict.fromkeys([*self.revisions, *unusual_inputs(format_, self.revisions[0])[:2], 0]))
        # Situations tried, and whether nothing was left out.
        self.walked = 0
        self.complete = not self.session.abstract

    def _pool(self, kept: list[int]) -> list[int]:
        sets = 1 + sum(v.type == "set" for v in self.session.interface.configs) - (not self.evaluator.any_known)
        count = max(1, (6 if sets <= 1 else 4 if sets == 2 else 2))
        more = [word for word in familiar(self.evaluator.format, 99) if word not in kept]
        return [*kept, *more][: max(count, len(kept))] if sets <= 1 else [*kept, *more][:count]

    def settings(self) -> Iterator[Setting]:
        """Configurations of the pool's revisions, those with fewest first."""
        interface = self.session.interface
        most = self.session.host.knows.most
        names = [v.name.id for v in interface.configs]
        choices: list[list[Value]] = []
        for variable in interface.configs:
            if variable.type == "set":
                choices.append(self._subsets(0, len(self.revisions)))
            else:
                choices.append([False, True] if variable.type == "bool" else [*self.revisions])
        if self.evaluator.any_known:
            names.append(KNOWN)
            choices.append(self._subsets(1, most or len(self.revisions)))
        sizes = list(map(len, choices))
        self.complete &= prod(sizes) <= MOST_SETTINGS
        first = tuple(int(len(values) > 1 and values[0] == ()) for values in choices)

        def size(row: Row) -> int:
            values = (values[at] for values, at in zip(choices, row, strict=True))
            return sum(len(value) for value in values if isinstance(value, tuple))

        for row in sorted(rows(sizes, MOST_SETTINGS, first=first), key=size):
            values = [values[at] for values, at in zip(choices, row, strict=True)]
            yield Setting(dict(zip(names, values, strict=True)))

    def _subsets(self, least: int, most: int) -> list[Value]:
        sizes = range(least, min(most, len(self.revisions)) + 1)
        rows = chain.from_iterable(combinations(self.revisions, size) for size in sizes)
        return [tuple(sorted(row)) for row in rows]

    def first(self, tests: list[Test]) -> list[Played | None]:
        """For each test, the smallest run in the small scope that meets it."""
        found: list[Played | None] = [None] * len(tests)
        if self.session.abstract:
            return found
        with self.evaluator.work.limited(MOST_WORK):
            try:
                for played in self._played():
                    for at, test in enumerate(tests):
                        best = found[at]
                        if (best is None or played.order < best.order) and self._meets(test, played):
                            found[at] = played
            except OutOfWork:
                self.complete = False
        return found

    @property
    def walk(self) -> Walk:
        """How much was walked."""
        return Walk(self.walked, self.complete)

    def _played(self) -> Iterator[Played]:
        count = 0
        for setting in self.settings():
            try:
                if not self.evaluator.admits(setting):
                    continue
                self.walked += 1
                of_one = 0
                for run in self.evaluator.runs(setting, self.pool):
                    yield Played(setting, run)
                    of_one += 1
                    if of_one >= MOST_OF_ONE:
                        self.complete = False
                        break
                count += of_one
            except OutOfWork:
                raise
            except TooMany:
                self.complete = False
            if count >= MOST_RUNS:
                self.complete = False
                return

    def _meets(self, test: Test, played: Played) -> bool:
        try:
            return test(played.setting, played.run)
        except OutOfWork:
            raise
        except TooMany:
            self.complete = False
            return False
