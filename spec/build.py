"""Lark's reductions to the syntax tree. The parser calls a method here for each rule of `grammar.lark`, bottom up.

Children are tokens and finished nodes, in the order of the text; nothing is filtered, so that every node knows
its span. No method fails: what is wrong with a value (a number of 5,000 digits, say) is the checker's to report.
"""

from __future__ import annotations

from typing import Any, cast

from lark import Token

from .source import Span
from .syntax import (
    And,
    Assign,
    Boolean,
    Call,
    Case,
    Comparison,
    Declaration,
    Define,
    Ensure,
    Enumeration,
    Expect,
    Expr,
    Extremum,
    FieldLayout,
    FieldOf,
    Given,
    If,
    Iff,
    Implies,
    Interface,
    IsEmpty,
    Label,
    Layout,
    Member,
    Name,
    Not,
    Number,
    Or,
    Policy,
    Quantified,
    Range,
    Revision,
    Scenario,
    SetLiteral,
    Slice,
    Statement,
    Then,
    Use,
    ValueType,
    Variable,
    With,
)

Children = list[Any]

TOO_LARGE = 1 << 200
"""What a number of more digits than any 64-bit word stands for; the checker refuses it like any other above 2^64."""


def _start(child: Any) -> int:
    return cast(int, child.start_pos) if isinstance(child, Token) else cast(int, child.span.start)


def _end(child: Any) -> int:
    return cast(int, child.end_pos) if isinstance(child, Token) else cast(int, child.span.end)


def _span(children: Children) -> Span:
    return Span(_start(children[0]), _end(children[-1]))


def _label(token: Token) -> Label:
    return Label(str(token), Span(cast(int, token.start_pos), cast(int, token.end_pos)))


def _integer(text: str) -> int:
    if len(text) > 40:
        return TOO_LARGE
    return int(text, 16) if text[:2] in ("0x", "0X") else int(text)


def _string(token: Token) -> str:
    return str(token)[1:-1]


class _Piece:
    """Part of a declaration on its way up (a citation, a parameter list, …): a value, and the span it came from."""

    __slots__ = ("span", "value")

    def __init__(self, value: Any, span: Span) -> None:
        self.value = value
        self.span = span


class _Parenthesised(_Piece):
    """An expression in parentheses: spans around it take them in, and `(a and b) and c` stays two nodes."""


class _Cited(_Piece):
    """`from "…"`."""


class _Parameters(_Piece):
    """The parameters of a `define`."""


def _documented(children: Children) -> tuple[str, Children]:
    count = 0
    while isinstance(children[count], Token) and children[count].type == "DOC":
        count += 1
    if count == 0:
        return "", children
    lines = [str(token)[3:].removeprefix(" ").rstrip() for token in children[:count]]
    return "\n".join(lines), children[count:]


def _cited(children: Children) -> str:
    return next((child.value for child in children if isinstance(child, _Cited)), "")


def _after(children: Children, kind: str) -> Any:
    """The child behind the first token of a kind, or None where there is no such token."""
    for at, child in enumerate(children):
        if isinstance(child, Token) and child.type == kind:
            return children[at + 1]
    return None


def _nodes(children: Children) -> list[Any]:
    return [child for child in children if not isinstance(child, Token)]


def _items(children: Children) -> tuple[Any, ...]:
    return tuple(child for child in children if not isinstance(child, (Token, _Cited)))


def _open(child: Any) -> Any:
    return child.value if type(child) is _Parenthesised else child


def _operands(children: Children) -> tuple[Expr, ...]:
    return tuple(_open(child) for child in children[::2])


class TreeBuilder:
    """One method a rule. It holds no state, so one serves all parses."""

    def start(self, children: Children) -> tuple[Declaration, ...]:
        return tuple(children)

    # ---- declarations -----------------------------------------------------------------------------------

    def use(self, children: Children) -> Use:
        doc, rest = _documented(children)
        library = rest[1].type == "NAME"
        return Use(str(rest[1]) if library else _string(rest[1]), library, doc, _span(rest))

    def interface(self, children: Children) -> Interface:
        doc, rest = _documented(children)
        return Interface(_label(rest[1]), _items(rest), _cited(rest), doc, _span(rest))

    def layout(self, children: Children) -> Layout:
        doc, rest = _documented(children)
        return Layout(tuple(_nodes(rest)), doc, _span(rest))

    def field(self, children: Children) -> FieldLayout:
        return FieldLayout(_label(children[0]), children[1], len(children) == 3, _span(children))

    def slice(self, children: Children) -> Slice:
        high = _integer(children[1])
        return Slice(high, _integer(children[3]) if len(children) == 5 else high, _span(children))

    def config(self, children: Children) -> Variable:
        return self._variable(children)

    def input(self, children: Children) -> Variable:
        return self._variable(children)

    def output(self, children: Children) -> Variable:
        return self._variable(children)

    def _variable(self, children: Children) -> Variable:
        doc, rest = _documented(children)
        role: Any = str(rest[0])
        register: Label | None = rest[4].value if len(rest) == 5 else None
        return Variable(role, _label(rest[1]), rest[3].value, register, doc, _span(rest))

    def register(self, children: Children) -> _Piece:
        return _Piece(_label(children[1]), _span(children))

    def type_set(self, children: Children) -> _Piece:
        return _Piece("set", _span(children))

    def type_revision(self, children: Children) -> _Piece:
        return _Piece("revision", _span(children))

    def type_bool(self, children: Children) -> _Piece:
        return _Piece("bool", _span(children))

    def type_enum(self, children: Children) -> _Piece:
        return _Piece(Enumeration(tuple(child.value for child in _nodes(children))), _span(children))

    def enum_value(self, children: Children) -> _Piece:
        return _Piece((_label(children[0]), _integer(children[2])), _span(children))

    def define(self, children: Children) -> Define:
        doc, rest = _documented(children)
        parameters = next((child.value for child in rest if isinstance(child, _Parameters)), ())
        body = _open(_after(rest, "EQUAL"))
        return Define(_label(rest[1]), parameters, body, _cited(rest), doc, _span(rest))

    def parameters(self, children: Children) -> _Parameters:
        return _Parameters(tuple(_label(child) for child in children if child.type == "NAME"), _span(children))

    def assume(self, children: Children) -> Statement:
        return self._statement(children)

    def invariant(self, children: Children) -> Statement:
        return self._statement(children)

    def _statement(self, children: Children) -> Statement:
        doc, rest = _documented(children)
        role: Any = str(rest[0])
        return Statement(role, _label(rest[1]), _open(rest[-1]), _cited(rest), doc, _span(rest))

    def source(self, children: Children) -> _Cited:
        return _Cited(_string(children[1]), _span(children))

    def policy(self, children: Children) -> Policy:
        doc, rest = _documented(children)
        refines = _after(rest, "REFINES")
        return Policy(
            _label(rest[1]),
            _label(rest[3]),
            _label(refines) if refines is not None else None,
            _items(rest),
            _cited(rest),
            doc,
            _span(rest),
        )

    def assign(self, children: Children) -> Assign:
        doc, rest = _documented(children)
        value = None if isinstance(rest[2], Token) else _open(rest[2])
        return Assign(_label(rest[0]), value, doc, _span(rest))

    def case(self, children: Children) -> Case:
        doc, rest = _documented(children)
        guard = _after(rest, "WHEN")
        items = tuple(child for child in rest[3:] if isinstance(child, (Assign, Ensure)))
        return Case(_label(rest[1]), _open(guard), items, doc, _span(rest))

    def ensure(self, children: Children) -> Ensure:
        doc, rest = _documented(children)
        return Ensure(_open(rest[1]), doc, _span(rest))

    def expect(self, children: Children) -> Expect:
        doc, rest = _documented(children)
        return Expect(rest[2], _string(rest[3]), doc, _span(rest))

    def claim_name(self, children: Children) -> Label:
        return Label("".join(children), _span(children))

    def scenario(self, children: Children) -> Scenario:
        doc, rest = _documented(children)
        items = tuple(child for child in rest if isinstance(child, (Given, Then)))
        return Scenario(_label(rest[1]), _label(rest[3]), items, _cited(rest), doc, _span(rest))

    def given(self, children: Children) -> Given:
        doc, rest = _documented(children)
        return Given(_label(rest[1]), _open(rest[3]), doc, _span(rest))

    def then(self, children: Children) -> Then:
        doc, rest = _documented(children)
        return Then(_open(rest[1]), doc, _span(rest))

    # ---- expressions ------------------------------------------------------------------------------------

    def implies(self, children: Children) -> Implies:
        return Implies(_open(children[0]), _open(children[2]), _span(children))

    def iff(self, children: Children) -> Iff:
        return Iff(_open(children[0]), _open(children[2]), _span(children))

    def disjunction(self, children: Children) -> Or:
        return Or(_operands(children), _span(children))

    def conjunction(self, children: Children) -> And:
        return And(_operands(children), _span(children))

    def negation(self, children: Children) -> Not:
        return Not(_open(children[1]), _span(children))

    def comparison(self, children: Children) -> Comparison:
        left, operator, right = children
        made: Any = str(operator)
        return Comparison(made, _open(left), _open(right), _span(children))

    def member(self, children: Children) -> Member:
        if isinstance(children[0], Token):
            item: Expr = self.bare_extremum(children[:2])
            rest = children[2:]
        else:
            item = _open(children[0])
            rest = children[1:]
        return Member(item, _open(rest[-1]), len(rest) == 3, _span(children))

    def emptiness(self, children: Children) -> IsEmpty:
        return IsEmpty(_open(children[0]), len(children) == 4, _span(children))

    def range(self, children: Children) -> Range:
        return Range(_open(children[0]), _open(children[2]), _span(children))

    def quantified(self, children: Children) -> Quantified:
        kind: Any = str(children[0])
        return Quantified(kind, str(children[1]), _open(children[3]), _open(children[5]), _span(children))

    def conditional(self, children: Children) -> If:
        return If(_open(children[1]), _open(children[3]), _open(children[5]), _span(children))

    def chosen(self, children: Children) -> Extremum:
        kind: Any = str(children[0])
        return Extremum(kind, _open(children[3]), str(children[1]), _open(children[5]), _span(children))

    def bare_extremum(self, children: Children) -> Extremum:
        kind: Any = str(children[0])
        return Extremum(kind, self.name(children[1:]), None, None, _span(children))

    def extremum(self, children: Children) -> Extremum:
        kind: Any = str(children[0])
        return Extremum(kind, _open(children[1]), None, None, _span(children))

    def name(self, children: Children) -> Name:
        return Name(str(children[0]), _span(children))

    def number(self, children: Children) -> Number:
        text = str(children[0])
        return Number(_integer(text), text[:2] in ("0x", "0X"), _span(children))

    def revision(self, children: Children) -> Revision:
        return Revision(tuple(_integer(part) for part in str(children[0]).split(".")), _span(children))

    def boolean(self, children: Children) -> Boolean:
        return Boolean(children[0].type == "TRUE", _span(children))

    def parenthesised(self, children: Children) -> _Parenthesised:
        return _Parenthesised(_open(children[1]), _span(children))

    def set_literal(self, children: Children) -> SetLiteral:
        return SetLiteral(tuple(_open(child) for child in _nodes(children)), _span(children))

    def call(self, children: Children) -> Call:
        return Call(str(children[0]), tuple(_open(child) for child in _nodes(children)), _span(children))

    def field_of(self, children: Children) -> FieldOf:
        return FieldOf(_open(children[0]), str(children[2]), _span(children))

    def slice_of(self, children: Children) -> FieldOf:
        return FieldOf(_open(children[0]), children[1], _span(children))

    def with_of(self, children: Children) -> With:
        updates = tuple(child.value for child in children[3:] if isinstance(child, _Piece))
        return With(_open(children[0]), updates, _span(children))

    def update(self, children: Children) -> _Piece:
        part = children[0]
        return _Piece((str(part) if isinstance(part, Token) else part, _open(children[2])), _span(children))
