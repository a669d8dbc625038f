"""Numbers whose digits are known: however they are cut, they are worked out without the solver."""

from __future__ import annotations

from itertools import combinations, pairwise, product

from parley.model.smt import bits
from parley.model.smt.bits import Bits
from parley.model.smt.digits import Digits
from parley.model.smt.terms import Terms
from parley.spec.words import Field, Format

WIDTH = 3
CUTS = [(0, *inner, WIDTH) for count in range(WIDTH) for inner in combinations(range(1, WIDTH), count)]


def cut(value: int, at: tuple[int, ...]) -> Bits:
    return Bits(tuple((value >> low & (1 << (high - low)) - 1, high - low) for low, high in pairwise(at)))


def test_however_a_number_is_cut_it_is_the_same_number() -> None:
    terms = Terms()
    for at, value in product(CUTS, range(1 << WIDTH)):
        number = cut(value, at)
        assert (number.width, number.known, bits.whole(terms, number)) == (WIDTH, value, value)
        for low, high in combinations(range(WIDTH + 1), 2):
            assert bits.part_of(number, low, high - low).known == value >> low & (1 << (high - low)) - 1
        for width in range(WIDTH + 2):
            assert bits.fits(terms, number, width) is terms.truth(value < 1 << width)


def test_numbers_are_compared_by_their_values_however_they_are_cut() -> None:
    terms = Terms()
    for (one, other), value in product(product(CUTS, CUTS), range(1 << WIDTH)):
        for against in (0, value ^ 1, value, value ^ 6, 7):
            left, right = cut(value, one), cut(against, other)
            assert bits.equal(terms, left, right) is terms.truth(value == against)
            assert bits.less(terms, left, right) is terms.truth(value < against)
            assert bits.at_most(terms, left, right) is terms.truth(value <= against)
            # A constant is one digit, as long as it has to be.
            assert bits.less(terms, left, bits.constant(against + 8)) is terms.true


def test_a_known_digit_with_a_reserved_bit_makes_a_word_malformed() -> None:
    terms = Terms()
    format_ = Format((Field("major", 5, 4, False), Field("gap", 3, 2, True), Field("minor", 1, 0, False)))
    words = Digits(terms, format_, bits.cuts_of(format_, []))
    assert words.cuts == (0, 2, 4, 6)
    minor = terms.integer("minor")
    found = [words.well_formed(Bits(((minor, 2), (gap, 2), (1, 2)))) for gap in range(4)]
    assert [one is terms.false for one in found] == [False, True, True, True]
