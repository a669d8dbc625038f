"""Reductions of expressions to their nodes, and what they share with those of declarations."""

from __future__ import annotations

from typing import Any

from lark import Token, Transformer

from ..source import Span
from ..syntax import (
    And,
    Boolean,
    Call,
    Comparison,
    Expr,
    Extremum,
    FieldOf,
    If,
    Iff,
    Implies,
    IsEmpty,
    Label,
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


def label(token: Any) -> Label:
    return Label(token.value, Span(token.start_pos, token.end_pos))


def integer(text: str) -> int:
    if len(text) > 40:
        return TOO_LARGE
    return int(text, 16) if text[:2] in ("0x", "0X") else int(text)


def nodes(children: Children) -> list[Any]:
    return [child for child in children if not isinstance(child, Token)]


def unwrapped(child: Any) -> Any:
    return child.value if type(child) is Parenthesised else child


def _operands(children: Children) -> tuple[Expr, ...]:
    return tuple(unwrapped(child) for child in children[::2])


class ExpressionBuilder(Transformer[Any, Any]):
    """One method a rule."""

    def implies(self, children: Children) -> Implies:
        return Implies(unwrapped(children[0]), unwrapped(children[2]), span_of(children))

    def iff(self, children: Children) -> Iff:
        return Iff(unwrapped(children[0]), unwrapped(children[2]), span_of(children))

    def disjunction(self, children: Children) -> Or:
        return Or(_operands(children), span_of(children))

    def conjunction(self, children: Children) -> And:
        return And(_operands(children), span_of(children))

    def negation(self, children: Children) -> Not:
        return Not(unwrapped(children[1]), span_of(children))

    def comparison(self, children: Children) -> Comparison:
        left, operator, right = children
        made: Any = operator.value
        return Comparison(made, unwrapped(left), unwrapped(right), span_of(children))

    def member(self, children: Children) -> Member:
        if isinstance(children[0], Token):
            item: Expr = self.bare_extremum(children[:2])
            rest = children[2:]
        else:
            item = unwrapped(children[0])
            rest = children[1:]
        return Member(item, unwrapped(rest[-1]), len(rest) == 3, span_of(children))

    def emptiness(self, children: Children) -> IsEmpty:
        return IsEmpty(unwrapped(children[0]), len(children) == 4, span_of(children))

    def range(self, children: Children) -> Range:
        return Range(unwrapped(children[0]), unwrapped(children[2]), span_of(children))

    def quantified(self, children: Children) -> Quantified:
        kind: Any = children[0].value
        return Quantified(kind, children[1].value, unwrapped(children[3]), unwrapped(children[5]), span_of(children))

    def conditional(self, children: Children) -> If:
        return If(unwrapped(children[1]), unwrapped(children[3]), unwrapped(children[5]), span_of(children))

    def chosen(self, children: Children) -> Extremum:
        kind: Any = children[0].value
        return Extremum(kind, unwrapped(children[3]), children[1].value, unwrapped(children[5]), span_of(children))

    def bare_extremum(self, children: Children) -> Extremum:
        kind: Any = children[0].value
        return Extremum(kind, self.name(children[1:]), None, None, span_of(children))

    def extremum(self, children: Children) -> Extremum:
        kind: Any = children[0].value
        return Extremum(kind, unwrapped(children[1]), None, None, span_of(children))

    def name(self, children: Children) -> Name:
        return Name(children[0].value, span_of(children))

    def number(self, children: Children) -> Number:
        text = children[0].value
        return Number(integer(text), text[:2] in ("0x", "0X"), span_of(children))

    def revision(self, children: Children) -> Revision:
        return Revision(tuple(integer(part) for part in children[0].value.split(".")), span_of(children))

    def boolean(self, children: Children) -> Boolean:
        return Boolean(children[0].type == "TRUE", span_of(children))

    def parenthesised(self, children: Children) -> Parenthesised:
        return Parenthesised(unwrapped(children[1]), span_of(children))

    def set_literal(self, children: Children) -> SetLiteral:
        return SetLiteral(tuple(unwrapped(child) for child in nodes(children)), span_of(children))

    def call(self, children: Children) -> Call:
        return Call(children[0].value, tuple(unwrapped(child) for child in nodes(children)), span_of(children))

    def field_of(self, children: Children) -> FieldOf:
        return FieldOf(unwrapped(children[0]), children[2].value, span_of(children))

    def slice_of(self, children: Children) -> FieldOf:
        return FieldOf(unwrapped(children[0]), children[1], span_of(children))

    def with_of(self, children: Children) -> With:
        updates = tuple(child.value for child in children[3:] if isinstance(child, Piece))
        return With(unwrapped(children[0]), updates, span_of(children))

    def update(self, children: Children) -> Piece:
        part = children[0]
        return Piece((part.value if isinstance(part, Token) else part, unwrapped(children[2])), span_of(children))
