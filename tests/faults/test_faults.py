"""The faults are those of this checkout, and their witnesses see them."""

from __future__ import annotations

from collections import Counter

import pytest

from .fault import ROOT, faults
from .run import noticed
from .tree import copied
from .witnesses import WITNESSES

LEAST = 60


def test_every_fault_is_one_line_that_stands_there_once() -> None:
    found = faults()
    assert len(found) >= LEAST
    assert f"each of {len(found)} faults of one line" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert max(Counter(fault.name for fault in found).values()) == 1
    for fault in found:
        assert fault.witnesses
        assert set(fault.witnesses) <= WITNESSES.keys(), fault.name
        right = (ROOT / fault.file).read_text(encoding="utf-8")
        broken = fault.broken(right)
        assert broken != right, fault.name
        compile(broken, fault.file, "exec")


@pytest.mark.slow
def test_witnesses_notice_faults_and_nothing_else() -> None:
    some = [fault for fault in faults() if fault.name in ("cutoff.nonempty_needs_none", "evaluator.less_is_at_most")]
    assert len(some) == 2
    with copied() as tree:
        assert [WITNESSES[name](tree) for name in ("check", "picked texts")] == [None, None]
        assert [fault.name for fault in some if noticed(tree, fault) is None] == []
