"""What a plain term is known to be, whatever the configuration: so that nothing is written that compilers object to."""

from __future__ import annotations

from typing import NamedTuple

from ...spec.syntax import Expr, Extremum, FieldOf, If, Number, Revision, With
from ...spec.words import WORD_END, Format


def may_be_nothing(term: Expr, format_: Format) -> bool:
    """Whether a plain term can be without a value."""
    match term:
        case Extremum():
            return True
        case FieldOf(of=of):
            return may_be_nothing(of, format_)
        case If(then=then, otherwise=otherwise):
            return may_be_nothing(then, format_) or may_be_nothing(otherwise, format_)
        case With(of=of, updates=updates):
            return may_be_nothing(of, format_) or any(
                may_be_nothing(value, format_) or known_bits(value, format_).most >> format_.bits(part)[1]
                for part, value in updates
            )
        case _:
            return False


class Bits(NamedTuple):
    """What is known of a word: bits that are one, and bits that may be; so it lies between the two as numbers."""

    ones: int
    most: int


def known_bits(term: Expr, format_: Format) -> Bits:
    """What is known of a term that has a value; of a formula nothing."""
    match term:
        case Number(value=value):
            return Bits(value, value)
        case Revision(fields=fields):
            return Bits(format_.word(fields), format_.word(fields))
        case FieldOf(of=of, part=part):
            low, width = format_.bits(part)
            whole, mask = known_bits(of, format_), (1 << width) - 1
            return Bits(whole.ones >> low & mask, whole.most >> low & mask)
        case With(of=of, updates=updates):
            made = known_bits(of, format_)
            for part, value in updates:
                low, width = format_.bits(part)
                kept = ~(((1 << width) - 1) << low)
                new = known_bits(value, format_)
                made = Bits(made.ones & kept | new.ones << low, made.most & kept | new.most << low)
            return made
        case If(then=then, otherwise=otherwise):
            one, other = known_bits(then, format_), known_bits(otherwise, format_)
            return Bits(one.ones & other.ones, one.most | other.most)
        case _:
            return Bits(0, WORD_END - 1)
