"""The canonical layout of a text: what `parley fmt` writes.

The text's own words are kept, so literals stay as they are spelt and parentheses where they were put. The tree says
where an item begins and ends; this module makes rows of words of it, and `rows` lays those out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .. import syntax
from ..diagnostics import Rejected
from ..parsing.parser import parse
from ..parsing.tokens import END, scan
from .breaks import Node, Word
from .rows import COMMENTS, STEP, Row, layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..parsing.tokens import Token
    from ..source import Source

_TWO_WORDS = frozenset({"UP_TO", "GIVE_UP", "RANGE_OF"})
_LINE_END = re.compile(r"\r\n?|\n")


def format_text(source: Source) -> str:
    """A text in its canonical layout: same tree, same comments, and a second time the same text.

    An empty text stays empty. Raises `Rejected` with the syntax errors of a text that has any.
    """
    file, problems = parse(source)
    if problems:
        raise Rejected(*problems)
    return "".join(f"{line}\n" for line in layout(_Reader(list(_words(source.text))).rows_of(file)))


def _words(text: str) -> Iterator[Word]:
    line_ends = 0
    for token in scan(text, everything=True):
        if token.type == "SPACE":
            line_ends = len(_LINE_END.findall(token.text))
        elif token.type != END:
            yield Word(token.type, _kept(token), token.span.start, line_ends)
            line_ends = 0


def _kept(token: Token) -> str:
    # White space behind a comment up to the end of its line is read as part of it, that in `give  up` as well.
    if token.type in COMMENTS:
        return token.text.rstrip()
    return " ".join(token.text.split()) if token.type in _TWO_WORDS else token.text


@dataclass(slots=True)
class _Reader:
    """Goes once through a text's words and, beside them, through its tree."""

    words: list[Word]
    at: int = 0
    rows: list[Row] = field(default_factory=list[Row])

    def rows_of(self, file: syntax.File) -> list[Row]:
        """The rows of a file, with the blank lines that shall stand between them."""
        before: Node | None = None
        for declaration in file.declarations:
            end = len(self.rows)
            self._node(declaration, 0)
            if before is not None and not (isinstance(before, syntax.Use) and isinstance(declaration, syntax.Use)):
                self._part(end)
            before = declaration
        self._comments(0)
        if self.rows:
            self.rows[0] = replace(self.rows[0], blank=False)
        return self.rows

    def _part(self, end: int) -> None:
        """A blank line before the declaration that starts at a row, unless its comments have one already."""
        for row in self.rows[end:]:
            if row.blank:
                return
            if row.node is not None:
                break
        self.rows[end] = replace(self.rows[end], blank=True)

    def _node(self, node: Node, indent: int) -> None:
        documented = self._comments(indent)
        block = _block(node)
        if block is None:
            self._row(self._index(node.span.end), indent, node, joined=documented)
            return
        opening, items = block
        brace = self._index(opening)
        while self.words[brace].kind != "LBRACE":
            brace += 1
        if self.words[brace + 1].kind == "RBRACE":
            self._row(brace + 2, indent, node, joined=documented)
            return
        self._row(brace + 1, indent, node, joined=documented)
        inside = len(self.rows)
        for item in items:
            self._node(item, indent + STEP)
        self._comments(indent + STEP)
        self._row(self.at + 1, indent, None)
        for edge in (inside, len(self.rows) - 1):
            self.rows[edge] = replace(self.rows[edge], blank=False)

    def _comments(self, indent: int) -> bool:
        """The comments before the next word, those behind code put to its row. True where it has a doc comment."""
        documented = False
        while self.at < len(self.words) and self.words[self.at].kind in COMMENTS:
            word = self.words[self.at]
            if word.kind == "COMMENT" and word.line_ends == 0 and self.rows:
                self.rows[-1] = replace(self.rows[-1], comment=word.text)
                self.at += 1
                continue
            self._row(self.at + 1, indent, None, joined=documented)
            documented = documented or word.kind == "DOC"
        return documented

    def _row(self, end: int, indent: int, node: Node | None, *, joined: bool = False) -> None:
        words = tuple(self.words[self.at : end])
        self.rows.append(Row(indent, words, node, blank=words[0].line_ends > 1 and not joined))
        self.at = end

    def _index(self, offset: int) -> int:
        """The first word from here on that does not start before an offset of the text."""
        index = self.at
        while index < len(self.words) and self.words[index].start < offset:
            index += 1
        return index


def _block(node: Node) -> tuple[int, Sequence[Node]] | None:
    """For what has a block: an offset behind which the first `{` opens it, and what is in it."""
    if isinstance(node, syntax.Case):
        return node.span.start if node.guard is None else node.guard.span.end, node.items
    return (node.span.start, node.items) if isinstance(node, syntax.Block) else None
