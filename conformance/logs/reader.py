"""A log of an implementation, streamed: what its lines say of requests and replies, each thing kept once.

A supported set belongs to one boot of one build, so a log is divided where a boot begins. Memory grows with what the
lines say that differs, not with their number: a million lines that say the same are one counted exchange.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeAlias

from msgspec import Struct

from ...model.instance import Value
from .json_lines import joined
from .lines import cleaned, read_line, read_record
from .words import Exchange, HalfExchange, LogWords, OtherCommand, Unread

BOOT_MARKER = r"Booting RMM v\."
"""What TF-RMM prints first."""

LONGEST_LINE = 1 << 16
_KEPT = 4096
_SHOWN = 200
_KEPT_SHORT = 2 * _SHOWN
_MOST_REMEMBERED = 1 << 16
_MOST_PENDING = 100_000
_MOST_UNREAD = 5
_MOST_COMMANDS = 20
_REST = "others"
_EVERY = 1 << 16
_NO_REPLY = "no reply to it is there"
_ID = re.compile(rb'(\{(?:[^{}\\]*[\s,])?"id"\s*:\s*)(0|-?[1-9][0-9]{0,16})(\s*[,}](?:(?!"id")[^{}\\])*\}?\s*)')
"""One flat object with one `id`, a number."""


class Line(Struct, frozen=True, gc=False):
    """A line of the log, or two that belong together; its number counts from 1. Of a long one, a part is kept."""

    number: int
    raw: bytes
    more_before: bool = False

    @property
    def text(self) -> str:
        """The line as it can be shown: what would upset a terminal is written by its number."""
        text = cleaned(self.raw).encode("latin-1").decode("utf-8", "backslashreplace").strip().expandtabs(1)
        shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
        return f"{'…' if self.more_before else ''}{shown[:_SHOWN]}{'…' if len(shown) > _SHOWN else ''}"


class CountedExchange(Struct, gc=False):
    """What some lines say, the first of them, and how many they are."""

    exchange: Exchange
    first: Line
    count: int = 1


class BootSegment(Struct):
    """What was seen of one configuration: in one boot, or in lines that say what the configuration is.

    `times` counts the boots in which the same was seen; `boot`, counted from 1, and its first line are of the first.
    """

    boot: int
    begins: int
    declared: tuple[Value, ...] | None
    exchanges: list[CountedExchange]
    times: int = 1

    @property
    def lines(self) -> int:
        return sum(one.count for one in self.exchanges)


class UnreadLine(Struct, frozen=True):
    """A line that looks like a version line and cannot be read."""

    line: Line
    why: str


class Log(Struct):
    """What a whole log has in it. `others` counts version lines of other interfaces, by their command."""

    segments: list[BootSegment]
    lines: int = 0
    boots: int = 0
    others: dict[str, int] = {}
    unread: int = 0
    first_unread: list[UnreadLine] = []
    cut: Line | None = None

    @property
    def judged(self) -> int:
        return sum(segment.lines for segment in self.segments)


_Read: TypeAlias = "CountedExchange | Unread | OtherCommand | None"


class Reader:
    """Takes a log line by line. `marker` matches the first line of a boot; None where the log is of one boot."""

    def __init__(self, known: LogWords, marker: re.Pattern[bytes] | None) -> None:
        self.known = known
        self.marker = marker
        self.log = Log([])
        # JSON lines have no command to look for.
        self._json = [f'"{name}"'.encode() for name in (*known.inputs, *known.outputs, "request", "reply")]
        # Only commands that end so can be found without a search.
        self._plain = known.needles == [b"_VERSION"]
        self._segments: dict[object, BootSegment] = {}
        self._begin(Line(0, b""))

    def _begin(self, marker: Line) -> None:
        self._marker = marker
        self._seen: dict[Exchange, CountedExchange] = {}
        self._remembered: dict[bytes, _Read] = {}
        self._halves: dict[bytes, HalfExchange] = {}
        self._joined: dict[tuple[int, int], tuple[HalfExchange, HalfExchange, CountedExchange]] = {}
        self._pending: dict[str, tuple[HalfExchange, Line]] = {}

    # ---- lines ------------------------------------------------------------------------------------------

    def read(self, stream: BinaryIO, progress: Callable[[int], None] = lambda _: None) -> Log:
        """The whole of a stream of lines."""
        marker = self.marker
        number = 0
        for number, raw, whole in self._lines(stream):
            if marker is not None and marker.search(raw):
                self._end()
                self._begin(self._excerpt(number, raw))
            if number % _EVERY == 0:
                progress(number)
            self.line(number, raw, cut=not whole)
        self._end()
        self.log.lines = number
        self.log.segments = list(self._segments.values())
        return self.log

    def _lines(self, stream: BinaryIO) -> Iterator[tuple[int, bytes, bool]]:
        """Number, bytes, and whether its end is there; of lines beyond all bounds, only the last part is kept."""
        number = 0
        while raw := stream.readline(LONGEST_LINE):
            number += 1
            if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
                raw = self._last_part(number, raw, stream)
            yield number, raw, raw.endswith(b"\n")

    def _last_part(self, number: int, raw: bytes, stream: BinaryIO) -> bytes:
        ours = False
        while not raw.endswith(b"\n"):
            more = stream.readline(LONGEST_LINE)
            if not more:
                break
            # What lies across the place where it is divided is found as well.
            ours = ours or self._looked_for(raw[: 64 - _KEPT])
            raw = raw[-_KEPT:] + more
        if ours:
            self._unread(self._excerpt(number, raw), "the line is too long")
        return b"\n" if ours else raw

    def _looked_for(self, raw: bytes) -> bool:
        names = (*self.known.needles, *(self._json if raw.lstrip().startswith(b"{") else ()))
        return any(name in raw for name in names)

    def line(self, number: int, raw: bytes, *, cut: bool) -> None:
        """Take one line, with its end if that is there."""
        start = raw.find(b"_VERSION") if self._plain else -1
        plain = start >= 0 and not cut and b"\x1b" not in raw and b"{" not in raw
        if plain:
            # No command ends before this one. What is before it says nothing.
            start = raw.rfind(b"SMC_", 0, start)
            key = raw[max(start, 0) :]
        elif start >= 0 or b"{" in raw or b"\x1b" in raw or (not self._plain and self._looked_for(raw)):
            key = raw
        else:
            return
        if not cut and key in self._remembered:
            known = self._remembered[key]
            if isinstance(known, CountedExchange):
                known.count += 1
            elif known is not None:
                self._note(known, number, raw)
            return
        exchange = read_record(key, self.known) if plain else None
        if exchange is not None:
            self._remember(key, self._counted(exchange, self._excerpt(number, raw)))
            return
        numbered = _ID.fullmatch(raw)
        rest = b""
        if numbered is not None:
            # All but the id is the same in many lines.
            rest = numbered[1] + b" " + numbered[3]
            half = self._halves.get(rest)
            if half is not None:
                self._half(numbered[2].decode(), half, Line(number, raw))
                return
        meaning = read_line(cleaned(raw), self.known, cut=cut)
        if isinstance(meaning, HalfExchange):
            self._half(meaning.key, meaning, self._excerpt(number, raw))
            if 0 < len(rest) <= _KEPT_SHORT:
                if len(self._halves) >= _MOST_REMEMBERED:
                    self._halves.clear()
                    self._joined.clear()
                self._halves[rest] = meaning
            return
        read = self._note(meaning, number, raw)
        if not cut:
            self._remember(key, read)

    def _remember(self, key: bytes, read: _Read) -> None:
        if len(key) <= _KEPT_SHORT:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = read

    def _note(self, meaning: Exchange | Unread | OtherCommand | None, number: int, raw: bytes) -> _Read:
        match meaning:
            case Exchange():
                if meaning.cut:
                    self.log.cut = self._excerpt(number, raw)
                return self._counted(meaning, self._excerpt(number, raw))
            case Unread(why=why):
                self._unread(self._excerpt(number, raw), why)
            case OtherCommand(command=command):
                others = self.log.others
                name = command if command in others or len(others) < _MOST_COMMANDS else _REST
                others[name] = others.get(name, 0) + 1
            case None:
                pass
        return meaning

    def _counted(self, exchange: Exchange, line: Line) -> CountedExchange:
        counted = self._seen.get(exchange)
        if counted is None:
            counted = self._seen[exchange] = CountedExchange(exchange, line)
        else:
            counted.count += 1
        return counted

    def _half(self, key: str, half: HalfExchange, line: Line) -> None:
        waiting = self._pending.pop(key, None)
        if half.is_reply or (half.is_reply is None and waiting is not None):
            if waiting is None:
                self._unread(line, "it is a reply, and its request is not there")
            else:
                self._reply(*waiting, half, line)
            return
        if waiting is not None:
            self._unread(waiting[1], _NO_REPLY)
        elif len(self._pending) >= _MOST_PENDING:
            oldest = next(iter(self._pending))
            self._unread(self._pending.pop(oldest)[1], _NO_REPLY)
        self._pending[key] = (half, line)

    def _reply(self, request: HalfExchange, asked: Line, reply: HalfExchange, line: Line) -> None:
        known = self._joined.get((id(request), id(reply)))
        if known is not None:
            known[2].count += 1
            return
        made = joined(request, reply, self.known)
        if isinstance(made, Unread):
            self._unread(line, made.why)
            return
        both = Line(line.number, asked.raw.rstrip() + b" " + line.raw, asked.more_before)
        counted = self._counted(made, both)
        if len(self._joined) >= _MOST_REMEMBERED:
            self._joined.clear()
        # Halves that are kept keep their identity.
        self._joined[id(request), id(reply)] = (request, reply, counted)

    def _unread(self, line: Line, why: str) -> None:
        self.log.unread += 1
        if len(self.log.first_unread) < _MOST_UNREAD:
            self.log.first_unread = [*self.log.first_unread, UnreadLine(line, why)]

    def _excerpt(self, number: int, raw: bytes) -> Line:
        if len(raw) <= _KEPT_SHORT:
            return Line(number, raw)
        found = self.known.command.search(cleaned(raw))
        start = raw.find(found.group().encode("latin-1")) if found else 0
        return Line(number, raw[max(start, 0) :][:_KEPT_SHORT], start > 0)

    # ---- boots ------------------------------------------------------------------------------------------

    def _end(self) -> None:
        """What was seen of this boot is complete."""
        for _, line in self._pending.values():
            self._unread(line, _NO_REPLY)
        if self._marker.number or self._seen:
            self.log.boots += 1
        parts: dict[tuple[Value, ...] | None, list[CountedExchange]] = {}
        for exchange, counted in self._seen.items():
            parts.setdefault(exchange.declared, []).append(counted)
        for declared, exchanges in parts.items():
            # Boots in which the same was seen are kept once: their number does not count either.
            key = (declared, frozenset(one.exchange for one in exchanges))
            known = self._segments.get(key)
            if known is None:
                begins = max(self._marker.number, 1)
                self._segments[key] = BootSegment(self.log.boots, begins, declared, exchanges)
            else:
                known.times += 1
                counts = {one.exchange: one.count for one in exchanges}
                for one in known.exchanges:
                    one.count += counts[one.exchange]
