"""What the rounds of a session are made of: which copies there are, and which of them may be chosen."""

from __future__ import annotations

from pathlib import Path

import pytest
from parley.model.unroll import Unrolled
from parley.spec.load import Loader
from parley.spec.source import Source

SESSION = """interface I {
    revision { reserved[7:6] zero major[5:3] minor[2:0] }
    config supported : set of revision
    input requested : revision
    output ok : bool
    output lower : revision
    output listed : set of revision
    output fixed : set of revision
}
policy p for I { case only otherwise { ok = true lower = any listed = any fixed = supported } }
host h for I { knows 1.0 start request 1.0 otherwise => accept lower }
session s : h with p { }
"""


@pytest.mark.parametrize(
    ("free", "expected"),
    [
        # A set that a case assigns is put in; one that is left open is chosen, and is part of the configuration.
        (False, {"requested": "output", "ok": "output", "lower": "input", "listed": "input"}),
        # Of rounds that need not be the first, each set has a copy, and may be any.
        (True, {"requested": "output", "ok": "output", "lower": "input", "listed": "output", "fixed": "output"}),
    ],
)
def test_what_is_left_open_is_chosen_in_each_round(free: bool, expected: dict[str, str]) -> None:
    loader = Loader()
    program = loader.load_source(Source("t.parley", SESSION), Path("t.parley"))
    assert program is not None, loader.problems
    (session,) = program.own_sessions
    variables = Unrolled(session, 2, free=free).policy.interface.variables
    found = {name: variable.role for name, variable in variables.items() if "@" in name[1:]}
    assert found == {f"{name}@{at}": role for at in (1, 2) for name, role in expected.items()}
