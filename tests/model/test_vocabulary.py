"""What formulas tell revisions apart by."""

from __future__ import annotations

import pytest
from parley.model.vocabulary import Vocabulary, vocabulary_of
from suites import policy_in

POLICY = """interface I {{
    revision {{ reserved[7:6] zero major[5:3] minor[2:0] }}
    config supported : set of revision
    input requested : revision
    output ok : bool
}}
policy p for I {{ case asked when {guard} {{ ok = true }} case rest otherwise {{ ok = false }} }}
"""


@pytest.mark.parametrize(
    ("guard", "parts", "words", "ranges"),
    [
        ("some r in supported: r == requested", set[tuple[int, int]](), set[int](), 0),
        ("requested.minor == requested.major", {(0, 3), (3, 3)}, set[int](), 0),
        ("requested with { minor = 5 } == 1.2", {(0, 3)}, {10}, 0),
        # A number is no word.
        ("requested[4:1] == 7", {(1, 4)}, set[int](), 0),
        ("some r in 1.0..2.0: r.major == 1", {(3, 3)}, {8, 16}, 1),
        ("every r in supported: some s in r..2.0: s.minor == 1", {(0, 3)}, {16}, 1),
        ("some r in 1.0..requested: every s in r..2.0: s.minor == 1", {(0, 3)}, {8, 16}, 2),
    ],
)
def test_the_vocabulary_of_a_formula(guard: str, parts: set[tuple[int, int]], words: set[int], ranges: int) -> None:
    policy = policy_in(POLICY.format(guard=guard))
    (case, _) = policy.cases
    assert case.guard is not None
    found = vocabulary_of([policy.elaboration.of(case.guard)])
    assert found == Vocabulary(frozenset(parts), frozenset(words), ranges)


def test_nothing_has_no_vocabulary() -> None:
    assert vocabulary_of([]) == Vocabulary(frozenset(), frozenset(), 0)
