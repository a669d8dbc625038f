"""Logs as a whole: streamed, divided into boots, and judged without knowing what is supported."""

from __future__ import annotations

import io
import itertools
import json
import re
import tracemalloc
from collections.abc import Iterable, Iterator
from random import Random
from typing import Literal, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parley.conformance.explain import Undecided
from parley.conformance.logs.log import Log
from parley.conformance.logs.reader import LONGEST_LINE, Reader
from parley.conformance.logs.verdict import (
    ContradictedSegment,
    ExcludedRange,
    ExplainedSegment,
    SegmentVerdict,
    judge_segment,
)
from parley.conformance.logs.words import LogWords
from parley.model.instance import word_of
from parley.model.oracle import Oracle
from parley.spec.checked import CheckedPolicy
from parley.spec.words import Format
from suites import policy_in, policy_of

RMI = policy_of("rmm_1_0_strict", "rmm_1_0_strict")
RSI = policy_of("rmm_1_0_strict", "rmm_1_0_rsi_strict")
TF_RMM = policy_of("tf_rmm", "tf_rmm")
FORMAT = Format.of(RMI.interface.layout)
Marker: TypeAlias = "re.Pattern[bytes] | Literal['usual'] | None"
MARKER: Marker = "usual"


def logged(text: str | bytes, policy: CheckedPolicy = RMI, marker: Marker = MARKER) -> Log:
    raw = text if isinstance(text, bytes) else text.encode()
    return Reader(LogWords(policy.interface), marker).read(io.BytesIO(raw))


def verdicts(text: str, policy: CheckedPolicy = RMI, marker: Marker = MARKER) -> list[SegmentVerdict]:
    return [judge_segment(policy, stretch) for stretch in logged(text, policy, marker).segments]


def verdict(text: str, policy: CheckedPolicy = RMI) -> SegmentVerdict:
    (made,) = verdicts(text, policy, None)
    return made


def words(*revisions: str) -> tuple[int, ...]:
    return tuple(map(FORMAT.read, revisions))


def line(policy: CheckedPolicy, requested: int, status: str, *revisions: int) -> str:
    """As TF-RMM prints it."""
    shown = "".join(f" {word:x}" for word in revisions)
    return f"SMC_{policy.interface.name:<29} {requested:x} > {status}{shown}\n"


def printed(policy: CheckedPolicy, supported: tuple[int, ...], requests: Iterable[int], *, in_full: bool) -> str:
    """What an RMM with the policy's rule prints; the outputs of a failure only where `in_full`."""
    oracle = Oracle(policy)
    made: list[str] = []
    for requested in requests:
        outputs = oracle.answers({"supported": supported}, {"requested": requested})[-1]
        name = next(n for n, v in policy.interface.constants.items() if v == outputs["status"])
        shown = in_full or outputs["status"] == 0
        made.append(
            line(policy, requested, name, *(map(word_of, (outputs["lower"], outputs["higher"])) if shown else ()))
        )
    return "".join(made)


def numbers(made: SegmentVerdict) -> list[int]:
    assert isinstance(made, ContradictedSegment), made
    return [one.first.number for one in made.exchanges]


# ---- reading --------------------------------------------------------------------------------------------


def test_what_is_the_same_is_kept_once() -> None:
    text = "[1.0] SMC_RMI_VERSION 10000 > RMI_ERROR_INPUT\n[2.0]  SMC_RMM_VERSION 010000 > 1\r\nnoise\n"
    log = logged(text * 3)
    (stretch,) = log.segments
    (sighting,) = stretch.exchanges
    assert (log.lines, log.judged, log.unread, log.cut) == (9, 6, 0, None)
    assert (sighting.count, sighting.first.number) == (6, 1)
    assert sighting.first.text == "[1.0] SMC_RMI_VERSION 10000 > RMI_ERROR_INPUT"


def test_others_are_counted_and_named() -> None:
    text = "SMC_RSI_VERSION 10000 > RSI_SUCCESS 10000 10000\n"
    log = logged(text * 2 + "SMC_FFA_VERSION\n" + "".join(f"SMC_A{at}_VERSION\n" for at in range(30)))
    assert not log.segments
    assert log.others["SMC_RSI_VERSION"] == 2
    assert log.others["SMC_FFA_VERSION"] == 1
    assert sum(log.others.values()) == 33
    assert len(log.others) <= 21


def test_what_cannot_be_read_is_counted_and_the_first_shown() -> None:
    log = logged("x\n" + "SMC_RMI_VERSION 1000\n" * 7 + "SMC_RMI_VERSION 1000 > ?\n")
    assert log.unread == 8
    assert [one.line.number for one in log.first_unread] == [2, 3, 4, 5, 6]
    assert log.first_unread[0].why == "it has no reply"


def test_a_last_line_without_its_end() -> None:
    log = logged("SMC_RMI_VERSION 20000 > RMI_SUCCESS 20000 2000")
    assert log.cut is not None
    assert log.cut.number == 1
    assert log.segments[0].exchanges[0].exchange.outputs == (0, 0x20000, None)
    log = logged("SMC_RMI_VERSION 20000 > RMI_SUC")
    assert (log.unread, log.segments) == (1, [])


def test_boots() -> None:
    boot = "\x1b[0mBooting RMM v.0.8.0(debug) Built: today\r\n"
    one, two = line(RMI, 0x10000, "RMI_ERROR_INPUT"), line(RMI, 0x10001, "RMI_ERROR_INPUT")
    log = logged("noise\n" + boot + one + boot + boot + two + two + boot + one + one)
    assert log.boots == 4
    assert [(s.boot, s.begins, s.times, s.lines) for s in log.segments] == [(1, 2, 2, 3), (3, 5, 1, 2)]
    log = logged(one + boot + two)
    assert [(s.boot, s.begins) for s in log.segments] == [(1, 1), (2, 2)]
    assert len(logged(one + boot + two, marker=None).segments) == 1
    assert len(logged("U-Boot\n" + one + "U-Boot\n" + two, marker=re.compile(b"^U-Boot$")).segments) == 2


def halves(*rows: object) -> str:
    return "".join(f"{json.dumps(row)}\n" for row in rows)


@pytest.mark.parametrize("name", [int, str, lambda at: f"n {at}"])  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
def test_requests_and_replies_meet_by_their_id(name: object) -> None:
    assert callable(name)
    asked = [{"id": name(at), "x1": "0x10000"} for at in range(4)]
    replied = [{"id": name(at), "x0": "0x0", "x1": "0x10000", "x2": hex(0x10000 + at % 2)} for at in range(4)]
    log = logged(halves(asked[0], asked[1], replied[1], asked[2], replied[0], replied[2], asked[3], replied[3]))
    (stretch,) = log.segments
    assert [(one.exchange.outputs[2], one.count, one.first.number) for one in stretch.exchanges] == [
        (0x10001, 2, 3),
        (0x10000, 2, 5),
    ]
    assert stretch.exchanges[0].first.text == f"{json.dumps(asked[1])} {json.dumps(replied[1])}"
    assert log.unread == 0


def test_requests_and_replies_without_the_other() -> None:
    asked, replied = {"id": 1, "x1": "0x10000"}, {"id": 1, "x0": "0x1"}
    log = logged(halves(replied, asked, asked, replied, replied, {**asked, "id": 2}))
    assert [(one.line.number, one.why) for one in log.first_unread] == [
        (1, "it is a reply, and its request is not there"),
        (2, "no reply to it is there"),
        (5, "it is a reply, and its request is not there"),
        (6, "no reply to it is there"),
    ]
    assert log.judged == 1


def test_long_lines() -> None:
    good = line(RMI, 0x10000, "RMI_ERROR_INPUT")
    log = logged("." * (3 * LONGEST_LINE) + good + good)
    assert (log.lines, log.judged, log.unread) == (2, 2, 0)
    assert log.segments[0].exchanges[0].first.text.endswith("> RMI_ERROR_INPUT")
    log = logged(good.strip() + "." * (3 * LONGEST_LINE) + "\n" + good)
    assert (log.lines, log.judged, log.unread) == (2, 1, 1)
    log = logged('{"x0": "' + "." * (3 * LONGEST_LINE) + "\n" + good)
    assert (log.lines, log.judged, log.unread) == (2, 1, 1)
    # The name lies across the place where such a line is divided.
    for shift in range(4096 - 20, 4096 + 40, 3):
        log = logged("." * (LONGEST_LINE - shift) + good.strip() + "." * 5_000 + "\n")
        assert (log.judged, log.unread) == (0, 1)
    for shift in range(0, 40, 3):
        log = logged("." * (LONGEST_LINE - shift) + good)
        assert (log.judged, log.unread) == (1, 0)


def test_text_is_fit_to_be_shown() -> None:
    log = logged(b"\xc3\xa4\xff\x07 SMC_RMI_VERSION 10000 > RMI_ERROR_INPUT\n")
    assert log.segments[0].exchanges[0].first.text == "ä\\xff\\x07 SMC_RMI_VERSION 10000 > RMI_ERROR_INPUT"


class Endless(io.RawIOBase):
    """Lines made as they are read."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self.lines = lines
        self.rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        more = self.rest or next(self.lines, b"")
        part, self.rest = more[: len(buffer)], more[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["text", "noise", "json", "boots", "stamps", "messages"])
def test_memory_does_not_grow_with_the_number_of_lines(kind: str) -> None:
    def lines(count: int) -> Iterator[bytes]:
        for at in range(count):
            match kind:
                case "json" if at % 2:
                    yield b'{"id": %d, "x0": 1, "x1": 65536, "x2": 65536}\n' % (at // 2)
                case "json":
                    yield b'{"id": %d, "x1": 65537}\n' % (at // 2)
                case "noise":
                    yield b"[%d] SMC_RMI_VERSION \x1b[1m%d > \n" % (at, at)
                case "stamps":
                    yield b"[%d.000] SMC_RMI_VERSION %x > RMI_ERROR_INPUT\n" % (at % 3, at % 3)
                case "messages" if at % 2:
                    yield b"[%d] Unsupported RMI ABI (v1.%d - v1.9) we want v1.9\n" % (at, at % 5)
                case "messages":
                    yield b"RMI ABI %d\nSMC_RMI_VERSION 10009 > RMI_ERROR_INPUT\n" % at
                case "boots" if at % 3 == 0:
                    yield b"Booting RMM v.%d\n" % at
                case _:
                    yield b"[%d] SMC_RMI_VERSION %x > RMI_ERROR_INPUT\r\n" % (at, at % 3)

    def peak(count: int) -> int:
        tracemalloc.start()
        stream = io.BufferedReader(Endless(lines(count)))
        log = Reader(LogWords(RMI.interface), MARKER).read(stream)
        assert log.lines == count + (count // 2 if kind == "messages" else 0)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    # What is remembered of lines is bounded; `noise` fills it.
    bound = 30_000_000 if kind == "noise" else 100_000
    peak(100)
    # So many fill the part of the log that is read at once.
    assert peak(25_000) < peak(5_000) + bound


@given(st.binary(max_size=400), st.booleans())
def test_no_bytes_are_too_much(raw: bytes, marked: bool) -> None:
    logged(raw, marker=MARKER if marked else None)


_PIECES = st.sampled_from(
    [
        b"SMC_RMI_VERSION ",
        b"SMC_RSI_VERSION ",
        b"10000 ",
        b"20000 ",
        b"> ",
        b"RMI_SUCCESS ",
        b"RMI_ERROR_INPUT",
        b"\n",
        b"\r\n",
        b"\x1b[0m",
        b"Booting RMM v.\n",
        b'{"id": 1, "x1": 1}\n',
        b'{"id": 1, "x0": 1}\n',
        b"{",
        b"\x00",
    ]
)


@settings(deadline=None)
@given(st.lists(_PIECES, max_size=30).map(b"".join))
def test_nothing_that_looks_like_a_version_line_is_dropped(raw: bytes) -> None:
    log = logged(raw)
    lines = [one for one in raw.split(b"\n") if b"SMC_RMI_VERSION " in one or b"SMC_RSI_VERSION " in one]
    halves_ = raw.count(b'"id"')
    assert len(lines) <= log.judged + log.unread + sum(log.others.values()) <= len(lines) + halves_
    for stretch in log.segments:
        assert not isinstance(judge_segment(RMI, stretch), Undecided)


# ---- judging --------------------------------------------------------------------------------------------


def test_a_log_of_the_facts() -> None:
    made = verdict("SMC_RMI_VERSION                   20000 > RMI_SUCCESS 20000 20000\n")
    assert isinstance(made, ExplainedSegment)
    assert made.configuration.config == {"supported": words("2.0")}
    known = made.known["supported"]
    assert known.must == words("2.0")
    assert known.cannot == (ExcludedRange(*words("2.1", "32767.65535")),)
    assert known.complete


def test_what_is_certain() -> None:
    text = line(RSI, 0x10003, "RSI_ERROR_INPUT", 0x10001, 0x20000) + line(RSI, 0x10000, "RSI_ERROR_INPUT")
    made = verdict(text, RSI)
    assert isinstance(made, ExplainedSegment)
    known = made.known["supported"]
    assert known.must == words("1.1", "2.0")
    # From 1.1 to 1.3 nothing but 1.1, and not 1.0; above 2.0 nothing.
    assert known.cannot == (
        ExcludedRange(*words("1.0", "1.0")),
        ExcludedRange(*words("1.2", "1.3")),
        ExcludedRange(*words("2.1", "32767.65535")),
    )


def test_a_failure_without_outputs_contradicts_a_success() -> None:
    text = line(RMI, 0x10001, "RMI_ERROR_INPUT") + "noise\n" + line(RMI, 0x20000, "RMI_SUCCESS", 0x20000, 0x20000)
    assert isinstance(verdict(text), ExplainedSegment)
    text += line(RMI, 0x10001, "RMI_SUCCESS", 0x10001, 0x20000)
    assert numbers(verdict(text)) == [1, 4]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("SMC_RMI_VERSION 10000 > RMI_SUCCESS 10001 10001\n", [1]),
        ("SMC_RMI_VERSION 80010000 > RMI_SUCCESS 10000 10000\n", [1]),
        ("SMC_RMI_VERSION 10000 > RMI_ERROR_REALM\n", [1]),
        ("SMC_RMI_VERSION 10000 > RMI_SUCCESS 10000 20000\nSMC_RMI_VERSION 20000 > RMI_ERROR_INPUT\n", [1, 2]),
    ],
)
def test_lines_that_no_conforming_rmm_prints(text: str, lines: list[int]) -> None:
    before = "SMC_RMI_VERSION 1 > RMI_ERROR_INPUT\n"
    assert numbers(verdict(text)) == lines
    assert numbers(verdict(before + text)) == [number + 1 for number in lines]


def test_each_boot_has_its_own_configuration() -> None:
    boot = "Booting RMM v.0.8.0\n"
    one = line(RMI, 0x10000, "RMI_SUCCESS", 0x10000, 0x10000)
    two = line(RMI, 0x20000, "RMI_SUCCESS", 0x20000, 0x20000)
    assert [type(made) for made in verdicts(boot + one + boot + two)] == [ExplainedSegment, ExplainedSegment]
    assert numbers(verdict(boot + one + boot + two)) == [2, 4]


def test_lines_that_declare_their_configuration() -> None:
    def pair(at: int, supported: list[str], requested: str, status: int, lower: str, higher: str) -> list[object]:
        word = {name: hex(FORMAT.read(name)) for name in (requested, lower, higher)}
        reply = {"id": at, "x0": hex(status), "x1": word[lower], "x2": word[higher]}
        return [{"id": at, "supported": supported, "x1": word[requested]}, reply]

    rows = [
        *pair(1, ["1.0", "2.0"], "1.0", 0, "1.0", "2.0"),
        *pair(2, ["1.0", "2.0"], "1.1", 1, "2.0", "2.0"),
        *pair(3, ["1.0"], "1.0", 0, "1.0", "1.0"),
        *pair(4, [], "1.0", 1, "1.0", "1.0"),
    ]
    found = verdicts(halves(*rows))
    assert [type(made) for made in found] == [ContradictedSegment, ExplainedSegment, ContradictedSegment]
    assert numbers(found[0]) == [4]
    # Nothing is supported: no RMM is built so.
    assert numbers(found[2]) == []


def test_a_policy_that_leaves_part_of_the_answer_open() -> None:
    malformed = 0x80010001
    assert isinstance(verdict(line(RMI, malformed, "RMI_ERROR_INPUT", 0x10000, 0x20000)), ExplainedSegment)
    text = line(RMI, malformed, "RMI_ERROR_INPUT", 0x10000, 0x20000) + line(RMI, 0x10000, "RMI_ERROR_INPUT")
    assert numbers(verdict(text)) == [1, 2]
    # Where a malformed request leaves both open, its reply says nothing of what is supported.
    assert isinstance(verdict(text, policy_of("rmi", "rmm_1_0")), ExplainedSegment)


SETS = st.sets(st.sampled_from(words("0.0", "0.8", "1.0", "1.1", "1.2", "1.5", "2.0", "32767.65535")), min_size=1)
REQUESTS = st.lists(
    st.sampled_from([*words("0.0", "0.8", "1.0", "1.1", "1.3", "2.0", "2.1", "32767.65535"), 0x80010000, 1 << 63]),
    min_size=1,
    max_size=8,
)


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(SETS, REQUESTS, st.booleans(), st.sampled_from([RMI, RSI, TF_RMM]))
def test_what_a_policy_prints_is_consistent_with_it(
    supported: set[int], requests: list[int], in_full: bool, policy: CheckedPolicy
) -> None:
    text = printed(policy, tuple(sorted(supported)), requests, in_full=in_full)
    made = verdict(text, policy)
    assert isinstance(made, ExplainedSegment), made
    # What is certain is so of the configuration that printed it.
    known = made.known["supported"]
    assert set(known.must) <= supported
    assert not any(gap.low <= word <= gap.high for gap in known.cannot for word in supported)


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(SETS, st.sets(st.sampled_from(words("0.0", "0.8", "1.0", "1.1", "1.3", "2.0", "2.1")), min_size=1))
def test_the_rule_of_tf_rmm_contradicts_where_a_request_lies_between_two_supported_ones(
    supported: set[int], requests: set[int]
) -> None:
    """Where `tf_rmm.older_lower` is refuted: an older revision is supported and the newest comes back."""
    members = tuple(sorted(supported))
    text = printed(TF_RMM, members, sorted(requests), in_full=True)
    wrong = [r for r in sorted(requests) if r not in supported and members[0] < r < members[-1]]
    made = verdict(text)
    # A reply alone is right for an RMM that supports less; another must show the older revision.
    seen = {r for r in requests if r in supported} | {members[-1]}
    shown = [r for r in wrong if any(older < r for older in seen)]
    if not shown:
        assert isinstance(made, ExplainedSegment)
        return
    assert isinstance(made, ContradictedSegment)
    # Each line is needed.
    lines = [f"{one.first.raw.decode()}\n" for one in made.exchanges]
    assert made.fewest
    assert isinstance(verdict("".join(lines)), ContradictedSegment)
    for fewer in itertools.combinations(lines, len(lines) - 1):
        assert not fewer or isinstance(verdict("".join(fewer)), ExplainedSegment)


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.integers(0, 3), st.integers(0, 3)), max_size=4, min_size=1)
)
def test_verdicts_against_walking_all_configurations(rows: list[tuple[int, bool, int, int]]) -> None:
    """Of revisions 1.0 to 1.3: what some set of them explains is consistent, and nothing else with those in replies."""
    oracle = Oracle(RSI)
    known = words("1.0", "1.1", "1.2", "1.3")
    sets = [s for size in range(1, 5) for s in itertools.combinations(known, size)]

    def explains(supported: tuple[int, ...]) -> bool:
        return all(
            oracle.allows(
                {"supported": supported},
                {"requested": known[asked]},
                {"status": int(failed), "lower": known[lower], "higher": known[higher]},
            )
            for asked, failed, lower, higher in rows
        )

    text = "".join(
        line(RSI, known[a], "RSI_ERROR_INPUT" if f else "RSI_SUCCESS", known[low], known[h]) for a, f, low, h in rows
    )
    found = verdict(text, RSI)
    if any(map(explains, sets)):
        assert isinstance(found, ExplainedSegment)
        assert set(found.known["supported"].must) == {
            word for word in known if all(word in s for s in sets if explains(s))
        }
    else:
        assert isinstance(found, ContradictedSegment)
        assert found.fewest


@pytest.mark.slow
def test_many_different_lines() -> None:
    random = Random(1)
    requests = [random.randrange(1 << 31) for _ in range(3_000)]
    supported = words("1.0", "1.2", "300.7", "2000.65535")
    text = printed(RMI, supported, [*requests, *words("1.1", "1.2")], in_full=True)
    made = verdict(text)
    assert isinstance(made, ExplainedSegment)
    assert made.configuration.config == {"supported": supported}
    assert not made.known["supported"].complete
    assert set(made.known["supported"].must) <= set(supported)
    text += line(RMI, 0x10003, "RMI_ERROR_INPUT", 0x10000, FORMAT.read("2000.65535"))
    made = verdict(text)
    assert 3003 in numbers(made)
    # The others were not all put to the solver.
    assert isinstance(made, ContradictedSegment)
    assert len(made.exchanges) == 2
    assert not made.fewest


def test_a_policy_with_a_relation_that_nobody_gives_a_body() -> None:
    text = """interface DEMO_VERSION {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config supported : set of revision
    input  requested : revision in x1
    output status : { OK = 0, BAD = 1 } in x0
    define fits(offered, wanted)
}
policy p for DEMO_VERSION {
    case good when some r in supported: fits(r, requested) { status = OK }
    case bad otherwise { status = BAD }
}
"""
    policy = policy_in(text)
    log = "SMC_DEMO_VERSION 10000 > OK\nSMC_DEMO_VERSION 10001 > BAD\n"
    assert isinstance(verdict(log, policy), ExplainedSegment)
    assert numbers(verdict(log + "SMC_DEMO_VERSION 10000 > BAD\n", policy)) == [1, 3]
    declared = halves({"id": 1, "supported": ["1.0"], "x1": 0}, {"id": 1, "x0": 0})
    assert isinstance(verdict(declared, policy), Undecided)
