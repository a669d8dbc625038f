"""Golden files: what `check` prints for each policy of tests/cases, and its exit code.

PARLEY_UPDATE=1 writes them anew; then read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from running import Parley, timeless

CASES = Path(__file__).parent.parent / "cases"
NAMES = sorted(path.name for path in CASES.glob("*.parley"))


LARGE = ("interval_hosts", "lists", "message_ranges", "names", "session_induction")
"""Texts that take half a second and more."""


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=[pytest.mark.slow] * (Path(one).stem in LARGE)) for one in NAMES]
)
def test_check_prints_what_is_expected(parley: Parley, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(CASES)
    done = parley("check", name)
    assert done.err == ""
    found = f"exit {done.code}\n{timeless(done.out)}"
    golden = CASES / Path(name).with_suffix(".expected")
    if os.environ.get("PARLEY_UPDATE") == "1":
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


def test_every_expectation_has_its_case() -> None:
    assert NAMES
    assert {path.stem for path in CASES.glob("*.expected")} == {Path(name).stem for name in NAMES}
