"""The faults are those of this checkout, and their witnesses see them."""

from __future__ import annotations

from collections import Counter

import pytest

from . import mutation, run
from .fault import ROOT, Fault, faults
from .run import noticed
from .tree import copied
from .witnesses import AGREEMENT, CASES, ORACLE, TEXTS, WITNESSES

LEAST = 60

SAMPLE = {
    "cutoff.nonempty_needs_none": {"certificate", "cross-check"},
    "elaborate.implies_turned_round": {"certificate"},
    "formulas.absent_element_counts": {"certificate", "cross-check"},
    "prove.vacuous_is_proved": {"certificate", "cross-check"},
}


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


def test_every_witness_asks_what_is_there() -> None:
    for place in (place for places in (*ORACLE.values(), *AGREEMENT.values()) for place in places):
        file, _, name = place.partition("::")
        assert f"def {name}" in (ROOT / file).read_text(encoding="utf-8"), place
    texts = [*CASES, *(text for texts in TEXTS.values() for text in texts if "=" not in text)]
    assert [text for text in texts if not (ROOT / "tests" / "cases" / f"{text}.parley").is_file()] == []


def test_what_cannot_be_run_is_said_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(name: str) -> None:
        assert name == "cosmic_ray"

    monkeypatch.setattr(mutation, "find_spec", missing)
    assert mutation.main(["model/fold.py"]) == 2
    assert capsys.readouterr().err == f"{mutation.EXTRA}\n"
    assert mutation.main(["model/nowhere.py"]) == 2
    assert capsys.readouterr().err.startswith("no tests stand for model/nowhere.py; mutation.toml has ")
    assert run.main(["cutoff.", "nothing"]) == 2
    assert capsys.readouterr().err == "no fault is called nothing\n"


def by_name(*names: str) -> list[Fault]:
    known = {fault.name: fault for fault in faults()}
    return [known[name] for name in names]


@pytest.mark.slow
def test_witnesses_blame_nothing_that_is_not_broken() -> None:
    with copied() as tree:
        assert {name: said for name in TEXTS if (said := WITNESSES[name](tree))} == {}


@pytest.mark.long
def test_certificates_and_other_solvers_notice_faults() -> None:
    """One of each step from the text to the verdict."""
    with copied() as tree:
        told = {name: {one.kind for one in noticed(tree, by_name(name)[0])[1]} for name in SAMPLE}
    assert {name: kinds & {"certificate", "cross-check"} for name, kinds in told.items()} == SAMPLE
