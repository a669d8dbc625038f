"""What a quantifier costs: its body once for each value that it goes through."""

from __future__ import annotations

from itertools import pairwise

import pytest
from parley.model.oracle import Oracle
from suites import policy_in

POLICY = """interface I {{
    revision {{ reserved[63:31] zero major[30:16] minor[15:0] }}
    config supported : set of revision
    input requested : revision
    output ok : bool
}}
policy p for I {{ case asked when {guard} {{ ok = true }} case rest otherwise {{ ok = false }} }}
"""


def cost(guard: str, size: int) -> int:
    oracle = Oracle(policy_in(POLICY.format(guard=guard)))
    slots = oracle.slots({"supported": tuple(range(size))}, {"requested": 99})
    before = oracle.evaluator.work.done
    oracle.evaluator.fires(slots)
    return oracle.evaluator.work.done - before


@pytest.mark.parametrize(
    "guard",
    [
        "every x in supported: x != requested",
        "some x in supported: x == requested",
        "(max x in supported where x != requested) == requested",
    ],
)
def test_a_quantifier_costs_its_body_for_each_value(guard: str) -> None:
    costs = [cost(guard, size) for size in (4, 8, 12, 16)]
    steps = {there - here for here, there in pairwise(costs)}
    assert len(steps) == 1
    assert min(steps) >= 4 * 3
