"""Suites that are programs, scored: as their tables are where they are one row, and as the public ones deserve."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import parley
import pytest
from parley.conformance.fields import key_of, sent
from parley.model.oracle import Oracle
from parley.program_scores import ProgramRuns
from parley.spec.checked import CheckedPolicy
from parley.vectors import generate
from parley.vectors.read_suite import read_rows
from suites import policy_of

PROGRAMS = Path(__file__).parents[1] / "suite_programs"
PYTHON = [sys.executable, "-S"]
TINY = """interface I {
    revision { reserved[63:4] zero major[3:2] minor[1:0] }
    config supported : set of revision
    assume some_: supported is not empty
    input  requested : revision in x1
    output status    : { OK = 0, BAD = 1 } in x0
    output lower     : revision in x1
    output higher    : revision in x2
}
policy p for I {
    higher = max supported
    case malformed when requested.reserved != 0 { status = BAD lower = any ensure lower in supported }
    case known when requested in supported { status = OK lower = requested }
    case unknown otherwise { status = BAD lower = higher }
}
"""
"""A policy for which little is to be explored."""

Scores = parley.ScoreResult


@pytest.fixture(autouse=True)
def explored_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is explored of a policy depends on nothing else, and takes longer than all runs of a program."""
    for module in ("parley.vectors.score", "parley.program_scores"):
        monkeypatch.setattr(f"{module}.explore", explored)


@cache
def explored(policy: CheckedPolicy) -> generate.Exploration:
    return generate.explore(policy)


@cache
def tiny() -> CheckedPolicy:
    return parley.loads(TINY).policies["p"]


@cache
def of_library(target: str) -> CheckedPolicy:
    return policy_of(*target.split(":"))


def scored(policy: CheckedPolicy, *command: str, supported: tuple[str, ...] = (), **limits: float) -> Scores:
    """The score of a program, in some configurations or in all."""
    configurations = [{"supported": one} for one in supported]
    return parley.score(policy, command=command, configurations=configurations, limits=parley.Limits(**limits))  # pyright: ignore[reportArgumentType]


def runs_of(result: Scores) -> ProgramRuns:
    assert result.runs is not None
    return result.runs


def program(name: str, *arguments: str) -> list[str]:
    return [*PYTHON, str(PROGRAMS / f"{name}.py"), *arguments]


def asking(x1: str, wanted: str, otherwise: str = "exit 1", start: str = "read start;") -> str:
    """A script that asks once, and passes where the reply has something in it."""
    request = json.dumps({"id": 1, "x1": x1})
    return f"{start} echo '{request}'; read reply; case \"$reply\" in *'{wanted}'*) exit 0;; esac; {otherwise}"


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the suites that are written in C."""
    made = tmp_path_factory.mktemp("suites")
    for name in ("compliance", "passes"):
        source = PROGRAMS / f"{name}.c"
        subprocess.run(["gcc", "-Wall", "-Wextra", "-Werror", "-o", made / name, source], check=True, timeout=60)
    return made


# ---- a suite of one row --------------------------------------------------------------------------------


def as_program(policy: CheckedPolicy, row: str) -> tuple[list[str], dict[str, str]]:
    """A program that asks and checks what a row of a table does, and the configuration that it is for."""
    interface, oracle = policy.interface, Oracle(policy)
    (read,) = read_rows(row, oracle, "the table")
    request = {key_of(v): sent(interface, v, read.at.inputs[v.name.id]) for v in interface.inputs}
    checked = [v for v in interface.outputs if v.name.id in read.outputs]
    expected = {key_of(v): sent(interface, v, read.outputs[v.name.id]) for v in checked}
    config = dict(zip(row.splitlines()[0].split(","), row.splitlines()[1].split(","), strict=True))
    given = {v.name.id: config[v.name.id].replace(" ", ",") for v in interface.configs}
    if policy is tiny():
        # The shell starts sooner than Python, and the replies of this one are words alone.
        return ["sh", "-c", asking(str(request["x1"]), "'*'".join(f'"{k}":"{v}"' for k, v in expected.items()))], given
    return program("one_row", json.dumps(request), json.dumps(expected)), given


TABLES = [
    ("tiny", "supported,requested,status,lower,higher\n1.0 1.2,1.1,BAD,1.2,1.2\n"),
    ("tiny", "supported,requested,status\n1.0 2.0,0x31,BAD\n"),
    ("rmi:rmm_1_0", "supported,requested,status,lower\n1.0,1.0,RMI_SUCCESS,1.0\n"),
    ("rmi:rmm_1_0", "supported,requested,status,lower,higher\n1.0 1.2,1.1,RMI_ERROR_INPUT,1.0,1.2\n"),
    ("rmi:rmm_1_0", "supported,requested,higher\n1.0 2.0,32767.65535,2.0\n"),
    ("rmi:rmm_1_0", "supported,requested,status\n1.0 2.0,0x80010000,RMI_ERROR_INPUT\n"),
    ("islet:islet_rsi", "supported,requested,status,lower\n1.0,2.0,RSI_ERROR_INPUT,2.0\n"),
    ("ffa:hafnium", "own,requested,version\n1.2,2.0,NOT_SUPPORTED\n"),
    ("psci:smccc", "implemented,own,version\ntrue,1.5,1.5\n"),
]


@pytest.mark.parametrize(
    ("target", "table"),
    [pytest.param(*one, marks=[] if one == TABLES[1] else pytest.mark.slow) for one in TABLES],
    ids=[f"{target} {table.splitlines()[1]}" for target, table in TABLES],
)
def test_a_program_of_one_request_has_the_figures_of_its_table(target: str, table: str, tmp_path: Path) -> None:
    policy = tiny() if target == "tiny" else of_library(target)
    (tmp_path / "table.csv").write_text(table, encoding="utf-8")
    of_table = parley.score(policy, tmp_path / "table.csv")
    command, config = as_program(policy, table)
    of_program = parley.score(policy, command=command, configurations=[config])
    one, other = of_table.scored, of_program.scored
    assert not one.contradictions
    assert not other.contradictions
    assert [len(row.at.inputs) for row in one.rows] == [len(row.at.inputs) for row in other.rows]
    assert (one.cases, one.mcdc, one.boundaries, one.mutants) == (
        other.cases,
        other.mcdc,
        other.boundaries,
        other.mutants,
    )
    assert [mutant.name for mutant in one.survivors] == [mutant.name for mutant in other.survivors]
    assert one.missing == other.missing
    assert [*of_table.only_killers.values()] == [*of_program.only_killers.values()]
    assert of_table.code == of_program.code
    assert one.mutants.killed > 0
    # Most mutants answer as another did, and what answers the same is not asked again.
    assert runs_of(of_program).runs < len(one.survivors) + one.mutants.killed


# ---- the public suites ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_compliance_suite_passes_every_rmm_that_fails(compiled: Path) -> None:
    result = scored(of_library("rmi:rmm_1_0"), str(compiled / "compliance"), supported=("1.0", "1.2", "1.0,2.0"))
    assert (result.code, result.scored.cases, result.scored.mcdc) == (1, (2, 4), (4, 6))
    assert not result.scored.contradictions
    survivors = {mutant.what for mutant in result.scored.survivors}
    # A failure passes, and of `higher` bits 63:31 alone are looked at.
    assert {"higher in x2: always 0", "case older left out", "status in x0: always 0x1"} <= survivors
    assert {"higher in x2: always all ones", "lower in x1: without its minor"} & survivors == {
        "lower in x1: without its minor"
    }
    assert 10 < result.scored.mutants.killed < 40
    assert result.scored.missing


@pytest.mark.slow
def test_a_suite_for_one_build_fails_an_rmm_of_another() -> None:
    command = program("one_row", '{"x1": "0x10000"}', '{"x0": "0x0", "x1": "0x10000"}')
    result = scored(of_library("rmi:rmm_1_0"), *command, supported=("1.0", "1.2", "1.0,2.0"))
    assert result.code == 1
    (one,) = result.scored.contradictions
    assert one.row == "supported 1.2"
    assert "it fails against `rmm_1_0` itself: it ended with exit code 1; it asked x1=0x10000, and was" in one.why
    # The others count all the same.
    assert result.scored.mutants.killed > 30
    assert [refusal.config for refusal in runs_of(result).refusals] == [{"supported": (0x10002,)}]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tf_a_tests", "passes"])
def test_what_passes_whatever_it_is_answered_scores_nothing(name: str, compiled: Path) -> None:
    command = program(name) if name == "tf_a_tests" else [str(compiled / name)]
    result = scored(of_library("rmi:rmm_1_0"), *command, supported=("1.0", "1.0,2.0"))
    assert result.code == 1
    assert result.scored.mutants.killed == 0
    assert result.scored.cases[0] > 0
    assert "passes whatever it is answered" in str(result)


@pytest.mark.slow
def test_the_suite_of_rusted_firmware_sees_what_contradicts_itself() -> None:
    result = scored(of_library("rmi:rmm_1_0"), *program("rusted_firmware"), supported=("0.8", "0.8,1.0", "1.0"))
    survivors = {mutant.what for mutant in result.scored.survivors}
    assert not result.scored.contradictions
    # `lower` above `higher` is seen; a reserved bit in the lower half is not, nor `higher` for `lower`.
    assert "lower and higher exchanged" not in survivors
    assert "case older: lower = max supported" in survivors
    assert result.scored.cases == (2, 4)
    assert 40 < result.scored.mutants.killed < 100


@pytest.mark.slow
def test_a_thorough_suite_kills_all() -> None:
    some = ("1.0,1.2,2.1", "1.0,16384.0", "1.0,32767.65535", "0.0,0.65535,1.0")
    result = scored(of_library("rmi:rmm_1_0"), *program("thorough"), supported=some)
    assert (result.code, result.scored.survivors, result.scored.missing) == (0, [], [])
    assert result.scored.mcdc == (6, 6)
    assert result.scored.boundaries[0] >= 17


# ---- programs that go wrong ----------------------------------------------------------------------------


def test_one_that_asks_nothing_is_told_so() -> None:
    result = scored(tiny(), "true", supported=("1.0",))
    assert (result.scored.rows, result.scored.mutants.killed) == ([], 0)
    # Twice to begin with, and once at the end.
    assert runs_of(result).runs == 3
    assert "it asks nothing: it fails against none of" in str(result)


def test_one_that_fails_against_the_policy_counts_for_nothing() -> None:
    script = 'read start; echo \'{"id": 1, "x1": "0x4"}\'; read reply; echo "not so" >&2; exit 7'
    result = scored(tiny(), "sh", "-c", script, supported=("1.0", "1.0,2.0"))
    assert result.code == 1
    assert [one.row for one in result.scored.contradictions] == ["supported 1.0", "supported 1.0, 2.0"]
    assert (result.scored.cases[0], result.scored.mutants.killed) == (0, 0)
    first = runs_of(result).refusals[0]
    assert (first.ended.text, first.ended.stderr) == ("it ended with exit code 7", ("not so",))
    assert first.asked[0].reply == {"x0": "0x0", "x1": "0x4", "x2": "0x4"}
    # No mutant is asked about: each run, and the first one again, fails twice.
    assert runs_of(result).runs == 6


def test_one_that_wants_more_than_the_policy_says_fails_against_it() -> None:
    """What is left open may be any one of several, and a suite that wants one of them fails an RMM that is right."""
    command = ["sh", "-c", asking("0x10", '"x0":"0x1","x1":"0x4"')]
    assert not scored(tiny(), *command, supported=("1.0",)).scored.contradictions
    # The RMM that answers so is not the only one that is right.
    result = scored(tiny(), *command, supported=("1.0,2.0",))
    assert [one.row for one in result.scored.contradictions] == ["supported 1.0, 2.0"]
    (refusal,) = runs_of(result).refusals
    assert refusal.asked[0].reply["x1"] == "0x8"


def test_lines_that_are_no_requests_are_told_of() -> None:
    script = f"read start; echo 'Running the tests ...'; read reply; echo; {asking('0x4', 'x0', start='')}"
    result = scored(tiny(), "sh", "-c", script, supported=("0x4",))
    assert not result.scored.contradictions
    assert [row.name for row in result.scored.rows] == ["request 2"]
    (warning,) = result.warnings
    assert warning.startswith(
        "1 line of it got no answer; the first: it asked `Running the tests ...`, and was answered"
    )


# The n-th run is told by a file to which each adds a line.
COUNT = "read start; echo >> {}; n=$(wc -l < {}); "


@pytest.mark.parametrize(
    ("does", "differs"),
    [
        ('echo "{\\"x1\\": $n}"; read reply', ("it asks x1=1", "it asks x1=2")),
        # Whatever it is answered, it fails in some runs: the first against a mutant, and none that is a repetition.
        (
            'echo \'{"x1": "0x4"}\'; read reply; test $n -ne 3',
            ("it ended with exit code 1", "it ended with exit code 0"),
        ),
        # It passes the policy no more, when it is asked again at the end.
        (
            'echo "{\\"id\\": 1}"; read reply; test $n -le 2',
            ("it ended with exit code 0", "it ended with exit code 1"),
        ),
    ],
    ids=["asks", "fails", "fails at the end"],
)
def test_one_that_does_something_else_each_time_has_no_figures(
    does: str, differs: tuple[str, str], tmp_path: Path
) -> None:
    script = COUNT.format(*[tmp_path / "runs"] * 2) + does
    result = scored(tiny(), "sh", "-c", script, supported=("1.0",))
    runs = runs_of(result)
    assert (runs.differs, runs.caught, result.code) == (differs, {}, 3)
    assert (result.scored.rows, result.scored.mutants.killed, result.scored.survivors) == ([], 0, [])
    assert any("does not do the same" in warning for warning in result.warnings)
    assert "no figures" in str(result)
    assert "killed" not in str(result)
    # Then it is not run any more.
    assert runs.runs < 40


@pytest.mark.slow
def test_a_failure_is_repeated_and_no_two_runs_go_on_at_once(tmp_path: Path) -> None:
    """A suite that takes a lock, as one that has a socket of its own does, is scored as any other."""
    lock = tmp_path / "lock"
    locked = f"mkdir {lock} || exit 1; trap 'rmdir {lock}' EXIT; "
    one, other = (
        scored(tiny(), "sh", "-c", start + asking("0x4", '"x0":"0x0"'), supported=("1.0",)) for start in ("", locked)
    )
    assert one.scored.mutants.killed > 0
    assert (one.scored, runs_of(one).runs) == (other.scored, runs_of(other).runs)
    assert runs_of(one).steady
    # Each way to fail was seen twice.
    assert runs_of(one).runs > 4


@pytest.mark.slow
def test_a_mutant_without_an_answer_leaves_something_in_the_registers() -> None:
    """A program that only reads what comes is caught by nothing, and told so."""
    script = (
        'read start; for at in 0x0 0x4 0x5 0xf 0x10; do echo \'{"id": 1, "x1": "\'$at\'"}\'; read reply; '
        'case "$reply" in *\'"x0":"0x\'*\'"x1":"0x\'*\'"x2":"0x\'*) ;; *) exit 1;; esac; done'
    )
    result = scored(tiny(), "sh", "-c", script, supported=("1.0,1.2",))
    assert result.scored.mutants.killed == 0
    assert "passes whatever it is answered" in str(result)


@pytest.mark.slow
def test_silence_is_a_failure_and_is_looked_at_again() -> None:
    scripts = asking("0x4", '"x0":"0x0"'), asking("0x4", '"x0":"0x0"', "sleep 60")
    one, other = (scored(tiny(), "sh", "-c", script, supported=("1.0",), reply=1.0) for script in scripts)
    assert one.scored.mutants == other.scored.mutants
    assert {caught.ended.how for caught in runs_of(other).caught.values()} == {"timeout"}


@pytest.mark.slow
def test_without_time_nothing_is_said_of_mutants() -> None:
    script = 'read start; echo \'{"id": 1, "x1": "0x4"}\'; read reply; sleep 0.3'
    result = scored(tiny(), "sh", "-c", script, supported=("1.0",), total=1.2)
    untried = runs_of(result).untried
    assert untried
    assert not {mutant.name for mutant in result.scored.survivors} & {*untried}
    assert any("it was not run" in warning for warning in result.warnings)
    assert result.code in (1, 3)


def test_wrong_uses_are_told(tmp_path: Path) -> None:
    def code_of(
        path: Path | None = None, command: Sequence[str] | None = None, configurations: Sequence[dict[str, str]] = ()
    ) -> str:
        with pytest.raises(parley.Rejected) as caught:
            parley.score(tiny(), path, command=command, configurations=configurations)
        return caught.value.diagnostics[0].code

    assert code_of() == "P505"
    assert code_of(tmp_path / "s.csv", ["true"]) == "P504"
    assert code_of(command=["true"], configurations=[{"supported": ""}]) == "P504"
    assert code_of(command=["true"], configurations=[{"suported": "1.0"}]) == "P504"
    assert code_of(command=["/nowhere/suite"], configurations=[{"supported": "1.0"}]) == "P510"
