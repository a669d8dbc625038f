"""Words for the solver: rows of digits, cut where formulas look."""

# z3 carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from ...spec.words import Format
from . import bits
from .bits import Bits
from .terms import Digit, Terms


class Digits:
    """Makes words of one format, all of them cut at the same bits."""

    def __init__(self, terms: Terms, format_: Format, cuts: tuple[int, ...]) -> None:
        self.terms = terms
        self.format = format_
        self.cuts = cuts

    def word(self, make: Callable[[], Any], *, well_formed: bool) -> Bits:
        """A word of digits that `make` makes; of a well-formed one, reserved digits are 0."""
        made: list[tuple[Digit, int]] = []
        for low, high in pairwise(self.cuts):
            zero = well_formed and self._reserved(low, high) == (1 << (high - low)) - 1
            made.append((0 if zero else make(), high - low))
        return Bits(tuple(made))

    def named_word(self, name: str, *, well_formed: bool = False) -> Bits:
        """A word with digits that are called after it."""
        lows = iter(range(len(self.cuts)))
        return self.word(lambda: self.terms.integer(f"{name}#{next(lows)}"), well_formed=well_formed)

    def beyond(self, word: Bits, above: Any, codes: Iterable[int]) -> tuple[Bits, Any]:
        """A word that may as well be one of some codes, which need more bits; and that it is one of the two.

        `above` are the bits that no word has, as one digit.
        """
        terms, width = self.terms, self.format.width
        most = max(code.bit_length() for code in codes)
        made = Bits((*word.digits, (above, most - width)))
        named = [bits.equal(terms, made, bits.constant(code)) for code in codes]
        return made, terms.disj([terms.equal(above, 0), *named])

    def fresh_word(self, name: str, *, well_formed: bool = False) -> Bits:
        return self.word(lambda: self.terms.fresh(name), well_formed=well_formed)

    def bounds(self, word: Bits) -> Any:
        """Each digit is one."""
        return self.terms.conj([self.terms.within(v, 1 << width) for v, width in word.digits if not isinstance(v, int)])

    def well_formed(self, word: Bits) -> Any:
        """Each digit is one, and reserved bits are zero."""
        known = word.known
        if known is not None:
            return self.terms.truth(self.format.well_formed(known))
        # What has more bits than a word has none of them set.
        parts: list[Any] = []
        low = 0
        for value, width in word.digits:
            # Digits are cut so that their reserved bits are the upper ones, if any.
            free = width - self._reserved(low, low + width).bit_count() if low < self.format.width else 0
            if isinstance(value, int):
                parts.append(self.terms.truth(value < 1 << free))
            else:
                parts.append(self.terms.within(value, 1 << free) if free else self.terms.equal(value, 0))
            low += width
        return self.terms.conj(parts)

    # ---- beside a word -----------------------------------------------------------------------------------

    def below(self, word: Bits, *, strict: bool) -> tuple[Bits, Any]:
        """The greatest well-formed word that is not above a word, or is below it; and that there is one."""
        terms, digits = self.terms, self._digits(word)
        made: list[Digit] = []
        # From the highest digit down: below one that is too large to be well formed, all are as large as can be.
        lowered = terms.false
        for value, _, limit in reversed(digits):
            lowered = terms.disj([lowered, terms.less(limit, value)])
            made.insert(0, terms.either(lowered, limit, value))
        borrow = terms.conj([terms.truth(strict), terms.neg(lowered)])
        for at, (_, _, limit) in enumerate(digits):
            if limit:
                value = made[at]
                made[at] = self._stepped(borrow, value, 0, limit, -1)
                borrow = terms.conj([borrow, terms.equal(value, 0)])
        return self._bits(digits, made), terms.neg(borrow)

    def above(self, word: Bits, *, strict: bool) -> tuple[Bits, Any]:
        """The least well-formed word that is not below a word, or is above it; and that there is one."""
        terms, digits = self.terms, self._digits(word)
        # Of each digit: whether that or a higher one is too large to be well formed.
        raised = [terms.false]
        for value, _, limit in reversed(digits):
            raised.insert(0, terms.disj([raised[0], terms.less(limit, value)]))
        carry = terms.conj([terms.truth(strict), terms.neg(raised[0])])
        made: list[Digit] = []
        for (value, _, limit), here, higher in zip(digits, raised, raised[1:], strict=False):
            made.append(terms.either(here, 0, self._stepped(carry, value, limit, 0, 1)) if limit else 0)
            on = terms.conj([carry, terms.equal(value, limit)]) if limit else carry
            # The highest digit that is too large takes one more from what is above it.
            carry = terms.choose(here, terms.neg(higher), on)
        return self._bits(digits, made), terms.neg(carry)

    def _stepped(self, moves: Any, value: Digit, end: int, start: int, step: int) -> Digit:
        """A digit that moves by one step, from its end round to its start, or stays."""
        terms = self.terms
        return terms.either(
            moves, terms.either(terms.equal(value, end), start, terms.total([(value, 0), (step, 0)])), value
        )

    def _digits(self, word: Bits) -> list[tuple[Digit, int, int]]:
        """The digits of a word as words are cut, lowest first: each with its width, and its largest value in a
        well-formed word.
        """
        made: list[tuple[Digit, int, int]] = []
        low = 0
        for value, width in self.cut(word).digits:
            free = width - self._reserved(low, low + width).bit_count()
            made.append((value, width, (1 << free) - 1))
            low += width
        return made

    def _bits(self, digits: list[tuple[Digit, int, int]], values: list[Digit]) -> Bits:
        return Bits(tuple((value, width) for value, (_, width, _) in zip(values, digits, strict=True)))

    def _reserved(self, low: int, high: int) -> int:
        return (self.format.reserved_mask >> low) & ((1 << (high - low)) - 1)

    def as_word(self, value: Any) -> Any:
        """Of a name beside words, some word: it stands where there is no value, and may be any. All else as it is."""
        return self.cut(value) if isinstance(value, Bits) and value.width > self.format.width else value

    def cut(self, word: Bits) -> Bits:
        """A word cut as words are; one that is known may be written as a single digit."""
        digits = bits.digits_at(self.terms, word, list(self.cuts))
        assert digits is not None
        return Bits(tuple(zip(digits, (high - low for low, high in pairwise(self.cuts)), strict=True)))
