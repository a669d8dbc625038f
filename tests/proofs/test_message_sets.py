"""Sets in messages: what is claimed of them, both ways, and what is left open."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import outcomes
from parley.model.instance import Example
from parley.proofs.claims import claims_of_host, claims_of_session
from parley.proofs.hosts import prove_host
from parley.proofs.sessions import prove_session
from parley.proofs.verdict import Counterexample, Outcome
from parley.spec.load import Loader
from parley.spec.source import Source
from sampled import one_in

HEAD = """interface I {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config supported : set of revision
    assume configured: supported is not empty
    input  offered   : set of revision
    output status    : { OK = 0, BAD = 1 }
    output listed    : set of revision
    output lower     : revision
}
"""
COMPLETE = "every r in supported: r in listed"
HONEST = "every r in listed: r in supported"


def claims(listed: str, *formulas: str, more: str = "lower = 0.0", status: str = "status = OK") -> list[str]:
    """The verdicts on some invariants of a policy with one case."""
    invariants = "\n".join(f"invariant i{at}: {formula}" for at, formula in enumerate(formulas))
    text = f"{HEAD}policy p for I {{ case only otherwise {{ {status} listed = {listed} {more} }}\n{invariants} }}"
    found = outcomes(text)
    return [found[f"p.i{at}"].verdict for at in range(len(formulas))]


@pytest.mark.parametrize(
    ("listed", "complete", "honest", "equal"),
    one_in(
        3,
        [
            ("supported", "proved", "proved", "proved"),
            ("{max supported}", "refuted", "proved", "refuted"),
            ("{max supported, min supported}", "refuted", "proved", "refuted"),
            ("offered", "refuted", "refuted", "refuted"),
            ("{}", "refuted", "vacuous", "refuted"),
            ("if offered is empty then supported else supported", "proved", "proved", "proved"),
            ("if offered is empty then supported else {max supported}", "refuted", "proved", "refuted"),
            ("any", "refuted", "refuted", "refuted"),
        ],
    ),
)
def test_a_list_is_what_the_case_makes_it(listed: str, complete: str, honest: str, equal: str) -> None:
    assert claims(listed, COMPLETE, HONEST, "listed == supported") == [complete, honest, equal]


def test_what_is_ensured_of_an_open_list_holds() -> None:
    more = f"lower = 0.0 ensure {HONEST} ensure max supported in listed"
    wanted = ["proved", "refuted", "proved", "proved"]
    assert claims("any", HONEST, COMPLETE, "listed is not empty", "max listed == max supported", more=more) == wanted


def test_a_list_is_a_premise_too() -> None:
    formulas = [
        "listed == supported implies max listed == max supported",
        "listed != supported implies status == BAD",
        "(every r in supported: r in listed) implies listed == supported",
    ]
    assert claims("{max supported}", *formulas) == ["proved", "refuted", "proved"]


def test_outputs_are_assigned_from_lists_and_lists_from_outputs() -> None:
    formulas = ["lower in listed", "lower == max supported"]
    assert claims("supported", *formulas, more="lower = max listed") == ["proved", "proved"]
    assert claims("{lower}", *formulas, more="lower = max supported") == ["proved", "proved"]


def test_the_maximum_of_an_open_list_may_be_missing() -> None:
    text = f"{HEAD}policy p for I {{ case only otherwise {{ status = OK listed = any lower = max listed }} }}"
    assert outcomes(text)["p.defined"].verdict == "refuted"
    text = text.replace("max listed }", "max listed ensure listed is not empty }")
    assert outcomes(text)["p.defined"].verdict == "proved"


def test_a_choice_that_is_not_among_those_tried_is_not_refuted() -> None:
    """No set that is tried has the request's newest alone; that there is one is not said, and not denied."""
    text = (
        f"{HEAD}policy p for I {{ case only when offered is not empty {{ status = OK listed = any lower = 0.0 ensure "
    )
    text += "max listed == max offered ensure listed != offered ensure listed is not empty } case none_ otherwise "
    text += "{ status = BAD listed = {} lower = 0.0 } }"
    assert outcomes(text)["p.defined"].verdict == "undecided"


def test_lists_that_are_written_out_may_be_malformed() -> None:
    text = HEAD.replace("    output status", "    input word : revision\n    output status")
    text += "policy p for I { case only otherwise { status = OK listed = {word} lower = 0.0 } }"
    outcome = outcomes(text)["p.encodable"]
    assert outcome.verdict == "refuted"
    assert isinstance(outcome.counterexample, Counterexample)
    word = outcome.counterexample.example.instance.inputs["word"]
    assert outcome.counterexample.example.answer.outputs["listed"] == (word,)
    assert outcomes(text.replace("{word}", "offered"))["p.encodable"].verdict == "proved"
    assert outcomes(text.replace("{word}", "any"))["p.encodable"].verdict == "proved"


def refines(theirs: str, ours: str) -> Outcome:
    policies = (f"case only otherwise {{ status = OK lower = 0.0 {body} }}" for body in (theirs, ours))
    q, p = policies
    return outcomes(f"{HEAD}policy q for I {{ {q} }} policy p for I refines q {{ {p} }}")["p.refines"]


@pytest.mark.parametrize(
    ("theirs", "ours", "verdict"),
    one_in(
        3,
        [
            ("listed = supported", "listed = supported", "proved"),
            ("listed = {max supported, min supported}", "listed = {min supported, max supported}", "proved"),
            ("listed = supported", "listed = {max supported}", "refuted"),
            ("listed = any", "listed = {max supported}", "proved"),
            ("listed = any ensure every r in listed: r in supported", "listed = {max supported}", "proved"),
            ("listed = any ensure every r in listed: r in supported", "listed = offered", "refuted"),
            ("listed = supported", "listed = any", "refuted"),
            ("listed = any ensure listed is not empty", "listed = any ensure max supported in listed", "proved"),
        ],
    ),
)
def test_a_policy_that_refines_answers_a_list_that_is_allowed(theirs: str, ours: str, verdict: str) -> None:
    outcome = refines(theirs, ours)
    assert outcome.verdict == verdict
    if isinstance(outcome.counterexample, Counterexample):
        assert outcome.counterexample.replayed
        assert isinstance(outcome.counterexample.example, Example)


# ---- sessions -------------------------------------------------------------------------------------------

POLICY = """policy p for I {
    listed = supported
    case common when some r in offered: r in supported { status = OK lower = max r in offered where r in supported }
    case nothing otherwise { status = BAD lower = 0.0 }
}
"""


def session(host: str, *items: str, policy: str = POLICY) -> dict[str, str]:
    """The verdicts on a host's rules and on a session's claims."""
    text = f"{HEAD}{policy}host h for I {{ {host} }}\nsession s : h with p {{ {' '.join(items)} }}\n"
    loader = Loader()
    program = loader.load_source(Source("t.parley", text), Path("t.parley"))
    assert program is not None, [problem.message for problem in loader.problems]
    (h,), (s,) = program.own_hosts, program.own_sessions
    made = [*prove_host(h, claims_of_host(h)), *prove_session(s, claims_of_session(s))]
    return {outcome.claim.name: outcome.verdict for outcome in made}


def test_a_host_that_asks_for_all_it_knows() -> None:
    found = session(
        "knows any start request known on status == OK => accept lower otherwise => give up",
        "property finds: (some k in known: k in supported) implies accepted",
        "property safe: accepted implies agreed in known and agreed in supported",
        "property asked: offered == known",
        "property wrong: accepted",
        "invariant told: listed == supported",
    )
    assert found.pop("wrong") == "refuted"
    assert set(found.values()) == {"proved"}


def test_the_same_set_asked_for_again_goes_round_however_it_is_written() -> None:
    knows = "knows 1.0, 1.1 start request {1.0, 1.1} on status == OK => accept lower"
    assert session(f"{knows} otherwise => request {{1.1, 1.0, 1.0}}")["terminates"] == "refuted"
    assert session(f"{knows} otherwise => request known")["terminates"] == "refuted"
    assert session(f"{knows} otherwise => request {{1.0}}")["terminates"] == "refuted"
    stops = "on offered == {1.0} => give up otherwise => request {1.0}"
    assert session(f"{knows} {stops}")["terminates"] == "proved"


def test_where_a_set_is_asked_for_again_nothing_is_accepted() -> None:
    host = "knows 1.0 start request {1.0} on status == OK => accept lower otherwise => request {1.0}"
    assert session(host, "property safe: accepted implies agreed in supported")["safe"] == "proved"


def test_a_set_is_asked_for_that_was_answered() -> None:
    """Different sets are different requests: the second round asks for what the first one listed."""
    host = "knows 1.0 start request {1.0} on status == OK => accept lower otherwise => request listed"
    found = session(
        host, "property two: accepted implies rounds <= 2", "property some_: accepted", "property one: rounds <= 1"
    )
    assert {name: found[name] for name in ("terminates", "requests_known", "two", "some_", "one")} == {
        "terminates": "proved",
        "requests_known": "refuted",
        "two": "proved",
        "some_": "proved",
        "one": "refuted",
    }


def test_a_set_that_a_round_leaves_open_has_well_formed_revisions() -> None:
    found = session(
        "knows 1.0 start request {1.0} on status == OK => accept lower otherwise => give up",
        "property formed: every r in listed: r.reserved == 0",
        "property nothing: listed is empty",
        policy="policy p for I { case only otherwise { status = OK listed = any lower = 1.0 } }\n",
    )
    assert (found["formed"], found["nothing"]) == ("proved", "refuted")
