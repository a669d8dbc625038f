"""Programs that are hosts of an interval: how often they may ask, and what is said of one that asks on."""

from __future__ import annotations

import sys

import parley
import pytest
from parley.conforming_hosts import HostResult, conform_host
from parley.spec.checked import CheckedSession

TEXT = """
interface I {
    revision { reserved[31:16] zero major[15:8] minor[7:0] }
    config supported : set of revision
    input  requested : revision in w1
    output status    : { OK = 0, NO = 1 } in x0
}
policy p for I {
    case accepted when requested in supported { status = OK }
    case refused otherwise { status = NO }
}
host down for I {
    knows range
    start request max known
    on status == OK => accept requested
    on some k in known: k < requested => request max k in known where k < requested
    otherwise => give up
}
session s : down with p {
    property finds_common: (some k in known: k in supported) implies accepted
}
"""
PROGRAM = """
import json, sys

def word(text):
    major, minor = text.split(".")
    return int(major) << 8 | int(minor)

first, last = map(word, json.loads(sys.stdin.readline())["known"].split(".."))
courses = {"down": range(last, first - 1, -1), "up": range(last + 1, last + 1000), "for_ever": iter(int, 1)}
for asked in courses[sys.argv[1]]:
    print(json.dumps({"w1": hex(asked)}), flush=True)
    reply = json.loads(sys.stdin.readline() or sys.exit())
    if reply["x0"] == "0x0":
        print(json.dumps({"accept": hex(asked)}))
        sys.exit()
print(json.dumps({"give_up": True}))
"""
"""Goes down one by one, or up above all that it knows, or asks for 0.0 again and again."""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> CheckedSession:
    path = tmp_path_factory.mktemp("interval") / "i.parley"
    path.write_text(TEXT, encoding="utf-8")
    found = parley.find(f"{path}:s")
    assert isinstance(found, CheckedSession)
    return found


def run(session: CheckedSession, how: str, known: str, rounds: int | None = None) -> HostResult:
    config = {"supported": "1.0", "known": known}
    return conform_host(session, [sys.executable, "-c", PROGRAM, how], config, rounds=rounds)


@pytest.mark.parametrize("known", ["1.0..1.3", "1.0..1.100", "1.0..2.255"])
def test_a_host_may_go_through_all_that_it_knows(session: CheckedSession, known: str) -> None:
    """Bug: one that did what the rules do was said to break `terminates`, and what is proved to hold."""
    result = run(session, "down", known)
    (outcome,) = result.outcomes
    assert (result.code, outcome.negotiation.run.ending, outcome.deviation) == (0, "accepted", None)


def test_of_one_that_has_more_to_ask_for_it_is_not_known_how_it_ends(session: CheckedSession) -> None:
    result = run(session, "down", "1.0..9.0")
    (outcome,) = result.stopped
    assert (result.code, outcome.broken, outcome.deviation) == (3, (), None)
    assert len(outcome.negotiation.run.rounds) == 528
    assert "stopped after 528 requests, 528 of them different" in outcome.negotiation.run.why


def test_what_is_claimed_of_its_rounds_is_known(session: CheckedSession) -> None:
    """A program that strays before it is stopped has strayed."""
    result = run(session, "up", "1.0..9.0")
    assert (result.code, len(result.stopped), result.outcomes[0].broken) == (1, 1, ("requests_known",))


def test_one_that_asks_for_the_same_again_and_again_does_not_end(session: CheckedSession) -> None:
    assert run(session, "down", "1.0..9.0", rounds=3).outcomes[0].broken == ("terminates", "finds_common")
    result = run(session, "for_ever", "1.0..9.0")
    assert result.stopped == []
    assert result.outcomes[0].broken == ("terminates", "requests_known", "finds_common")


LED = """
interface I {
    revision { reserved[31:16] zero major[15:8] minor[7:0] }
    config supported : set of revision
    input  requested : revision in w1
    output status    : { OK = 0, NO = 1 } in x0
    output lower     : revision in w2
}
policy p for I {
    case same when requested.minor == 0 { status = OK lower = requested }
    case less when some x in supported: x < requested {
        status = NO
        lower  = max x in supported where x < requested
    }
    case none otherwise { status = OK lower = requested }
}
host led for I {
    knows 2.0
    start request 1.200
    on status == OK => accept requested
    on lower < requested => request lower
    otherwise => give up
}
session s : led with p {
    expect refuted requests_known "it is led on by replies"
    property ends: accepted or gave_up
}
"""
LED_PROGRAM = """
import json, sys

sys.stdin.readline()
asked = 0x1c8
while True:
    print(json.dumps({"w1": hex(asked)}), flush=True)
    reply = json.loads(sys.stdin.readline() or sys.exit())
    if reply["x0"] == "0x0":
        break
    asked = int(reply["w2"], 16)
print(json.dumps({"accept": hex(asked)}))
"""


def test_one_that_asks_for_more_than_it_knows_may_come_to_an_end() -> None:
    """Bug: a host that replies lead on, as its rules say, was said to break `terminates`, which is proved of it."""
    session = parley.loads(LED).sessions["s"]
    config = {"supported": ",".join(f"1.{minor}" for minor in range(1, 31))}
    (outcome,) = conform_host(session, [sys.executable, "-c", LED_PROGRAM], config).outcomes
    assert (outcome.negotiation.run.ending, len(outcome.negotiation.run.rounds)) == ("accepted", 31)
    assert (outcome.broken, outcome.deviation) == (("requests_known",), None)


def test_one_that_strays_and_asks_on_is_stopped(session: CheckedSession) -> None:
    """It may come to an end, whatever little it knows."""
    result = run(session, "up", "1.0..1.3")
    assert (result.code, len(result.stopped), result.outcomes[0].broken) == (1, 1, ("requests_known",))
