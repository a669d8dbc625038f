"""Reductions of expressions to their nodes, and what they share with those of declarations."""

from __future__ import annotations

from typing import Any

from lark import Token, Transformer

from .. import syntax
from ..source import Span

Children = list[Any]

TOO_LARGE = 1 << 200
"""What a number of more digits than any 64-bit word stands for; the checker refuses it like any other above 2^64."""


class Piece:
    """Part of a declaration on its way up (a citation, a parameter list, …): a value, and the span it came from."""

    __slots__ = ("span", "value")

    def __init__(self, value: Any, span: Span) -> None:
        self.value = value
        self.span = span


class Parenthesised(Piece):
    """An expression in parentheses: spans around it take them in, and `(a and b) and c` stays two nodes."""


def span_of(children: Children) -> Span:
    first, last = children[0], children[-1]
    start = first.start_pos if is_word(first) else first.span.start
    return Span(start, last.end_pos if is_word(last) else last.span.end)


def is_word(child: Any) -> bool:
    return type(child) is Token


def label(token: Any) -> syntax.Label:
    return syntax.Label(token.value, span=Span(token.start_pos, token.end_pos))


def integer(text: str) -> int:
    if len(text) > 40:
        return TOO_LARGE
    return int(text, 16) if text[:2] in ("0x", "0X") else int(text)


def nodes(children: Children) -> list[Any]:
    return [child for child in children if not isinstance(child, Token)]


def unwrapped(child: Any) -> Any:
    return child.value if type(child) is Parenthesised else child


def _operands(children: Children) -> tuple[syntax.Expr, ...]:
    return tuple(unwrapped(child) for child in children[::2])


class ExpressionBuilder(Transformer[Any, Any]):
    """One method a rule."""

    def implies(self, children: Children) -> syntax.Implies:
        return syntax.Implies(unwrapped(children[0]), unwrapped(children[2]), span=span_of(children))

    def iff(self, children: Children) -> syntax.Iff:
        return syntax.Iff(unwrapped(children[0]), unwrapped(children[2]), span=span_of(children))

    def disjunction(self, children: Children) -> syntax.Or:
        return syntax.Or(_operands(children), span=span_of(children))

    def conjunction(self, children: Children) -> syntax.And:
        return syntax.And(_operands(children), span=span_of(children))

    def negation(self, children: Children) -> syntax.Not:
        return syntax.Not(unwrapped(children[1]), span=span_of(children))

    def comparison(self, children: Children) -> syntax.Comparison:
        left, operator, right = children
        return syntax.Comparison(operator.value, unwrapped(left), unwrapped(right), span=span_of(children))

    def member(self, children: Children) -> syntax.Member:
        extreme = isinstance(children[0], Token)
        item = self.bare_extremum(children[:2]) if extreme else unwrapped(children[0])
        return syntax.Member(item, unwrapped(children[-1]), len(children) == 4 + extreme, span=span_of(children))

    def emptiness(self, children: Children) -> syntax.IsEmpty:
        return syntax.IsEmpty(unwrapped(children[0]), len(children) == 4, span=span_of(children))

    def range(self, children: Children) -> syntax.Range:
        return syntax.Range(unwrapped(children[0]), unwrapped(children[2]), span=span_of(children))

    def quantified(self, children: Children) -> syntax.Quantified:
        domain, body = unwrapped(children[3]), unwrapped(children[5])
        return syntax.Quantified(children[0].value, children[1].value, domain, body, span=span_of(children))

    def conditional(self, children: Children) -> syntax.If:
        return syntax.If(unwrapped(children[1]), unwrapped(children[3]), unwrapped(children[5]), span=span_of(children))

    def chosen(self, children: Children) -> syntax.Extremum:
        domain, where = unwrapped(children[3]), unwrapped(children[5])
        return syntax.Extremum(children[0].value, domain, children[1].value, where, span=span_of(children))

    def bare_extremum(self, children: Children) -> syntax.Extremum:
        return syntax.Extremum(children[0].value, self.name(children[1:]), span=span_of(children))

    def extremum(self, children: Children) -> syntax.Extremum:
        return syntax.Extremum(children[0].value, unwrapped(children[1]), span=span_of(children))

    def name(self, children: Children) -> syntax.Name:
        return syntax.Name(children[0].value, span=span_of(children))

    def number(self, children: Children) -> syntax.Number:
        text = children[0].value
        return syntax.Number(integer(text), text[:2] in ("0x", "0X"), span=span_of(children))

    def revision(self, children: Children) -> syntax.Revision:
        return syntax.Revision(tuple(integer(part) for part in children[0].value.split(".")), span=span_of(children))

    def boolean(self, children: Children) -> syntax.Boolean:
        return syntax.Boolean(children[0].type == "TRUE", span=span_of(children))

    def parenthesised(self, children: Children) -> Parenthesised:
        return Parenthesised(unwrapped(children[1]), span_of(children))

    def set_literal(self, children: Children) -> syntax.SetLiteral:
        return syntax.SetLiteral(tuple(unwrapped(child) for child in nodes(children)), span=span_of(children))

    def call(self, children: Children) -> syntax.Call:
        arguments = tuple(unwrapped(child) for child in nodes(children))
        return syntax.Call(children[0].value, arguments, span=span_of(children))

    def field_of(self, children: Children) -> syntax.FieldOf:
        return syntax.FieldOf(unwrapped(children[0]), children[2].value, span=span_of(children))

    def slice_of(self, children: Children) -> syntax.FieldOf:
        return syntax.FieldOf(unwrapped(children[0]), children[1], span=span_of(children))

    def with_of(self, children: Children) -> syntax.With:
        updates = tuple(child.value for child in children[3:] if isinstance(child, Piece))
        return syntax.With(unwrapped(children[0]), updates, span=span_of(children))

    def update(self, children: Children) -> Piece:
        part = children[0]
        return Piece((part.value if isinstance(part, Token) else part, unwrapped(children[2])), span_of(children))
