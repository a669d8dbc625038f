"""Test programs, run once: what they ask and are answered, how they come out, and that nothing waits for ever."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from threading import Event, Timer

import pytest
from parley.conformance.batch import Body
from parley.conformance.suite_program import MOST_REQUESTS, Run, run_program
from parley.spec.diagnostics import Rejected

PROGRAMS = Path(__file__).parents[1] / "suite_programs"
PATIENT, HURRIED = 30.0, 2.0


def run(*command: str, status: int = 0, silence: float = PATIENT, total: float = 60.0) -> Run | None:
    """Run a program against an RMM that answers every request with a status."""

    def answer(request: Body) -> Body:
        return {"x0": hex(status), "x1": request["x1"], "x2": "0x10000"} if "x1" in request else {"error": "no x1"}

    start = {"start": 1, "supported": ["1.0"]}
    return run_program(command, start, answer, silence, time.monotonic() + total, Event())


def misbehaving(how: str, *, status: int = 0, silence: float = PATIENT) -> Run:
    made = run(sys.executable, "-S", str(PROGRAMS / "misbehaving.py"), how, status=status, silence=silence)
    assert made is not None
    return made


def running(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def shell(script: str) -> Run:
    made = run("sh", "-c", script)
    assert made is not None
    return made


def test_a_run_has_what_was_asked_and_answered() -> None:
    made = shell('read start; echo \'{"id": "a", "x1": "0x10000"}\'; read reply; echo "$start$reply" >&2; exit 3')
    assert [(one.request, one.reply) for one in made.asked] == [
        ({"x1": "0x10000"}, {"x0": "0x0", "x1": "0x10000", "x2": "0x10000"})
    ]
    assert (made.ended.how, made.ended.text) == ("failed", "it ended with exit code 3")
    said = '{"start":1,"supported":["1.0"]}{"id":"a","x0":"0x0","x1":"0x10000","x2":"0x10000"}'
    assert made.ended.stderr == (said,)


@pytest.mark.parametrize(
    ("script", "how", "text"),
    [
        ("exit 0", "passed", "it ended with exit code 0"),
        ("exit 1", "failed", "it ended with exit code 1"),
        ("kill -SEGV $$", "crash", "it was killed by signal SIGSEGV"),
        ("echo '{\"pass\": true}'", "passed", "it says that it passes"),
        ("echo '{\"pass\": true}'; exit 1", "failed", "it ended with exit code 1"),
        ("echo '{\"pass\": false}'", "failed", 'it says "pass": false'),
        ('echo \'{"fail": "lower is wrong"}\'', "failed", "it says that it fails: lower is wrong"),
        ("echo '{\"fail\": true}'", "failed", "it says that it fails: true"),
        ('printf \'{"fail": "no line end"}\'', "failed", "it says that it fails: no line end"),
        ('echo \'{"fail": "first"}\'; echo \'{"pass": true}\'', "failed", "it says that it fails: first"),
        # What is no verdict is a request.
        ("echo '{\"fail\": false}'", "passed", "it ended with exit code 0"),
    ],
)
def test_a_program_passes_or_fails_by_its_exit_code_or_its_word(script: str, how: str, text: str) -> None:
    assert (shell(script).ended.how, shell(script).ended.text) == (how, text)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("hello", "this is no JSON; write one object a line, and what is for people to standard error"),
        ("[1]", "this is JSON, and no object; write one object a line"),
        ('{"id": 1, "x1": "0x1", "x1": "0x2"}', "`x1` stands twice"),
        ('{"id": 1, "x2": "0x1"}', "no x1"),
    ],
)
def test_a_line_that_is_no_request_is_answered_with_the_reason(line: str, error: str) -> None:
    made = shell(f"read start; echo '{line}'; read reply; echo \"$reply\" >&2")
    assert [one.reply for one in made.asked] == [{"error": error}]
    assert made.ended.passed
    assert (made.asked[0].request is None) == bool(made.asked[0].said)


def test_all_may_be_asked_before_anything_is_read() -> None:
    made = misbehaving("ahead")
    assert [one.request for one in made.asked] == [{"x1": "0x10000"}, {"x1": "0x10001"}, {"x1": "0x10002"}]
    assert made.ended.passed


def test_a_verdict_need_not_be_waited_for() -> None:
    assert misbehaving("says fail", status=1).ended.text == "it says that it fails: the status is wrong"
    assert misbehaving("says fail", status=0).ended.passed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "kind", "text"),
    [
        ("silent", "timeout", "it neither asked nor ended within 2 s; a request that it does not flush is not seen"),
        (
            "silent with a child",
            "timeout",
            "it neither asked nor ended within 3 s; a request that it does not flush is not seen",
        ),
        ("deaf", "timeout", "it neither asked nor ended within 2 s; it stopped reading its input"),
        ("closes its output", "timeout", "it closed its output, and did not end within 2 s"),
        ("one line", "flood", f"a line of more than {1 << 16} bytes: `{'x' * 120}…`"),
        ("holds its output", "passed", "it ended with exit code 0"),
    ],
)
def test_nothing_waits_for_ever_and_nothing_is_left_running(how: str, kind: str, text: str) -> None:
    started = time.monotonic()
    # What it says of its child comes before that.
    made = misbehaving(how, silence=3.0 if "child" in how else HURRIED)
    assert time.monotonic() - started < 20
    shown = made.ended.text
    # A pipe that nobody reads takes the first line all the same.
    assert (made.ended.how, shown) == (kind, text) or (how == "deaf" and "does not flush" in shown)
    if how == "silent with a child":
        (child,) = made.ended.stderr
        # It is killed with the program, which alone is waited for.
        deadline = time.monotonic() + 10
        while running(int(child)) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not running(int(child))


@pytest.mark.slow
def test_a_program_that_asks_for_ever_is_stopped() -> None:
    made = misbehaving("endless")
    assert (made.ended.how, len(made.asked)) == ("flood", MOST_REQUESTS)


def test_a_crash_is_told_with_its_last_words() -> None:
    made = misbehaving("crash")
    assert (made.ended.how, made.ended.stderr) == ("crash", ("about to crash",))


def test_without_time_there_is_no_run() -> None:
    assert run("sleep", "60", total=0.2) is None
    stop = Event()
    Timer(0.2, stop.set).start()
    assert run_program(["sleep", "60"], {}, lambda request: request, PATIENT, time.monotonic() + 60, stop) is None


def test_a_program_that_cannot_be_started_is_a_fault() -> None:
    with pytest.raises(Rejected) as caught:
        run("/nowhere/suite")
    assert caught.value.diagnostics[0].code == "P510"
