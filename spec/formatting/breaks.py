"""Where a row of words may be broken when it is too long for a line."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, assert_never

from .. import syntax
from ..nesting import children, own_formulas

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
            case syntax.Statement(name=name):
                self.found.append(Break(self._after(name.span.end, "COLON") + 1, BODY))
            case syntax.Define(name=name, parameters=parameters, body=body):
                if parameters:
                    ends = [parameter.span.end for parameter in parameters]
                    self._listed(self._after(name.span.end, "LPAR"), ends, self._after(ends[-1], "RPAR"), _ITEM)
                if body is not None:
                    self.found.append(Break(self._after(name.span.end, "EQUAL") + 1, BODY))
            case syntax.Layout(fields=fields):
                self.found += (Break(self._index(one.span.start), _ITEM, "part") for one in fields)
                self.found.append(Break(last, _ITEM, "closing"))
            case syntax.Variable(name=name, type=syntax.Enumeration(values=values)):
                ends = [label.span.end for label, _ in values]
                self._listed(self._after(name.span.end, "LBRACE"), ends, self._after(ends[-1], "RBRACE"), _ITEM)
            case syntax.Expect():
                self.found.append(Break(last, _ITEM))
            case syntax.Knows(revisions=revisions):
                if revisions is not None:
                    self._parts(1, [revision.span.end for revision in revisions], _ITEM)
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
            case syntax.And(operands=operands):
                self._operators(operands, "AND", depth)
            case syntax.Or(operands=operands):
                self._operators(operands, "OR", depth)
            case syntax.Implies(left=left, right=right):
                self._operators((left, right), "IMPLIES", depth)
            case syntax.Iff(left=left, right=right):
                self._operators((left, right), "IFF", depth)
            case syntax.If(condition=condition, then=then):
                self.found.append(Break(self._after(condition.span.end, "THEN"), depth))
                self.found.append(Break(self._after(then.span.end, "ELSE"), depth))
            case syntax.Extremum(domain=domain, where=where):
                if where is not None:
                    self.found.append(Break(self._after(domain.span.end, "WHERE"), depth))
            case syntax.Call(arguments=parts):
                ends = [part.span.end for part in parts]
                self._listed(self._index(expr.span.start) + 1, ends, self._index(expr.span.end) - 1, depth)
            case syntax.SetLiteral(items=parts):
                ends = [part.span.end for part in parts]
                self._listed(self._index(expr.span.start), ends, self._index(expr.span.end) - 1, depth)
            case syntax.With(of=of, updates=updates):
                ends = [value.span.end for _, value in updates]
                self._listed(self._after(of.span.end, "LBRACE"), ends, self._index(expr.span.end) - 1, depth)
            case syntax.Name() | syntax.Number() | syntax.Revision() | syntax.Boolean() | syntax.FieldOf():
                pass
            case syntax.Range() | syntax.Comparison() | syntax.Member() | syntax.IsEmpty():
                pass
            case syntax.Quantified() | syntax.Not():
                pass
            case _:
                assert_never(expr)
        for child in children(expr):
            self._formula(child, depth + 1)

    def _operators(self, operands: Iterable[syntax.Expr], kind: str, depth: int) -> None:
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
