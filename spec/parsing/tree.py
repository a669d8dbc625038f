"""Reductions to the syntax tree. The parser calls a method here for each rule of `grammar.lark`, bottom up.

Children are tokens and finished nodes, in the order of the text; nothing is filtered, so that every node knows
its span. No method fails: what is wrong with a value (a number of 5,000 digits, say) is the checker's to report.
"""

from __future__ import annotations

from typing import Any

from lark import Token

from .. import syntax
from .tree_expressions import Children, ExpressionBuilder, Piece, integer, label, nodes, span_of, unwrapped


class _Cited(Piece):
    """`from "…"`."""


class _Parameters(Piece):
    """The parameters of a `define`."""


def _string(token: Token) -> str:
    return token.value[1:-1]


def _documented(children: Children) -> tuple[Children, dict[str, Any]]:
    """The children behind the doc comments, and what the node has beside its parts: `doc` and `span`."""
    count = 0
    while isinstance(children[count], Token) and children[count].type == "DOC":
        count += 1
    doc = "\n".join(token.value[3:].removeprefix(" ").rstrip() for token in children[:count])
    rest = children[count:]
    return rest, {"doc": doc, "span": span_of(rest)}


def _cited(children: Children) -> tuple[Children, dict[str, Any]]:
    """The same, with `cites`."""
    rest, beside = _documented(children)
    return rest, {"cites": next((child.value for child in rest if isinstance(child, _Cited)), ""), **beside}


def _after(children: Children, kind: str) -> Any:
    """The child behind the first token of a kind, or None where there is no such token."""
    for at, child in enumerate(children):
        if isinstance(child, Token) and child.type == kind:
            return children[at + 1]
    return None


def _items(children: Children) -> tuple[Any, ...]:
    """What stands in the braces: no other node is in a block."""
    return tuple(child for child in children if not isinstance(child, (Token, _Cited)))


class TreeBuilder(ExpressionBuilder):
    """One method a rule. It holds no state, so one serves all parses."""

    def start(self, children: Children) -> tuple[syntax.Declaration, ...]:
        return tuple(children)

    def use(self, children: Children) -> syntax.Use:
        rest, beside = _documented(children)
        library = rest[1].type == "NAME"
        return syntax.Use(rest[1].value if library else _string(rest[1]), library, **beside)

    # ---- interface --------------------------------------------------------------------------------------

    def interface(self, children: Children) -> syntax.Interface:
        rest, beside = _cited(children)
        return syntax.Interface(label(rest[1]), _items(rest), **beside)

    def layout(self, children: Children) -> syntax.Layout:
        rest, beside = _documented(children)
        return syntax.Layout(tuple(nodes(rest)), **beside)

    def field(self, children: Children) -> syntax.FieldLayout:
        return syntax.FieldLayout(label(children[0]), children[1], len(children) == 3, span=span_of(children))

    def slice(self, children: Children) -> syntax.Slice:
        high = integer(children[1].value)
        return syntax.Slice(high, integer(children[3].value) if len(children) == 5 else high, span=span_of(children))

    def config(self, children: Children) -> syntax.Variable:
        rest, beside = _documented(children)
        register: syntax.Label | None = rest[4].value if len(rest) == 5 else None
        return syntax.Variable(rest[0].value, label(rest[1]), rest[3].value, register, **beside)

    input = output = config

    def register(self, children: Children) -> Piece:
        return Piece(label(children[1]), span_of(children))

    def type_set(self, children: Children) -> Piece:
        return Piece("set", span_of(children))

    def type_revision(self, children: Children) -> Piece:
        return Piece("revision", span_of(children))

    def type_bool(self, children: Children) -> Piece:
        return Piece("bool", span_of(children))

    def type_enum(self, children: Children) -> Piece:
        return Piece(syntax.Enumeration(tuple(child.value for child in nodes(children))), span_of(children))

    def enum_value(self, children: Children) -> Piece:
        return Piece((label(children[0]), integer(children[2].value)), span_of(children))

    def define(self, children: Children) -> syntax.Define:
        rest, beside = _cited(children)
        parameters = next((child.value for child in rest if isinstance(child, _Parameters)), ())
        return syntax.Define(label(rest[1]), parameters, unwrapped(_after(rest, "EQUAL")), **beside)

    def parameters(self, children: Children) -> _Parameters:
        return _Parameters(tuple(label(child) for child in children if child.type == "NAME"), span_of(children))

    def assume(self, children: Children) -> syntax.Statement:
        rest, beside = _cited(children)
        return syntax.Statement(rest[0].value, label(rest[1]), unwrapped(rest[-1]), **beside)

    invariant = property = assume

    def source(self, children: Children) -> _Cited:
        return _Cited(_string(children[1]), span_of(children))

    # ---- policy -----------------------------------------------------------------------------------------

    def policy(self, children: Children) -> syntax.Policy:
        rest, beside = _cited(children)
        refines = _after(rest, "REFINES")
        refined = None if refines is None else label(refines)
        return syntax.Policy(label(rest[1]), label(rest[3]), refined, _items(rest), **beside)

    def assign(self, children: Children) -> syntax.Assign:
        rest, beside = _documented(children)
        return syntax.Assign(label(rest[0]), None if isinstance(rest[2], Token) else unwrapped(rest[2]), **beside)

    def case(self, children: Children) -> syntax.Case:
        rest, beside = _documented(children)
        items = tuple(child for child in rest[3:] if isinstance(child, (syntax.Assign, syntax.Ensure)))
        return syntax.Case(label(rest[1]), unwrapped(_after(rest, "WHEN")), items, **beside)

    def ensure(self, children: Children) -> syntax.Ensure:
        rest, beside = _documented(children)
        return syntax.Ensure(unwrapped(rest[1]), **beside)

    def expect(self, children: Children) -> syntax.Expect:
        rest, beside = _documented(children)
        return syntax.Expect(rest[1].value, rest[2], _string(rest[3]), **beside)

    def claim_name(self, children: Children) -> syntax.Label:
        return syntax.Label("".join(token.value for token in children), span=span_of(children))

    # ---- host, session and scenario ---------------------------------------------------------------------

    def host(self, children: Children) -> syntax.Host:
        rest, beside = _cited(children)
        return syntax.Host(label(rest[1]), label(rest[3]), _items(rest), **beside)

    def knows(self, children: Children) -> syntax.Knows:
        rest, beside = _documented(children)
        if isinstance(rest[1], Token) and rest[1].type == "ANY":
            return syntax.Knows(None, integer(rest[3].value) if len(rest) == 4 else None, **beside)
        return syntax.Knows(tuple(unwrapped(child) for child in rest[1::2]), None, **beside)

    def opening(self, children: Children) -> syntax.Opening:
        rest, beside = _documented(children)
        return syntax.Opening(unwrapped(rest[2]), **beside)

    def rule(self, children: Children) -> syntax.Rule:
        rest, beside = _documented(children)
        return syntax.Rule(unwrapped(rest[1]), rest[3], **beside)

    def fallback(self, children: Children) -> syntax.Rule:
        rest, beside = _documented(children)
        return syntax.Rule(None, rest[2], **beside)

    def request(self, children: Children) -> syntax.Request:
        return syntax.Request(unwrapped(children[1]), span=span_of(children))

    def accept(self, children: Children) -> syntax.Accept:
        return syntax.Accept(unwrapped(children[1]), span=span_of(children))

    def give_up(self, children: Children) -> syntax.GiveUp:
        return syntax.GiveUp(span=span_of(children))

    def session(self, children: Children) -> syntax.Session:
        rest, beside = _cited(children)
        return syntax.Session(label(rest[1]), label(rest[3]), label(rest[5]), _items(rest), **beside)

    def scenario(self, children: Children) -> syntax.Scenario:
        rest, beside = _cited(children)
        return syntax.Scenario(label(rest[1]), label(rest[3]), _items(rest), **beside)

    def given(self, children: Children) -> syntax.Given:
        rest, beside = _documented(children)
        return syntax.Given(label(rest[1]), unwrapped(rest[3]), **beside)

    def then(self, children: Children) -> syntax.Then:
        rest, beside = _documented(children)
        return syntax.Then(unwrapped(rest[1]), **beside)
