"""Reductions to the syntax tree. The parser calls what is here by the name of each rule of `grammar.lark`, bottom up.

Children are tokens and finished nodes, in the order of the text; nothing is filtered, so that every node knows
its span. None of them fails: what is wrong with a value (a number of 5,000 digits, say) is the checker's to report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lark import Token, Transformer

from .. import syntax
from ..source import Span
from ..words import WIDEST

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


def code(text: str) -> int:
    """A code as it is written; one beyond all registers is too large."""
    number = -integer(text[1:]) if text[0] == "-" else integer(text)
    return number if abs(number) < 1 << WIDEST else TOO_LARGE


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


class _WordOrName(Piece):
    """`revision`, or `revision or { … }`."""

    names: syntax.Enumeration | None = None


class _Cited(Piece):
    """`from "…"`."""


class _Under(Piece):
    """`under A, B`."""


class _Parameters(Piece):
    """The parameters of a `define`."""


def _part(child: Any) -> Any:
    """What a child is in a declaration: a name is a label there, and a string is its content."""
    if isinstance(child, Token) and child.type == "STRING":
        return child.value[1:-1]
    return label(child) if isinstance(child, Token) and child.type == "NAME" else value_of(child)


def _documented(children: Children) -> tuple[Children, dict[str, Any]]:
    """The children behind the doc comments, and what the node has beside its parts: `doc`, `span`, `cites` if it says
    where it is from, and `under` if it names assumptions.
    """
    count = 0
    while isinstance(children[count], Token) and children[count].type == "DOC":
        count += 1
    doc = "\n".join(token.value[3:].removeprefix(" ").rstrip() for token in children[:count])
    rest = children[count:]
    cites = [("cites", child.value) for child in rest if isinstance(child, _Cited)]
    under = [("under", child.value) for child in rest if isinstance(child, _Under)]
    return rest, {"doc": doc, "span": span_of(rest), **dict(cites), **dict(under)}


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
    return tuple(child for child in children if not isinstance(child, (Token, _Cited, _Under)))


class TreeBuilder(Transformer[Any, Any]):
    """One reduction a rule. It holds no state, so one serves all parses."""

    def start(self, children: Children) -> tuple[syntax.Declaration, ...]:
        return tuple(children)

    def use(self, children: Children) -> syntax.Use:
        rest, beside = _documented(children)
        library = rest[1].type == "NAME"
        return syntax.Use(rest[1].value if library else _part(rest[1]), library, **beside)

    # ---- interface --------------------------------------------------------------------------------------

    interface = _declared(syntax.Interface, 1)
    assume = assumption = invariant = property = _declared(syntax.Statement, 0, 1, -1)
    type_set = type_bool = made(Piece, 0)

    def variable(self, children: Children) -> syntax.Variable:
        rest, beside = _documented(children)
        registers = value_of(rest[4]) if len(rest) == 5 else ()
        names = rest[3].names if isinstance(rest[3], _WordOrName) else None
        return syntax.Variable(rest[0].value, label(rest[1]), value_of(rest[3]), *registers, names=names, **beside)

    config = input = output = variable

    def layout(self, children: Children) -> syntax.Layout:
        rest, beside = _documented(children)
        return syntax.Layout(tuple(nodes(rest)), **beside)

    def field(self, children: Children) -> syntax.FieldLayout:
        return syntax.FieldLayout(label(children[0]), children[1], len(children) == 3, span=span_of(children))

    def slice(self, children: Children) -> syntax.Slice:
        high = integer(children[1].value)
        return syntax.Slice(high, integer(children[3].value) if len(children) == 5 else high, span=span_of(children))

    def register(self, children: Children) -> Piece:
        return Piece(tuple(label(child) for child in children[1:]), span_of(children))

    def type_range(self, children: Children) -> Piece:
        return Piece("range", span_of(children))

    def type_revision(self, children: Children) -> _WordOrName:
        named = tuple(nodes(children))
        # Where a name has no code, what stands for it is told apart by its place.
        values = tuple((name, syntax.NO_CODE + at if code is None else code) for at, (name, code) in enumerate(named))
        made = _WordOrName(children[0].value, span_of(children))
        made.names = syntax.Enumeration(values, span=made.span) if named else None
        return made

    def word_name(self, children: Children) -> Piece:
        return Piece((label(children[0]), code(children[2].value) if len(children) == 3 else None), span_of(children))

    def type_enum(self, children: Children) -> Piece:
        return Piece(syntax.Enumeration(tuple(nodes(children))), span_of(children))

    def enum_value(self, children: Children) -> Piece:
        return Piece((label(children[0]), code(children[2].value)), span_of(children))

    def define(self, children: Children) -> syntax.Define:
        rest, beside = _documented(children)
        parameters = next((child.value for child in rest if isinstance(child, _Parameters)), ())
        return syntax.Define(label(rest[1]), parameters, _after(rest, "EQUAL"), **beside)

    def parameters(self, children: Children) -> _Parameters:
        return _Parameters(tuple(label(child) for child in children if child.type == "NAME"), span_of(children))

    def source(self, children: Children) -> _Cited:
        return _Cited(_part(children[1]), span_of(children))

    def under(self, children: Children) -> _Under:
        return _Under(tuple(label(child) for child in children if child.type == "NAME"), span_of(children))

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
        revisions = tuple(map(value_of, rest[1::2]))
        if isinstance(revisions[0], syntax.Range):
            return syntax.Knows(None, between=revisions[0], **beside)
        # A name is no revision, so this one is a word here.
        if len(revisions) == 1 and isinstance(revisions[0], syntax.Name) and revisions[0].id == "range":
            return syntax.Knows(None, ranged=True, **beside)
        return syntax.Knows(revisions, None, **beside)

    def fallback(self, children: Children) -> syntax.Rule:
        rest, beside = _documented(children)
        return syntax.Rule(None, rest[2], **beside)

    # ---- expressions ------------------------------------------------------------------------------------

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

    def naming(self, children: Children) -> syntax.IsNamed:
        item, name = value_of(children[0]), children[-1].value
        return syntax.IsNamed(item, name, len(children) == 4, span=span_of(children))

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
