"""Commands with ranges in messages: given and shown, as suites, run, found out and read from logs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jsonschema
import pytest
from running import Parley

TESTS = Path(__file__).parent.parent
POLICY = f"{TESTS / 'cases' / 'message_ranges.parley'}:intersecting"
NARROWING = POLICY.replace("intersecting", "narrowing")
SCHEMAS = TESTS.parent / "cli" / "schemas"


def adapter(*arguments: str) -> tuple[str, ...]:
    return ("--", sys.executable, str(TESTS / "adapters" / "ranges.py"), *arguments)


@pytest.mark.slow
def test_a_program_is_sent_ranges_and_answers_ranges(parley: Parley) -> None:
    given = ("--supported", "1.0..1.4")
    assert parley("conform", POLICY, *given, *adapter("whole")).code == 0
    assert parley("conform", NARROWING, *given, *adapter("first")).code == 0
    done = parley("conform", POLICY, *given, "--format", "json", *adapter("ends"))
    made = json.loads(done.out)
    assert (done.code, {tuple(failure["differs"]) for failure in made["failures"]}) == (1, {("common",)})


def test_what_is_supported_is_found_by_ranges(parley: Parley) -> None:
    done = parley("conform", POLICY, "--discover", *adapter("whole", "1.0", "1.4"))
    assert (done.code, done.err) == (0, "")
    assert "discovered, by one reply" in done.out
    assert "1.0 ●══════● 1.4" in done.out


@pytest.mark.slow
def test_what_is_supported_is_found_where_some_is_left_out(parley: Parley) -> None:
    """A reply that may leave some out tells less; it takes a few requests more."""
    done = parley("conform", NARROWING, "--discover", *adapter("first", "1.0", "1.4"))
    assert (done.code, "1.0 ●══════● 1.4" in done.out) == (0, True)


@pytest.mark.slow
def test_replies_that_no_range_gives_are_shown(parley: Parley) -> None:
    done = parley("conform", POLICY, "--discover", *adapter("first", "1.0", "1.4"))
    assert done.code == 1
    assert "no configuration gives these 2 replies together" in done.out
    assert "offered 0.0..32767.65535: SUCCESS   common 1.0..1.0" in done.out


LOG = """
{"request": {"offered": ["0x10000","0x10002"]}, "reply": {"x0": "0x0", "common": ["0x10000","0x10002"]}}
{"id": 1, "offered": ["0x10003", "0x20000"]}
{"id": 1, "x0": "0x0", "common": ["0x10003", "0x10004"]}
{"id": 2, "offered": []}
{"id": 2, "x0": "0x1", "common": []}
{"request": {"offered": "2.0..3.0"}, "reply": {"x0": "0x1", "common": "{}"}}
"""


def traced(parley: Parley, folder: Path, policy: str, text: str) -> tuple[int, dict[str, object]]:
    (folder / "a.log").write_text(text, encoding="utf-8")
    done = parley("trace", policy, "a.log", "--format", "json")
    assert done.err == ""
    made = json.loads(done.out)
    jsonschema.validate(made, json.loads((SCHEMAS / "parley.trace-1.json").read_text(encoding="utf-8")))
    return done.code, made


def test_a_log_of_ranges_is_judged(parley: Parley, folder: Path) -> None:
    code, made = traced(parley, folder, POLICY, LOG)
    assert (code, made["judged"], made["unread"]) == (0, 4, 0)
    wrong = '{"request": {"offered": ["0x10004","0x20000"]}, "reply": {"x0": "0x1", "common": []}}\n'
    (folder / "a.log").write_text(LOG + wrong, encoding="utf-8")
    done = parley("trace", POLICY, "a.log")
    assert (done.code, "no conforming RMM prints these 2 lines together" in done.out) == (1, True)
    assert "offered 1.3..2.0: status SUCCESS, common 1.3..1.4" in done.out
    code, made = traced(parley, folder, POLICY, LOG + wrong)
    (stretch,) = made["stretches"]  # type: ignore[misc]
    assert stretch["contradiction"][1]["input"] == {"offered": "1.4..2.0"}


def test_a_log_of_lists_is_judged(parley: Parley, folder: Path) -> None:
    policy = f"{TESTS / 'cases' / 'lists.parley'}:whole"
    text = (
        '{"request": {"offered": ["0x10000"]}, "reply": {"x0": "0x0", "x1": "0x10000", "listed": ["0x20000", "0x10000"]}}\n'
        '{"request": {"offered": ["2.0"]}, "reply": {"x0": "0x0", "x1": "0x20000"}}\n'
    )
    code, made = traced(parley, folder, policy, text)
    assert (code, made["stretches"][0]["configuration"]) == (0, {"supported": ["1.0", "2.0"]})  # type: ignore[index]
    more = '{"request": {"offered": ["0x10000"]}, "reply": {"x0": "0x1", "x1": "0x0"}}\n'
    assert traced(parley, folder, policy, text + more)[0] == 1


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            '{"request": {"offered": ["0x10003"]}, "reply": {"x0": "0x0"}}',
            "`offered` is no range of a first and a last",
        ),
        ('{"request": {"offered": "1.1"}, "reply": {"x0": "0x0"}}', "`1.1` is no range"),
        ('{"request": {"offered": ["0x20000", "0x10000"]}, "reply": {"x0": "0x0"}}', "`offered` is no range"),
        ("SMC_VERSION 10000 > SUCCESS", "its request lacks offered"),
        ('{"request": {}, "reply": {"x0": "0x0"}}', "its request lacks offered"),
    ],
)
def test_what_is_no_range_is_not_read(parley: Parley, folder: Path, line: str, says: str) -> None:
    (folder / "a.log").write_text(f"{line}\n", encoding="utf-8")
    done = parley("trace", POLICY, "a.log")
    assert (done.code, says in done.err) == (2, True), done.err


def test_a_log_needs_no_registers_but_then_has_json_lines(parley: Parley, folder: Path) -> None:
    text = """interface ASK {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config own : revision
    output told : revision
}
policy tells for ASK { case always otherwise { told = own } }
"""
    (folder / "ask.parley").write_text(text, encoding="utf-8")
    (folder / "a.log").write_text('{"told": "0x10000"}\n{"told": "1.0"}\nSMC_ASK > 10000\n', encoding="utf-8")
    done = parley("trace", "ask.parley", "a.log")
    assert (done.code, "own 1.0" in done.out) == (0, True), done.out + done.err
    assert "it shows registers, and no output is in one" in done.out
