"""Why a formula holds or fails: the values that decide it."""

from __future__ import annotations

import pytest
from parley.model.evaluate_policy import PolicyEvaluator
from parley.model.instance import Instance, Value
from parley.model.why import Reasons
from parley.spec.syntax import Expr
from suites import policy_in

POLICY = """interface I {{
    revision {{ reserved[7:6] zero major[5:3] minor[2:0] }}
    config supported : set of revision
    input requested : revision
    output ok : bool
}}
policy p for I {{ case asked when {guard} {{ ok = true }} case rest otherwise {{ ok = false }} }}
"""


def shown(_: Expr, value: Value | None) -> str:
    return str(value)


@pytest.mark.parametrize(
    ("guard", "reasons"),
    [
        # 1.2 is requested, of 0.1, 1.2 and 2.3.
        ("requested.minor == 2 implies requested.major == 3", ["requested.major is 1"]),
        ("requested.minor == 3 implies requested.major == 3", ["requested.minor is 2"]),
        ("requested.minor == 2 and requested.major == 3", ["requested.major is 1"]),
        ("requested.minor == 2 or requested.major == 3", ["requested.minor is 2"]),
        ("requested.minor == 3 or requested.major == 3", ["requested.minor is 2", "requested.major is 1"]),
        ("requested.minor == 2 iff requested.major == 3", ["requested.minor is 2", "requested.major is 1"]),
        ("not requested.minor == 2", ["requested.minor is 2"]),
        ("some r in supported: r.minor == requested.minor", ["it holds for r = 10"]),
        ("some r in supported: r.minor == 7", ["it holds for none of (1, 10, 19)"]),
        ("every r in supported: r.minor == 1", ["it fails for r = 10"]),
        ("every r in supported: r.minor != 7", ["it fails for none of (1, 10, 19)"]),
        ("no r in supported: r.major == 2", ["it holds for r = 19"]),
    ],
)
def test_what_decides_a_formula(guard: str, reasons: list[str]) -> None:
    policy = policy_in(POLICY.format(guard=guard))
    (case, _) = policy.cases
    assert case.guard is not None
    instance = Instance({"supported": (1, 10, 19)}, {"requested": 10})
    assert Reasons(PolicyEvaluator(policy), instance, shown).of(case.guard) == reasons
