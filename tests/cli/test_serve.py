"""`parley serve` at the command line: as a filter, with a log, as a mutant, on a socket, and how it ends."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from running import COMMAND, POLICY, Done, Parley, process

REQUESTS = b'{"id": 1, "x1": "0x10000"}\nhello\n{"id": 2, "requested": "1.1"}\n'
REPLIES = [
    {"id": 1, "x0": "0x0", "x1": "0x10000"},
    {"error": "this is no JSON; write one object a line, and what is for people to standard error"},
    {"id": 2, "x0": "0x1", "x1": "0x20000"},
]
SERVE = ["serve", "good.parley", "--supported", "1.0,2.0"]
LOG = "SMC_I                             10000 > OK 10000\nSMC_I                             10001 > BAD 20000\n"


@pytest.fixture
def served(good: Path, parley: Parley, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """Runs the command in this process, with requests for its input."""

    def run(*arguments: str, given: bytes = REQUESTS) -> Done:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given)))
        return parley(*arguments)

    return run


def replies(done: Done) -> list[dict[str, str]]:
    return [json.loads(line) for line in done.out.splitlines()]


def test_a_request_a_line_is_answered_a_line(good: Path, served: Callable[..., Done]) -> None:
    done = process(SERVE, good.parent, REQUESTS)
    assert (done.code, done.err, replies(done)) == (0, "", REPLIES)
    assert served(*SERVE) == done
    assert replies(served(*SERVE, given=b"")) == []


def test_an_input_that_is_closed_has_no_lines(good: Path, parley: Parley, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert parley(*SERVE) == Done(0, "", "")


@pytest.mark.parametrize("log", [["--log"], ["--log", "--supported", "1.0,2.0"]])
def test_calls_are_logged_to_standard_error(served: Callable[..., Done], log: list[str]) -> None:
    arguments = [*SERVE[:2], *log] if len(log) > 1 else [*SERVE, *log]
    assert served(*arguments).err == LOG


def test_calls_are_logged_to_a_file_that_is_nothing_else(good: Path, served: Callable[..., Done]) -> None:
    served(*SERVE, "--log=rmm.log")
    path = good.parent / "rmm.log"
    assert path.read_text(encoding="utf-8") == LOG
    # What is wrong is told before the file is begun anew.
    for wrong in (["--mutant", "m9999"], ["--suported", "1.0"]):
        assert served(*SERVE, "--log=rmm.log", *wrong).code == 2
    assert path.read_text(encoding="utf-8") == LOG
    before = good.read_bytes()
    done = served(*SERVE, "--log=good.parley")
    assert (done.code, done.err.partition(":")[0]) == (2, "error P506")
    assert good.read_bytes() == before
    assert served(*SERVE, "--log=no/such/rmm.log").err.startswith("error P506: ")


def test_a_mutant_is_served_by_its_name(served: Callable[..., Done]) -> None:
    listed = served("serve", "good.parley", "--list-mutants").out.splitlines()
    name = next(line.split()[0] for line in listed if line.endswith("case known: status = BAD"))
    done = served(*SERVE, "--mutant", name)
    assert [reply.get("x0") for reply in replies(done)] == ["0x1", None, "0x1"]
    assert listed[0].split()[0] == "m1"
    assert len(listed) > 30


@pytest.mark.parametrize(
    ("arguments", "code", "help_"),
    [
        (["serve", "good.parley", "--mutant", "m9999"], "P504", "--list-mutants says what each gets wrong"),
        (["serve", "good.parley", "--mutant", ""], "P504", "there are m1 to m"),
        (["serve", "good.parley", "--suported", "1.0"], "P504", "did you mean --supported?"),
        (["serve", "good.parley", "--supported", "1.x"], "P504", "for example"),
        (["serve", "no.parley"], "P106", ""),
        (["serve", "good.parley", "--socket", "good.parley"], "P512", "choose another path"),
    ],
)
def test_wrong_uses(good: Path, parley: Parley, arguments: list[str], code: str, help_: str) -> None:
    done = parley(*arguments)
    assert (done.code, done.out, done.err.partition(":")[0]) == (2, "", f"error {code}")
    assert help_ in done.err


@pytest.mark.slow
def test_the_solver_is_not_loaded(good: Path) -> None:
    script = "import sys; from parley.cli.entry import run; run(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    python = Path(COMMAND).parent / "python"
    done = subprocess.run(
        [python, "-c", script, *SERVE], cwd=good.parent, input=REQUESTS, capture_output=True, timeout=60, check=True
    )
    assert b"parley.serving" in done.stderr
    assert b"z3" not in done.stderr.split()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow)]
)
def test_a_socket_is_served_until_it_is_interrupted(good: Path, number: signal.Signals, code: int) -> None:
    path = good.parent / "rmm.sock"
    served = subprocess.Popen(
        [COMMAND, *SERVE, "--socket", "rmm.sock"], cwd=good.parent, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    assert served.stderr is not None
    try:
        assert served.stderr.readline() == b"serving p on rmm.sock\n"
        with socket.socket(socket.AF_UNIX) as one:
            one.connect(str(path))
            one.sendall(REQUESTS)
            with one.makefile("rb") as lines:
                assert [json.loads(lines.readline()) for _ in range(3)] == REPLIES
        sent = time.monotonic()
        served.send_signal(number)
        assert served.wait(10) == code
        assert time.monotonic() - sent < 2
        assert served.stderr.read().decode() == ("interrupted\n" if code == 130 else "")
        assert not path.exists()
    finally:
        served.kill()
        served.stderr.close()
        served.wait()


@pytest.mark.slow
def test_an_interruption_of_a_filter_ends_it(good: Path) -> None:
    served = subprocess.Popen(
        [COMMAND, *SERVE], cwd=good.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert served.stdin is not None
    assert served.stdout is not None
    served.stdin.write(REQUESTS)
    served.stdin.flush()
    assert json.loads(served.stdout.readline()) == REPLIES[0]
    served.send_signal(signal.SIGINT)
    assert served.communicate(timeout=10)[1] == b"interrupted\n"
    assert served.returncode == 130


@pytest.mark.slow
def test_a_reader_that_goes_is_no_error(good: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [COMMAND, *SERVE],
        cwd=good.parent,
        input=REQUESTS * 2000,
        stdout=writer,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.slow
def test_a_served_policy_conforms_and_its_mutants_do_not(good: Path, parley: Parley) -> None:
    assert parley("conform", "good.parley", "--", COMMAND, "serve", "good.parley").code == 0
    for name in ("m3", "m20", "m40"):
        assert parley("conform", "good.parley", "--", COMMAND, "serve", "good.parley", "--mutant", name).code == 1


@pytest.mark.slow
def test_the_shell_completes_policies_and_mutants(good: Path) -> None:
    def completed(line: str) -> list[str]:
        words = {"_PARLEY_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
        return process([], good.parent, b"", **words).out.split()

    assert "plain,serve" in completed("parley ser")
    assert "plain,rmm_1_0" in completed("parley serve rmm")
    assert completed("parley serve good.parley --mutant m1")[:2] == ["plain,m1", "plain,m10"]
    assert completed("parley serve nothing.parley --mutant m1") == []


def test_a_policy_that_cannot_be_served_is_told(good: Path, parley: Parley) -> None:
    text = good.read_text(encoding="utf-8").replace(POLICY, "") + (
        "policy p for I {\n    case only otherwise { status = OK lower = requested }\n    define open(a)\n}\n"
    )
    (good.parent / "open.parley").write_text(text, encoding="utf-8")
    done = parley("serve", "open.parley")
    assert done.code == 2
    assert "Traceback" not in done.err
