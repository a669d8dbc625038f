"""Prover and evaluator agree: what is proved has no counterexample on a grid, what is refuted replays.

The grid here is walked by the evaluator alone, in loops of this file's own.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product
from pathlib import Path
from random import Random
from unittest.mock import patch

from hypothesis import given, note, seed, settings
from hypothesis import strategies as st
from parley.model.evaluate import Slots
from parley.model.judge import Judge, Judgement
from parley.model.representatives import TooMany
from parley.model.situation import Relation, Situation, Value
from parley.proofs.budget import Budget
from parley.proofs.claims import Claim, Goals, claims_of
from parley.proofs.prove import prove
from parley.proofs.scope import Example
from parley.proofs.solve import Search
from parley.proofs.verdict import Counterexample, Outcome
from parley.spec.load import Loader
from parley.spec.source import Source
from random_policies import policy_text

BUDGET = 2_000_000
SEEN: Counter[str] = Counter()


def outcomes_of(text: str) -> list[Outcome]:
    loader = Loader()
    program = loader.load_source(Source("random.parley", text), Path("random.parley"))
    assert program is not None, [problem.message for problem in loader.problems]
    (policy,) = program.own_policies
    return list(prove(policy, claims_of(policy), BUDGET))


def asked_of(judgement: Judgement, slots: Slots, case: int | None) -> bool:
    """The answer of the evaluator, no where it has none."""
    try:
        return judgement(slots, case)
    except TooMany:
        return False


def walk(claims: list[Claim]) -> list[tuple[bool, bool]]:
    """For each claim, whether the grid has an example of what it looks for, and one of each of its premises."""
    policy = claims[0].policy
    judge = Judge(policy)
    wanted = [[judge.judgement(g) for g in (c.counter if c.sought is None else (c.sought,))] for c in claims]
    premises = [[judge.judgement(g) for g in c.premises] for c in claims]
    asked = [j for row in wanted + premises for j in row]
    met = dict.fromkeys(map(id, asked), False)
    format_ = judge.evaluator.format
    revisions = [0]
    for field in format_.numbered:
        revisions += [word | 1 << field.low for word in revisions]
    revisions.sort()
    reserved = format_.reserved[0]
    inputs = [*revisions, 1 << reserved.low, revisions[-1] | 1 << reserved.low, 1 << reserved.high | revisions[1]]
    relations = [Relation(), Relation(default=True), Relation(frozenset({(revisions[0], revisions[1])}))]
    floors = revisions if "floor" in policy.interface.variables else [None]
    sets = [subset for size in range(len(revisions) + 1) for subset in combinations(revisions, size)]
    rows = product(sets[:40] + sets[-3:], floors, inputs, relations if policy.abstract else relations[:1])
    for subset, floor, word, relation in rows:
        config: dict[str, Value] = {"supported": subset} if floor is None else {"supported": subset, "floor": floor}
        names = {d.name.id: relation for d in policy.abstract}
        slots = judge.evaluator.slots(Situation(config, {"requested": word}, names))
        if not judge.evaluator.admits(slots):
            continue
        case = judge.evaluator.fires(slots)
        for judgement in asked:
            if not judgement.of_answers and not met[id(judgement)]:
                met[id(judgement)] = asked_of(judgement, slots, case)
        for _ in () if case is None else judge.evaluator.answers(slots, case, inputs):
            for judgement in asked:
                if judgement.of_answers and not met[id(judgement)]:
                    met[id(judgement)] = asked_of(judgement, slots, case)
    return [
        (any(met[id(j)] for j in row), all(met[id(j)] for j in needed))
        for row, needed in zip(wanted, premises, strict=True)
    ]


def bare(
    judge: Judge, goals: Goals, example: Example, search: Search | None, budget: Budget, *, replayed: bool
) -> Counterexample:
    """A counterexample without its shapes and intervals, which take longer than all the rest and are not looked at."""
    return Counterexample(example, replayed)


@seed(20261123)
@settings(max_examples=2000, deadline=None, database=None)
@given(st.integers(0, 1 << 48))
def test_what_is_proved_has_no_counterexample_and_what_is_refuted_replays(number: int) -> None:
    """semantics.md: two semantics, written separately, agree on every claim of random policies."""
    text = policy_text(Random(number))
    note(text)
    with patch("parley.proofs.prove.counterexample", bare):
        outcomes = outcomes_of(text)
    for outcome, (found, met) in zip(outcomes, walk([o.claim for o in outcomes]), strict=True):
        claim = outcome.claim
        note(f"{claim.address}: {outcome.verdict} {outcome.reason}")
        SEEN[outcome.verdict] += 1
        assert outcome.verdict != "inconsistent"
        match outcome.verdict:
            case "proved" if claim.sought is None:
                assert not found
                assert outcome.witness is not None
            case "proved":
                assert outcome.witness is not None
            case "vacuous":
                assert not found
                assert claim.sought is not None or not met
            case "refuted" if claim.sought is not None:
                assert not found
            case "refuted":
                assert outcome.counterexample is not None
                assert outcome.counterexample.replayed
            case _:
                assert outcome.reason


def test_the_random_policies_are_worth_it() -> None:
    """All verdicts come up often enough for their agreement to say something (run after the test above)."""
    if sum(SEEN.values()) > 10_000:
        assert SEEN["proved"] > 1000
        assert SEEN["refuted"] > 1000
        assert SEEN["vacuous"] > 200
        assert SEEN["undecided"] < SEEN["proved"] / 10
