"""How long suites take: to make, to make smallest, to score. No test asserts a time.

pytest --benchmark-only tests/benchmarks/test_vectors_speed.py
"""

from __future__ import annotations

from pathlib import Path

import pytest
from parley.model.oracle import Oracle
from parley.spec.checked import CheckedPolicy
from parley.spec.load import Loader
from parley.spec.source import Source
from parley.vectors.generate import explore
from parley.vectors.minimise import minimise
from parley.vectors.read_suite import read_rows
from parley.vectors.score import score
from pytest_benchmark.fixture import BenchmarkFixture

ROW = "supported,requested,status,lower\n1.0,1.0,RMI_SUCCESS,1.0\n"


def policy(name: str) -> CheckedPolicy:
    program = Loader().load(name)
    assert program is not None
    return program.own_policies[0]


def policy_in(text: str) -> CheckedPolicy:
    loader = Loader()
    program = loader.load_source(Source("t.parley", text), Path("t.parley"))
    assert program is not None, loader.problems
    return program.policies["p"]


@pytest.mark.parametrize("name", ["rmi", "tf_rmm", "rusted_firmware"])
def test_vectors(benchmark: BenchmarkFixture, name: str) -> None:
    benchmark.pedantic(explore, (policy(name),), rounds=2)  # pyright: ignore[reportUnknownMemberType]


def test_a_smallest_suite(benchmark: BenchmarkFixture) -> None:
    found = explore(policy("rmi"))
    benchmark.pedantic(minimise, (found,), rounds=3)  # pyright: ignore[reportUnknownMemberType]


def test_a_score(benchmark: BenchmarkFixture) -> None:
    oracle = Oracle(policy("rmi"))
    rows = read_rows(ROW, oracle, "suite")
    benchmark.pedantic(score, (rows, oracle), rounds=2)  # pyright: ignore[reportUnknownMemberType]


@pytest.mark.parametrize("cases", [1, 4, 16])
def test_growth_with_the_number_of_cases(benchmark: BenchmarkFixture, cases: int) -> None:
    rows = "".join(
        f"case c{at} when requested.minor == {at} {{ status = RMI_SUCCESS lower = requested }}\n" for at in range(cases)
    )
    rest = "case rest otherwise { status = RMI_ERROR_INPUT lower = max supported }"
    grown = policy_in(f"use rmi\npolicy p for RMI_VERSION {{ higher = max supported\n{rows}{rest} }}")
    benchmark.pedantic(explore, (grown,), rounds=1)  # pyright: ignore[reportUnknownMemberType]


@pytest.mark.parametrize("value", ["max supported", "any"])
@pytest.mark.parametrize("outputs", [1, 3, 6])
def test_growth_with_the_number_of_outputs(benchmark: BenchmarkFixture, outputs: int, value: str) -> None:
    declared = "".join(f"output o{at} : revision in x{at}\n" for at in range(outputs))
    assigned = " ".join(f"o{at} = {value}" for at in range(outputs))
    grown = policy_in(f"""interface I {{
        revision {{ reserved[63:31] zero major[30:16] minor[15:0] }}
        config supported : set of revision
        assume some_: supported is not empty
        input requested : revision
        {declared} }}
    policy p for I {{ case only otherwise {{ {assigned} }} }}""")
    benchmark.pedantic(explore, (grown,), rounds=1)  # pyright: ignore[reportUnknownMemberType]
