"""Rows of a label and a text, which all reports are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import TypeAlias

from parley.spec.diagnostics import printable

Row: TypeAlias = tuple[str, str]

LABEL = 17
"""Columns of the labels with a blank behind them, unless one needs more."""

WIDEST = 100
"""Columns of a formula or a doc comment, which goes on in the next line."""

MOST_LINES = 8
"""Lines of one formula or doc comment; JSON has the whole."""

_CONNECTIVE = re.compile(r" (?=(?:implies|iff|and|or|then|else|where) )")


def laid_out(rows: Iterable[Row], indent: str = "", width: int = LABEL) -> list[str]:
    """The rows as lines."""
    return [f"{indent}{label:<{width - 1}} {text}".rstrip() for label, text in rows]


def under(label: str, texts: Iterable[str]) -> list[Row]:
    """Some texts below each other, the first of them with a label."""
    return [("" if at else label, text) for at, text in enumerate(texts)]


def some(label: str, texts: Sequence[str], most: int) -> list[Row]:
    """As many texts as there is room for, a row each with the label, and how many more there are."""
    more = len(texts) - most
    rows = [(label, text) for text in texts[:most]]
    return [*rows, ("", f"and {more} more (--format json has all)")] if more > 0 else rows


def folded(label: str, text: str) -> list[Row]:
    """A formula in as many rows as it needs; they break before a connective if they can."""
    return _cut(label, [line for part in _filled(_CONNECTIVE.split(text), " ") for line in _wrapped(part)])


def filled(label: str, parts: Sequence[str]) -> list[Row]:
    """Some parts, as many in a row as there is room for."""
    return _cut(label, _filled(parts, "; "))


def documented(label: str, doc: str) -> list[Row]:
    """A doc comment or a sentence in as many rows as it needs; none where there is none."""
    return _cut(label, _wrapped(printable(" ".join(doc.split())))) if doc else []


def _filled(parts: Sequence[str], between: str) -> list[str]:
    made: list[str] = []
    for part in parts:
        if made and len(made[-1]) + len(between) + len(part) <= WIDEST:
            made[-1] += between + part
        else:
            made.append(part)
    return made


def _wrapped(text: str) -> list[str]:
    return wrap(text, WIDEST, break_long_words=False, break_on_hyphens=False)


def _cut(label: str, texts: list[str]) -> list[Row]:
    if len(texts) > MOST_LINES:
        texts = [*texts[: MOST_LINES - 1], f"{texts[MOST_LINES - 1]} …"]
    return under(label, texts)
