"""Suites of policies whose inputs and outputs are words or names."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from parley.model.oracle import Oracle
from parley.spec.checked import CheckedPolicy
from parley.spec.diagnostics import Rejected
from parley.suites import SuiteResult, score, suite
from parley.vectors.boundary_values import BoundaryValues
from parley.vectors.export import EXPORTERS
from parley.vectors.mutants import mutants
from suites import policy_in

TEXT = """interface VERSION {
    revision { sign[31] zero  major[30:16]  minor[15:0] }
    config supported : set of revision
    assume configured: supported is not empty
    input  requested : revision or { PING = -5, LOST = -6 } in w1
    output version   : revision or { NOT_SUPPORTED = -1, DENIED = -3 } in x1
    output near      : revision or { NONE = -1 } in w2
}
policy p for VERSION {
    near = if requested in supported then requested else NONE
    case ping when requested is PING { version = NOT_SUPPORTED }
    case lost when requested is LOST { version = any ensure version is DENIED or version in supported }
    case known when requested in supported { version = requested }
    case other otherwise { version = DENIED }
}
"""
CODED = policy_in(TEXT)
BARE = policy_in(TEXT.replace("PING = -5, LOST = -6 } in w1", "PING, LOST }"))


@cache
def suite_of(policy: CheckedPolicy) -> SuiteResult:
    return suite(policy)


@pytest.mark.parametrize("policy", [CODED, BARE], ids=["codes", "no codes"])
def test_each_name_is_a_boundary_value(policy: CheckedPolicy) -> None:
    oracle = Oracle(policy)
    edges = BoundaryValues(oracle)
    marks = edges.collect(edges.configurations())
    flags = set[str]().union(*marks.values())
    assert {"name:PING", "name:LOST"} <= flags
    assert {at.inputs["requested"] for at in marks} >= set(oracle.interface.named["requested"].values())


def test_names_are_mistaken_for_each_other_and_for_words() -> None:
    what = [mutant.what for mutant in mutants(CODED)]
    assert "case ping, guard: PING → LOST in `requested is PING`" in what
    assert "case ping: version = DENIED" in what
    assert "case ping: version = max supported" in what
    assert "case known: version = NOT_SUPPORTED" in what
    assert "version in x1: DENIED in place of NOT_SUPPORTED" in what
    assert "version in x1: 0 in place of NOT_SUPPORTED" in what
    assert "version in x1: always DENIED" in what


@pytest.mark.slow
@pytest.mark.parametrize("policy", [CODED, BARE], ids=["codes", "no codes"])
def test_a_suite_speaks_of_names_and_is_read_back(policy: CheckedPolicy, tmp_path: Path) -> None:
    made = suite_of(policy)
    assert made.suite.adequacy.mutants.survived == 0
    tests = [test for group in made.suite.groups for test in group.tests]
    pinged = next(test for test in tests if test.case == "ping")
    assert pinged.request["requested"] == "PING"
    assert pinged.expect.outputs == {"version": "NOT_SUPPORTED", "near": "NONE"}
    assert pinged.expect.registers == {"x1": "0xffffffffffffffff", "w2": "0xffffffff"}
    for format_ in ("json", "csv"):
        path = tmp_path / f"suite.{format_}"
        path.write_text(made.export(format_))
        scored = score(policy, path).scored
        assert not scored.contradictions
        assert not scored.survivors


@pytest.mark.slow
@pytest.mark.parametrize("format_", sorted(EXPORTERS.keys() - {"json", "csv"}))
def test_formats_that_write_numbers_refuse_names_without_codes(format_: str) -> None:
    with pytest.raises(Rejected) as raised:
        suite_of(BARE).export(format_)
    assert "`PING` of `requested` has no code" in raised.value.diagnostics[0].message
    assert "0xffffffffffffffff" in suite_of(CODED).export(format_)
