"""What is written down of mutation testing is of this checkout, and the document says the same."""

from __future__ import annotations

import re
from collections import Counter

from .fault import ROOT
from .mutation_record import COUNTS, Tried, record, survivors
from .mutation_sites import sample

GROUPS = {
    "the checker of certificates": ("proofs/certificates/checker/",),
    "the cutoff": ("model/cutoff.py", "model/witnesses.py", "model/branches.py"),
    "the rest of `model/`": ("model/",),
    "the rest of `proofs/`": ("proofs/",),
}


def _groups() -> dict[str, list[Tried]]:
    found: dict[str, list[Tried]] = {name: [] for name in GROUPS}
    for one in record():
        found[next(name for name, starts in GROUPS.items() if one.module.startswith(starts))].append(one)
    return found


def test_what_became_of_mutants_adds_up() -> None:
    for one in record():
        assert (ROOT / one.module).is_file(), one.module
        assert one.tried == one.noticed + one.read + one.unread, one
        assert one.tried <= one.mutants, one


def test_survivors_that_were_read_are_lines_of_their_modules() -> None:
    found = survivors()
    assert max(Counter((one.module, one.old, one.new) for one in found).values()) == 1
    for one in found:
        text = " ".join((ROOT / one.module).read_text(encoding="utf-8").split())
        assert " ".join(one.old.split()) in text, one
        assert one.old != one.new, one
        assert one.why.endswith("."), one


def test_the_document_has_the_sums_of_the_record() -> None:
    document = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
    for name, found in _groups().items():
        figures = [len(found), *(sum(getattr(one, count) for one in found) for count in COUNTS)]
        row = re.search(rf"^ *\| {re.escape(name)} \|(.*)\|$", document, re.MULTILINE)
        assert row, name
        assert [int(cell.replace(",", "")) for cell in row[1].split("|")] == figures, (name, figures)


def test_a_sample_is_spread_over_all_and_is_part_of_larger_ones() -> None:
    found = [*range(100)]
    assert sample(found, 200) == found
    assert sample(found, 4) == [0, 32, 64, 96]
    assert {*sample(found, 10)} < {*sample(found, 30)}
    assert len(sample(found, 30)) == 30
    assert max(after - before for before, after in zip(sample(found, 30), sample(found, 30)[1:], strict=False)) <= 4
    assert sample([7], 3) == [7]
