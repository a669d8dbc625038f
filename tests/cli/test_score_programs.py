"""`parley score POLICY -- COMMAND` at the command line."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import jsonschema
import pytest
from running import COMMAND, Parley, process

SHIPPED = Path(__file__).parent.parent.parent / "cli" / "schemas"
ASKS = 'read start; echo \'{"id": 1, "x1": "0x10000"}\'; read reply; '
ONE = ASKS + 'case "$reply" in *\'"x0":"0x0"\'*) exit 0;; esac; echo wrong >&2; exit 3'
"""A suite of one request, which must succeed."""

SCORE = ("score", "good.parley", "--supported", "1.0", "--", "sh", "-c")


@pytest.fixture(autouse=True)
def in_folder(good: Path) -> Path:
    return good.parent


def test_a_score_as_text(parley: Parley) -> None:
    done = parley(*SCORE, ONE)
    lines = done.out.splitlines()
    assert (done.code, done.err) == (1, "")
    assert lines[0].startswith("program          sh -c 'read start; ")
    assert lines[1].endswith("in 1 configuration; passes p")
    assert lines[2].startswith("fails            against ")
    assert lines[2].endswith(" mutants: it ended with exit code 3")
    assert lines[3] == "rows             1"
    assert "cases            1 of 2" in lines
    assert "survives         case known: lower = max supported" in lines
    assert any(line.startswith("only killer      request 1: ") for line in lines)
    assert any(line.startswith("add              supported ") for line in lines)


def test_a_program_that_is_not_steady_has_no_figures(parley: Parley) -> None:
    done = parley(*SCORE, 'read start; echo >> runs; test "$(wc -l < runs)" -ne 2')
    assert done.code == 1
    assert "no figures       it does not do the same where it is answered the same\n" in done.out
    assert "                 it ended with exit code 1\n" in done.out
    assert "mutants" not in done.out
    assert "so that it has no figures" in done.err


def test_what_a_program_asked_last_before_it_failed_is_shown(parley: Parley) -> None:
    asks = "echo oops; read reply; for at in 1 2 3 4; do echo '{\"x1\": \"0x1000'$at'\"}'; read reply; done; exit 1"
    many = [option for minor in range(5) for option in ("--supported", f"1.{minor}")]
    done = parley("score", "good.parley", *many, "--", "sh", "-c", f"read start; {asks}")
    assert done.code == 1
    assert done.out.splitlines()[:14] == [
        "✗ the program fails against p itself",
        "    supported        1.0 ●",
        "                     1 request before",
        *(f"    asked            x1=0x1000{at} → x0=0x1 x1=0x10000" for at in (1, 2, 3, 4)),
        "    then             it ended with exit code 1",
        "    also             supported 1.1",
        "                     supported 1.2",
        "                     supported 1.3",
        "                     and 1 more (--format json has all)",
        "                     it passes in no configuration",
        "",
    ]
    assert "runs             12, in 5 configurations; passes p in 0\n" in done.out
    assert "5 lines of it got no answer; the first: it asked `oops`, and was answered this is no JSON" in done.err


@pytest.mark.slow
def test_a_score_is_the_same_to_the_byte_and_where_quiet_only_what_is_missing(parley: Parley) -> None:
    assert parley(*SCORE, ONE).out == parley(*SCORE, ONE).out
    quiet = parley(SCORE[0], SCORE[1], "-q", *SCORE[2:], ONE).out
    assert quiet.splitlines()[0].startswith("untouched")


@pytest.mark.slow
def test_a_score_as_json(parley: Parley) -> None:
    done = parley(SCORE[0], SCORE[1], "--format", "json", *SCORE[2:], ONE)
    made = json.loads(done.out)
    jsonschema.validate(made, json.loads((SHIPPED / "parley.score-1.json").read_text(encoding="utf-8")))
    assert (made["rows"], made["cases"], made["contradictions"]) == (1, [1, 2], [])
    program = made["program"]
    assert program["command"] == ["sh", "-c", ONE]
    assert program["configurations"] == [{"supported": ["1.0"]}]
    assert len(program["caught"]) == made["mutants"]["killed"] > 0
    assert {one["ended"] for one in program["caught"].values()} == {"it ended with exit code 3"}
    assert (program["failures"], program["untried"], program["steady"]) == ([], [], True)


@pytest.mark.slow
def test_a_suite_that_is_wrong_itself_is_told_first(parley: Parley) -> None:
    arguments = ["score", "good.parley", "--supported", "1.1", "--supported=1.0", "--supported", "2.0,2.1"]
    done = parley(*arguments, "--", "sh", "-c", ONE)
    assert done.code == 1
    assert done.out.splitlines()[:8] == [
        "✗ the program fails against p itself",
        "    supported        1.1 ●",
        "    asked            x1=0x10000 → x0=0x1 x1=0x10001",
        "    then             it ended with exit code 3",
        "    standard error   wrong",
        "    also             supported 2.0, 2.1",
        "    help             a suite for one build is scored with that: --supported 1.0",
        "",
    ]
    assert "passes p in 1\n" in done.out
    made = json.loads(parley(*arguments, "--format", "json", "--", "sh", "-c", ONE).out)
    assert [one["row"] for one in made["contradictions"]] == ["supported 1.1", "supported 2.0, 2.1"]
    (failure, _) = made["program"]["failures"]
    assert failure["config"] == {"supported": ["1.1"]}
    assert failure["asked"] == [{"request": {"x1": "0x10000"}, "reply": {"x0": "0x1", "x1": "0x10001"}}]
    assert (failure["ended"], failure["stderr"]) == ("it ended with exit code 3", ["wrong"])


@pytest.mark.slow
def test_a_suite_that_passes_whatever_it_gets_is_told_so(parley: Parley) -> None:
    done = parley(*SCORE, ASKS)
    assert done.code == 1
    assert "worth nothing    it passes whatever it is answered: it fails against none of " in done.out
    assert "mutants          0 killed" in done.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["score", "good.parley"], "Missing argument 'SUITE', or a program behind two dashes"),
        (["score", "good.parley", "--"], "Missing argument 'SUITE', or a program behind two dashes"),
        (["score", "good.parley", "a.csv", "b.csv"], "Got unexpected extra argument (b.csv)"),
        (["score", "good.parley", "python3", "suite.py"], "goes behind two dashes: -- python3 suite.py"),
        (["score", "good.parley", "a.csv", "--", "true"], "a suite, `a.csv`, and a program are given"),
        (["score", "good.parley", "--suported", "1.0", "--", "true"], "`--suported` is no option here"),
        (["score", "good.parley", "--supported", "--", "true"], "--supported has no value"),
        (["score", "good.parley", "--supported", "", "--", "true"], "rule out supported nothing"),
        (["score", "good.parley", "--supported", "1.0", "--", "/nowhere/suite"], "cannot be started"),
        (["score", "good.parley", "--timeout", "0", "--", "true"], "--timeout"),
        (
            ["score", "good.parley", "--time-limit", "inf", "--", "true"],
            "--time-limit inf: that is no number of seconds",
        ),
    ],
)
def test_wrong_uses(parley: Parley, arguments: list[str], message: str) -> None:
    done = parley(*arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_it_ends_soon_when_it_is_interrupted_and_nothing_is_left_running(in_folder: Path) -> None:
    script = 'echo $$ > "pid.$$"; read start; sleep 60 & echo $! > "pid.$!"; wait'
    scoring = subprocess.Popen([COMMAND, *SCORE, script], cwd=in_folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    ends = time.monotonic() + 30
    while len([*in_folder.glob("pid.*")]) < 2 and time.monotonic() < ends:
        time.sleep(0.02)
    time.sleep(0.1)
    sent = time.monotonic()
    scoring.send_signal(signal.SIGINT)
    assert scoring.communicate(timeout=10) == (b"", b"interrupted\n")
    assert scoring.returncode == 130
    assert time.monotonic() - sent < 3
    pids = [int(path.read_text("utf-8")) for path in in_folder.glob("pid.*")]
    assert pids
    assert not any(alive(pid) for pid in pids)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
def test_the_command_may_have_options_of_its_own(in_folder: Path) -> None:
    done = process(
        ["score", "good.parley", "--", "sh", "-c", 'read start; test "$0" = --format', "--format"], in_folder
    )
    assert "passes p\n" in done.out
