"""How the small scope and the evaluator grow: with variables, quantifiers and ranges. Nothing is asserted about time.

python -m pytest tests/benchmarks/test_small_scope_growth.py -m "" --benchmark-enable -n 0
"""

# pytest-benchmark carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from pathlib import Path

import pytest
from parley.model.evaluate_policy import PolicyEvaluator
from parley.model.instance import Instance
from parley.model.query_evaluation import QueryEvaluator
from parley.model.representatives import TooMany
from parley.proofs.claims import claims_of
from parley.proofs.questions import questions_of
from parley.proofs.small_scope.policies import SmallScope
from parley.spec.checked import CheckedPolicy
from parley.spec.load import Loader
from parley.spec.source import Source
from pytest_benchmark.fixture import BenchmarkFixture

SIZES = [1, 2, 4, 8, 16, 32]
VARIABLES = {
    "bools": "config x{at} : bool",
    "sets": "config x{at} : set of revision",
    "inputs": "input x{at} : revision",
    "open outputs": "output x{at} : revision",
    "abstract relations": "define x{at}(a, b)",
}
CLAIMS = {
    "bools": "not x{at} or x{at}",
    "sets": "every a in x{at}: a in x{at}",
    "inputs": "x{at} == x{at}",
    "open outputs": "x{at} == x{at}",
    "abstract relations": "x{at}(requested, requested) or lower == requested",
}


def policy_of(more: str, case: str, claim: str) -> CheckedPolicy:
    text = f"""interface I {{
    revision {{ reserved[63:31] zero   major[30:16]   minor[15:0] }}
    config supported : set of revision
    input requested : revision
    output lower : revision
    {more}
}}
policy p for I {{
    case only otherwise {{ lower = requested with {{ reserved = 0 }} {case} }}
    invariant claim: {claim}
}}
"""
    loader = Loader()
    program = loader.load_source(Source("t.parley", text), Path("t.parley"))
    assert program is not None, [problem.message for problem in loader.problems]
    return program.own_policies[0]


def walk(policy: CheckedPolicy) -> SmallScope:
    claims = claims_of(policy, [])
    scope = SmallScope(QueryEvaluator(policy), claims)
    scope.first([goals for claim in claims for goals in questions_of(claim).counter])
    return scope


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", VARIABLES)
def test_variables(benchmark: BenchmarkFixture, kind: str, size: int) -> None:
    more = "\n".join(VARIABLES[kind].format(at=at) for at in range(size))
    case = " ".join(f"x{at} = any" for at in range(size)) if kind == "open outputs" else ""
    claim = " and ".join(f"({CLAIMS[kind].format(at=at)})" for at in range(size))
    policy = policy_of(more, case, claim)
    scope: SmallScope = benchmark(walk, policy)
    assert scope.instances > 0


@pytest.mark.parametrize("depth", SIZES)
def test_quantifiers_in_each_other(benchmark: BenchmarkFixture, depth: int) -> None:
    nested = "".join(f"every v{at} in supported: " for at in range(depth))
    policy = policy_of("", "", f"{nested}v0 <= v{depth - 1} or requested == requested")
    scope: SmallScope = benchmark(walk, policy)
    assert scope.instances > 0


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("fields", [1, 2])
def test_ranges_in_each_other(benchmark: BenchmarkFixture, depth: int, fields: int) -> None:
    nested = "".join(f"every v{at} in 1.0..requested: " for at in range(depth))
    looked = "v0.minor >= 0" if fields == 1 else "v0.minor >= 0 and v0.major >= 0"
    policy = policy_of("", "", f"{nested}v0 <= v{depth - 1} or ({looked})")
    scope: SmallScope = benchmark(walk, policy)
    assert scope.instances > 0


@pytest.mark.parametrize("slices", [1, 2, 4, 8])
def test_one_evaluation_of_a_range_with_slices(benchmark: BenchmarkFixture, slices: int) -> None:
    parts = " and ".join(f"v[{at * 3 + 1}:{at * 3}] == requested[{at * 2 + 2}:{at * 2}]" for at in range(slices))
    policy = policy_of("", "", f"some v in 0.0..requested: {parts} and v.minor < 0")
    evaluator = PolicyEvaluator(policy)
    code = evaluator.formula(policy.invariants[0].statement.formula)

    def evaluate() -> bool | None:
        try:
            return bool(code(evaluator.slots(Instance({"supported": ()}, {"requested": 0x7FFFFFFF}))))
        except TooMany:
            return None

    benchmark(evaluate)
