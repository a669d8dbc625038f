"""`parley export smtlib`: files that solvers accept, with the status that they find, whole or not at all."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from parley.exporting import SmtFile, smtlib, smtlib_of, unwritten
from parley.loading import load, loads
from running import GOOD, Parley, process, with_invariants


def by_z3(text: str) -> str:
    solver: Any = import_module("z3").Solver()
    solver.from_string(text)
    return str(solver.check())


def by_cvc5(text: str) -> str:
    cvc5: Any = import_module("cvc5")
    solver = cvc5.Solver(cvc5.TermManager())
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "file")
    symbols, said = parser.getSymbolManager(), ""
    while not (command := parser.nextCommand()).isNull():
        said += str(command.invoke(solver, symbols))
    return said.strip()


def accepted(files: tuple[SmtFile, ...]) -> None:
    """Both solvers take each file, and find what it says."""
    for file in files:
        if file.status != "unknown":
            assert by_cvc5(file.text).startswith(file.status), file.name
            assert by_z3(file.text) == file.status, file.name


STATED = ("lower in supported", "lower == requested", "some r in supported: every s in supported: s <= r")


def test_each_claim_is_a_file_with_its_status_that_solvers_find(tmp_path: Path, parley: Parley) -> None:
    (tmp_path / "mine.parley").write_text(
        with_invariants(*STATED, "status == BAD and requested in supported implies false"), encoding="utf-8"
    )
    done = parley("export", "smtlib", str(tmp_path / "mine.parley"), str(tmp_path / "out"))
    assert (done.code, done.err) == (0, "")
    files = smtlib_of(str(tmp_path / "mine.parley"))
    assert done.out == f"{len(files)} questions in {tmp_path / 'out'}: 9 sat, 7 unsat\n"
    written = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir()}
    assert written == {file.name: file.text for file in files}
    status = {file.name: file.status for file in files}
    assert (status["i0.smt2"], status["i1.smt2"], status["i2.smt2"]) == ("unsat", "sat", "unsat")
    assert (status["i3.smt2"], status["i3.premise.smt2"]) == ("unsat", "unsat")
    assert status["reachable.known.smt2"] == "sat"
    assert "i1.premise.smt2" not in status
    accepted(files)


def test_a_file_says_what_it_is_about() -> None:
    files = {file.name: file for file in smtlib(loads(with_invariants(*STATED)))}
    text = files["i0.smt2"].text
    assert text.startswith("; p.i0, <text>:10:5\n;     lower in supported\n")
    assert "; Up to 1 revision of supported: that many decide it for sets of every size (the cutoff).\n" in text
    assert ";         case known when requested in supported {\n" in text
    assert "(set-info :status unsat)\n(set-logic QF_BV)\n" in text
    assert "; max supported\n" in text
    assert text.endswith("(check-sat)\n(exit)\n")
    beyond = files["i2.smt2"]
    assert not beyond.at_cutoff
    assert "(set-logic UFBV)\n" in beyond.text
    assert "(declare-fun supported (Revision) Bool)\n" in beyond.text


def test_names_that_solvers_keep_for_themselves_are_no_trouble() -> None:
    renamed = with_invariants("bvult(lower, requested) implies bvult(lower, requested)", "abs or not abs")
    text = renamed.replace("input  ", "define bvult(a, b)\n    define abs\n    input  ", 1)
    text = text.replace("supported", "select").replace("lower", "concat").replace("requested", "well_formed")
    accepted(smtlib(loads(text)))


@pytest.mark.parametrize("name", ["r", "part"])
def test_names_of_ours_are_no_trouble(name: str) -> None:
    """Bug: a slot of a set called so had the name of what a quantifier binds, or of a part that is defined."""
    two = "(some a in supported: a.major == 7) and (some b in supported: b.major == 8)"
    within = "every c in 0.0..lower: c.minor <= lower.minor or c.major < lower.major"
    text = with_invariants("lower in supported", f"{two} and requested in supported implies {within}")
    accepted(smtlib(loads(text.replace("supported", name))))


@pytest.mark.slow
def test_the_same_policy_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "tour.parley").write_text(with_invariants(*STATED), encoding="utf-8")
    for name, seed in (("one", "1"), ("other", "2")):
        done = process(["export", "smtlib", "tour.parley", name], tmp_path, PYTHONHASHSEED=seed)
        assert done.code == 0
    one, other = ({p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in ("one", "other"))
    assert one == other


def test_only_plain_files_are_replaced(good: Path, parley: Parley) -> None:
    folder = good.parent / "out"
    folder.mkdir()
    (folder / "total.smt2").write_text("old", encoding="utf-8")
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    assert parley("export", "smtlib", str(good), str(folder), "-q").out == ""
    assert "(check-sat)" in (folder / "total.smt2").read_text(encoding="utf-8")
    assert (folder / "mine.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("what", ["a folder", "a link", "a pipe"])
def test_nothing_is_written_where_something_else_stands_in_the_way(good: Path, parley: Parley, what: str) -> None:
    folder = good.parent / "out"
    folder.mkdir()
    there = folder / "total.smt2"
    if what == "a folder":
        there.mkdir()
    elif what == "a link":
        there.symlink_to(good)
    else:
        os.mkfifo(there)
    done = parley("export", "smtlib", str(good), str(folder))
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error P506: `{there}` cannot be written: something stands there that is no plain file")
    assert [path.name for path in folder.iterdir()] == ["total.smt2"]
    assert good.read_text(encoding="utf-8") == GOOD


@pytest.mark.parametrize(
    ("place", "reason"), [("good.parley", "it is no folder"), ("none/out", "No such file or directory")]
)
def test_a_folder_that_cannot_be_made_is_a_wrong_use(good: Path, parley: Parley, place: str, reason: str) -> None:
    done = parley("export", "smtlib", str(good), str(good.parent / place))
    assert done.code == 2
    assert reason in done.err
    assert good.read_text(encoding="utf-8") == GOOD


@pytest.mark.parametrize("given", [("smtlib", "kernel_thread:retry", "out"), ("coq", "rmi", "out"), ("smtlib", "rmi")])
def test_what_cannot_be_exported_is_a_wrong_use(tmp_path: Path, parley: Parley, given: tuple[str, ...]) -> None:
    del tmp_path
    assert parley("export", *given).code == 2


@pytest.mark.long
@pytest.mark.parametrize("name", ["rsi", "trp"])
def test_both_solvers_accept_the_files_of_the_library(name: str) -> None:
    for policy in load(name).own_policies:
        files = smtlib(policy)
        assert unwritten(files) == []
        accepted(files)
