"""Each rule of LANGUAGE.md about claims of policies, on a text of a few lines."""

from __future__ import annotations

import pytest
from parley.spec.syntax import Interface

from oracle.policies import Domains, parsed, policy_verdicts
from oracle.words import Words

HEAD = """interface I {
    revision { reserved[63:2] zero major[1:1] minor[0:0] }
    config supported : set of revision
    input requested : revision
    output ok : bool
    output lower : revision
    assume small: requested.reserved < 2
"""
ANSWER = "ok = true lower = requested"


def verdicts(text: str) -> dict[str, str]:
    (interface,) = [d for d in parsed(text).declarations if isinstance(d, Interface)]
    words = Words.of(interface).with_wide((0, 1))
    return policy_verdicts(text, Domains(words, words))


def of(policy: str, more: str = "", name: str = "p for I") -> dict[str, str]:
    """The verdicts on one policy, whose items stand in braces, with more items of its interface."""
    return verdicts(f"{HEAD}{more}\n}}\npolicy {name} {{\n{policy}\n}}\n")


@pytest.mark.parametrize(
    ("policy", "claim", "verdict"),
    [
        # total, reachable
        (f"case a when requested in supported {{ {ANSWER} }}", "total", "refuted"),
        (f"case a when true {{ {ANSWER} }}", "total", "proved"),
        (f"case a when true {{ {ANSWER} }} case b otherwise {{ {ANSWER} }}", "reachable.b", "refuted"),
        (f"case a when requested in supported {{ {ANSWER} }} case b otherwise {{ {ANSWER} }}", "reachable.b", "proved"),
        # A case happens where it is the first to apply, whether or not it has an answer.
        ("case a otherwise { ok = true lower = max {} }", "reachable.a", "proved"),
        ("case a otherwise { ok = true lower = any ensure lower in {} }", "reachable.a", "proved"),
        # defined
        ("case a otherwise { ok = true lower = max supported }", "defined", "refuted"),
        ("case a when supported is not empty { ok = true lower = max supported }", "defined", "proved"),
        ("case a otherwise { ok = true lower = any ensure lower in supported }", "defined", "refuted"),
        ("case a otherwise { ok = true lower = any ensure lower.reserved == 0 }", "defined", "proved"),
        ("case a otherwise { ok = any lower = if ok then 1.0 else max {} }", "defined", "refuted"),
        ("case a otherwise { ok = any lower = if ok then 1.0 else max {} ensure ok }", "defined", "proved"),
        ("case a otherwise { ok = lower.minor == 0 lower = any ensure lower in {1.1} }", "defined", "proved"),
        # encodable
        (f"case a otherwise {{ {ANSWER} }}", "encodable", "refuted"),
        ("case a otherwise { ok = true lower = requested with { reserved = 0 } }", "encodable", "proved"),
        ("case a otherwise { ok = true lower = max {} }", "encodable", "vacuous"),
        # assumptions
        (f"assume none: false case a otherwise {{ {ANSWER} }}", "satisfiable", "vacuous"),
        (f"assume none: false case a otherwise {{ {ANSWER} }}", "reachable.a", "vacuous"),
        (f"assume none: false case a otherwise {{ {ANSWER} }}", "total", "vacuous"),
        (f"assume one: requested == 1.0 case a when requested == 1.0 {{ {ANSWER} }}", "total", "proved"),
        # invariants
        (f"case a otherwise {{ {ANSWER} }} invariant i: lower == requested", "i", "proved"),
        (f"case a otherwise {{ {ANSWER} }} invariant i: lower in supported", "i", "refuted"),
        (f"case a otherwise {{ {ANSWER} }} invariant i: not ok implies lower in supported", "i", "vacuous"),
        (f"case a otherwise {{ {ANSWER} }} invariant i: every r in supported: r < 0.0 implies ok", "i", "vacuous"),
        (f"case a otherwise {{ {ANSWER} }} invariant i: (ok implies ok) and (not ok implies ok)", "i", "vacuous"),
        ("case a otherwise { ok = true lower = max {} } invariant i: ok", "i", "vacuous"),
        ("case a otherwise { ok = any lower = 1.0 } invariant i: ok", "i", "refuted"),
        ("case a otherwise { ok = any lower = 1.0 ensure ok } invariant i: ok", "i", "proved"),
        (
            "case a otherwise { ok = true lower = any ensure lower in {1.0, 1.1} } invariant i: lower >= 1.0",
            "i",
            "proved",
        ),
    ],
)
def test_a_claim_that_nobody_wrote_and_an_invariant(policy: str, claim: str, verdict: str) -> None:
    assert of(policy)[f"p.{claim}"] == verdict


@pytest.mark.parametrize(
    ("given", "then", "verdict"),
    [
        ("given supported = {1.0} given requested = 1.0", "ok", "proved"),
        ("given supported = {1.0}", "ok", "refuted"),
        ("given supported = {max {0.1, 1.0}} given requested = 1.0", "ok", "proved"),
        ("given supported = if 0.1 < 1.0 then {1.0} else {1.1} given requested = 1.0", "ok", "proved"),
        ("given supported = {} given requested = max {}", "ok", "vacuous"),
        ("given supported = {max {}} given requested = 1.0", "not ok", "proved"),
    ],
)
def test_a_scenario(given: str, then: str, verdict: str) -> None:
    policy = "case only otherwise { ok = requested in supported lower = requested }"
    text = f"{HEAD}}}\npolicy p for I {{ {policy} }}\nscenario example for p {{ {given} then {then} }}"
    assert verdicts(text)["p.example"] == verdict


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        # A relation holds of whatever it likes, and of the same wherever it stands.
        ("open(requested)", "refuted"),
        ("not open(requested)", "refuted"),
        ("open(requested) implies open(requested)", "proved"),
        ("open(requested) and requested == lower implies open(lower)", "proved"),
        ("open(0.0) implies open(0.1)", "refuted"),
        ("fact", "refuted"),
        ("fact implies fact", "proved"),
        ("(not (fact iff true) and not (fact iff false)) implies ok", "vacuous"),
        ("open(max {}) implies ok", "vacuous"),
    ],
)
def test_a_relation_without_a_body(formula: str, verdict: str) -> None:
    policy = f"case a otherwise {{ {ANSWER} }} invariant i: {formula}"
    assert of(policy, "define open(a) define fact")["p.i"] == verdict


@pytest.mark.parametrize(
    ("q", "p", "verdict"),
    [
        ("ok = any lower = 1.0", "ok = true lower = 1.0", "proved"),
        ("ok = true lower = 1.0", "ok = any lower = 1.0", "refuted"),
        ("ok = any lower = 1.0 ensure ok", "ok = false lower = 1.0", "refuted"),
        ("ok = true lower = max {}", "ok = true lower = 1.0", "refuted"),
        ("ok = true lower = any ensure lower in {1.0}", "ok = true lower = max {0.1, 1.0}", "proved"),
        ("ok = true lower = 1.0", "ok = true lower = max {}", "vacuous"),
    ],
)
def test_a_policy_that_refines_another(q: str, p: str, verdict: str) -> None:
    policies = (
        f"policy q for I {{ case a otherwise {{ {q} }} }}\npolicy p for I refines q {{ case a otherwise {{ {p} }} }}"
    )
    assert verdicts(f"{HEAD}}}\n{policies}")["p.refines"] == verdict


@pytest.mark.parametrize(
    ("of_q", "of_p", "verdict"),
    [
        # What q leaves open is p's body, as p reads it; what q has is q's, though p has another.
        ("", "define g(a) = a >= 0.0 define f(a) = g(a)", "refuted"),
        ("", "define f(a) = g(a)", "proved"),
        ("define f(a) = false", "define f(a) = a == a", "proved"),
        ("define g(a) = a == a", "define f(a) = g(a)", "proved"),
        ("", "", "refuted"),
        # An assumption of the interface is one for each of the two.
        ("assume no_f: not f(requested)", "", "proved"),
    ],
)
def test_a_body_that_is_borrowed(of_q: str, of_p: str, verdict: str) -> None:
    """P answers no; q answers yes where f holds of the request."""
    text = f"""{HEAD}
        define f(a)
        define g(a) = a < 0.0
    }}
    policy q for I {{ {of_q} lower = 1.0
        case yes when f(requested) {{ ok = true }}
        case nope otherwise {{ ok = false }} }}
    policy p for I refines q {{ {of_p} lower = 1.0 case a otherwise {{ ok = false }} }}"""
    assert verdicts(text)["p.refines"] == verdict


def test_assumptions_of_both_policies_count() -> None:
    text = f"""{HEAD}}}
    policy q for I {{ assume few: requested == 1.0 lower = 1.0 case a otherwise {{ ok = true }} }}
    policy p for I refines q {{ lower = requested case a otherwise {{ ok = true }} }}"""
    assert verdicts(text)["p.refines"] == "proved"
    assert verdicts(text.replace("requested == 1.0", "requested == 1.1"))["p.refines"] == "refuted"
    assert verdicts(text.replace("requested == 1.0", "requested in {}"))["p.refines"] == "vacuous"


def test_the_interface_sees_what_a_policy_replaces() -> None:
    more = "define f(a) = a == 1.0 define g(a) = f(a) assume some_g: g(requested) invariant i: lower == 1.1"
    assert of(f"case a otherwise {{ {ANSWER} }}", more)["p.i"] == "refuted"
    assert of(f"define f(a) = a == 1.1 case a otherwise {{ {ANSWER} }}", more)["p.i"] == "proved"
