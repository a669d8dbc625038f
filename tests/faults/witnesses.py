"""Who may notice a fault: the product's own second engines, and tests that compare it with another reading.

Goldens and tests of one unit are none of them: they say that something changed, and not that it is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from .tree import Tree

Witness: TypeAlias = Callable[[Tree], "str | None"]
"""Asked of a broken tree, says what is wrong with it; None where it notices nothing."""

SECONDS = 240
"""After so long a witness has noticed nothing: on a busy machine it takes a few times what it needs."""

INCONSISTENT = 70
_CHECK = ["-m", "parley", "check", "--quiet"]


def _check(*texts: str) -> Witness:
    """`parley check`, whose engines contradict each other."""

    def ask(tree: Tree) -> str | None:
        done = tree.run([*_CHECK, *texts], SECONDS)
        if done.code != INCONSISTENT:
            return None
        said = re.search(r"^\S+ (\S+) +inconsistent", done.out, re.MULTILINE)
        return f"{said.group(1)} is inconsistent" if said else "engines disagree"

    return ask


def _random(kind: str, count: int) -> Witness:
    """Random texts, whose verdicts are not the oracle's. The seeds are those of the tests."""

    def ask(tree: Tree) -> str | None:
        done = tree.run(["tests/faults/random_texts.py", kind, str(count)], SECONDS)
        if done.code in (None, 0):
            return None
        return done.out.strip().splitlines()[-1][:120] if done.out.strip() else f"code {done.code}"

    return ask


def _tests(*places: str, slow: bool = True) -> Witness:
    """Tests that compare: with the oracle, with brute force, or one engine with the other."""
    marks = "not long" if slow else "not long and not slow"

    def ask(tree: Tree) -> str | None:
        done = tree.run(["-m", "pytest", "-q", "-x", "-n", "0", "--tb=no", "-m", marks, *places], SECONDS)
        if done.code in (3, 4):
            raise RuntimeError(f"pytest ends with {done.code}: {places}")
        if done.code in (None, 0, 5):
            return None
        failed = re.search(r"^(?:FAILED|ERROR) tests/(\S+)", done.out, re.MULTILINE)
        return failed.group(1)[:120] if failed else f"pytest ends with {done.code}"

    return ask


PICKED = ["abstract_relations", "optional", "refinement", "several_sets", "ranges", "session_open"]
"""Texts among `tests/cases/` that have most of what the language has, and take a few seconds together."""

WITNESSES: Mapping[str, Witness] = {
    "check": _check(*(f"tests/cases/{name}.parley" for name in PICKED)),
    "library": _check(),
    "policies": _random("policies", 60),
    "exact policies": _random("exact", 100),
    "inclusions": _random("inclusions", 60),
    "sessions": _random("sessions", 40),
    "messages": _random("messages", 40),
    "picked texts": _tests("tests/properties/test_picked_texts.py"),
    "elaboration": _tests("tests/spec/test_elaborate.py"),
    "two meanings": _tests("tests/model/test_two_meanings.py"),
    "ranges": _tests("tests/model/test_representatives.py", "tests/model/test_intervals.py"),
    "inductions": _tests("tests/properties/test_induction_alone.py"),
    "session agreement": _tests("tests/proofs/test_session_agreement.py"),
    "lists": _tests("tests/proofs/test_listed_hosts.py"),
    "large cutoffs": _tests("tests/proofs/test_beyond_the_cutoff.py"),
    "small budgets": _tests(
        "tests/proofs/test_no_engine_alone.py::test_a_small_budget_decides_less_and_nothing_otherwise"
    ),
    "mutants": _tests("tests/vectors/test_generate.py::test_random_policies_and_their_mutants"),
    "encodings": _tests("tests/vectors/test_mutants.py", "tests/vectors/test_faulty_answers.py"),
    "neighbourhoods": _tests("tests/proofs/test_neighbourhoods.py"),
}
"""By name."""
