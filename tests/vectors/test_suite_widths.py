"""Suites over words that are narrower than their register."""

from __future__ import annotations

import json

import pytest
from parley.model.instance import word_of
from parley.model.oracle import Oracle
from parley.spec.diagnostics import Rejected
from parley.suites import suite
from parley.vectors.boundary_values import BoundaryValues
from parley.vectors.export import EXPORTERS
from parley.vectors.read_suite import read_rows
from suites import policy_in

TEXT = """interface SHORT_VERSION {
    revision { sign[31] zero  major[30:16]  minor[15:0] }
    config supported : set of revision
    assume some_supported: supported is not empty
    input  requested : revision in w1
    output status    : { OK = 0, BAD = 1 } in w0
    output version   : revision in x1EXTENSION
}
policy p for SHORT_VERSION {
    case malformed when requested.sign != 0 { status = BAD version = requested }
    case known when requested in supported { status = OK version = requested }
    case other otherwise { status = BAD version = any ensure version >= 0x80000000 }
}
"""
PLAIN, SIGNED = policy_in(TEXT.replace("EXTENSION", "")), policy_in(TEXT.replace("EXTENSION", " signed"))


def test_all_boundary_values_are_words_of_the_layout() -> None:
    edges = BoundaryValues(Oracle(PLAIN))
    words = {word_of(at.inputs["requested"]) for at in edges.collect(edges.configurations())}
    assert max(words) == 0xFFFF_FFFF
    assert 0x8000_0000 in words or any(word >> 31 for word in words)


@pytest.mark.slow
def test_a_suite_has_what_stands_in_the_register() -> None:
    made = suite(SIGNED)
    assert made.suite.adequacy.mutants.survived == 0
    tests = [test for group in made.suite.groups for test in group.tests]
    malformed = [test for test in tests if test.case == "malformed"]
    assert malformed
    for test in malformed:
        word = int(str(test.request["requested"]), 16)
        assert int(str(test.request["w1"]), 16) == word
        assert int(test.expect.registers["x1"], 16) == word | 0xFFFF_FFFF_0000_0000
    rows = read_rows(made.export("json"), Oracle(SIGNED), "the suite")
    assert len(rows) == len(tests)


@pytest.mark.slow
@pytest.mark.parametrize("format_", sorted(EXPORTERS))
def test_exports_that_take_words_as_they_stand_refuse_those_that_are_sign_extended(format_: str) -> None:
    made = suite(SIGNED)
    if format_ in ("json", "csv"):
        assert "0xffffffff" in made.export(format_)
        return
    with pytest.raises(Rejected) as raised:
        made.export(format_)
    assert "`version` is sign-extended in x1" in raised.value.diagnostics[0].message


@pytest.mark.slow
@pytest.mark.parametrize("format_", ["c", "kunit", "rust", "pytest", "cbmc", "kani"])
def test_exports_bound_what_is_a_word(format_: str) -> None:
    assert "0xffffffff" in suite(PLAIN).export(format_)


@pytest.mark.parametrize("cell", ["0x80010000", "0x100000000"])
def test_a_register_that_has_no_word_is_refused(cell: str) -> None:
    row = {"supported": ["1.0"], "requested": "1.0", "status": "OK", "out_x1": cell}
    with pytest.raises(Rejected, match="is no value of `version`"):
        read_rows(json.dumps([row]), Oracle(SIGNED), "the suite")


@pytest.mark.slow
def test_a_handler_takes_the_lower_half_of_a_register() -> None:
    text = suite(PLAIN).export("c")
    assert "reply->status = (uint32_t)res.x[0];" in text
    assert "reply->version = res.x[1];" in text
