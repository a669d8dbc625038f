"""The evaluator and the encoding give a formula one meaning; and representatives stand for all."""

# z3 carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from itertools import product
from pathlib import Path
from random import Random
from typing import Literal

import pytest
import z3  # pyright: ignore[reportMissingTypeStubs]
from hypothesis import given, note
from hypothesis import strategies as st
from parley.model.evaluate_policy import PolicyEvaluator
from parley.model.instance import Instance
from parley.model.parts import parts_of
from parley.model.queries import Holds
from parley.model.representatives import TooMany
from parley.model.smt.encoded import Slots, Term
from parley.model.smt.examples import is_value
from parley.model.smt.policies import Encoding
from parley.model.smt.terms import Terms
from parley.spec.checked import CheckedPolicy
from parley.spec.formatting.expressions import print_expr
from parley.spec.load import Loader
from parley.spec.source import Source
from parley.spec.syntax import Expr, Quantified, Range, Revision
from parley.spec.words import Format
from random_policies import LAYOUTS, Generator


def policy_with(layout: str, claim: Expr | str) -> CheckedPolicy:
    shown = claim if isinstance(claim, str) else print_expr(claim)
    text = f"""interface I {{
        revision {{ {layout} }}
        config supported : set of revision
        input requested : revision
        output lower : revision
    }}
    policy p for I {{
        case always otherwise {{ lower = any }}
        invariant claim: {shown}
    }}"""
    loader = Loader()
    program = loader.load_source(Source("c", text), Path("c"))
    assert program is not None, loader.problems
    return program.policies["p"]


def encoded_truth(policy: CheckedPolicy, supported: tuple[int, ...], requested: int, lower: int, *, sets: bool) -> bool:
    """What the solver makes of the claim where everything it speaks of is a constant."""
    formula = policy.invariants[0].statement.formula
    terms = Terms()
    parts = parts_of(policy, [Holds(policy.elaboration.of(formula))])
    encoding = Encoding(terms, policy, {"supported": len(supported)} if sets else None, parts)
    fixed: list[object] = []
    for name, value in (("requested", requested), ("lower", lower)):
        term = encoding.scope.values[name]
        assert isinstance(term, Term)
        fixed.append(is_value(terms, term.value, value))
    known = encoding.scope.values["supported"]
    if isinstance(known, Slots):
        rows = zip(known.rows, supported, strict=True)
        fixed += [terms.conj([there, is_value(terms, word, member)]) for (word, there), member in rows]
    else:
        word = encoding.words.fresh_word("any")
        listed = terms.disj([is_value(terms, word, member) for member in supported])
        fixed.append(terms.every(word.variables(), terms.same(encoding.encoder.member(Term(word), known), listed)))
    truth: list[bool] = []
    # Once as a formula that may be true or false, and once as one that is asserted.
    for claim, denied in (
        (encoding.formula(formula), terms.neg(encoding.formula(formula))),
        (encoding.formula(formula, True), terms.neg(encoding.formula(formula, False))),
    ):
        solver = z3.Solver(ctx=terms.context)
        solver.set("rlimit", 2_000_000)
        solver.add(*fixed, *encoding.rules, *encoding.encoder.side)
        for sense in (claim, denied):
            solver.push()
            solver.add(sense)
            found = solver.check()
            if found == z3.unknown:
                raise Unanswered
            truth.append(found == z3.sat)
            solver.pop()
    # With everything fixed, exactly one of the formula and its negation has a model.
    assert truth[0] is not truth[1]
    assert truth[:2] == truth[2:]
    return truth[0]


class Unanswered(Exception):
    """The solver gives no answer."""


@pytest.mark.slow
@pytest.mark.parametrize("sets", [True, False], ids=["slots", "predicate"])
def test_a_formula_has_one_meaning(sets: bool) -> None:
    """semantics.md: the symbolic and the concrete semantics agree on every closed instance of a formula."""
    random = Random(5 if sets else 6)
    compared = 0
    for _ in range(220 if sets else 60):
        layout = random.choice(list(LAYOUTS))
        draw = Generator(random, layout, ["requested", "lower"], ranges=sets and random.random() < 0.3)
        claim = draw.formula(3)
        policy = policy_with(LAYOUTS[layout], claim)
        format_ = Format.of(policy.interface.layout)
        words = [format_.word(point) for point in product(range(2), repeat=len(format_.numbered))]
        supported = tuple(sorted(random.sample(words, random.randrange(min(4, len(words)) + 1))))
        odd = [1 << format_.reserved[0].low, words[-1] | 1 << format_.reserved[0].high]
        requested, lower = random.choice([*words, *odd]), random.choice([*words, *odd])
        evaluator = PolicyEvaluator(policy)
        code = evaluator.formula(policy.invariants[0].statement.formula)
        slots = evaluator.slots(Instance({"supported": supported}, {"requested": requested}))
        evaluator.put(slots, {"lower": lower})
        try:
            concrete = code(slots)
        except TooMany:
            continue
        shown = f"{print_expr(claim)} at {supported}, {requested:#x}, {lower:#x}, {layout}"
        try:
            assert encoded_truth(policy, supported, requested, lower, sets=sets) is concrete, shown
            compared += 1
        except Unanswered:
            continue
    assert compared >= (200 if sets else 50)


KINDS: list[Literal["some", "every", "no"]] = ["some", "every", "no"]
SMALL = "reserved[63:6] zero major[5:3] minor[2:0]"


@given(st.integers(0, 1 << 40))
def test_a_range_is_decided_by_its_representatives(number: int) -> None:
    """`representatives.py`: a quantifier over a range says the same as going through all its revisions."""
    random = Random(number)
    draw = Generator(random, "tiny", ["requested", "lower", "x"], ranges=False)
    body = draw.formula(2)
    kind = random.choice(KINDS)
    low, high = (
        Revision((random.randrange(4), random.randrange(8))),
        Revision((random.randrange(4), random.randrange(8))),
    )
    whole = policy_with(SMALL, Quantified(kind, "x", Range(low, high), body))
    note(print_expr(whole.invariants[0].statement.formula))
    # The same with the range as a literal set of all its revisions.
    points = [(a, b) for a in range(8) for b in range(8) if low.fields <= (a, b) <= high.fields]
    listed = "{" + ", ".join(f"{a}.{b}" for a, b in points) + "}"
    spelled = policy_with(SMALL, f"{kind} x in {listed}: {print_expr(body)}")
    values: list[bool] = []
    supported = tuple(sorted(random.sample(range(64), 3)))
    requested, lower = random.randrange(128), random.randrange(64)
    for policy in (whole, spelled):
        evaluator = PolicyEvaluator(policy)
        code = evaluator.formula(policy.invariants[0].statement.formula)
        slots = evaluator.slots(Instance({"supported": supported}, {"requested": requested}))
        evaluator.put(slots, {"lower": lower})
        values.append(code(slots))
    assert values[0] is values[1]
