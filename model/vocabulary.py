"""What formulas can tell revisions apart by: the parts they look at, the constants they mention."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from ..spec import core
from ..spec.core import Core


class Vocabulary(Struct, frozen=True):
    """`parts` are bits of words (the lowest, and how many), `words` literals; `ranges` is how deep ranges nest."""

    parts: frozenset[tuple[int, int]]
    words: frozenset[int]
    ranges: int


def vocabulary_of(nodes: Iterable[Core]) -> Vocabulary:
    """The vocabulary of some formulas together."""
    parts: set[tuple[int, int]] = set()
    words: set[int] = set()
    known: dict[Core, int] = {}

    def visit(node: Core) -> int:
        if node in known:
            return known[node]
        match node:
            case core.Bits(low=low, width=width):
                parts.add((low, width))
            case core.Replaced(parts=replaced):
                parts.update((low, width) for low, width, _ in replaced)
            case core.Constant(value=int(word), written="revision"):
                words.add(word)
            case _:
                pass
        deepest = max((visit(part) for part in core.parts_of(node)), default=0)
        among = isinstance(node, (core.Exists, core.Extremum)) and core.may_be_interval(node.domain)
        known[node] = deepest + among
        return known[node]

    ranges = max((visit(node) for node in nodes), default=0)
    return Vocabulary(frozenset(parts), frozenset(words), ranges)
