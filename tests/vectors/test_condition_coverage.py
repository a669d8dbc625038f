"""What a point shows, by going through a guard once, is what the formula of each condition says of it."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from parley.model.instance import Instance
from parley.model.oracle import Oracle
from parley.vectors.condition_coverage import ConditionCoverage
from parley.vectors.conditions import conditions
from suites import policy_in

HEAD = """interface I {
    revision { reserved[63:2] zero major[1:1] minor[0:0] }
    config supported : set of revision
    input requested : revision
    output ok : bool
}
policy p for I {
    define a = requested in supported
    define b = requested.major == 1
    define c = 0.0 in supported
    define d = requested.minor == requested.major
"""


@pytest.mark.parametrize(
    "guard",
    [
        "a and b and c",
        "a or b or c or d",
        "not (a and (b or not c)) or d",
        "(a == b) == (c or d)",
        "(a != b) and (b implies c)",
        "if a then b else c",
        "if a and b then (if c then d else a) else (d or c)",
        "(if a then true else b) and (false or c)",
        "(some r in supported: r.minor == 1) and not (every r in supported: a or r.major == 1)",
    ],
)
def test_a_point_shows_what_the_formulas_of_conditions_say(guard: str) -> None:
    policy = policy_in(
        HEAD + f"case early when d and c {{ ok = true }}\n case late when {guard} {{ ok = true }}\n"
        "case rest otherwise { ok = false } }"
    )
    oracle = Oracle(policy)
    compile_ = oracle.evaluator.compiler.compile
    formulas = [(condition.flag, compile_(condition.shown_by)) for condition in conditions(policy)]
    coverage = ConditionCoverage(oracle)
    seen: set[str] = set()
    for supported in chain.from_iterable(combinations(range(4), size) for size in range(5)):
        for requested in (0, 1, 2, 3, 4):
            at = Instance({"supported": supported}, {"requested": requested})
            slots = oracle.slots(at.config, at.inputs)
            wanted = {flag for flag, formula in formulas if formula(slots)}
            assert set(coverage.of(at)) == wanted, at
            seen |= wanted
    assert len(seen) > 5


def test_what_is_not_known_of_one_condition_hides_only_what_depends_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quantifier costs more than there is for a condition."""
    monkeypatch.setattr("parley.vectors.condition_coverage.MOST_WORK", 0)
    policy = policy_in(
        HEAD + "case early when (b and (every x in supported: every y in supported: x < y or y < x)) or a"
        " { ok = true }\n case rest otherwise { ok = false } }"
    )
    coverage = ConditionCoverage(Oracle(policy))
    # `b` is false, so it does not matter what the rest of the `and` is: only `a` decides.
    assert coverage.of(Instance({"supported": (0, 1)}, {"requested": 0})) == ["mcdc:early.3 true"]
    assert coverage.of(Instance({"supported": (0, 1)}, {"requested": 2})) == []
