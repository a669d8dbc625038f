"""Parameters of tests that have many alike: some each time, all of them with the slow tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import pytest


def one_in(count: int, values: Iterable[Any]) -> list[Any]:
    """One in so many of the parameters, beginning with the first, for each run; the others for slow tests."""
    made: list[Any] = []
    for at, value in enumerate(values):
        row = cast("tuple[Any, ...]", value) if isinstance(value, tuple) else (value,)
        made.append(pytest.param(*row, marks=[pytest.mark.slow] * (at % count != 0)))
    return made
