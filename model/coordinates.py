"""How formulas look at revisions: where their bits are cut, and which pieces are compared with which.

The formulas of a policy only compare: words with words, numbers with numbers; and they take a word's parts as numbers
and put numbers in as parts. Here a word is cut so finely that each of these acts on whole pieces:

- wherever a part that is looked at or put in begins or ends, and where the reserved bits do;
- where two numbers meet (they are compared, or one is put in the place of the other), both are cut at the same
  distances from their lowest bit: where one of them ends, the longer one is cut, and where one is cut, so is the
  other. This is repeated until nothing changes.

Comparing words, or numbers, is then comparing their pieces in turn, from the highest down, the shorter number filled up
with zeros. A number fits a part (`with`) where its pieces above the part's width are 0; and what `with` makes has whole
pieces of other words and numbers for its own. Pieces that can meet make up a *kind*: all have one width, and one of
another kind is never compared with them. What formulas say of words, they say of pieces in finite linear orders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import pairwise
from typing import TypeAlias, assert_never

from msgspec import Struct

from ..spec import core
from ..spec.core import Core, Symbol
from ..spec.words import Format


class Part(Struct, frozen=True):
    """Bits of a word, taken as a number. `moves`: the word may be a new one, so its bits have to be chosen."""

    low: int
    width: int
    moves: bool


Origin: TypeAlias = "Part | int | None"
"""Where a number comes from: a part of a word, a constant, or (None) a variable that has its value already."""


class Seen(Struct, frozen=True):
    """What is known of a term without its value.

    A word that `moves` may be one that was not in play before; a number has `origins`. `ranges` is how deep quantified
    ranges nest in it, and `chosen` how many words it chooses from ranges itself: what is said of it is said beneath so
    many more.
    """

    moves: bool = False
    origins: frozenset[Origin] = frozenset()
    ranges: int = 0
    chosen: int = 0


CHOSEN = Seen(moves=True)
"""A variable that takes new words."""

GIVEN = Seen(origins=frozenset({None}))
"""A variable that has its value, a word or a number."""

_NOTHING_BOUND: Mapping[Symbol, Seen] = {}


class Piece(Struct, frozen=True):
    """Bits of every word that are looked at together. `kind` numbers what it can be compared with."""

    low: int
    width: int
    kind: int
    reserved: bool

    def of(self, word: int) -> int:
        return word >> self.low & (1 << self.width) - 1


class Source(Struct, frozen=True):
    """Numbers that are compared with pieces of a kind, from their bit `at`."""

    kind: int
    at: int
    width: int
    origin: Origin

    def of(self, words: Set[int]) -> set[int]:
        """The values of such a piece, where these are the words, and the numbers, in play."""
        match self.origin:
            case Part(low=low, width=width):
                numbers = {word >> low & (1 << width) - 1 for word in words}
            case int(value):
                numbers = {value}
            case None:
                numbers = set(words)
            case _:
                assert_never(self.origin)
        return {number >> self.at & (1 << self.width) - 1 for number in numbers}


class Coordinates(Struct, frozen=True):
    """The pieces of a word, highest first, what they are compared with, and the words that the formulas mention.

    `ranges` is how deep quantified ranges nest.
    """

    pieces: tuple[Piece, ...]
    sources: tuple[Source, ...]
    words: frozenset[int]
    ranges: int

    @property
    def starts(self) -> list[int]:
        """Where pieces begin, ascending."""
        return sorted(piece.low for piece in self.pieces)


def coordinates_of(nodes: Iterable[Core], format_: Format, moving: Set[Symbol] = frozenset()) -> Coordinates:
    """The coordinates of formulas in which the variables `moving` have no value yet, and all others have."""
    look = _Look(moving)
    ranges = max((_nested([look.at(node, _NOTHING_BOUND)]) for node in nodes), default=0)
    links = [link for link in sorted(look.links, key=repr) if any(_moves(origin) for origin in link)]
    cuts = _cuts(look.parts, links, format_)
    kinds = {low: low for low in cuts[:-1]}
    sources: list[tuple[int, int, int, Origin]] = []
    for link in links:
        parts = [origin for origin in link if isinstance(origin, Part) and origin.moves]
        for at, end in pairwise(_distances(parts, cuts)):
            alike = [part.low + at for part in parts if at < part.width]
            first = min(kinds[low] for low in alike)
            joined = {kinds[low] for low in alike}
            kinds = {low: first if kind in joined else kind for low, kind in kinds.items()}
            sources += [(alike[0], at, end - at, origin) for origin in link if not _moves(origin)]
    mask = format_.reserved_mask
    pieces = [Piece(low, high - low, kinds[low], bool(mask >> low & 1)) for low, high in pairwise(cuts)]
    compared = {Source(kinds[low], at, width, origin) for low, at, width, origin in sources}
    return Coordinates(tuple(reversed(pieces)), tuple(sorted(compared, key=repr)), frozenset(look.words), ranges)


def _moves(origin: Origin) -> bool:
    return isinstance(origin, Part) and origin.moves


def _cuts(seen: Iterable[Part], links: Iterable[frozenset[Origin]], format_: Format) -> list[int]:
    """The bits at which words are cut, with 0 and the width."""
    cuts = {0, format_.width}
    for low, width in [*((p.low, p.width) for p in seen), *((f.low, f.width) for f in format_.reserved)]:
        cuts |= {low, low + width}
    before = 0
    while before < len(cuts):
        before = len(cuts)
        for link in links:
            parts = [origin for origin in link if isinstance(origin, Part) and origin.moves]
            for at in _distances(parts, cuts):
                cuts |= {part.low + at for part in parts if at < part.width}
    return sorted(cuts)


def _distances(parts: Iterable[Part], cuts: Iterable[int]) -> list[int]:
    """How far from their lowest bit numbers that meet are cut."""
    made = {0}
    for part in parts:
        made |= {cut - part.low for cut in cuts if part.low <= cut <= part.low + part.width} | {part.width}
    return sorted(made)


class _Look:
    """Goes through formulas for the `parts` of words that are chosen, the numbers that meet, and the `words` named."""

    def __init__(self, moving: Set[Symbol]) -> None:
        self.moving = moving
        self.parts: set[Part] = set()
        self.links: set[frozenset[Origin]] = set()
        self.words: set[int] = set()
        self.seen: dict[tuple[Core, tuple[Seen | None, ...]], Seen] = {}

    def at(self, node: Core, bound: Mapping[Symbol, Seen]) -> Seen:
        """What a term is; of a formula, only how deep ranges nest matters. `bound` are the variables around it."""
        key = (node, tuple([bound.get(symbol) for symbol in node.free] if bound else ()))
        known = self.seen.get(key)
        if known is None:
            known = self.seen[key] = self._looked(node, bound)
        return known

    def _looked(self, node: Core, bound: Mapping[Symbol, Seen]) -> Seen:
        match node:
            case core.Variable(symbol=symbol):
                return bound.get(symbol) or (CHOSEN if symbol in self.moving else GIVEN)
            case core.Constant(value=value, written=written):
                if isinstance(value, bool):
                    return Seen()
                if written in ("revision", "word"):
                    self.words.add(value)
                return Seen() if written == "revision" else Seen(origins=frozenset({value}))
            case core.Bits(of=of, low=low, width=width):
                word = self.at(of, bound)
                return Seen(False, frozenset({self._part(low, width, word.moves)}), word.ranges, word.chosen)
            case core.Replaced():
                return self._replaced(node, bound)
            case core.Applied(arguments=arguments):
                seen = [self.at(argument, bound) for argument in arguments]
                # What a relation lists has its value already, and an argument is compared with it.
                self.links |= {argument.origins | {None} for argument in seen}
                return Seen(ranges=_nested(seen))
            case core.Choice(test=test, then=then, otherwise=otherwise):
                if_, yes, no = (self.at(part, bound) for part in (test, then, otherwise))
                ranges = max(if_.ranges, yes.ranges, no.ranges)
                return Seen(yes.moves or no.moves, yes.origins | no.origins, ranges, yes.chosen + no.chosen)
            case core.Compare(left=left, right=right):
                one, other = self.at(left, bound), self.at(right, bound)
                self.links.add(one.origins | other.origins)
                return Seen(ranges=_nested((one, other)))
            case core.Extremum(bound=variable, domain=domain, where=where):
                among = self.at(domain, bound)
                new = core.may_be_interval(domain) and not core.is_true(where)
                chosen = self.at(where, {**bound, variable: Seen(new or among.moves)})
                # Of a range: some element that meets the condition, and every other that does is no further.
                return Seen(
                    new or among.moves, ranges=max(among.ranges, chosen.ranges + new), chosen=among.chosen + new
                )
            case core.Exists(bound=variable, domain=domain, body=body):
                among = self.at(domain, bound)
                new = core.may_be_interval(domain)
                inner = self.at(body, {**bound, variable: Seen(new or among.moves)})
                return Seen(ranges=max(among.ranges, inner.ranges + new) + among.chosen)
            case core.Listed(items=parts) | core.And(operands=parts) | core.Or(operands=parts):
                return self._all(parts, bound)
            case core.Interval(low=left, high=right) | core.Same(left=left, right=right):
                return self._all((left, right), bound)
            case core.Member(item=item, domain=domain):
                return Seen(ranges=_nested((self.at(item, bound), self.at(domain, bound))))
            case core.Not(operand=of):
                return self._all((of,), bound)
            case _:
                assert_never(node)

    def _all(self, nodes: tuple[Core, ...], bound: Mapping[Symbol, Seen]) -> Seen:
        seen = [self.at(node, bound) for node in nodes]
        ranges = max((one.ranges for one in seen), default=0)
        return Seen(any(one.moves for one in seen), ranges=ranges, chosen=sum(one.chosen for one in seen))

    def _part(self, low: int, width: int, moves: bool) -> Part:
        made = Part(low, width, moves)
        if moves:
            self.parts.add(made)
        return made

    def _replaced(self, node: core.Replaced, bound: Mapping[Symbol, Seen]) -> Seen:
        seen = [self.at(node.of, bound)]
        for low, width, value in node.parts:
            put = self.at(value, bound)
            # Even where all is known, the word made here is not among those in play.
            self.links.add(put.origins | {self._part(low, width, True)})
            seen.append(put)
        return Seen(True, ranges=max(one.ranges for one in seen), chosen=sum(one.chosen for one in seen))


def _nested(terms: Sequence[Seen]) -> int:
    """How deep ranges nest in what is said of some terms."""
    return max((one.ranges for one in terms), default=0) + sum(one.chosen for one in terms)
