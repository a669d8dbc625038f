"""Each claim is decided again by others, on text that another writer makes: they agree, or it is a defect."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from checking import EXACT, HEAD
from parley.checking import CheckResult, check, check_files
from parley.loading import loads
from parley.model.instance import Example
from parley.model.queries import Query
from parley.model.smt.encoded import Term
from parley.model.smt.formulas import Encoder
from parley.model.smtlib import formulas
from parley.model.smtlib.expressions import Text
from parley.model.smtlib.script import Script
from parley.model.smtlib.words import Word, compare
from parley.proofs.asked import Asked
from parley.proofs.cross_check import second_opinions, solvers
from parley.proofs.cross_check.solvers import MISSING, Answer
from parley.proofs.small_scope.policies import SmallScope
from parley.proofs.small_scope.walk import Walk
from parley.proofs.verdict import Outcome
from parley.spec.core import Operator

OTHERS = ("z3 without cutoff", "cvc5")


def crossed(body: str, head: str = "") -> CheckResult:
    return check(loads(f"{HEAD}{head}}}\npolicy p for I {{{body}}}\n"), cross_check=True)


def said(outcome: Outcome) -> dict[str, str | None]:
    return {witness.name: witness.verdict for witness in outcome.witnesses}


def none_given(result: CheckResult) -> list[str]:
    return [
        f"{outcome.claim.address}: {witness.name}: {witness.reason}"
        for outcome in result.outcomes
        for witness in outcome.witnesses
        # What is refuted by more revisions than it walks, it says nothing of.
        if witness.verdict is None and witness.reason != "the example is larger than what is walked"
    ]


def all_agree(result: CheckResult) -> None:
    assert none_given(result) == []
    for outcome in result.outcomes:
        assert {*said(outcome).values()} - {None} == {outcome.verdict}, (
            outcome.claim.address,
            said(outcome),
            outcome.reason,
        )


def test_the_small_scope_agrees_with_no_counterexample_that_it_has_not() -> None:
    many = " and ".join(f"(some r in supported: r.minor == {1000 * n})" for n in range(1, 8))
    result = crossed(
        "case all otherwise { status = OK lower = requested }",
        f"invariant few: not ({many})\ninvariant none: lower != requested",
    )
    found = {outcome.claim.name: said(outcome)["small scope"] for outcome in result.outcomes}
    assert (found["few"], found["none"]) == (None, "refuted")


FORMS = """
    invariant holds: status == OK implies lower in supported
    invariant fails: lower != 1.1
    invariant says_nothing: (requested in supported and status == BAD) implies lower == 1.0
    invariant within: (every r in supported: r in {1.0, 1.1, 2.0}) implies lower in {1.0, 1.1, 2.0}
    invariant above: (min r in supported where r.major == 1) <= lower or no r in supported: r.major == 1
    invariant replaced: requested with { minor = 3 } == requested iff requested.minor == 3
    invariant unfit: not requested with { [31:16] = requested.major } == requested or requested.major < 65536
    invariant ranged: some r in 1.0..1.2: r in supported or r == 1.1
    invariant chosen: (if status == OK then requested else max supported) == lower
    invariant constant: (if status == OK then 1.0 else 2.0) with { reserved = 1 } > lower
"""


def test_all_forms_of_expressions_are_decided_alike() -> None:
    result = crossed(EXACT + FORMS)
    all_agree(result)
    verdicts = {name.partition(".")[2]: verdict for name, verdict in result.verdicts.items()}
    assert verdicts["fails"] == "refuted"
    assert verdicts["says_nothing"] == "vacuous"
    assert {verdicts[name] for name in ("holds", "replaced", "unfit", "chosen")} == {"proved"}


LEFT_OPEN = """
    case known when related(requested, max supported) { status = OK lower = any ensure related(lower, requested) }
    case unknown otherwise { status = BAD lower = min r in supported where r > requested }
    invariant symmetric: related(lower, lower) implies status == OK
"""


def test_relations_and_what_is_left_open_are_decided_alike() -> None:
    result = crossed(LEFT_OPEN, "define related(one, other)\n")
    all_agree(result)
    assert result.verdicts["p.defined"] == "refuted"


MESSAGES = """interface J {
    revision { major[15:8] minor[7:0] }
    config supported : set of revision
    config window : range of revision
    input  offered : set of revision
    output chosen : set of revision
    output version : revision or { NONE = -1 } in w0
}
policy q for J {
    case some_of when some r in offered: r in supported {
        chosen = if 1.0 in offered then {1.0, 1.1} else supported
        version = max r in offered where r in supported
    }
    case open when window is not empty { chosen = any version = max window ensure max window in chosen }
    case none_of otherwise { chosen = {} version = NONE }
    invariant named: version is NONE iff chosen is empty
    invariant same: (1.0 not in offered and 1.1 in supported and 1.1 in offered) implies chosen == supported
    invariant inside: version in window implies window is not empty
}
"""


@pytest.mark.slow
def test_sets_ranges_and_names_in_messages_are_decided_alike() -> None:
    result = check(loads(MESSAGES), cross_check=True)
    for outcome in result.outcomes:
        assert outcome.verdict in ("proved", "refuted", "undecided"), (outcome.claim.address, outcome.reason)
        assert {v for n, v in said(outcome).items() if n in OTHERS} <= {outcome.verdict, None}
    heard = [outcome for outcome in result.outcomes if said(outcome)["z3 without cutoff"] is not None]
    assert len(heard) > len(result.outcomes) // 2


def test_what_left_the_fragment_is_decided_with_quantifiers() -> None:
    result = crossed(EXACT + "invariant beyond: some r in supported: every s in supported: s <= r")
    outcome = result["p.beyond"]
    assert (outcome.verdict, outcome.cutoff) == ("proved", None)
    assert said(outcome)["solver at the cutoff"] is None
    assert said(outcome)["z3 without cutoff"] == "proved"


SESSION = """
host up for I {
    knows any up to 3
    start request min known
    on status == OK => accept requested
    on some k in known: k > requested => request min k in known where k > requested
    otherwise => give up
}
session climbs : up with p {
    invariant asks_known: requested in known
    property safe: accepted implies agreed in supported
    property lucky: accepted
}
"""


@pytest.mark.slow
def test_hosts_and_sessions_are_decided_alike() -> None:
    result = check(loads(f"{HEAD}}}\npolicy p for I {{{EXACT}}}\n{SESSION}"), cross_check=True)
    of_rounds = [o for o in result.outcomes if o.claim.subject in ("up", "climbs")]
    assert {o.claim.name: o.verdict for o in of_rounds}["lucky"] == "refuted"
    for outcome in of_rounds:
        assert {v for n, v in said(outcome).items() if n in OTHERS} == {outcome.verdict}, outcome


FLAG = """interface F {
    revision { major[15:8] minor[7:0] }
    config supported : set of revision
    input asked : bool
    output lower : revision
}
policy f for F { assume configured: supported is not empty  case all otherwise { lower = max supported } }
host one for F { knows 1.0  start request false  otherwise => accept lower }
session of_one : one with f {}
"""


def test_requests_that_are_true_or_false_are_decided_alike() -> None:
    """That a round asks what no earlier one did, asks whether a `bool` is among some."""
    result = check(loads(FLAG), only="of_one.terminates", cross_check=True)
    all_agree(result)
    assert result.verdicts == {"of_one.terminates": "proved"}


# ---- somebody is wrong ----------------------------------------------------------------------------------


LEAST = EXACT + "invariant least: some r in supported: lower <= r or status == OK"


def test_a_fault_in_the_writer_is_inconsistent() -> None:
    def wrong(operator: str, left: Word, right: Word) -> Text:
        return compare("<" if operator == "<=" else operator, left, right)

    assert crossed(LEAST).code == 0
    with patch.object(formulas, "compare", wrong):
        result = crossed(LEAST)
    outcome = result["p.least"]
    assert (result.code, outcome.verdict) == (70, "inconsistent")
    assert "z3 without cutoff says that it is refuted; cvc5 says that it is refuted" in outcome.reason
    assert said(outcome)["solver at the cutoff"] == "proved"


def nothing_seen(scope: SmallScope, wanted: list[Query]) -> list[Example | None]:
    scope.walks = [Walk(1, complete=False)] * len(wanted)
    return [None for _ in wanted]


def test_a_fault_in_the_encoding_is_inconsistent() -> None:
    right: Any = vars(Encoder)["_compare"]

    def wrong(self: Encoder, operator: Operator, left: Term, other: Term) -> object:
        return right(self, "<" if operator == "<=" else operator, left, other)

    def replays(*_: object) -> bool:
        return True

    with (
        patch.object(Encoder, "_compare", wrong),
        patch.object(SmallScope, "first", nothing_seen),
        patch("parley.proofs.prove.Prover._replays", replays),
    ):
        result = crossed(LEAST)
    assert (result.code, result["p.least"].verdict) == (70, "inconsistent")
    assert said(result["p.least"])["cvc5"] == "proved"


def test_a_cutoff_that_is_too_small_is_inconsistent() -> None:
    """The solver overlooks what more revisions show, and so does who is given the cutoff; who knows of none does not."""
    few = "not some r in supported: r > 9.9 and r.minor == 9 and some s in supported: s < r and s > 9.9"

    def exact(size: int) -> int:
        return size

    def one(*_: object) -> dict[str, int]:
        return {"supported": 1}

    with (
        patch("parley.model.cutoff.Cutoffs.of", one),
        patch("parley.proofs.ask._rounded", exact),
        patch.object(SmallScope, "first", nothing_seen),
    ):
        result = crossed(EXACT + f"invariant few: {few}")
    outcome = result["p.few"]
    assert outcome.verdict == "inconsistent"
    assert said(outcome) == {
        "solver at the cutoff": "proved",
        "small scope": "proved",
        "z3 without cutoff": "refuted",
        "cvc5": "proved",
    }


# ---- who gives none -------------------------------------------------------------------------------------


@pytest.fixture
def without_cvc5(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "cvc5", None)
    monkeypatch.setattr(solvers, "installed", lambda: False)
    yield


@pytest.mark.usefixtures("without_cvc5")
def test_without_cvc5_it_gives_no_answer_and_the_fix_is_told() -> None:
    result = crossed(EXACT)
    assert result.code == 0
    assert {witness.reason for o in result.outcomes for witness in o.witnesses if witness.name == "cvc5"} == {MISSING}


def test_a_budget_that_runs_out_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solvers, "Z3_UNITS", 10)
    monkeypatch.setattr(solvers, "CVC5_UNITS", 10)
    result = crossed(EXACT + "invariant holds: status == OK implies lower in supported")
    outcome = result["p.holds"]
    assert outcome.verdict == "proved"
    assert {w.reason for w in outcome.witnesses if w.name in OTHERS} == {solvers.SPENT}


def test_nothing_is_called_without_being_asked() -> None:
    result = check(loads(f"{HEAD}}}\npolicy p for I {{{EXACT}}}\n"))
    assert [outcome.witnesses for outcome in result.outcomes] == [()] * len(result.outcomes)


# ---- what it costs ---------------------------------------------------------------------------------------


def test_a_text_is_put_to_each_of_them_once_whatever_it_is_about(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Script]] = []

    def z3(script: Script) -> Answer:
        asked.append(("z3", script))
        return solvers.by_z3(script)

    def cvc5(script: Script) -> Answer:
        asked.append(("cvc5", script))
        return solvers.by_cvc5(script)

    monkeypatch.setattr(second_opinions, "by_z3", z3)
    monkeypatch.setattr(second_opinions, "by_cvc5", cvc5)
    result = check(loads(f"{HEAD}}}\npolicy p for I {{{EXACT}}}\npolicy q for I {{{EXACT}}}\n"), cross_check=True)
    all_agree(result)
    assert len(result.outcomes) == 2 * len([o for o in result.outcomes if o.claim.subject == "q"])
    assert {who for who, _ in asked} == {"z3", "cvc5"}
    assert len({*asked}) == len(asked)


@pytest.mark.slow
def test_long_questions_with_quantifiers_are_answered_within_the_budget() -> None:
    """With as many units z3 answers not all of them as it comes, nor with what it keeps for their logic."""
    claims = ("lower_rmm_1_0_by_minor.defined", "higher_rmm_1_0_by_minor.defined")
    all_agree(check_files("general_hosts", only=claims, cross_check=True))


# ---- the library ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_all_witnesses_agree_on_the_specification() -> None:
    all_agree(check_files("rmi", cross_check=True))


@pytest.mark.long
def test_all_witnesses_agree_on_the_library() -> None:
    """What is not decided in its budget is said, and is little."""
    result = check_files(cross_check=True)
    assert result.code == 0
    silent = [line for line in none_given(result) if "nothing was walked" not in line]
    assert len(silent) <= 2, silent


REFUSED = """
host h for I { knows 1.0 start request 1.0 on status == OK => accept requested otherwise => give up }
session s : h with p { property always: accepted }
"""


def test_what_answers_a_question_of_a_session_the_other_way_round_contradicts_each_verdict() -> None:
    """Bug in a mutant: of one that is refuted it was said that it is refuted, too."""

    def other(_: object, asked: Asked, __: object) -> bool:
        return not asked.met

    with patch.object(second_opinions.SecondOpinions, "_of_round", other):
        result = check(loads(f"{HEAD}}}\npolicy p for I {{{EXACT}}}\n{REFUSED}"), only=["s.*"], cross_check=True)
    found = {outcome.claim.name: said(outcome) for outcome in result.outcomes}
    assert {
        name: {one[other] for other in OTHERS} for name, one in found.items() if name in ("always", "terminates")
    } == {
        "always": {"proved"},
        "terminates": {"refuted"},
    }
    assert result["s.always"].verdict == "inconsistent"


def test_sizes_at_a_large_cutoff_are_not_spelled_out() -> None:
    class Known:
        def of(self, goals: dict[str, int]) -> dict[str, int]:
            return goals

    def sizes(*ways: dict[str, int]) -> dict[str, int] | None:
        cutoffs: Any = Known()
        goals: Any = ways
        return second_opinions.sizes_at_cutoff(cutoffs, goals)

    assert sizes({"s": 24}, {"s": 3, "t": 1}) == {"s": 24, "t": 1}
    assert sizes({"s": 24}, {"t": 25}) is None
    assert sizes({"s": 26}) is None


def test_what_cvc5_does_with_bits_alone_it_is_not_told_to_do_with_quantifiers() -> None:
    pytest.importorskip("cvc5")
    some = "(assert (forall ((x (_ BitVec 8))) (bvule x a)))"
    script = Script("BV", ("(declare-const a (_ BitVec 8))", some))
    with patch.object(solvers, "FIRST_CVC5_UNITS", 1):
        assert solvers.by_cvc5(script) is True
