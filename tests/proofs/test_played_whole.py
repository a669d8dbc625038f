"""Scenarios that give a session all that it depends on are decided however long the run is, by playing it."""

from __future__ import annotations

from pathlib import Path

import pytest
from parley.model.evaluate_session import SessionEvaluator
from parley.proofs.claims import claims_of_session
from parley.proofs.played_whole import only_run
from parley.proofs.session_confirm import Confirmation
from parley.proofs.sessions import prove_session
from parley.proofs.verdict import Outcome, SessionCounterexample
from parley.spec.checked import CheckedSession
from parley.spec.load import Loader
from parley.spec.source import Source

TEXT = """
interface I {
    revision { reserved[15:15] zero major[14:8] minor[7:0] }
    config supported : set of revision
    input requested : revision
    output ok : bool
    output hint : revision
}
policy p for I {
    assume above: not (0.7 in supported and requested < 1.0)
    case yes when requested in supported { ok = true hint = requested }
    case other otherwise { ok = false hint = requested }
}
policy unsaid for I {
    case yes when requested in supported { ok = true hint = any }
    case other otherwise { ok = false hint = requested }
}
host down for I {
    knows 1.11, 1.10, 1.9, 1.8, 1.7, 1.6, 1.5, 1.4, 1.3, 1.2, 1.1, 1.0, 0.9
    start request 1.11
    on ok => accept requested
    on some k in known: k < requested => request max k in known where k < requested
    otherwise => give up
}
host any_down for I {
    knows any
    start request max known
    on ok => accept requested
    on some k in known: k < requested => request max k in known where k < requested
    otherwise => give up
}
host back for I {
    knows 1.11, 1.10, 1.9, 1.8, 1.7, 1.6, 1.5, 1.4, 1.3, 1.2, 1.1, 1.0
    start request 1.11
    on requested == 1.0 => request 1.4
    otherwise => request max k in known where k < requested
}
session s : down with p {}
session left : down with unsaid {}
session free : any_down with p {}
session round : back with p {}
scenario reached for s { given supported = {0.1, 1.2} then accepted and agreed == 1.2 and rounds == 10 }
scenario broken for s { given supported = {1.1} then accepted implies agreed == 1.0 }
scenario hollow for s { given supported = {1.1} then gave_up implies hint == 1.0 }
scenario ruled_out for s { given supported = {0.7} then gave_up }
scenario stays for left { given supported = {0.9} then accepted }
scenario not_all for free { given supported = {0.1} then gave_up }
scenario all_known for free {
    given supported = {0.1} given known = {1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9} then gave_up and rounds == 10
}
scenario goes_round for round { given supported = {1.0} then not accepted and not gave_up }
"""

PROGRAM = Loader().load_source(Source("t.parley", TEXT), Path("t.parley"))
assert PROGRAM is not None
OF_NAME = {one.name: one for one in PROGRAM.own_scenarios}


def outcome(name: str) -> Outcome:
    scenario = OF_NAME[name]
    session = scenario.subject
    assert isinstance(session, CheckedSession)
    claims = claims_of_session(session, [scenario])
    return next(prove_session(session, [claims[-1]], among=claims))


@pytest.mark.parametrize(
    ("name", "verdict", "rounds"),
    [
        ("reached", "proved", 10),
        ("broken", "refuted", 11),
        ("hollow", "vacuous", 11),
        ("all_known", "proved", 10),
        ("goes_round", "proved", 12),
    ],
)
def test_a_long_run_is_played(name: str, verdict: str, rounds: int) -> None:
    found = outcome(name)
    assert found.verdict == verdict
    shown = found.counterexample
    assert rounds == (len(shown.played.run.rounds) if isinstance(shown, SessionCounterexample) else found.rounds)


@pytest.mark.parametrize("name", ["ruled_out", "stays", "not_all"])
def test_where_there_may_be_other_runs_or_none_nothing_is_played(name: str) -> None:
    scenario = OF_NAME[name]
    session = scenario.subject
    assert isinstance(session, CheckedSession)
    claim = claims_of_session(session, [scenario])[-1]
    assert only_run(SessionEvaluator(session), claim) is None


@pytest.mark.parametrize(("answer", "verdict"), [(None, "undecided"), (False, "inconsistent")])
def test_the_solver_has_to_confirm_the_run(answer: bool | None, verdict: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def of(*_: object, **__: object) -> bool | None:
        return answer

    monkeypatch.setattr(Confirmation, "of", of)
    assert outcome("reached").verdict == verdict


RANGED = """
interface I {
    revision { major[15:8] minor[7:0] }
    config window : range of revision
    input requested : revision
    output ok : bool
}
policy p for I { case all otherwise { ok = requested in window } }
host h for I {
    knows 1.2
    start request 1.2
    on ok => accept requested
    otherwise => give up
}
session s : h with p {}
scenario within for s { given window = 1.0..1.3 then accepted }
scenario none for s { given window = {} then gave_up }
scenario backwards for s { given window = 1.3..1.0 then gave_up }
"""


@pytest.mark.parametrize(("name", "ending"), [("within", "accepted"), ("none", "gave_up"), ("backwards", "gave_up")])
def test_a_range_that_is_given_is_one(name: str, ending: str) -> None:
    """What ends before it begins is nothing."""
    program = Loader().load_source(Source("t.parley", RANGED), Path("t.parley"))
    assert program is not None
    (session,) = program.own_sessions
    claim = next(one for one in claims_of_session(session, program.own_scenarios) if one.name == name)
    played = only_run(SessionEvaluator(session), claim)
    assert played is not None
    assert played.run.ending == ending
