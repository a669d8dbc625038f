"""What a policy costs in a file of many: as much as in a file of few.

`pytest tests/benchmarks/test_many_policies.py -m "" --benchmark-enable -n 0` checks and prints whole files. In the other test
the claims are not proved, since that is no business of the file's, and what is done beside it is counted.
"""

# pytest-benchmark carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from parley.checking import CheckResult, check_files
from parley.cli.check.json import check_json
from parley.cli.check.text import check_text
from parley.cli.output import Output
from parley.proofs.claims import Claim
from parley.proofs.verdict import Outcome
from parley.spec.checked import CheckedPolicy
from pytest_benchmark.fixture import BenchmarkFixture

INTERFACE = """interface I {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }

    config supported : set of revision
    input  requested : revision in x1
    output status    : { OK = 0, BAD = 1 } in x0
}
"""

POLICY = """
policy p%d for I {
    assume a%d: supported is not empty
    case ok when requested in supported { status = OK }
    case bad otherwise { status = BAD }
}
"""


def file_of(count: int, folder: Path) -> Path:
    path = folder / f"many_{count}.parley"
    path.write_text(INTERFACE + "".join(POLICY % (at, at) for at in range(count)), encoding="utf-8")
    return path


def reported(path: Path) -> CheckResult:
    made = check_files(path)
    assert check_text(made, Output())
    assert check_json(made)
    return made


@pytest.mark.parametrize("count", [10, 100, 1000])
def test_check_a_file_of_many_policies(benchmark: BenchmarkFixture, tmp_path: Path, count: int) -> None:
    path = file_of(count, tmp_path)
    made = benchmark.pedantic(reported, (path,), rounds=1)
    assert made.code == 0


def calls(path: Path) -> int:
    """How many functions are called, ours and Python's, to check a file and print what came of it."""
    count = 0

    def seen(_frame: object, event: str, _what: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        reported(path)
    finally:
        sys.setprofile(None)
    return count


def test_a_policy_costs_as_much_in_a_large_file_as_in_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def undecided(_policy: CheckedPolicy, claims: Sequence[Claim], _budget: int, **_: object) -> Iterator[Outcome]:
        for claim in claims:
            yield Outcome(claim, "undecided", reason="not asked")

    monkeypatch.setattr("parley.proofs.prove.prove", undecided)
    few, many = file_of(50, tmp_path), file_of(1000, tmp_path)
    calls(few)
    assert calls(many) / 1000 < 1.2 * calls(few) / 50
