"""How many requests a second go through `conform`, with a trivial adapter; how fast replies are found to contradict.

python -m pytest tests/benchmarks/test_conform_speed.py -m "" --benchmark-enable -n 0
taskset -c 0 python -m pytest … measures one core.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from parley.conformance.conform import Conformance
from parley.conformance.explain import Contradiction, contradiction
from parley.conformance.replay import Observation
from parley.conformance.run import Implementation, Limits
from parley.model.instance import Value
from parley.model.oracle import Oracle
from parley.spec.checked import CheckedPolicy
from parley.spec.load import Loader
from parley.vectors.boundary_values import BoundaryValues
from pytest_benchmark.fixture import BenchmarkFixture

ADAPTER = Path(__file__).parents[1] / "adapters" / "rmm.c"
REQUESTS = 20_000


@pytest.fixture
def policy() -> CheckedPolicy:
    program = Loader().load("rmi")
    assert program is not None
    return program.policies["rmm_1_0"]


@pytest.mark.skipif(shutil.which("gcc") is None, reason="there is no gcc")
def test_requests_through_a_trivial_adapter(benchmark: BenchmarkFixture, policy: CheckedPolicy, tmp_path: Path) -> None:
    adapter = tmp_path / "adapter"
    subprocess.run(["gcc", "-O2", "-DRULE=conforms", str(ADAPTER), "-o", str(adapter)], check=True, timeout=120)
    conformance = Conformance(policy)
    edges = BoundaryValues(conformance.oracle)
    edges.collect(edges.configurations())
    few = list(edges.marks)
    points = [few[at % len(few)] for at in range(REQUESTS)]

    def whole() -> int:
        checks = conformance.checks(points)
        with Implementation([str(adapter)], Limits()) as program:
            answers = conformance.ask(program, checks, whole=True)
        return sum(conformance.judge(c, a).problem is None for c, a in zip(checks, answers, strict=True))

    assert benchmark(whole) == REQUESTS


@pytest.mark.parametrize(("replies", "revisions"), [(12, 2), (300, 5), (300, 40), (600, 100)])
def test_a_contradiction_among_many_replies(
    benchmark: BenchmarkFixture, policy: CheckedPolicy, replies: int, revisions: int
) -> None:
    oracle = Oracle(policy)
    supported = tuple(0x10000 + 5 * at for at in range(revisions))
    config: dict[str, Value] = {"supported": supported}
    requests: Iterator[dict[str, Value]] = ({"requested": 0x10000 + at * 7 % (6 * revisions)} for at in range(replies))
    seen = [Observation(inputs, oracle.answer(config, inputs).outputs) for inputs in requests]
    seen.append(Observation({"requested": supported[-1]}, {"status": 1}))
    assert isinstance(benchmark(contradiction, policy, seen), Contradiction)
