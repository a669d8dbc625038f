"""How deep a formula is nested. Every pass over formulas recurses, so depth is bounded once, here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, assert_never

from .syntax import (
    Accept,
    And,
    Assign,
    Boolean,
    Call,
    Case,
    Comparison,
    Declaration,
    Define,
    Ensure,
    Expect,
    Expr,
    Extremum,
    FieldOf,
    Given,
    Host,
    If,
    Iff,
    Implies,
    Interface,
    IsEmpty,
    Item,
    Knows,
    Layout,
    Member,
    Name,
    Not,
    Number,
    Opening,
    Or,
    Policy,
    Quantified,
    Range,
    Request,
    Revision,
    Rule,
    Scenario,
    Session,
    SetLiteral,
    Statement,
    Then,
    Use,
    Variable,
    With,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .source import Span

DEEPEST = 100
"""Levels of one formula, from its root to its leaves."""

DEEPEST_EXPANDED = 200
"""Levels of one formula with its `define`s put in."""

_CALLS = 50
"""What a pass needs for one level at most: `every x in S: φ` is three levels of the core."""

# As Python comes, a pass over the deepest formulas would run out of calls, which is a limit against endless recursion.
sys.setrecursionlimit(max(sys.getrecursionlimit(), _CALLS * DEEPEST_EXPANDED))


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside one, in the order of the text."""
    match expr:
        case Name() | Number() | Revision() | Boolean():
            return ()
        case FieldOf(of=of):
            return (of,)
        case With(of=of, updates=updates):
            return (of, *(value for _, value in updates))
        case Call(arguments=parts) | SetLiteral(items=parts) | And(operands=parts) | Or(operands=parts):
            return parts
        case Range(low=left, high=right) | Comparison(left=left, right=right):
            return (left, right)
        case Implies(left=left, right=right) | Iff(left=left, right=right):
            return (left, right)
        case If(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case Extremum(domain=domain, where=where):
            return (domain,) if where is None else (domain, where)
        case Member(item=item, domain=domain):
            return (item, domain)
        case IsEmpty(domain=domain):
            return (domain,)
        case Quantified(domain=domain, body=body):
            return (domain, body)
        case Not(operand=operand):
            return (operand,)
        case _:
            assert_never(expr)


def formulas(item: Declaration | Item) -> Iterator[Expr]:
    """Every expression that stands directly in a declaration or in one of its items."""
    match item:
        case Interface(items=items) | Policy(items=items) | Host(items=items) | Session(items=items):
            for inner in items:
                yield from formulas(inner)
        case Scenario(items=items) | Case(items=items):
            if isinstance(item, Case) and item.guard is not None:
                yield item.guard
            for inner in items:
                yield from formulas(inner)
        case Define(body=formula) | Assign(value=formula):
            if formula is not None:
                yield formula
        case Statement(formula=formula) | Ensure(formula=formula) | Then(formula=formula) | Given(value=formula):
            yield formula
        case Knows(revisions=revisions):
            yield from revisions or ()
        case Opening(request=formula):
            yield formula
        case Rule(guard=guard, action=action):
            if guard is not None:
                yield guard
            if isinstance(action, (Request, Accept)):
                yield action.revision
        case Use() | Layout() | Variable() | Expect():
            return
        case _:
            assert_never(item)


def too_deep(found: Iterable[Expr]) -> Iterator[Span]:
    """The spans of the formulas that are nested deeper than `DEEPEST`."""
    for formula in found:
        # A level takes two characters at least, so most formulas are seen to be shallow by their length.
        if formula.span.end - formula.span.start > 2 * DEEPEST and _deeper(formula):
            yield formula.span


def _deeper(formula: Expr) -> bool:
    level = [formula]
    for _ in range(DEEPEST):
        level = [child for expr in level for child in children(expr)]
        if not level:
            return False
    return True
