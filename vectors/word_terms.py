"""Terms over register words, for faults in how they are read, compared and written."""

from __future__ import annotations

from ..spec.core import Compare, Constant, Core, Replaced
from ..spec.nodes import Nodes
from ..spec.words import Field


class Words:
    """Makes terms over words of a width. Bits are given by the highest and the lowest of them."""

    def __init__(self, nodes: Nodes, width: int) -> None:
        self.nodes = nodes
        self.width = width

    def constant(self, value: int) -> Constant:
        return self.nodes.constant(value, "word")

    def bits(self, word: Core, high: int, low: int) -> Core:
        return self.nodes.bits(word, low, high - low + 1)

    def put(self, word: Core, *parts: tuple[int, int, Core | int]) -> Replaced:
        """The word with others in place of some bits."""
        made = (
            (low, high - low + 1, self.nodes.constant(value) if isinstance(value, int) else value)
            for high, low, value in parts
        )
        return self.nodes.replaced(word, tuple(made))

    def without(self, word: Core, *fields: Field) -> Replaced:
        return self.put(word, *((field.high, field.low, 0) for field in fields))

    def is_set(self, word: Core, bit: int) -> Compare:
        return self.nodes.compare("==", self.bits(word, bit, bit), self.nodes.constant(1))

    def exchanged(self, word: Core, one: Field, other: Field) -> Replaced:
        """Two fields in each other's place; what does not fit is cut off."""
        last = min(one.width, other.width) - 1
        return self.put(
            word,
            (one.high, one.low, self.bits(word, other.low + last, other.low)),
            (other.high, other.low, self.bits(word, one.low + last, one.low)),
        )
