"""The clauses that the checker makes of a formula, on revisions of two bits: for each configuration, some values of the
constants meet all of them where the formula holds, and none do where it does not.

The first is why a refutation is a proof. What holds is worked out in Python, formula by formula.
"""

# z3 carries no types; and what reads an invariant reads any formula.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import z3  # pyright: ignore[reportMissingTypeStubs]
from parley.proofs.certificates.checker.inductions import _formula
from parley.proofs.certificates.checker.policies import Policy
from parley.proofs.certificates.checker.skeleton import INTERVAL, Skeleton
from parley.proofs.certificates.checker.texts import Text
from parley.proofs.certificates.checker.words import Word, Work
from parley.spec.parsing.parser import parse
from parley.spec.source import Source

TEXT = """interface I {
    revision { reserved[2:2] zero   major[1:1]   minor[0:0] }
    config s : set of revision
    config w : range of revision
    config x : revision
    input  asked : revision
    output given_ : revision
    define above(a, b) = a > b
}
policy p for I {
    case always otherwise { given_ = asked }
}
"""
REVISIONS = range(4)
SETS: list[set[int]] = [set(), {0}, {1}, {3}, {0, 2}, {1, 2}, {1, 3}, {2, 3}, {0, 1, 2}, {0, 1, 2, 3}]
Holds = Callable[[set[int], int], bool]

FORMULAS: list[tuple[str, Holds]] = [
    ("some r in s: r > x", lambda s, x: any(r > x for r in s)),
    ("every r in s: r.minor == 1 implies r >= x", lambda s, x: all(r >= x for r in s if r % 2)),
    ("no r in s: above(r, x) or r.major == 0", lambda s, x: not any(r > x or r < 2 for r in s)),
    ("every r in s: some q in s: q.major == r.major and q != r", lambda s, _: all(r ^ 1 in s for r in s)),
    ("max s > x", lambda s, x: bool(s) and max(s) > x),
    ("not (min s < x)", lambda s, x: not s or min(s) >= x),
    ("(min r in s where r > x).minor == 0", lambda s, x: any(r > x for r in s) and min(r for r in s if r > x) % 2 == 0),
    ("every r in s: (max q in s where q != r) > r", lambda s, _: all(any(q > r for q in s) for r in s)),
    ("x in s iff (s is not empty and 0.1 not in s)", lambda s, x: (x in s) == (bool(s) and 1 not in s)),
    ("some r in x..1.0: r in s", lambda s, x: any(x <= r <= 2 for r in s)),
    ("every r in x..1.1: r in s", lambda s, x: all(r in s for r in range(x, 4))),
    ("(max r in 0.1..x where r not in s) == 0.1", lambda s, x: set(range(1, x + 1)) - s == {1}),
    ("(min r in x..1.1 where r in s) > x", lambda s, x: x not in s and any(r > x for r in s)),
    ("some r in x..1.0: true", lambda _, x: x <= 2),
    ("(min r in 0.1..x where true) == 0.1 and (max r in x..1.1 where true) in s", lambda s, x: x >= 1 and 3 in s),
    ("s == {0.1, x}", lambda s, x: s == {1, x}),
    ("s != {x} and x in s", lambda s, x: x in s and s != {x}),
    ("(if x in s then max s else 0.1) == x", lambda s, x: x == (max(s) if x in s else 1)),
    ("(x with { minor = 1 }) in s and x[1:1] == 1", lambda s, x: x | 1 in s and x >= 2),
    ("max {x, 1.0} in s and min {0.1, x} not in s", lambda s, x: max(x, 2) in s and min(1, x) not in s),
    ("(if x in s then s else {x}) == s and x <= max s", lambda s, x: x in s),
]


Within = Callable[[list[int], int], bool]
RANGES: list[tuple[str, Within]] = [
    ("some r in w: r > x", lambda w, x: any(r > x for r in w)),
    ("every r in w: r.minor == 1 or r > x", lambda w, x: all(r % 2 or r > x for r in w)),
    ("w is not empty and x not in w", lambda w, x: bool(w) and x not in w),
    ("max w == x", lambda w, x: bool(w) and max(w) == x),
    ("not (min w <= x)", lambda w, x: not w or min(w) > x),
    ("(max r in w where r < x) > 0.0", lambda w, x: any(0 < r < x for r in w)),
    ("(min r in w where r != x) == 0.1", lambda w, x: any(r != x for r in w) and min(r for r in w if r != x) == 1),
    ("w == x..1.0", lambda w, x: w == list(range(x, 3))),
]


def _policy() -> Policy:
    file, problems = parse(Source("text", TEXT))
    assert not problems
    return Policy(Text.of([file]), "p")


def _value(word: Word) -> Any:
    return z3.Sum(
        [z3.IntVal(0), *((z3.Int(w) if isinstance(w, str) else z3.IntVal(w)) * (1 << at) for w, at, _ in word)]
    )


def _atom(made: Skeleton, atom: int, inside: list[Any]) -> Any:
    if atom == 1:
        return z3.BoolVal(True)
    if atom in made.differences:
        one, other, most = made.differences[atom]
        digits: list[Any] = [z3.Int(name) if name else z3.IntVal(0) for name in (one, other)]
        return digits[0] - digits[1] <= most
    if atom in made.parts:
        return z3.And(*(_literal(made, part, inside) for part in made.parts[atom]))
    if atom in made.applied:
        name, words = made.applied[atom]
        if name == "w is not empty":
            return z3.Bool(name)
        (word,) = words
        assert name == "in s"
        return z3.Or(*(z3.And(_value(word) == r, there) for r, there in enumerate(inside)))
    assert atom in made.some
    return z3.Bool(made.names[atom])


def _literal(made: Skeleton, literal: int, inside: list[Any]) -> Any:
    atom = _atom(made, abs(literal), inside)
    return z3.Not(atom) if literal < 0 else atom


def _solver(formula: str) -> tuple[Any, list[Any]]:
    """What a formula's clauses say, and of each revision whether it is in `s`."""
    policy = _policy()
    made = policy.skeleton([1, 2], Work())
    made.clause(policy.given(made).formula(_formula(formula)))
    made.settle()
    for r in REVISIONS:
        made.witness("s", str(r))
        made.witness(INTERVAL, str(r))
    inside = [z3.Bool(f"{r} in s") for r in REVISIONS]
    solver = z3.Solver()
    for name, top in made.top.items():
        if name:
            solver.add(z3.Int(name) >= 0, z3.Int(name) <= top)
    for clause in made.clauses:
        solver.add(z3.Or(*(_literal(made, one, inside) for one in clause)))
    for name in ("x", "w.min", "w.max"):
        value = _value(made.known[name])
        solver.add(*(z3.Bool(f"{name} is {r}") == (value == r) for r in REVISIONS))
    return solver, inside


@pytest.mark.parametrize(("formula", "holds"), FORMULAS, ids=[formula for formula, _ in FORMULAS])
def test_clauses_say_what_the_formula_says(formula: str, holds: Holds) -> None:
    solver, inside = _solver(formula)
    for s in SETS:
        there = [one if r in s else z3.Not(one) for r, one in enumerate(inside)]
        for r in REVISIONS:
            found = solver.check(*there, z3.Bool(f"x is {r}"))
            assert found == (z3.sat if holds(s, r) else z3.unsat), (s, r)


@pytest.mark.parametrize(("formula", "holds"), RANGES, ids=[formula for formula, _ in RANGES])
def test_clauses_say_what_is_said_of_a_range(formula: str, holds: Within) -> None:
    solver, _ = _solver(formula)
    some = z3.Bool("w is not empty")
    for low, high in [(1, 0), *((low, last) for last in REVISIONS for low in range(last + 1))]:
        there = [some, z3.Bool(f"w.min is {low}"), z3.Bool(f"w.max is {high}")] if low <= high else [z3.Not(some)]
        for r in REVISIONS:
            found = solver.check(*there, z3.Bool(f"x is {r}"))
            assert found == (z3.sat if holds([*range(low, high + 1)], r) else z3.unsat), (low, high, r)


def test_what_holds_of_every_element_is_put_down_whenever_a_word_is_named() -> None:
    """Of the words of a set, before and after it is said; and what is said to be in a set is of use for it."""

    def clauses(before: str, after: str) -> set[tuple[int, ...]]:
        policy = _policy()
        made = policy.skeleton([1, 2], Work())
        given = policy.given(made)
        for name in before.split():
            made.witness(name, "3")
        made.clause(given.formula(_formula("x in s and (every r in s: r.minor == 0)")))
        made.settle()
        for name in after.split():
            made.witness(name, "3")
        assert {of for of, _ in made.members} == {"s"}
        return {*made.clauses}

    of_it, of_none, of_another = clauses("", "s"), clauses("", ""), clauses("t", "t")
    assert of_none < of_it
    assert clauses("s", "") == of_it
    assert of_another == of_none
