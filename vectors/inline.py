"""Formulas of policies with their `define`s put in, as surface text again: for what is changed in them, or printed."""

from __future__ import annotations

from itertools import count
from typing import assert_never

from msgspec.structs import replace

from ..spec.syntax import (
    And,
    Boolean,
    Call,
    Comparison,
    Define,
    Expr,
    Extremum,
    FieldOf,
    If,
    Iff,
    Implies,
    IsEmpty,
    Member,
    Name,
    Not,
    Number,
    Or,
    Quantified,
    Range,
    Revision,
    SetLiteral,
    With,
)

NOTHING: Expr = Extremum("max", SetLiteral(()))
"""A term that has no value."""


class Inliner:
    """Puts `define`s in.

    Every bound variable gets a name of its own (`r·3`), so nothing is ever captured. That it is in its set is `true`.
    """

    def __init__(self, defines: dict[str, Define]) -> None:
        self.defines = defines
        self.numbers = count(1)
        # What free names are replaced by: also in the bodies of `define`s, which see nothing else of their caller.
        self.free: dict[str, Expr] = {}
        # The set that a bound variable is of: that it is in there needs no witness.
        self.of: dict[str, Expr] = {}

    def inline(self, expr: Expr, names: dict[str, Expr] | None = None) -> Expr:
        """The expression without calls, but for those of abstract `define`s; `names` replaces free names."""
        self.free = names or {}
        return self._put(expr, self.free)

    def _put(self, expr: Expr, names: dict[str, Expr]) -> Expr:
        put = self._put
        match expr:
            case Number() | Revision() | Boolean():
                return expr
            case Name(id=id_):
                return names[id_] if id_ in names else self._body(id_, (), expr)
            case Call(name=name, arguments=arguments):
                return self._body(name, tuple(put(argument, names) for argument in arguments), expr)
            case FieldOf(of=of):
                return replace(expr, of=put(of, names))
            case With(of=of, updates=updates):
                return replace(
                    expr, of=put(of, names), updates=tuple((part, put(value, names)) for part, value in updates)
                )
            case SetLiteral(items=items) if all_literal(items):
                return expr
            case SetLiteral(items=items):
                return replace(expr, items=tuple(put(item, names) for item in items))
            case Range(low=low, high=high):
                return replace(expr, low=put(low, names), high=put(high, names))
            case If(condition=condition, then=then, otherwise=otherwise):
                return replace(
                    expr, condition=put(condition, names), then=put(then, names), otherwise=put(otherwise, names)
                )
            case Extremum(domain=domain, variable=variable, where=where):
                if variable is None:
                    return replace(expr, domain=put(domain, names))
                among = put(domain, names)
                fresh, inner = self._fresh(variable, names, among)
                return replace(expr, domain=among, variable=fresh, where=where and put(where, inner))
            case Quantified(variable=variable, domain=domain, body=body):
                among = put(domain, names)
                fresh, inner = self._fresh(variable, names, among)
                return replace(expr, variable=fresh, domain=among, body=put(body, inner))
            case Member(item=item, domain=domain, negated=negated):
                one, among = put(item, names), put(domain, names)
                if isinstance(one, Name) and isinstance(among, Name) and self.of.get(one.id) == among:
                    return Boolean(not negated, span=expr.span)
                return replace(expr, item=one, domain=among)
            case IsEmpty(domain=domain):
                return replace(expr, domain=put(domain, names))
            case Not(operand=operand):
                return replace(expr, operand=put(operand, names))
            case And(operands=operands) | Or(operands=operands):
                return replace(expr, operands=tuple(put(operand, names) for operand in operands))
            case Comparison(left=left, right=right) | Implies(left=left, right=right) | Iff(left=left, right=right):
                return replace(expr, left=put(left, names), right=put(right, names))
            case _:
                assert_never(expr)

    def _fresh(self, variable: str, names: dict[str, Expr], among: Expr) -> tuple[str, dict[str, Expr]]:
        fresh = f"{variable.partition('·')[0]}·{next(self.numbers)}"
        self.of[fresh] = among
        return fresh, {**names, variable: Name(fresh)}

    def _body(self, name: str, arguments: tuple[Expr, ...], expr: Expr) -> Expr:
        define = self.defines.get(name)
        if define is None:
            return expr
        if define.body is None:
            # The relation's own name: a table may have it under another (spec/borrow.py).
            relation = define.name.id
            return Call(relation, arguments, span=expr.span) if define.parameters else Name(relation, span=expr.span)
        parameters = {p.id: a for p, a in zip(define.parameters, arguments, strict=True)}
        return self._put(define.body, {**self.free, **parameters})


def all_literal(items: tuple[Expr, ...]) -> bool:
    return all(isinstance(item, (Number, Revision)) for item in items)
