"""A text as words, marks and comments."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from . import tables
from .source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator


class Token(NamedTuple):
    """`type` is the grammar's name for it; no message shows it."""

    type: str
    text: str
    span: Span


loaded = cache(tables.load)


def scan(text: str, start: int = 0, *, everything: bool = False) -> Iterator[Token]:
    """The tokens of a text from an offset on, and `$END`. `everything` gives comments and white space as well."""
    made = loaded()
    keyword = made.keywords.get
    ignored = frozenset[str]() if everything else made.ignored
    for match in made.scanner.finditer(text, start):
        kind = match.lastgroup or tables.UNREADABLE
        if kind in ignored:
            continue
        word = match.group()
        yield Token(keyword(word, kind) if kind == "NAME" else kind, word, Span(*match.span()))
    yield Token(tables.END, "", Span(len(text), len(text)))
