"""The cutoff as a theorem: Coq accepts its proof, and what it counts there is what the implementation counts."""

from __future__ import annotations

import operator
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from gallina import ANY_WORD, HEAD, Printer, formula_of
from parley.model.cutoff import Cutoffs
from parley.model.evaluate import Compiler
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

OPEN = """interface I {
    revision { reserved[63:31] zero major[30:16] minor[15:0] }
    config supported : set of revision
    config other : set of revision
    input requested : revision
    output lower : revision
    output offered : set of revision
}
policy p for I {
    case only when requested.minor == 7 and (max supported).minor == 8 {
        offered = any
        lower = if offered is empty then requested else max offered
        ensure not ((some r in supported: r.major == lower.minor) and (some r in other: r < lower and r in supported))
    }
    case rest otherwise { offered = any lower = any ensure lower in supported }
}"""
"""Outputs are left open, a set among them."""

SHARED = """interface J {
    revision { reserved[63:31] zero major[30:16] minor[15:0] }
    config supported : set of revision
    config other : set of revision
    config flag : bool
    input requested : revision
    output lower : revision
    define newer(a, b)
}
policy p for J {
    case always otherwise { lower = requested }
    invariant least: (some r in supported: r < requested) implies lower == min r in supported where r < requested
    invariant most: (some r in supported: r < requested) implies lower == max r in supported where r < requested
    invariant ends: (some r in supported: r < lower) implies
        (min r in supported where r < lower) == max r in supported where r < lower
    invariant newest: supported is not empty implies max supported == lower
    invariant there: supported is not empty and (some r in supported: r.minor == 1) implies lower in supported
    invariant kept: (every r in supported: r in other) implies max other < requested
    invariant around: supported == other and lower in other implies (some r in other: r.major == 1)
    invariant way: if flag then requested in supported else (some r in other: some q in other: q.minor < r.minor)
    invariant in_turn: lower == max (if flag then supported else {requested, lower})
    invariant among: every r in {requested, lower}: r in (if flag then supported else other)
    invariant ranged: every r in 1.0..lower: r.minor == 1 implies some q in supported: q.minor == requested.minor
    invariant held: every r in supported: newer(r, requested) or (some q in other: newer(q, requested))
    invariant same: (requested in supported iff lower in other) or (requested in supported) == (lower in supported)
    invariant left: every r in supported: some q in other: q < r
}"""
"""Each way of sharing witnesses, and what does not."""

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


def drawn(seeds: Iterable[int]) -> list[str]:
    return [policy_text(Random(seed)) for seed in seeds]


def programs(names: Iterable[str], texts: Iterable[str]) -> Iterator[Program]:
    """Library files, and texts."""
    for name in names:
        program = Loader().load(name)
        assert program is not None
        yield program
    for text in texts:
        loader = Loader()
        program = loader.load_source(Source("text", text), Path("text"))
        assert program is not None, loader.problems
        yield program


def questions(
    names: Iterable[str] = (), texts: Iterable[str] = ()
) -> Iterator[tuple[CheckedPolicy, tuple[Goal, ...], Core]]:
    """Different queries of all claims, each as one formula, too."""
    for program in programs(names, texts):
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
    for policy, goals, formula in questions(["rmi", "rsi"], (OPEN, SHARED, *drawn(range(20)))):
        # What goes through all values of an output is no formula of a policy's: Coq alone counts for that.
        if ANY_WORD not in formula.free:
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
    # Claims of the library's policies resemble each other.
    library = islice(questions(library_names()), 0, None, 3)
    for policy, goals, formula in chain(library, questions(texts=(OPEN, SHARED, *drawn(range(40))))):
        sizes = counted(policy, goals)
        left += sizes is None
        printer.example(formula, policy.sets, sizes)
    assert left, "some queries leave the fragment"
    built(tmp_path, ["Core", "Cutoff"])
    (tmp_path / "Examples.v").write_text(HEAD + "\n".join(printer.lines) + "\n", encoding="utf-8")
    compiled(tmp_path, "Examples")


@coq
@pytest.mark.long
def test_formulas_mean_in_coq_what_they_mean_to_the_evaluator(tmp_path: Path) -> None:
    """On formats of a few words, each of which is a small number."""
    random, printer = Random(1), Printer()
    found: Counter[bool] = Counter()
    for policy, _, formula in questions(texts=drawn(range(100, 145))):
        format_ = policy.interface.format
        if ANY_WORD in formula.free or format_.largest > 7:
            continue
        compiler = Compiler(format_)
        code = compiler.compile(formula)
        for _ in range(4):
            values: dict[str, int | tuple[int, ...]] = {}
            slots: list[Any] = [None] * compiler.size
            for name, slot in compiler.slots.items():
                words = range(format_.largest + 1)
                slots[slot] = operator.lt
                if name in policy.sets:
                    slots[slot] = values[name] = tuple(sorted(random.sample(words, random.randrange(4))))
                elif name in policy.interface.variables:
                    slots[slot] = values[name] = random.randrange(2 if name == "status" else len(words))
            truth = bool(code(slots))
            found[truth] += 1
            printer.truth(formula, values, format_.largest + 1, truth)
    assert min(found[True], found[False]) > 50
    built(tmp_path, ["Core", "Cutoff"])
    (tmp_path / "Meanings.v").write_text(HEAD + "\n".join(printer.lines) + "\n", encoding="utf-8")
    compiled(tmp_path, "Meanings")


def test_the_guide_states_the_theorem() -> None:
    guide = (THEORY.parents[1] / "docs" / "trust.md").read_text(encoding="utf-8")
    [stated] = re.findall(r"```coq\n(.*?)```", guide, flags=re.DOTALL)
    assert " ".join(stated.split()) in " ".join((THEORY / "Theorem.v").read_text(encoding="utf-8").split())
