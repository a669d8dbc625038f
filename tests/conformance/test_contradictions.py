"""Whether any configuration explains some replies: against walking all of them, and on the specification's policy."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from functools import cache
from itertools import combinations, product
from pathlib import Path
from random import Random

import pytest
from parley.conformance.explain import Consistent, Contradiction, Undecided, contradiction
from parley.conformance.replay import Observation, Replayer
from parley.model.instance import Instance, Value, ranges_among
from parley.model.oracle import Oracle
from parley.model.representatives import TooMany
from parley.spec.checked import CheckedPolicy
from parley.spec.load import Loader
from parley.spec.source import Source
from properties.draw import Seeded
from properties.messages import message_session_text
from random_policies import policy_text


@cache
def library(name: str, policy: str) -> CheckedPolicy:
    program = Loader().load(name)
    assert program is not None
    return program.policies[policy]


def observation(requested: str, status: int | None, lower: str | None, higher: str | None) -> Observation:
    """What was seen of RMI_VERSION; None was not seen."""
    read = Oracle(library("rmm_1_0_strict", "rmm_1_0_strict")).format.read
    outputs = {"status": status, "lower": lower and read(lower), "higher": higher and read(higher)}
    return Observation({"requested": read(requested)}, {n: int(v) for n, v in outputs.items() if v is not None})


def judged(*seen: Observation) -> Consistent | Contradiction | Undecided:
    return contradiction(library("rmm_1_0_strict", "rmm_1_0_strict"), seen)


def test_nothing_seen_is_explained_by_something() -> None:
    assert isinstance(judged(), Consistent)


def test_replies_that_one_configuration_gives() -> None:
    found = judged(observation("1.1", 1, "1.0", "2.0"), observation("2.0", 0, "2.0", "2.0"))
    assert found == Consistent(Instance({"supported": (0x10000, 0x20000)}))


def test_what_takes_too_many_values_to_try_is_not_taken_as_explained() -> None:
    # `lower` was not seen of the malformed request, and is any of 89.
    answered = [observation(f"1.{minor}00", 0, f"1.{minor}00", "1.8900") for minor in range(1, 90)]
    assert judged(*answered, observation("0x80010000", 0, None, None)) == Contradiction((89,), fewest=True)
    assert judged(*answered, observation("0x80010000", 1, None, "1.9000")) == Contradiction((0, 89), fewest=True)
    assert isinstance(judged(*answered, observation("0x80010000", 1, None, "1.8900")), Consistent)


def test_a_reply_that_nothing_explains_stands_alone() -> None:
    fine = observation("1.0", 0, "1.0", "2.0")
    for wrong in (
        observation("1.1", 0, "1.0", "2.0"),
        observation("1.1", 1, "2.0", "1.0"),
        observation("1.1", 7, "1.0", "1.0"),
        observation("1.1", 1, "1.2", "2.0"),
        observation("0x80010000", 0, None, None),
        observation("1.1", 1, "0x80010000", None),
    ):
        assert judged(fine, wrong, fine) == Contradiction((1,), fewest=True)


def test_two_replies_that_contradict_each_other() -> None:
    assert judged(
        observation("3.0", 1, "2.0", "2.0"),
        observation("1.1", 1, "1.0", "2.0"),
        observation("2.0", 0, "2.0", "2.0"),
        observation("1.2", 1, "1.1", "2.0"),
        observation("1.4", 1, "1.0", "2.0"),
    ) == Contradiction((1, 3), fewest=True)


def test_what_was_not_seen_may_be_anything_that_the_policy_says() -> None:
    failed = [observation(f"1.{minor}", 1, None, None) for minor in range(10)]
    assert isinstance(judged(*failed), Consistent)
    assert judged(*failed, observation("1.3", 0, None, None)) == Contradiction((3, 10), fewest=True)
    assert judged(*failed, observation("2.0", 1, "1.4", None)) == Contradiction((4, 10), fewest=True)


def test_a_contradiction_of_many() -> None:
    """Only 1.0 to 1.4 may be supported, since 1.4 fails with the newest above it; each of them fails."""
    seen = [observation(f"1.{minor}", 1, None, None) for minor in range(5)]
    seen += [observation("1.9", 1, None, "1.4")]
    assert judged(*seen) == Contradiction((4, 5), fewest=True)


def test_an_assumption_excludes_configurations() -> None:
    built = library("tf_rmm", "tf_rmm_9a7f8ef4")
    assert contradiction(built, [observation("1.0", 0, "1.0", "2.0")]) == Contradiction((0,), fewest=True)
    assert isinstance(contradiction(built, [observation("1.0", 1, "2.0", "2.0")]), Consistent)


@pytest.mark.slow
def test_many_revisions_and_many_replies() -> None:
    policy = library("rmm_1_0_strict", "rmm_1_0_strict")
    oracle = Oracle(policy)
    supported = tuple(0x10000 + 2 * at for at in range(60))
    seen = [
        Observation(
            {"requested": 0x10000 + at}, oracle.answers({"supported": supported}, {"requested": 0x10000 + at})[0]
        )
        for at in range(300)
    ]
    assert contradiction(policy, seen) == Consistent(Instance({"supported": supported}))
    wrong = Observation({"requested": 0x10004}, {"status": 1})
    assert contradiction(policy, [*seen, wrong]) == Contradiction((4, 300), fewest=True)


def policy_of(text: str) -> CheckedPolicy:
    loader = Loader()
    program = loader.load_source(Source("random.parley", text), Path("random.parley"))
    assert program is not None, [problem.message for problem in loader.problems]
    (policy,) = program.own_policies
    return policy


def configurations(policy: CheckedPolicy, words: list[int]) -> list[dict[str, Value]]:
    sets = [subset for size in range(len(words) + 1) for subset in combinations(words, size)]
    choices = {"set": sets, "range": ranges_among(words), "revision": words, "bool": [False, True]}
    names = [v.name.id for v in policy.interface.configs]
    return [
        dict(zip(names, row, strict=True)) for row in product(*(choices[str(v.type)] for v in policy.interface.configs))
    ]


def value(random: Random, policy: CheckedPolicy, name: str, words: list[int], formed: list[int]) -> Value:
    """Some value of a variable of a message."""
    enumeration = policy.interface.enumeration(name)
    match policy.interface.variables[name].type:
        case "set":
            return tuple(sorted(random.sample(formed, random.randrange(4))))
        case "range":
            return random.choice(ranges_among(formed))
        case "revision":
            return random.choice(words)
        case _:
            return random.choice([n for _, n in enumeration.values] if enumeration else [False, True])


def drawn(random: Random, policy: CheckedPolicy, everything: list[Instance], words: list[int]) -> Observation:
    """A request and some of a reply, wrong or right."""
    formed = sorted(filter(Oracle(policy).format.well_formed, set(words)))
    inputs = {v.name.id: value(random, policy, v.name.id, words, formed) for v in policy.interface.inputs}
    outputs: dict[str, Value] = {}
    right: dict[str, Value] = {}
    if everything and random.random() < 0.5:
        # Of sets that are left open there are too many.
        with suppress(TooMany):
            answers = Oracle(policy).answers(random.choice(everything).config, inputs)
            right = dict(answers[0]) if answers else {}
    for variable in policy.interface.outputs:
        name = variable.name.id
        if random.random() < 0.6:
            outputs[name] = right[name] if name in right else value(random, policy, name, words, formed)
    return Observation(inputs, outputs)


def compared(number: int, text: str) -> str | None:
    """The verdict on random replies of a random policy, compared with all configurations; None where it cannot be."""
    random = Random(number)
    policy = policy_of(text)
    if policy.abstract:
        return None
    replayer = Replayer(policy)
    format_ = replayer.evaluator.format
    words = [0]
    for field in format_.numbered:
        words += [word | 1 << field.low for word in words]
    everything = [c for c in map(Instance, configurations(policy, sorted(words))) if replayer.admits(c)]
    reserved = 1 << format_.reserved[0].low
    pool = [*words, *words, reserved, reserved | words[1]]
    seen = [drawn(random, policy, everything, pool) for _ in range(random.randrange(1, 7))]
    if any(replayer.tells(c, one) is None for c in everything for one in seen):
        return None
    explained = [replayer.explained(c, seen) for c in everything]
    found = contradiction(policy, seen, 2_000_000)
    shown = f"{policy.source.text}\n{seen}: {found}"
    match found:
        case Consistent(configuration=configuration):
            assert replayer.admits(configuration)
            assert replayer.explained(configuration, seen) == set(range(len(seen))), shown
        case Contradiction(positions=positions, fewest=fewest):
            assert not any(set(positions) <= some for some in explained), shown
            # Without any one of them, some configuration explains the others.
            for left_out in positions:
                assert any(set(positions) - {left_out} <= some for some in explained), shown
            smaller = combinations(range(len(seen)), max(len(positions) - 1, 0))
            assert not fewest or not positions or all(any(set(few) <= some for some in explained) for few in smaller), (
                shown
            )
        case Undecided():
            pass
    return type(found).__name__


def verdicts(seeds: range, *, messages: bool = False) -> Counter[str | None]:
    """Of so many policies, or of such that have sets, ranges, truth values and names of their own in messages."""
    seen = Counter(
        compared(number, message_session_text(Seeded(number)).text if messages else policy_text(Random(number)))
        for number in seeds
    )
    assert seen["Consistent"] > len(seeds) // 15, seen
    assert seen["Contradiction"] > len(seeds) // 15, seen
    assert seen["Undecided"] < len(seeds) // 10, seen
    return seen


@pytest.mark.slow
def test_a_verdict_is_what_walking_all_configurations_gives() -> None:
    assert verdicts(range(1_000_000, 1_000_060))


@pytest.mark.slow
def test_many_verdicts_are_what_walking_all_configurations_gives() -> None:
    assert verdicts(range(300))


def test_verdicts_on_sets_and_ranges_in_messages() -> None:
    assert verdicts(range(12), messages=True)


@pytest.mark.slow
def test_many_verdicts_on_sets_and_ranges_in_messages() -> None:
    assert verdicts(range(1_000, 1_200), messages=True)
