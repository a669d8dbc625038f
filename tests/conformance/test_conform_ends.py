"""Programs that answer every request: what they say beside that, behind it, and how they end counts as well."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import pytest
from parley.conformance.conform import Conformance, Replies, RequestCheck, RequestOutcome
from parley.conformance.run import Implementation, Limits
from parley.model.instance import Instance
from parley.spec.load import Loader

ADAPTERS = Path(__file__).parents[1] / "adapters"
ENDINGS = [sys.executable, str(ADAPTERS / "endings.py")]
HERE = 5
PATIENT = Limits(reply=60, end=60)


@cache
def conformance(strict: bool = False) -> Conformance:
    program = Loader().load("rmi")
    assert program is not None
    return Conformance(program.policies["rmm_1_0"], strict=strict)


@cache
def checks() -> list[RequestCheck]:
    return conformance().checks(
        Instance({"supported": (0x10000, 0x10002)}, {"requested": 0x10000 + at}) for at in range(20)
    )


def run(*arguments: str, limits: Limits = PATIENT, strict: bool = False) -> tuple[list[RequestOutcome], Implementation]:
    judge = conformance(strict)
    with Implementation([*ENDINGS, *arguments], limits, judge.registers) as program:
        answers = judge.ask_again(program, checks(), whole=True, last=True)
    return judged(judge, answers), program


def judged(judge: Conformance, answers: Replies) -> list[RequestOutcome]:
    made = [judge.judge(check, answer) for check, answer in zip(checks(), answers.first, strict=True)]
    for at, second in answers.second.items():
        made[at] = judge.judge_again(made[at], answers.first[at], second)
    return made


def bad(outcomes: list[RequestOutcome]) -> dict[int, RequestOutcome]:
    return {o.check.number: o for o in outcomes if o.problem is not None}


@pytest.mark.parametrize("mode", ["buffered", "no_newline", "loud", "says_goodbye", "comment", "x3", "x17"])
def test_what_does_no_harm(mode: str) -> None:
    outcomes, program = run(mode)
    assert (bad(outcomes), program.troubles, program.starts) == ({}, [], 1)


def test_what_is_said_behind_the_last_answer_counts() -> None:
    """Each request is answered twice, whenever the second answers come."""
    outcomes, _ = run("late")
    assert {o.problem for o in outcomes} == {"repeated"}


def test_it_is_read_until_the_program_ends() -> None:
    outcomes, _ = run("late_one")
    assert {number: o.problem for number, o in bad(outcomes).items()} == {1: "repeated"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mode", "kind", "text"),
    [
        ("exit_code", "crash", "it ended with exit code 3 after its last reply"),
        ("signal", "crash", "it was killed by signal SIGSEGV after its last reply"),
        ("never", "timeout", "it did not end within 0.2 s after its input had; end it when that ends"),
        ("closes", "timeout", "it did not end within 0.2 s after its input had; end it when that ends"),
        (
            "held",
            "timeout",
            "it ended with exit code 0, and something that it started still held its output after 3 s",
        ),
        ("flood", "flood", "more than 4194304 bytes of output that are no replies"),
    ],
)
def test_an_end_that_is_none_is_a_trouble(mode: str, kind: str, text: str) -> None:
    limits = Limits(reply=60, end=60 if kind != "timeout" else 3 if mode == "held" else 0.2)
    outcomes, program = run(mode, limits=limits)
    assert bad(outcomes) == {}
    assert [fault.kind for fault in program.troubles] == [kind]
    # What is held by another is told from what does not end by whether it ended in time.
    assert program.troubles[0].text == text or mode == "held"
    assert program.troubles[0].stderr == (("last words",) if mode == "exit_code" else ())


@pytest.mark.parametrize(
    ("mode", "kind", "text"),
    [
        ("crash_once", "crash", "it was killed by signal SIGSEGV before it answered"),
        ("exit_once", "exit", "it ended with exit code 0 before it answered"),
        ("nameless_once", "garbage", "this reply has no `id`; copy that of its request into it: "),
    ],
)
def test_what_does_not_come_again_is_a_trouble(mode: str, kind: str, text: str, tmp_path: Path) -> None:
    outcomes, program = run(mode, str(tmp_path / "flag"), limits=PATIENT)
    assert (bad(outcomes), program.starts) == ({}, 2)
    (fault,) = program.troubles
    assert fault.kind == kind
    assert fault.text.startswith(text)
    assert fault.text.endswith("; no request that was asked brings it about again")
    assert fault.stderr == (("once",) if mode == "crash_once" else ())


@pytest.mark.parametrize(
    ("mode", "text"),
    [
        ("unknown_too", 'nothing with this id was asked: `{"id": 4096, '),
        ("text_too", 'nothing with this id was asked: `{"id": "5", '),
        ("nameless_too", "this reply has no `id`; copy that of its request into it: "),
    ],
)
def test_a_reply_to_nothing_is_a_trouble_where_all_is_answered(mode: str, text: str) -> None:
    """Also where it comes while others are on their way; then nothing was wrong when each was asked by itself."""
    outcomes, program = run(mode)
    said = [o.text for o in bad(outcomes).values()] + [fault.text for fault in program.troubles]
    assert any(one.startswith(text) for one in said)


def test_replies_without_id_are_told_how_to_have_one() -> None:
    """At once: nothing is waited for."""
    outcomes, program = run("nameless")
    assert {o.problem for o in outcomes} == {"garbage"}
    assert {o.text.partition(":")[0] for o in outcomes} == {"this reply has no `id`; copy that of its request into it"}
    assert program.starts == 2


def test_replies_without_id_are_told_where_nothing_can_be_started_again() -> None:
    _, program = run("nameless", limits=Limits(reply=60, restarts=0, end=60))
    assert program.troubles[0].text.startswith("this reply has no `id`; copy that of its request into it: ")


def test_a_key_twice_is_an_error() -> None:
    outcomes, _ = run("key_twice")
    assert {n: (o.problem, o.text.partition(":")[0]) for n, o in bad(outcomes).items()} == {
        HERE: ("garbage", "this reply has `x0` twice")
    }
    outcomes, _ = run("id_twice")
    assert {n: (o.problem, o.text.partition(":")[0]) for n, o in bad(outcomes).items()} == {
        HERE: ("garbage", "this reply has `id` twice")
    }


@pytest.mark.parametrize(
    ("mode", "problem", "text"),
    [
        ("true", "no word", "x0 is true, which is no 64-bit word"),
        ("fullwidth", "no word", 'x2 is "0x１", which is no 64-bit word'),
        ("capital", "missing register", "no x1; the reply has `X1`, write it as `x1`"),
        ("named", "missing register", "no x1; the reply has `lower`, write it as `x1`"),
    ],
)
def test_a_register_that_is_none_is_told(mode: str, problem: str, text: str) -> None:
    outcomes, _ = run(mode)
    assert {(o.problem, o.text) for o in outcomes} == {(problem, text)}


# ---- registers that are no outputs, and the same request twice ------------------------------------------


@pytest.mark.parametrize(("mode", "shown"), [("x3_zero", "0x0"), ("x3", "0x7"), ("x3_true", "true")])
def test_registers_that_are_no_outputs_are_zero_where_that_is_asked_for(mode: str, shown: str) -> None:
    assert {tuple(o.others.items()) for o in run(mode)[0]} == {(("x3", shown),)}
    problems = {(o.problem, o.text) for o in run(mode, strict=True)[0]}
    if mode == "x3_zero":
        assert problems == {(None, "")}
    else:
        assert problems == {("not zero", f"x3 is {shown}; it is no output of RMI_VERSION and must be 0")}


def test_registers_that_no_command_clears_may_be_anything() -> None:
    assert bad(run("x17", strict=True)[0]) == {}


def test_the_same_request_is_answered_the_same() -> None:
    outcomes, _ = run("counts")
    found = [o for o in outcomes if o.problem == "not deterministic"]
    assert found
    assert all(o.differs == ("higher",) for o in found)
    assert all(o.text.startswith("asked again, it answers x2 = 0x1000") for o in found)


def test_a_share_of_the_requests_is_asked_again() -> None:
    judge = conformance()
    with Implementation([*ENDINGS, "buffered"], PATIENT, judge.registers) as program:
        answers = judge.ask_again(program, checks(), whole=True, last=True)
    cases = {checks()[at].expect.case for at in answers.second if checks()[at].expect is not None}  # pyright: ignore[reportOptionalMemberAccess]
    assert cases == {check.expect.case for check in checks() if check.expect is not None}
    assert 0 < answers.repeated == len(answers.second) < len(checks()) // 2


def test_more_requests_than_are_sent_ahead_may_be_answered_at_the_end() -> None:
    many = [checks()[at % 20] for at in range(3000)]
    with Implementation([*ENDINGS, "buffered"], PATIENT, conformance().registers) as program:
        answers = conformance().ask(program, many, whole=True)
    assert all(conformance().judge(c, a).problem is None for c, a in zip(many, answers, strict=True))


def test_limits_may_be_as_long_as_they_like() -> None:
    outcomes, program = run("buffered", limits=Limits(reply=1e300, total=1e300, end=1e300))
    assert (bad(outcomes), program.troubles) == ({}, [])


# ---- interruption ---------------------------------------------------------------------------------------

COMMAND = str(Path(sys.executable).parent / "parley")
HANGS = """
import os, subprocess, sys, time
child = subprocess.Popen(["sleep", "600"], process_group=0)
open(sys.argv[1] + ".new", "w").write(f"{os.getpid()} {child.pid}")
os.rename(sys.argv[1] + ".new", sys.argv[1])
time.sleep(600)
"""


@pytest.mark.parametrize("discover", [False, True])
def test_ctrl_c_ends_all_that_was_started(tmp_path: Path, discover: bool) -> None:
    """A child in a process group of its own included."""
    pids = tmp_path / "pids"
    suite = tmp_path / "suite.csv"
    suite.write_text("supported,requested,status\n1.0,1.0,RMI_SUCCESS\n", encoding="utf-8")
    how = ["--discover"] if discover else ["--supported", "1.0"]
    command = [COMMAND, "conform", "rmi", *how, "--suite", str(suite), "--timeout", "600", "--", sys.executable, "-c"]
    with subprocess.Popen([*command, HANGS, str(pids)], stderr=subprocess.PIPE, stdout=subprocess.PIPE) as parley:
        while not pids.exists() and parley.poll() is None:
            time.sleep(0.01)
        parley.send_signal(signal.SIGINT)
        out, err = parley.communicate(timeout=60)
    assert (parley.returncode, out, err) == (130, b"", b"interrupted\n")
    await_end(pids)


@pytest.mark.slow
def test_ctrl_c_ends_a_host_and_all_that_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    command = [COMMAND, "conform", "retry", "--timeout", "600", "--", sys.executable, "-c", HANGS, str(pids)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as parley:
        while not pids.exists() and parley.poll() is None:
            time.sleep(0.01)
        parley.send_signal(signal.SIGINT)
        out, err = parley.communicate(timeout=60)
    assert (parley.returncode, out, err) == (130, b"", b"interrupted\n")
    await_end(pids)


SOLVES = """
import sys, time
from pathlib import Path
from parley.conformance.process import Process, stop_children
process = Process(sys.argv[1:])
while not Path(sys.argv[-1]).exists():
    time.sleep(0.01)
stop_children()
"""


def test_a_process_that_ends_at_once_leaves_nothing_running(tmp_path: Path) -> None:
    """As where Ctrl-C comes while the solver is at work."""
    pids = tmp_path / "pids"
    command = [sys.executable, "-c", SOLVES, sys.executable, "-c", HANGS, str(pids)]
    subprocess.run(command, check=True, timeout=60, stderr=subprocess.DEVNULL)
    await_end(pids)


def await_end(pids: Path) -> None:
    """Return when none of these processes runs: one that is killed takes its time."""
    ends = time.monotonic() + 60
    while any(alive(int(pid)) for pid in pids.read_text(encoding="utf-8").split()):
        assert time.monotonic() < ends
        time.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether a process runs; one that is killed may not be reaped yet."""
    try:
        return b") Z " not in Path(f"/proc/{pid}/stat").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
