"""Formulas with what is constant in them worked out, as far as `true` and `false` go."""

from __future__ import annotations

from ..spec.syntax import And, Boolean, Expr, If, Iff, Implies, Not, Or

_TRUE = Boolean(value=True)
_FALSE = Boolean(value=False)


def folded(expr: Expr) -> Expr:
    """An equivalent formula without needless `true` and `false` beneath connectives."""
    match expr:
        case Not(operand=operand):
            inner = folded(operand)
            return Boolean(not inner.value) if isinstance(inner, Boolean) else Not(inner, expr.span)
        case And(operands=operands):
            return _joined(expr, [folded(operand) for operand in operands], _TRUE)
        case Or(operands=operands):
            return _joined(expr, [folded(operand) for operand in operands], _FALSE)
        case Implies(left=left, right=right):
            premise, conclusion = folded(left), folded(right)
            if premise == _FALSE or conclusion == _TRUE:
                return _TRUE
            return conclusion if premise == _TRUE else Implies(premise, conclusion, expr.span)
        case Iff(left=left, right=right):
            one, other = folded(left), folded(right)
            if one in (_TRUE, _FALSE):
                one, other = other, one
            if other == _TRUE:
                return one
            return folded(Not(one)) if other == _FALSE else Iff(one, other, expr.span)
        case If(condition=condition, then=then, otherwise=otherwise):
            test = folded(condition)
            if isinstance(test, Boolean):
                return folded(then if test.value else otherwise)
            return _choice(expr, test, folded(then), folded(otherwise))
        case _:
            return expr


def _choice(expr: If, test: Expr, yes: Expr, no: Expr) -> Expr:
    if yes == no:
        return yes
    if _FALSE in (yes, no):
        kept, met = (no, Not(test)) if yes == _FALSE else (yes, test)
        # Flat, for those that go through the parts.
        return folded(And((met, *(kept.operands if isinstance(kept, And) else (kept,))), expr.span))
    return If(test, yes, no, expr.span)


def _joined(expr: And | Or, parts: list[Expr], neutral: Boolean) -> Expr:
    kept = [part for part in parts if part != neutral]
    decisive = Boolean(not neutral.value)
    if decisive in kept:
        return decisive
    if len(kept) > 1:
        return And(tuple(kept), expr.span) if isinstance(expr, And) else Or(tuple(kept), expr.span)
    return kept[0] if kept else neutral
