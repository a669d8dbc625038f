"""Where words are cut for the solver so that numbers which meet are cut alike."""

from __future__ import annotations

from pathlib import Path

from parley.model.parts import parts_of
from parley.model.queries import Holds
from parley.spec.load import Loader
from parley.spec.source import Source

TEXT = """interface I {
    revision { major[31:16] minor[15:0] }
    input requested : revision
    output lower : revision
}
policy p for I {
    case always otherwise { lower = requested with { [23:8] = requested[15:0] } }
    invariant low: requested[3:0] == 1
    invariant same: requested[15:12] == lower[4:1]
}
"""


def cuts(*claims: int) -> list[int]:
    """Where words of the policy are cut, for some of its claims."""
    program = Loader().load_source(Source("c", TEXT), Path("c"))
    assert program is not None
    policy = program.policies["p"]
    goals = [Holds(policy.elaboration.of(policy.invariants[at].statement.formula), True) for at in claims]
    return sorted({end for low, width in parts_of(policy, goals) for end in (low, low + width)})


def test_what_is_put_in_elsewhere_is_cut_as_it_was() -> None:
    """Bit 4 of a word comes to be its bit 12, and that bit 20."""
    assert cuts() == [0, 8, 16, 24]
    assert cuts(0) == [0, 4, 8, 12, 16, 20, 24]


def test_parts_that_are_compared_are_cut_alike() -> None:
    """Bits 12 to 15 are compared with bits 1 to 4; and what is at bit 13, where bit 5 goes, makes a cut at bit 2."""
    assert cuts(1) == [0, 1, 2, 4, 5, 7, 8, 9, 10, 12, 13, 15, 16, 17, 18, 20, 21, 23, 24]


def test_where_nothing_meets_what_is_cut_elsewhere_parts_are_those_that_are_looked_at() -> None:
    text = """interface I {
        revision { reserved[15:13] zero major[12:8] gap[7:5] zero minor[4:0] }
        input requested : revision
        output lower : revision
    }
    policy p for I { case odd when requested[3:2] == 1 { lower = requested } case other otherwise { lower = 1.1 } }"""
    program = Loader().load_source(Source("c", text), Path("c"))
    assert program is not None
    assert parts_of(program.policies["p"]) == {(2, 2)}
