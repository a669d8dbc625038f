"""Where a row of words may be broken when it is too long for a line."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, assert_never

from .. import syntax
from ..nesting import children, own_formulas

if TYPE_CHECKING:
    from collections.abc import Sequence

Node: TypeAlias = syntax.Declaration | syntax.Item


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

_WORDS = {syntax.And: "AND", syntax.Or: "OR", syntax.Implies: "IMPLIES", syntax.Iff: "IFF"}


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
        self.found += (Break(index, _ITEM) for index, word in enumerate(self.words) if word.kind in ("UNDER", "FROM"))
        last = len(self.words) - 1
        match node:
            case syntax.Statement(name=name):
                self.found.append(Break(self._after(name.span.end, "COLON") + 1, BODY))
            case syntax.Define(name=name, parameters=parameters, body=body):
                if parameters:
                    closing = self._after(parameters[-1].span.end, "RPAR")
                    self._listed(self._after(name.span.end, "LPAR"), parameters, closing, _ITEM)
                if body is not None:
                    self.found.append(Break(self._after(name.span.end, "EQUAL") + 1, BODY))
            case syntax.Layout(fields=fields):
                self.found += (Break(self._index(one.span.start), _ITEM, "part") for one in fields)
                self.found.append(Break(last, _ITEM, "closing"))
            case (
                syntax.Variable(name=name, type=syntax.Enumeration(values=values))
                | syntax.Variable(name=name, names=syntax.Enumeration(values=values))
            ):
                labels = [label for label, _ in values]
                closing = self._after(labels[-1].span.end, "RBRACE")
                self._listed(self._after(name.span.end, "LBRACE"), labels, closing, _ITEM)
            case syntax.Expect():
                self.found.append(Break(last, _ITEM))
            case syntax.Knows(revisions=revisions):
                if revisions is not None:
                    self._parts(1, revisions, _ITEM)
            case syntax.Rule(guard=guard):
                arrow = 1 if guard is None else self._after(guard.span.end, "ARROW")
                self.found.append(Break(arrow, _ITEM))
            case syntax.Block() | syntax.Case() | syntax.Use() | syntax.Variable() | syntax.Opening():
                pass
            case syntax.Assign() | syntax.Ensure() | syntax.Then() | syntax.Given():
                pass
            case _:
                assert_never(node)
        for formula in own_formulas(node):
            self._formula(formula, _FORMULA)

    def _formula(self, expr: syntax.Expr, depth: int) -> None:
        match expr:
            case syntax.And() | syntax.Or() | syntax.Implies() | syntax.Iff():
                between = pairwise(children(expr))
                self.found += (Break(self._after(left.span.end, _WORDS[type(expr)]), depth) for left, _ in between)
            case syntax.If(condition=condition, then=then):
                self.found.append(Break(self._after(condition.span.end, "THEN"), depth))
                self.found.append(Break(self._after(then.span.end, "ELSE"), depth))
            case syntax.Extremum(domain=domain, where=where):
                if where is not None:
                    self.found.append(Break(self._after(domain.span.end, "WHERE"), depth))
            case syntax.Call() | syntax.SetLiteral():
                opening = self._index(expr.span.start) + isinstance(expr, syntax.Call)
                self._listed(opening, children(expr), self._index(expr.span.end) - 1, depth)
            case syntax.With(of=of):
                opening = self._after(of.span.end, "LBRACE")
                self._listed(opening, children(expr)[1:], self._index(expr.span.end) - 1, depth)
            case syntax.Name() | syntax.Number() | syntax.Revision() | syntax.Boolean() | syntax.FieldOf():
                pass
            case syntax.Range() | syntax.Comparison() | syntax.Member() | syntax.IsEmpty() | syntax.IsNamed():
                pass
            case syntax.Quantified() | syntax.Not():
                pass
            case _:
                assert_never(expr)
        for child in children(expr):
            self._formula(child, depth + 1)

    def _listed(self, opening: int, parts: Sequence[syntax.Node], closing: int, depth: int) -> None:
        """Between brackets: one part a line."""
        if parts:
            self._parts(opening + 1, parts, depth)
            self.found.append(Break(closing, depth, "closing"))

    def _parts(self, first: int, parts: Sequence[syntax.Node], depth: int) -> None:
        self.found.append(Break(first, depth, "part"))
        self.found += (Break(self._after(part.span.end, "COMMA") + 1, depth, "part") for part in parts[:-1])

    def _index(self, offset: int) -> int:
        return bisect_left(self.starts, offset)

    def _after(self, offset: int, kind: str) -> int:
        """The first word of a kind behind an offset. The span of an expression leaves out parentheses around it."""
        index = self._index(offset)
        while self.words[index].kind != kind:
            index += 1
        return index
