"""Programs that go wrong: each request that suffers is told why, all others are judged, and nothing waits for ever."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from parley.conformance.conform import Conformance, RequestCheck, RequestOutcome
from parley.conformance.run import Implementation, Limits
from parley.model.instance import Instance
from parley.spec.diagnostics import Rejected
from parley.spec.load import Loader

ADAPTERS = Path(__file__).parents[1] / "adapters"
MISBEHAVING = [sys.executable, str(ADAPTERS / "misbehaving.py")]
HERE = 5
"""The request at which most go wrong."""

PATIENT = Limits(reply=60)
HURRIED = Limits(reply=2)


@cache
def conformance() -> Conformance:
    program = Loader().load("rmi")
    assert program is not None
    return Conformance(program.policies["rmm_1_0"])


@cache
def checks() -> list[RequestCheck]:
    return conformance().checks(
        Instance({"supported": (0x10000, 0x10002)}, {"requested": 0x10000 + at}) for at in range(40)
    )


def run(*command: str, limits: Limits = PATIENT) -> tuple[list[RequestOutcome], Implementation]:
    with Implementation(command, limits) as program:
        answers = conformance().ask(program, checks(), whole=True)
    assert len(answers) == len(checks())
    return [conformance().judge(check, answer) for check, answer in zip(checks(), answers, strict=True)], program


def bad(*command: str, limits: Limits = PATIENT) -> dict[int, RequestOutcome]:
    """The requests that went wrong, by their numbers."""
    return {o.check.number: o for o in run(*command, limits=limits)[0] if o.problem is not None}


def only_here(mode: str, limits: Limits = PATIENT) -> RequestOutcome:
    """What became of the one request that went wrong."""
    found = bad(*MISBEHAVING, mode, limits=limits)
    assert list(found) == [HERE]
    return found[HERE]


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["hang", "hang_with_child"])
def test_a_program_that_hangs_is_started_again(mode: str) -> None:
    outcome = only_here(mode, HURRIED)
    assert (outcome.problem, outcome.text) == ("timeout", "no reply within 2 s")


def test_a_crash_is_told_with_its_signal_and_last_words() -> None:
    outcome = only_here("crash")
    assert (outcome.problem, outcome.text) == ("crash", "it was killed by signal SIGSEGV before it answered")
    assert outcome.stderr == ("about to crash",)


def test_a_failure_is_told_with_its_exit_code_and_last_words() -> None:
    outcome = only_here("fail")
    assert (outcome.problem, outcome.text) == ("crash", "it ended with exit code 3 before it answered")
    assert outcome.stderr == ("first", "last words")


def test_an_early_exit_is_told() -> None:
    outcome = only_here("exit")
    assert (outcome.problem, outcome.text) == ("exit", "it ended with exit code 0 before it answered")


@pytest.mark.slow
def test_a_closed_output_is_told() -> None:
    outcome = only_here("close")
    assert (outcome.problem, outcome.text) == ("exit", "it closed its output before it answered")


@pytest.mark.parametrize(
    ("mode", "text"),
    [
        ("garbage", "this is no reply: `oops`"),
        ("array", "this is no reply: `[1, 2]`"),
        ("no_id", "this is no reply: `{}`"),
        ("not_closed", 'this is no reply: `{"id": 5`'),
        ("deep", f"this is no reply: `{'[' * 120}…`"),
        ("not_utf8", 'this is no reply: `{"id": 5, "x0": "\ufffd"}`'),
        ("control", r"this is no reply: `\x1b[31mred\x1b[0m \x00`"),
        ("other_id", "nothing with this id was asked: `{"),
        ("id_as_text", 'nothing with this id was asked: `{"id": "5"'),
        ("id_true", 'nothing with this id was asked: `{"id": true'),
    ],
)
def test_a_line_that_is_no_reply_is_shown(mode: str, text: str) -> None:
    # What is missing in the end is waited for as long as any reply.
    outcome = only_here(mode, HURRIED)
    assert outcome.problem == "garbage"
    assert outcome.text.startswith(text)


@pytest.mark.parametrize("mode", ["flood", "flood_line", "huge_line"])
def test_endless_output_is_not_read_for_ever(mode: str) -> None:
    outcome = only_here(mode)
    assert outcome.problem in ("flood", "garbage")
    assert len(outcome.text) < 250


def test_a_second_reply_is_an_error() -> None:
    assert only_here("twice").problem == "repeated"


@pytest.mark.parametrize(
    ("mode", "problem", "text"),
    [
        ("no_register", "missing register", "no x1"),
        ("too_large", "no word", 'x1 is "0x10000000000000000", which is no 64-bit word'),
        ("negative", "no word", "x1 is -1, which is no 64-bit word"),
        ("fraction", "no word", "x1 is 1.5, which is no 64-bit word"),
        ("no_number", "no word", 'x1 is "0xzz", which is no 64-bit word'),
        ("underscores", "no word", 'x1 is "0x1_0", which is no 64-bit word'),
        ("decimal_text", "no word", 'x1 is "65536", which is no 64-bit word'),
        ("a_list", "no word", 'x1 is ["0x1"], which is no 64-bit word'),
        ("bad_status", "wrong", ""),
    ],
)
def test_a_register_that_is_none_is_told(mode: str, problem: str, text: str) -> None:
    outcome = only_here(mode)
    assert (outcome.problem, outcome.text) == (problem, text)


@pytest.mark.parametrize("mode", ["buffered", "backwards", "banner", "loud", "numbers"])
def test_what_does_no_harm(mode: str) -> None:
    """Replies in one go when the input is over, in any order, after other lines, in JSON's own numbers."""
    outcomes, program = run(*MISBEHAVING, mode)
    assert all(outcome.problem is None for outcome in outcomes)
    assert program.starts == 1
    assert (program.stray.count, program.stray.first) == ((2, "`booting`") if mode == "banner" else (0, ""))


@pytest.mark.slow
def test_a_program_that_reads_nothing() -> None:
    limits = Limits(reply=0.5, restarts=2)
    outcomes, program = run(*MISBEHAVING, "reads_nothing", limits=limits)
    assert program.starts == 2
    assert {o.text for o in outcomes} == {"not asked: the program never replied"}
    assert program.never is not None
    assert program.never.text == "no reply within 0.5 s, started 2 times; --timeout gives it more"


def test_a_program_that_answers_nothing() -> None:
    outcomes, program = run(*MISBEHAVING, "silent", limits=Limits(restarts=0))
    assert program.starts == 1
    assert Counter(o.problem for o in outcomes) == {"not asked": 40}


@pytest.mark.parametrize("restarts", [0, 1, 4])
def test_a_program_is_started_no_more_often_than_allowed(restarts: int) -> None:
    outcomes, program = run(*MISBEHAVING, "exits_at_once", limits=Limits(restarts=restarts))
    assert program.starts == min(restarts, 1) + 1
    assert Counter(o.problem for o in outcomes) == {"not asked": 40}
    assert program.troubles == [program.never]


def test_one_that_replies_is_started_as_often_as_allowed() -> None:
    outcomes, program = run(*MISBEHAVING, "ends_early", limits=Limits(restarts=3))
    assert (program.starts, program.never) == (4, None)
    assert outcomes[-1].text == "not asked: the program was started again 3 times, and that is the limit"


def test_the_first_request_alone_makes_no_program_that_never_works() -> None:
    """What is asked next is another one."""
    script = """if True:
        import json, sys
        for line in sys.stdin:
            asked = json.loads(line)
            if asked["id"] == 1:
                sys.exit(3)
            print(json.dumps({"id": asked["id"], "x0": "0x0", "x1": "0x0", "x2": "0x0"}), flush=True)
    """
    outcomes, program = run(sys.executable, "-c", script)
    assert program.never is None
    assert [o.check.number for o in outcomes if o.problem == "crash"] == [1]


@pytest.mark.slow
def test_a_program_that_ends_early_answers_the_rest_when_started_again() -> None:
    found = bad(*MISBEHAVING, "ends_early", limits=Limits(restarts=30))
    assert all(outcome.problem == "exit" for outcome in found.values())
    assert len(found) < 40


def test_the_time_for_all_is_limited() -> None:
    started = time.monotonic()
    outcomes, _ = run(*MISBEHAVING, "reads_nothing", limits=Limits(reply=600, total=0.5))
    assert all(o.problem in ("timeout", "not asked") for o in outcomes)
    assert time.monotonic() - started < 60


@pytest.mark.slow
def test_requests_far_larger_than_a_pipe() -> None:
    """Neither side waits for the other: replies are read while requests are written."""
    many = [checks()[at % 40] for at in range(20_000)]
    with Implementation([sys.executable, str(ADAPTERS / "rmm.py"), "conforms"], PATIENT) as program:
        answers = conformance().ask(program, many, whole=True)
    assert all(conformance().judge(c, a).problem is None for c, a in zip(many, answers, strict=True))


@pytest.mark.parametrize("command", ["/nowhere/adapter", str(ADAPTERS), str(ADAPTERS / "rmm.c"), "no\0name", ""])
def test_a_program_that_cannot_be_started(command: str) -> None:
    with pytest.raises(Rejected) as caught:
        run(command)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "P510"


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["hang_with_child", "buffered"])
def test_nothing_is_left_running(mode: str) -> None:
    before = children()
    run(*MISBEHAVING, mode, limits=HURRIED)
    assert children() == before


def children() -> set[str]:
    """The processes of this one's sessions' programs: those whose command line names the adapters.

    Other tests run at the same time, and their programs have another worker's name.
    """
    worker = f"PYTEST_XDIST_WORKER={os.environ.get('PYTEST_XDIST_WORKER', '')}".encode()
    found: set[str] = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                line, of = (entry / "cmdline").read_bytes(), (entry / "environ").read_bytes()
            except OSError:
                continue
            ours = worker in of.split(b"\0") or worker.endswith(b"=")
            if ours and b"misbehaving.py" in line and b"pytest" not in line:
                found.add(entry.name)
    return found
