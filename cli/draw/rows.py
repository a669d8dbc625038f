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

LONGEST = 160
"""Columns of a text that is left as it is, such as a list of values."""

COMMANDS = ("replay", "again")
"""Labels of what is to be copied. It may have a program behind it, such as a script, with whatever is in it."""

MOST_LINES = 8
"""Lines of one formula or doc comment; JSON has the whole."""

_ITEM = re.compile(r"(?<=[,;]) ")
_OPTION = re.compile(r"(?<=,)|(?= --)")
_CONNECTIVE = re.compile(r" (?=(?:implies|iff|and|or|then|else|where) )")


def laid_out(rows: Iterable[Row], indent: str = "", width: int = LABEL) -> list[str]:
    """The rows as lines; a list that is too long for one goes on in the next, and a command is one line."""
    texts = ((label, [text] if label in COMMANDS else broken(text)) for label, text in rows)
    return exact((line for label, lines in texts for line in under(label, lines)), indent, width)


def exact(rows: Iterable[Row], indent: str = "", width: int = LABEL) -> list[str]:
    """The rows as lines, a line each: of texts that are not ours, such as a log's."""
    return [f"{indent}{label:<{width - 1}} {text}".rstrip() for label, text in rows]


def broken(text: str, most: int = LONGEST) -> list[str]:
    """A text in as many lines as it needs, which end behind an item of a list: a command or a drawing stays whole.

    It stays as it is where it has no more than so many columns.
    """
    return _filled(_ITEM.split(text), " ", min(most, WIDEST)) if len(text) > most else [text]


def options(label: str, texts: Iterable[str]) -> list[Row]:
    """Options below each other, as a command takes them; long ones in as many rows as they need."""
    return under(label, [line for text in texts for line in _broken_options(text)])


def _broken_options(text: str) -> list[str]:
    return _filled(_OPTION.split(text), "") if len(text) > LONGEST else [text]


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


def _filled(parts: Sequence[str], between: str, most: int = WIDEST) -> list[str]:
    made: list[str] = []
    for part in parts:
        if made and len(made[-1]) + len(between) + len(part) <= most:
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
