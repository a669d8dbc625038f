"""Revision formats: literals, words, fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parley.spec.syntax import Slice
from parley.spec.words import WORD_END, Field, Format

RMI = Format((Field("reserved", 63, 31, True), Field("major", 30, 16, False), Field("minor", 15, 0, False)))
MIDDLE = Format((Field("a", 63, 48, False), Field("z", 47, 8, True), Field("b", 7, 0, False)))


@pytest.mark.parametrize(
    ("text", "word"),
    [("1.0", 0x10000), ("0.0", 0), ("32767.65535", 0x7FFFFFFF), ("0x80010001", 0x80010001), (" 1.1 ", 0x10001)],
)
def test_a_revision_is_read(text: str, word: int) -> None:
    assert RMI.read(text) == word


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("1", "1 of the 2 numbers of major.minor"),
        ("1.0.0", "3 of the 2"),
        ("32768.0", "does not fit in `major`"),
        ("1.65536", "does not fit in `minor`"),
        ("x", "not a revision"),
        ("", "not a revision"),
        ("1.²", "not a revision"),
        ("0x", "not a hexadecimal"),
        ("0x10000000000000000", "does not fit in 64 bits"),
        ("-1.0", "not a revision"),
    ],
)
def test_what_is_no_revision_is_refused_with_the_reason(text: str, part: str) -> None:
    with pytest.raises(ValueError, match=part):
        RMI.read(text)


@given(st.integers(0, WORD_END - 1), st.sampled_from([RMI, MIDDLE]))
def test_showing_and_reading_a_word_gives_it_back(word: int, format_: Format) -> None:
    """A word with reserved bits is shown in hexadecimal, any other by its numbers."""
    shown = format_.show(word)
    assert format_.read(shown) == word
    assert shown.startswith("0x") is not format_.well_formed(word)


@given(st.integers(0, WORD_END - 1), st.integers(0, WORD_END - 1))
def test_the_order_of_well_formed_words_is_that_of_their_numbers(left: int, right: int) -> None:
    """DEN0137 ILZVQR: revisions are ordered lexicographically."""
    left, right = left & ~MIDDLE.reserved_mask, right & ~MIDDLE.reserved_mask
    assert (left < right) is (MIDDLE.numbers(left) < MIDDLE.numbers(right))


def test_bits_of_fields_and_slices() -> None:
    assert RMI.bits("major") == (16, 15)
    assert RMI.bits(Slice(31, 31)) == (31, 1)
