"""Messages of a table, compiled: where their lines begin, and a pattern that takes them apart."""

from __future__ import annotations

import re

from msgspec import Struct

from .table import Message

_FIELD = re.compile(r"\{(\*|(?:[A-Za-z_]\w*)?(?::x)?)\}")
_BLANKS = re.compile(r" {2,}")
_VALUE = r"(?:[0-9]+(?:\.[0-9]+)*|[A-Za-z_][A-Za-z0-9_]*)"
_WORD = r"(?:0[xX])?([0-9A-Fa-f]+)(?![0-9A-Za-z])"


class Field(Struct, frozen=True):
    """A value that a line shows; `hexadecimal`, as the word in the register."""

    name: str
    hexadecimal: bool


class LineForm(Struct, frozen=True):
    """A line of a message: its text up to the first thing that differs from time to time, and all of it.

    `open_end`: its last word is a value, of which a part is missing where the line is cut off.
    """

    head: str
    pattern: re.Pattern[str]
    fields: tuple[Field, ...]
    open_end: bool


class Form(Struct, frozen=True):
    """A message with its lines."""

    message: Message
    lines: tuple[LineForm, ...]

    @property
    def shown(self) -> frozenset[str]:
        return frozenset(field.name for line in self.lines for field in line.fields)


def compiled(message: Message) -> Form:
    """Raises ValueError, with a message for the user."""
    if not message.lines:
        raise ValueError("a message has no line")
    return Form(message, tuple(map(_line, message.lines)))


def _line(template: str) -> LineForm:
    pattern, head, fields = "", "", list[Field]()
    parts = _FIELD.split(template)
    for at, part in enumerate(parts):
        if at % 2 == 0:
            if "{" in part or "}" in part:
                raise ValueError(
                    f"`{template[:60]}` has a brace that belongs to no value: write {{lower}}, {{}} or {{*}}"
                )
            pattern += "[ \\t]+".join(re.escape(piece) for piece in re.split(" +", part))
        elif part == "*":
            pattern += ".*"
        elif part in ("", ":x"):
            pattern += r"[^\s,]+?" if part == "" else _WORD.replace("(?P", "").replace("([", "(?:[")
        else:
            name, _, hexadecimal = part.partition(":")
            fields.append(Field(name, bool(hexadecimal)))
            pattern += _WORD if hexadecimal else f"({_VALUE})"
    head = _BLANKS.split(parts[0])[0]
    if len(head.strip()) < 4:
        raise ValueError(f"`{template[:60]}` has to begin with a few letters of its own, before any value")
    ends = r"[ \t\r\x00]*\Z"
    return LineForm(head, re.compile(pattern + ends, re.DOTALL), tuple(fields), len(parts) > 1 and not parts[-1])
