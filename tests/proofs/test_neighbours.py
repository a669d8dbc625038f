"""The neighbours of the library say what the wire says: faults that are on record, refuted, and what mends each, proved."""

from __future__ import annotations

from collections import defaultdict

import parley
import pytest

NEIGHBOURS = {"ffa": 32, "scmi": 32, "psci": 32, "ghcb": 16, "spdm": 16, "tdx": 16}
"""With the bits of a version on the wire."""


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_what_is_refuted_is_expected_and_is_proved_of_what_mends_it(name: str) -> None:
    result = parley.check(parley.load(name))
    assert result.code == 0
    verdicts: dict[str, set[str]] = defaultdict(set)
    for outcome in result.outcomes:
        verdicts[outcome.claim.name].add(outcome.verdict)
    refuted = {claim for claim, found in verdicts.items() if "refuted" in found}
    assert refuted
    assert all(verdicts[claim] == {"refuted", "proved"} for claim in refuted)
    assert set().union(*verdicts.values()) == {"refuted", "proved"}


@pytest.mark.parametrize(("name", "width"), NEIGHBOURS.items())
def test_versions_are_as_wide_as_on_the_wire_without_an_assumption(name: str, width: int) -> None:
    program = parley.load(name)
    for interface in program.interfaces.values():
        assert interface.format.width == width
        assert [placed.statement.name.id for placed in interface.assumptions] in ([], ["configured"])
    for policy in program.policies.values():
        assert not {expect.claim.id for expect in policy.expects} & {"encodable", "defined", "total"}
        assert policy.assumptions == policy.interface.assumptions


def test_linux_is_refused_by_hafnium_and_finds_nothing() -> None:
    """Not on record: a callee of 1.0 that refuses 1.1, and a caller that speaks 1.0 and never says so."""
    sessions = parley.load("ffa").sessions
    run = parley.evaluate(sessions["after_hafnium"], own="1.0").run
    assert (run.ending, run.agreed) == ("gave_up", None)
    mended = parley.evaluate(sessions["going_down_hafnium"], own="1.0").run
    assert (mended.ending, mended.agreed, len(mended.rounds)) == ("accepted", 0x10000, 2)


@pytest.mark.parametrize(
    ("lowest", "highest", "versions"),
    [("0x2", "0x1", ["0x1", "TERMINATE", "TERMINATE"]), ("0x0", "0x0", ["TERMINATE", "0x0", "TERMINATE"])],
    ids=["inverted", "below the guest's"],
)
def test_the_mailed_fix_of_an_inverted_interval_accepts_0(lowest: str, highest: str, versions: list[str]) -> None:
    policies = parley.load("ghcb").policies
    names = ("sev_guest", "sev_guest_as_mailed", "sev_guest_with_both")
    given = {"speaks": "0x1..0x2", "lowest": lowest, "highest": highest}
    assert [parley.evaluate(policies[name], given).show("version") for name in names] == versions
