"""The hosts of sessions, played by their own models through the lines of programs: none does what its rules do not, and
what is proved of it is not broken, whatever it is told.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import parley
import pytest
from parley.conformance.batch import Body, Fault
from parley.conformance.conform import Conformance
from parley.conformance.fields import key_of, sent
from parley.conformance.host_program import Act
from parley.conforming_hosts import _HostRun  # pyright: ignore[reportPrivateUsage]
from parley.hostile import HostileRmms
from parley.model.evaluate_host import HostEvaluator
from parley.model.instance import Range, Value, read_range, word_of
from parley.naming import library
from parley.proofs.whatever import whatever_told
from parley.spec.checked import CheckedSession
from parley.spec.syntax import KNOWN, Accept, GiveUp

SESSIONS = {session.name: session for program in library() for session in program.own_sessions if not session.abstract}

CASES = """
interface LISTS {
    revision { sign[31] zero major[30:16] minor[15:0] }
    config supported : set of revision
    input  offered   : set of revision
    output version   : revision or { NOT_SUPPORTED = -1 } in w0 signed
    output listed    : set of revision
}
policy lists for LISTS {
    case common when some r in supported: r in offered {
        version = max r in supported where r in offered
        listed  = supported
    }
    case none otherwise { version = NOT_SUPPORTED  listed = any }
}
host offers for LISTS {
    knows any
    start request known
    on version is NOT_SUPPORTED and (some k in known: k in listed and k in offered) => request {max k in known where k in listed}
    on version is NOT_SUPPORTED => give up
    otherwise => accept version
}
session listing : offers with lists { property safe: accepted implies agreed in supported }

interface SPANS {
    revision { zero_[31:31] zero major[30:16] minor[15:0] }
    config supported : range of revision
    input  wanted    : range of revision
    output status    : bool in x0
    output offered   : range of revision
}
policy spans for SPANS {
    case common when some r in supported: r in wanted { status = true  offered = supported }
    case none otherwise { status = any  offered = any  ensure not status }
}
host spanning for SPANS {
    knows range
    start request known
    on status and max known in offered => accept max known
    on status => accept min offered
    on 1.0 in offered => request 1.0..1.0
    otherwise => give up
}
session spanned : spanning with spans { property safe: accepted implies agreed in supported }

interface PINGS {
    revision { reserved[63:31] zero major[30:16] minor[15:0] }
    config supported : set of revision
    assume some_: supported is not empty
    input  asked  : revision or { PING = -1 } in x1
    output answer : revision or { MISSING = -2 } in x1
}
policy pings for PINGS {
    case ping when asked is PING { answer = max supported }
    case known_ when asked in supported { answer = asked }
    case rest otherwise { answer = MISSING }
}
host pinging for PINGS {
    knows any
    start request PING
    on answer is MISSING => give up
    on asked is PING and answer in known => request answer
    on asked is PING => request max known
    otherwise => accept answer
}
session pinged : pinging with pings { property safe: accepted implies agreed in supported }
"""
OWN = {session.name: session for session in parley.loads(CASES).own_sessions}


class Model:
    """The host of a session, in the place of a program that talks to Parley by lines."""

    troubles: tuple[Fault, ...] = ()
    reused = False

    def __init__(self, session: CheckedSession) -> None:
        self.session = session
        self.host = HostEvaluator(session.host, session.policy)
        self.conformance = Conformance(session.policy)
        self.request = session.interface.inputs[0]

    def negotiate(self, start: Body, begin: Callable[[], Act]) -> Fault | None:
        act = begin()
        values: dict[str, Value] = {KNOWN: self._known(start[KNOWN])}
        asked = self.host.start(values, {})
        for number in itertools.count(1):
            assert asked is not None
            reply = act({"id": number, key_of(self.request): sent(self.session.interface, self.request, asked)})
            if not isinstance(reply, dict):
                return None
            assert reply.pop("id") == number
            outputs, _, _ = self.conformance.read(reply)
            seen = {**values, self.request.name.id: asked, **outputs}
            at = self.host.rule(seen, {})
            action, value = (GiveUp(), None) if at is None else self.host.action(at, seen, {})
            if isinstance(action, GiveUp) or value is None:
                assert act({"give_up": True}) == "over"
                return None
            if isinstance(action, Accept):
                assert act({"accept": f"{word_of(value):#x}"}) == "over"
                return None
            asked = value
        raise AssertionError

    def _known(self, field: Any) -> Value:
        format_ = self.session.interface.format
        if isinstance(field, str):
            return read_range(format_, field)
        # It is said which one it likes most.
        return tuple(sorted(format_.read(word) for word in field))


def played(session: CheckedSession) -> _HostRun:
    made = _HostRun(session, Model(session), None)  # pyright: ignore[reportArgumentType]
    made.negotiate({})
    return made


def right(run: _HostRun, session: CheckedSession) -> None:
    """Each deed is the model's, and what breaks is what the session knows to break."""
    known = {item.claim.id for item in session.expects if item.verdict == "refuted"}
    for one in run.outcomes:
        assert one.deviation is None
        assert one.negotiation.fault is None
        assert set(one.broken) <= known


@pytest.mark.parametrize("name", OWN)
def test_messages_of_every_type_go_by_lines(name: str) -> None:
    run = played(OWN[name])
    assert len(run.outcomes) > 50
    assert all(one.deviation is None and one.negotiation.fault is None for one in run.outcomes)
    assert {one.negotiation.run.ending for one in run.outcomes} >= {"accepted", "gave_up"}
    assert all(one.compared > len(one.negotiation.run.rounds) - 1 for one in run.outcomes)
    requests = [round_.request for one in run.outcomes for round_ in one.negotiation.run.rounds]
    assert any(isinstance(request, {"listing": tuple, "spanned": Range, "pinged": int}[name]) for request in requests)


@pytest.mark.parametrize("name", ["kvm_v7", "retry", "edk2_realm", "realm_on_plane_0", "after_hafnium"])
def test_a_model_is_a_right_host(name: str) -> None:
    right(played(SESSIONS[name]), SESSIONS[name])


@pytest.mark.slow
def test_each_model_of_the_library_is_a_right_host() -> None:
    for name, session in SESSIONS.items():
        run = played(session)
        right(run, session)
        assert len(run.outcomes) > 3, name


@pytest.mark.slow
@pytest.mark.parametrize("name", ["spanned", "pinged", "retry"])
def test_a_model_breaks_nothing_that_it_keeps_whatever_it_is_told(name: str) -> None:
    session = {**SESSIONS, **OWN}[name]
    run = played(session)
    before = len(run.outcomes)
    verdicts = whatever_told(session, ("terminates", "requests_known", "invariant", "property"))
    kept = [claim for claim, verdict in verdicts.items() if verdict == "proved"]
    found = list(run.negotiate_hostile(HostileRmms(session), kept, ""))
    assert len(run.outcomes) > before + 20
    assert any(one.told for one in found if one.mutant)
    for one in run.outcomes[before:]:
        assert one.negotiation.fault is None
        assert one.deviation is None
        assert one.broken == ()
