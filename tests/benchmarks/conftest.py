"""Benchmarks are slow, each of them."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


# First, as the selection by marks is a hook of this kind too.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.slow)
