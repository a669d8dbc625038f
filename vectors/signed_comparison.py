"""Revisions compared as signed numbers: both sides of every comparison, and what `max` and `min` choose by."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from ..spec.checked import CheckedPolicy
from ..spec.core import Bits, Compare, Constant, Core, Extremum, Variable
from ..spec.words import Field, Format
from .kinds import kind_of
from .rewrite import rewritten
from .word_terms import Words


class Signed(Struct, frozen=True):
    """One way to take words for signed numbers: from bit `top` down; what is above it is not looked at.

    Where a `field` is given, it is the only one that is so taken, and the rest of the word counts as it is.
    """

    what: str
    top: int
    field: Field | None = None

    def key(self, words: Words, word: Core) -> Core:
        """A word that is as large among all words as the signed number among signed ones."""
        last = words.width - 1
        above = [(last, self.top + 1, 0)] if self.field is None and self.top < last else []
        down, up = (words.put(word, *above, (self.top, self.top, bit)) for bit in (0, 1))
        return words.nodes.choice(words.is_set(word, self.top), down, up)

    def keeps_order(self, format_: Format) -> bool:
        """Whether well-formed revisions stand in the order that they have."""
        whole = self.top == format_.width - 1 or self.field is not None
        return not format_.largest >> self.top & 1 and (whole or not format_.largest >> self.top)


def signed(policy: CheckedPolicy) -> Iterator[tuple[str, CheckedPolicy | None]]:
    """The policy with its comparisons signed, in each of the common ways; None where that is too long."""
    format_ = policy.interface.format
    # A shorter word has no sign there.
    ways = [Signed(f"as signed {bits}-bit numbers", bits - 1) for bits in (64, 32) if bits <= format_.width]
    ways += [Signed(f"with {field.name} as a signed number", field.high, field) for field in format_.numbered]
    for way in ways:
        yield f"revisions compared {way.what}", rewritten(policy, _Comparing(policy, way).of)


class _Comparing:
    """One such way put into formulas; each node is looked at once."""

    def __init__(self, policy: CheckedPolicy, way: Signed) -> None:
        self.interface = policy.interface
        self.format = policy.interface.format
        self.nodes = policy.elaboration.nodes
        self.words = Words(self.nodes, self.format.width)
        self.way = way
        self.done: dict[Core, Core] = {}

    def of(self, node: Core) -> Core:
        known = self.done.get(node)
        if known is None:
            known = self.done[node] = self._changed(self.nodes.rebuilt(node, self.of))
        return known

    def _changed(self, made: Core) -> Core:
        match made:
            case Compare(operator="<" | "<="):
                return self._compared(made)
            case Extremum(domain=Variable(symbol=str(name))) if name in self.interface.ranges:
                # An end of a range, which nothing is compared for.
                return made
            case Extremum() if not self.way.keeps_order(self.format):
                return self._chosen(made)
            case _:
                return made

    def _key(self, word: Core) -> Core:
        return self.way.key(self.words, word)

    def _compared(self, node: Compare) -> Core:
        left, right = node.left, node.right
        if "revision" in (kind_of(self.interface, left), kind_of(self.interface, right)):
            return self.nodes.compare(node.operator, self._key(left), self._key(right), node.origin)
        one, other = self._field_key(left), self._field_key(right)
        return node if one is None or other is None else self.nodes.compare(node.operator, one, other, node.origin)

    def _field_key(self, term: Core) -> Core | None:
        """The field's number by its key; None for what is no such field, and no constant of its size."""
        field = self.way.field
        match term:
            case Bits(of=of, low=low, width=width) if field and (low, width) == (field.low, field.width):
                return self.nodes.bits(self._key(of), low, width, term.origin)
            case Constant(value=value, written="number" | "word") if field and value >> field.width == 0:
                return self.nodes.constant(value ^ 1 << field.width - 1, term.written)
            case _:
                return None

    def _chosen(self, node: Extremum) -> Core:
        """The one that is the greatest, or least, by its key.

        Of those that are alike above the sign, it is one of the right sign, if there is any.
        """
        nodes, top = self.nodes, self.way.top
        more = any(field.high > top for field in self.format.numbered)
        if self.way.field is None and more:
            return self._by_rivals(node)
        one = nodes.opened()
        wanted = [nodes.put(node.where, {node.bound: one})]
        if more:
            mine, its = (self.words.bits(word, self.words.width - 1, top + 1) for word in (one, node))
            wanted.append(nodes.compare("==", mine, its))
        positive = nodes.negation(self.words.is_set(one, top))
        wanted.append(positive if node.kind == "max" else self.words.is_set(one, top))
        bound, where = nodes.closed(one, nodes.conjunction(tuple(wanted)))
        exists = nodes.closed_exists(bound, node.domain, where, None)
        return nodes.choice(exists, nodes.closed_extremum(node.kind, bound, node.domain, where, None), node)

    def _by_rivals(self, node: Extremum) -> Core:
        """The one that none of the others beats: for keys that leave out part of the word."""
        nodes = self.nodes
        mine, theirs = nodes.opened(), nodes.opened()
        worse, better = (mine, theirs) if node.kind == "max" else (theirs, mine)
        beaten = nodes.compare("<", self._key(worse), self._key(better))
        rival = nodes.conjunction((nodes.put(node.where, {node.bound: theirs}), beaten))
        best = nodes.negation(nodes.exists(theirs, node.domain, rival))
        where = nodes.conjunction((nodes.put(node.where, {node.bound: mine}), best))
        return nodes.extremum(node.kind, mine, node.domain, where, node.origin)
