"""What a refuted `defined` lacks: what no choice can mend is told alone."""

from __future__ import annotations

import pytest
from parley.proofs.claims import claims_of
from parley.proofs.prove import prove
from parley.proofs.verdict import Counterexample
from parley.wanted import wanted
from suites import policy_in

TEXT = """interface I {{
    revision {{ reserved[63:2] zero major[1:1] minor[0:0] }}
    config supported : set of revision
    input requested : revision
    output lower : revision
    output hint : revision
}}
policy p for I {{ case only otherwise {{ {items} }} }}
"""


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ("lower = max supported  hint = any", "a value for `lower`: `max supported` has none"),
        (
            "lower = requested  hint = any  ensure hint < hint",
            "a value for `hint`: no choice of what is left open meets the case's `ensure`s",
        ),
        (
            "lower = max x in supported where x == hint  hint = any",
            "a value for `lower`: no choice of what is left open gives what follows from it a value",
        ),
    ],
)
def test_what_has_no_value(items: str, text: str) -> None:
    """Bug: an output that is left open was told beside one without a value, with `ensure`s that there were none of."""
    policy = policy_in(TEXT.format(items=items))
    (claim,) = (one for one in claims_of(policy) if one.name == "defined")
    (outcome,) = prove(policy, [claim])
    assert isinstance(outcome.counterexample, Counterexample)
    told = wanted(claim, outcome.counterexample.example)
    assert told is not None
    assert told.text == text
