"""Hosts that list what they know, up to the longest list there may be: every usual claim is decided.

The verdicts are told apart from the prover by playing the host on small and on all-but-one sets of revisions.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from parley.model.evaluate_session import SessionEvaluator
from parley.model.instance import Instance
from parley.proofs.claims import claims_of_session
from parley.proofs.session_questions import fails
from parley.proofs.sessions import SessionProver
from parley.proofs.verdict import Outcome, SessionCounterexample
from parley.spec.checked import CheckedSession
from parley.spec.load import Loader
from parley.spec.source import Source

DOWN = """start request max known
    on status == RMI_SUCCESS => accept requested
    on some k in known: k < requested => request max k in known where k < requested
    otherwise => give up"""
SKIPS = """start request max known
    on status == RMI_SUCCESS => accept requested
    on some k in known: k < requested and k != 1.2 => request max k in known where k < requested and k != 1.2
    otherwise => give up"""
PREFERRED = """start request first k in known where true
    on status == RMI_SUCCESS => accept requested
    on some k in known: prefers(requested, k) => request first k in known where prefers(requested, k)
    otherwise => give up"""
TRUSTS_LOWER = """start request max known
    on lower in known => accept lower
    otherwise => give up"""
LOOPS = """start request max known
    on status == RMI_SUCCESS => accept requested
    on requested == min known => request max known
    otherwise => request max k in known where k < requested"""
DOWN_BY_LOWER = """start request max known
    on status == RMI_SUCCESS => accept requested
    on lower in known and lower < requested => request lower
    on some k in known: k < lower => request max k in known where k < lower
    otherwise => give up"""
USUAL = """
    property safe: accepted implies agreed in supported
    property finds_common: (some k in known: k in supported) implies accepted
    property best: accepted implies no k in known: k in supported and k > agreed
"""


def listed(count: int, order: str) -> list[str]:
    made = [f"1.{minor}" for minor in range(count)]
    if order == "newest first":
        made.reverse()
    elif order == "mixed":
        Random(1).shuffle(made)
    return made


def session_of(host: str, known: list[str], items: str, policy: str = "rmm_1_0") -> CheckedSession:
    text = f"""use rmi
use tf_rmm
host h for RMI_VERSION {{
    knows {", ".join(known)}
    {host}
}}
session s : h with {policy} {{{items}}}
"""
    loader = Loader()
    program = loader.load_source(Source("listed.parley", text), Path("listed.parley"))
    assert program is not None, [problem.message for problem in loader.problems]
    (session,) = program.own_sessions
    return session


def outcomes(session: CheckedSession) -> dict[str, Outcome]:
    return {o.claim.name: o for o in SessionProver(session, claims_of_session(session, [])).outcomes()}


def verdicts(session: CheckedSession) -> dict[str, str]:
    return {name: outcome.verdict for name, outcome in outcomes(session).items()}


RIGHT = dict.fromkeys(["satisfiable", "defined", "terminates", "requests_known", "safe"], "proved")
FINDS = {**RIGHT, "finds_common": "proved", "best": "proved"}
WRONG = [
    (SKIPS, "rmm_1_0", {**RIGHT, "finds_common": "refuted", "best": "refuted"}),
    # Nothing known lies between `lower` and the newest: what comes back is the best there is.
    (TRUSTS_LOWER, "rmm_1_0", FINDS),
    # The newest of all comes back, and may be unknown.
    (TRUSTS_LOWER, "tf_rmm", {**FINDS, "finds_common": "refuted"}),
    (LOOPS, "rmm_1_0", {**FINDS, "terminates": "refuted"}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("count", "order"), [(9, "oldest first"), (12, "newest first"), (33, "mixed")])
@pytest.mark.parametrize("policy", ["rmm_1_0", "tf_rmm"])
def test_every_usual_claim_about_a_list_is_decided(count: int, order: str, policy: str) -> None:
    """Of 9 revisions and more, these were undecided, after minutes."""
    found = outcomes(session_of(DOWN, listed(count, order), USUAL, policy))
    assert {name: outcome.verdict for name, outcome in found.items()} == FINDS
    assert found["finds_common"].by_induction


@pytest.mark.slow
def test_the_longest_list_is_decided() -> None:
    items = f"{USUAL} property all: rounds <= 64 property fewer: rounds <= 63"
    found = outcomes(session_of(DOWN, listed(64, "newest first"), items))
    assert {n: o.verdict for n, o in found.items()} == {**FINDS, "all": "proved", "fewer": "refuted"}
    counterexample = found["fewer"].counterexample
    assert isinstance(counterexample, SessionCounterexample)
    assert len(counterexample.played.run.rounds) == 64
    assert found["all"].rounds == 64


@pytest.mark.slow
@pytest.mark.parametrize(("host", "policy", "expected"), WRONG, ids=["skips one", "trusts", "trusts TF-RMM", "loops"])
@pytest.mark.parametrize("count", [9, 33])
def test_wrong_hosts_are_found_out(host: str, policy: str, expected: dict[str, str], count: int) -> None:
    assert verdicts(session_of(host, listed(count, "newest first"), USUAL, policy)) == expected


@pytest.mark.slow
def test_a_list_in_any_order_is_gone_along() -> None:
    """A host that follows its preferences, which are no order of the revisions, finds the one that it likes best."""
    items = """
    property finds_common: (some k in known: k in supported) implies accepted
    property best: accepted implies no k in known: k in supported and prefers(k, agreed)
    property newest: accepted implies no k in known: k in supported and k > agreed
    property ends: gave_up implies requested not in supported
"""
    found = verdicts(session_of(PREFERRED, listed(12, "mixed"), items))
    assert found["finds_common"] == found["best"] == found["ends"] == found["terminates"] == "proved"
    assert found["newest"] == "refuted"


@pytest.mark.slow
def test_rounds_are_counted_by_the_requests_that_are_made() -> None:
    """One revision of twelve is never asked for: eleven rounds are enough, and needed."""
    items = (
        "property eleven: rounds <= 11 property ten: rounds <= 10 property last: rounds == 11 implies requested == 1.0"
    )
    found = outcomes(session_of(SKIPS, listed(12, "newest first"), items))
    assert found["eleven"].verdict == "proved"
    assert found["eleven"].rounds == 11
    assert found["ten"].verdict == "refuted"
    assert found["last"].verdict == "proved"


@pytest.mark.slow
@pytest.mark.parametrize("host", [DOWN, SKIPS, PREFERRED, TRUSTS_LOWER, LOOPS, DOWN_BY_LOWER])
@pytest.mark.parametrize("order", ["newest first", "mixed"])
def test_verdicts_agree_with_a_walk(host: str, order: str) -> None:
    """What is proved fails on no set of known revisions and those beside them, and what is refuted on some."""
    session = session_of(host, listed(9, order), f"{USUAL} property few: rounds <= 8")
    evaluator = SessionEvaluator(session)
    claims = claims_of_session(session, [])
    failing: set[str] = set()
    random = Random(2)
    words = [1 << 16 | minor for minor in range(11)] + [2 << 16]
    rows = [(word,) for word in words] + [tuple(sorted(random.sample(words, size))) for size in (2, 3, 5, 8) * 20]
    for row in rows:
        instance = Instance({"supported": row})
        for run in evaluator.runs(instance, words):
            failing |= {claim.name for claim in claims if fails(evaluator, claim)(instance, run)}
    found = verdicts(session)
    assert {name for name, verdict in found.items() if verdict == "refuted"} == failing
    assert set(found.values()) <= {"proved", "refuted"}


HOLDS_TWICE = """interface I {
    revision { reserved[63:2] zero major[1:1] minor[0:0] }
    config supported : set of revision
    input requested : revision
    output status : { OK = 0, BAD = 1 }
    assume configured: supported is not empty
    assume big: requested >= 1.0
}
policy p for I {
    case hit when requested in supported { status = OK }
    case miss otherwise { status = BAD }
}
host h for I {
    knows 1.1, 1.0, 0.1
    start request 1.1
    on status == OK and requested == 1.1 => accept requested
    on requested == 1.1 => request NEXT
    on requested == 1.0 => request 0.1
    otherwise => accept 0.1
}
session s : h with p {
    invariant served: status == OK
    property takes: accepted
    property twice: rounds == 2 implies accepted
}
"""


def late(following: str) -> dict[str, str]:
    loader = Loader()
    program = loader.load_source(Source("late.parley", HOLDS_TWICE.replace("NEXT", following)), Path("late.parley"))
    assert program is not None, [problem.message for problem in loader.problems]
    return verdicts(program.own_sessions[0])


def test_requests_that_an_assumption_rules_out_late_leave_nothing_undecided() -> None:
    """language.md: runs in which a request breaks an assumption are left out, also for what came before it.

    A run that goes on from 1.1 comes to 0.1, which is ruled out: the only runs are those that accept at once.
    """
    for following in ("0.1", "1.0"):
        found = late(following)
        assert found == {**dict.fromkeys(found, "proved"), "twice": "vacuous"}


@pytest.mark.slow
@pytest.mark.parametrize("count", [16, 64])
def test_a_host_that_may_go_round_for_ever_is_decided(count: int) -> None:
    """Where all that the RMM supports is newer, it asks the same again; else it finds what both support."""
    items = f"{USUAL} property few: rounds <= 2"
    found = verdicts(session_of(DOWN_BY_LOWER, listed(count, "newest first"), items))
    assert found == {**FINDS, "terminates": "refuted", "few": "refuted"}


@pytest.mark.slow
def test_a_host_that_may_go_round_for_ever_and_misses_one_is_found_out() -> None:
    skips = DOWN_BY_LOWER.replace("lower in known and", "lower in known and lower != 1.3 and")
    found = verdicts(session_of(skips, listed(12, "newest first"), USUAL))
    assert found["finds_common"] == "refuted"


def test_what_claims_may_cost_together_is_bounded() -> None:
    """Each gets a share, which depends on how many there are and not on the others; the reason says what is open."""
    items = "".join(
        f"""property f{i}: accepted and (some k in known: k in supported and k.minor != {10 + i}) and
        (no k in supported: k.major == 9 and k.minor == {i}) implies
        rounds <= 9 and no k in known: k in supported and k > agreed and k.minor != 3 """
        for i in range(30)
    )
    session = session_of(DOWN_BY_LOWER, listed(16, "newest first"), items)
    claims = claims_of_session(session, [])
    many = SessionProver(session, claims)
    assert many.share * len(claims) <= 4 * many.units
    assert SessionProver(session, claims[:6]).share == many.units


@pytest.mark.slow
def test_the_reason_tells_how_many_rounds_there_may_be() -> None:
    text = """property odd: accepted and (some k in known: k in supported and k.minor != 10) and
        (no k in supported: k.major == 9 and k.minor == 0) implies
        rounds <= 9 and no k in known: k in supported and k > agreed and k.minor != 3"""
    host = """start request max known
    on status == RMI_SUCCESS => accept requested
    on lower in known and lower < requested => request lower
    on some k in known: k < lower and k != 3.3 => request max k in known where k < lower and k != 3.3
    on higher in known and higher != requested and higher.minor == 3 => request higher
    otherwise => give up"""
    session = session_of(host, [f"{major}.{minor}" for major in (4, 3, 2, 1) for minor in (3, 2, 1, 0)], text)
    (outcome,) = [
        o for o in SessionProver(session, claims_of_session(session, []), 1_000_000).outcomes() if o.claim.name == "odd"
    ]
    assert outcome.verdict == "undecided"
    assert outcome.reason.startswith("no induction shows it, and runs may have up to 16 rounds: ")


def test_where_every_run_is_left_out_claims_are_vacuous() -> None:
    text = HOLDS_TWICE.replace("on status == OK and requested == 1.1 => accept requested\n", "").replace("NEXT", "0.1")
    loader = Loader()
    program = loader.load_source(Source("late.parley", text), Path("late.parley"))
    assert program is not None
    found = outcomes(program.own_sessions[0])
    assert found.pop("satisfiable").verdict == "proved"
    assert {outcome.verdict for outcome in found.values()} == {"vacuous"}
    assert found["takes"].reason == "every run is left out: a request breaks the assumption `big`"
