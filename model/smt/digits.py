"""Words for the solver: rows of digits, cut where formulas look."""

# z3 carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable
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
        parts: list[Any] = []
        low = 0
        for value, width in word.digits:
            # Digits are cut so that their reserved bits are the upper ones, if any.
            free = width - self._reserved(low, low + width).bit_count()
            if isinstance(value, int):
                parts.append(self.terms.truth(value < 1 << free))
            else:
                parts.append(self.terms.within(value, 1 << free) if free else self.terms.equal(value, 0))
            low += width
        return self.terms.conj(parts)

    def _reserved(self, low: int, high: int) -> int:
        return (self.format.reserved_mask >> low) & ((1 << (high - low)) - 1)

    def cut(self, word: Bits) -> Bits:
        """A word cut as words are; one that is known may be written as a single digit."""
        digits = bits.digits_at(self.terms, word, list(self.cuts))
        assert digits is not None
        return Bits(tuple(zip(digits, (high - low for low, high in pairwise(self.cuts)), strict=True)))
