"""How long each stage takes, and how that grows. Nothing is asserted about time.

python -m pytest tests/benchmarks -m "" --benchmark-enable -n 0
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest
from parley.cli.entry import run
from parley.model.parts import parts_of
from parley.model.smt.policies import Encoding
from parley.model.smt.terms import Terms
from parley.proofs.claims import claims_of, claims_of_session
from parley.proofs.prove import prove
from parley.proofs.session_questions import fails
from parley.proofs.sessions import SessionProver, prove_session
from parley.proofs.verdict import Outcome
from parley.spec.checked import CheckedPolicy
from parley.spec.files import LIBRARY
from parley.spec.load import Loader
from parley.spec.parsing.parser import parse
from parley.spec.program import Program
from parley.spec.source import Source
from pytest_benchmark.fixture import BenchmarkFixture

COMMAND = str(Path(sys.executable).parent / "parley")
RMI = (LIBRARY / "rmi.parley").read_text(encoding="utf-8")
P = ParamSpec("P")
R = TypeVar("R")

SIZES = [1, 2, 4, 8, 16, 32]
KNOWN = [1, 2, 3, 4, 5, 6]
"""How many revisions a host may know."""


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


def session_text(knows: str) -> str:
    """The session of the library's `newest_by_lower` with the specification's policy, for hosts of one bound."""
    return f"""use rmi

host newest_by_lower for RMI_VERSION {{
    knows {knows}
    start request max known
    on status == RMI_SUCCESS => accept requested
    on lower < requested and (some k in known: k <= lower) => request max k in known where k <= lower
    otherwise => give up
}}

session s : newest_by_lower with rmm_1_0 {{
    property as_many: rounds <= {knows.rpartition(" ")[2] if knows != "any" else 9}
    property safe: accepted implies agreed in supported
    property finds_common: (some k in known: k in supported) implies accepted
    property best: accepted implies no k in known: k in supported and k > agreed
}}
"""


def decided(text: str, names: set[str]) -> list[Outcome]:
    """The verdicts on some claims about the session of a text, however they are come by."""
    (session,) = loaded(text).own_sessions
    return list(prove_session(session, [c for c in claims_of_session(session, []) if c.name in names]))


def unrolled(text: str, name: str) -> Outcome:
    """The verdict on one claim by unrolling alone, the completeness threshold included."""
    (session,) = loaded(text).own_sessions
    (claim,) = [c for c in claims_of_session(session, []) if c.name == name]
    prover = SessionProver(session, [claim])
    test = fails(prover.evaluator, claim)
    # `prove_session` tries an induction first, where it takes more than two rounds.
    return prover._unrolled(claim, test, None, prover.thresholds.of_all)  # pyright: ignore[reportPrivateUsage]


LISTED = [1, 4, 8, 9, 16, 32, 64]
"""How many revisions a host may list."""


def list_text(count: int) -> str:
    """A host that lists so many revisions and tries them one by one, with the specification's policy."""
    known = ", ".join(f"1.{minor}" for minor in reversed(range(count)))
    return session_text("any").replace("knows any", f"knows {known}").replace("rounds <= 9", f"rounds <= {count}")


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
    assert once(benchmark, encoded, policy).scope.values["supported"]


def encoded(policy: CheckedPolicy) -> Encoding:
    return Encoding(Terms(), policy, {"supported": 4}, parts_of(policy))


def test_prove(benchmark: BenchmarkFixture) -> None:
    (policy,) = loaded(RMI).own_policies
    assert all(outcome.verdict == "proved" or outcome.as_expected for outcome in once(benchmark, proved, policy))


def test_the_library_in_process(benchmark: BenchmarkFixture, capsys: pytest.CaptureFixture[str]) -> None:
    assert once(benchmark, run, ["check", "rmi", "-q"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.measured
@pytest.mark.parametrize("others", [[], ["--cross-check"]], ids=["alone", "with others"])
def test_the_whole_library(benchmark: BenchmarkFixture, others: list[str]) -> None:
    """What `--cross-check` costs beside the check: at most four times that is wanted."""
    assert once(benchmark, run, ["check", "-q", *others]) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        "--help",
        "explain P201",
        "eval rmi --supported 1.0 --requested 1.0",
        "eval kernel_thread:retry --supported 1.0,2.0",
        "matrix --rmm tf_rmm=2.0 --rmm rmm_1_0=1.0,2.0 --host linux_kvm_v4 --host newest_by_lower=1.0,1.1",
        "check rmi",
        "check kernel_thread",
    ],
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


@pytest.mark.parametrize("count", KNOWN)
@pytest.mark.parametrize("name", ["as_many", "safe", "finds_common", "best", "terminates"])
def test_growth_with_the_rounds_that_are_unrolled(benchmark: BenchmarkFixture, name: str, count: int) -> None:
    outcome = once(benchmark, unrolled, session_text(f"any up to {count}"), name)
    assert (outcome.verdict, outcome.rounds) == ("proved", count), outcome.reason


@pytest.mark.parametrize("count", LISTED)
def test_growth_with_the_list_of_a_host(benchmark: BenchmarkFixture, count: int) -> None:
    names = {"as_many", "safe", "finds_common", "best", "terminates", "defined", "requests_known"}
    made = once(benchmark, decided, list_text(count), names)
    assert {outcome.verdict for outcome in made} == {"proved"}


@pytest.mark.parametrize("knows", [*(f"any up to {count}" for count in (*KNOWN, 12, 64)), "any"])
def test_the_same_as_it_is_checked(benchmark: BenchmarkFixture, knows: str) -> None:
    names = {"safe", "finds_common", "best", "terminates"}
    outcomes = once(benchmark, decided, session_text(knows), names)
    assert [outcome.verdict for outcome in outcomes] == ["proved"] * len(names)
    assert knows != "any" or all(outcome.by_induction for outcome in outcomes)
