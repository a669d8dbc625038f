"""Revisions, fields and numbers for the solver: rows of digits, each some bits of the whole.

A word is cut wherever a field or slice in use begins or ends. Then a field is some of the digits of its word, `with`
exchanges digits, and one word is below another where it is so digit by digit from the top. All that the solver sees
is which of two digits is greater: difference logic. Words tied to their fields by equations would ask it for integer
solutions of sums with large factors, which takes minutes for what here takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from msgspec import Struct

from ...spec.words import Format
from .terms import Digit, Terms


class Bits(Struct, frozen=True):
    """An unsigned number: its digits, least significant first, each with how many bits it has."""

    digits: tuple[tuple[Digit, int], ...]

    @property
    def width(self) -> int:
        return sum(width for _, width in self.digits)

    @property
    def widths(self) -> tuple[int, ...]:
        return tuple(width for _, width in self.digits)

    def values(self) -> list[Digit]:
        return [value for value, _ in self.digits]

    def variables(self) -> list[Any]:
        """The digits that are terms of the solver."""
        return [value for value, _ in self.digits if not isinstance(value, int)]

    @property
    def known(self) -> int | None:
        """The number, where all digits are known."""
        made = at = 0
        for value, width in self.digits:
            if not isinstance(value, int):
                return None
            made |= value << at
            at += width
        return made


def constant(value: int) -> Bits:
    return Bits(((value, max(value.bit_length(), 1)),))


def cuts_of(format_: Format, parts: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    """Where words are cut, ascending from 0 to the width, if parts with these lowest bits and widths are in use.

    Reserved fields are cut out as well, as a well-formed revision has them zero; but for one at the top, which only
    bounds the digit below it.
    """
    cuts = {0, format_.width}
    for low, width in parts:
        cuts |= {low, low + width}
    for field in format_.reserved:
        if field.high < format_.width - 1:
            cuts |= {field.low, field.high + 1}
    return tuple(sorted(cuts))


def part_of(bits: Bits, low: int, width: int) -> Bits:
    """Some bits of a number, which must be cut there or known."""
    cuts = [at for at in _offsets(bits) if low < at < low + width]
    made = [(_chunk(None, bits, first, last), last - first) for first, last in pairwise([low, *cuts, low + width])]
    return Bits(tuple(made))


def whole(terms: Terms, bits: Bits) -> Digit:
    """The number as one integer."""
    return _chunk(terms, bits, 0, bits.width)


def equal(terms: Terms, left: Bits, right: Bits) -> Any:
    return terms.conj([terms.equal(one, other) for one, other in _aligned(terms, left, right)])


def less(terms: Terms, left: Bits, right: Bits) -> Any:
    return _below(terms, left, right, terms.false)


def at_most(terms: Terms, left: Bits, right: Bits) -> Any:
    return _below(terms, left, right, terms.true)


def _below(terms: Terms, left: Bits, right: Bits, where_equal: Any) -> Any:
    """Lexicographic order from the top; `where_equal` is what holds of equal numbers."""
    made = where_equal
    for one, other in _aligned(terms, left, right):
        if made is terms.true:
            made = terms.at_most(one, other)
        elif made is terms.false:
            made = terms.less(one, other)
        else:
            made = terms.disj([terms.less(one, other), terms.conj([terms.at_most(one, other), made])])
    return made


def either(terms: Terms, test: Any, yes: Bits, no: Bits, cuts: tuple[int, ...]) -> Bits:
    """One of two numbers. Where both can be cut as words are, which is at `cuts`, the result is."""
    if test is terms.true:
        return yes
    if test is terms.false:
        return no
    cuts = _common(yes, no, cuts)
    return Bits(
        tuple(
            (terms.either(test, _chunk(terms, yes, low, high), _chunk(terms, no, low, high)), high - low)
            for low, high in pairwise(cuts)
        )
    )


def fits(terms: Terms, bits: Bits, width: int) -> Any:
    return less(terms, bits, constant(1 << width))


def digits_at(terms: Terms, bits: Bits, cuts: list[int]) -> list[Digit] | None:
    """The digits of a number between these offsets from its lowest bit; None where it is not cut so."""
    if not all(_admits(bits, cut) for cut in cuts):
        return None
    return [_chunk(terms, bits, low, high) for low, high in pairwise(cuts)]


def put(word: Bits, low: int, width: int, digits: list[Digit]) -> Bits:
    """The word with other digits in place of those from `low` on; they have the widths of those."""
    made: list[tuple[Digit, int]] = []
    at = 0
    new = iter(digits)
    for value, size in word.digits:
        made.append((next(new) if low <= at < low + width else value, size))
        at += size
    return Bits(tuple(made))


# ---- alignment ------------------------------------------------------------------------------------------


def _offsets(bits: Bits) -> list[int]:
    made = [0]
    for _, width in bits.digits:
        made.append(made[-1] + width)
    return made


def _admits(bits: Bits, offset: int) -> bool:
    """Whether a number can be cut there: between two digits, inside a known one, or above all."""
    at = 0
    for value, width in bits.digits:
        if offset <= at:
            return True
        if offset < at + width:
            return isinstance(value, int)
        at += width
    return True


def _common(left: Bits, right: Bits, more: tuple[int, ...] = ()) -> tuple[int, ...]:
    """Where both numbers can be cut, from 0 to the top of both; `more` are places to try."""
    offsets = sorted({*_offsets(left), *_offsets(right), *more})
    return tuple(offset for offset in offsets if _admits(left, offset) and _admits(right, offset))


def _aligned(terms: Terms, left: Bits, right: Bits) -> list[tuple[Digit, Digit]]:
    """Digits of two numbers that stand against each other, least significant first."""
    if left.widths == right.widths:
        return list(zip(left.values(), right.values(), strict=True))
    return [
        (_chunk(terms, left, low, high), _chunk(terms, right, low, high))
        for low, high in pairwise(_common(left, right))
    ]


def _chunk(terms: Terms | None, bits: Bits, low: int, high: int) -> Digit:
    """The bits from `low` up to, and without, `high`, as one digit; the number can be cut at both."""
    parts: list[tuple[Digit, int]] = []
    at = 0
    for value, width in bits.digits:
        first, last = max(low, at), min(high, at + width)
        if first < last:
            if isinstance(value, int):
                value = (value >> (first - at)) & ((1 << (last - first)) - 1)
            else:
                assert first == at and last == at + width, "a digit is not cut where it is looked at"
            parts.append((value, first - low))
        at += width
    if len(parts) == 1 and parts[0][1] == 0:
        return parts[0][0]
    if all(isinstance(value, int) for value, _ in parts):
        return sum(value << shift for value, shift in parts)
    assert terms is not None
    return terms.total(parts)
