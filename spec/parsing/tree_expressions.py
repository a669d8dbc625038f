"""Reductions of expressions to their nodes, and what they share with those of declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lark import Token, Transformer

from .. import syntax
from ..source import Span

if TYPE_CHECKING:
    from collections.abc import Callable

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
    return [value_of(child) for child in children if not isinstance(child, Token)]


def value_of(child: Any) -> Any:
    """What a word, a piece or a node is in the node above it."""
    return child.value if isinstance(child, (Token, Piece)) else child


def made(form: Callable[..., Any], *places: int) -> staticmethod[[Children], Any]:
    """The reduction of a rule to a form, whose fields are what stands at some places."""

    def reduced(children: Children) -> Any:
        return form(*[value_of(children[place]) for place in places], span=span_of(children))

    return staticmethod(reduced)


def _joined(form: Callable[..., Any]) -> staticmethod[[Children], Any]:
    """The reduction to a form of all operands, between which there are words."""

    def reduced(children: Children) -> Any:
        return form(tuple(map(value_of, children[::2])), span=span_of(children))

    return staticmethod(reduced)


class ExpressionBuilder(Transformer[Any, Any]):
    """One reduction a rule."""

    implies = made(syntax.Implies, 0, 2)
    iff = made(syntax.Iff, 0, 2)
    disjunction = _joined(syntax.Or)
    conjunction = _joined(syntax.And)
    negation = made(syntax.Not, 1)
    comparison = made(syntax.Comparison, 1, 0, 2)
    range = made(syntax.Range, 0, 2)
    quantified = made(syntax.Quantified, 0, 1, 3, 5)
    conditional = made(syntax.If, 1, 3, 5)
    chosen = made(syntax.Extremum, 0, 3, 1, 5)
    extremum = made(syntax.Extremum, 0, 1)
    name = made(syntax.Name, 0)
    parenthesised = made(Parenthesised, 1)
    field_of = made(syntax.FieldOf, 0, 2)
    slice_of = made(syntax.FieldOf, 0, 1)

    def member(self, children: Children) -> syntax.Member:
        extreme = isinstance(children[0], Token)
        item = self.bare_extremum(children[:2]) if extreme else value_of(children[0])
        return syntax.Member(item, value_of(children[-1]), len(children) == 4 + extreme, span=span_of(children))

    def emptiness(self, children: Children) -> syntax.IsEmpty:
        return syntax.IsEmpty(value_of(children[0]), len(children) == 4, span=span_of(children))

    def bare_extremum(self, children: Children) -> syntax.Extremum:
        return syntax.Extremum(children[0].value, self.name(children[1:]), span=span_of(children))

    def number(self, children: Children) -> syntax.Number:
        text = children[0].value
        return syntax.Number(integer(text), text[:2] in ("0x", "0X"), span=span_of(children))

    def revision(self, children: Children) -> syntax.Revision:
        return syntax.Revision(tuple(integer(part) for part in children[0].value.split(".")), span=span_of(children))

    def boolean(self, children: Children) -> syntax.Boolean:
        return syntax.Boolean(children[0].type == "TRUE", span=span_of(children))

    def set_literal(self, children: Children) -> syntax.SetLiteral:
        return syntax.SetLiteral(tuple(nodes(children)), span=span_of(children))

    def call(self, children: Children) -> syntax.Call:
        return syntax.Call(children[0].value, tuple(nodes(children)), span=span_of(children))

    def with_of(self, children: Children) -> syntax.With:
        return syntax.With(value_of(children[0]), tuple(nodes(children[3:])), span=span_of(children))

    def update(self, children: Children) -> Piece:
        return Piece((value_of(children[0]), value_of(children[2])), span_of(children))
