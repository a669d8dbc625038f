"""Values put into the solver as constraints are read back from its models."""

# z3 carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import Any

import pytest
import z3  # pyright: ignore[reportMissingTypeStubs]
from parley.model.instance import Answer, Instance, Range, Relation, Value
from parley.model.parts import parts_of
from parley.model.queries import Holds
from parley.model.smt.decode import example
from parley.model.smt.examples import is_answer, is_instance, is_relations
from parley.model.smt.policies import Encoding
from parley.model.smt.terms import Terms
from suites import policy_in

POLICY = """interface I {
    revision { reserved[7:6] zero major[5:3] minor[2:0] }
    config supported : set of revision
    config window : range of revision
    config own : revision
    config strict : bool
    input requested : revision
    input mode : { SOFT = 0, HARD = 5 }
    output listed : set of revision
    output span : range of revision
    output lower : revision
    output ok : bool
}
policy p for I {
    define related(one, other)
    define marks(value)
    define flag
    case only otherwise { listed = any span = any lower = any ok = any }
    invariant claim: related(own, requested) or related(requested, own) or marks(strict) or flag
}
"""
NOTHING: tuple[int, ...] = ()


def encoded() -> tuple[Encoding, Any]:
    """The policy for sets of some sizes, and its claim."""
    policy = policy_in(POLICY)
    (claim,) = policy.invariants
    formula = claim.statement.formula
    parts = parts_of(policy, [Holds(policy.elaboration.of(formula))])
    encoding = Encoding(Terms(), policy, {"supported": 3, "listed": 2}, parts)
    return encoding, encoding.formula(formula)


@pytest.mark.parametrize(
    ("supported", "window", "listed", "span"),
    [
        (NOTHING, NOTHING, NOTHING, NOTHING),
        ((8,), Range(9, 9), (9,), Range(0, 63)),
        ((1, 9, 63), Range(0, 63), (8, 9), Range(8, 8)),
        ((0, 63), Range(8, 16), NOTHING, NOTHING),
    ],
)
@pytest.mark.parametrize(
    ("requested", "mode", "strict", "listing"), [(8, 0, True, True), (255, 5, False, True), (64, 5, True, False)]
)
def test_an_example_is_read_as_it_was_put(
    supported: Value, window: Value, listed: Value, span: Value, requested: int, mode: int, strict: bool, listing: bool
) -> None:
    encoding, whole = encoded()
    terms = encoding.terms
    related = Relation(frozenset({(10, requested)}) if listing else frozenset())
    instance = Instance(
        {"supported": supported, "window": window, "own": 10, "strict": strict},
        {"requested": requested, "mode": mode},
        {"related": related, "marks": Relation(), "flag": Relation(default=strict)},
    )
    answer = Answer("only", {"listed": listed, "span": span, "lower": 129, "ok": not strict})
    solver = z3.Solver(ctx=terms.context)
    solver.add(*encoding.rules, *encoding.encoder.side, is_instance(encoding, instance), is_answer(encoding, answer))
    solver.add(is_relations(encoding, instance.relations), *encoding.fires)
    solver.push()
    assert solver.check() == z3.sat
    found, answered = example(encoding, solver.model())
    assert (found.config, found.inputs, answered) == (instance.config, instance.inputs, answer)
    assert found.relations["related"](10, requested) is listing
    assert not found.relations["related"](requested, 10)
    assert found.relations["flag"]() is strict
    # And they are these alone: the formula has the value that it has for them.
    solver.add(terms.neg(terms.same(whole, terms.truth(listing or strict))))
    assert solver.check() == z3.unsat


@pytest.mark.parametrize("requested", [10, 11, 12, 13])
@pytest.mark.parametrize("strict", [True, False])
def test_a_relation_that_is_a_formula_to_the_solver_is_read_where_it_is_asked(requested: int, strict: bool) -> None:
    encoding, _ = encoded()
    context = encoding.terms.context
    related, marks = (encoding.encoder.relation(name) for name in ("related", "marks"))
    instance = Instance(
        {"supported": (), "window": (), "own": 10, "strict": strict}, {"requested": requested, "mode": 0}
    )
    solver = z3.Solver(ctx=context)
    solver.add(*encoding.rules, *encoding.encoder.side, is_instance(encoding, instance))
    one, other, given = z3.Int("one", context), z3.Int("other", context), z3.Bool("given", context)
    solver.add(z3.ForAll([one, other], related(one, other) == (one + 1 < other)))
    solver.add(z3.ForAll([given], marks(given) == z3.Not(given)))
    assert solver.check() == z3.sat
    found, _ = example(encoding, solver.model())
    assert found.relations["related"](10, requested) is (requested > 11)
    assert (found.relations["marks"](True), found.relations["marks"](False)) == (False, True)
