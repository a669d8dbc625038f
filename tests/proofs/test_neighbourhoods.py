"""What is said beside a counterexample, by trying all: within which bounds it varies, and how many kinds there are.

The formats have two or three bits, and whether a claim fails on an instance is the oracle's word.
"""

# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from random import Random
from typing import Any

import pytest
from oracle.policies import PolicyOracle, Situation, parsed, policy_oracles
from oracle.words import Words
from parley.model.evaluate_policy import PolicyEvaluator
from parley.model.instance import Example, Instance, Value, words_of
from parley.model.query_evaluation import QueryEvaluator
from parley.proofs.claims import claims_of
from parley.proofs.generalise import _solid, _variations, intervals, query_vocabulary
from parley.proofs.prove import prove
from parley.proofs.questions import questions_of
from parley.proofs.verdict import Counterexample, Interval, Outcome
from parley.spec.checked import CheckedPolicy
from parley.spec.formatting.expressions import print_expr
from parley.spec.syntax import Interface
from properties.comparing import program_of
from properties.draw import Seeded
from properties.policies import Generated, policy_text
from random_policies import Generator
from suites import policy_in

BUDGET = 2_000_000


def refuted(made: Generated) -> Iterator[tuple[Outcome, Counterexample, PolicyOracle]]:
    """The refuted claims of a text, with what is said of each."""
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

        # The assumptions of these texts admit few words, and so do intervals.
        words = (
            [*range(varied.low, min(varied.low + 100, varied.high)), varied.high]
            if of_input
            else oracle.words.revisions
        )
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
            sizes = tuple(len(words_of(values[v.name.id])) for v in given if v.type == "set")
            seen.add((sizes, guards, *shape(numbers, sorted(vocabulary.words), sorted(vocabulary.parts))))
    return len(seen)


def shape(numbers: list[int], words: list[int], parts: list[tuple[int, int]]) -> tuple[object, ...]:
    """How numbers stand among each other and some words, and which of their parts are equal, and which are zero."""
    among = [*numbers, *words]
    order = tuple(sorted(set(among)).index(number) for number in among)
    cut = [[number >> low & (1 << width) - 1 for number in numbers] for low, width in parts]
    return order, *(tuple((value == 0, row.index(value)) for value in row) for row in cut)


def compared(texts: Iterable[Generated]) -> Counter[str]:
    """Compare what is said beside counterexamples; how much there was to compare."""
    made: Counter[str] = Counter()
    for outcome, found, oracle in chain.from_iterable(map(refuted, texts)):
        assert [*wrong_bounds(outcome, found, oracle)] == []
        made["bounds"] += len(found.same_for)
        policy = outcome.claim.about
        assert isinstance(policy, CheckedPolicy)
        if found.shapes_complete and (count := kinds(policy, outcome, found, oracle)) is not None:
            assert found.shapes == count, outcome.claim.address
            made["kinds"] += count > 1
    return made


def drawn(seeds: range) -> Iterator[Generated]:
    """Random policies that leave no output open."""
    texts = (policy_text(Seeded(seed)) for seed in seeds)
    return (made for made in texts if not made.loose and "any" not in made.text)


def test_kinds_differ_in_sizes_and_in_guards() -> None:
    """Where neither the order of revisions nor their fields tell them apart."""
    text = """interface I {
        revision { reserved[63:2] zero major[1:1] minor[0:0] }
        config s : set of revision
        config t : set of revision
        config flag : bool
        input requested : revision
        output ok : bool
        assume small: requested < 0x2
    }
    policy p for I {
        case a when flag { ok = true }
        case b otherwise { ok = false }
        invariant i: s is empty and t is empty
    }"""
    assert compared([Generated(text, "tiny", loose=False)])["kinds"] == 1


def test_what_is_said_beside_counterexamples() -> None:
    made = compared(drawn(range(4_000_000, 4_000_006)))
    assert made["bounds"]
    assert made["kinds"]


@pytest.mark.slow
def test_what_is_said_beside_many_counterexamples() -> None:
    made = compared(drawn(range(4_000_010, 4_000_060)))
    assert made["bounds"] > 50
    assert made["kinds"] > 10


WIDE = """interface I {{
    revision {{ reserved[63:6] zero major[5:3] minor[2:0] }}
    config supported : set of revision
    input requested : revision
    output lower : revision
}}
policy p for I {{
    case always otherwise {{ lower = if requested in supported then requested else max supported }}
    invariant claim: {claim}
}}"""


def compared_directly(seeds: range) -> int:
    """Any instance in which a claim fails will do, not only one of the fewest revisions; here not all words are tried."""
    known = 0
    for seed in seeds:
        random = Random(seed)
        claim = Generator(random, "tiny", ["requested", "lower"], ranges=False).formula(2)
        policy = program_of(WIDE.format(claim=print_expr(claim))).policies["p"]
        queries = QueryEvaluator(policy)
        goals = questions_of(claims_of(policy)[-1]).counter[0]
        evaluator, query = queries.evaluator, queries.compiled_query(goals)

        def failing(instance: Instance, evaluator: Any = evaluator, query: Any = query) -> bool:
            slots = evaluator.slots(instance)
            return any(query(slots, 0) for _ in evaluator.answers(slots, 0, []))

        for _ in range(12):
            supported = tuple(sorted(random.sample(range(64), 3)))
            instance = Instance({"supported": supported}, {"requested": random.choice([*range(64), *supported, 70])})
            if failing(instance):
                slots = evaluator.slots(instance)
                next(evaluator.answers(slots, 0, []))
                for varied in intervals(queries, goals, Example(instance, evaluator.answer(slots, 0))):
                    ends = range(varied.low, min(varied.low + 80, varied.high + 1)), (varied.high,)
                    some = {*ends[0], *ends[1], *(random.randint(varied.low, varied.high) for _ in range(40))}
                    others = [
                        instance_with(instance, varied, word)
                        for word in some
                        if word < 64 or varied.name == "requested"
                    ]
                    assert all(other.size == 3 and failing(other) for other in others), (seed, varied)
                    known += 1
    return known


def test_between_two_words_that_fail_all_do_where_nothing_is_skipped() -> None:
    """Words of two fields, of which the lower has eight bits."""
    fails = {0x300: True, 0x301: False, 0x400: True, 0x4FF: True, 0x700: True, 0x701: True, 0xB00: True}
    points = sorted(fails)
    solid = {points[at]: _solid(points, fails, at, [0, 8]) for at in range(len(points) - 1)}
    # To 0x301, and from there to the next of the upper field; not over what fails in part, but over what fails whole.
    assert solid == {0x300: True, 0x301: True, 0x400: True, 0x4FF: True, 0x700: True, 0x701: True}
    gone = {0x300: True, 0x301: False, 0x310: True, 0x700: True}
    assert not _solid([0x310, 0x700], gone, 0, [0, 8])
    assert _solid([0x310, 0x400], gone, 0, [0, 8])


def test_inputs_that_are_words_vary_and_names_do_not() -> None:
    policy = policy_in("""interface I {
        revision { major[3:2] minor[1:0] }
        config s : set of revision
        config flag : bool
        input x : revision or { ALL = 200 } in x1
        input y : revision
        input told : bool
        input kind : { A = 1, B = 2 }
        output ok : bool
    }
    policy p for I { case all otherwise { ok = true } }""")
    config: dict[str, Value] = {"s": (1, 2), "flag": True}
    for x, names in ((3, ["x", "y", "s", "s"]), (200, ["y", "s", "s"])):
        instance = Instance(config, {"x": x, "y": 2, "told": True, "kind": 1})
        assert [name for name, _, _ in _variations(policy.interface, instance)] == names


def test_how_far_any_failing_instance_generalises() -> None:
    assert compared_directly(range(14)) > 25


def test_where_not_all_ways_to_share_revisions_out_were_looked_at_there_may_be_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One revision, in one of two sets or in the other: two ways, of which one has a counterexample."""
    policy = policy_in("""interface I {
        revision { reserved[63:2] zero major[1:1] minor[0:0] }
        config one : set of revision
        config other : set of revision
        input requested : revision
        output ok : bool
        invariant small: (every x in one: x == 0.0) and (every x in other: x == 0.0) and one != other
            implies (some x in one: x == 0.0)
    }
    policy p for I { case only otherwise { ok = true } }""")
    (claim,) = (one for one in claims_of(policy) if one.name == "small")

    def complete() -> bool:
        (outcome,) = prove(policy, [claim])
        assert isinstance(outcome.counterexample, Counterexample)
        return outcome.counterexample.shapes_complete

    assert complete()
    monkeypatch.setattr("parley.proofs.kinds.MOST_ROWS", 1)
    assert not complete()
