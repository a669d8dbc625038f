"""Reductions to the syntax tree. The parser calls what is here by the name of each rule of `grammar.lark`, bottom up.

Children are tokens and finished nodes, in the order of the text; nothing is filtered, so that every node knows
its span. None of them fails: what is wrong with a value (a number of 5,000 digits, say) is the checker's to report.
"""

from __future__ import annotations

from typing import Any

from lark import Token

from .. import syntax
from .tree_expressions import Children, ExpressionBuilder, Piece, integer, label, made, nodes, span_of, value_of


class _Cited(Piece):
    """`from "…"`."""


class _Parameters(Piece):
    """The parameters of a `define`."""


def _part(child: Any) -> Any:
    """What a child is in a declaration: a name is a label there, and a string is its content."""
    if isinstance(child, Token) and child.type == "STRING":
        return child.value[1:-1]
    return label(child) if isinstance(child, Token) and child.type == "NAME" else value_of(child)


def _documented(children: Children) -> tuple[Children, dict[str, Any]]:
    """The children behind the doc comments, and what the node has beside its parts: `doc`, `span`, and `cites` if it
    says where it is from.
    """
    count = 0
    while isinstance(children[count], Token) and children[count].type == "DOC":
        count += 1
    doc = "\n".join(token.value[3:].removeprefix(" ").rstrip() for token in children[:count])
    rest = children[count:]
    cites = [("cites", child.value) for child in rest if isinstance(child, _Cited)]
    return rest, {"doc": doc, "span": span_of(rest), **dict(cites)}


def _declared(form: type[syntax.Documented], *places: int) -> staticmethod[[Children], Any]:
    """The reduction to a form, whose fields are what stands at some places, if it is there, and a block's items."""

    def reduced(children: Children) -> Any:
        rest, beside = _documented(children)
        items = [_items(rest)] if issubclass(form, syntax.Block) else []
        return form(*[_part(rest[place]) for place in places if place < len(rest)], *items, **beside)

    return staticmethod(reduced)


def _after(children: Children, kind: str) -> Any:
    """What stands behind the first token of a kind, or None where there is no such token."""
    for at, child in enumerate(children):
        if isinstance(child, Token) and child.type == kind:
            return _part(children[at + 1])
    return None


def _items(children: Children) -> tuple[Any, ...]:
    """What stands in the braces: no other node is in a block."""
    return tuple(child for child in children if not isinstance(child, (Token, _Cited)))


class TreeBuilder(ExpressionBuilder):
    """One reduction a rule. It holds no state, so one serves all parses."""

    def start(self, children: Children) -> tuple[syntax.Declaration, ...]:
        return tuple(children)

    def use(self, children: Children) -> syntax.Use:
        rest, beside = _documented(children)
        library = rest[1].type == "NAME"
        return syntax.Use(rest[1].value if library else _part(rest[1]), library, **beside)

    # ---- interface --------------------------------------------------------------------------------------

    interface = _declared(syntax.Interface, 1)
    config = input = output = _declared(syntax.Variable, 0, 1, 3, 4)
    assume = invariant = property = _declared(syntax.Statement, 0, 1, -1)
    type_set = type_revision = type_bool = made(Piece, 0)

    def layout(self, children: Children) -> syntax.Layout:
        rest, beside = _documented(children)
        return syntax.Layout(tuple(nodes(rest)), **beside)

    def field(self, children: Children) -> syntax.FieldLayout:
        return syntax.FieldLayout(label(children[0]), children[1], len(children) == 3, span=span_of(children))

    def slice(self, children: Children) -> syntax.Slice:
        high = integer(children[1].value)
        return syntax.Slice(high, integer(children[3].value) if len(children) == 5 else high, span=span_of(children))

    def register(self, children: Children) -> Piece:
        return Piece(label(children[1]), span_of(children))

    def type_enum(self, children: Children) -> Piece:
        return Piece(syntax.Enumeration(tuple(nodes(children))), span_of(children))

    def enum_value(self, children: Children) -> Piece:
        return Piece((label(children[0]), integer(children[2].value)), span_of(children))

    def define(self, children: Children) -> syntax.Define:
        rest, beside = _documented(children)
        parameters = next((child.value for child in rest if isinstance(child, _Parameters)), ())
        return syntax.Define(label(rest[1]), parameters, _after(rest, "EQUAL"), **beside)

    def parameters(self, children: Children) -> _Parameters:
        return _Parameters(tuple(label(child) for child in children if child.type == "NAME"), span_of(children))

    def source(self, children: Children) -> _Cited:
        return _Cited(_part(children[1]), span_of(children))

    # ---- policy -----------------------------------------------------------------------------------------

    ensure = _declared(syntax.Ensure, 1)
    expect = _declared(syntax.Expect, 1, 2, 3)

    def policy(self, children: Children) -> syntax.Policy:
        rest, beside = _documented(children)
        return syntax.Policy(label(rest[1]), label(rest[3]), _after(rest, "REFINES"), _items(rest), **beside)

    def assign(self, children: Children) -> syntax.Assign:
        rest, beside = _documented(children)
        return syntax.Assign(label(rest[0]), None if isinstance(rest[2], Token) else value_of(rest[2]), **beside)

    def case(self, children: Children) -> syntax.Case:
        rest, beside = _documented(children)
        items = tuple(child for child in rest[3:] if isinstance(child, (syntax.Assign, syntax.Ensure)))
        return syntax.Case(label(rest[1]), _after(rest, "WHEN"), items, **beside)

    def claim_name(self, children: Children) -> syntax.Label:
        return syntax.Label("".join(token.value for token in children), span=span_of(children))

    # ---- host, session and scenario ---------------------------------------------------------------------

    host = _declared(syntax.Host, 1, 3)
    opening = _declared(syntax.Opening, 2)
    rule = _declared(syntax.Rule, 1, 3)
    request = made(syntax.Request, 1)
    accept = made(syntax.Accept, 1)
    give_up = made(syntax.GiveUp)
    session = _declared(syntax.Session, 1, 3, 5)
    scenario = _declared(syntax.Scenario, 1, 3)
    given = _declared(syntax.Given, 1, 3)
    then = _declared(syntax.Then, 1)

    def knows(self, children: Children) -> syntax.Knows:
        rest, beside = _documented(children)
        if isinstance(rest[1], Token) and rest[1].type == "ANY":
            return syntax.Knows(None, integer(rest[3].value) if len(rest) == 4 else None, **beside)
        return syntax.Knows(tuple(map(value_of, rest[1::2])), None, **beside)

    def fallback(self, children: Children) -> syntax.Rule:
        rest, beside = _documented(children)
        return syntax.Rule(None, rest[2], **beside)
