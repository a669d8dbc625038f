"""Plain values: what is in them, and what they are in JSON."""

from __future__ import annotations

import pytest
from parley.model.instance import Range, Value, has_all, plain
from parley.spec.words import Field, Format

FORMAT = Format((Field("major", 4, 3, False), Field("gap", 2, 2, True), Field("minor", 1, 0, False)))
"""Its revisions are 0.0 to 0.3, which are 0 to 3, 1.0 to 1.3, which are 8 to 11, and 16 to 19 and 24 to 27."""


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        ((2, 3, 8), 2, 8, True),
        ((2, 3), 2, 8, False),
        ((2, 8), 2, 8, False),
        ((2, 8), 8, 8, True),
        ((), 0, 0, False),
        ((24, 25, 26, 27), 24, 27, True),
        (Range(2, 9), 2, 9, True),
        (Range(2, 9), 3, 8, True),
        (Range(2, 9), 1, 9, False),
        (Range(2, 9), 2, 10, False),
    ],
)
def test_a_range_is_within_a_set_or_a_range(value: Value, low: int, high: int, expected: bool) -> None:
    assert has_all(FORMAT, value, Range(low, high)) is expected


def test_values_in_json() -> None:
    assert plain(FORMAT, 9, ranged=False) == "1.1"
    assert plain(FORMAT, True, ranged=False) is True
    assert plain(FORMAT, (0, 9), ranged=False) == ["0.0", "1.1"]
    assert plain(FORMAT, (), ranged=False) == []
    assert plain(FORMAT, Range(3, 9), ranged=True) == "0.3..1.1"
    assert plain(FORMAT, (), ranged=True) == "{}"
