"""Lines that are torn: put together where they can be nothing else, and otherwise shown as unread."""

from __future__ import annotations

import io
import re

import pytest
from parley.conformance.logs.log import Log
from parley.conformance.logs.reader import Reader
from parley.conformance.logs.words import LogWords
from parley.model.instance import Value
from suites import policy_of

RMI = LogWords(policy_of("rmi", "rmm_1_0").interface)
RSI = LogWords(policy_of("rsi", "rmm_1_0_rsi").interface)
V10, V11, V20 = 0x10000, 0x10001, 0x20000


def logged(text: str, known: LogWords = RMI, by: str | None = None) -> Log:
    return Reader(known, by=None if by is None else re.compile(by.encode())).read(io.BytesIO(text.encode()))


def exchanges(log: Log) -> list[list[tuple[Value, tuple[Value | None, ...], int]]]:
    return [[(one.exchange.inputs[0], one.exchange.outputs, one.count) for one in s.exchanges] for s in log.segments]


@pytest.mark.parametrize(
    "text",
    [
        "> [   rmm ] SMC_RMI_VERSION        10000 >\n> RMI_SUCCESS 10000 10001\n",
        "SMC_RMI_VERSION        10000\n> RMI_SUCCESS 10000 10001\n",
        "2025-07-13 10:16:12,680: SMC_RMI_VERSION\n2025-07-13 10:16:12,680: 10000 > RMI_SUCCESS 10000 10001\n",
        "[1.0] SMC_RMI_VERSION  10000 \r\n[1.1]  > RMI_SUCCESS 10000 10001\r\n",
    ],
)
def test_a_line_that_is_torn_is_mended(text: str) -> None:
    for log in (logged("x\n" + text + "y\n"), logged("x\n" + text + "y\n", by="no RMM begins so")):
        assert exchanges(log) == [[(V10, (0, V10, V11), 1)]]
        assert (log.unread, log.segments[0].exchanges[0].first.number) == (0, 2)


@pytest.mark.parametrize(
    "text",
    [
        "SMC_RMI_VERSION 10000 >\nnoise\n> RMI_SUCCESS 10000 10001\n",
        "SMC_RMI_VERSION 10000 >\n[0.7] kvm [1]: some 1\n",
        "SMC_RMI_VERSION 10000\nthe status is RMI_SUCCESS or so\n",
        "SMC_RMI_VERSION 10000\n",
        "SMC_RMI_VERSION 10000",
    ],
)
def test_what_is_not_the_rest_of_a_line_is_not_taken_for_it(text: str) -> None:
    log = logged(text)
    assert (log.judged, log.unread, log.first_unread[0].line.number) == (0, 1, 1)


def test_a_line_that_is_torn_goes_on_in_the_next_of_its_rmm() -> None:
    log = logged("a SMC_RMI_VERSION 10000 >\nb noise\na RMI_SUCCESS 10000 10001\n", by="[ab]")
    assert exchanges(log) == [[(V10, (0, V10, V11), 1)]]


def test_a_line_behind_a_torn_one_is_read() -> None:
    log = logged("SMC_RMI_VERSION 10000\n" * 3 + "SMC_RMI_VERSION 10000 > RMI_SUCCESS 10000 10001\n")
    assert (log.judged, log.unread) == (1, 3)


@pytest.mark.parametrize(
    "text",
    [
        # Another command's whole line, and another command's rest.
        "SMC_RMI_VERSION 10000 >\nSMC_RTT_CREATE 8000 > RMI_SUCCESS 20000 20000\n",
        "SMC_RMI_VERSION 10000\nSMC_REC_ENTER 8000 900 > RMI_SUCCESS\n",
        "SMC_RMI_VERSION 10000 >\nRTT 8000 RMI_SUCCESS 20000 20000\n",
        "SMC_RMI_VERSION 10000\nRTT 8000 > RMI_SUCCESS 20000 20000\n",
        "SMC_RTT_CREATE 8000 >\nSMC_RMI_VERSION 10000 >\nRMI_SUCCESS 20000 20000\n",
        "SMC_RTT_CREATE 8000 >\nnoise\nSMC_RMI_VERSION 10000 >\nRMI_SUCCESS 20000 20000\n",
        # What is no rest, or is one of two that are waited for.
        "SMC_RTT_CREATE 8000 >\nSMC_RTT_CREATE 9000 > RMI_SUCCESS 1 1\nSMC_RMI_VERSION 10000 >\nRMI_SUCCESS 20000 20000\n",
        "SMC_RTT_CREATE 8000 >\nkernel: CONFIG_ARM_CCA\nSMC_RMI_VERSION 10000 >\nRMI_SUCCESS 20000 20000\n",
        "SMC_A 1 >\nSMC_B 2 >\nRMI_SUCCESS\nSMC_RMI_VERSION 10000 >\nRMI_SUCCESS 20000 20000\n",
        # In three parts, the last of which would do for a status.
        "SMC_RMI_VERSION 10000 >\nRMI_SUCCESS 10000\n10000\n",
        "SMC_RMI_VERSION 10000 >\nRMI_SUCCESS\n10000 10000\n",
        # A number may be torn, too.
        "SMC_RMI_VERSION 100\n00 > RMI_SUCCESS 10000 10000\n",
        # Of another boot.
        "[    5.000000] SMC_RMI_VERSION 10000 >\n[    1.000000] RMI_SUCCESS 10000 10000\n",
        # A success says more than its status, and nothing but columns is the rest of it.
        "SMC_RMI_VERSION 10000 > RMI_SUCCESS\n",
        "SMC_RMI_VERSION 10000 > RMI_SUCCESS\nnoise 20000 20000\n",
        "SMC_RMI_VERSION 10000 > RMI_SUCCESS\n20000\n",
        "SMC_RMI_VERSION 10000 > RMI_SUCCESS\n20000 20000 20000\n",
        "SMC_RMI_VERSION 10000 > 0\nnoise\n",
    ],
)
def test_no_reply_of_another_line_is_taken(text: str) -> None:
    for log in (logged(text), logged(text, by="no RMM begins so")):
        assert (log.judged, log.unread) == (0, 1)


def test_of_two_that_are_torn_neither_is_mended() -> None:
    log = logged("SMC_RMI_VERSION 10000 >\nSMC_RMI_VERSION 20000 >\nRMI_SUCCESS 10000 10000\n")
    assert (log.judged, log.unread) == (0, 2)
    # One whose rest came is none of them.
    both = "".join(f"SMC_RMI_VERSION {word} >\nRMI_SUCCESS {word} 20000\n" for word in (10000, 20000))
    assert exchanges(logged("SMC_RTT_CREATE 8000 >\nRMI_SUCCESS\n" + both)) == [
        [(V10, (0, V10, V20), 1), (V20, (0, V20, V20), 1)]
    ]


@pytest.mark.parametrize(
    "text",
    [
        "SMC_RMI_VERSION 10000 > RMI_SUCCESS\n10000 10001\n",
        "> SMC_RMI_VERSION 10000 > RMI_SUCCESS\n> 10000 10001\n",
        "[    9.712384] [ rmm ] SMC_RMI_VERSION 10000 > RMI_SUCCESS\n[   10.712384] [ rmm ] 10000 10001\n",
    ],
)
def test_a_line_that_is_torn_behind_its_status_is_mended(text: str) -> None:
    for log in (logged(text), logged(text, by="no RMM begins so")):
        assert (exchanges(log), log.unread) == ([[(V10, (0, V10, V11), 1)]], 0)


def test_a_failure_is_torn_where_its_rmm_prints_columns_for_it() -> None:
    failed = "SMC_RSI_VERSION 10000 > RSI_ERROR_INPUT\n"
    assert exchanges(logged(failed + "10001 20000\n", RSI)) == [[(V10, (1, V11, V20), 1)]]
    # What it shows is true without them.
    for text in (failed, failed + "noise\n", failed + "10001\n"):
        log = logged(text, RSI)
        assert (exchanges(log), log.unread) == ([[(V10, (1, None, None), 1)]], 0)
    # Of RMI_VERSION it is whole: what comes behind it is something else.
    rmi = logged("SMC_RMI_VERSION 10000 > RMI_ERROR_INPUT\n10001 20000\n")
    assert exchanges(rmi) == [[(V10, (1, None, None), 1)]]


@pytest.mark.parametrize("at", range(1, 40, 3))
def test_it_does_not_matter_in_which_pieces_torn_lines_come(at: int) -> None:
    text = b"SMC_RTT_CREATE 8000 >\nSMC_RMI_VERSION 10000 >\nRMI_SUCCESS 20000 20000\n"
    reader = Reader(RMI)
    for start in range(0, len(text), at):
        reader.feed(text[start : start + at])
    assert (reader.finish().judged, reader.log.unread) == (0, 1)
