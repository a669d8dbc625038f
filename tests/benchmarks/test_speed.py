"""How long each stage takes, and how that grows. Nothing is asserted about time.

python -m pytest tests/benchmarks --benchmark-enable
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

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
P = ParamSpec("P")
R = TypeVar("R")

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


def process(command: list[str]) -> int:
    return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode


def once(benchmark: BenchmarkFixture, function: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
    """Time one call."""
    # The fixture carries no types here.
    return benchmark.pedantic(function, arguments, named)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def test_parse(benchmark: BenchmarkFixture) -> None:
    assert len(once(benchmark, parse, Source("rmi.parley", RMI))) > 0


def test_check_of_types(benchmark: BenchmarkFixture) -> None:
    assert once(benchmark, loaded, RMI).own_policies


def test_encode(benchmark: BenchmarkFixture) -> None:
    (policy,) = loaded(RMI).own_policies
    assert once(benchmark, Encoding, policy, {"supported": 4}).present["supported"]


def test_prove(benchmark: BenchmarkFixture) -> None:
    (policy,) = loaded(RMI).own_policies
    assert {outcome.verdict for outcome in once(benchmark, proved, policy)} == {"proved"}


def test_the_library_in_process(benchmark: BenchmarkFixture, capsys: pytest.CaptureFixture[str]) -> None:
    assert once(benchmark, run, ["check", "rmi", "-q"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "arguments", ["--help", "explain P201", "eval rmi --supported 1.0 --requested 1.0", "check rmi"]
)
def test_the_whole_process(benchmark: BenchmarkFixture, arguments: str) -> None:
    assert once(benchmark, process, [COMMAND, *arguments.split()]) == 0


@pytest.mark.parametrize("count", SIZES)
def test_growth_with_claims(benchmark: BenchmarkFixture, count: int) -> None:
    claims = [f"requested.minor == {number} implies lower in supported" for number in range(count)]
    (policy,) = loaded(policy_text(claims, ["requested in supported"])).own_policies
    outcomes = once(benchmark, proved, policy, "i")
    assert [outcome.verdict for outcome in outcomes] == ["proved"] * count


@pytest.mark.parametrize("count", SIZES)
def test_growth_with_cases(benchmark: BenchmarkFixture, count: int) -> None:
    guards = [f"requested == 1.{number} and 1.{number} in supported" for number in range(count)]
    (policy,) = loaded(policy_text(["lower in supported"], guards)).own_policies
    outcomes = once(benchmark, proved, policy)
    assert {outcome.verdict for outcome in outcomes} == {"proved"}


@pytest.mark.parametrize("count", SIZES)
def test_growth_with_the_cutoff(benchmark: BenchmarkFixture, count: int) -> None:
    members = " and ".join(["true", *(f"1.{number} in supported" for number in range(1, count))])
    (policy,) = loaded(policy_text([f"{members} implies lower in supported"], [])).own_policies
    (outcome,) = once(benchmark, proved, policy, "i0")
    assert outcome.verdict == "proved", outcome.reason
    assert outcome.cutoff == {"supported": count}
