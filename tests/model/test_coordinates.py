"""How words are cut for formulas that compare their parts, and with which numbers."""

from __future__ import annotations

from parley.model.coordinates import Part, Piece, Source, coordinates_of
from parley.spec.core import Core
from parley.spec.nodes import Nodes
from parley.spec.words import Field, Format

FORMAT = Format((Field("major", 5, 3, False), Field("minor", 2, 0, False)))


def test_the_pieces_of_what_has_its_value() -> None:
    part = Part(3, 3, moves=False)
    words = {0b101_010, 0b011_111, 0}
    assert Source(0, 0, 3, part).of(words) == {0b101, 0b011, 0}
    assert Source(0, 0, 2, part).of(words) == {0b01, 0b11, 0}
    assert Source(0, 1, 2, part).of(words) == {0b10, 0b01, 0}
    assert Source(0, 3, 3, None).of(words) == {0b101, 0b011, 0}
    assert Source(0, 1, 3, 0b1101).of(words) == {0b110}


def test_numbers_that_meet_are_cut_alike() -> None:
    nodes = Nodes()
    chosen, given = nodes.variable("chosen"), nodes.variable("given")
    whole = nodes.compare("==", nodes.bits(chosen, 0, 6), nodes.bits(given, 0, 6))
    major = nodes.compare("==", nodes.bits(chosen, 3, 3), nodes.constant(1))
    found = coordinates_of([whole, major], FORMAT, {"chosen"})
    assert found.pieces == (Piece(3, 3, 3, reserved=False), Piece(0, 3, 0, reserved=False))
    of_given = Part(0, 6, moves=False)
    assert {*found.sources} == {Source(0, 0, 3, of_given), Source(3, 3, 3, of_given), Source(3, 0, 3, 1)}
    assert (found.words, found.ranges, found.starts) == (frozenset(), 0, [0, 3])


def test_pieces_that_meet_are_of_one_kind() -> None:
    nodes = Nodes()
    chosen = nodes.variable("chosen")
    same = nodes.compare("==", nodes.bits(chosen, 3, 3), nodes.bits(chosen, 0, 2))
    found = coordinates_of([same], FORMAT, {"chosen"})
    # The longer one is cut where the shorter one ends, and what is above that is compared with 0 alone.
    pieces = (
        Piece(5, 1, 5, reserved=False),
        Piece(3, 2, 0, reserved=False),
        Piece(2, 1, 2, reserved=False),
        Piece(0, 2, 0, reserved=False),
    )
    assert found.pieces == pieces
    assert found.sources == ()


def test_an_end_of_what_is_in_a_range_counts_for_two_ranges() -> None:
    """Some element meets the condition, and every other one that does is no further; what is said of it stands within."""
    nodes = Nodes()
    given, between = nodes.variable("given"), nodes.interval(nodes.variable("low"), nodes.variable("high"))

    def last(minor: int) -> Core:
        one = nodes.opened()
        return nodes.extremum("max", one, between, nodes.compare("==", nodes.bits(one, 0, 3), nodes.constant(minor)))

    def ranges(formula: Core) -> int:
        return coordinates_of([formula], FORMAT).ranges

    some = nodes.opened()
    assert ranges(nodes.exists(some, between, nodes.compare("<", some, given))) == 1
    assert ranges(nodes.compare("==", last(1), given)) == 2
    assert ranges(nodes.compare("==", last(1), last(2))) == 3
    other = nodes.opened()
    assert ranges(nodes.exists(other, between, nodes.compare("<", other, last(1)))) == 3
