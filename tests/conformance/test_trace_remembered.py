"""What is remembered of lines makes no difference: random logs are read with it and without."""

from __future__ import annotations

from random import Random

import pytest
from parley.conformance.logs.clock import Order, Stamps
from parley.conformance.logs.halves import Halves
from parley.conformance.logs.log import Log
from parley.conformance.logs.one_boot import OneBoot
from parley.conformance.logs.reader import Reader
from parley.conformance.logs.words import LogWords
from suites import policy_of

KNOWN = LogWords(policy_of("rmi", "rmm_1_0").interface)
LOGS = 100

SAID = [
    b"SMC_RMI_VERSION                   10000 > RMI_SUCCESS 10000 20000",
    b"SMC_RMI_VERSION                   10003 > RMI_ERROR_INPUT 10000 20000",
    b"SMC_RMI_VERSION                   10003 > RMI_ERROR_INPUT",
    b"SMC_RMI_VERSION                   20000 > RMI_SUCCESS",
    b"10000 20000",
    b"kvm [1]: RMI ABI version 1.0",
    b"kvm [1]: Unsupported RMI ABI (v1.0 - v2.0) we want v1.3",
    b"SMC_RSI_ABI_VERSION               10000 > RSI_SUCCESS 10000 10000",
    b"islet_rmm::event -- RMI: VERSION              [10000] > [0, 10000, 20000]",
    b"SMC_RMI_REC_ENTER                 1000 2800 > RMI_SUCCESS",
    b"Linux version 6.12",
    b"RMI_VERSION is spoken of",
    b"something else [    1.000001] in it",
    b'{"id": %d, "x1": "0x10000"}',
    b'{"id": %d, "x0": "0x0", "x1": "0x10000", "x2": "0x20000"}',
    b'{"x1": "0x10000", "id": %d}',
    b'{"id": 0%d, "x1": "0x10000"}',
    b"RMI ABI revision v1.1",
]
BEFORE = [
    [b""],
    [b"host kernel: "],
    [b"Nov 30 07:52:0%d host kernel: "],
    [b"> ", b""],
    [b"[TRACE]"],
    # As wide as each other: then a stamp behind them stands in the same place.
    [b"kern: ", b"SMC_X ", b"a {b: "],
    [b"kernel: ", b"[%d.234] "],
]


def text(random: Random) -> bytes:
    """A log of few different lines, whose stamps mostly ascend."""
    said, before = random.choices(SAID, k=random.randrange(1, 6)), random.choice(BEFORE)
    stamped, at, made = random.choice([0.0, 0.5, 0.9, 1.0, 1.0]), random.uniform(0, 50), b""
    marked, step, back = random.random() < 0.1, random.choice([0.0001, 1.0]), random.choice([0.0, 0.05, 0.2])
    for _ in range(random.randrange(2, 80)):
        at += random.choice([0, step]) - (random.choice([0.0005, 20.0]) if random.random() < back else 0)
        line = random.choice(said) if random.random() < 0.95 else random.choice(SAID)
        stamp = b"[%12.6f] " % max(at, 0) if random.random() < stamped else b""
        first = random.choice(before)
        made += (first % random.randrange(3) if b"%" in first else first) + stamp
        made += (line % random.randrange(20) if b"%" in line else line) + b"\n"
        if marked and random.random() < 0.1:
            made += b"Booting RMM v.0.5.0\n"
    return made


def in_pieces(log: bytes, random: Random) -> list[bytes]:
    """As a pipe gives it."""
    made, at = list[bytes](), 0
    while at < len(log):
        piece = random.randrange(1, 1000)
        made.append(log[at : at + piece])
        at += piece
    return made


def read(pieces: list[bytes]) -> Log:
    reader = Reader(KNOWN)
    for piece in pieces:
        reader.feed(piece)
    return reader.finish()


def without_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on each line is taken apart."""
    order = Stamps.order

    def looked_at(self: Stamps, text: bytes, lines: list[bytes]) -> Order:
        return Order(order(self, text, lines).falls)

    def not_remembered(*_: object) -> bool:
        return False

    monkeypatch.setattr(Stamps, "order", looked_at)
    monkeypatch.setattr(OneBoot, "remember", not_remembered)
    monkeypatch.setattr(Halves, "again", not_remembered)


IN_RMI = "SMC_RMI_VERSION  10000 > RMI_SUCCESS 10000 20000"


@pytest.mark.parametrize(
    "log",
    [
        pytest.param(
            ["x", *(f"[{at}.234] {IN_RMI}" for at in (1, 5, 1))],
            id="a stamp that is no kernel's",
        ),
        pytest.param(
            [f"{before}: [    1.000000] {IN_RMI}" for before in ("noises", "kernel", "[1.23]", "kernel", "[5.23]")],
            id="a stamp before the stamp",
        ),
        pytest.param(
            [
                f"{before} [    1.000000] RMI: VERSION [10000] > [0, 10000, 20000]"
                for before in ("kern:", "kern:", "SMC_X")
            ],
            id="a command before it",
        ),
        pytest.param(
            [f"{before} [    1.000000] {IN_RMI}" for before in ("kernel", "kernel", '{"x1":')],
            id="a brace before it",
        ),
        pytest.param(
            [f"[    {at}] {IN_RMI}" for at in ("1.000000", "5.000500", "5.000200")],
            id="a stamp that falls a little",
        ),
        pytest.param(
            [f"[    5.00000{at}] {IN_RMI}" for at in range(5)] + ["[    5.000001] x", f"[    5.000002] {IN_RMI}"],
            id="a stamp that falls a little, behind one that was not looked at",
        ),
        pytest.param(
            [f"[    5.00000{at}] {IN_RMI}" for at in range(5)]
            + ['{"id": 1, "x1": "0x10000"}', "[    5.000001] x", f"[    5.000002] {IN_RMI}"],
            id="the same, and half an exchange between them",
        ),
        pytest.param(
            [f'{{"id": {at}, "x1": "0x10000"}}' for at in ("1", "2", "03", "1" * 20)],
            id="a number that JSON does not have",
        ),
    ],
)
@pytest.mark.parametrize("at_once", [1, 2, 3, 9])
def test_what_differs_is_looked_at(log: list[str], at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *others = (f"{line}\n".encode() for line in log)
    pieces = [first, *(b"".join(others[at : at + at_once]) for at in range(0, len(others), at_once))]
    quick = read(pieces)
    without_memory(monkeypatch)
    assert read(pieces) == quick


def test_what_is_remembered_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    logs = [in_pieces(text(Random(seed)), Random(seed)) for seed in range(LOGS)]
    quick = list(map(read, logs))
    without_memory(monkeypatch)
    for log, found in zip(logs, quick, strict=True):
        assert read(log) == found, b"".join(log).decode()
