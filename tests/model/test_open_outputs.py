"""What an output that is left open may be: each value of its type, once."""

from __future__ import annotations

from parley.model.evaluate_policy import PolicyEvaluator
from parley.model.instance import Instance, Range
from parley.model.oracle import Oracle
from suites import policy_in

POLICY = """interface I {
    revision { reserved[63:2] zero major[1:1] minor[0:0] }
    input requested : revision
    output ok : bool
    output status : { OK = 0, BAD = 3, ODD = -1 }
    output lower : revision
    output span : range of revision
    output listed : set of revision
}
policy p for I { case only otherwise { ok = any status = any lower = any span = any listed = any } }
"""


def test_an_open_output_takes_each_value_of_its_type() -> None:
    evaluator = PolicyEvaluator(policy_in(POLICY))
    slots = evaluator.slots(Instance({}, {"requested": 0}))
    seen = [dict(evaluator.outputs(slots)) for _ in evaluator.answers(slots, 0, [0, 1, 4])]
    values = {name: {outputs[name] for outputs in seen} for name in seen[0]}
    assert len({tuple(outputs.items()) for outputs in seen}) == len(seen)
    assert values == {
        "ok": {False, True},
        "status": {0, 3, (1 << 64) - 1},
        # 4 has a reserved bit, and may be in a register; a set or a range has no such revision.
        "lower": {0, 1, 4},
        "span": {(), Range(0, 0), Range(0, 1), Range(1, 1)},
        "listed": {(), (0,), (1,), (0, 1)},
    }


def test_a_set_that_is_left_open_is_one_of_well_formed_revisions() -> None:
    oracle = Oracle(policy_in(POLICY))
    for lower, listed, allowed in ((4, (0, 1), True), (0, (), True), (0, (0, 4), False), (0, (4,), False)):
        outputs = {"ok": True, "status": 0, "lower": lower, "span": (), "listed": listed}
        assert oracle.allows({}, {"requested": 0}, outputs) is allowed
