"""Trying everything that is left open: relations without a body, and which of several replies is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")

MOST_TRIES = 60_000


class TooMany(Exception):
    """There is more to try than a test has time for."""


class Choices:
    """Every way to choose, told apart only where something asks.

    A try takes its choices from the trail, and the first of each where the trail ends. `each` makes every try in turn: it
    takes the last choice that has another after it, moves on to that, and lets what follows be asked anew. Relations that
    are `given` are no choice.
    """

    def __init__(self) -> None:
        self._trail: list[tuple[int, int]] = []
        self._at = 0
        self._known: dict[tuple[Any, ...], bool] = {}
        self.given: dict[str, Callable[..., bool]] = {}
        self.tries = 0

    def pick(self, count: int) -> int:
        """One of so many, counted from 0."""
        if self._at == len(self._trail):
            self._trail.append((0, count))
        chosen, _ = self._trail[self._at]
        self._at += 1
        return chosen

    def holds(self, name: str, arguments: tuple[Any, ...]) -> bool:
        """Whether an abstract relation holds of something; it does not of what has no value."""
        if None in arguments:
            return False
        if name in self.given:
            return self.given[name](*arguments)
        key = (name, *arguments)
        if key not in self._known:
            self._known[key] = self.pick(2) == 1
        return self._known[key]

    def each(self, made: Callable[[], T]) -> Iterator[T]:
        """What is made, for every way to choose. Relations keep their values until the next is asked for."""
        self._trail.clear()
        while True:
            self._known.clear()
            self._at = 0
            self.tries += 1
            if self.tries > MOST_TRIES:
                raise TooMany
            yield made()
            while self._trail and self._trail[-1][0] + 1 == self._trail[-1][1]:
                self._trail.pop()
            if not self._trail:
                return
            chosen, count = self._trail[-1]
            self._trail[-1] = chosen + 1, count

    def possible(self, question: Callable[[], bool]) -> bool:
        """Whether the answer is yes for some way to choose."""
        return any(self.each(question))
