"""The judge of replies: what is an answer, and what is a value at all."""

from __future__ import annotations

import pytest
from parley.model.instance import Range, Value
from parley.model.oracle import Answered, NoAnswer, Oracle
from suites import policy_in

POLICY = """interface I {
    revision { reserved[7:6] zero major[5:3] minor[2:0] }
    config supported : set of revision
    input requested : revision
    output status : { OK = 0, BAD = 3 } in x0
    output ok : bool in x1
    output lower : revision in x2
    output higher : revision in x3
    output listed : set of revision
    output span : range of revision
}
policy p for I {
    case asked when requested in supported {
        status = OK ok = true lower = requested higher = max supported listed = {} span = {}
    }
    case open when requested.major == 2 { status = any ok = any lower = 1.0 higher = 1.1 listed = {} span = {} }
    case follows when requested.major == 3 {
        status = BAD ok = false lower = any higher = if lower == 0.1 then 1.0 else 1.1 listed = {} span = {}
    }
    case rest otherwise { status = BAD ok = false lower = any higher = min supported listed = {} span = {} ensure lower == 0.1 }
}
"""


@pytest.fixture
def oracle() -> Oracle:
    return Oracle(policy_in(POLICY))


def test_what_is_open_is_not_among_the_outputs(oracle: Oracle) -> None:
    config: dict[str, Value] = {"supported": (2, 8)}
    nothing: dict[str, Value] = {"listed": (), "span": ()}
    asked: dict[str, Value] = {"status": 0, "ok": True, "lower": 8, "higher": 8, **nothing}
    assert oracle.answer(config, {"requested": 8}) == Answered("asked", asked, frozenset())
    rest: dict[str, Value] = {"status": 3, "ok": False, "higher": 2, **nothing}
    assert oracle.answer(config, {"requested": 9}) == Answered("rest", rest, frozenset({"lower"}))
    # What follows from it is open, too.
    follows: dict[str, Value] = {"status": 3, "ok": False, **nothing}
    expected = Answered("follows", follows, frozenset({"lower", "higher"}))
    assert oracle.answer(config, {"requested": 24}) == expected
    with pytest.raises(NoAnswer, match="`higher` has no value"):
        oracle.answer({"supported": ()}, {"requested": 9})


def test_all_answers_have_all_outputs(oracle: Oracle) -> None:
    config: dict[str, Value] = {"supported": (2, 8)}
    fixed: dict[str, Value] = {"lower": 8, "higher": 9, "listed": (), "span": ()}
    found = oracle.answers(config, {"requested": 16})
    expected = [{"status": status, "ok": ok, **fixed} for status in (0, 3) for ok in (False, True)]
    assert sorted(found, key=repr) == sorted(expected, key=repr)
    (only,) = oracle.answers(config, {"requested": 9})
    assert only["lower"] == 1


def test_values_are_of_their_types(oracle: Oracle) -> None:
    assert [oracle.value("ok", content) for content in (0, 1)] == [False, True]
    assert not oracle.are_values({"ok": oracle.value("ok", 2)})
    right: dict[str, list[Value]] = {
        "ok": [True, False],
        "status": [0, 3],
        "lower": [0, 63, 255],
        "listed": [(), (1, 2)],
        "span": [(), Range(1, 2)],
    }
    wrong: dict[str, list[Value]] = {
        "ok": [0, 1, (), Range(0, 0)],
        "status": [1, 2, (), Range(0, 0)],
        "lower": [256, (), (1,), Range(0, 0)],
        "listed": [0, True, Range(0, 0)],
        "span": [0, (1,)],
    }
    assert all(oracle.are_values({name: value}) for name, values in right.items() for value in values)
    assert not any(oracle.are_values({name: value}) for name, values in wrong.items() for value in values)
