"""Ranges in messages: what is claimed of them, both ways, what is left open, and what hosts do about them."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import outcomes
from parley.model.instance import Example, Range
from parley.proofs.claims import claims_of_host, claims_of_session
from parley.proofs.hosts import prove_host
from parley.proofs.sessions import prove_session
from parley.proofs.verdict import Counterexample
from parley.spec.load import Loader
from parley.spec.source import Source
from sampled import one_in
from test_scopes import verdicts

HEAD = """interface I {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config supported : range of revision
    config listing   : set of revision
    input  offered   : range of revision
    output status    : { OK = 0, BAD = 1 }
    output common    : range of revision
    assume configured: supported is not empty
}
"""
COMPLETE = "every r in supported: r in common"
HONEST = "every r in common: r in supported"


def claims(common: str, *formulas: str, more: str = "") -> list[str]:
    """The verdicts on some invariants of a policy with one case, and on whether it has an answer always."""
    invariants = "\n".join(f"invariant i{at}: {formula}" for at, formula in enumerate(formulas))
    text = f"{HEAD}policy p for I {{ case only otherwise {{ status = OK common = {common} {more} }}\n{invariants} }}"
    found = outcomes(text)
    assert found["p.encodable"].verdict == "proved"
    return [found["p.defined"].verdict, *(found[f"p.i{at}"].verdict for at in range(len(formulas)))]


@pytest.mark.parametrize(
    ("common", "complete", "honest", "equal"),
    one_in(
        3,
        [
            ("supported", "proved", "proved", "proved"),
            ("min supported..max supported", "proved", "proved", "proved"),
            ("max supported..max supported", "refuted", "proved", "refuted"),
            ("max supported..min supported", "refuted", "proved", "refuted"),
            ("offered", "refuted", "refuted", "refuted"),
            ("min listing..max listing", "refuted", "refuted", "refuted"),
            ("{}", "refuted", "vacuous", "refuted"),
            ("0x0..0xffffffffffffffff", "proved", "refuted", "refuted"),
            ("if offered is empty then supported else min supported..max supported", "proved", "proved", "proved"),
            ("if offered is empty then supported else {}", "refuted", "proved", "refuted"),
            ("any", "refuted", "refuted", "refuted"),
        ],
    ),
)
def test_a_range_is_what_the_case_makes_it(common: str, complete: str, honest: str, equal: str) -> None:
    assert claims(common, COMPLETE, HONEST, "common == supported") == ["proved", complete, honest, equal]


@pytest.mark.slow
def test_what_is_ensured_of_an_open_range_holds() -> None:
    more = f"ensure {HONEST} ensure max supported in common"
    wanted = ["proved", "proved", "refuted", "proved", "proved"]
    assert claims("any", HONEST, COMPLETE, "common is not empty", "max common == max supported", more=more) == wanted


@pytest.mark.slow
def test_an_open_range_that_cannot_be_is_no_answer() -> None:
    more = "ensure some r in common: r > max supported and r < min supported"
    found = outcomes(f"{HEAD}policy p for I {{ case only otherwise {{ status = OK common = any {more} }} }}")
    assert found["p.defined"].verdict in ("refuted", "undecided")


def test_ends_with_reserved_bits_count_for_the_revisions_between() -> None:
    # The first word is above all revisions; and from 0x80000000 down there is 32767.65535.
    wanted = ["proved", "proved"]
    assert claims("0x80000000..0xffffffffffffffff", "common is empty") == wanted
    assert claims("0x0..0x80000000", "max common == 0x7fffffff") == wanted


def test_what_refutes_a_claim_shows_its_ranges() -> None:
    text = f"{HEAD}policy p for I {{ case c otherwise {{ status = OK common = offered }} invariant i: {HONEST} }}"
    found = outcomes(text)["p.i"].counterexample
    assert isinstance(found, Counterexample)
    example = found.example
    assert isinstance(example, Example)
    offered = example.instance.inputs["offered"]
    assert isinstance(offered, Range)
    assert example.answer.outputs["common"] == offered


@pytest.mark.slow
def test_a_policy_that_narrows_a_range_refines_one_that_leaves_it_open() -> None:
    loose = "case c otherwise { status = OK common = any ensure every r in common: r in supported }"
    text = f"""{HEAD}policy q for I {{ {loose} }}
    policy p for I refines q {{ case c otherwise {{ status = OK common = max supported..max supported }} }}
    policy w for I refines q {{ case c otherwise {{ status = OK common = offered }} }}"""
    found = outcomes(text)
    assert [found["p.refines"].verdict, found["w.refines"].verdict] == ["proved", "refuted"]


# ---- sessions -------------------------------------------------------------------------------------------

POLICY = """policy p for I {
    case some_in_common when some r in supported: r in offered { status = OK common = supported }
    case nothing otherwise { status = BAD common = {} }
}
"""
RULES = """on some k in known: k in common => accept max k in known where k in common
    otherwise => give up"""


def session(knows: str, start: str, rules: str = RULES, *properties: str) -> dict[str, str]:
    """The verdicts on a host and on its session."""
    stated = "\n".join(f"property q{at}: {formula}" for at, formula in enumerate(properties))
    text = f"{HEAD}{POLICY}host h for I {{ knows {knows} start request {start}\n {rules} }}\n"
    loader = Loader()
    source = Source("t.parley", f"{text}session s : h with p {{ {stated} }}")
    program = loader.load_source(source, Path("t.parley"))
    assert program is not None, [problem.message for problem in loader.problems]
    (of_host,), (of_session,) = program.own_hosts, program.own_sessions
    found = [*prove_host(of_host, claims_of_host(of_host)), *prove_session(of_session, claims_of_session(of_session))]
    return {outcome.claim.name: outcome.verdict for outcome in found}


@pytest.mark.parametrize(
    ("knows", "start", "known"),
    one_in(
        3,
        [
            ("range", "known", "proved"),
            ("range", "max known..max known", "proved"),
            ("range", "{}", "proved"),
            ("range", "1.0..2.0", "refuted"),
            ("range", "0.0..max known", "refuted"),
            ("1.0..2.0", "1.1..1.9", "proved"),
            ("1.0..2.0", "1.1..2.1", "refuted"),
            ("1.0..1.3", "1.1..1.3", "proved"),
            ("1.0, 1.2", "1.0..1.2", "refuted"),
            ("any", "max known..max known", "proved"),
            ("any", "min known..max known", "refuted"),
        ],
    ),
)
def test_a_request_is_known_where_all_of_its_range_is(knows: str, start: str, known: str) -> None:
    found = session(knows, start)
    assert (found["requests_known"], found["terminates"]) == (known, "proved")


def test_a_rule_reads_the_range_of_a_reply() -> None:
    best = "accepted implies agreed == max k in known where k in supported"
    met = "accepted iff some k in known: k in supported"
    found = session("range", "known", RULES, best, met, "rounds == 2")
    assert [found[name] for name in ("q0", "q1", "q2")] == ["proved", "proved", "refuted"]


@pytest.mark.parametrize(
    ("again", "verdict"),
    [
        ("known", "proved"),
        ("1.0..2.0", "refuted"),
        ("{}", "proved"),
        ("if offered == 1.0..2.0 then 1.0..3.0 else 1.0..2.0", "refuted"),
        ("if offered is empty then 1.0..2.0 else {}", "refuted"),
        # Other words, and the same revisions.
        ("0x10000..0x20000", "refuted"),
    ],
)
def test_a_host_goes_round_where_a_range_comes_again(again: str, verdict: str) -> None:
    rules = f"on status == OK => give up on offered == known => give up on offered is empty and {again_is(again)}"
    found = session("1.0..300.0", "1.0..2.0", f"{rules} => give up otherwise => request {again}")
    assert found["terminates"] == verdict


def again_is(again: str) -> str:
    """Whether the host gives up after an empty request."""
    return "true == true" if again == "{}" else "false == true"


def test_what_follows_from_a_range_that_is_left_open_is_answered() -> None:
    text = (
        "interface I { revision { a[2] z[1] zero c[0] } config supported : set of revision "
        "output span : range of revision output reach : range of revision } "
        "policy p for I { case only otherwise { span = any "
        "reach = if some v in (min span)..0.1: v in supported then {} else span } }"
    )
    assert set(verdicts(text).values()) == {"proved"}
