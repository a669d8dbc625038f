"""Names beside words: what a request, a reply or a line of a log says by a code, or where there is no register by name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec import structs
from parley.conformance.batch import Reply
from parley.conformance.conform import Conformance
from parley.conformance.logs.lines import read_line
from parley.conformance.logs.words import Exchange, LogWords
from parley.conformance.replay import Observation, possible
from parley.model.instance import Instance
from parley.model.oracle import Oracle
from suites import policy_in

TEXT = """interface VERSION {
    revision { sign[31] zero  major[30:16]  minor[15:0] }
    config supported : set of revision
    input  requested : revision or { PING = -5 } in w1
    output status    : { OK = 0, REFUSED = -22 } in w0
    output version   : revision or { NOT_SUPPORTED = -1 } in x1
    output near      : revision or { NONE = -1 } in x2 signed
}
policy p for VERSION {
    status  = OK
    near    = NONE
    case ping when requested is PING { version = NOT_SUPPORTED }
    case other otherwise { version = any }
}
"""
CODED = policy_in(TEXT)
PLAIN = policy_in(TEXT.replace("= -5 } in w1", "}").replace(" in x1", "").replace("in x2 signed", ""))
ONES = 0xFFFF_FFFF_FFFF_FFFF
PING = 0xFFFF_FFFB


def test_codes_are_what_stands_in_the_register() -> None:
    named = CODED.interface.named
    # What is a word's extension is that word; what is none, such as -1 behind a shorter word, is beyond all words.
    assert named == {"requested": {"PING": PING}, "version": {"NOT_SUPPORTED": ONES}, "near": {"NONE": 0xFFFF_FFFF}}
    assert CODED.interface.constants["REFUSED"] == 0x1_0000_0000 - 22
    outputs: dict[str, Any] = {"status": 0, "version": ONES, "near": 0xFFFF_FFFF}
    assert Oracle(CODED).to_registers(outputs) == {"w0": 0, "x1": ONES, "x2": ONES}
    assert Oracle(CODED).are_values(outputs)
    assert not Oracle(CODED).are_values({"version": 1 << 32})


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        ({"w0": "0x0", "x1": f"{ONES:#x}", "x2": f"{ONES:#x}"}, None),
        ({"w0": "0x0", "x1": "0xffffffff", "x2": "0x0"}, None),
        ({"w0": "0x0", "x1": "0xfffffffffffffffe", "x2": "0x0"}, "no value"),
        ({"w0": "0x0", "x1": "NOT_SUPPORTED", "x2": "0x0"}, "no word"),
    ],
)
def test_a_reply_by_codes(reply: dict[str, Any], problem: str | None) -> None:
    outputs, found, _ = Conformance(CODED).read(reply)
    assert found == problem
    assert problem == "no word" or possible(CODED, Observation({"requested": 0}, outputs)) is (problem is None)


def test_names_without_a_register_are_said_by_themselves() -> None:
    conformance = Conformance(PLAIN)
    names = PLAIN.interface.named
    assert conformance.request({"requested": names["requested"]["PING"]}) == {"requested": "PING"}
    assert conformance.request({"requested": 0x10000}) == {"requested": "0x10000"}
    outputs, problem, _ = conformance.read({"w0": "0x0", "version": "NOT_SUPPORTED", "near": "0x10000"})
    assert problem is None
    assert outputs == {"status": 0, "version": names["version"]["NOT_SUPPORTED"], "near": 0x10000}
    assert conformance.read({"w0": "0x0", "version": "NONE", "near": "NONE"})[1] == "no word"


@pytest.mark.parametrize(
    "line",
    [
        f"SMC_VERSION fffffffb > OK {ONES:x} {ONES:x}",
        json.dumps({"request": {"w1": hex(PING)}, "reply": {"w0": 0, "version": "NOT_SUPPORTED", "near": "NONE"}}),
    ],
)
def test_a_line_of_a_log_by_codes(line: str) -> None:
    assert read_line(line, LogWords(CODED.interface)) == Exchange((PING,), (0, ONES, 0xFFFF_FFFF))


def test_a_code_that_is_none_in_a_log_is_strange() -> None:
    read = read_line(f"SMC_VERSION 10000 > OK {ONES - 1:x} 0", LogWords(CODED.interface))
    assert isinstance(read, Exchange)
    assert read.strange == "version is no word of 32 bits"


OPEN = """interface I {
    revision { major[3:2] minor[1:0] }
    config supported : set of revision
    input  requested : revision
    output status    : { OK = 0, BAD = 1 }IN
    output lower     : revision
    assume asked: requested < 3.0
}
policy p for I {
    case same when requested in supported { status = OK lower = requested }
    case other otherwise { status = any lower = any }
}
"""


@pytest.mark.parametrize("register", ["", " in x0", " in w3"])
def test_an_open_status_is_one_of_its_values(register: str) -> None:
    """Bug: where it is left open, or nothing is known of the request, any number was taken for one."""
    policy = policy_in(OPEN.replace("IN", register))
    conformance = Conformance(policy)
    key = register.removeprefix(" in ") or "status"
    (check,) = conformance.checks([Instance({"supported": (4,)}, {"requested": 5})])
    for content, problem in (("0x0", None), ("0x1", None), ("0x2", "no value"), ("0xffffffff", "no value")):
        for asked in (check, structs.replace(check, expect=None)):
            outcome = conformance.judge(asked, Reply({key: content, "lower": "0x5"}))
            assert outcome.problem == problem
            assert outcome.text == (f"{key} is {content}, which is no status" if problem else "")
    # What is not left open is told by what the policy wants.
    (settled,) = conformance.checks([Instance({"supported": (4,)}, {"requested": 4})])
    assert conformance.judge(settled, Reply({key: "0x2", "lower": "0x4"})).problem == "wrong"
