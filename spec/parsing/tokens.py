"""A text as words, marks and comments, for those who read it without a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..source import Span
from .grammar import END, parser

if TYPE_CHECKING:
    from collections.abc import Iterator

    import lark


class Token(NamedTuple):
    """`type` is the grammar's name for it; no message shows it."""

    type: str
    text: str
    span: Span


def scan(text: str, *, everything: bool = False) -> Iterator[Token]:
    """The tokens of a text, and `$END`. `everything` gives comments and white space as well."""
    for token in parser().lex(text, dont_ignore=everything):
        yield handed_on(token, text)
    yield Token(END, "", Span(len(text), len(text)))


def handed_on(token: lark.Token, text: str) -> Token:
    """A token of Lark's as one of ours. Its end of a text has no place."""
    if token.type == END:
        return Token(END, "", Span(len(text), len(text)))
    assert token.start_pos is not None
    return Token(token.type, token.value, Span(token.start_pos, token.start_pos + len(token)))
