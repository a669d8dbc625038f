"""Certificates of claims that count the rounds of runs with any number of them: no more than there are requests."""

from __future__ import annotations

from typing import Any

import parley
import pytest
from parley.proofs.certificates import certify
from parley.proofs.certificates.checker.examples import Subject
from parley.proofs.certificates.checker.inductions import ORDERS
from parley.proofs.certificates.checker.verify import obligations_of
from parley.proofs.certificates.checker.words import Refused

TEXT = """interface I {
    revision { reserved[63:31] zero major[30:16] minor[15:0] }
    config supported : set of revision
    assume configured: supported is not empty
    input requested : revision or { PING = -1 }
    output good : bool
}
policy p for I { case c otherwise { good = requested in supported } }
host down for I {
    knows any KNOWN
    start request FIRST
    on good => accept requested
    on some k in known: k < requested => request NEXT
    otherwise => give up
}
session d : down with p {
    property one: rounds <= 1
    property two: rounds <= 2
    property three: rounds <= 3
}
"""
COUNTED: dict[str, Any] = {"invariants": [], "order": "below", "counted": True}


def text(
    known: str = "up to 2", first: str = "max known", following: str = "max k in known where k < requested"
) -> str:
    return TEXT.replace("KNOWN", known).replace("FIRST", first).replace("NEXT", following)


def subject_of(made: str) -> Subject:
    return certify.Certifier().subject([parley.loads(made).source], "d")


def certified(claim: str, made: str, **how: Any) -> None:
    certify.refutations(subject_of(made), claim, {**COUNTED, **how})


def test_no_run_has_more_rounds_than_there_are_requests() -> None:
    """Two revisions are known, and there is a name to ask for."""
    made = parley.certify(parley.check(parley.loads(text()), only=["d.three"]))
    assert (made.certified, [one.reason for one in made.claims]) == (1, [""])
    for claim in ("one", "two"):
        with pytest.raises(certify.Uncertified, match="accepted"):
            certified(claim, text())


def test_requests_for_what_is_not_known_are_not_counted() -> None:
    with pytest.raises(certify.Uncertified, match="start"):
        certified("three", text(first="1.0"))
    with pytest.raises(certify.Uncertified, match="round"):
        certified("three", text(following="0.0"))


def test_where_any_number_of_revisions_is_known_there_is_no_counting() -> None:
    with pytest.raises(certify.Uncertified, match="any number"):
        certified("three", text(known=""))
    subject = subject_of(text(known=""))
    with pytest.raises(Refused, match="any number"):
        obligations_of(subject, "three", **COUNTED)


def test_uncounted_there_may_be_any_number_of_rounds() -> None:
    with pytest.raises(certify.Uncertified, match="accepted"):
        certified("three", text(), counted=False)


WRITTEN = """interface I {
    revision { reserved[31:31] zero major[30:16] minor[15:0] }
    config supported : set of revision
    input offered : set of revision
    output good : bool
}
policy p for I { case c otherwise { good = some r in offered: r in supported } }
host strange for I {
    knows 1.0, 2.0
    start request {1.0}
    on good => accept 1.0
    on 2.0 in offered => give up
    otherwise => request {0x80020000, 2.0}
}
session d : strange with p {
    invariant formed: not 0x80020000 in offered
}
"""


def test_sets_that_a_host_writes_out_may_have_malformed_revisions() -> None:
    """No induction may take each request for well formed."""
    found = {one.claim.name: one.verdict for one in parley.check(parley.loads(WRITTEN)).outcomes}
    assert found["formed"] == "refuted"
    with pytest.raises(certify.Uncertified, match="claim"):
        certified("formed", WRITTEN, counted=False)
    kept = ["not 0x80020000 in offered"]
    certified("formed", WRITTEN.replace("{0x80020000, 2.0}", "{2.0}"), counted=False, invariants=kept)


def test_a_policy_has_to_answer_what_a_host_writes_out() -> None:
    """It has an answer to each set of well-formed revisions, and this host asks for another one."""
    open_ = WRITTEN.replace("output good : bool", "output good : bool\n    output lower : revision")
    ensured = "good = false lower = any ensure lower == 1.0 and not 0x80020000 in offered"
    made = open_.replace("good = some r in offered: r in supported", ensured)
    with pytest.raises(certify.Uncertified, match="choice"):
        certified("defined", made, counted=False)
    made = made.replace("on good =>", "on not 1.0 in known =>").replace("knows 1.0, 2.0", "knows any")
    verdicts = parley.check(parley.loads(made)).verdicts
    assert (verdicts["p.defined"], verdicts["d.defined"]) == ("proved", "undecided")
    verdicts = parley.check(parley.loads(made.replace("{0x80020000, 2.0}", "{max known}"))).verdicts
    assert (verdicts["p.defined"], verdicts["d.defined"]) == ("proved", "proved")


GOES_ROUND = """interface I {
    revision { reserved[31:31] zero major[30:16] minor[15:0] }
    config supported : set of revision
    input asked : TYPE
    output good : bool
}
policy p for I { case c otherwise { good = supported is not empty } }
host h for I {
    knows 1.0, 2.0
    start request ONE
    on asked == ONE => request OTHER
    otherwise => request ONE
}
session d : h with p {}
"""


@pytest.mark.parametrize(
    ("type_", "one", "other"),
    [
        ("bool", "true", "false"),
        ("set of revision", "{1.0}", "{2.0}"),
        ("range of revision", "1.0..1.0", "1.0..2.0"),
        ("{ A = 0, B = 1 }", "A", "B"),
    ],
)
@pytest.mark.parametrize("order", ORDERS)
def test_requests_that_are_no_revisions_go_round_in_any_order(type_: str, one: str, other: str, order: str) -> None:
    made = GOES_ROUND.replace("TYPE", type_).replace("ONE", one).replace("OTHER", other)
    with pytest.raises(certify.Uncertified, match="order"):
        certified("terminates", made, order=order, counted=False)


ECHOED = """interface I {
    revision { reserved[31:31] zero major[30:16] minor[15:0] }
    config supported : set of revision
    input offered : set of revision
    output listed : set of revision
}
policy p for I { case c otherwise { listed = any ensure listed == offered } }
host h for I { knows 1.0 start request {FIRST} otherwise => give up }
session d : h with p {}
"""


@pytest.mark.parametrize("first", ["0x80020000", "1.0"])
def test_what_a_host_asks_for_is_no_value_of_an_open_set(first: str) -> None:
    """An open set has well-formed revisions: there is no answer to a request for others."""
    made = ECHOED.replace("FIRST", first)
    with pytest.raises(certify.Uncertified, match="listed cannot be offered"):
        certify.refutations(subject_of(made), "defined", {"rounds": 1})
    played = parley.evaluate(parley.loads(made).sessions["d"], supported=["1.0"])
    assert bool(played.unknown) is (first != "1.0")
