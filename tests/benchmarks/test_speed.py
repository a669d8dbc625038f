"""How long each stage takes, and how that grows. Nothing is asserted about time.

python -m pytest tests/benchmarks --benchmark-enable
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from parley.cli.entry import run
from parley.model.encode_policy import Encoding
from parley.proofs.claims import claims_of
from parley.proofs.prove import prove
from parley.proofs.verdict import Outcome
from parley.spec.checked import CheckedPolicy, Program
from parley.spec.load import LIBRARY, Loader
from parley.spec.parser import parse
from parley.spec.source import Source
from pytest_benchmark.fixture import BenchmarkFixture

COMMAND = str(Path(sys.executable).parent / "parley")
RMI = (LIBRARY / "rmi.parley").read_text(encoding="utf-8")
SIZES = [1, 2, 4, 8, 16, 32]


def policy_text(invariants: list[str], guards: list[str]) -> str:
    """A policy with these invariants, and a case for each guard before the last."""
    claims = "".join(f"    invariant i{number}: {formula}\n" for number, formula in enumerate(invariants))
    cases = "".join(
        f"    case c{number} when {guard} {{\n        lower = max supported\n    }}\n"
        for number, guard in enumerate(guards)
    )
    return f"""interface I {{
    revision {{ reserved[63:31] zero   major[30:16]   minor[15:0] }}
    config supported : set of revision
    assume configured: supported is not empty
    input  requested : revision in x1
    output lower     : revision in x1
{claims}}}

policy p for I {{
{cases}    case rest otherwise {{
        lower = min supported
    }}
}}
"""


def loaded(text: str) -> Program:
    loader = Loader()
    program = loader.load_source(Source("generated.parley", text), Path("generated.parley"))
    assert program is not None, loader.problems
    return program


def proved(policy: CheckedPolicy, names: str = "") -> list[Outcome]:
    return list(prove(policy, [c for c in claims_of(policy) if c.name.startswith(names)]))


def several(count: int) -> str:
    """There are that many different supported revisions: a cutoff of so many."""
    inner = "true"
    for number in reversed(range(count)):
        above = f"r{number} > r{number - 1}" if number else "r0 >= 0.0"
        inner = f"(some r{number} in supported: {above} and {inner})"
    return inner


def test_parse(benchmark: BenchmarkFixture) -> None:
    assert benchmark(parse, Source("rmi.parley", RMI))


def test_check_of_types(benchmark: BenchmarkFixture) -> None:
    assert benchmark(loaded, RMI).own_policies


def test_encode(benchmark: BenchmarkFixture) -> None:
    (policy,) = loaded(RMI).own_policies
    assert benchmark(Encoding, policy, {"supported": 4}).present["supported"]


def test_prove(benchmark: BenchmarkFixture) -> None:
    (policy,) = loaded(RMI).own_policies
    assert {outcome.verdict for outcome in benchmark(proved, policy)} == {"proved"}


def test_the_library_in_process(benchmark: BenchmarkFixture, capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmark.pedantic(run, (["check", "rmi", "-q"],)) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "arguments", ["--help", "explain P201", "eval rmi --supported 1.0 --requested 1.0", "check rmi"]
)
def test_the_whole_process(benchmark: BenchmarkFixture, arguments: str) -> None:
    done = benchmark.pedantic(
        subprocess.run, ([COMMAND, *arguments.split()],), {"capture_output": True, "timeout": 60, "check": False}
    )
    assert done.returncode == 0


@pytest.mark.parametrize("count", SIZES)
def test_growth_with_claims(benchmark: BenchmarkFixture, count: int) -> None:
    claims = [f"requested.minor == {number} implies lower in supported" for number in range(count)]
    (policy,) = loaded(policy_text(claims, ["requested in supported"])).own_policies
    outcomes: list[Outcome] = benchmark.pedantic(proved, (policy, "i"))
    assert [outcome.verdict for outcome in outcomes] == ["proved"] * count


@pytest.mark.parametrize("count", SIZES)
def test_growth_with_cases(benchmark: BenchmarkFixture, count: int) -> None:
    guards = [f"requested == 1.{number} and 1.{number} in supported" for number in range(count)]
    (policy,) = loaded(policy_text(["lower in supported"], guards)).own_policies
    outcomes: list[Outcome] = benchmark.pedantic(proved, (policy,))
    assert {outcome.verdict for outcome in outcomes} == {"proved"}


@pytest.mark.parametrize("count", SIZES)
def test_growth_with_the_cutoff(benchmark: BenchmarkFixture, count: int) -> None:
    (policy,) = loaded(policy_text([f"{several(count)} implies lower in supported"], [])).own_policies
    (outcome,) = benchmark.pedantic(proved, (policy, "i0"))
    assert outcome.verdict in ("proved", "undecided")
    assert outcome.cutoff is not None
    assert outcome.cutoff["supported"] >= count
