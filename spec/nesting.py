"""How deep a formula is nested. Every pass over formulas recurses, so depth is bounded once, here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, assert_never

from . import syntax

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


def children(expr: syntax.Expr) -> tuple[syntax.Expr, ...]:
    """The expressions directly inside one, in the order of the text."""
    match expr:
        case syntax.Name() | syntax.Number() | syntax.Revision() | syntax.Boolean():
            return ()
        case syntax.FieldOf(of=of):
            return (of,)
        case syntax.With(of=of, updates=updates):
            return (of, *(value for _, value in updates))
        case syntax.Call(arguments=parts) | syntax.SetLiteral(items=parts):
            return parts
        case syntax.And(operands=parts) | syntax.Or(operands=parts):
            return parts
        case syntax.Range(low=left, high=right) | syntax.Comparison(left=left, right=right):
            return (left, right)
        case syntax.Implies(left=left, right=right) | syntax.Iff(left=left, right=right):
            return (left, right)
        case syntax.If(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case syntax.Extremum(domain=domain, where=where):
            return (domain,) if where is None else (domain, where)
        case syntax.Member(item=item, domain=domain):
            return (item, domain)
        case syntax.IsEmpty(domain=inner) | syntax.IsNamed(item=inner):
            return (inner,)
        case syntax.Quantified(domain=domain, body=body):
            return (domain, body)
        case syntax.Not(operand=operand):
            return (operand,)
        case _:
            assert_never(expr)


def formulas(item: syntax.Declaration | syntax.Item) -> Iterator[syntax.Expr]:
    """Every expression that stands in a declaration or in one of its items, in the order of the text."""
    yield from own_formulas(item)
    if isinstance(item, (syntax.Block, syntax.Case)):
        for inner in item.items:
            yield from formulas(inner)


def own_formulas(item: syntax.Declaration | syntax.Item) -> Iterator[syntax.Expr]:
    """The same without those of the items."""
    match item:
        case syntax.Define(body=formula) | syntax.Assign(value=formula) | syntax.Case(guard=formula):
            if formula is not None:
                yield formula
        case syntax.Statement(formula=formula) | syntax.Ensure(formula=formula) | syntax.Then(formula=formula):
            yield formula
        case syntax.Given(value=formula) | syntax.Opening(request=formula):
            yield formula
        case syntax.Knows(revisions=revisions, between=between):
            yield from revisions or (() if between is None else (between,))
        case syntax.Rule(guard=guard, action=action):
            if guard is not None:
                yield guard
            if not isinstance(action, syntax.GiveUp):
                yield action.revision
        case syntax.Block() | syntax.Use() | syntax.Layout() | syntax.Variable() | syntax.Expect():
            return
        case _:
            assert_never(item)


def too_deep(found: Iterable[syntax.Expr]) -> Iterator[Span]:
    """The spans of the formulas that are nested deeper than `DEEPEST`."""
    for formula in found:
        # A level takes two characters at least, so most formulas are seen to be shallow by their length.
        if formula.span.end - formula.span.start > 2 * DEEPEST and _deeper(formula):
            yield formula.span


def _deeper(formula: syntax.Expr) -> bool:
    level = [formula]
    for _ in range(DEEPEST):
        level = [child for expr in level for child in children(expr)]
        if not level:
            return False
    return True
