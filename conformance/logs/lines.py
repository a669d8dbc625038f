"""One line of a log, to what it says of a request and its reply. Pure functions: no state, no files.

What a program prints in words of its own is in the table (`messages.py` reads it). A line of an RMM is
`NAME REQUEST > STATUS LOWER HIGHER`, with anything before it; numbers are hexadecimal, columns are the registers in
their order, and a failure may come without what follows its status, but no success. A JSON line has the registers by
name: `{"request": {"x1": …}, "reply": {"x0": …}}`, flat with `x1_out` where a register is both, or in two objects with
one `id`, as `parley conform` writes and reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .json_lines import read_json
from .messages import read_message
from .words import (
    HEX,
    NO_NUMBER,
    Exchange,
    LogWords,
    Meaning,
    OtherCommand,
    Registers,
    Unread,
    exchange_of,
    short,
    word,
)

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_ANSI_RAW = re.compile(_ANSI.pattern.encode("ascii"))
NO_WORDS = "it names the command, in words that no table of lines has"
"""Why a line is not read in which nothing begins, and that names the command."""

_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")


def cleaned(raw: bytes) -> str:
    """A line without colors, and without what serial lines leave at its ends. Bytes beyond ASCII stay as they are."""
    text = raw.decode("latin-1")
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    return text.strip("\r\n\x00")


def colorless(raw: bytes) -> bytes:
    """Some lines without colors."""
    return _ANSI_RAW.sub(b"", raw)


def read_line(text: str, known: LogWords, *, cut: bool = False) -> Meaning:
    """What a cleaned line says; `cut` where its end is missing, and with it perhaps a part of its last word."""
    if text.lstrip().startswith("{"):
        found = read_json(text, known)
        if found is not None:
            return found
    raw = text.encode("latin-1", "replace")
    start = known.begins.find(raw, known.begins.ways)
    if start < 0:
        # A line of another form must not be passed over in silence.
        return Unread(NO_WORDS) if known.begins.named(raw) else None
    return read_from(text[start:], known, cut=cut)


def read_from(text: str, known: LogWords, *, cut: bool = False) -> Meaning:
    """The same of a text that begins where something is said."""
    said = read_message(text, known, cut=cut)
    return _read_text(text, known, cut=cut) if said is None else said


def read_record(record: bytes, known: LogWords) -> Exchange | None:
    """What a line says, from its command on: quickly, and as `read_line` reads it; None where that has to."""
    found = None if known.record is None else known.record.fullmatch(record)
    if found is None:
        return None
    requested, status, *columns = found.groups()
    if status in known.named_in_full and columns[0] is None:
        return None
    return Exchange(
        (int(requested, 16),),
        (known.numbers[status], *[None if column is None else int(column, 16) for column in columns]),
    )


# ---- lines of an RMM ------------------------------------------------------------------------------------


def _read_text(text: str, known: LogWords, *, cut: bool) -> Meaning:
    found = known.command.search(text)
    if found is None:
        return Unread(NO_WORDS) if known.begins.named(text.encode("latin-1", "replace")) else None
    if known.command.search(text, found.end()) is not None:
        names = known.command.findall(text)
        if known.commands.isdisjoint(names):
            return OtherCommand(names[0])
        return Unread("it has more than one command on it")
    if found.group() not in known.commands:
        return OtherCommand(found.group())
    request, arrow, reply = text[found.end() :].partition(">")
    if arrow and not known.in_registers:
        return Unread("it shows registers, and no output is in one; give it as JSON lines")
    if not arrow:
        return Unread("it is cut off before the reply") if cut else Unread("it has no reply", torn=True)
    try:
        asked: Registers = dict(zip(known.arguments, map(word, request.split()), strict=False))
    except ValueError as error:
        return Unread(f"its request cannot be read: {error}")
    missing = [register for register in known.inputs if register not in asked]
    if missing:
        return Unread(f"its request lacks {missing[0]}")
    tokens = reply.split()
    if cut and tokens and not reply[-1:].isspace():
        tokens.pop()
    if not tokens:
        return Unread("it is cut off within the reply") if cut else Unread("its reply is empty", torn=True)
    return _reply(tokens, asked, known, cut=cut)


def _reply(tokens: list[str], asked: Registers, known: LogWords, *, cut: bool) -> Exchange | Unread:
    said = _replied(tokens, asked, known, cut=cut)
    if isinstance(said, Unread) or len(tokens) > 1 or cut or said.strange:
        return said
    code = said.outputs[known.first_at]
    if code not in known.in_full:
        return said
    none = f"it has none of the {len(known.columns)} columns after the status"
    # What a failure shows is true without them, too.
    return Unread(none, torn=True, otherwise=said if code else None)


def _replied(tokens: list[str], asked: Registers, known: LogWords, *, cut: bool) -> Exchange | Unread:
    status, *columns = tokens
    words: Registers = {}
    strange = ""
    if status in known.status:
        words[known.first] = known.status[status]
    elif HEX.fullmatch(status):
        try:
            words[known.first] = word(status)
        except ValueError as error:
            return Unread(f"its status cannot be read: {error}")
    elif _NAME.fullmatch(status) and status.startswith(known.prefixes) and not _begins(status, known.status):
        strange, words[known.first] = f"{status} is no status of {known.interface.name}", NO_NUMBER
    else:
        return Unread(f"its status `{short(status)}` cannot be read")
    if len(columns) > len(known.columns):
        return Unread(
            f"it has {len(columns)} columns after the status, and {known.interface.name} {len(known.columns)}"
        )
    if columns and len(columns) < len(known.columns) and not cut:
        return Unread(f"it has {len(columns)} of the {len(known.columns)} columns after the status")
    try:
        words.update((register, word(token)) for register, token in zip(known.columns, columns, strict=False))
    except ValueError as error:
        return Unread(f"its reply cannot be read: {error}")
    return exchange_of(asked, words, known, strange, None, cut=cut)


def _begins(status: str, names: Iterable[str]) -> bool:
    """Whether it is a name of the interface, torn."""
    return any(name.startswith(status) for name in names)
