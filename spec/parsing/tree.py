"""Reductions to the syntax tree. The parser calls a method here for each rule of `grammar.lark`, bottom up.

Children are tokens and finished nodes, in the order of the text; nothing is filtered, so that every node knows
its span. No method fails: what is wrong with a value (a number of 5,000 digits, say) is the checker's to report.
"""

from __future__ import annotations

from typing import Any

from lark import Token

from ..syntax import (
    Accept,
    Assign,
    Case,
    Declaration,
    Define,
    Ensure,
    Enumeration,
    Expect,
    FieldLayout,
    Given,
    GiveUp,
    Host,
    Interface,
    Knows,
    Label,
    Layout,
    Opening,
    Policy,
    Request,
    Rule,
    Scenario,
    Session,
    Slice,
    Statement,
    Then,
    Use,
    Variable,
)
from .tree_expressions import Children, ExpressionBuilder, Piece, integer, label, nodes, span_of, unwrapped


class _Cited(Piece):
    """`from "…"`."""


class _Parameters(Piece):
    """The parameters of a `define`."""


def _string(token: Token) -> str:
    return token.value[1:-1]


def _documented(children: Children) -> tuple[str, Children]:
    count = 0
    while isinstance(children[count], Token) and children[count].type == "DOC":
        count += 1
    if count == 0:
        return "", children
    lines = [token.value[3:].removeprefix(" ").rstrip() for token in children[:count]]
    return "\n".join(lines), children[count:]


def _cited(children: Children) -> str:
    return next((child.value for child in children if isinstance(child, _Cited)), "")


def _after(children: Children, kind: str) -> Any:
    """The child behind the first token of a kind, or None where there is no such token."""
    for at, child in enumerate(children):
        if isinstance(child, Token) and child.type == kind:
            return children[at + 1]
    return None


def _items(children: Children) -> tuple[Any, ...]:
    return tuple(child for child in children if not isinstance(child, (Token, _Cited)))


class TreeBuilder(ExpressionBuilder):
    """One method a rule. It holds no state, so one serves all parses."""

    def start(self, children: Children) -> tuple[Declaration, ...]:
        return tuple(children)

    def use(self, children: Children) -> Use:
        doc, rest = _documented(children)
        library = rest[1].type == "NAME"
        return Use(rest[1].value if library else _string(rest[1]), library, doc, span_of(rest))

    def interface(self, children: Children) -> Interface:
        doc, rest = _documented(children)
        return Interface(label(rest[1]), _items(rest), _cited(rest), doc, span_of(rest))

    def layout(self, children: Children) -> Layout:
        doc, rest = _documented(children)
        return Layout(tuple(nodes(rest)), doc, span_of(rest))

    def field(self, children: Children) -> FieldLayout:
        return FieldLayout(label(children[0]), children[1], len(children) == 3, span_of(children))

    def slice(self, children: Children) -> Slice:
        high = integer(children[1].value)
        return Slice(high, integer(children[3].value) if len(children) == 5 else high, span_of(children))

    def config(self, children: Children) -> Variable:
        return self._variable(children)

    def input(self, children: Children) -> Variable:
        return self._variable(children)

    def output(self, children: Children) -> Variable:
        return self._variable(children)

    def _variable(self, children: Children) -> Variable:
        doc, rest = _documented(children)
        role: Any = rest[0].value
        register: Label | None = rest[4].value if len(rest) == 5 else None
        return Variable(role, label(rest[1]), rest[3].value, register, doc, span_of(rest))

    def register(self, children: Children) -> Piece:
        return Piece(label(children[1]), span_of(children))

    def type_set(self, children: Children) -> Piece:
        return Piece("set", span_of(children))

    def type_revision(self, children: Children) -> Piece:
        return Piece("revision", span_of(children))

    def type_bool(self, children: Children) -> Piece:
        return Piece("bool", span_of(children))

    def type_enum(self, children: Children) -> Piece:
        return Piece(Enumeration(tuple(child.value for child in nodes(children))), span_of(children))

    def enum_value(self, children: Children) -> Piece:
        return Piece((label(children[0]), integer(children[2].value)), span_of(children))

    def define(self, children: Children) -> Define:
        doc, rest = _documented(children)
        parameters = next((child.value for child in rest if isinstance(child, _Parameters)), ())
        body = unwrapped(_after(rest, "EQUAL"))
        return Define(label(rest[1]), parameters, body, _cited(rest), doc, span_of(rest))

    def parameters(self, children: Children) -> _Parameters:
        return _Parameters(tuple(label(child) for child in children if child.type == "NAME"), span_of(children))

    def assume(self, children: Children) -> Statement:
        return self._statement(children)

    def invariant(self, children: Children) -> Statement:
        return self._statement(children)

    def _statement(self, children: Children) -> Statement:
        doc, rest = _documented(children)
        role: Any = rest[0].value
        return Statement(role, label(rest[1]), unwrapped(rest[-1]), _cited(rest), doc, span_of(rest))

    def source(self, children: Children) -> _Cited:
        return _Cited(_string(children[1]), span_of(children))

    def policy(self, children: Children) -> Policy:
        doc, rest = _documented(children)
        refines = _after(rest, "REFINES")
        return Policy(
            label(rest[1]),
            label(rest[3]),
            label(refines) if refines is not None else None,
            _items(rest),
            _cited(rest),
            doc,
            span_of(rest),
        )

    def assign(self, children: Children) -> Assign:
        doc, rest = _documented(children)
        value = None if isinstance(rest[2], Token) else unwrapped(rest[2])
        return Assign(label(rest[0]), value, doc, span_of(rest))

    def case(self, children: Children) -> Case:
        doc, rest = _documented(children)
        guard = _after(rest, "WHEN")
        items = tuple(child for child in rest[3:] if isinstance(child, (Assign, Ensure)))
        return Case(label(rest[1]), unwrapped(guard), items, doc, span_of(rest))

    def ensure(self, children: Children) -> Ensure:
        doc, rest = _documented(children)
        return Ensure(unwrapped(rest[1]), doc, span_of(rest))

    def expect(self, children: Children) -> Expect:
        doc, rest = _documented(children)
        verdict: Any = rest[1].value
        return Expect(verdict, rest[2], _string(rest[3]), doc, span_of(rest))

    def claim_name(self, children: Children) -> Label:
        return Label("".join(token.value for token in children), span_of(children))

    def host(self, children: Children) -> Host:
        doc, rest = _documented(children)
        items = tuple(child for child in rest if isinstance(child, (Knows, Opening, Rule)))
        return Host(label(rest[1]), label(rest[3]), items, _cited(rest), doc, span_of(rest))

    def knows(self, children: Children) -> Knows:
        doc, rest = _documented(children)
        if isinstance(rest[1], Token) and rest[1].type == "ANY":
            most = integer(rest[3].value) if len(rest) == 4 else None
            return Knows(None, most, doc, span_of(rest))
        return Knows(tuple(unwrapped(child) for child in rest[1::2]), None, doc, span_of(rest))

    def opening(self, children: Children) -> Opening:
        doc, rest = _documented(children)
        return Opening(unwrapped(rest[2]), doc, span_of(rest))

    def rule(self, children: Children) -> Rule:
        doc, rest = _documented(children)
        return Rule(unwrapped(rest[1]), rest[3], doc, span_of(rest))

    def fallback(self, children: Children) -> Rule:
        doc, rest = _documented(children)
        return Rule(None, rest[2], doc, span_of(rest))

    def request(self, children: Children) -> Request:
        return Request(unwrapped(children[1]), span_of(children))

    def accept(self, children: Children) -> Accept:
        return Accept(unwrapped(children[1]), span_of(children))

    def give_up(self, children: Children) -> GiveUp:
        return GiveUp(span_of(children))

    def session(self, children: Children) -> Session:
        doc, rest = _documented(children)
        items = tuple(child for child in rest if isinstance(child, (Statement, Expect)))
        return Session(label(rest[1]), label(rest[3]), label(rest[5]), items, _cited(rest), doc, span_of(rest))

    def property(self, children: Children) -> Statement:
        return self._statement(children)

    def scenario(self, children: Children) -> Scenario:
        doc, rest = _documented(children)
        items = tuple(child for child in rest if isinstance(child, (Given, Then)))
        return Scenario(label(rest[1]), label(rest[3]), items, _cited(rest), doc, span_of(rest))

    def given(self, children: Children) -> Given:
        doc, rest = _documented(children)
        return Given(label(rest[1]), unwrapped(rest[3]), doc, span_of(rest))

    def then(self, children: Children) -> Then:
        doc, rest = _documented(children)
        return Then(unwrapped(rest[1]), doc, span_of(rest))
