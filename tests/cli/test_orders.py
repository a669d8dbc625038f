"""A report does not depend on what was checked before it: every golden file after every other, in one process."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise, permutations
from pathlib import Path

import pytest
from running import Parley, process, timeless

CASES = Path(__file__).parent.parent / "cases"
NAMES = sorted(path.name for path in CASES.glob("*.parley"))
FORMATS = ("text", "json")


def rows(count: int) -> list[list[int]]:
    """Orders of so many things in which each comes right behind each other one in some row (Williams' squares)."""
    zigzag = [at // 2 if at % 2 == 0 else count - 1 - at // 2 for at in range(count)]
    squares = [[(step + row) % count for step in zigzag] for row in range(count)]
    return squares if count % 2 == 0 else [*squares, *(row[::-1] for row in squares)]


def comparable(report: str) -> str:
    """The same without the time that it took."""
    return re.sub(r'"seconds":\s*[0-9.e-]+', '"seconds": 0', timeless(report))


@pytest.fixture
def reported(parley: Parley, monkeypatch: pytest.MonkeyPatch) -> Callable[[Sequence[str]], dict[str, list[str]]]:
    """Checks files in an order; the text and the JSON report of each."""
    monkeypatch.chdir(CASES)

    def reports(order: Sequence[str]) -> dict[str, list[str]]:
        return {name: [comparable(parley("check", name, "--format", f).out) for f in FORMATS] for name in order}

    return reports


@pytest.mark.parametrize("count", [2, 3, 6, 7])
def test_the_orders_have_each_behind_each_other(count: int) -> None:
    seen = {pair for row in rows(count) for pair in pairwise(row)}
    assert seen == set(permutations(range(count), 2))
    assert all(sorted(row) == list(range(count)) for row in rows(count))


@pytest.mark.slow
def test_a_report_is_the_same_in_two_orders(reported: Callable[[Sequence[str]], dict[str, list[str]]]) -> None:
    """In an order and its reverse, each comes after each other one in one of them. The text is the golden file's."""
    order = [NAMES[at] for at in rows(len(NAMES))[0]]
    there = reported(order)
    back = reported(order[::-1])
    assert NAMES
    for name in NAMES:
        text, _ = there[name]
        assert (CASES / name).with_suffix(".expected").read_text(encoding="utf-8").partition("\n")[2] == text, name
        assert there[name] == back[name]


@pytest.mark.slow
def test_a_report_is_that_of_a_new_process(reported: Callable[[Sequence[str]], dict[str, list[str]]]) -> None:
    """Every other file: a process for each takes long. The text is the golden file's, as the other test has it."""
    every = rows(len(NAMES))
    after = reported([NAMES[at] for at in every[len(every) // 2]])
    for name in NAMES[::2]:
        _, data = after[name]
        assert data == comparable(process(["check", name, "--format", "json"], CASES).out), name
