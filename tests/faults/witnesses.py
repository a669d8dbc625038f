"""Who may notice a fault: the product's own second engines, and tests that compare it with another reading.

Goldens and tests of one unit are none of them: they say that something changed, and not that it is wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, TypeAlias

from msgspec import Struct
from parley.certificates import verify
from parley.spec.diagnostics import Rejected

from .tree import Finished, Tree

Kind: TypeAlias = Literal["inconsistent", "certificate", "cross-check", "oracle", "agreement", "crash"]
"""Engines contradict each other; a proof has no certificate, or one that is refused; others decide a claim otherwise;
the oracle does; a test that compares fails. A crash counts only where nothing else is noticed."""


class Noticed(Struct, frozen=True):
    """How a fault is noticed, and what is wrong."""

    kind: Kind
    said: str


Witness: TypeAlias = "Callable[[Tree], tuple[Noticed, ...]]"
"""Asked of a broken tree, says what is wrong with it; nothing where it notices nothing."""

SECONDS = 300
"""After so long a witness has noticed nothing: on a busy machine it takes a few times what it needs."""

INCONSISTENT = 70
WRONG = 3
"""How `random_texts.py` ends where a verdict is not the oracle's."""

_CHECK = ["-m", "parley", "check", "--quiet"]


def _crash(done: Finished) -> tuple[Noticed, ...]:
    said = done.out.strip().splitlines()
    return () if done.code is None else (Noticed("crash", said[-1][:120] if said else f"code {done.code}"),)


def _check(*texts: str) -> Witness:
    """`parley check`, whose engines contradict each other."""

    def ask(tree: Tree) -> tuple[Noticed, ...]:
        done = tree.run([*_CHECK, *texts], SECONDS)
        if done.code != INCONSISTENT:
            return ()
        said = re.search(r"^\S+ (\S+) +inconsistent", done.out, re.MULTILINE)
        return (Noticed("inconsistent", said.group(1) if said else "engines disagree"),)

    return ask


def _proofs(*texts: str) -> Witness:
    """Claims that engines contradict, proofs without a certificate or with one that is refused, other verdicts of others.

    Who makes certificates is broken as well, unless it shares nothing with what is; who verifies them is not.
    """

    def ask(tree: Tree) -> tuple[Noticed, ...]:
        with TemporaryDirectory(prefix="parley-proofs-") as folder:
            done = tree.run(["tests/faults/checked_texts.py", folder, *texts], SECONDS)
            if done.code != 0:
                return _crash(done)
            told = json.loads(done.out)
            without = [_row(row) for row in told["uncertified"]]
            refused = [said for made in sorted(Path(folder).glob("proofs*")) for said in _refused(made)]
            return (
                *(Noticed("inconsistent", _row(row)) for row in told["inconsistent"][:1]),
                *(Noticed("certificate", said) for said in [*refused, *without][:1]),
                *(Noticed("cross-check", _row(row)) for row in told["cross"][:1]),
            )

    return ask


def _row(row: list[str]) -> str:
    text, claim, reason = row
    return f"{text}: {claim}: {reason}"[:120]


def _refused(folder: Path) -> list[str]:
    """What the checker, which is not broken, says of certificates that it refuses."""
    try:
        return [f"{one.file}: {one.reason}"[:120] for one in verify(folder).claims if one.finding == "refused"]
    except Rejected:
        # Nothing is proved.
        return []


def _random(kind: str, count: int) -> Witness:
    """Random texts, whose verdicts are not the oracle's. The seeds are those of the tests."""

    def ask(tree: Tree) -> tuple[Noticed, ...]:
        done = tree.run(["tests/faults/random_texts.py", kind, str(count)], SECONDS)
        if done.code in (None, 0):
            return ()
        return (Noticed("oracle", done.out.strip().splitlines()[-1][:120]),) if done.code == WRONG else _crash(done)

    return ask


def _tests(kind: Kind, places: Sequence[str]) -> Witness:
    """Tests that compare: with the oracle, with brute force, or one engine with the other."""

    def ask(tree: Tree) -> tuple[Noticed, ...]:
        done = tree.run(["-m", "pytest", "-q", "-x", "-n", "0", "--tb=no", "-m", "not long", *places], SECONDS)
        if done.code in (3, 4):
            raise RuntimeError(f"pytest ends with {done.code}: {places}")
        if done.code in (None, 0, 5):
            return ()
        failed = re.search(r"^(?:FAILED|ERROR) tests/(\S+)", done.out, re.MULTILINE)
        return (Noticed(kind, failed.group(1)[:120] if failed else f"pytest ends with {done.code}"),)

    return ask


CASES = (
    *("abstract_relations", "optional", "refinement", "several_sets", "ranges"),
    *("range_end_no_revision", "open_word", "session_open", "lists"),
)
"""Texts among `tests/cases/` that have most of what the language has, and take a few seconds together."""

TEXTS: Mapping[str, tuple[str, ...]] = {
    "proofs": ("policies=12", "picked=14", "inclusions=10", "optional", "refinement"),
    "session proofs": ("sessions=8", "messages=4", "session_types"),
}
"""What `checked_texts.py` is asked about; where nothing is broken, all proofs among them have certificates."""

RANDOM: Mapping[str, tuple[str, int]] = {
    "policies": ("policies", 60),
    "exact policies": ("exact", 100),
    "inclusions": ("inclusions", 60),
    "sessions": ("sessions", 40),
    "messages": ("messages", 40),
}
"""What `random_texts.py` is asked about."""

ORACLE: Mapping[str, tuple[str, ...]] = {
    "picked texts": ("tests/properties/test_picked_texts.py",),
    "inductions": ("tests/properties/test_induction_alone.py",),
    "neighbourhoods": ("tests/proofs/test_neighbourhoods.py",),
}
"""Tests that compare with the oracle."""

AGREEMENT: Mapping[str, tuple[str, ...]] = {
    "elaboration": ("tests/spec/test_elaborate.py",),
    "folding": ("tests/model/test_fold.py",),
    "two meanings": ("tests/model/test_two_meanings.py",),
    "ranges": ("tests/model/test_representatives.py", "tests/model/test_intervals.py"),
    "session agreement": ("tests/proofs/test_session_agreement.py",),
    "lists": ("tests/proofs/test_listed_hosts.py",),
    "relations": ("tests/proofs/test_no_engine_alone.py::test_a_relation_is_read_back_as_the_solver_has_it",),
    "known revisions": ("tests/proofs/test_known_revisions.py",),
    "large cutoffs": ("tests/proofs/test_beyond_the_cutoff.py",),
    "small budgets": ("tests/proofs/test_no_engine_alone.py::test_a_small_budget_decides_less_and_nothing_otherwise",),
    "mutants": ("tests/vectors/test_generate.py::test_random_policies_and_their_mutants",),
    "killers": ("tests/vectors/test_mutants.py::test_the_solver_alone_finds_what_brute_force_finds",),
    "encodings": ("tests/vectors/test_mutants.py", "tests/vectors/test_faulty_answers.py"),
}
"""Tests that compare with brute force, or one engine with the other."""

WITNESSES: Mapping[str, Witness] = {
    "check": _check(*(f"tests/cases/{name}.parley" for name in CASES)),
    "library": _check(),
    **{name: _proofs(*texts) for name, texts in TEXTS.items()},
    **{name: _random(*drawn) for name, drawn in RANDOM.items()},
    **{name: _tests("oracle", places) for name, places in ORACLE.items()},
    **{name: _tests("agreement", places) for name, places in AGREEMENT.items()},
}
"""By name."""
