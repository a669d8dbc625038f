"""A few revisions that stand for all: how the evaluator decides a formula over all of them.

Why the few are enough. `coordinates.py` cuts words into pieces such that formulas compare nothing but pieces of one
kind, each kind a linear order from 0 up, with each other, with 0, and with the pieces of the values in play: the words
and numbers that have a value, and the literals. Between two neighbours among these there is a gap. Say that k pieces
of a kind are chosen now, by the word or words that a representative is wanted for, and r more by ranges that are
quantified further in. They divide the gap into k + 1 smaller gaps, and a game of r more moves (Ehrenfeucht and Fraïssé)
cannot tell two sizes of a smaller gap apart where they are equal, nor where both are 2^r - 1 or more. So each of the
smaller gaps but one can be taken to be no larger than 2^r - 1, and what is chosen, to lie within k * 2^r of one end of
the gap; with r = 0, where only the order matters, within k of its lower end. Kinds are never compared with each other,
so each is a game of its own. Choosing each piece from these is choosing words; the ends of a range, and the reserved
bits, are such formulas too.

What is in play must be known in full: all words in the slots that a formula reads, and all literals; numbers that are
made from them are cut as the pieces are that they meet (`Source`). Nothing is left out to save time. Where there are
too many, TooMany is raised, and the question has no answer here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Set
from itertools import pairwise

from msgspec import Struct

from .coordinates import Coordinates, Piece

MOST = 100_000
"""Representatives tried for one quantifier, those of ranges inside it included; beyond so many, it is not decided."""

MOST_AT_ONCE = 2_000
"""Representatives of open outputs, each of which is tried with each of the others."""

MOST_NEAR = 1 << 11
"""The farthest from a value in play that representatives are looked for."""


class TooMany(Exception):
    """A formula over a range needs more representatives than the evaluator tries."""


class Axis(Struct, frozen=True):
    """One piece, and the values that stand for all of its values, ascending."""

    piece: Piece
    values: tuple[int, ...]


def axes(
    coordinates: Coordinates, words: Set[int], chosen: int = 1, *, well_formed: bool, both_ends: bool = False
) -> tuple[Axis, ...]:
    """For each piece, highest first, the values that represent all, where so many words are `chosen` together.

    `words` are the words and numbers in play. With `both_ends`, values at the last end of each gap are there as well as
    at the first, so the least and the greatest word of which something holds are represented by themselves. Raises
    TooMany.
    """
    known = {0} | words | coordinates.words
    values = {kind: _values(coordinates, kind, known, chosen, well_formed, both_ends) for kind in _kinds(coordinates)}
    return tuple(
        Axis(piece, (0,) if well_formed and piece.reserved else values[piece.kind]) for piece in coordinates.pieces
    )


def points(axes: tuple[Axis, ...], low: int, high: int) -> Iterator[int]:
    """The words, ascending, that have their pieces on the axes and lie between two words, both included.

    They may be many: who goes through them counts them.
    """
    return _walk(axes, 0, 0, low, high)


def representatives(axes: tuple[Axis, ...]) -> list[int]:
    """All words that have their pieces on the axes, ascending. Raises TooMany."""
    total = 1
    for axis in axes:
        total *= len(axis.values)
        if total > MOST_AT_ONCE:
            raise TooMany
    return list(_walk(axes, 0, 0, None, None))


def _walk(axes: tuple[Axis, ...], at: int, above: int, low: int | None, high: int | None) -> Iterator[int]:
    """The words with the pieces of `above` in front. `low` and `high` are None where these have settled it."""
    axis = axes[at]
    piece, values = axis.piece, axis.values
    least = None if low is None else piece.of(low)
    most = None if high is None else piece.of(high)
    first = 0 if least is None else bisect_left(values, least)
    last = len(values) if most is None else bisect_right(values, most)
    whole = at + 1 == len(axes)
    for value in values[first:last]:
        word = above | value << piece.low
        if whole:
            yield word
        else:
            yield from _walk(axes, at + 1, word, low if value == least else None, high if value == most else None)


def _kinds(coordinates: Coordinates) -> set[int]:
    return {piece.kind for piece in coordinates.pieces}


def _values(
    coordinates: Coordinates, kind: int, known: Set[int], chosen: int, well_formed: bool, both_ends: bool
) -> tuple[int, ...]:
    """The values that represent all values of the pieces of one kind."""
    pieces = [piece for piece in coordinates.pieces if piece.kind == kind]
    end = 1 << pieces[0].width
    free = sum(not piece.reserved for piece in pieces)
    # Quantified ranges have well-formed revisions, so they choose no reserved bits.
    later = coordinates.ranges * free
    now = chosen * (free if well_formed else len(pieces))
    in_play = {piece.of(word) for piece in pieces for word in known}
    for source in coordinates.sources:
        if source.kind == kind:
            in_play |= source.of(known)
    # Once the distance covers the largest gap, a longer one changes nothing.
    distance = now << min(later, pieces[0].width)
    if distance > MOST_NEAR:
        if end > MOST_NEAR:
            raise TooMany
        return tuple(range(end))
    made = set(in_play)
    for low, high in pairwise([*sorted(in_play), end]):
        made |= set(range(low + 1, min(low + distance + 1, high)))
        if later or both_ends:
            made |= set(range(max(high - distance, low + 1), high))
    return tuple(sorted(made))
