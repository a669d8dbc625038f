"""The small scope of sessions: every session on a few familiar revisions, run by the evaluator.

It stands next to every proof about a session as a second opinion, as `scope.py` does for policies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, combinations, product

from msgspec import Struct

from ..model.familiar import familiar, unusual_inputs
from ..model.features import features_of
from ..model.representatives import TooMany
from ..model.run import Run, SessionEvaluator, Setting
from ..model.situation import Value
from ..spec.checked import KNOWN
from ..spec.syntax import Expr

MOST_RUNS = 4_000
MOST_WORK = 10_000_000
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
        self.complete = not self.session.abstract

    def _pool(self, kept: list[int]) -> list[int]:
        sets = 1 + sum(v.type == "set" for v in self.session.interface.configs) - (not self.evaluator.any_known)
        count = max(1, (6 if sets <= 1 else 4 if sets == 2 else 2))
        more = [word for word in familiar(self.evaluator.format, 99) if word not in kept]
        return [*kept, *more][: max(count, len(kept))] if sets <= 1 else [*kept, *more][:count]

    def settings(self) -> list[Setting]:
        """Every configuration of the pool's revisions, those with fewest first."""
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
        rows = [Setting(dict(zip(names, row, strict=True))) for row in product(*choices)]
        return sorted(rows, key=lambda setting: setting.size)

    def _subsets(self, least: int, most: int) -> list[Value]:
        sizes = range(least, min(most, len(self.revisions)) + 1)
        rows = chain.from_iterable(combinations(self.revisions, size) for size in sizes)
        return [tuple(sorted(row)) for row in rows]

    def first(self, tests: list[Test]) -> list[Played | None]:
        """For each test, the smallest run in the small scope that meets it."""
        found: list[Played | None] = [None] * len(tests)
        if not self.complete:
            return found
        for played in self._played():
            for at, test in enumerate(tests):
                best = found[at]
                if (best is None or played.order < best.order) and _meets(test, played):
                    found[at] = played
        return found

    def _played(self) -> Iterator[Played]:
        count = 0
        for setting in self.settings():
            try:
                if not self.evaluator.admits(setting):
                    continue
                for run in self.evaluator.runs(setting, self.pool):
                    yield Played(setting, run)
                    count += 1
                    if count >= MOST_RUNS or self.evaluator.work.done > MOST_WORK:
                        return
            except TooMany:
                continue


def _meets(test: Test, played: Played) -> bool:
    try:
        return test(played.setting, played.run)
    except TooMany:
        # The evaluator cannot decide this one; the solver's word stands alone.
        return False
