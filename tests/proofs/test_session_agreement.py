"""Verdicts about random sessions, against a plain telling of what sessions do (`plain_sessions.py`).

What is proved fails in no run on a grid of configurations; what is refuted fails in the run that is shown, and that
run is one; what is vacuous has a premise that no run meets.
"""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import combinations, islice, product
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from parley.model.instance import Example, words_of
from parley.model.run import Played
from parley.proofs.claims import Claim, claims_of_session
from parley.proofs.induced import Induced
from parley.proofs.induction import Induction
from parley.proofs.sessions import SessionProver
from parley.proofs.small_scope.sessions import SessionScope, Test
from parley.proofs.verdict import Outcome, SessionCounterexample
from parley.spec.load import Loader
from parley.spec.source import Source
from plain_sessions import Meaning, Related, Run, Setting
from random_hosts import revisions, session_text

BUDGET = 2_000_000
MOST_SETTINGS = 60
MOST_RUNS = 40


@dataclass(frozen=True)
class Proofs:
    """What the prover makes of one session."""

    outcomes: list[Outcome]
    threshold: int | None


def proofs_of(text: str) -> Proofs:
    loader = Loader()
    program = loader.load_source(Source("random.parley", text), Path("random.parley"))
    assert program is not None, [problem.message for problem in loader.problems]
    (session,) = program.own_sessions
    prover = SessionProver(session, claims_of_session(session, list(program.scenarios)), BUDGET)
    return Proofs(list(prover.outcomes()), prover.thresholds.of_all.rounds)


def as_found(_search: object, _goals: object, example: Example, _words: object, _budget: object) -> Example:
    return example


def blind(_self: SessionScope, tests: list[Test]) -> list[None]:
    return [None] * len(tests)


def unrolled_only(text: str) -> list[Outcome]:
    """The verdicts where no induction is tried."""

    def none(_self: Induction, _claim: Claim, _units: int) -> Induced:
        return Induced(False, {}, reason="not tried")

    with patch.object(Induction, "claim", none), patch("parley.proofs.ask.readable", as_found):
        return proofs_of(text).outcomes


def subsets(words: list[int]) -> list[tuple[int, ...]]:
    return [subset for size in range(len(words) + 1) for subset in combinations(words, size)]


def grid(meaning: Meaning, random: Random, words: list[int]) -> list[Setting]:
    """Configurations of a few revisions that the assumptions admit; not all, where they are many."""
    choices: list[list[Any]] = [
        list(subsets(words)) if meaning.variables[name].type == "set" else words for name in meaning.configs
    ]
    if meaning.listed is None:
        known: list[tuple[int, ...]] = [tuple(reversed(row)) for row in subsets(words) if row]
    else:
        known = [meaning.listed]
    rows = list(product(product(*choices), known, relations(meaning, words)))
    if len(rows) > MOST_SETTINGS:
        rows = [*rows[:4], *random.sample(rows, MOST_SETTINGS - 4)]
    made = [Setting(dict(zip(meaning.configs, row, strict=True)), k, r) for row, k, r in rows]
    return [setting for setting in made if meaning.admitted(setting)]


def relations(meaning: Meaning, words: list[int]) -> list[dict[str, Related]]:
    names = [name for name, define in meaning.of_policy.items() if define.body is None]
    if not names:
        return [{}]

    def never(*_: object) -> bool:
        return False

    def always(*_: object) -> bool:
        return True

    def once(*arguments: object) -> bool:
        return arguments == (words[0], words[1])

    return [dict.fromkeys(names, related) for related in (never, always, once)]


def setting_of(meaning: Meaning, played: Played) -> Setting:
    """The configuration of a run that the prover shows."""
    config = dict(played.instance.config)
    for value in config.values():
        for word in words_of(value):
            assert meaning.well_formed(word)
    shown = config.pop("known", None)
    known = meaning.listed
    if known is None:
        assert isinstance(shown, tuple)
        known = tuple(sorted(shown, reverse=True))
    assert set(config) == set(meaning.configs)
    assert len(set(known)) == len(known)
    return Setting(config, known, dict(played.instance.relations))


def replayed(meaning: Meaning, played: Played) -> tuple[Setting, Run]:
    """The run that the prover shows, told anew round by round."""
    setting = setting_of(meaning, played)
    run = meaning.followed(setting, [dict(round_.outputs) for round_ in played.run.rounds])
    shown = [(r.request, r.case, r.rule) for r in played.run.rounds]
    assert shown == [(s.request, s.case, None if s.rule is None else f"rule_{s.rule + 1}") for s in run.steps]
    assert run.ending == played.run.ending
    assert run.agreed == played.run.agreed
    if run.ending == "loops":
        assert played.run.again is not None
        assert 1 <= played.run.again <= len(run.steps)
    return setting, run


def layout_of(text: str) -> str:
    if "major[30:16]" in text:
        return "real"
    return "three" if "patch" in text else "tiny"


EACH = 60
"""Sessions of one test. Hypothesis would shrink their seeds, which makes nothing smaller: they are counted through."""


def of_seeds(seeds: range) -> Counter[str]:
    """How often which verdict came up, each of them compared with what sessions do."""
    seen: Counter[str] = Counter()
    for number in seeds:
        random = Random(number)
        text = session_text(random)
        try:
            check(text, random, seen)
        except AssertionError as error:
            raise AssertionError(f"seed {number}\n{text}\n{error}") from error
    return seen


@pytest.mark.slow
def test_verdicts_agree_with_what_sessions_do() -> None:
    """semantics.md: verdicts are about every configuration; here, about those of a few revisions, told independently."""
    seen = of_seeds(range(1_000_000, 1_000_014))
    assert all(seen[verdict] for verdict in ("proved", "refuted", "vacuous"))


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(4))
def test_many_verdicts_agree_with_what_sessions_do(chunk: int) -> None:
    """All verdicts come up often enough for their agreement to say something."""
    seen = of_seeds(range(chunk * EACH, (chunk + 1) * EACH))
    assert seen["proved"] > EACH
    assert seen["refuted"] > EACH
    assert seen["vacuous"]
    assert seen["undecided"] < seen["proved"] / 3
    assert seen["undecided in the fragment"] < seen["proved"] / 10
    assert seen["not replayed"] <= seen["proved"] / 50
    assert seen["undecided, and fails"] <= seen["refuted"] / 20


def check(text: str, random: Random, seen: Counter[str]) -> None:
    """Compare every verdict on the session of a text with its runs on a grid."""
    meaning = Meaning(text)
    words = sorted(meaning.of_numbers(point) for point in revisions(layout_of(text)))
    pool = [*words, words[-1] | 1 << next(f.bits.low for f in meaning.fields if f.zero)]
    # Numbers that are easy to read take the solver many questions: now and then will do.
    readable_values = nullcontext() if random.random() < 0.25 else patch("parley.proofs.ask.readable", as_found)
    # Without the small scope, the solver's word stands alone.
    scope = nullcontext() if random.random() < 0.5 else patch.object(SessionScope, "first", blind)
    with readable_values, scope:
        proofs = proofs_of(text)
    failing: set[str] = set()
    names = [o.claim.name for o in proofs.outcomes]
    met: dict[str, set[int]] = {name: set() for name in names}
    longest = 0
    for setting in grid(meaning, random, words):
        for run in islice(meaning.runs(setting, pool), MOST_RUNS):
            longest = max(longest, len(run.steps))
            failing |= {name for name in names if name not in failing and meaning.fails(name, setting, run)}
            for name in names:
                met[name] |= {at for at, holds in enumerate(meaning.meets(name, setting, run)) if holds}
    assert proofs.threshold is None or longest <= proofs.threshold
    for outcome in proofs.outcomes:
        seen[outcome.verdict] += 1
        compare(meaning, outcome, proofs.threshold, failing, met[outcome.claim.name], seen)
    induced = {o.claim.name for o in proofs.outcomes if o.by_induction}
    if induced and "knows any\n" in text and random.random() < 0.6:
        seen["by induction"] += len(induced)
        most = random.choice([2, 3])
        for outcome in unrolled_only(text.replace("knows any\n", f"knows any up to {most}\n")):
            assert outcome.claim.name not in induced or outcome.verdict in ("proved", "vacuous", "undecided")
            seen[f"unrolled {outcome.verdict}"] += outcome.claim.name in induced


def compare(
    meaning: Meaning,
    outcome: Outcome,
    threshold: int | None,
    failing: set[str],
    met: set[int],
    seen: Counter[str],
) -> None:
    name = outcome.claim.name
    match outcome.verdict:
        case "proved":
            assert name not in failing
            assert isinstance(outcome.witness, Played)
            setting, run = replayed(meaning, outcome.witness)
            assert any(meaning.meets(name, setting, run))
            assert not meaning.fails(name, setting, run)
        case "refuted":
            assert isinstance(outcome.counterexample, SessionCounterexample)
            assert outcome.counterexample.replayed
            setting, run = replayed(meaning, outcome.counterexample.played)
            assert meaning.fails(name, setting, run)
        case "vacuous":
            assert name not in failing
            assert len(met) < meaning.needed(name)
        case "undecided":
            assert outcome.reason or outcome.step is not None
            seen["undecided in the fragment"] += "fragment" not in outcome.reason
            seen["not replayed"] += "replay" in outcome.reason
            seen["undecided, and fails"] += name in failing
            # Where a number of rounds is known, the lack of an induction is no reason.
            assert threshold is None or not outcome.reason.startswith(("no order", "it counts", "no number"))
        case "inconsistent":
            raise AssertionError(outcome.reason)
