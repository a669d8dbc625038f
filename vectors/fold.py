"""Formulas with what is constant in them worked out: `true` and `false`, and literals compared with each other."""

from __future__ import annotations

from msgspec.structs import replace

from ..spec.syntax import (
    And,
    Boolean,
    Comparison,
    Expr,
    Extremum,
    If,
    Iff,
    Implies,
    Member,
    Not,
    Number,
    Or,
    Quantified,
    Revision,
    SetLiteral,
)
from .inline import all_literal

_TRUE = Boolean(value=True)
_FALSE = Boolean(value=False)


def folded(expr: Expr) -> Expr:
    """An equivalent formula or term without needless `true` and `false` beneath connectives."""
    match expr:
        case Not(operand=operand):
            inner = folded(operand)
            return Boolean(not inner.value) if isinstance(inner, Boolean) else Not(inner, span=expr.span)
        case And(operands=operands):
            return _joined(expr, [folded(operand) for operand in operands], _TRUE)
        case Or(operands=operands):
            return _joined(expr, [folded(operand) for operand in operands], _FALSE)
        case Implies(left=left, right=right):
            premise, conclusion = folded(left), folded(right)
            if premise == _FALSE or conclusion == _TRUE:
                return _TRUE
            return conclusion if premise == _TRUE else Implies(premise, conclusion, span=expr.span)
        case Iff(left=left, right=right):
            one, other = folded(left), folded(right)
            if one in (_TRUE, _FALSE):
                one, other = other, one
            if other == _TRUE:
                return one
            return folded(Not(one)) if other == _FALSE else Iff(one, other, span=expr.span)
        case If(condition=condition, then=then, otherwise=otherwise):
            test = folded(condition)
            if isinstance(test, Boolean):
                return folded(then if test.value else otherwise)
            return _choice(expr, test, folded(then), folded(otherwise))
        case Comparison(operator=operator, left=left, right=right):
            one, other = folded(left), folded(right)
            known = _compared(operator, one, other)
            return Comparison(operator, one, other, span=expr.span) if known is None else Boolean(known)
        case Member(item=item, domain=SetLiteral(items=items), negated=negated):
            one = folded(item)
            if items and _ranked(one) is None and all_literal(items):
                return replace(expr, item=one)
            among = [folded(other) for other in items]
            same = [_compared("==", one, other) for other in among]
            if not among and _ranked(one) is None:
                return Boolean(negated)
            if True in same or None not in same:
                return Boolean((True in same) is not negated)
            return replace(expr, item=one, domain=SetLiteral(tuple(among)))
        case Quantified(domain=domain, body=body):
            return replace(expr, domain=folded(domain), body=folded(body))
        case Extremum(where=where) if where is not None:
            return replace(expr, where=folded(where))
        case _:
            return expr


def _compared(operator: str, left: Expr, right: Expr) -> bool | None:
    """The truth of a comparison of two literals that are written alike; None of any other."""
    one, other = _ranked(left), _ranked(right)
    if one is None or other is None or isinstance(left, Number) is not isinstance(right, Number):
        return None
    match operator:
        case "==":
            return one == other
        case "!=":
            return one != other
        case "<":
            return one < other
        case "<=":
            return one <= other
        case ">":
            return one > other
        case _:
            return one >= other


def _ranked(expr: Expr) -> tuple[int, ...] | None:
    """What orders literals: the fields of a revision, most significant first, or the value of a number."""
    match expr:
        case Revision(fields=fields):
            return fields
        case Number(value=value):
            return (value,)
        case _:
            return None


def _choice(expr: If, test: Expr, yes: Expr, no: Expr) -> Expr:
    if yes == no:
        return yes
    if _FALSE in (yes, no):
        kept, met = (no, Not(test)) if yes == _FALSE else (yes, test)
        # Flat, for those that go through the parts.
        return folded(And((met, *(kept.operands if isinstance(kept, And) else (kept,))), span=expr.span))
    return If(test, yes, no, span=expr.span)


def _joined(expr: And | Or, parts: list[Expr], neutral: Boolean) -> Expr:
    kept = [part for part in parts if part != neutral]
    decisive = Boolean(not neutral.value)
    if decisive in kept:
        return decisive
    if len(kept) > 1:
        return And(tuple(kept), span=expr.span) if isinstance(expr, And) else Or(tuple(kept), span=expr.span)
    return kept[0] if kept else neutral
