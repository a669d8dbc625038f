"""Ranges in the lines of a program: a list of the first and the last revision, or of nothing."""

from __future__ import annotations

from typing import Any

import pytest
from parley.conformance.fields import ends_of
from parley.model.instance import Range
from parley.spec.words import Field, Format

FORMAT = Format((Field("reserved", 63, 31, True), Field("major", 30, 16, False), Field("minor", 15, 0, False)))


@pytest.mark.parametrize(
    ("field", "range_"),
    [
        ([], ()),
        (["0x10000", "0x10004"], Range(0x10000, 0x10004)),
        (["0x10000", "0x10000"], Range(0x10000, 0x10000)),
        ([0x10000, 0x10004], Range(0x10000, 0x10004)),
        # In another order, with reserved bits, of other lengths, and no words.
        (["0x10004", "0x10000"], None),
        (["0x10000", "0x80010000"], None),
        (["0x10000"], None),
        (["0x10000", "0x10001", "0x10002"], None),
        (["1.0", "1.1"], None),
        ("1.0..1.1", None),
        (None, None),
    ],
)
def test_a_range_is_the_list_of_its_ends(field: Any, range_: Range | tuple[()] | None) -> None:
    assert ends_of(field, FORMAT) == range_
