"""How long a million lines of a log take. Nothing is asserted about time.

python -m pytest tests/benchmarks/test_trace_speed.py -m "" --benchmark-enable -n 0
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from parley.cli.entry import run
from pytest_benchmark.fixture import BenchmarkFixture

LINES = 1_000_000
SUPPORTED = [0x10000, 0x10002, 0x20000]
FEW = [0x10000, 0x10001, 0x10002, 0x20000, 0x80010000, 0x30000]


def lower(requested: int) -> int:
    older = [word for word in SUPPORTED if word < requested]
    return requested if requested in SUPPORTED else max(older, default=SUPPORTED[-1])


def text(at: int, requested: int) -> str:
    status = "RMI_SUCCESS" if requested in SUPPORTED else "RMI_ERROR_INPUT"
    return (
        f"[{at / 1000:12.6f}] SMC_RMI_VERSION                   {requested:x} > {status} {lower(requested):x} 20000\r\n"
    )


def lines(kind: str) -> Iterator[str]:
    random = Random(1)
    for at in range(LINES):
        match kind:
            case "few different":
                yield text(at, random.choice(FEW))
            case "all different":
                yield text(at, random.randrange(1 << 31))
            case "mostly others":
                noise = f"[{at / 1000:12.6f}] SMC_RMI_REC_ENTER                 {at:x}000 {at:x}800 > RMI_SUCCESS\r\n"
                yield text(at, random.choice(FEW)) if at % 100 == 0 else noise
            case "messages":
                yield f"[{at / 1000:12.6f}] kvm [1]: RMI ABI version 1.0\n"
            case "both sides" if at % 2:
                yield f"[{at / 1000:12.6f}] kvm [1]: Unsupported RMI ABI (v1.2 - v2.0) we want v1.3\n"
            case "both sides":
                yield "[     rmm ] SMC_RMI_VERSION                   10003 > RMI_ERROR_INPUT\n"
            case "islet":
                word = FEW[at % 2]
                status = int(word not in SUPPORTED)
                yield f"[TRACE]islet_rmm::event -- RMI: VERSION              [{word:X}] > [{status}, 10000, 20000]\n"
            case "colored":
                yield f"\x1b[0m{text(at, FEW[at % 6])[:-2]}\x1b[m\r\n"
            case "journal":
                yield f"Nov 30 07:52:{at % 60:02} host kernel: {text(at, FEW[at % 6])}"
            case "names":
                yield f"[{at / 1000:12.6f}] a line that speaks of some version {at} or other: Linux version 6.{at}\n"
            case _:
                # A request and its reply take two lines.
                word = FEW[at // 2 % 4]
                status = "0x0" if word in SUPPORTED else "0x1"
                reply = f'{{"id": {at // 2}, "x0": "{status}", "x1": "{lower(word):#x}", "x2": "0x20000"}}\n'
                yield reply if at % 2 else f'{{"id": {at // 2}, "x1": "{word:#x}"}}\n'


KINDS = ["few different", "mostly others", "messages", "both sides", "islet", "colored", "journal", "names"]


@pytest.mark.parametrize("kind", [*KINDS, "all different", "json"])
def test_a_million_lines(
    benchmark: BenchmarkFixture, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    if not request.config.getoption("benchmark_enable"):
        pytest.skip("only where it is timed")
    log = tmp_path / "rmm.log"
    with log.open("w", encoding="ascii", newline="") as stream:
        stream.writelines(lines(kind))
    # The fixture carries no types here.
    code = benchmark.pedantic(run, [["trace", "rmi", str(log), "-q"]])  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    # A log without a version line is nothing to judge.
    assert code == (2 if kind == "names" else 0)
