"""What one line of a log says: every format, what may surround it, and what cannot be read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parley.conformance.logs.lines import cleaned, read_line, read_record
from parley.conformance.logs.words import NO_NUMBER, Exchange, HalfExchange, LogWords, Meaning, OtherCommand, Unread
from suites import policy_in, policy_of

RMI = LogWords(policy_of("rmi", "rmm_1_0").interface)
RSI = LogWords(policy_of("rsi", "rmm_1_0_rsi").interface)
V10, V11, V20 = 0x10000, 0x10001, 0x20000


def read(line: str | bytes, known: LogWords = RMI, *, cut: bool = False) -> Meaning:
    raw = line if isinstance(line, bytes) else line.encode()
    return read_line(cleaned(raw), known, cut=cut)


@pytest.mark.parametrize(
    "line",
    [
        "SMC_RMI_VERSION                   20000 > RMI_SUCCESS 20000 20000",
        "SMC_RMM_VERSION                  20000 > RMI_SUCCESS 20000 20000",
        "SMC_RMM_VERSION                  20000        0        0        0        0 > RMI_SUCCESS    20000    20000",
        "SMC_RMI_VERSION 0x20000 > RMI_SUCCESS 0x20000 0X20000",
        "SMC_RMI_VERSION\t20000\t>\tRMI_SUCCESS\t0000000000020000\t20000",
        "SMC_RMI_VERSION 20000 > 0 20000 20000",
        "SMC_RMI_VERSION 20000>RMI_SUCCESS 20000 20000",
        "[    0.712384] [  rmm ] SMC_RMI_VERSION 20000 > RMI_SUCCESS 20000 20000\r\n",
        "2026-01-01T00:00:00Z > SMC_RMI_VERSION 20000 > RMI_SUCCESS 20000 20000",
        "noiseSMC_RMI_VERSION 20000 > RMI_SUCCESS 20000 20000",
        "SMC_RMI_SMC_RMI_VERSION 20000 > RMI_SUCCESS 20000 20000",
        b"\xff\x00\xfe\x80SMC_RMI_VERSION 20000 > RMI_SUCCESS 20000 20000\x00\n",
        b"\n\r\x1b[32mSMC_RMI_\x1b[01;31mVERSION\x1b[m\x1b[K 20000 > RMI_SUCCESS 20000 20000\x1b[0m\r\n",
        '{"request": {"x1": "0x20000"}, "reply": {"x0": "0x0", "x1": "0x20000", "x2": "0x20000"}}',
        '  {"reply": {"x0": 0, "x1": 131072, "x2": 131072}, "request": {"x1": 131072, "x7": "?"}, "at": 1.5}',
        '{"x1": "0x20000", "x0": "0x0", "x1_out": "0x20000", "x2": "0x20000"}',
    ],
)
def test_a_reply_in_full(line: str | bytes) -> None:
    assert read(line) == Exchange((V20,), (0, V20, V20))


@pytest.mark.parametrize(
    ("line", "outputs"),
    [
        ("SMC_RMI_VERSION 10001 > RMI_ERROR_INPUT", (1, None, None)),
        ("SMC_RMI_VERSION 10001 > 1", (1, None, None)),
        ('{"request": {"x1": "0x10001"}, "reply": {"x0": "0x1"}}', (1, None, None)),
        ('{"request": {"x1": "0x10001"}, "reply": {"x0": "0x1", "x1": null, "x2": "0x20000"}}', (1, None, V20)),
        ('{"x1": "0x10001", "x0": "0x1", "x2": "0x20000"}', (1, None, V20)),
    ],
)
def test_what_is_not_shown_is_not_known(line: str, outputs: tuple[int | None, ...]) -> None:
    assert read(line) == Exchange((V11,), outputs)


def test_lines_for_realms_have_the_outputs_on_failure_too() -> None:
    said = read("SMC_RSI_VERSION 10001 > RSI_ERROR_INPUT 10000 20000", RSI)
    assert said == Exchange((V11,), (1, V10, V20))


def test_lines_of_other_interfaces_are_named() -> None:
    assert read("SMC_RSI_VERSION 10000 > RSI_SUCCESS 10000 10000") == OtherCommand("SMC_RSI_VERSION")
    assert read("SMC_RMI_VERSION 10000 > RMI_SUCCESS 10000 10000", RSI) == OtherCommand("SMC_RMI_VERSION")
    assert read("SMC_FFA_EXT_VERSION 10000") == OtherCommand("SMC_FFA_EXT_VERSION")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "SMC_RMI_FEATURES 0 > RMI_SUCCESS 30",
        "SMC_RMI_VERSIONS 10000 > RMI_SUCCESS 10000 10000",
        "SMC_RMI_VERSION_2 10000 > RMI_SUCCESS 10000 10000",
        "FERMI ABI 1.0",
        "{",
        "[1, 2]",
        "{}",
        '{"level": "info", "id": 3}',
        '{"x1": "0x10000"}',
        '{"request": "GET /", "reply": 200}',
    ],
)
def test_lines_about_something_else(line: str) -> None:
    assert read(line) is None


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("SMC_RMI_VERSION 20000", "it has no reply"),
        ("SMC_RMI_VERSION is 0xC4000150", "it has no reply"),
        ("SMC_RMI_VERSION > RMI_SUCCESS 20000 20000", "its request lacks x1"),
        ("SMC_RMI_VERSION 2000z > RMI_SUCCESS 20000 20000", "its request cannot be read: `2000z` is not hexadecimal"),
        ("SMC_RMI_VERSION 10000000000000000 > RMI_ERROR_INPUT", "its request cannot be read: `10000000000000000` does"),
        ("SMC_RMI_VERSION 20000 >", "its reply is empty"),
        ("SMC_RMI_VERSION 20000 > RMI_SUCC", "its status `RMI_SUCC` cannot be read"),
        ("SMC_RMI_VERSION 20000 > ok", "its status `ok` cannot be read"),
        ("SMC_RMI_VERSION 20000 > RMI_SUCCESS 20000", "it has 1 of the 2 columns"),
        ("SMC_RMI_VERSION 20000 > RMI_SUCCESS 20000 20000 20000", "it has 3 columns"),
        ("SMC_RMI_VERSION 20000 > RMI_SUCCESS 20000 [1.5]", "its reply cannot be read: `[1.5]`"),
        ("SMC_RMI_VERSION 20000 > RMI_SMC_RMI_VERSION 20000 > RMI_ERROR_INPUT", "more than one command"),
        ("SMC_RSI_VERSION SMC_RMI_VERSION 20000 > RMI_ERROR_INPUT", "more than one command"),
        ('{"request": {"x1": "0x20000"}, "reply": {"x0": "0x', "it is not JSON, or cut off"),
        ('{"request": {"x1": 1.5}, "reply": {"x0": 0}}', "x1 is neither a number"),
        ('{"request": {"x1": "20000"}, "reply": {"x0": 0}}', "x1 is neither a number"),
        ('{"request": {"x1": true}, "reply": {"x0": 0}}', "x1 is neither a number"),
        ('{"request": {"x1": -1}, "reply": {"x0": 0}}', "x1 is neither a number"),
        ('{"request": {"x1": "0x10000000000000000"}, "reply": {"x0": 0}}', "does not fit in 64 bits"),
        ('{"request": {"x1": "0x\uff11"}, "reply": {"x0": 0}}', "is not hexadecimal"),
        ('{"request": {"x1": 0}, "reply": {"x0": 0, "x0": 1}}', "it has `x0` twice"),
        ('{"x1": 0, "x1_out": 0, "x0": 0, "x1": 1}', "it has `x1` twice"),
        ('{"id": 1, "x1": 0, "id": 2}', "it has `id` twice"),
        ('{"request": {}, "reply": {"x0": 0}}', "its request lacks x1"),
        ('{"request": {"x1": 0}, "reply": {}}', "its reply has no register"),
        ('{"request": {"x1": 0, "supported": ["1.z"]}, "reply": {"x0": 0}}', "is not a revision"),
        ('{"request": {"x1": 0, "supported": "1.0"}, "reply": {"x0": 0}}', "its `supported` is no list of revisions"),
    ],
)
def test_what_looks_like_a_version_line_and_cannot_be_read(line: str, why: str) -> None:
    found = read(line)
    assert isinstance(found, Unread)
    assert why in found.why


@pytest.mark.parametrize(
    ("line", "outputs", "why"),
    [
        ("SMC_RMI_VERSION 0 > RMI_ERROR_REALM", (NO_NUMBER, None, None), "RMI_ERROR_REALM is no status of RMI_VERSION"),
        ("SMC_RMI_VERSION 0 > 10000", (0x10000, None, None), "0x10000 is no status of RMI_VERSION"),
        ('{"request": {"x1": 0}, "reply": {"x0": 7}}', (7, None, None), "0x7 is no status of RMI_VERSION"),
    ],
)
def test_a_status_that_the_interface_does_not_have(line: str, outputs: tuple[int | None, ...], why: str) -> None:
    assert read(line) == Exchange((0,), outputs, why)


@pytest.mark.parametrize(
    ("line", "outputs"),
    [
        ("SMC_RMI_VERSION 20000 > RMI_SUCCESS 20000 2000", (0, V20, None)),
        ("SMC_RMI_VERSION 20000 > RMI_SUCCESS 20000 20000", (0, V20, None)),
        ("SMC_RMI_VERSION 20000 > RMI_SUCCESS 20000 20000 ", (0, V20, V20)),
        ("SMC_RMI_VERSION 20000 > RMI_SUCCESS 200", (0, None, None)),
        ("SMC_RMI_VERSION 20000 > RMI_ERROR_INPUT ", (1, None, None)),
    ],
)
def test_of_a_line_without_its_end_the_last_word_says_nothing(line: str, outputs: tuple[int | None, ...]) -> None:
    assert read(line, cut=True) == Exchange((V20,), outputs, cut=True)


@pytest.mark.parametrize(
    "line", ["SMC_RMI_VERSION 200", "SMC_RMI_VERSION 20000 > ", "SMC_RMI_VERSION 20000 > RMI_SUCCESS"]
)
def test_a_line_that_ends_before_its_status_cannot_be_read(line: str) -> None:
    found = read(line, cut=True)
    assert isinstance(found, Unread)
    assert "cut off" in found.why


def test_requests_and_replies_in_two_objects() -> None:
    request = read('{"id": 7, "supported": ["1.0", "2.0"], "x1": "0x10001"}')
    assert request == HalfExchange("7", {"x1": V11}, is_reply=False, declared=((V10, V20),))
    reply = read('{"id": 7, "x0": "0x1", "x1": "0x10000", "x2": "0x20000"}')
    assert reply == HalfExchange("7", {"x0": 1, "x1": V10, "x2": V20}, is_reply=True)


def test_names_come_from_the_interface_or_are_given() -> None:
    text = """interface DEMO_VERSION {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config fast : bool
    config floor : revision
    input  one : revision in x2
    input  two : revision in x1
    output status : { OK = 0, BAD = 1 } in x0
    output other  : revision in x3
    output known  : bool in x1
}
policy p for DEMO_VERSION { case all otherwise {
    status = OK
    other = one
    known = true
}  }
"""
    interface = policy_in(text).interface
    said = read("SMC_DEMO_VERSION 10001 10000 > OK 1 0 10000", LogWords(interface))
    assert said == Exchange((V10, V11), (0, V10, 1))
    said = read("ask 10001 10000 > BAD 2 ffff 10000", LogWords(interface, ["ask"]))
    assert said == Exchange((V10, V11), (1, V10, 2), "0x2 is neither true nor false, and `known` is one of them")
    line = {"request": {"x1": 0, "x2": 0}, "reply": {"x3": 0}, "fast": True, "floor": "1.0"}
    assert read(json.dumps(line), LogWords(interface)) == Exchange((0, 0), (None, 0, None), declared=(True, V10))
    del line["floor"]
    assert read(json.dumps(line), LogWords(interface)) == Unread("it says `fast` and not the rest of the configuration")


@given(st.binary(max_size=200), st.booleans())
def test_no_bytes_are_too_much(raw: bytes, cut: bool) -> None:
    read(raw, cut=cut)
    for start in (
        b"SMC_RMI_VERSION ",
        b"SMC_RMI_VERSION 10000 > ",
        b"SMC_RMI_VERSION 1 > RMI_SUCCESS ",
        b"{",
        b'{"x1": ',
    ):
        read(start + raw, cut=cut)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.sampled_from(["0x1", "0xg", "1.0", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["request", "reply", "id", "x0", "x1", "x2", "x1_out", "supported"]), inner)
    ),
    max_leaves=8,
)


@given(_JSON)
def test_no_json_is_too_much(made: object) -> None:
    read(json.dumps(made))
    read(json.dumps({"request": made, "reply": made, "id": made}))


_WORDS = st.integers(0, 2**64 - 1)


@given(_WORDS, _WORDS, _WORDS, st.sampled_from(["RMI_SUCCESS", "RMI_ERROR_INPUT"]), st.integers(0, 40))
def test_the_text_and_the_json_of_a_reply_say_the_same(
    requested: int, lower: int, higher: int, status: str, pad: int
) -> None:
    number = ["RMI_SUCCESS", "RMI_ERROR_INPUT"].index(status)
    said = Exchange((requested,), (number, lower, higher))
    assert (
        read(f"{'.' * pad}SMC_RMI_VERSION{' ' * (1 + pad)}{requested:x} > {status} {lower:{pad}x} {higher:x}") == said
    )
    reply = {"x0": number, "x1": hex(lower), "x2": hex(higher)}
    assert read(json.dumps({"request": {"x1": hex(requested)}, "reply": reply})) == said


_TAILS = st.lists(
    st.sampled_from(
        [
            "10000",
            "1ffffffffffffffff",
            "0x1",
            " ",
            "  ",
            "\t",
            ">",
            " > ",
            "RMI_SUCCESS",
            "RMI_ERROR_INPUT",
            "RMI_",
            "0",
        ]
    ),
    max_size=12,
).map("".join)


@given(_TAILS, st.sampled_from(["\n", "\r\n", " \r\n"]))
def test_the_quick_reader_reads_as_the_other(tail: str, end: str) -> None:
    usual = ("SMC_RMI_VERSION 10000 > RMI_ERROR_INPUT", "SMC_RMM_VERSION  a > RMI_SUCCESS  B 0", "SMC_RMI_VERSION")
    for start in usual:
        line = start + tail + end
        quick = read_record(line.encode(), RMI)
        assert quick in (None, read(line))
        assert quick is not None or not isinstance(read(start + end), Exchange) or tail.strip()


@pytest.mark.parametrize(
    "line",
    [
        '{"in_x1": "0x20000", "out_x0": "0x0", "out_x1": "0x20000", "out_x2": "0x20000"}',
        '{"id": 3, "in_x1": "0x20000", "x0": "0x0", "out_x1": "0x20000", "x2": "0x20000"}',
        '{"in_x1": "0x20000", "status": "RMI_SUCCESS", "lower": "2.0", "higher": "2.0"}',
        '{"x1": "0x20000", "x0": "0x0", "x1_out": "0x20000", "x2": "0x20000", "lower": "2.0", "requested": "2.0"}',
        '{"x1": "0x20000", "x0": "0x0", "lower": "2.0", "higher": "0x20000"}',
    ],
)
def test_the_names_that_a_suite_has(line: str) -> None:
    assert read(line) == Exchange((V20,), (0, V20, V20))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"x1": "0x20000", "x0": "0x0", "x1_out": "0x20000", "lower": "1.0"}', "`lower` is 0x10000, and "),
        ('{"request": {"x1": "0x20000", "requested": "1.0"}, "reply": {"x0": 0}}', "`requested` is 0x10000, and "),
        ('{"in_x1": "0x20000", "x1": "0x10000", "out_x0": "0x0"}', "`in_x1` is 0x20000, and `x1` beside it 0x10000"),
        ('{"x1": "0x20000", "x0": "0x0", "status": "FAIL"}', "its `status` cannot be read"),
        ('{"in_x1": "0x20000"}', "its reply has no register of the interface"),
        ('{"out_x0": "0x0"}', "its request lacks x1"),
    ],
)
def test_names_that_contradict_registers(line: str, why: str) -> None:
    found = read(line)
    assert isinstance(found, Unread)
    assert found.why.startswith(why)
