"""Differences between digits that hold together, with values that show it; or a circle of them that cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

from msgspec import Struct

from .checker.skeleton import Skeleton
from .checker.words import Word


class Edge(Struct, frozen=True):
    """What stands behind `to - from <= most`: a literal, or 0 for a bound."""

    start: str
    to: str
    most: int
    literal: int


class Order:
    """Differences that hold together, with values that show it."""

    def __init__(self, skeleton: Skeleton) -> None:
        self.skeleton = skeleton
        self.value: dict[str, int] = {"": 0}
        self.out: dict[str, dict[int, Edge]] = {"": {}}
        self.bounded: dict[str, tuple[Edge, Edge]] = {}

    def know(self, name: str) -> None:
        if name not in self.value:
            self.value[name] = self.value[""]
            self.out[name] = {}
            self.bounded[name] = Edge("", name, self.skeleton.top[name], 0), Edge(name, "", 0, 0)

    def edge(self, literal: int) -> Edge:
        one, other, most = self.skeleton.differences[abs(literal)]
        self.know(one)
        self.know(other)
        return Edge(other, one, most, literal) if literal > 0 else Edge(one, other, -most - 1, literal)

    def holds(self, atom: int) -> bool:
        """Whether an atom is so of the values."""
        one, other, most = self.skeleton.differences[atom]
        self.know(one)
        self.know(other)
        return self.value[one] - self.value[other] <= most

    def number(self, word: Word) -> int:
        total, at = 0, 0
        for what, _, width in word:
            if isinstance(what, str):
                self.know(what)
                what = self.value[what] - self.value[""]
            total, at = total | what << at, at + width
        return total

    def leave(self, literal: int) -> None:
        edge = self.edge(literal)
        self.out[edge.start].pop(literal, None)

    def _from(self, name: str) -> Iterator[Edge]:
        yield from self.out[name].values()
        if name:
            yield self.bounded[name][1]
        else:
            yield from (bounds[0] for bounds in self.bounded.values())

    def join(self, literal: int) -> list[int] | None:
        """Adds a difference; where it closes a circle that cannot be, the literals around it, the latest name first."""
        new = self.edge(literal)
        value = self.value
        slack = value[new.start] + new.most - value[new.to]
        if slack < 0:
            change, by, settled = {new.to: slack}, {new.to: new}, dict[str, int]()
            heap = [(slack, new.to)]
            while heap:
                least, name = heappop(heap)
                if name in settled or least > change[name]:
                    continue
                if name == new.start:
                    circle = [by[name]]
                    while circle[-1] is not new:
                        circle.append(by[circle[-1].start])
                    return [edge.literal for edge in circle if edge.literal]
                settled[name] = value[name] + least
                for edge in self._from(name):
                    if edge.to not in settled:
                        lower = settled[name] + edge.most - value[edge.to]
                        if lower < 0 and lower < change.get(edge.to, 0):
                            change[edge.to], by[edge.to] = lower, edge
                            heappush(heap, (lower, edge.to))
            value.update(settled)
        self.out[new.start][literal] = new
        return None
