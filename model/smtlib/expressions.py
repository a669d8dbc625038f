"""SMT-LIB's expressions: made with what simplifies at once, and laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

Text: TypeAlias = "str | tuple[Text, ...]"
"""An atom, or a list of expressions."""

TRUE, FALSE = "true", "false"

MOST_COLUMNS = 110
"""Columns that an expression may take in one line."""

_SIMPLE = re.compile(r"[A-Za-z~!@$%^&*_+=<>.?/-][A-Za-z0-9~!@$%^&*_+=<>.?/-]*")


def symbol(name: str) -> str:
    """A name as a symbol, in bars where it has to be. What SMT-LIB keeps for itself gets a dot, as no name has one."""
    if name.startswith("@"):
        name = f"{name[1:]}."
    elif name in _RESERVED or name.startswith("bv"):
        name = f"{name}."
    return name if _SIMPLE.fullmatch(name) else f"|{name}|"


_RESERVED = frozenset(
    {
        "true",
        "false",
        "and",
        "or",
        "not",
        "xor",
        "distinct",
        "concat",
        "par",
        "let",
        "exists",
        "forall",
        "match",
        "as",
        "ite",
        "_",
        "select",
        "store",
        "extract",
        "repeat",
        "zero_extend",
        "sign_extend",
        "rotate_left",
        "rotate_right",
        "abs",
        "div",
        "mod",
        "iff",
    }
)


def conj(parts: Sequence[Text]) -> Text:
    return _joined("and", parts, TRUE, FALSE)


def disj(parts: Sequence[Text]) -> Text:
    return _joined("or", parts, FALSE, TRUE)


def _joined(word: str, parts: Sequence[Text], neutral: str, final: str) -> Text:
    kept: list[Text] = []
    for part in parts:
        if part == final:
            return final
        if isinstance(part, tuple) and part[0] == word and len(part) < 5:
            kept += part[1:]
        elif part != neutral:
            kept.append(part)
    if len(kept) < 2:
        return kept[0] if kept else neutral
    return (word, *kept)


def neg(part: Text) -> Text:
    """Of what exists, that all are not so: a form that is easier to read."""
    if part in (TRUE, FALSE):
        return FALSE if part == TRUE else TRUE
    match part:
        case ("not", inner):
            return inner
        case ("exists", binders, ("and", *first, last)):
            return ("forall", binders, ("=>", conj(first), neg(last)))
        case ("exists", binders, body):
            return ("forall", binders, neg(body))
        case _:
            return ("not", part)


def implies(left: Text, right: Text) -> Text:
    if left == TRUE:
        return right
    if left == FALSE or right == TRUE:
        return TRUE
    return neg(left) if right == FALSE else ("=>", left, right)


def either(test: Text, yes: Text, no: Text) -> Text:
    """One of two formulas."""
    if test == TRUE or yes == no:
        return yes
    if test == FALSE:
        return no
    if yes == FALSE:
        return conj([neg(test), no])
    if no == FALSE:
        return conj([test, yes])
    if yes == TRUE:
        return disj([test, no])
    return ("ite", test, yes, no)


def same(left: Text, right: Text) -> Text:
    return TRUE if left == right else ("=", left, right)


def some(name: str, sort: Text, body: Text) -> Text:
    return FALSE if body == FALSE else ("exists", ((name, sort),), body)


def line(text: Text) -> str:
    """An expression in one line."""
    return text if isinstance(text, str) else f"({' '.join(map(line, text))})"


def laid_out(text: Text, indent: int = 0) -> str:
    """An expression over as many lines as it takes, from a column on."""
    flat = _short(text, MOST_COLUMNS - indent)
    if flat is not None:
        return flat
    assert not isinstance(text, str)
    # What stands first says what it is, and what binds variables stands beside that.
    beside = 2 if text[0] in ("exists", "forall", "define-fun", "=>", "ite") else 1
    if text[0] == "define-fun":
        beside = 4
    if not isinstance(text[0], str):
        beside = 0
    head = " ".join(line(part) for part in text[:beside])
    pad = " " * (indent + 2)
    rest = [f"\n{pad}{laid_out(part, indent + 2)}" for part in text[beside:]]
    return f"({head}{''.join(rest)})"


def _short(text: Text, most: int) -> str | None:
    made: list[str] = []
    length = 0
    for piece in _pieces(text):
        made.append(piece)
        length += len(piece)
        if length > most:
            return text if isinstance(text, str) else None
    return "".join(made)


def _pieces(text: Text) -> Iterator[str]:
    if isinstance(text, str):
        yield text
        return
    yield "("
    for at, part in enumerate(text):
        if at:
            yield " "
        yield from _pieces(part)
    yield ")"
