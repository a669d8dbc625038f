"""Revisions that are easy to read, and words that are not."""

from __future__ import annotations

from parley.model.readable_values import readable_values, unusual_inputs
from parley.spec.words import Field, Format

FORMAT = Format(
    (Field("top", 9, 7, True), Field("major", 6, 4, False), Field("gap", 3, 3, True), Field("minor", 2, 0, False))
)


def test_the_literals_of_a_file_come_first_and_then_what_is_small() -> None:
    assert readable_values(FORMAT, 5) == [0x10, 0x11, 0x12, 0x20, 0x21]
    # What starts in 0 comes last, and what is malformed is none; two more than a file has there are always.
    assert readable_values(FORMAT, 1, frozenset({0x02, 0x20, 0x10, 0x08})) == [0x10, 0x20, 0x02, 0x11, 0x12]
    assert readable_values(FORMAT, 1, frozenset({0x10, 0x20})) == [0x10, 0x20, 0x11, 0x12]


def test_unusual_words_have_the_ends_of_reserved_fields_set() -> None:
    assert unusual_inputs(FORMAT, 0x10) == [0x90, 0x210, 0x18]
