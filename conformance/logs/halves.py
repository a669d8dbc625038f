"""Requests and replies in two JSON objects, until they meet by their `id`."""

from __future__ import annotations

import re
from collections.abc import Callable

from .json_lines import joined
from .log import KEPT_SHORT, CountedExchange, Line, Log
from .words import Exchange, HalfExchange, LogWords, Unread

_MOST_REMEMBERED = 1 << 16
_MOST_PENDING = 100_000
_NO_REPLY = "no reply to it is there"
_ID = re.compile(rb'(\{(?:[^{}\\]*[\s,])?"id"\s*:\s*)(0|-?[1-9][0-9]{0,16})(\s*[,}](?:(?!"id")[^{}\\])*\}?\s*)')
"""One flat object with one `id`, a number."""

_USUAL = b'"id": '
_LONGEST = 17


class Halves:
    """Of one boot. `counted` takes an exchange that two lines show, with the second's number and what it is kept as."""

    def __init__(self, known: LogWords, log: Log, counted: Callable[[Exchange, Line], CountedExchange]) -> None:
        self._known = known
        self._log = log
        self._counted = counted
        self._halves: dict[bytes, HalfExchange] = {}
        self._joined: dict[tuple[int, int], tuple[HalfExchange, HalfExchange, CountedExchange]] = {}
        self._pending: dict[str, tuple[HalfExchange, Line]] = {}

    def again(self, number: int, raw: bytes) -> bool:
        """Whether the line says what one said before it, under another `id`; then it is taken."""
        # Where all but a number is that of a line that the pattern knew, it knows this one, too.
        before, usual, rest = raw.partition(_USUAL)
        at = rest.find(b"," if b"," in rest else b"}")
        key = rest[:at]
        half = self._halves.get(before + usual + b" " + rest[at:]) if _is_number(key) else None
        if half is None:
            numbered = _ID.fullmatch(raw)
            if numbered is None:
                return False
            key, half = numbered[2], self._halves.get(numbered[1] + b" " + numbered[3])
        if half is None:
            return False
        self._meet(key.decode(), half, Line(number, raw))
        return True

    def take(self, half: HalfExchange, line: Line) -> None:
        """A request or a reply alone."""
        self._meet(half.key, half, line)
        numbered = _ID.fullmatch(line.raw)
        # All but the id is the same in many lines.
        rest = b"" if numbered is None else numbered[1] + b" " + numbered[3]
        if 0 < len(rest) <= KEPT_SHORT:
            if len(self._halves) >= _MOST_REMEMBERED:
                self._halves.clear()
                self._joined.clear()
            self._halves[rest] = half

    def end(self) -> None:
        """No more of them come."""
        for _, line in self._pending.values():
            self._log.cannot_read(line, _NO_REPLY)

    def _meet(self, key: str, half: HalfExchange, line: Line) -> None:
        waiting = self._pending.pop(key, None)
        if half.is_reply or (half.is_reply is None and waiting is not None):
            if waiting is None:
                self._log.cannot_read(line, "it is a reply, and its request is not there")
            else:
                self._reply(*waiting, half, line)
            return
        if waiting is not None:
            self._log.cannot_read(waiting[1], _NO_REPLY)
        elif len(self._pending) >= _MOST_PENDING:
            oldest = next(iter(self._pending))
            self._log.cannot_read(self._pending.pop(oldest)[1], _NO_REPLY)
        self._pending[key] = (half, line)

    def _reply(self, request: HalfExchange, asked: Line, reply: HalfExchange, line: Line) -> None:
        known = self._joined.get((id(request), id(reply)))
        if known is not None:
            known[2].count += 1
            return
        made = joined(request, reply, self._known)
        if isinstance(made, Unread):
            self._log.cannot_read(line, made.why)
            return
        both = Line(line.number, asked.raw.rstrip() + b" " + line.raw, asked.more_before)
        if len(self._joined) >= _MOST_REMEMBERED:
            self._joined.clear()
        # Halves that are kept keep their identity.
        self._joined[id(request), id(reply)] = (request, reply, self._counted(made, both))


def _is_number(key: bytes) -> bool:
    """Whether it is one as the pattern has it."""
    return key.isdigit() and len(key) <= _LONGEST and (key[:1] != b"0" or len(key) == 1)
