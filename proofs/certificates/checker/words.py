"""Words cut into digits: what terms and sets are made of, for certificates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct

WIDEST = 64
"""Bits of the widest word."""
WHOLE = 68
"""Bits of a number that is no word: codes of names, those that are in no register among them, have at most so many."""
MOST_WORK = 2_000_000
"""Parts of formulas that are looked at for one certificate, as often as they are: some ten seconds."""

Literal: TypeAlias = int
"""The number of an atom, negative where that is denied. 1 is true, and -1 is false."""
TRUE, FALSE = 1, -1

Digit: TypeAlias = tuple[str | int, int, int]
"""A variable's name or a number; the bit of its word that it begins at; how many bits it has."""
Word: TypeAlias = tuple[Digit, ...]
"""The digits of a word or number, lowest first."""


class Refused(Exception):
    """What is wrong with a certificate, in words; or what certificates do not speak of."""


class Recut(Refused):
    """Words must be cut at one more bit."""

    def __init__(self, at: int) -> None:
        super().__init__(f"words have to be cut at bit {at}")
        self.at = at


class Work:
    """What goes into one certificate, so that a small one, or a small text, cannot take for ever."""

    def __init__(self) -> None:
        self.done = 0

    def add(self, count: int) -> None:
        """Counts parts that are looked at. Raises Refused where there are too many."""
        self.done += count
        if self.done > MOST_WORK:
            raise Refused(f"it takes more than {MOST_WORK:,} steps to put down what it says")


class Term(Struct, frozen=True):
    """What a term may be, each with its condition, of which at most one holds. It has no value where none does."""

    ways: tuple[tuple[Literal, Word], ...]


class Between(Struct, frozen=True):
    """What is well formed from one word to another. Where it is `formed`, both are so themselves, and in order."""

    low: Word
    high: Word
    formed: bool = False


Piece: TypeAlias = str | Word | Between
"""A part of a set: a set by its name, one word, or an interval."""


class Several(Struct, frozen=True):
    """A set: its pieces, each there where a condition holds."""

    pieces: tuple[tuple[Literal, Piece], ...]


def in_order(literals: Iterable[Literal]) -> tuple[Literal, ...]:
    """As clauses and conjunctions have them."""
    return tuple(sorted(literals, key=lambda one: (abs(one), one)))


def number(value: int) -> Word:
    return ((value, 0, max(value.bit_length(), 1)),)


def term(word: Word) -> Term:
    return Term(((TRUE, word),))


def split(word: Word, at: int) -> tuple[Word, Word]:
    """The digits below a bit, and those from there on. Raises Recut where a variable has to be cut for it."""
    low: list[Digit] = []
    for place, digit in enumerate(word):
        what, begins, width = digit
        if at == 0:
            return tuple(low), word[place:]
        if at < width:
            if isinstance(what, str):
                raise Recut(begins + at)
            low.append((what & (1 << at) - 1, begins, at))
            return tuple(low), ((what >> at, begins + at, width - at), *word[place + 1 :])
        low.append(digit)
        at -= width
    return tuple(low), ()


def pairs(one: Word, other: Word) -> Iterator[tuple[str | int, str | int]]:
    """The digits of two words beside each other, lowest first; the shorter has zeros in front."""
    known = value_of(other)
    if known is not None:
        for what, _, width in one if value_of(one) is None else ():
            yield what, known & (1 << width) - 1
            known >>= width
        yield value_of(one) or 0, known
    elif value_of(one) is not None:
        yield from ((left, right) for right, left in pairs(other, one))
    else:
        while one or other:
            width = min(word[0][2] for word in (one, other) if word)
            (left, one), (right, other) = split(one, width), split(other, width)
            yield left[0][0] if left else 0, right[0][0] if right else 0


def padded(word: Word, width: int) -> Word:
    """The word with zeros in front, to a width at least."""
    there = sum(digit[2] for digit in word)
    return (*word, (0, there, width - there)) if there < width else word


def text_of(word: Word) -> str:
    known = value_of(word)
    if known is not None:
        return str(known)
    return " ".join(what if isinstance(what, str) else f"{what}:{width}" for what, _, width in reversed(word))


def numeral(text: str) -> int | None:
    """The number that a text is, if it is one that might be a word, or a difference of two."""
    return int(text) if re.fullmatch("-?[0-9]{1,30}", text) else None


def value_of(word: Word) -> int | None:
    """The number that a word is, where that is known."""
    value, at = 0, 0
    for what, _, width in word:
        if isinstance(what, str):
            return None
        value, at = value | what << at, at + width
    return value
