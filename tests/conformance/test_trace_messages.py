"""What programs print of the command, by the library's table and by one's own; both sides, several boots and RMMs."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parley.conformance.logs.lines import cleaned, read_line
from parley.conformance.logs.log import Log
from parley.conformance.logs.reader import MOST_RMMS, Reader, TooManyRmms
from parley.conformance.logs.table import library_table, read_table
from parley.conformance.logs.words import Exchange, LogWords, Meaning, OtherCommand, Part, Told, Unjudged, Unread
from parley.model.instance import Value
from parley.spec.diagnostics import Rejected
from suites import policy_of

RMI = LogWords(policy_of("rmi", "rmm_1_0").interface)
RSI = LogWords(policy_of("rsi", "rmm_1_0_rsi").interface)
V00, V08, V10, V11, V12, V20 = 0, 8, 0x10000, 0x10001, 0x10002, 0x20000

Said = tuple[int, tuple[int | None, ...]]


def read(line: str, known: LogWords = RMI) -> Meaning:
    return read_line(cleaned(line.encode()), known)


def logged(text: str, known: LogWords = RMI, by: str | None = None) -> Log:
    return Reader(known, by=None if by is None else re.compile(by.encode())).read(io.BytesIO(text.encode()))


def exchanges(log: Log) -> list[list[tuple[Value, tuple[Value | None, ...], int]]]:
    return [[(one.exchange.inputs[0], one.exchange.outputs, one.count) for one in s.exchanges] for s in log.segments]


# ---- the library's table --------------------------------------------------------------------------------

EXAMPLES: list[tuple[LogWords, str, Said | None]] = [
    (RMI, "NOTICE:  RMI ABI revision v1.1", (V11, (0, V11, V11))),
    (RSI, "RSI ABI revision v1.1", (V11, (0, V11, V11))),
    (RMI, "RMI/RSI ABI v.1.0/1.1 built: Dec 11 2024 02:52:28", (V10, (0, V10, V10))),
    (RSI, "RMI/RSI ABI v.1.0/1.1 built: Dec 11 2024 02:52:28", (V11, (0, V11, V11))),
    (RMI, "RMI/RSI ABI v.66.0/13.0 built: Dec 11 2022 02:52:28", None),
    (RSI, "RMI/RSI ABI v.66.0/13.0 built: Dec 11 2022 02:52:28", None),
    (RMI, "SMC_RMM_VERSION                      0        0        0        0        0 > 380000", None),
    (RMI, "SMC_RMM_VERSION               > 420000", None),
    (RSI, "SMC_RSI_ABI_VERSION                  0        0        0        0        0 > d0000", None),
    (RSI, "SMC_RSI_ABI_VERSION           > d0000", None),
    (RMI, "INFO:    RMI Version is 0x10000 : 0x10001", (V10, (0, V10, V11))),
    (RSI, "INFO:    RSI Version is 0x10000 : 0x10001", (V10, (0, V10, V11))),
    (RMI, "RMI interface version: Low: 1.0 High: 1.1", (V10, (0, V10, V11))),
    (RMI, "[TRACE]islet_rmm::event -- RMI: VERSION              [10000] > [0, 10000, 10000]", (V10, (0, V10, V10))),
    (RMI, "[WARN]islet_rmm::event -- RMI: VERSION              [20000] > [1, 0, 0]", (V20, (1, 0, 0))),
    (RMI, "RMI_ABI_VERSION: 0x10000 0x10000", (V10, (0, V10, V10))),
    (RSI, "RSI: ABI_VERSION          [] > [4]", None),
    (RSI, "RSI_ABI_VERSION: 0x10000", (V10, (0, V10, V10))),
    (RMI, "VERBOSE: RMM version is 0.0", (V00, (0, V00, V00))),
    (RMI, "Received RMM_RMI_REQ_VERSION for v0.8", None),
    (RMI, "[    0.716726] kvm [1]: RMI ABI version 1.0", (V10, (0, V10, None))),
    (RMI, "kvm [1]: Unsupported RMI ABI (v1.2 - v2.0) we want v1.0", (V10, (1, V12, V20))),
    (RMI, "kvm [1]: Unsupported RMI ABI (v1.2) we want v1.0", (V10, (1, V12, None))),
    (RMI, "kvm [1]: Unsupported RMI ABI (v1.2) host supports v1.0", (V10, (1, V12, None))),
    (RMI, "[    0.267019] kvm [1]: Using prototype RMM support (version 56.0)", None),
    (RMI, "kvm [1]: Unsupported RMI ABI (version 2.0) we support 1", (V20, (0, V20, None))),
    (RSI, "[    0.000000] RME: Using RSI version 1.0", (V10, (0, V10, None))),
    (RSI, "RME: RMM doesn't support RSI version 1.0. Supported range: 1.0-0.0", (V10, (1, V10, V00))),
    (RSI, "RME: RSI version 13.0 advertised", None),
    (RSI, "error: RSI 1.0 incompatible: status 0x1, range 1.1-2.0.", (V10, (1, V11, V20))),
    (RSI, "error: RSI unavailable (not running in a Realm?).", None),
    (RSI, "PASS: rsi: version: RSI ABI version 1.0 (expected: 1.0)", (V10, (0, V10, None))),
    (RSI, "FAIL: rsi: version: RSI ABI version 1.1 (expected: 1.0)", (V10, (1, V11, None))),
    (RSI, "SMC_RSI_ABI_VERSION failed (-1)", None),
    (RSI, "INFO:    RSI ABI version 1.1 (expected: 1.0)INFO:    next", (V10, (None, V11, None))),
    (RMI, "RMM version is: 0.0", (V00, (0, V00, None))),
    (
        RMI,
        "\tINFO: RMI_ABI lower version : 1.1 \n\tINFO: RMI_ABI higher version : 2.0 \n"
        "\tRMI ABI version is incompatibe with ACS, Expected : 1.2 \n",
        (V12, (1, V11, V20)),
    ),
    (RMI, "\tRMI lower version : 1.1 \nTest\n\tExpected version : 1.0 \n", (V10, (0, V11, None))),
    (
        RSI,
        "\tINFO: RSI_ABI lower version : 1.1 \n\tINFO: RSI_ABI higher version : 2.0 \n"
        "\tRSI ABI version is incompatibe with ACS, Expected : 1.2 \n",
        (V12, (1, V11, V20)),
    ),
    (RSI, "\tRSI lower version : 1.1 \n\tExpected version : 1.0 \n", (V10, (0, V11, None))),
]


@pytest.mark.parametrize(("known", "text", "said"), EXAMPLES, ids=[text[:40] for _, text, _ in EXAMPLES])
def test_what_a_program_prints(known: LogWords, text: str, said: Said | None) -> None:
    log = logged(f"{text}\n", known)
    assert log.unread == 0
    if said is None:
        assert (log.judged, [one.count for one in log.unjudged]) == (0, [1])
    else:
        assert exchanges(log) == [[(*said, 1)]]
    other = RSI if known is RMI else RMI
    if "RMI/RSI" not in text:
        assert (sum(logged(f"{text}\n", other).others.values()) >= 1, logged(f"{text}\n", other).judged) == (True, 0)


def test_each_message_of_the_table_has_an_example() -> None:
    shown: set[str] = set()
    for known, text, _ in EXAMPLES:
        for line in text.splitlines():
            said = read(line, known)
            if isinstance(said, (Told, Part, Unjudged)):
                shown.add(repr(said.form.message))
    assert {repr(message) for message in library_table().message} == shown


PREFIXES = [
    "INFO:    ",
    "[     rmm ] ",
    "[    0.000000] ",
    "Nov 30 07:52:05 host kernel: [    0.712384] ",
    "[2026-11-30 07:52:05] ",
    "2026-11-30T07:52:05.123456+00:00 board3 ",
    "> > ",
    "\x1b[0m\x1b[32m",
    "terminal_3: ",
    "an ABI and a version: ",
    "<6>[    0.1] ",
]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("end", ["\n", "\r\n", " \r\n", "\x1b[0m\r\n", "\x00\n"])
def test_what_stands_around_a_line_says_nothing(prefix: str, end: str) -> None:
    text = f"{prefix}RMI ABI revision v1.1{end}{prefix}SMC_RMI_VERSION                   10000 > RMI_SUCCESS 10000 10001{end}"
    log = logged(f"noise{end}{text}")
    assert exchanges(log) == [[(V11, (0, V11, V11), 1), (V10, (0, V10, V11), 1)]]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("RMI ABI version 1.0 or so", "it begins as a message of Linux host does, and goes on otherwise"),
        ("RMI ABI version 1.0.0", "its values cannot be read: `1.0.0` has 3 of the 2 numbers"),
        ("RMI ABI version 1.99999", "its values cannot be read: 99999 does not fit in `minor`"),
        ("the RMI ABI is broken", "it names the command, in words that no table of lines has"),
        ("RMI_VERSION returned -1", "it names the command, in words that no table of lines has"),
        ("RMI: VERSION [20000] > [1, 0]", "it begins as a message of Islet does"),
        ("RMI_ABI lower version : 1.0", "it goes on in a line that is not there"),
        (
            "smc_rmi_version 10000 > RMI_SUCCESS 10000 10000",
            "it names the command, in words that no table of lines has",
        ),
        ("rmi version: v1.0", "it names the command, in words that no table of lines has"),
        ("Rmi-Version 1.0", "it names the command, in words that no table of lines has"),
        ("kvm [1]: unsupported rmi abi (v1.0 - v1.0) we want v1.1", "it names the command, in words that no table of"),
        ("SMC_RMI_VERSION is fine, and smc_rmi_version is not", "it has no reply"),
    ],
)
def test_a_line_that_names_the_command_and_is_not_understood_is_shown(line: str, why: str) -> None:
    log = logged(f"x\n{line}\n")
    assert (log.judged, log.unread, log.first_unread[0].line.number) == (0, 1, 2)
    assert log.first_unread[0].why.startswith(why)


def test_a_near_miss_beside_lines_that_are_read_is_shown() -> None:
    read_, near = (
        "SMC_RMI_VERSION 10000 > RMI_SUCCESS 10000 10000\n",
        "smc_rmi_version 10000 > RMI_SUCCESS 10000 10000\n",
    )
    for by in (None, "no RMM begins so"):
        log = logged(read_ + near + read_ + "{ rmi abi }\n", by=by)
        assert (log.judged, log.unread, [one.line.number for one in log.first_unread]) == (2, 2, [2, 4])


def test_whatever_a_boot_loader_says_of_the_version_is_shown() -> None:
    """GRUB's words in a version of it that no table knows."""
    for line in ("error: RSI version 1.0 is not in 1.1 - 2.0.", "rsi version mismatch", "RSI 1.0 incompatible."):
        assert logged(f"{line}\n", RSI).unread == 1


@pytest.mark.parametrize(
    "line", ["FERMI ABI 1.0", "percorsi abilitanti", "Linux version 6.1", "Expected version : 1.0"]
)
def test_other_words_are_passed_over(line: str) -> None:
    assert read(line) is None or isinstance(read(line), Part)
    assert logged(f"{line}\n").unread == 0


def test_a_message_that_is_cut_off_is_not_read() -> None:
    log = logged("RMI ABI version 1.1")
    assert (log.unread, log.first_unread[0].why) == (1, "it is cut off within the message")
    assert logged("[1.0] Unsupported RMI ABI (v1.2) host supports v1.0").unread == 1


def test_a_message_of_several_lines_that_is_begun_anew() -> None:
    first, second = "RMI_ABI lower version : 1.0\n", "RMI_ABI higher version : 1.0\n"
    last = "RMI ABI version is incompatibe with ACS, Expected : 1.1\n"
    log = logged(first + first + second + "noise\n" + last)
    assert exchanges(log) == [[(V11, (1, V10, V10), 1)]]
    assert [(one.line.number, one.why) for one in log.first_unread] == [(1, "it goes on in a line that is not there")]


# ---- both sides -----------------------------------------------------------------------------------------

FAILED = "[  rmm ] SMC_RMI_VERSION                   10000 > RMI_ERROR_INPUT\n"
TOLD = "[    0.7] kvm [1]: Unsupported RMI ABI (v1.2 - v2.0) we want v1.0\n"


def test_the_lines_of_both_sides_are_one_exchange() -> None:
    log = logged(FAILED + "noise\n" + TOLD + FAILED + TOLD)
    (stretch,) = log.segments
    (one,) = stretch.exchanges
    assert one.exchange == Exchange((V10,), (1, V12, V20))
    assert (one.count, one.first.number, one.other and one.other.number) == (2, 1, 3)
    assert (log.judged, log.joined, log.unread) == (2, 2, 0)


def test_a_success_of_both_sides() -> None:
    log = logged("SMC_RMI_VERSION 10000 > RMI_SUCCESS 10000 10001\nkvm [1]: RMI ABI version 1.0\n")
    assert exchanges(log) == [[(V10, (0, V10, V11), 1)]]
    assert log.joined == 1


def test_what_a_message_does_not_show_need_not_agree() -> None:
    """The host shows no request: that it was for `lower` follows only if the RMM conforms."""
    log = logged("SMC_RMI_VERSION 10000 > RMI_SUCCESS 10001 10001\nRMI ABI version 1.1\n")
    assert exchanges(log) == [[(V10, (0, V11, V11), 1)]]


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("kvm [1]: Unsupported RMI ABI (version 2.0) we support 1", RMI),
        ("RMM version is: 2.0", RMI),
        ("RSI Version is 0x20000 : 0x20000", RSI),
    ],
)
def test_what_a_caller_does_not_look_at_is_the_rmms_to_say(told: str, known: LogWords) -> None:
    """The status follows from these messages only if the RMM conforms; its own line may say otherwise."""
    name = "RMI" if known is RMI else "RSI"
    columns = "" if known is RMI else " 20000 20000"
    log = logged(f"SMC_{name}_VERSION 10000 > {name}_ERROR_INPUT{columns}\n{told}\n", known)
    ((one,),) = exchanges(log)
    assert (one[0], one[1][:2], log.joined) == (V10, (1, V20), 1)
    # Alone it says what it said.
    assert exchanges(logged(f"{told}\n", known))[0][0][1][:2] == (0, V20)


@pytest.mark.parametrize(
    "told",
    [
        "Unsupported RMI ABI (v1.2 - v2.0) we want v1.1\n",
        "RMI ABI version 1.0\n",
        "noise\n" * 1_001 + TOLD,
        "Booting RMM v.0.8.0\n" + TOLD,
    ],
)
def test_lines_that_do_not_agree_are_two_exchanges(told: str) -> None:
    log = logged(FAILED + told)
    assert log.joined == 0
    assert sum(len(segment.exchanges) for segment in log.segments) == 2


def test_an_rmm_with_words_of_its_own_is_joined_with_too() -> None:
    log = logged("RMI: VERSION  [10000] > [1, 10002, 20000]\n" + TOLD)
    assert (log.judged, log.joined) == (1, 1)


def test_who_calls_two_ends_a_range_is_told() -> None:
    log = logged("x\n" + TOLD * 3)
    (one,) = log.lints
    assert (one.first.number, one.count) == (2, 3)
    assert "is no range" in one.message.lint


# ---- boots, and several RMMs ----------------------------------------------------------------------------

LINUX = "[    {}] kvm [1]: RMI ABI version {}\n"


def test_a_time_stamp_that_falls_begins_a_boot() -> None:
    log = logged(LINUX.format("0.712384", "1.0") + "[    9.000000] noise\n" + LINUX.format("0.712383", "1.1"))
    assert [(s.boot, s.begins) for s in log.segments] == [(1, 1), (2, 3)]
    stamped = "Nov 30 host kernel: [   {}] SMC_RMI_VERSION 10000 > RMI_SUCCESS 10000 10000\n"
    for stamps in (("10.123456", "9.123456"), ("100000.5000", "99999.123456"), ("1.500", "0.712384")):
        assert logged("".join(map(stamped.format, stamps))).boots == 2, stamps
        assert logged("".join(map(stamped.format, reversed(stamps)))).boots == 1, stamps


def test_a_stamp_falls_once() -> None:
    log = logged("".join(LINUX.format(at, "1.0") for at in ("5.000000", "1.000000", "2.000000", "3.000000")))
    assert (log.boots, log.judged) == (2, 4)


def test_where_the_rmm_says_when_it_boots_stamps_say_nothing() -> None:
    falling = LINUX.format("0.700000", "1.0") + LINUX.format("0.100000", "1.1")
    log = logged("Booting RMM v.0.8.0\n" + falling + "Booting RMM v.\n")
    assert [(s.boot, s.begins, s.lines) for s in log.segments] == [(1, 1, 2)]
    assert log.boots == 2


def test_what_is_remembered_of_a_message_is_of_its_boot() -> None:
    line = "[    {}] SMC_RMI_VERSION 10001 > RMI_ERROR_INPUT\n".format
    early, late = LINUX.format("1.000000", "1.0"), LINUX.format("5.000000", "1.0")
    log = logged(late + early + line("2.000000") + late + early)
    assert log.boots == 3
    assert [(s.begins, s.times, [one.count for one in s.exchanges]) for s in log.segments] == [
        (1, 2, [2]),
        (2, 1, [2, 1]),
    ]


@pytest.mark.parametrize("by", [None, "no RMM begins so"])
def test_a_time_stamp_that_falls_in_any_line_begins_a_boot(by: str | None) -> None:
    """Two boots whose version lines are a hundredth of a second apart."""
    told = "[    0.710000] kvm [1]: Unsupported RMI ABI (v2.0 - v2.0) we want v1.0\n"
    between = "[    5.000000] x\n[    0.000000] Linux version 6.18\nINFO: y\n"
    log = logged(LINUX.format("0.700000", "1.0") + between + told, by=by)
    assert [(s.boot, s.begins, s.lines) for s in log.segments] == [(1, 1, 1), (2, 3, 1)]
    # Lines of two cores may be in disorder, by a little.
    assert logged(LINUX.format("0.700000", "1.0") + "[    0.705000] x\n[    0.704999] x\n" + told, by=by).boots == 1
    # No stamp but a kernel's counts there: `[0.5]` is anything.
    assert logged(LINUX.format("0.700000", "1.0") + "[5.0] x\n[0.5] x\n" + told, by=by).boots == 1
    where_it_boots = "Booting RMM v.0.8.0\n" + LINUX.format("0.700000", "1.0") + between + told
    assert logged(where_it_boots, by=by).boots == 1


def test_each_board_has_its_own_stamps() -> None:
    lines = [LINUX.format("5.000000", "1.0"), LINUX.format("1.000000", "1.0"), LINUX.format("6.000000", "1.1")]
    text = "".join(f"{name} {line}" for name, line in zip("aba", lines, strict=True))
    assert [(s.rmm, s.boot, s.begins, s.lines) for s in logged(text, by="[ab]").segments] == [
        ("a", 1, 1, 2),
        ("b", 1, 2, 1),
    ]


@pytest.mark.parametrize("falls", ["[    0.000000] Booting Linux on physical CPU 0x0000000000\n", "[    0.000000] x\n"])
def test_a_kernel_that_asks_as_a_realm_is_no_boot_of_the_rmm(falls: str) -> None:
    realm = falls + "[    0.000000] RME: Using RSI version 1.0\n"
    one, two = LINUX.format("0.710000", "1.0"), LINUX.format("9.000000", "1.1")
    log = logged(one + realm + two)
    assert (log.boots, log.others) == (1, {"RSI_VERSION": 1})
    assert logged(one + falls + two).boots == 2
    # And where the realms' lines are what is judged, no kernel's boot counts, and no stamp.
    told = "[    0.400000] RME: RMM doesn't support RSI version 1.0. Supported range: 2.0-2.0\n"
    log = logged(realm + told + realm, RSI)
    assert [(s.boot, s.lines) for s in log.segments] == [(1, 3)]
    assert len(logged(realm + "Booting RMM v.0.8.0\n" + told, RSI).segments) == 2


def test_stamps_of_lines_about_something_else_say_nothing() -> None:
    realm = "[    0.000000] RME: Using RSI version 1.0\n"
    log = logged(LINUX.format("0.712384", "1.0") + realm + LINUX.format("0.712385", "1.1"))
    assert (log.boots, log.others) == (1, {"RSI_VERSION": 1})


def test_a_kernels_first_line_begins_a_boot_where_no_rmm_says_so() -> None:
    kernel = "[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd0f0]\n"
    one, two = LINUX.format("0.71", "1.0"), LINUX.format("0.72", "1.1")
    assert [s.begins for s in logged(kernel + one + kernel + two).segments] == [1, 3]
    assert len(logged("Booting RMM v.0.8.0\n" + kernel + one + kernel + two).segments) == 1


def test_several_rmms_are_judged_apart() -> None:
    line = "{} SMC_RMI_VERSION {} > RMI_SUCCESS {} {}\n"
    text = line.format("a", 10000, 10000, 10000) + line.format("b", 20000, 20000, 20000)
    text += "a Booting RMM v.1\n" + line.format("b", 10000, 10000, 20000)
    log = logged(text, by="[ab]")
    assert [(s.rmm, s.boot, [one.count for one in s.exchanges]) for s in log.segments] == [
        ("a", 1, [1]),
        ("b", 1, [1, 1]),
    ]
    assert [s.rmm for s in logged(text, by="(?:(a)|b)").segments] == ["a", ""]
    # A boot of which no line says that it begins is told by the first line of its RMM.
    late = "x\ny\na SMC_RMI_VERSION 10000 > RMI_ERROR_INPUT\nb z\n" + line.format("b", 10000, 10000, 20000)
    assert [(s.rmm, s.begins) for s in logged(late, by="[ab]").segments] == [("a", 3), ("b", 4)]
    # Lines that do not begin so are of one more.
    assert sorted(s.rmm for s in logged(text + LINUX.format("0.1", "1.0"), by="[ab]").segments) == ["", "a", "b"]


def test_so_many_rmms_are_no_rmms() -> None:
    text = "".join(f"{at} SMC_RMI_VERSION 10000 > RMI_ERROR_INPUT\n" for at in range(MOST_RMMS + 1))
    with pytest.raises(TooManyRmms):
        logged(text, by="[0-9]+")


# ---- tables of one's own --------------------------------------------------------------------------------

OWN = """
[[message]]
program = "our host"
interface = "RMI_VERSION"
by = "caller"
lines = ["negotiated {lower}, newest {higher:x}"]
says = { requested = "{lower}", status = "RMI_SUCCESS" }

[[command]]
interface = "RMI_VERSION"
names = ["smc.version"]

[[name]]
interface = "RMI_VERSION"
words = ["negotiated"]

[[boot]]
program = "ours"
by = "rmm"
line = "reset!"
"""


def own(text: str) -> LogWords:
    return LogWords(policy_of("rmi", "rmm_1_0").interface, (), [("own.toml", read_table(text, "own.toml"))])


def test_a_table_of_ones_own_comes_beside_the_librarys() -> None:
    known = own(OWN)
    text = (
        "negotiated 1.0, newest 0x20000\nRMI ABI revision v2.0\nreset!\nsmc.version 10000 > RMI_SUCCESS 10000 10000\n"
    )
    log = logged(text + "negotiated nothing\n", known)
    assert exchanges(log) == [[(V10, (0, V10, V20), 1), (V20, (0, V20, V20), 1)], [(V10, (0, V10, V10), 1)]]
    assert (log.boots, log.unread) == (2, 1)


def test_a_table_of_ones_own_comes_first() -> None:
    message = OWN.split("[[command]]", maxsplit=1)[0].replace(
        "negotiated {lower}, newest {higher:x}", "RMI ABI version {lower}"
    )
    said = read("RMI ABI version 1.0", own(message))
    assert isinstance(said, Told)
    assert said.form.message.program == "our host"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('by = "caller"', 'by = "host"', "invalid enum value 'host', in the 1st [[message]]"),
        ('program = "our host"\n', "", "object missing required field `program`, in the 1st [[message]]"),
        ("[[message]]", "[[massage]]", "object contains unknown field `massage`"),
        ("[[message]]", "[[message]", "(at line "),
        ("{lower}, newest", "{lower, newest", "has a brace that belongs to no value"),
        ("negotiated {lower}", "{lower}", "has to begin with a few letters of its own"),
        ("{higher:x}", "{highest}", "RMI_VERSION has no input or output `highest`"),
        ('status = "RMI_SUCCESS"', 'status = "OK"', "OK is no status of RMI_VERSION"),
        ('requested = "{lower}", ', "", "it neither shows nor says `requested`"),
        ('requested = "{lower}"', 'requested = "{status}"', "`requested` is said to be {status}, and it shows no such"),
        ('requested = "{lower}"', 'requested = "{lower}", higher = "1.0"', "it shows `higher`, which cannot follow"),
        ('lines = ["negotiated {lower}, newest {higher:x}"]', "lines = []", "a message has no line"),
        ("says = {", 'follows = { status = "RMI_SUCCESS" }\nsays = {', "it says `status`, which cannot follow as well"),
    ],
)
def test_what_is_wrong_with_a_table_is_told(old: str, new: str, what: str) -> None:
    assert old in OWN
    with pytest.raises(Rejected) as told:
        own(OWN.replace(old, new))
    (diagnostic,) = told.value.diagnostics
    assert diagnostic.code == "P542"
    assert "own.toml" in diagnostic.message
    assert what in diagnostic.message


def test_a_table_about_something_else_is_no_use() -> None:
    with pytest.raises(Rejected, match="it says nothing of RMI_VERSION, but of `RSI_VERSION`"):
        own('[[command]]\ninterface = "RSI_VERSION"\nnames = ["x.version"]\n')
    with pytest.raises(Rejected, match=r"it says nothing of RMI_VERSION$"):
        own("")


def test_the_page_of_the_code_is_true() -> None:
    text = (Path(__file__).parent.parent.parent / "spec/pages/P542.md").read_text(encoding="utf-8")
    wrong, right = re.findall(r"^\$ cat ours.toml\n(.*?)^\$ parley", text, re.M | re.S)
    with pytest.raises(Rejected, match="neither shows nor says"):
        own(wrong)
    said = read("rmm speaks 1.1", own(right))
    assert isinstance(said, Told)
    assert said.exchange == Exchange((V11,), (0, V11, None))


def test_a_table_of_another_interface_in_the_library_says_so() -> None:
    assert read("RME: Using RSI version 1.0") == OtherCommand("RSI_VERSION")
    assert isinstance(read("RSI ABI version one", RSI), Unread)


# ---- however it comes -----------------------------------------------------------------------------------

_LINES = st.sampled_from(
    [
        *(f"{text}\n" for known, text, _ in EXAMPLES if known is RMI),
        *(LINUX.format(stamp, "1.0") for stamp in ("0.100000", "9.500000", "0.712384")),
        FAILED,
        TOLD,
        "Booting RMM v.0.8.0\n",
        "[    0.000000] Booting Linux on physical CPU 0x0000000000\n",
        "\x1b[32mSMC_RMI_\x1b[mVERSION 10000 > RMI_SUCCESS 10000 10000\n",
        '{"request": {"x1": "0x10000"}, "reply": {"x0": "0x0"}}\n',
        "[    0.000000] x\n",
        "[    9.999999] y\n",
        "[    0.000000] RME: Using RSI version 1.0\n",
        "SMC_RMI_VERSION 10000 >\n",
        "SMC_RTT_CREATE 8000 >\n",
        "RMI_SUCCESS 10000 10000\n",
        "SMC_RMI_VERSION 10000 > RMI_SUCCESS\n",
        "10000 10000\n",
        "the RMI ABI\n",
        "rmi version\n",
        "RMI ABI version 1.1",
        "a { of something\n",
        "\n",
    ]
)


@given(st.lists(_LINES, max_size=12).map("".join), st.lists(st.integers(1, 40), max_size=20))
def test_it_does_not_matter_in_which_pieces_a_log_comes(text: str, cuts: list[int]) -> None:
    raw = text.encode()
    pieces: list[bytes] = []
    for cut in cuts:
        pieces.append(raw[:cut])
        raw = raw[cut:]
    reader = Reader(RMI)
    for piece in (*pieces, raw):
        reader.feed(piece)
    whole = logged(text)
    assert reader.finish() == whole
    # The quick way and the one for several RMMs are the same.
    apart = logged(text, by="no RMM begins so")
    assert apart == whole
    assert whole.lines == text.count("\n") + (not text.endswith("\n") and text != "")
