"""A text as words, marks and comments, for those who read it without a tree."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ..source import Span
from .grammar import parser
from .lexer import Lexer

if TYPE_CHECKING:
    from collections.abc import Iterator

    import lark

END = "$END"


class Token(NamedTuple):
    """`type` is the grammar's name for it; no message shows it."""

    type: str
    text: str
    span: Span


def scan(text: str, *, everything: bool = False) -> Iterator[Token]:
    """The tokens of a text, and `$END`. `everything` gives comments and white space as well."""
    lexer = _lexer()
    for kind, match in lexer.matches(text, 0, frozenset() if everything else lexer.ignored):
        yield Token(kind, match.group(), Span(*match.span()))
    yield Token(END, "", Span(len(text), len(text)))


def documented(text: str, span: Span) -> Span:
    """The span of a declaration with the doc comments before it, and with what stands between them."""
    first: int | None = None
    for token in scan(text, everything=True):
        if token.span.start >= span.start:
            break
        if token.type == "DOC":
            first = token.span.start if first is None else first
        elif token.type not in ("SPACE", "COMMENT"):
            first = None
    return Span(span.start if first is None else first, span.end)


def keywords() -> dict[str, str]:
    """The words of the language, each with its terminal."""
    return _lexer().keywords


def literals() -> dict[str, str]:
    """The terminals that are one word or mark, each with that."""
    return _lexer().literals


def handed_on(token: lark.Token, text: str) -> Token:
    """A token of Lark's as one of ours. Its end of a text has no place."""
    start = len(text) if token.type == END or token.start_pos is None else token.start_pos
    return Token(token.type, token.value, Span(start, start + len(token)))


@cache
def _lexer() -> Lexer:
    return Lexer(parser().lexer_conf)
