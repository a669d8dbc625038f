"""Lines that are torn: a mail is wrapped so, and some loggers stamp each write. What belongs together is put together
where it can be nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from .lines import cleaned, read_from
from .words import HEX, Exchange, LogWords, Unread

LOOKED_BACK = 16
"""So many lines before one that is torn are looked at for others that wait for the rest of theirs."""

_WAITS = re.compile(r"(?:SMC_[A-Z0-9_]+(?:[ \t]+(?:0[xX])?[0-9A-Fa-f]+)*[ \t]*>?|[ \t][0-9A-Fa-f]+[ \t]*>)[ \t]*\Z")
"""A command, perhaps with its request, and nothing behind it."""

_REST = re.compile(
    r"(?:[>\d.:,\[\]\s-]|0[xX])*(?P<status>[A-Z][A-Z0-9]*)(?:_[A-Z0-9]+)+(?:[ \t]+(?:0[xX])?[0-9A-Fa-f]+)*[ \t]*\Z"
)
"""A status, perhaps with columns, and nothing of a command before it."""

_QUOTES = re.compile(r"(?:[ \t]*>)*")


class TornLine(Struct, frozen=True):
    """A line that may go on in the next, where in it something begins, and what it is if it does not go on."""

    number: int
    start: int
    raw: bytes
    meaning: Unread

    @property
    def before(self) -> str:
        return cleaned(self.raw[: self.start])

    @property
    def text(self) -> str:
        return cleaned(self.raw[self.start :])


def rest_of(torn: TornLine, line: bytes, past: Iterable[bytes], known: LogWords) -> tuple[Exchange, str] | None:
    """What a torn line and the next one say as one, and the words that the next one adds; None where they are not one.

    `past` are the lines before the torn one. The next line has to be the rest from its first word to its last, behind
    what stands before the torn line, or a part of it, a mail's quotes; and no line before may wait for its own rest.
    """
    if known.begins.find(line, known.begins.ways) >= 0:
        return None
    for words in _without_prefix(torn.before, cleaned(line)):
        if _goes_on(torn.text, words, known):
            rest = " ".join(words)
            said = read_from(f"{torn.text} {rest}", known)
            if isinstance(said, Exchange):
                return None if _waiting(past, known) else (said, rest)
    return None


def _without_prefix(before: str, line: str) -> Iterator[list[str]]:
    """The words of a line, without what may have been put before it."""
    yield line.split()
    quoted = _QUOTES.match(before)
    for _ in range(0 if quoted is None else quoted.group().count(">")):
        head, quote, line_ = line.partition(">")
        if not quote or head.strip():
            break
        line = line_
        yield line.split()
    prefix, words = _alike(before), _alike(line)
    if prefix and [_digits(word) for word in words[: len(prefix)]] == [_digits(word) for word in prefix]:
        yield words[len(prefix) :]


def _alike(text: str) -> list[str]:
    """Its words, with those of a time stamp as one."""
    return re.sub(r"\[\s+", "[", text).split()


def _digits(word: str) -> str:
    return re.sub(r"[0-9]+", "0", word)


def _goes_on(text: str, words: Sequence[str], known: LogWords) -> bool:
    """Whether words are what a line lacks that is torn between two of its parts.

    A number may be torn as well, and nothing tells its two halves from two numbers: then they are not the rest.
    """
    found = known.command.search(text)
    if found is None or not words:
        return False
    request, arrow, reply = text[found.end() :].partition(">")
    asked, _, answered = " ".join(words).partition(">")
    if reply.strip():
        return len(words) == len(known.columns) and all(HEX.fullmatch(word) for word in words)
    if arrow:
        return words[0] in known.status
    replied = answered.split()
    return bool(request.strip()) != bool(asked.strip()) and bool(replied) and replied[0] in known.status


def _waiting(past: Iterable[bytes], known: LogWords) -> bool:
    """Whether one of some lines is torn as well, and its rest is not among them: then a rest may be of either."""
    waiting = 0
    statuses = {name.partition("_")[0] for name in known.status}
    for raw in past:
        text = cleaned(raw)
        if _WAITS.search(text):
            waiting += 1
        elif waiting and "SMC_" not in text and (rest := _REST.search(text)) and rest["status"] in statuses:
            waiting -= 1
    return waiting > 0
