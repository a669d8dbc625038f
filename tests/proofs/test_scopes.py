"""A name means what it meant where it was written: `define`s of one declaration read in the scope of another.

Every verdict here was worked out by hand. The formats have two bits, so that this is easy.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from parley.proofs.claims import claims_of, claims_of_host, claims_of_session
from parley.proofs.hosts import prove_host
from parley.proofs.prove import prove
from parley.proofs.sessions import SessionProver
from parley.spec.load import Loader
from parley.spec.source import Source

HEAD = """    revision { reserved[63:2] zero major[1:1] minor[0:0] }
    config supported : set of revision
    input requested : revision
    output ok : bool
"""
ASKS = """policy q for I {
    case yes when f(requested) { ok = true }
    case nope otherwise { ok = false }
}
"""
SAYS_TRUE = "case only otherwise { ok = true }"
SAYS_FALSE = "case only otherwise { ok = false }"


def interface(items: str) -> str:
    return f"interface I {{\n{HEAD}    {items}\n}}\n"


def verdicts(text: str, path: Path = Path("t.parley")) -> dict[str, str]:
    """The verdict on every claim of a text, by its address."""
    loader = Loader()
    program = loader.load_source(Source(str(path), text), path)
    assert program is not None, [problem.message for problem in loader.problems]
    scenarios = list(program.scenarios)
    found: dict[str, str] = {}
    for policy in program.own_policies:
        found |= {o.claim.address: o.verdict for o in prove(policy, claims_of(policy, scenarios))}
    for host in program.own_hosts:
        found |= {o.claim.address: o.verdict for o in prove_host(host, claims_of_host(host))}
    for session in program.own_sessions:
        prover = SessionProver(session, claims_of_session(session, scenarios))
        found |= {o.claim.address: o.verdict for o in prover.outcomes()}
    return found


def faults(text: str) -> list[tuple[str, str]]:
    loader = Loader()
    assert loader.load_source(Source("t.parley", text), Path("t.parley")) is None
    return [(problem.code, problem.message) for problem in loader.problems]


REFINES = {
    "the borrowed body reads what the lender calls g": (
        interface("define f(r)\n    define g(r) = r < 0.0")
        + ASKS
        + f"policy p for I refines q {{ define g(r) = r >= 0.0 define f(r) = g(r) {SAYS_FALSE} }}",
        "refuted",
    ),
    "the same, and it does what is allowed": (
        interface("define f(r)\n    define g(r) = r < 0.0")
        + ASKS
        + "policy p for I refines q { define g(r) = r >= 0.0 define f(r) = g(r)\n"
        + "    case yes when f(requested) { ok = true } case nope otherwise { ok = false } }",
        "proved",
    ),
    "the borrowed body reads a define that only the lender has": (
        interface("define f(r)")
        + ASKS
        + f"policy p for I refines q {{ define g(r) = r >= 0.0 define f(r) = g(r) {SAYS_TRUE} }}",
        "proved",
    ),
    "the refined policy keeps its own": (
        # q's g is false of everything, so q answers false, whatever p calls g.
        interface("define f(r)\n    define g(r) = r == 1.0")
        + "policy q for I { define g(r) = r < 0.0\n    case yes when f(requested) or g(requested) { ok = true }\n"
        + "    case nope otherwise { ok = false } }\n"
        + f"policy p for I refines q {{ define f(r) = r < 0.0 define g(r) = r >= 0.0 {SAYS_FALSE} }}",
        "proved",
    ),
    "a chain of two, each with a namesake in the refined policy": (
        interface("define f(r)\n    define g(r) = r < 0.0\n    define h(r) = r < 0.0")
        + "policy q for I { define g(r) = not h(r)\n    case yes when f(requested) and g(requested) { ok = true }\n"
        + "    case nope otherwise { ok = false } }\n"
        + "policy p for I refines q { define h(r) = r >= 0.0 define g(r) = h(r) define f(r) = g(r)\n"
        # f is p's g is p's h: true. q's g is not q's h: true. So q answers true.
        + f"    {SAYS_TRUE} }}",
        "proved",
    ),
    "two borrowed bodies, one using the other": (
        interface("define f(r)\n    define e(r)\n    define g(r) = r < 0.0")
        + "policy q for I {\n    case yes when e(requested) and not g(requested) { ok = true }\n"
        + "    case nope otherwise { ok = false } }\n"
        + "policy p for I refines q { define g(r) = r >= 0.0 define f(r) = g(r) define e(r) = f(r) "
        + f"{SAYS_TRUE} }}",
        "proved",
    ),
    "a parameter of the interface's called as a define of the refined policy": (
        interface("define f(r)\n    define g(x) = x == 1.0")
        + "policy q for I { define x = 0.1\n    case yes when f(requested) and x == 0.1 { ok = true }\n"
        + "    case nope otherwise { ok = false } }\n"
        + "policy p for I refines q { define f(r) = g(r)\n    case only otherwise { ok = requested == 1.0 } }",
        "proved",
    ),
    "a variable bound in a borrowed body called as a define of the refined policy": (
        interface("define f(r)")
        + "policy q for I { define v = 0.1 define w(r) = r == v\n"
        + "    case yes when f(requested) and not w(requested) { ok = true } case nope otherwise { ok = false } }\n"
        + "policy p for I refines q { define w(r) = r == 1.0\n"
        + "    define f(r) = (some v in {1.0, 1.1}: v == r and w(v)) and (max v in {0.0, 1.0} where w(v)) == r\n"
        + "    case only otherwise { ok = requested == 1.0 } }",
        "proved",
    ),
    "a relation that both leave open is one relation": (
        interface("define f(r)\n    define k(r)\n    define g(r) = k(r)")
        + ASKS
        + "policy p for I refines q { define f(r) = g(r)\n    case only otherwise { ok = k(requested) } }",
        "proved",
    ),
    "a relation that only the refining policy leaves open stays open": (
        # p's f is k, whichever; q has a k of its own that is true, and does not read it.
        interface("define f(r)\n    define k(r)")
        + "policy q for I { define k(r) = r >= 0.0\n    case yes when f(requested) and k(requested) { ok = true }\n"
        + "    case nope otherwise { ok = false } }\n"
        + "policy p for I refines q { define f(r) = k(r)\n    case only otherwise { ok = k(requested) } }",
        "proved",
    ),
    "and what is claimed of it must hold of every one": (
        interface("define f(r)\n    define k(r)")
        + "policy q for I { define k(r) = r >= 0.0\n    case yes when f(requested) { ok = k(requested) }\n"
        + "    case nope otherwise { ok = false } }\n"
        + f"policy p for I refines q {{ define f(r) = k(r)\n    {SAYS_TRUE} }}",
        "refuted",
    ),
    "a relation of the refined policy alone": (
        interface("")
        + "policy q for I { define k(r) assume met: k(requested)\n"
        + "    case only when k(requested) { ok = true } case rest otherwise { ok = false } }\n"
        + f"policy p for I refines q {{ {SAYS_TRUE} }}",
        "proved",
    ),
    "which need not hold": (
        interface("")
        + "policy q for I { define k(r)\n"
        + "    case only when k(requested) { ok = true } case rest otherwise { ok = false } }\n"
        + f"policy p for I refines q {{ {SAYS_TRUE} }}",
        "refuted",
    ),
    "and to which the refining policy gives a body": (
        interface("")
        + "policy q for I { define k(r)\n"
        + "    case only when k(requested) { ok = true } case rest otherwise { ok = false } }\n"
        + "policy p for I refines q { define k(r) = r == 1.0 case only otherwise { ok = requested == 1.0 } }",
        "proved",
    ),
    "a relation without parameters": (
        interface("define fact\n    define g = false")
        + "policy q for I { case yes when fact { ok = true } case nope otherwise { ok = false } }\n"
        + f"policy p for I refines q {{ define g = true define fact = g {SAYS_TRUE} }}",
        "proved",
    ),
    "a relation without parameters that both leave open": (
        interface("define fact")
        + "policy q for I { case yes when fact { ok = true } case nope otherwise { ok = false } }\n"
        + "policy p for I refines q { case only otherwise { ok = fact } }",
        "proved",
    ),
    "an assumption of the interface, as each of the two reads it": (
        # p admits every request, q only 1.0: only there must p do as q does.
        interface("define g(r) = r == 1.0\n    assume only_g: g(requested)")
        + f"policy q for I {{ {SAYS_TRUE} }}\n"
        + "policy p for I refines q { define g(r) = r >= 0.0 case only otherwise { ok = requested == 1.0 } }",
        "proved",
    ),
    "two that refine one, each with a body of its own": (
        interface("define f(r)\n    define g(r) = r < 0.0")
        + ASKS
        + f"policy other for I refines q {{ define g(r) = r < 0.0 define f(r) = g(r) {SAYS_FALSE} }}\n"
        + f"policy p for I refines q {{ define g(r) = r >= 0.0 define f(r) = g(r) {SAYS_TRUE} }}",
        "proved",
    ),
    "one that is refined in turn": (
        interface("define f(r)\n    define g(r) = r < 0.0")
        + ASKS
        + "policy middle for I refines q { define g(r) = r == 0.1\n"
        + "    case yes when f(requested) { ok = true } case nope otherwise { ok = false } }\n"
        + f"policy p for I refines middle {{ define g(r) = r >= 0.0 define f(r) = g(r) {SAYS_TRUE} }}",
        "proved",
    ),
}


@pytest.mark.parametrize("name", REFINES)
def test_what_a_refined_policy_borrows(name: str) -> None:
    text, verdict = REFINES[name]
    assert verdicts(text)["p.refines"] == verdict


REPLACED = f"""define older(requested, supported) = requested < supported
{
    interface('''define g(r) = r == 1.0
    define both(r) = g(r) and older(0.0, r)
    assume only_g: g(requested)
    invariant of_g: ok implies both(requested)''')
}
policy p for I {{
    define g(r) = r == 0.1
    case only otherwise {{ ok = true }}
    invariant it_is: requested == 0.1
    invariant it_is_not: requested == 1.0
}}
policy plain for I {{
    case only otherwise {{ ok = both(requested) }}
    invariant it_is: requested == 1.0 and ok
}}
scenario reads_that_of_p for p {{ given requested = 0.1 then ok and both(0.1) and not both(1.0) }}
scenario reads_the_interfaces for plain {{ given requested = 1.0 then ok and both(1.0) and not both(0.1) }}
scenario is_ruled_out for plain {{ given requested = 0.1 then ok }}
"""


def test_a_policys_define_is_the_interfaces_in_all_that_the_policy_uses_of_it() -> None:
    found = verdicts(REPLACED)
    assert {name: found[name] for name in found if "." in name and found[name] != "proved"} == {
        "p.it_is_not": "refuted",
        "plain.is_ruled_out": "vacuous",
    }


SESSION = f"""define k(r)
{
    interface('''define f(r)
    define g(r) = r == 1.0
    define uses_f(r) = f(r) and r != 1.0''')
}
policy p for I {{
    // In f it is this g.
    define g(r) = r == 0.1
    define f(r) = g(r)
    case only otherwise {{ ok = requested in supported }}
}}
host h for I {{
    knows 1.0, 0.1
    start request 1.0
    on uses_f(requested)          => accept requested
    on f(requested)               => give up
    // Here it is the interface's.
    on g(requested)               => request 0.1
    otherwise                     => give up
}}
session s : h with p {{
    property ends_so: accepted and agreed == 0.1 and rounds == 2
    property by_the_policys: g(agreed) and not g(1.0) and uses_f(agreed)
    property of_any_relation: k(agreed) or not k(agreed)
    property of_a_relation: k(agreed)
}}
scenario in_short for s {{ given supported = {{}} then g(requested) and agreed == 0.1 }}
"""


def test_a_host_reads_the_interfaces_and_what_that_leaves_open_is_the_policys() -> None:
    found = verdicts(SESSION)
    assert {name: verdict for name, verdict in found.items() if name.startswith("s.")} == {
        "s.satisfiable": "proved",
        "s.defined": "proved",
        "s.terminates": "proved",
        "s.requests_known": "proved",
        "s.ends_so": "proved",
        "s.by_the_policys": "proved",
        "s.of_any_relation": "proved",
        "s.of_a_relation": "refuted",
        "s.in_short": "proved",
    }


def test_a_relation_of_the_hosts_file() -> None:
    found = verdicts(
        "define k(r)\ndefine fact\n"
        + interface("")
        + "policy p for I { case only otherwise { ok = requested in supported } }\n"
        + "host h for I { knows any start request max known\n"
        + "    on k(requested) and not fact => accept requested otherwise => give up }\n"
        + "session s : h with p {\n    property as_k_says: accepted iff k(requested) and not fact\n"
        + "    property or_not: accepted iff k(requested) }"
    )
    assert found["h.reachable.rule_1"] == found["h.reachable.rule_2"] == "proved"
    assert (found["s.as_k_says"], found["s.or_not"]) == ("proved", "refuted")


def test_what_a_used_file_defines(tmp_path: Path) -> None:
    (tmp_path / "base.parley").write_text(
        # The parameters are called as the interface's variables are; they are something else.
        "define near(requested, supported) = some ok in {supported}: ok == requested\n"
        + interface("define f(r)\n    define g(r) = near(r, 1.0)")
        + ASKS,
        encoding="utf-8",
    )
    found = verdicts(
        'use "base.parley"\ndefine far(r) = not near(r, 0.1)\n'
        + "policy p for I refines q { define g(r) = near(r, 0.0) define f(r) = g(r) and far(r)\n"
        + "    case only otherwise { ok = requested == 0.0 } }\n"
        + "policy wrong for I refines q { define f(r) = g(r) and far(r)\n"
        + "    case only otherwise { ok = requested == 0.0 } }",
        tmp_path / "t.parley",
    )
    assert (found["p.refines"], found["wrong.refines"]) == ("proved", "refuted")


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (
            interface("")
            + "policy q for I { define k(r) case only otherwise { ok = k(requested) } }\n"
            + f"policy p for I refines q {{ define k(a, b) = a == b {SAYS_TRUE} }}",
            "P208",
            "`k` takes 1 argument in `q`, which leaves it open",
        ),
        (
            interface("")
            + "policy q for I { define k(r) case only otherwise { ok = k(requested) } }\n"
            + f"policy p for I refines q {{ define k(a) = a == 1 {SAYS_TRUE} }}",
            "P301",
            "`k` has a number where it has a revision in `q`, which leaves it open",
        ),
        (
            interface("define f(s)") + "policy p for I { case only otherwise { ok = f(supported) } }",
            "P301",
            "`f` takes a set of revisions, and has no body in `p`",
        ),
        (
            interface("define f(s)")
            + "host h for I { knows any start request 1.0 on f(known) => accept 1.0 otherwise => give up }",
            "P301",
            "`f` takes a set of revisions, and has no body in `h`",
        ),
    ],
)
def test_what_cannot_be_one_define_is_told(text: str, code: str, message: str) -> None:
    assert faults(text) == [(code, message)]


def test_what_a_large_body_is_borrowed_into_is_bounded() -> None:
    large = " and ".join(["r >= 0.0"] * 60)
    calls = " or ".join(["f(requested)"] * 60)
    doubled = "".join(f"    define d{at}(r) = {' and '.join([f'd{at - 1}(r)'] * 6)}\n" for at in (1, 2))
    text = (
        interface("define f(r)")
        + f"policy q for I {{ case yes when {calls} {{ ok = true }} case nope otherwise {{ ok = false }} }}\n"
        + f"policy p for I refines q {{\n    define d0(r) = {large}\n{doubled}"
        + f"    define f(r) = d2(r)\n    {SAYS_TRUE} }}"
    )
    assert faults(text) == [("P418", "a formula of `q` is too large with the `define`s of `p` put in")]
    assert verdicts(text.replace(calls, "f(requested)"))["p.refines"] == "proved"


ABSTRACT = (
    interface(
        "define fact\n"
        "    invariant false_one: fact\n"
        "    invariant tautology: fact implies fact\n"
        "    invariant empty_premise: (not (fact iff true) and not (fact iff false)) implies ok\n"
        "    invariant same_everywhere: (some r in supported: fact) implies fact\n"
        "    invariant through_another: not_fact iff not fact\n"
        "    define not_fact = not fact"
    )
    + "policy p for I {\n"
    "    case impossible when not (fact iff true) and not (fact iff false) { ok = true }\n"
    "    case told when fact { ok = fact }\n"
    "    case rest otherwise { ok = fact }\n"
    "    invariant as_told: ok iff fact\n"
    "}\n"
    "policy made for I { define fact = requested == 1.0 case only otherwise { ok = not_fact }\n"
    "    invariant own: ok iff requested != 1.0 }\n"
    "scenario any_fact for p { given requested = 1.0 then ok iff not not_fact }\n"
    "host h for I { knows 1.0 start request 1.0 on fact => accept 1.0 otherwise => give up }\n"
    "session s : h with p { property by_fact: accepted iff fact property always: accepted }\n"
)


def test_a_relation_without_parameters_is_true_or_false_and_the_same_everywhere() -> None:
    found = verdicts(ABSTRACT)
    assert {name: verdict for name, verdict in found.items() if verdict != "proved"} == {
        "p.reachable.impossible": "refuted",
        "p.false_one": "refuted",
        "p.empty_premise": "vacuous",
        "made.false_one": "refuted",
        "made.empty_premise": "vacuous",
        "s.always": "refuted",
    }


@pytest.mark.parametrize("guard", ["f(ok) and not f(not ok)", "not (f(ok) iff f(requested in known))"])
def test_a_relation_of_truth_values_may_be_the_value_itself(guard: str) -> None:
    # The solver may name such a relation by a formula, of what it is asked about, and not by the values it holds of.
    host = f"host h for I {{ knows any start request 1.0 on {guard} => give up otherwise => give up }}"
    policy = (
        "policy p for I { case only otherwise { ok = requested == 1.0 } invariant i: f(ok) implies f(not ok)\n"
        "invariant j: (every r in 0.1..requested: f(r == requested)) implies f(ok) }"
    )
    found = verdicts(f"{interface('define f(a)')}{policy}\n{host}")
    expected = {"h.reachable.rule_1": "proved", "h.reachable.rule_2": "proved", "p.i": "refuted", "p.j": "refuted"}
    assert {name: found[name] for name in expected} == expected
