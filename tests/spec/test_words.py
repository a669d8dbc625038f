"""Revision formats: literals, words, fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parley.spec.registers import Register
from parley.spec.syntax import Slice
from parley.spec.words import WIDEST, Field, Format

RMI = Format((Field("reserved", 63, 31, True), Field("major", 30, 16, False), Field("minor", 15, 0, False)))
SHORT = Format((Field("sign", 31, 31, True), Field("major", 30, 16, False), Field("minor", 15, 0, False)))
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


@given(st.integers(0, (1 << WIDEST) - 1), st.sampled_from([RMI, MIDDLE]))
def test_showing_and_reading_a_word_gives_it_back(word: int, format_: Format) -> None:
    """A word with reserved bits is shown in hexadecimal, any other by its numbers."""
    shown = format_.show(word)
    assert format_.read(shown) == word
    assert shown.startswith("0x") is not format_.well_formed(word)


@given(st.integers(0, (1 << WIDEST) - 1), st.integers(0, (1 << WIDEST) - 1))
def test_the_order_of_well_formed_words_is_that_of_their_numbers(left: int, right: int) -> None:
    """DEN0137 ILZVQR: revisions are ordered lexicographically."""
    left, right = left & ~MIDDLE.reserved_mask, right & ~MIDDLE.reserved_mask
    assert (left < right) is (MIDDLE.numbers(left) < MIDDLE.numbers(right))


def test_the_layout_sets_the_width() -> None:
    assert [(f.width, f.end) for f in (RMI, SHORT)] == [(64, 1 << 64), (32, 1 << 32)]
    assert SHORT.read("0xffffffff") == 0xFFFFFFFF
    assert not SHORT.well_formed(1 << 32)
    with pytest.raises(ValueError, match="does not fit in 32 bits"):
        SHORT.read("0x100000000")


@pytest.mark.parametrize(
    ("register", "word", "content"),
    [
        (Register("x0", 64, signed=False), 0x80000001, 0x80000001),
        (Register("x0", 64, signed=True), 0x80000001, 0xFFFF_FFFF_8000_0001),
        (Register("x0", 64, signed=True), 0x7FFFFFFF, 0x7FFFFFFF),
        (Register("w0", 32, signed=True), 0x80000001, 0x80000001),
    ],
)
def test_a_word_is_extended_in_its_register(register: Register, word: int, content: int) -> None:
    assert register.content(word, SHORT) == content
    assert register.word(content, SHORT) == word


@pytest.mark.parametrize(("signed", "content"), [(False, 1 << 32), (True, 0x80000001), (True, 0xFFFF_FFFF_0000_0000)])
def test_what_is_no_extension_is_no_word(signed: bool, content: int) -> None:
    assert Register("x0", 64, signed).word(content, SHORT) is None


def test_bits_of_fields_and_slices() -> None:
    assert RMI.bits("major") == (16, 15)
    assert RMI.bits(Slice(31, 31)) == (31, 1)
