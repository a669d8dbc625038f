"""Where a row of words may be broken when it is too long for a line."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, assert_never

from ..nesting import children
from ..syntax import (
    Accept,
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
    FieldOf,
    Given,
    Host,
    If,
    Iff,
    Implies,
    Interface,
    IsEmpty,
    Item,
    Knows,
    Layout,
    Member,
    Name,
    Not,
    Number,
    Opening,
    Or,
    Policy,
    Quantified,
    Range,
    Request,
    Revision,
    Rule,
    Scenario,
    Session,
    SetLiteral,
    Statement,
    Then,
    Use,
    Variable,
    With,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Node: TypeAlias = Declaration | Item


class Word(NamedTuple):
    """A word, mark or comment of the text: its terminal, where it starts, and the line ends right before it."""

    kind: str
    text: str
    start: int
    line_ends: int


class Break(NamedTuple):
    """A word that may start a line; those of less depth are broken first.

    A `part` stands between brackets and a `closing` word ends these; a `word` is any other.
    """

    at: int
    depth: int
    kind: Literal["word", "part", "closing"] = "word"


BODY, _ITEM, _FORMULA = -1, 0, 1
"""Depths: a body below its head, the parts of an item, the root of a formula. Operands lie one deeper each."""


def breaks(node: Node, words: Sequence[Word]) -> list[Break]:
    """Where the row of an item or of a block's head may be broken, in the order of the text."""
    finder = _Finder(words, [word.start for word in words])
    finder.node(node)
    return sorted(finder.found)


@dataclass(slots=True)
class _Finder:
    words: Sequence[Word]
    starts: list[int]
    found: list[Break] = field(default_factory=list[Break])

    def node(self, node: Node) -> None:
        self.found += (Break(index, _ITEM) for index, word in enumerate(self.words) if word.kind == "FROM")
        last = len(self.words) - 1
        match node:
            case Statement(name=name, formula=formula):
                self.found.append(Break(self._after(name.span.end, "COLON") + 1, BODY))
                self._formula(formula, _FORMULA)
            case Define(name=name, parameters=parameters, body=body):
                if parameters:
                    ends = [parameter.span.end for parameter in parameters]
                    self._listed(self._after(name.span.end, "LPAR"), ends, self._after(ends[-1], "RPAR"), _ITEM)
                if body is not None:
                    self.found.append(Break(self._after(name.span.end, "EQUAL") + 1, BODY))
                    self._formula(body, _FORMULA)
            case Assign(value=formula) | Case(guard=formula):
                if formula is not None:
                    self._formula(formula, _FORMULA)
            case Ensure(formula=formula) | Then(formula=formula) | Given(value=formula):
                self._formula(formula, _FORMULA)
            case Layout(fields=fields):
                self.found += (Break(self._index(one.span.start), _ITEM, "part") for one in fields)
                self.found.append(Break(last, _ITEM, "closing"))
            case Variable(name=name, type=type_):
                if isinstance(type_, Enumeration):
                    ends = [label.span.end for label, _ in type_.values]
                    self._listed(self._after(name.span.end, "LBRACE"), ends, self._after(ends[-1], "RBRACE"), _ITEM)
            case Expect():
                self.found.append(Break(last, _ITEM))
            case Knows(revisions=revisions):
                if revisions is not None:
                    self._parts(1, [revision.span.end for revision in revisions], _ITEM)
                    for revision in revisions:
                        self._formula(revision, _FORMULA)
            case Opening(request=formula):
                self._formula(formula, _FORMULA)
            case Rule(guard=guard, action=action):
                arrow = 1
                if guard is not None:
                    arrow = self._after(guard.span.end, "ARROW")
                    self._formula(guard, _FORMULA)
                self.found.append(Break(arrow, _ITEM))
                if isinstance(action, (Request, Accept)):
                    self._formula(action.revision, _FORMULA)
            case Use() | Interface() | Policy() | Host() | Session() | Scenario():
                pass
            case _:
                assert_never(node)

    def _formula(self, expr: Expr, depth: int) -> None:
        match expr:
            case And(operands=operands):
                self._operators(operands, "AND", depth)
            case Or(operands=operands):
                self._operators(operands, "OR", depth)
            case Implies(left=left, right=right):
                self._operators((left, right), "IMPLIES", depth)
            case Iff(left=left, right=right):
                self._operators((left, right), "IFF", depth)
            case If(condition=condition, then=then):
                self.found.append(Break(self._after(condition.span.end, "THEN"), depth))
                self.found.append(Break(self._after(then.span.end, "ELSE"), depth))
            case Extremum(domain=domain, where=where):
                if where is not None:
                    self.found.append(Break(self._after(domain.span.end, "WHERE"), depth))
            case Call(arguments=parts):
                ends = [part.span.end for part in parts]
                self._listed(self._index(expr.span.start) + 1, ends, self._index(expr.span.end) - 1, depth)
            case SetLiteral(items=parts):
                ends = [part.span.end for part in parts]
                self._listed(self._index(expr.span.start), ends, self._index(expr.span.end) - 1, depth)
            case With(of=of, updates=updates):
                ends = [value.span.end for _, value in updates]
                self._listed(self._after(of.span.end, "LBRACE"), ends, self._index(expr.span.end) - 1, depth)
            case Name() | Number() | Revision() | Boolean() | FieldOf() | Range() | Comparison() | Member():
                pass
            case IsEmpty() | Quantified() | Not():
                pass
            case _:
                assert_never(expr)
        for child in children(expr):
            self._formula(child, depth + 1)

    def _operators(self, operands: Iterable[Expr], kind: str, depth: int) -> None:
        self.found += (Break(self._after(left.span.end, kind), depth) for left, _ in pairwise(operands))

    def _listed(self, opening: int, ends: Sequence[int], closing: int, depth: int) -> None:
        """Between brackets: one part a line. `ends` are the offsets behind the parts."""
        if ends:
            self._parts(opening + 1, ends, depth)
            self.found.append(Break(closing, depth, "closing"))

    def _parts(self, first: int, ends: Sequence[int], depth: int) -> None:
        self.found.append(Break(first, depth, "part"))
        self.found += (Break(self._after(end, "COMMA") + 1, depth, "part") for end in ends[:-1])

    def _index(self, offset: int) -> int:
        return bisect_left(self.starts, offset)

    def _after(self, offset: int, kind: str) -> int:
        """The first word of a kind behind an offset. The span of an expression leaves out parentheses around it."""
        index = self._index(offset)
        while self.words[index].kind != kind:
            index += 1
        return index
