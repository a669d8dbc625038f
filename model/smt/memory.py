"""What has been encoded already: equal formulas over equal values are encoded once."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from ...spec.core import Core
from .encoded import Encoded, Term, Want

MOST_NODES = 400_000
"""Terms made for one question; beyond that, spelling the quantifiers out is given up."""

SMALL = 100
"""Connectives of no more nodes are encoded again rather than remembered."""


class TooLarge(Exception):
    """Spelled out, the formula has more than `MOST_NODES` terms."""


class _Entry(Struct):
    """Something encoded, over `values` (kept, as an id is only good as long as what has it lives).

    `cost` are its terms without those of the entries `inside` it; `asked` is the last question that it was part of.
    """

    asked: int
    values: tuple[Encoded, ...] = ()
    made: Any = None
    cost: int = 0
    inside: list[_Entry] = field(default_factory=list["_Entry"])


class Memory:
    """Remembers what is encoded, and counts what each question is made of.

    What is found here costs a question as much as if it had been encoded for it alone, each formula once: so whether a
    question is too large does not depend on the questions before it.
    """

    def __init__(self) -> None:
        # Terms made for the question at hand, and its number.
        self.made = 0
        self.question = 0
        self._entries: dict[tuple[Any, ...], _Entry] = {}
        self._open: list[_Entry] = []

    def begin(self) -> None:
        """A new question: what it is made of counts from here."""
        self.made = 0
        self.question += 1

    def known(self, node: Core, want: Want, values: tuple[Encoded, ...]) -> Encoded | None:
        """A node over the values of what it reads; None where it is not known, and is to be `opened` then."""
        entry = self._entries.get((node, want, *map(_identity, values)))
        if entry is None:
            return None
        self._charge(entry)
        if self._open:
            self._open[-1].inside.append(entry)
        return entry.made

    def opened(self) -> None:
        """What is made from here on is made for one node."""
        self._open.append(_Entry(self.question))

    def closed(self, node: Core, want: Want, values: tuple[Encoded, ...], made: Encoded) -> None:
        """The node that was opened last is made."""
        entry = self._open.pop()
        entry.values, entry.made = values, made
        self._entries[(node, want, *map(_identity, values))] = entry
        if self._open:
            self._open[-1].inside.append(entry)

    def abandoned(self) -> None:
        """The node that was opened last is not made."""
        self._open.pop()

    def made_some(self, count: int = 1) -> None:
        """So many more terms. Raises TooLarge."""
        self._count(count)
        if self._open:
            self._open[-1].cost += count

    def _charge(self, entry: _Entry) -> None:
        """What is encoded already costs each question what it cost the first one, once."""
        if entry.asked != self.question:
            entry.asked = self.question
            self._count(entry.cost)
            for inner in entry.inside:
                self._charge(inner)

    def _count(self, nodes: int) -> None:
        self.made += nodes
        if self.made > MOST_NODES:
            raise TooLarge


def _identity(encoded: Encoded) -> int:
    """Two values with the same are the same."""
    return id(encoded.value) if isinstance(encoded, Term) and encoded.defined is None else id(encoded)
