"""What is said beside a counterexample, by trying all: within which bounds it varies, and how many kinds there are.

The formats have two or three bits, and whether a claim fails on an instance is the oracle's word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from oracle.policies import PolicyOracle, Situation, parsed, policy_oracles
from oracle.words import Words
from parley.model.evaluate_policy import PolicyEvaluator
from parley.model.instance import Instance, words_of
from parley.model.query_evaluation import QueryEvaluator
from parley.proofs.claims import claims_of
from parley.proofs.generalise import query_vocabulary
from parley.proofs.prove import prove
from parley.proofs.questions import questions_of
from parley.proofs.verdict import Counterexample, Interval, Outcome
from parley.spec.checked import CheckedPolicy
from parley.spec.syntax import Interface
from properties.comparing import program_of
from properties.draw import Seeded
from properties.policies import policy_text

BUDGET = 2_000_000


def refuted(seeds: range) -> Iterator[tuple[Outcome, Counterexample, PolicyOracle]]:
    """The refuted claims of random policies that leave no output open, with what is said of each."""
    for seed in seeds:
        made = policy_text(Seeded(seed))
        if made.loose or "any" in made.text:
            continue
        program, file = program_of(made.text), parsed(made.text)
        (interface,) = [d for d in file.declarations if isinstance(d, Interface)]
        oracles = policy_oracles(file, made.domains(Words.of(interface)))
        for policy in program.own_policies:
            for outcome in prove(policy, claims_of(policy, program.own_scenarios), BUDGET):
                if isinstance(outcome.counterexample, Counterexample):
                    yield outcome, outcome.counterexample, oracles[policy.name]


def instance_with(instance: Instance, varied: Interval, word: int) -> Instance:
    """The instance with a word in place of the value that varies."""
    if varied.name in instance.inputs:
        return Instance(instance.config, {**instance.inputs, varied.name: word}, instance.relations)
    members = instance.config[varied.name]
    assert isinstance(members, tuple)
    put = tuple(sorted({word, *(member for member in members if member != varied.value)}))
    return Instance({**instance.config, varied.name: put}, instance.inputs, instance.relations)


def members(oracle: PolicyOracle, value: Any) -> Any:
    """A range as all that is in it."""
    return tuple(w for w in oracle.words.revisions if value.low <= w <= value.high) if hasattr(value, "low") else value


def fails(oracle: PolicyOracle, name: str, instance: Instance) -> bool:
    """Whether the assumptions admit an instance, and a claim fails in it."""
    slots = oracle.meanings.slots()
    for variable, value in (*instance.config.items(), *instance.inputs.items()):
        slots[oracle.meanings.free[variable]] = members(oracle, value)
    oracle.meanings.choices.given = dict(instance.relations)
    goal = oracle.questions[name].fails
    return goal is not None and oracle.meaning.admits(slots) and goal(Situation(oracle.meaning, slots))


def wrong_bounds(outcome: Outcome, found: Counterexample, oracle: PolicyOracle) -> Iterator[str]:
    """What is wrong with the intervals of a counterexample; beyond an end, the claim holds or another set is meant."""
    instance, end = found.example.instance, outcome.claim.policy.interface.format.end
    for varied in found.same_for:
        of_input = varied.name in instance.inputs

        def same(word: int, varied: Interval = varied) -> bool:
            other = instance_with(instance, varied, word)
            return other.size == instance.size and fails(oracle, outcome.claim.name, other)

        words = range(varied.low, varied.high + 1) if of_input else oracle.words.revisions
        inside = [word for word in words if varied.low <= word <= varied.high]
        wrong = [word for word in inside if not same(word)]
        if wrong or varied.value not in inside:
            yield f"{outcome.claim.address}: {varied} has {wrong}"
        before = [w for w in oracle.words.revisions if w < varied.low][-1:]
        after = [w for w in oracle.words.revisions if w > varied.high][:1]
        beyond = [w for w in (varied.low - 1, varied.high + 1) if 0 <= w < end] if of_input else [*before, *after]
        if any(map(same, beyond)):
            yield f"{outcome.claim.address}: {varied} is not all"


def kinds(policy: CheckedPolicy, outcome: Outcome, found: Counterexample, oracle: PolicyOracle) -> int | None:
    """How many kinds of counterexample there are, going through all; None where that is not asked."""
    interface = policy.interface
    given = (*interface.configs, *interface.inputs)
    counter = questions_of(outcome.claim).counter
    if policy.abstract or len(counter) != 1 or any(variable.type == "range" for variable in given):
        return None
    vocabulary = query_vocabulary(QueryEvaluator(policy), counter[0])
    evaluator = PolicyEvaluator(policy)
    goal = oracle.questions[outcome.claim.name].fails
    assert goal is not None
    seen: set[object] = set()
    for slots in oracle.situations():
        values = {variable.name.id: slots[oracle.meanings.free[variable.name.id]] for variable in given}
        instance = Instance(
            {v.name.id: values[v.name.id] for v in interface.configs},
            {v.name.id: values[v.name.id] for v in interface.inputs},
        )
        if instance.size == found.example.instance.size and goal(Situation(oracle.meaning, slots)):
            own = evaluator.slots(instance)
            guards = tuple(guard is None or bool(guard(own)) for guard in evaluator.guards)
            numbers = [
                word
                for variable in given
                if variable.type in ("set", "revision")
                for word in words_of(values[variable.name.id])
            ]
            sizes = tuple(len(value) for value in values.values() if isinstance(value, tuple))
            seen.add((sizes, guards, *shape(numbers, sorted(vocabulary.words), sorted(vocabulary.parts))))
    return len(seen)


def shape(numbers: list[int], words: list[int], parts: list[tuple[int, int]]) -> tuple[object, ...]:
    """How numbers stand among each other and some words, and which of their parts are equal, and which are zero."""
    among = [*numbers, *words]
    order = tuple(sorted(set(among)).index(number) for number in among)
    cut = [[number >> low & (1 << width) - 1 for number in numbers] for low, width in parts]
    return order, *(tuple((value == 0, row.index(value)) for value in row) for row in cut)


def compared(seeds: range) -> Counter[str]:
    """Compare what is said beside counterexamples; how much there was to compare."""
    made: Counter[str] = Counter()
    for outcome, found, oracle in refuted(seeds):
        assert [*wrong_bounds(outcome, found, oracle)] == []
        made["bounds"] += len(found.same_for)
        policy = outcome.claim.about
        assert isinstance(policy, CheckedPolicy)
        if found.shapes_complete and (count := kinds(policy, outcome, found, oracle)) is not None:
            assert found.shapes == count, outcome.claim.address
            made["kinds"] += count > 1
    return made


def test_what_is_said_beside_counterexamples() -> None:
    made = compared(range(4_000_000, 4_000_010))
    assert made["bounds"]
    assert made["kinds"]


@pytest.mark.slow
def test_what_is_said_beside_many_counterexamples() -> None:
    made = compared(range(4_000_010, 4_000_060))
    assert made["bounds"] > 50
    assert made["kinds"] > 10
