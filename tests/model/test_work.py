"""What a quantifier costs: its body once for each value that it goes through."""

from __future__ import annotations

from itertools import pairwise

import pytest
from parley.model.oracle import Oracle
from parley.model.representatives import TooMany
from parley.model.work import UNLIMITED, OutOfWork, Work
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


def test_a_limit_is_of_units_from_where_it_begins_and_no_more_than_an_outer_one_leaves() -> None:
    work = Work()
    work.spend(7)
    with work.limited(10):
        work.spend(4)
        with work.limited(100):
            work.spend(6)
            with pytest.raises(OutOfWork):
                work.spend(1)
        with work.limited(0), pytest.raises(OutOfWork):
            work.spend(0)
    assert (work.done, work.limit) == (18, UNLIMITED)
    work.spend(1000)


def test_what_takes_too_much_is_not_seen() -> None:
    work = Work()

    def looks(units: int, seen: bool) -> bool:
        work.spend(units)
        return seen

    def refuses() -> bool:
        raise TooMany

    assert work.within(5, lambda: looks(5, True))
    assert not work.within(5, lambda: looks(5, False))
    assert not work.within(5, lambda: looks(6, True))
    assert not work.within(5, refuses)
    assert work.limit == UNLIMITED


ASSUMING = """interface I {
    revision { reserved[63:31] zero major[30:16] minor[15:0] }
    input requested : revision
    output ok : bool
    assume few: requested <= 1.0
}
policy p for I {
    case asked when requested == 0.2 or requested == 0.3 { ok = true }
    case rest otherwise { ok = false }
}
"""


def test_admitting_firing_and_answering_cost_what_their_formulas_are_large() -> None:
    oracle = Oracle(policy_in(ASSUMING))
    evaluator, work = oracle.evaluator, oracle.evaluator.work
    slots = oracle.slots({}, {"requested": 2})
    before = work.done
    evaluator.admits(slots)
    assert work.done - before == 3
    evaluator.fires(slots)
    # Two comparisons, joined.
    assert work.done - before == 3 + 7
    evaluator.allows(slots, 0)
    # One constant in each of two cases.
    assert work.done - before == 3 + 7 + 1
