"""Two sources of choices for one generator: a seed, for long runs, and Hypothesis, which shrinks each choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Protocol, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

T = TypeVar("T")


class Draw(Protocol):
    """Where choices come from. The first of several, and a no, are the simpler ones."""

    def below(self, count: int) -> int: ...


class Seeded:
    """Choices of a seed."""

    def __init__(self, seed: int | str) -> None:
        self._random = Random(seed)

    def below(self, count: int) -> int:
        return self._random.randrange(count)


class Shrinking:
    """Choices of Hypothesis, each a draw of its own: so what shrinks is the text, not a seed."""

    def __init__(self, draw: DrawFn) -> None:
        self._draw = draw

    def below(self, count: int) -> int:
        return self._draw(st.integers(0, count - 1))


def chance(draw: Draw, percent: int) -> bool:
    return draw.below(100) >= 100 - percent


def pick(draw: Draw, items: Sequence[T]) -> T:
    return items[draw.below(len(items))]


def several(draw: Draw, items: Sequence[T], count: int) -> list[T]:
    """Different ones of some items, in any order."""
    left = list(items)
    return [left.pop(draw.below(len(left))) for _ in range(min(count, len(left)))]


class Recorded:
    """Choices of another source, written down; or choices made before, and the first of each where they are used up."""

    def __init__(self, source: Draw | None, again: Sequence[int] = ()) -> None:
        self._source = source
        self._again = again
        self.made: list[int] = []

    @staticmethod
    def again(choices: Sequence[int]) -> Recorded:
        return Recorded(None, choices)

    def below(self, count: int) -> int:
        at = len(self.made)
        if self._source is not None:
            chosen = self._source.below(count)
        else:
            chosen = min(self._again[at], count - 1) if at < len(self._again) else 0
        self.made.append(chosen)
        return chosen


def shrunk(choices: Sequence[int], fails: Callable[[Sequence[int]], bool], most: int = 600) -> list[int]:
    """Fewer and smaller choices that still fail: blocks are left out, then made the first, then each is lowered."""
    best = list(choices)
    tries = 0

    def better(candidate: list[int]) -> bool:
        nonlocal best, tries
        tries += 1
        if tries > most or candidate == best or not fails(candidate):
            return False
        best = candidate
        return True

    size = max(len(best) // 2, 1)
    while size and tries <= most:
        for fill in ([], [0] * size):
            at = 0
            while at < len(best) and tries <= most:
                if not better([*best[:at], *fill[: len(best) - at], *best[at + size :]]) or fill:
                    at += size
        size //= 2
    for at in range(len(best)):
        while at < len(best) and best[at] > 0 and better([*best[:at], best[at] // 2, *best[at + 1 :]]):
            pass
    return best
