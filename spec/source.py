"""A text with a name, and places in it."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct


class Span(NamedTuple):
    """A half-open range of character offsets in one text."""

    start: int
    end: int


NOWHERE = Span(0, 0)
"""Of what stands in no text."""


class Place(NamedTuple):
    """Where something stands: line and column count from 1, columns in characters."""

    file: str
    line: int
    column: int


class Source(Struct, frozen=True, eq=False, dict=True):
    """One text of the language. `name` is what messages call it; a source equals itself only."""

    name: str
    text: str
    argument: str = ""
    """What names this text on the command line, where that is not `name`: a library file goes without its ending."""

    @cached_property
    def line_starts(self) -> list[int]:
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return starts

    def place(self, offset: int) -> Place:
        line = bisect_right(self.line_starts, offset)
        return Place(self.name, line, offset - self.line_starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The text of a line (from 1), without its end."""
        start = self.line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : len(self.text) if end < 0 else end].rstrip("\r")

    def slice(self, span: Span) -> str:
        return self.text[span.start : span.end]
