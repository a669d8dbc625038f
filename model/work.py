"""How much the evaluator has done, and how much it may: a bound that is the same on every machine.

A unit is one node of a formula, looked at once. A quantifier costs its body once for each value that it may go through,
so nested quantifiers cost what they take, and nothing is counted twice.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress

from msgspec import Struct

from .representatives import TooMany

UNLIMITED = sys.maxsize


class OutOfWork(TooMany):
    """The limit that the caller set is reached: the evaluator has no answer, and gives none."""


class Work(Struct):
    """Units `done` so far, and the `limit` beyond which OutOfWork is raised."""

    done: int = 0
    limit: int = UNLIMITED

    def spend(self, units: int) -> None:
        """Raises OutOfWork."""
        self.done += units
        if self.done > self.limit:
            raise OutOfWork

    @contextmanager
    def limited(self, units: int) -> Generator[None]:
        """At most so many units more, and never more than an outer limit leaves."""
        outer = self.limit
        self.limit = min(outer, self.done + units)
        try:
            yield
        finally:
            self.limit = outer

    def within(self, units: int, look: Callable[[], bool]) -> bool:
        """What is seen with so many units; False where they do not do, or where there is too much to look at."""
        with suppress(TooMany), self.limited(units):
            return look()
        return False
