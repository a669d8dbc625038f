"""What mutants answer to a program: wrongly wherever they can, and as the policy does wherever they cannot."""

from __future__ import annotations

import pytest
from parley.model.instance import Instance, Value, word_of
from parley.model.oracle import Oracle, Outputs
from parley.vectors.boundary_values import BoundaryValues
from parley.vectors.faulty_answers import MOST_CHOICES, FaultyAnswers, RightAnswers, varied
from parley.vectors.mutant_check import MutantCheck
from parley.vectors.mutants import mutants
from suites import policy_in, policy_of

OPEN = """interface I { revision { reserved[63:4] zero major[3:2] minor[1:0] }
    config supported : set of revision   assume some_: supported is not empty
    input requested : revision in x1
    output status : { OK = 0, BAD = 1 } in x0   output lower : revision in x1   output higher : revision in x2 }
policy p for I {
    case malformed when requested.reserved != 0 {
        status = BAD  lower = any  higher = any
        ensure lower in supported and lower <= higher and higher in supported }
    case known when requested in supported { status = OK  lower = requested  higher = any  ensure higher in supported }
    case unknown otherwise { status = BAD  lower = max supported  higher = lower } }"""


def points(oracle: Oracle, every: int) -> list[Instance]:
    """Some boundary values that are answered."""
    boundaries = BoundaryValues(oracle)
    found = list(boundaries.collect(boundaries.configurations()))
    return [at for at in found[::every] if MutantCheck(oracle).answered(at)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "every"), [("open", 41), ("rmi:rmm_1_0", 67), ("islet:islet_rsi", 23), ("ffa:hafnium", 31)]
)
def test_a_mutant_answers_wrongly_wherever_it_can_be_told(target: str, every: int) -> None:
    policy = policy_in(OPEN) if target == "open" else policy_of(*target.split(":"))
    check = MutantCheck(Oracle(policy))
    right = RightAnswers(check, check.answers)
    told = same = 0
    for mutant in mutants(policy):
        faulty = FaultyAnswers(mutant, right)
        for at in points(check.oracle, every):
            choices = faulty.at(at)
            allowed = [check.wanted(at, {}).allowed(outputs) for outputs in choices]
            assert len(choices) <= MOST_CHOICES
            if check.tells(mutant, at):
                told += 1
                assert not any(allowed), (mutant.what, at)
            else:
                same += 1
                assert allowed == [True], (mutant.what, at)
    assert told > 20
    assert same > 20


def test_a_policy_answers_in_some_of_the_ways_it_may_the_usual_one_first() -> None:
    oracle = Oracle(policy_in(OPEN))
    check = MutantCheck(oracle)
    right = RightAnswers(check, check.answers)
    one, two, three = 0b0100, 0b0110, 0b1000
    config: dict[str, Value] = {"supported": (one, two, three)}
    (only,) = right.at(Instance(config, {"requested": 0b1100}))
    assert only == {"status": 1, "lower": three, "higher": three}
    some = right.at(Instance(config, {"requested": two}))
    assert {outputs["higher"] for outputs in some} == {one, two, three}
    assert all(outputs["lower"] == two for outputs in some)
    several = right.at(Instance(config, {"requested": 1 << 60}))
    assert several[0] == right.usual(Instance(config, {"requested": 1 << 60}))
    assert len({outputs["lower"] for outputs in several}) >= 2
    assert all(word_of(outputs["lower"]) <= word_of(outputs["higher"]) for outputs in several)


def test_few_answers_have_each_fault_and_some_values_of_what_is_left_open() -> None:
    settled: Outputs = {"a": 1, "b": 1}
    candidates: list[Outputs] = [{"a": 2, "b": 1, "c": 0}, {"a": 3, "b": 1, "c": 0}, {"a": 1, "b": 2, "c": 0}]
    open_ = frozenset({"c"})
    # Another wrong value of `a` shows no more than the first.
    assert varied(candidates, settled, open_) == [candidates[0], candidates[2]]
    both: Outputs = {"a": 9, "b": 9, "c": 0}
    assert varied([*candidates, both], settled, open_) == [both]
    values: list[Outputs] = [{"a": 1, "b": 1, "c": value} for value in range(9)]
    assert varied(values, settled, open_) == values[:3]
    assert varied([], settled, open_) == []
