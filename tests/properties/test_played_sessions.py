"""A session that is played, where what is left open need not be known, goes as the runs of the session do.

What is left open is given from a run: then that run is played. Where it is not given, each run there is has the same
requests, cases, rules and ending; else a rule looks at it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from parley.model.evaluate_session import SessionEvaluator
from parley.model.instance import Instance, Range, Relation, Value
from parley.model.play_session import NotGiven, Player
from parley.model.representatives import TooMany
from parley.model.run import Run
from parley.model.stage import known_variable
from parley.spec.load import Loader
from parley.spec.source import Source
from parley.spec.syntax import Variable
from parley.spec.words import Format

from .draw import Draw, Seeded
from .messages import message_session_text
from .sessions import session_text

SETTINGS = 8
MOST_RUNS = 12
POOL = 4
MOST_WORK = 300_000
KINDS: dict[str, tuple[Callable[[Draw], Any], int]] = {
    "sessions": (session_text, 0),
    "messages": (message_session_text, 3_000_000),
}


def evaluator_of(text: str) -> SessionEvaluator:
    loader = Loader()
    program = loader.load_source(Source("random.parley", text), Path("random.parley"))
    assert program is not None, [problem.message for problem in loader.problems]
    (session,) = program.own_sessions
    return SessionEvaluator(session)


def value(random: Random, variable: Variable, words: list[int]) -> Value:
    match variable.type:
        case "bool":
            return random.random() < 0.5
        case "range":
            ends = sorted(random.choices(words, k=2))
            return Range(*ends) if random.random() < 0.9 else ()
        case "set":
            return tuple(sorted({*random.choices(words, k=random.randrange(4))}))
        case _:
            return random.choice(words)


def some_words(random: Random, format_: Format) -> list[int]:
    """A few well-formed words, mostly small in each field."""
    made = set[int]()
    for _ in range(12):
        word = 0
        for field in format_.numbered:
            word |= random.randrange(min(3, 1 << field.width)) << field.low
        made.add(word)
    return sorted(made)


def instances(evaluator: SessionEvaluator, random: Random) -> Iterator[tuple[Instance, list[int]]]:
    session = evaluator.session
    varying = [*session.interface.configs, *([known_variable(session.host)] if evaluator.any_known else [])]
    for _ in range(SETTINGS):
        words = some_words(random, evaluator.format)
        config = {v.name.id: value(random, v, words) for v in varying}
        relations = {d.name.id: Relation(default=random.random() < 0.5) for d in session.abstract}
        instance = Instance(config, relations=relations)
        if evaluator.admits(instance):
            yield instance, sorted(random.sample(words, min(POOL, len(words))))


def same_but_for_open(run: Run, played: Run, open_: list[set[str]]) -> bool:
    """Whether two runs differ in what is left open alone."""
    if (run.ending, run.agreed, run.again, len(run.rounds)) != (
        played.ending,
        played.agreed,
        played.again,
        len(played.rounds),
    ):
        return False
    for one, other, left in zip(run.rounds, played.rounds, open_, strict=True):
        if (one.request, one.case, one.rule) != (other.request, other.case, other.rule):
            return False
        if any(one.outputs[name] != other.outputs[name] for name in one.outputs if name not in left):
            return False
    return True


def compare(text: str, random: Random, seen: Counter[str]) -> list[str]:
    """What is played otherwise than it goes."""
    evaluator = evaluator_of(text)
    player, policy = Player(evaluator), evaluator.session.policy
    unspecified = {case.name: case.unspecified for case in policy.cases}
    wrong: list[str] = []
    for instance, pool in instances(evaluator, random):
        try:
            with evaluator.work.limited(MOST_WORK):
                runs = list(islice(evaluator.runs(instance, pool), MOST_RUNS))
                try:
                    blind = player.play(instance, lambda _at, _name: None)
                    seen["blind"] += 1
                except NotGiven:
                    blind = None
                    seen["not given"] += 1
                for run in runs:

                    def given(at: int, name: str, run: Run = run) -> Value | None:
                        round_ = run.rounds[at - 1]
                        return round_.outputs[name] if name in unspecified.get(round_.case or "", ()) else None

                    played = player.play(instance, given)
                    seen[run.ending] += 1
                    seen["several rounds"] += len(run.rounds) > 1
                    if played.run != run or any(played.open[: len(run.answered)]):
                        wrong.append(f"{instance}: {run} is played as {played}")
                    if blind is not None and not blind.unknown and not same_but_for_open(run, blind.run, blind.open):
                        wrong.append(f"{instance}: {run} is none of {blind}")
        except TooMany:
            seen["skipped"] += 1
    return wrong


def compare_all(kind: str, seeds: range) -> Counter[str]:
    draw, first = KINDS[kind]
    seen: Counter[str] = Counter()
    for seed in seeds:
        text = draw(Seeded(first + seed)).text
        assert not compare(text, Random(seed), seen), (kind, seed)
    return seen


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_played_is_how_it_goes(kind: str) -> None:
    seen = compare_all(kind, range(20))
    assert min(seen[one] for one in ("accepted", "gave_up", "several rounds", "blind", "not given")) > 0, seen
