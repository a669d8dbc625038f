"""A session played where the policy leaves something open: what a rule looks at has to be given."""

from __future__ import annotations

from pathlib import Path

import pytest
from parley.model.evaluate_session import SessionEvaluator
from parley.model.instance import Instance
from parley.model.play_session import NotGiven, Player
from parley.spec.load import Loader
from parley.spec.source import Source

SESSION = """interface I {{
    revision {{ reserved[7:6] zero major[5:3] minor[2:0] }}
    config supported : set of revision
    input requested : revision
    output lower : revision
    output higher : revision
}}
policy p for I {{ case only otherwise {{ lower = any higher = lower }} }}
host h for I {{ knows 1.0 start request 1.0 {rules} }}
session s : h with p {{ }}
"""


def player(rules: str) -> Player:
    loader = Loader()
    program = loader.load_source(Source("t.parley", SESSION.format(rules=rules)), Path("t.parley"))
    assert program is not None, loader.problems
    (session,) = program.own_sessions
    return Player(SessionEvaluator(session))


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("otherwise => accept lower", "round 1 leaves `lower` open, and rule_1 looks at it"),
        ("on lower == 1.0 => give up otherwise => give up", "round 1 leaves `lower` open, and rule_1 looks at it"),
        (
            "on requested == 1.1 => give up otherwise => accept higher",
            "round 1 leaves `lower` open, from which `higher` follows, and rule_2 looks at it",
        ),
    ],
)
def test_a_rule_that_looks_at_what_is_open_wants_it_given(rules: str, message: str) -> None:
    made, there = player(rules), Instance({"supported": (8,)})
    with pytest.raises(NotGiven) as raised:
        made.play(there, lambda _round, _name: None)
    assert str(raised.value) == message
    assert (raised.value.round, raised.value.output) == (1, "lower")
    done = made.play(there, lambda _round, _name: 8)
    assert (done.open, done.unknown) == ([set()], [])


@pytest.mark.parametrize(
    "rules",
    [
        "otherwise => accept requested",
        "on requested == 1.0 => give up otherwise => accept lower",
        "on requested == 1.0 => give up on lower == 1.0 => give up otherwise => give up",
    ],
)
def test_what_no_rule_looks_at_stays_open(rules: str) -> None:
    done = player(rules).play(Instance({"supported": (8,)}), lambda _round, _name: None)
    assert (done.open, done.unknown) == ([{"lower", "higher"}], [])
    assert done.run.ending in ("accepted", "gave_up")
