"""Benchmarks are slow, each of them. The first size of each shows that it runs; the others are for measuring."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


# First, as the selection by marks is a hook of this kind too.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    seen: set[str] = set()
    for item in items:
        if item.path.is_relative_to(HERE):
            function = item.nodeid.partition("[")[0]
            item.add_marker(pytest.mark.measured if function in seen else pytest.mark.slow)
            seen.add(function)
