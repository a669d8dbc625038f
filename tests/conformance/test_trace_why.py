"""Why lines contradict each other: the sentences, and that they are true."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parley.conformance.logs.reader import Reader
from parley.conformance.logs.verdict import ContradictedSegment, judge_segment
from parley.conformance.logs.words import LogWords
from parley.model.oracle import Oracle
from parley.spec.checked import CheckedPolicy
from parley.spec.words import Format
from suites import policy_in, policy_of

RMI = policy_of("rmi", "rmm_1_0")
RSI = policy_of("rmm_1_0_strict", "rmm_1_0_rsi_strict")
FORMAT = Format.of(RMI.interface.layout)


def contradicted(text: str, policy: CheckedPolicy = RMI) -> ContradictedSegment | None:
    log = Reader(LogWords(policy.interface)).read(io.BytesIO(text.encode()))
    (segment,) = log.segments
    made = judge_segment(policy, segment, certain=False)
    return made if isinstance(made, ContradictedSegment) else None


def why(text: str, policy: CheckedPolicy = RMI) -> str:
    made = contradicted(text, policy)
    assert made is not None
    return made.why


RMM = "SMC_RMI_VERSION {} > {}\n"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            ["20000 > RMI_SUCCESS 20000 20000", "20000 > RMI_ERROR_INPUT"],
            "line 1 says that 2.0 is supported, so 2.0 asked in line 2 would have succeeded",
        ),
        (
            ["20000 > RMI_ERROR_INPUT", "20000 > RMI_SUCCESS 20000 20000"],
            "line 1 says that 2.0 is not supported, so 2.0 asked in line 2 would have failed with RMI_ERROR_INPUT",
        ),
        (
            ["10000 > RMI_SUCCESS 10000 10002", "10001 > RMI_ERROR_INPUT 10002 10002"],
            "line 1 says that 1.0 is supported, so 1.1 asked in line 2 would not have got lower 1.2; for example, with "
            "supported 1.0, 1.2 it is 1.0",
        ),
        (
            ["10000 > RMI_SUCCESS 10000 10000", "30000 > RMI_SUCCESS 30000 30000"],
            "line 1 says that nothing newer than 1.0 is supported, so 3.0 asked in line 2 would have failed with "
            "RMI_ERROR_INPUT",
        ),
        (
            ["10003 > RMI_SUCCESS 10003 10003", "10002 > RMI_ERROR_INPUT 10000 10000"],
            "line 1 says that 1.3 is supported, so 1.2 asked in line 2 would not have got higher 1.0; for example, with "
            "supported 1.3 it is 1.3",
        ),
        (
            ["10000 > RMI_SUCCESS 10001 10001"],
            "whatever is supported, no request for 1.0 gets status RMI_SUCCESS and lower 1.1 together",
        ),
        (
            ["80010000 > RMI_SUCCESS 10000 10000"],
            "whatever is supported, no request for 0x80010000 gets status RMI_SUCCESS",
        ),
        (["10000 > RMI_ERROR_REALM"], ""),
    ],
)
def test_what_is_said(lines: list[str], sentence: str) -> None:
    assert why("".join(f"SMC_RMI_VERSION {line}\n" for line in lines)) == sentence


def test_what_a_message_says_is_not_spoken_of_as_a_request() -> None:
    said = why("kvm [1]: RMI ABI version 2.0\nRMI ABI revision v1.1\n")
    assert said == "line 1 says that 2.0 is supported, so line 2 would not say higher 1.1"


def test_three_lines() -> None:
    reply = "SMC_RMI_VERSION {} > RMI_ERROR_INPUT {} {}\n".format
    text = (
        reply("10004", "10003", "20000")
        + reply("10002", "10001", "20000")
        + "SMC_RMI_VERSION 10003 > RMI_ERROR_INPUT\n"
    )
    assert why(text) == "line 1 says that 1.3 is supported, so 1.3 asked in line 3 would have succeeded"


def test_a_declared_configuration() -> None:
    text = '{"request": {"x1": "0x10001", "supported": ["1.0", "1.2"]}, "reply": {"x0": "0x1", "x1": "0x10002"}}\n'
    assert why(text) == "the policy answers status RMI_ERROR_INPUT, lower 1.0, higher 1.2"


def test_where_it_is_not_found_out_nothing_is_said() -> None:
    text = """interface DEMO_VERSION {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config fast : bool
    input  requested : revision in x1
    output status : { OK = 0, BAD = 1, SLOW = 2 } in x0
}
policy p for DEMO_VERSION {
    case good when fast { status = OK }
    case bad otherwise { status = BAD }
}
"""
    policy = policy_in(text)
    log = "SMC_DEMO_VERSION 10000 > OK\nSMC_DEMO_VERSION 10000 > BAD\n"
    assert why(log, policy) == ""
    assert (
        why("SMC_DEMO_VERSION 10000 > SLOW\n", policy) == "whatever is supported, no request for 1.0 gets status SLOW"
    )


KNOWN = tuple(map(FORMAT.read, ("1.0", "1.1", "1.2", "1.3")))
SETS = [s for size in range(1, 5) for s in itertools.combinations(KNOWN, size)]
_SAID = re.compile(r"line (\d) says that (.*), so .* line (\d)")
_FACTS: list[tuple[re.Pattern[str], Callable[[tuple[int, ...], list[int]], bool]]] = [
    (re.compile(r"(\S+) is supported"), lambda s, a: a[0] in s),
    (re.compile(r"(\S+) is not supported"), lambda s, a: a[0] not in s),
    (re.compile(r"nothing newer than (\S+) is supported"), lambda s, a: max(s) <= a[0]),
    (re.compile(r"nothing between (\S+) and (\S+) is supported"), lambda s, a: not any(a[0] < r < a[1] for r in s)),
    (re.compile(r"something from (\S+) to (\S+) is supported"), lambda s, a: any(a[0] <= r <= a[1] for r in s)),
]


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=2)
)
def test_what_is_said_is_so_in_every_configuration(rows: list[tuple[int, bool, int, int]]) -> None:
    """Of revisions 1.0 to 1.3, which all that is in replies is among: walked one by one."""
    oracle = Oracle(RSI)

    def explains(supported: tuple[int, ...], row: tuple[int, bool, int, int]) -> bool:
        asked, failed, lower, higher = row
        outputs = {"status": int(failed), "lower": KNOWN[lower], "higher": KNOWN[higher]}
        return oracle.allows({"supported": supported}, {"requested": KNOWN[asked]}, outputs)

    text = "".join(
        f"SMC_RSI_VERSION {KNOWN[a]:x} > {'RSI_ERROR_INPUT' if f else 'RSI_SUCCESS'} {KNOWN[low]:x} {KNOWN[h]:x}\n"
        for a, f, low, h in rows
    )
    made = contradicted(text, RSI)
    if made is None or len(made.exchanges) < 2:
        return
    found = _SAID.match(made.why)
    assert found is not None, (text, made.why)
    says, fact, other = rows[int(found[1]) - 1], found[2], rows[int(found[3]) - 1]
    pattern, holds = next((p, h) for p, h in _FACTS if p.fullmatch(fact))
    arguments = [FORMAT.read(word) for word in pattern.fullmatch(fact).groups()]  # pyright: ignore[reportOptionalMemberAccess]
    for supported in SETS:
        assert holds(supported, arguments) or not explains(supported, says), (text, made.why)
        assert not holds(supported, arguments) or not explains(supported, other), (text, made.why)
