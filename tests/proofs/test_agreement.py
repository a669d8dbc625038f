"""Prover and evaluator agree: what is proved has no counterexample on a grid, what is refuted replays.

The grid here is walked by the evaluator alone, in loops of this file's own.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st
from parley.model.judge import Judge
from parley.model.situation import Relation, Situation
from parley.proofs.claims import Claim, claims_of
from parley.proofs.prove import prove
from parley.proofs.verdict import Outcome
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


def walk(claim: Claim) -> tuple[bool, bool]:
    """Whether the grid has an example of what the claim looks for, and one of each of its premises."""
    judge = Judge(claim.policy)
    format_ = judge.evaluator.format
    numbered = [f.low for f in format_.numbered]
    revisions = [0]
    for low in numbered:
        revisions += [word | 1 << low for word in revisions]
    revisions.sort()
    reserved = format_.reserved[0]
    inputs = [*revisions, 1 << reserved.low, revisions[-1] | 1 << reserved.low, 1 << reserved.high | revisions[1]]
    wanted = claim.counter if claim.sought is None else (claim.sought,)
    judgements = [judge.judgement(goals) for goals in wanted]
    premises = [judge.judgement(goals) for goals in claim.premises]
    found = False
    met = [False] * len(premises)
    relations = [Relation(), Relation(default=True), Relation(frozenset({(revisions[0], revisions[1])}))]
    floors = revisions if "floor" in claim.policy.interface.variables else [None]
    sets = [subset for size in range(len(revisions) + 1) for subset in combinations(revisions, size)]
    for subset in sets[:40] + sets[-3:]:
        for floor in floors:
            for word in inputs:
                for relation in relations if claim.policy.abstract else relations[:1]:
                    config = {"supported": subset} | ({} if floor is None else {"floor": floor})
                    names = {d.name.id: relation for d in claim.policy.abstract}
                    slots = judge.evaluator.slots(Situation(config, {"requested": word}, names))
                    if not judge.evaluator.admits(slots):
                        continue
                    case = judge.evaluator.fires(slots)
                    answers = [] if case is None else judge.evaluator.answers(slots, case, inputs)
                    for of_answers in (False, True):
                        for _ in answers if of_answers else [None]:
                            found = found or any(j(slots, case) for j in judgements if j.of_answers is of_answers)
                            met = [
                                m or (j.of_answers is of_answers and j(slots, case))
                                for m, j in zip(met, premises, strict=True)
                            ]
    return found, all(met)


@seed(20261123)
@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 1 << 48))
def test_what_is_proved_has_no_counterexample_and_what_is_refuted_replays(number: int) -> None:
    """semantics.md: two semantics, written separately, agree on every claim of random policies."""
    text = policy_text(Random(number))
    note(text)
    for outcome in outcomes_of(text):
        claim = outcome.claim
        note(f"{claim.address}: {outcome.verdict} {outcome.reason}")
        SEEN[outcome.verdict] += 1
        assert outcome.verdict != "inconsistent"
        found, met = walk(claim)
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
    """Both verdicts come up often enough for their agreement to say something (run after the test above)."""
    if sum(SEEN.values()) > 10_000:
        assert SEEN["proved"] > 1000
        assert SEEN["refuted"] > 1000
        assert SEEN["undecided"] < SEEN["proved"] / 10
