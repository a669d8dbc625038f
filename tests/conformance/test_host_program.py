"""Hosts that go wrong: each negotiation that suffers says why, all others are judged, and nothing waits for ever."""

from __future__ import annotations

import os
import sys
import time
from functools import cache
from pathlib import Path

import parley
import pytest
from parley import HostResult, Limits, Rejected
from parley.conformance.host_verdict import HostOutcome
from parley.conforming_hosts import conform_host
from parley.spec.checked import CheckedSession

ADAPTERS = Path(__file__).parents[1] / "adapters"
MISBEHAVING = [sys.executable, str(ADAPTERS / "misbehaving_hosts.py")]
HERE = 3
"""The negotiation in which most go wrong."""

PATIENT = Limits(reply=60, end=60, restarts=100)
HURRIED = Limits(reply=1, end=1)

FEW = """
use callers
session few : linux_kvm_v7 with rmm_1_0 {
    assume few: supported == {1.0} or supported == {1.1} or supported == {0.65535} or supported == {1.0, 1.1}
    property safe: accepted implies agreed in supported
}
"""
"""Four configurations."""

SAID = [
    ("garbage", "this is no JSON; write one object a line, and what is for people to standard error: `oops`"),
    ("array", "this is JSON, and no object; write one object a line: `[1, 2]`"),
    ("not_closed", "this is no JSON"),
    ("deep", "this is no JSON"),
    ("not_utf8", "this is no JSON"),
    ("nothing", "this neither asks (by x1), accepts nor gives up: `{}`"),
    ("id_only", 'this neither asks (by x1), accepts nor gives up: `{"id": 1}`'),
    ("no_word", 'x1 is "1.0", which is no 64-bit word: `{"id": 1, "x1": "1.0"}`'),
    ("too_large", 'x1 is "0x10000000000000000", which is no 64-bit word'),
    ("no_revision", 'requested is "one", which is no value of it'),
    ("twice_asked", "both x1 and requested, which are one"),
    ("both", "this says several things at once"),
    ("asks_and_accepts", "this says several things at once"),
    ("accepts_text", "accept: `newest` is not a revision; write it as major.minor, or its register word as 0x…"),
    ("accepts_nothing", "accept is null, which is no revision"),
    ("accepts_large", "accept: `0x1000000000000000000` does not fit in 64 bits"),
    ("gives_up_not", "give_up is false, and true where a host gives up"),
]


ACCEPTS = '{"accept": "1.0"}'


@cache
def few() -> CheckedSession:
    return parley.loads(FEW).sessions["few"]


def run(mode: str, limits: Limits = PATIENT, *arguments: str) -> HostResult:
    result = conform_host(few(), [*MISBEHAVING, mode, *arguments], limits=limits)
    assert len(result.outcomes) == 4
    return result


@cache
def right() -> list[HostOutcome]:
    return run("named").outcomes


def faults(result: HostResult) -> dict[int, tuple[str, str]]:
    found = {one.number: one.negotiation.fault for one in result.faults}
    return {number: (fault.kind, fault.text) for number, fault in found.items() if fault is not None}


@pytest.mark.parametrize("mode", ["named", "nameless", "number", "blank"])
def test_a_host_may_say_it_in_several_ways(mode: str) -> None:
    result = run(mode)
    assert (result.code, result.starts, len(result.judged)) == (0, 1, 4)
    assert [one.negotiation.run.ending for one in result.outcomes].count("accepted") == 2


def test_a_program_may_end_after_each_negotiation() -> None:
    result = run("ends")
    assert (result.code, result.starts) == (0, 4)
    assert [one.negotiation.run for one in result.outcomes] == [one.negotiation.run for one in right()]


@pytest.mark.slow
def test_a_line_that_says_nothing_is_shown() -> None:
    result = conform_host(parley.loads("use callers").sessions["kvm_v7"], [*MISBEHAVING, "lines"], limits=PATIENT)
    assert len(result.outcomes) > len(SAID)
    found = faults(result)
    for number, (_, text) in enumerate(SAID, 1):
        kind, said = found.pop(number)
        assert kind == "garbage"
        assert said.startswith(text)
        assert len(said) < 300
    assert not found
    assert result.code == 1
    assert not result.deviations


@pytest.mark.parametrize(
    ("mode", "kind", "text"),
    [
        ("crash_later", "crash", "it was killed by signal SIGSEGV before it said what came of it"),
        ("exit_later", "exit", "it ended with exit code 0 before it said what came of it"),
        ("flood_line", "flood", "a line of more than 65536 bytes: `xxx"),
    ],
)
def test_a_program_that_ends_in_the_middle_is_told(mode: str, kind: str, text: str) -> None:
    result = run(mode)
    found = faults(result)
    assert list(found) == [HERE]
    assert found[HERE][0] == kind
    assert found[HERE][1].startswith(text)
    # What came before is there, and the others are judged.
    asked = 0 if mode == "flood_line" else 1
    assert len(result.outcomes[HERE - 1].negotiation.run.rounds) == asked
    assert len(result.judged) == 3


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["hang", "hang_with_child", "hang_later"])
def test_a_program_that_hangs_is_started_again(mode: str) -> None:
    result = run(mode, HURRIED)
    silence = "it asked nothing, and said nothing of what came of it, within 1 s"
    assert faults(result) == {HERE: ("timeout", silence)}
    # For the same negotiation, to see whether it hangs there by itself, and for those behind it.
    assert result.starts == 3


@pytest.mark.slow
def test_a_program_that_reads_no_more_after_a_negotiation_goes_well_by_itself() -> None:
    result = run("reads_no_more", HURRIED)
    assert faults(result) == {}
    (trouble,) = result.troubles
    assert trouble.text.startswith(
        "in negotiation 4, behind others: it asked nothing, and said nothing of what came of it"
    )
    assert result.code == 1


@pytest.mark.parametrize(
    ("mode", "kind", "text"),
    [
        ("exit_code", "crash", "it ended with exit code 3 after its last negotiation"),
        ("goodbye", "garbage", "it said something when the negotiation was over: `goodbye`"),
    ],
)
def test_what_no_negotiation_is_to_blame_for_is_a_trouble(mode: str, kind: str, text: str) -> None:
    result = run(mode)
    assert not result.faults
    assert [(fault.kind, fault.text) for fault in result.troubles] == [(kind, text)]
    assert (result.code, len(result.judged)) == (1, 4)


@pytest.mark.parametrize(
    ("mode", "how"), [("crash", "it was killed by signal SIGSEGV"), ("fail", "it ended with exit code 3")]
)
def test_who_fails_between_two_negotiations_may_not_mean_the_next(mode: str, how: str) -> None:
    """It is given the same start once more; what fails then fails by that."""
    result = run(mode)
    assert [fault.text for fault in result.troubles] == [f"{how} between two negotiations"]
    assert faults(result) == {HERE: ("crash", f"{how} before it asked anything")}
    if mode == "fail":
        assert result.troubles[0].stderr == ("first", "last words")
    assert run("ends_badly").troubles[0].text == "it ended with exit code 5 between two negotiations"


@pytest.mark.parametrize("mode", ["goes_on", "late 0", "late 0.3", "late_named 0", "late_named 0.3"])
def test_what_comes_late_is_no_part_of_the_next_negotiation(mode: str) -> None:
    """Whenever it comes, the report is the same, and says what came; the next negotiation is judged by itself."""
    name, *seconds = mode.split()
    result = run(name, PATIENT, *seconds)
    late = {"goes_on": '{"id": 2, "x1": "0x10000"}', "late_named": '{"accept": "1.0", "start": 3}'}
    text = f"it said something when the negotiation was over: `{late.get(name, ACCEPTS)}`"
    assert [(fault.kind, fault.text) for fault in result.troubles] == [("garbage", text)]
    assert (result.code, result.starts, len(result.judged)) == (1, 2, 4)
    assert not result.deviations
    assert not result.faults
    assert [one.negotiation.run for one in result.outcomes] == [one.negotiation.run for one in right()]


@pytest.mark.slow
def test_what_is_kept_from_one_negotiation_to_the_next_is_told() -> None:
    """A negotiation that goes wrong behind others alone is judged by what a program does that is started for it."""
    result = run("keeps")
    asks = '`{"id": 1, "x1": "0x10000"}`'
    text = f"in negotiation 3, behind others: `{ACCEPTS}`; in a program that is started for it: {asks}"
    assert [(fault.kind, fault.text) for fault in result.troubles] == [("repeated", text)]
    assert (result.code, result.deviations, len(result.judged)) == (1, [], 4)


def test_a_line_of_a_negotiation_that_was_not_begun_is_told() -> None:
    result = run("next_start")
    assert faults(result)[1] == (
        "garbage",
        'this is of negotiation 2, in negotiation 1: `{"id": 1, "x1": "0x10000", "start": 2}`',
    )


@pytest.mark.slow
def test_a_program_that_does_not_end_is_told() -> None:
    found = run("never_ends", HURRIED).troubles
    assert [fault.text for fault in found] == ["it did not end within 1 s after its input had; end it when that ends"]
    assert run("close", HURRIED).troubles[0].text == "it closed its output between two negotiations"


def test_requests_without_end_are_no_negotiation() -> None:
    result = run("flood")
    loops = [one for one in result.outcomes if one.negotiation.run.ending == "loops"]
    assert [one.number for one in loops] == [HERE]
    # 16, and 4 for the one revision that it knows.
    assert len(loops[0].negotiation.run.rounds) == 20
    assert loops[0].broken == ("terminates",)


def test_a_program_that_never_says_anything_is_given_up() -> None:
    result = run("fails_at_once")
    assert result.never is not None
    assert result.never.text == "it ended with exit code 4 before it asked anything, started 2 times"
    assert (result.starts, result.code) == (2, 1)
    assert faults(result)[HERE] == ("not asked", "not played: the program never said anything")


@pytest.mark.slow
def test_a_silent_program_is_given_up() -> None:
    result = run("silent", HURRIED)
    assert result.never is not None
    assert "within 1 s; a line that it does not flush is not seen, started 2 times" in result.never.text
    assert result.never.text.endswith("; --timeout gives it more")


def test_there_are_limits_to_starts_and_to_the_time() -> None:
    found = faults(run("lines", Limits(reply=60, restarts=1)))
    why = "not played: the program was started again once after a failure, and that is the limit"
    assert [found[number][1] for number in (3, 4)] == [why, why]
    # How far it comes in that time depends on the machine.
    late, *others = [text for _, text in faults(run("hang", Limits(reply=60, total=0.7))).values()]
    assert late == "it had not come to an end when the 0.7 s for all were over"
    assert set(others) == {"not played: the 0.7 s for all were over"}


@pytest.mark.slow
def test_nothing_is_left_running(tmp_path: Path) -> None:
    script, pid = tmp_path / "leaves.py", tmp_path / "pid"
    script.write_text(
        "import subprocess, sys\nchild = subprocess.Popen(['sleep', '600'])\n"
        f"open({str(pid)!r}, 'w').write(str(child.pid))\nprint('oops', flush=True)\nsys.stdin.read()\n"
    )
    conform_host(few(), [sys.executable, str(script)], {"supported": "1.0"}, limits=Limits(end=0.2))
    with pytest.raises(ProcessLookupError):
        for _ in range(100):
            os.kill(int(pid.read_text()), 0)
            time.sleep(0.02)


def test_a_program_that_cannot_be_started_is_a_wrong_use() -> None:
    with pytest.raises(Rejected) as raised:
        conform_host(few(), ["./no_such_host"])
    assert raised.value.diagnostics[0].code == "P510"
