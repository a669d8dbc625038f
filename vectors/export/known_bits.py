"""What a lowered term is known to be, whatever the configuration: compilers object to tests that never fail."""

from __future__ import annotations

from typing import NamedTuple

from ...spec.core import Bits, Choice, Constant, Core, Extremum, Replaced
from ...spec.words import WIDEST


def may_be_nothing(*terms: Core) -> bool:
    """Whether one of some lowered terms can be without a value."""
    return any(map(_is_partial, terms))


def _is_partial(term: Core) -> bool:
    match term:
        case Extremum():
            return True
        case Bits(of=of):
            return _is_partial(of)
        case Choice(then=then, otherwise=otherwise):
            return may_be_nothing(then, otherwise)
        case Replaced(of=of, parts=parts):
            values = [value for _, _, value in parts]
            return may_be_nothing(of, *values) or any(known_bits(value).most >> width for _, width, value in parts)
        case _:
            return False


class Known(NamedTuple):
    """What is known of a word: bits that are one, and bits that may be; so it lies between the two as numbers."""

    ones: int
    most: int


def known_bits(term: Core) -> Known:
    """What is known of a term that has a value; of a formula, and of a value of an enumeration, nothing."""
    match term:
        case Constant(value=int(value), written="revision" | "word" | "number") if not isinstance(value, bool):
            return Known(value, value)
        case Bits(of=of, low=low, width=width):
            whole, mask = known_bits(of), (1 << width) - 1
            return Known(whole.ones >> low & mask, whole.most >> low & mask)
        case Replaced(of=of, parts=parts):
            made = known_bits(of)
            for low, width, value in parts:
                kept, new = ~(((1 << width) - 1) << low), known_bits(value)
                made = Known(made.ones & kept | new.ones << low, made.most & kept | new.most << low)
            return made
        case Choice(then=then, otherwise=otherwise):
            one, other = known_bits(then), known_bits(otherwise)
            return Known(one.ones & other.ones, one.most | other.most)
        case _:
            return Known(0, (1 << WIDEST) - 1)
