"""Runs as values: which rounds were answered, and which run is easier to read."""

from __future__ import annotations

from parley.model.instance import Instance
from parley.model.run import Played, Round, Run

ANSWERED = Round(1, "only", {"lower": 2, "ok": True}, "rule_1")
SILENT = Round(2, None, {"lower": None, "ok": None}, None)
HALF = Round(2, "only", {"lower": None, "ok": True}, None)


def test_a_round_that_is_stuck_without_an_answer_was_not_answered() -> None:
    assert Run((ANSWERED, SILENT), "stuck").answered == (ANSWERED,)
    assert Run((ANSWERED, HALF), "stuck").answered == (ANSWERED,)
    # No rule applies to this one, but it was answered.
    assert Run((ANSWERED, ANSWERED), "stuck").answered == (ANSWERED, ANSWERED)
    assert Run((), "stuck").answered == ()
    assert Run((ANSWERED, SILENT), "left_out").answered == (ANSWERED, SILENT)
    assert Run((ANSWERED,), "accepted", 1).answered == (ANSWERED,)


def test_fewer_rounds_come_first_then_fewer_revisions() -> None:
    one, two = Run((ANSWERED,), "gave_up"), Run((ANSWERED, ANSWERED), "gave_up")
    small, large = Instance({"supported": (1,)}), Instance({"supported": (1, 2), "strict": True})
    found = sorted((Played(there, run) for run in (two, one) for there in (large, small)), key=lambda one: one.order)
    assert [played.order for played in found] == [(1, 1), (1, 2), (2, 1), (2, 2)]
