"""Parameters of tests that have many alike: some each time, all of them with the slow tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def one_in(count: int, values: Iterable[Any]) -> list[Any]:
    """One in so many of the parameters, beginning with the first, for each run; the others for slow tests."""
    rows = [value if isinstance(value, tuple) else (value,) for value in values]
    return [pytest.param(*row, marks=[pytest.mark.slow] * (at % count != 0)) for at, row in enumerate(rows)]
