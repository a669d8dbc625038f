"""No engine is believed alone, no verdict depends on what was asked before it, and no budget makes one wrong."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest
from checking import EXACT, HEAD, outcomes
from parley.model.instance import Answer, Example, Instance
from parley.model.parts import parts_of
from parley.model.queries import NoCase, Query
from parley.model.query_evaluation import QueryEvaluator
from parley.model.smt.terms import Terms
from parley.proofs.ask import Asker
from parley.proofs.budget import ASIDE, Budget
from parley.proofs.claims import claims_of
from parley.proofs.prove import prove
from parley.proofs.reply import No
from parley.proofs.small_scope.policies import SmallScope
from parley.proofs.small_scope.walk import Walk
from parley.proofs.solve import Search
from parley.spec.checked import CheckedPolicy
from parley.spec.load import Loader
from parley.spec.source import Source


def policy(body: str) -> str:
    return f"{HEAD}}}\npolicy p for I {{{body}}}\n"


def checked(text: str) -> CheckedPolicy:
    program = Loader().load_source(Source("t.parley", text), Path("t.parley"))
    assert program is not None
    return program.own_policies[0]


IMPOSSIBLE = """
    case never when requested < requested { status = OK lower = requested }
    case rest otherwise { status = BAD lower = requested }
"""
WRONG = policy(EXACT + "invariant wrong: lower != 1.1")

GIVEN_BY_NOTHING = Example(Instance({"supported": (0,)}, {"requested": 0}), Answer("never", {"status": 0, "lower": 0}))
"""An example of what is not so."""


def told(scope: SmallScope, wanted: list[Query]) -> list[Example | None]:
    scope.walks = [Walk(1, complete=False)] * len(wanted)
    return [GIVEN_BY_NOTHING for _ in wanted]


def nothing(scope: SmallScope, wanted: list[Query]) -> list[Example | None]:
    scope.walks = [Walk(1, complete=False)] * len(wanted)
    return [None for _ in wanted]


def test_an_example_of_the_evaluator_that_the_solver_refuses_is_no_proof() -> None:
    """The evaluator's walk comes up with an example of everything: of what cannot happen, that is inconsistent."""
    with patch.object(SmallScope, "first", told):
        found = outcomes(policy(IMPOSSIBLE))
    assert found["p.reachable.never"].verdict == "inconsistent"
    assert "solver refuses" in found["p.reachable.never"].reason


def test_an_example_of_the_solver_that_the_evaluator_refuses_is_no_proof() -> None:
    def refuses(*_: object) -> bool:
        return False

    with patch.object(SmallScope, "first", nothing), patch.object(QueryEvaluator, "meets", refuses):
        found = outcomes(policy(EXACT))
    assert {o.verdict for o in found.values()} == {"inconsistent"}


def test_a_refuted_claim_is_replayed_as_it_is_reported() -> None:
    """`replayed` is what came of a replay of the example after its values were made easy to read."""

    def spoilt(_search: Search, _goals: Query, example: Example, *_: object) -> Example:
        return Example(example.instance, Answer(example.answer.case, {"status": 0, "lower": 1 << 40}))

    assert outcomes(WRONG)["p.wrong"].verdict == "refuted"
    with patch.object(SmallScope, "first", nothing), patch("parley.proofs.ask.readable", spoilt):
        assert outcomes(WRONG)["p.wrong"].verdict == "inconsistent"


MANY = policy("""
    case c0 when requested in supported { status = OK lower = requested }
    case c1 when some r in supported: r.major == requested.major and r < requested {
        status = BAD
        lower = max r in supported where r.major == requested.major
    }
    case c2 otherwise { status = BAD lower = max r in supported where r.major < requested.major or r.minor == 0 }
    invariant a: lower <= max supported
    invariant b: lower in supported
    invariant c: every r in supported: r <= lower
    invariant d: no r in supported: r > lower and r < requested and r.major == requested.major
    invariant e: lower.major == requested.major implies lower.minor <= requested.minor
""")


@pytest.mark.slow
@pytest.mark.parametrize("budget", [1, 500, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 200_000])
def test_a_small_budget_decides_less_and_nothing_otherwise(budget: int) -> None:
    whole = outcomes(MANY)
    for name, outcome in outcomes(MANY, budget).items():
        assert outcome.verdict in (whole[name].verdict, "undecided"), (name, outcome)
        assert outcome.verdict != "undecided" or "budget" in outcome.reason


@pytest.mark.slow
def test_a_verdict_does_not_depend_on_the_claims_before_it() -> None:
    """Each claim alone, at budgets that decide some of them, has the verdict that it has among the others."""
    subject = checked(MANY)
    claims = claims_of(subject)
    for budget in (3_000, 10_000, 30_000):
        together = {o.claim.name: o.verdict for o in prove(subject, claims, budget)}
        turned = {o.claim.name: o.verdict for o in prove(subject, claims[::-1], budget)}
        alone = {c.name: next(iter(prove(subject, [c], budget))).verdict for c in claims}
        assert together == turned == alone, budget


def test_a_budget_is_spent_and_a_small_one_is_a_part_of_it() -> None:
    assert [Budget(units).aside().left for units in (1, 3, 10, 1_000, 100_000_000)] == [1, 1, 2, 250, ASIDE]
    budget = Budget(3)
    assert [budget.spent, budget.spend(2), budget.spent, budget.spend(1), budget.spent] == [
        False,
        None,
        False,
        None,
        True,
    ]
    budget.spend(5)
    assert budget.spent


def test_what_a_question_uses_is_its_own() -> None:
    """Bug: whichever came first paid for what the policy itself is worked into the solver with; each mutant of a suite is
    a policy of its own, and so fewer of them were looked for.
    """
    asker = Asker(checked(policy(EXACT)))
    every_case_is_there: Query = (NoCase(),)
    used: list[int] = []
    for _ in range(3):
        asker.begin()
        assert isinstance(asker.ask(every_case_is_there, beside=True), No)
        used.append(asker.units - asker.budget.left)
    assert max(used) < 100, used


def test_what_is_read_of_a_model_uses_nothing() -> None:
    """Bug: fewer kinds of counterexample were counted, as reading their models was taken off the budget."""
    subject = checked(policy(EXACT))

    def used(times: int) -> int:
        search, budget = Search(subject, {"supported": 3}, parts_of(subject)), Budget(100_000)
        literals = search.literals(())
        with search.assuming([]):
            search.check(literals, Budget(100_000))
            for _ in range(times):
                search.example()
            search.check(literals, budget)
        return budget.units - budget.left

    assert used(20) == used(0)


def test_how_large_a_formula_is_does_not_depend_on_the_claims_before_it() -> None:
    """Forty claims that are each decided alone are decided together: terms are counted for each question."""
    order = " and ".join(f"{a} < {b}" for a, b in ("ab", "bc", "ca"))
    claims = "\n".join(
        f"invariant x{n}: no a in supported: some b in supported: some c in supported: {order} and requested != 1.{n}"
        for n in range(12)
    )
    text = policy(EXACT + claims)
    with patch("parley.model.smt.memory.MOST_NODES", 900):
        found = outcomes(text)
    assert {found[f"p.x{n}"].verdict for n in range(12)} == {"proved"}


@pytest.mark.parametrize(
    "purpose", ["readable", "counterexample"], ids=["tidying is too large", "what is said beside it is too large"]
)
def test_what_is_said_beside_a_verdict_does_not_change_it(purpose: str) -> None:
    from parley.model.smt.memory import TooLarge

    def too_large(*_: object, **__: object) -> None:
        raise TooLarge

    target = "parley.proofs.ask.readable" if purpose == "readable" else "parley.proofs.kinds.count"

    with patch(target, too_large), patch.object(SmallScope, "first", nothing):
        assert outcomes(WRONG)["p.wrong"].verdict == "refuted"


def test_no_two_subjects_share_a_solver_context() -> None:
    contexts: list[list[object]] = []
    start = Search._start  # pyright: ignore[reportPrivateUsage]

    def noted(search: Search, terms: Terms) -> None:
        start(search, terms)
        contexts[-1].append(terms.context)

    with patch.object(Search, "_start", noted):
        for _ in range(2):
            contexts.append([])
            outcomes(policy(EXACT))
    one, other = ({id(context) for context in row} for row in contexts)
    assert one
    assert other
    assert not one & other


def test_the_solver_says_why_it_gives_up() -> None:
    """A spent budget is told as such, and what else stops the solver by its own words."""
    subject = checked(policy(EXACT))
    search = Search(subject, {"supported": 3}, parts_of(subject))

    class Stopped:
        def __getattr__(self, name: str) -> object:
            return getattr(search_solver, name)

        def reason_unknown(self) -> str:
            return "(incomplete (theory arithmetic))"

    search_solver = search.solver
    search_solver.check()
    search.solver = Stopped()
    with patch("parley.proofs.solve.z3.Z3_solver_check_assumptions", return_value=0):
        result = search.find((), Budget(1_000))
    assert "gave up: (incomplete" in getattr(result, "why", "")


def test_a_witness_of_the_solver_shows_what_is_answered_there() -> None:
    """Bug: where the small scope has no example, that of `total` was the solver's model, with outputs that mean nothing."""
    text = """interface I {
        revision { reserved[63:3] zero major[2:2] minor[1:1] patch[0:0] }
        config supported : set of revision
        input requested : revision
        output lower : revision
        assume configured: supported is not empty
        assume extra: 0.0.1 > max supported
    }
    policy q for I { case c0 otherwise { lower = 0.1.1 } }"""
    for name in ("q.satisfiable", "q.total", "q.defined"):
        witness = outcomes(text)[name].witness
        assert isinstance(witness, Example)
        assert witness.answer == Answer("c0", {"lower": 3}), name


NESTED_RANGES = """interface I {
    revision { reserved[63:48] zero major[47:32] minor[31:16] patch[15:0] }
    config supported : set of revision
    input  requested : revision in x1
    output ok        : bool in x0
    invariant fine: ok or not ok
}
policy p for I {
    case a when every v in 0.0.0..requested: some w in v..requested: v.patch >= w.major or w.minor >= requested[3:2] {
        ok = true
    }
}
"""


@pytest.mark.slow
def test_an_example_is_confirmed_whatever_was_asked_before() -> None:
    """Bug: asked for alone, this was undecided after a minute: the solver instantiated quantifiers over the example's values."""
    subject = checked(NESTED_RANGES)
    claims = claims_of(subject)
    (fine,) = [claim for claim in claims if claim.name == "fine"]
    (alone,) = prove(subject, [fine])
    (among,) = [outcome for outcome in prove(subject, claims) if outcome.claim.name == "fine"]
    assert (alone.verdict, among.verdict) == ("proved", "proved")


def test_what_the_shared_solver_leaves_open_is_asked_of_another() -> None:
    """One unit is too little for any answer: each question gets a solver of its own, and no verdict changes."""
    with patch.object(SmallScope, "first", nothing):
        expected = {address: outcome.verdict for address, outcome in outcomes(WRONG).items()}
        with patch("parley.proofs.ask.SHARED", 1):
            found = {address: outcome.verdict for address, outcome in outcomes(WRONG).items()}
    assert expected["p.wrong"] == "refuted"
    assert found == expected


def test_a_relation_is_read_back_as_the_solver_has_it() -> None:
    """It holds of nearly all, as it stands in the model: nothing is made easier to read."""

    def unread(_search: Search, _goals: Query, example: Example, *_: object) -> Example:
        return example

    near = " and ".join(f"near({word})" for word in ("0.0", "0.1", "1.1", "2.0", "2.1", "3.0", "3.1", "requested"))
    text = f"{HEAD} define near(r) }} policy p for I {{ {EXACT} invariant few: not ({near} and not near(1.0)) }}"
    with patch.object(SmallScope, "first", nothing), patch("parley.proofs.ask.readable", unread):
        assert outcomes(text)["p.few"].verdict == "refuted"
