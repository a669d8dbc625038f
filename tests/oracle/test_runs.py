"""Each rule of LANGUAGE.md about hosts and sessions, on a text of a few lines."""

from __future__ import annotations

import pytest
from parley.spec.syntax import Interface

from oracle.policies import Domains, parsed
from oracle.sessions import session_verdicts
from oracle.words import Words

EXACT = "case same when requested in supported { ok = true lower = requested } case no_ otherwise { ok = false lower = 0.1 }"
TRIES_BOTH = (
    "knows 1.0, 0.1 start request 1.0 on ok => accept requested on requested == 1.0 => request 0.1 otherwise => give up"
)


def verdicts(host: str, session: str, policy: str = EXACT, more: str = "", scenario: str = "") -> dict[str, str]:
    text = f"""interface I {{
        revision {{ reserved[63:2] zero major[1:1] minor[0:0] }}
        config supported : set of revision
        input requested : revision
        output ok : bool
        output lower : revision
        {more}
    }}
    policy p for I {{ {policy} }}
    host h for I {{ {host} }}
    session s : h with p {{ {session} }}
    {scenario}"""
    file = parsed(text)
    (interface,) = [d for d in file.declarations if isinstance(d, Interface)]
    words = Words.of(interface)
    return session_verdicts(file, Domains(words.with_wide((0, 1, 2)), words.with_wide((0, 1))))


@pytest.mark.parametrize(
    ("host", "formula", "verdict"),
    [
        (TRIES_BOTH, "accepted implies agreed in supported", "proved"),
        (TRIES_BOTH, "accepted", "refuted"),
        (TRIES_BOTH, "accepted or gave_up", "proved"),
        (TRIES_BOTH, "rounds <= 2", "proved"),
        (TRIES_BOTH, "rounds == 1", "refuted"),
        (TRIES_BOTH, "gave_up implies agreed != requested and not agreed == requested", "proved"),
        (TRIES_BOTH, "gave_up implies no k in known: prefers(k, agreed) or prefers(agreed, k)", "proved"),
        (TRIES_BOTH, "accepted and gave_up implies rounds == 7", "vacuous"),
        (TRIES_BOTH, "gave_up implies requested == 0.1 and not ok", "proved"),
        # One that goes round for ever has neither accepted nor given up, and nothing else has a value.
        ("knows 1.0 start request 1.0 otherwise => request 1.0", "accepted or gave_up", "refuted"),
        (
            "knows 1.0 start request 1.0 otherwise => request 1.0",
            "rounds != 1 and requested != 1.0 and not ok",
            "proved",
        ),
        # One that is stuck is not asked.
        ("knows 1.0 start request 1.0 on ok => accept 1.0", "accepted", "proved"),
        ("knows 1.0 start request 1.0 on false => give up", "accepted", "vacuous"),
        # Preference is the order of a list, and newer first otherwise.
        (
            "knows 0.1, 1.0 start request first k in known where true otherwise => accept requested",
            "agreed == 0.1",
            "proved",
        ),
        (
            "knows any start request first k in known where true otherwise => accept requested",
            "agreed == max known",
            "proved",
        ),
        ("knows any up to 1 start request max known otherwise => accept requested", "agreed == min known", "proved"),
        ("knows any up to 2 start request max known otherwise => accept requested", "agreed == min known", "refuted"),
    ],
)
def test_a_property(host: str, formula: str, verdict: str) -> None:
    assert verdicts(host, f"property q: {formula}")["s.q"] == verdict


@pytest.mark.parametrize(
    ("host", "claim", "verdict"),
    [
        (TRIES_BOTH, "defined", "proved"),
        (TRIES_BOTH, "terminates", "proved"),
        (TRIES_BOTH, "requests_known", "proved"),
        ("knows 1.0 start request 1.0 on ok => accept 1.0", "defined", "refuted"),
        ("knows 1.0 start request max k in known where k < 1.0 otherwise => give up", "defined", "refuted"),
        ("knows 1.0 start request max k in known where k < 1.0 otherwise => give up", "satisfiable", "vacuous"),
        ("knows 1.0 start request 1.0 otherwise => accept max k in known where k < 1.0", "defined", "refuted"),
        (
            "knows 1.0, 1.1 start request 1.0 on requested == 1.0 => request 1.1 otherwise => request 1.0",
            "terminates",
            "refuted",
        ),
        (
            "knows 1.0 start request 1.0 on ok => give up on requested == 1.0 => request lower otherwise => give up",
            "requests_known",
            "refuted",
        ),
        ("knows any start request max known otherwise => give up", "requests_known", "proved"),
    ],
)
def test_a_claim_that_nobody_wrote(host: str, claim: str, verdict: str) -> None:
    assert verdicts(host, "")[f"s.{claim}"] == verdict


def test_every_reply_that_is_left_open_makes_a_run() -> None:
    policy = "case a otherwise { ok = any lower = any ensure lower in {1.0, 1.1} }"
    host = "knows 1.0 start request 1.0 on ok => accept lower otherwise => give up"
    assert verdicts(host, "property q: accepted implies agreed == 1.0", policy)["s.q"] == "refuted"
    assert verdicts(host, "property q: accepted implies agreed >= 1.0", policy)["s.q"] == "proved"


def test_a_policy_without_an_answer_leaves_the_session_stuck() -> None:
    host = "knows 1.0 start request 1.0 otherwise => accept requested"
    for policy in (
        "case a when requested in supported { ok = true lower = 1.0 }",
        "case a otherwise { ok = true lower = max supported }",
        "case a otherwise { ok = true lower = any ensure lower in supported }",
    ):
        found = verdicts(host, "property q: accepted", policy)
        assert (found["s.defined"], found["s.q"], found["s.satisfiable"]) == ("refuted", "proved", "proved")


def test_an_invariant_is_asked_after_every_reply() -> None:
    assert verdicts(TRIES_BOTH, "invariant i: ok or lower == 0.1")["s.i"] == "proved"
    assert verdicts(TRIES_BOTH, "invariant i: requested == 1.0")["s.i"] == "refuted"
    stuck = "knows 1.0 start request 1.0 on false => give up"
    assert verdicts(stuck, "invariant i: requested == 1.1")["s.i"] == "refuted"


def test_assumptions() -> None:
    session = "assume common: some k in known: k in supported property q: accepted"
    assert verdicts(TRIES_BOTH, session)["s.q"] == "proved"
    # One about the input leaves out the runs in which a request breaks it.
    asked = verdicts(TRIES_BOTH, "property q: accepted property r: rounds == 1", more="assume a: requested >= 1.0")
    assert (asked["s.q"], asked["s.r"], asked["s.satisfiable"]) == ("proved", "proved", "proved")
    never = verdicts(TRIES_BOTH, "property q: accepted", more="assume a: requested == 1.1")
    assert (never["s.q"], never["s.satisfiable"]) == ("vacuous", "vacuous")


def test_scenarios() -> None:
    for given, then, verdict in (
        ("given supported = {0.1}", "agreed == 0.1 and rounds == 2", "proved"),
        ("given supported = {1.1}", "accepted", "refuted"),
        ("", "accepted", "refuted"),
    ):
        scenario = f"scenario e for s {{ {given} then {then} }}"
        assert verdicts(TRIES_BOTH, "", scenario=scenario)["s.e"] == verdict
    host = "knows any start request max known otherwise => accept requested"
    scenario = "scenario e for s { given known = {0.1, 1.0} then agreed == 1.0 }"
    assert verdicts(host, "", scenario=scenario)["s.e"] == "proved"


def test_whose_define_a_host_sees() -> None:
    """A replaced one is the interface's to the host and the policy's to the session; an open one is the policy's."""
    more = "define f(a) = a == 1.0 define g(a) define user(a) = f(a)"
    policy = f"define f(a) = a == 1.1 define g(a) = f(a) {EXACT}"
    host = "knows 1.0, 1.1 start request 1.0 on {} => accept requested otherwise => give up"
    for guard, verdict in (("f(requested)", "proved"), ("user(requested)", "proved"), ("g(requested)", "refuted")):
        assert verdicts(host.format(guard), "property q: accepted", policy, more)["s.q"] == verdict
    assert verdicts(host.format("ok"), "property q: f(requested)", policy, more)["s.q"] == "refuted"
    assert verdicts(host.format("ok"), "property q: not f(requested)", policy, more)["s.q"] == "proved"


def test_rules_are_tried_on_any_reply() -> None:
    """A reply may be malformed, and no policy need give it; a relation may be any."""
    more = "define g(a)"
    host = (
        "knows 1.0 start request 1.0 on lower.reserved == 2 => give up on lower == max {} => give up "
        "on ok and g(lower) => give up on g(lower) or lower > 1.0 => give up on lower < 0.0 => give up otherwise => give up"
    )
    found = verdicts(host, "", more=more)
    said = [found[f"h.reachable.rule_{at}"] for at in range(1, 7)]
    assert said == ["proved", "refuted", "proved", "proved", "refuted", "proved"]
