"""Words that are narrower than their register: what a reply or a line of a log says, and what is none of theirs."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from parley.cli.entry import run
from parley.conformance.conform import Conformance
from parley.conformance.logs.lines import cleaned, read_line
from parley.conformance.logs.words import Exchange, LogWords, Unread
from parley.model.oracle import Oracle
from suites import policy_in

TEXT = """interface SHORT_VERSION {
    revision { sign[31] zero  major[30:16]  minor[15:0] }
    config supported : set of revision
    assume configured: supported is not empty
    input  requested : revision in w1
    output status    : { OK = 0, BAD = 1 } in w0
    output version   : revision in x1 signed
    output echo      : revision in x2
}
policy p for SHORT_VERSION {
    version = max supported
    echo    = requested
    case known when requested in supported { status = OK }
    case other otherwise { status = BAD }
}
policy open for SHORT_VERSION {
    version = any
    echo    = requested
    case any_at_all otherwise { status = OK }
}
"""
STRICT, OPEN = policy_in(TEXT), policy_in(TEXT, "open")
V10, NEGATIVE = 0x10000, 0x80010000
EXTENDED = NEGATIVE | 0xFFFF_FFFF_0000_0000


@pytest.mark.parametrize(
    ("reply", "problem", "text"),
    [
        ({"w0": "0x0", "x1": "0x10000", "x2": "0x10000"}, None, ""),
        ({"w0": "0x0", "x1": f"{EXTENDED:#x}", "x2": f"{NEGATIVE:#x}"}, None, ""),
        (
            {"w0": "0x0", "x1": f"{NEGATIVE:#x}", "x2": "0x0"},
            "no value",
            "x1 is 0x80010000, which is no word of 32 bits",
        ),
        ({"w0": "0x0", "x1": "0x0", "x2": f"{EXTENDED:#x}"}, "no value", "extended by zeros"),
        ({"w0": "0x100000000", "x1": "0x0", "x2": "0x0"}, "no word", "no 32-bit word"),
        ({"x0": "0x0", "x1": "0x0", "x2": "0x0"}, "missing register", "no w0"),
    ],
)
def test_a_reply_is_what_stands_in_the_registers(reply: dict[str, Any], problem: str | None, text: str) -> None:
    outputs, found, said = Conformance(OPEN).read(reply)
    assert found == problem
    assert text in said
    if problem is None:
        assert outputs["version"] in (V10, NEGATIVE)


def test_a_request_is_what_stands_in_the_register() -> None:
    assert Conformance(STRICT).request({"requested": 0xFFFF_FFFF}) == {"w1": "0xffffffff"}
    assert Oracle(OPEN).to_registers({"status": 0, "version": NEGATIVE, "echo": NEGATIVE}) == {
        "w0": 0,
        "x1": EXTENDED,
        "x2": NEGATIVE,
    }


ADAPTER = """import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    supported = [int(a) << 16 | int(b) for a, b in (s.split(".") for s in asked["supported"])]
    word = int(asked["w1"], 16)
    answer = {{"id": asked["id"], "w0": hex(int(word not in supported)), "x1": hex(max(supported)), "x2": hex({echo})}}
    print(json.dumps(answer), flush=True)
"""


@pytest.mark.parametrize(
    ("echo", "code", "says"),
    [
        ("word", 0, ""),
        ("word | -(word >> 31 & 1) & 0xffffffff00000000", 1, "no word of 32 bits extended by zeros"),
    ],
)
def test_an_implementation_is_judged_by_its_registers(
    echo: str, code: int, says: str, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "short.parley").write_text(TEXT)
    (tmp_path / "adapter.py").write_text(ADAPTER.format(echo=echo))
    command = [sys.executable, str(tmp_path / "adapter.py")]
    assert run(["conform", f"{tmp_path / 'short.parley'}:p", "--", *command]) == code
    assert says in capsys.readouterr().out


KNOWN = LogWords(OPEN.interface)


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("SMC_SHORT_VERSION 10000 > OK 10000 10000", Exchange((V10,), (0, V10, V10))),
        (
            f"SMC_SHORT_VERSION ffffffff > OK {EXTENDED:x} {NEGATIVE:x}",
            Exchange((0xFFFFFFFF,), (0, NEGATIVE, NEGATIVE)),
        ),
        (
            json.dumps({"request": {"w1": "0x10000"}, "reply": {"w0": 0, "version": "0x80010000", "x2": 0}}),
            Exchange((V10,), (0, NEGATIVE, 0)),
        ),
    ],
)
def test_a_line_of_a_log_is_read_by_its_registers(line: str, meaning: Exchange) -> None:
    assert read_line(cleaned(line.encode()), KNOWN) == meaning


def test_what_is_no_word_in_a_log() -> None:
    strange = read_line("SMC_SHORT_VERSION 10000 > OK 80010000 10000", KNOWN)
    assert isinstance(strange, Exchange)
    assert strange.strange == "version is no word of 32 bits"
    version = strange.outputs[1]
    assert isinstance(version, int)
    assert not 0 <= version < 1 << 32
    unread = read_line("SMC_SHORT_VERSION 100000000 > OK 10000 10000", KNOWN)
    assert isinstance(unread, Unread)
    assert "0x100000000 in w1" in unread.why
