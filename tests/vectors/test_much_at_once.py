"""Policies with much of one thing: what is looked at has a bound, and what is left out is told."""

from __future__ import annotations

import pytest
from parley.model.evaluate_policy import PolicyEvaluator
from parley.model.instance import Instance
from parley.model.work import OutOfWork
from parley.vectors.encodings import encodings, still_allowed
from parley.vectors.generate import TOO_LONG, explore
from suites import policy_in

REVISION = "revision { reserved[63:31] zero major[30:16] minor[15:0] }\n"


@pytest.mark.slow
def test_a_fault_that_makes_a_formula_too_long_is_not_known() -> None:
    """Bug: each level of `max` was put in three times, at each of twelve levels."""
    most = "requested"
    for at in range(12):
        most = f"(max r{at} in supported where r{at} <= {most})"
    found = explore(
        policy_in(f"""interface I {{
            {REVISION} config supported : set of revision  input requested : revision  output lower : revision
        }}
        policy p for I {{
            case known when requested in supported {{ lower = {most} }}
            case rest otherwise {{ lower = requested }}
        }}""")
    )
    assert found.survivors["revisions compared as signed 64-bit numbers"] == TOO_LONG


def test_each_value_of_an_open_output_is_counted_that_is_looked_at() -> None:
    """Bug: values that an `ensure` refuses at once cost nothing, however many there were."""
    policy = policy_in(f"""interface I {{
        {REVISION} input requested : revision  output one : revision  output other : revision
    }}
    policy p for I {{ case only otherwise {{
        one = any  other = any  ensure one < requested and one > requested and one != requested
    }} }}""")
    evaluator = PolicyEvaluator(policy)
    slots = evaluator.slots(Instance({}, {"requested": 1}))
    with evaluator.work.limited(1_000), pytest.raises(OutOfWork):
        list(evaluator.answers(slots, 0, list(range(500))))


def test_exchanged_outputs_are_gone_through_together() -> None:
    """Bug: each pair of values of one was put beside each of the other, most of which contradict it."""
    values = ", ".join("{0}" + str(at) + f" = {at}" for at in range(16))
    policy = policy_in(f"""interface I {{
        {REVISION} input requested : revision
        output one : {{ {values.replace("{0}", "A")} }}
        output other : {{ {values.replace("{0}", "B")} }}
    }}
    policy p for I {{ case only otherwise {{ one = any  other = any }} }}""")
    (exchanged,) = (one for one in encodings(policy) if one.kind == "exchanged registers")
    assert still_allowed(policy, policy.cases[0], exchanged).size < 16 * 16 * 100
