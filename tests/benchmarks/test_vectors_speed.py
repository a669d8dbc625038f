"""How long suites take: to make, to make smallest, to score. No test asserts a time.

pytest --benchmark-only tests/benchmarks/test_vectors_speed.py
"""

from __future__ import annotations

import pytest
from parley.spec.checked import CheckedPolicy
from parley.spec.load import Loader
from parley.vectors.generate import explore
from parley.vectors.minimal import minimal
from parley.vectors.oracle import Oracle
from parley.vectors.rows import read_rows
from parley.vectors.score import score
from pytest_benchmark.fixture import BenchmarkFixture

ROW = "supported,requested,status,lower\n1.0,1.0,RMI_SUCCESS,1.0\n"


def policy(name: str) -> CheckedPolicy:
    program = Loader().load(name)
    assert program is not None
    return program.own_policies[0]


@pytest.mark.parametrize("name", ["rmi", "tf_rmm", "rusted_firmware"])
def test_vectors(benchmark: BenchmarkFixture, name: str) -> None:
    benchmark.pedantic(explore, (policy(name),), rounds=2)  # pyright: ignore[reportUnknownMemberType]


def test_a_smallest_suite(benchmark: BenchmarkFixture) -> None:
    found = explore(policy("rmi"))
    benchmark.pedantic(minimal, (found,), rounds=3)  # pyright: ignore[reportUnknownMemberType]


def test_a_score(benchmark: BenchmarkFixture) -> None:
    oracle = Oracle(policy("rmi"))
    rows = read_rows(ROW, oracle, "suite")
    benchmark.pedantic(score, (rows, oracle), rounds=2)  # pyright: ignore[reportUnknownMemberType]
