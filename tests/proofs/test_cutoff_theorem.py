"""The cutoff as a theorem: Coq accepts its proof, and what it counts there is what the implementation counts."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

import pytest
from gallina import HEAD, Printer, formula_of
from parley.model.cutoff import Cutoffs
from parley.model.queries import Goal, Holds
from parley.model.witnesses import LeavesFragment
from parley.proofs.claims import claims_of
from parley.proofs.questions import questions_of
from parley.spec.checked import CheckedPolicy
from parley.spec.core import Core
from parley.spec.load import Loader, library_names
from parley.spec.program import Program
from parley.spec.source import Source
from random_policies import policy_text

THEORY = Path(__file__).parents[2] / "proofs" / "theory"
FILES = ("Core", "Cutoff", "Lemmas", "Chosen", "Branch", "Shrinks", "Theorem")
"""In the order in which they build on each other."""

coq = pytest.mark.skipif(shutil.which("coqc") is None, reason="coqc is not installed (Debian: coq)")


def built(folder: Path, files: Iterable[str]) -> str:
    """What Coq prints of some of the theory's files, which it compiles in a folder."""
    said = ""
    for file in files:
        shutil.copy(THEORY / f"{file}.v", folder)
        said += compiled(folder, file)
    return said


def compiled(folder: Path, file: str) -> str:
    command = ["coqc", "-q", "-Q", ".", "Parley", f"{file}.v"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{file}.v\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def programs(names: Iterable[str], seeds: Iterable[int]) -> Iterator[Program]:
    """Library files and random ones."""
    for name in names:
        program = Loader().load(name)
        assert program is not None
        yield program
    for seed in seeds:
        program = Loader().load_source(Source("random", policy_text(Random(seed))), Path("random"))
        if program is not None:
            yield program


def questions(names: Iterable[str], seeds: Iterable[int]) -> Iterator[tuple[CheckedPolicy, tuple[Goal, ...], Core]]:
    """Different queries of all claims, each as one formula, too."""
    for program in programs(names, seeds):
        for policy in program.own_policies:
            seen: set[Core] = set()
            for claim in claims_of(policy, program.own_scenarios):
                for goals in questions_of(claim).all:
                    formula = formula_of(policy, goals)
                    if formula is not None and formula not in seen:
                        seen.add(formula)
                        yield policy, goals, formula


def counted(policy: CheckedPolicy, goals: tuple[Goal, ...]) -> dict[str, int] | None:
    """What the implementation counts; None where the goals leave the fragment."""
    try:
        return Cutoffs(policy).of(goals)
    except LeavesFragment:
        return None


def test_all_that_is_proved_is_proved() -> None:
    """Nothing is left out, and nothing assumed. (Coq says so, too, where it is installed.)"""
    assert sorted(FILES) == sorted(path.stem for path in THEORY.glob("*.v"))
    for file in FILES:
        text = re.sub(r"\(\*.*?\*\)", "", (THEORY / f"{file}.v").read_text(encoding="utf-8"), flags=re.DOTALL)
        words = set(re.findall(r"\w+", text))
        assert not words & {"Admitted", "admit", "Abort", "Axiom", "Axioms", "Parameter", "Parameters", "Conjecture"}, (
            file
        )


def test_goals_ask_for_what_their_formula_asks_for() -> None:
    """So what Coq says of formulas is said of goals."""
    for policy, goals, formula in questions(["rmi", "rsi"], range(20)):
        assert counted(policy, goals) == counted(policy, (Holds(formula),)), goals


@coq
@pytest.mark.long
def test_coq_accepts_the_theorem_and_assumes_nothing(tmp_path: Path) -> None:
    said = built(tmp_path, FILES)
    assert said.split("\n").count("Closed under the global context") == 2
    assert "Axioms:" not in said


@coq
@pytest.mark.long
def test_the_theorem_counts_what_is_implemented(tmp_path: Path) -> None:
    printer, left = Printer(), 0
    for at, (policy, goals, formula) in enumerate(questions(library_names(), range(40))):
        sizes = counted(policy, goals)
        left += sizes is None
        # Claims of the library's policies resemble each other.
        if at % 3 == 0 or sizes is None:
            printer.example(formula, policy.sets, sizes)
    assert left, "some queries leave the fragment"
    built(tmp_path, ["Core", "Cutoff"])
    (tmp_path / "Examples.v").write_text(HEAD + "\n".join(printer.lines) + "\n", encoding="utf-8")
    compiled(tmp_path, "Examples")
