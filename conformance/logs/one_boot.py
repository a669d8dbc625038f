"""What the lines of one boot say: each thing kept once, and counted."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from ...model.instance import Value
from .clock import has_stamp
from .log import KEPT_SHORT, BootSegment, CountedExchange, Line, Log, SeenMessage, excerpt, seen
from .messages import joined_with
from .parts import Parts
from .words import Exchange, LogWords, OtherCommand, Part, Told, Unjudged, Unread

_MOST_REMEMBERED = 1 << 16
_MOST_WHOLE = 1 << 10
"""Lines that are remembered whole: they are few, where anything is won by it."""

_NEAR = 1_000
"""So many lines after the RMM's, a caller's message may be about the same exchange."""


class Heard(Struct):
    """A message as it is remembered: what it says, and what was made of it the last time."""

    said: Told
    seen: SeenMessage | None
    asks: bool
    alone: CountedExchange | None = None
    asked: CountedExchange | None = None
    both: CountedExchange | None = None


Remembered: TypeAlias = "CountedExchange | Heard | Part | Unjudged | Unread | OtherCommand | None"
"""What was made of a line."""


class OneBoot:
    """Takes what the lines of a boot say; what they have in them goes into the log.

    It begins with the line `marker`, whose number is 0 where none says so; `certain` where an RMM does.
    """

    def __init__(self, known: LogWords, log: Log, marker: Line, *, certain: bool) -> None:
        self.remembered: dict[bytes, Remembered] = {}
        """Lines from where they say something on, up to a bound."""
        self.whole: dict[bytes, CountedExchange | Heard] = {}
        """Lines without their stamps, up to a bound: where nothing else differs, it need not be looked where they
        begin.
        """
        self._known = known
        self._log = log
        self._marker = marker
        self._certain = certain
        self._parts = Parts(known, log)
        self._seen: dict[Exchange, CountedExchange] = {}
        self.asked: tuple[int, CountedExchange, bytes] | None = None
        """The last exchange that an RMM shows, until a caller speaks of it."""
        self._inputs = {v.name.id for v in known.interface.inputs}

    def end(self) -> None:
        """No more of its lines come."""
        self._parts.end()

    def counts(self) -> bool:
        """Whether anything tells that there was such a boot."""
        return bool(self._seen) or (self._certain and self._marker.number > 0)

    def segments(self, nth: int, rmm: str, first: int) -> list[BootSegment]:
        """What was seen, by the configurations that lines declare. It is the `nth` boot of an RMM, of which `first` is
        the number of the first line.
        """
        parts: dict[tuple[Value, ...] | None, list[CountedExchange]] = {}
        for exchange, counted in self._seen.items():
            if counted.count:
                parts.setdefault(exchange.declared, []).append(counted)
        begins = self._marker.number or first
        return [BootSegment(nth, begins, d, exchanges, rmm=rmm) for d, exchanges in parts.items()]

    # ---- what is remembered -------------------------------------------------------------------------------

    def remember(self, key: bytes, read: Remembered) -> None:
        """What was made of a line, by the part of it that says something."""
        if len(key) <= KEPT_SHORT:
            if len(self.remembered) >= _MOST_REMEMBERED:
                self.remembered.clear()
            self.remembered[key] = read

    def remember_whole(self, line: bytes, key: bytes) -> None:
        """The same by all of the line but its stamp, where that is the only one before what it says."""
        read = self.remembered.get(key)
        if not isinstance(read, (CountedExchange, Heard)):
            return
        before = len(line) - len(key)
        if before >= 0 and len(line) <= KEPT_SHORT and not has_stamp(line[:before]):
            if len(self.whole) >= _MOST_WHOLE:
                self.whole.clear()
            self.whole[line] = read

    def again(self, read: CountedExchange | Heard, number: int, raw: bytes) -> None:
        """A line that says what a remembered one of this boot said."""
        if isinstance(read, CountedExchange):
            if read.count:
                read.count += 1
            else:
                self.shown(read.exchange, self._excerpt(number, raw))
            self.asked = (number, read, raw)
            return
        if read.seen is not None:
            read.seen.count += 1
        counted = read.alone
        if counted is not None and counted.count and (read.asks or self.asked is None):
            counted.count += 1
            if read.asks:
                self.asked = (number, counted, raw)
            return
        self._told(read, number, raw)

    # ---- exchanges ------------------------------------------------------------------------------------------

    def exchanged(self, exchange: Exchange, number: int, raw: bytes) -> CountedExchange:
        """An RMM's line that says so; a caller's may follow that says more of it."""
        counted = self._counted(exchange, number, raw)
        self.asked = (number, counted, raw)
        return counted

    def _counted(self, exchange: Exchange, number: int, raw: bytes) -> CountedExchange:
        known = self._seen.get(exchange)
        if known is not None and known.count:
            known.count += 1
            return known
        return self.shown(exchange, self._excerpt(number, raw))

    def shown(self, exchange: Exchange, line: Line) -> CountedExchange:
        """One more line that says so, as it is kept."""
        counted = self._seen.get(exchange)
        if counted is None:
            counted = self._seen[exchange] = CountedExchange(exchange, line)
        elif counted.count:
            counted.count += 1
        else:
            # All that said so were joined with lines that say more.
            counted.count, counted.first = 1, line
        return counted

    # ---- messages -------------------------------------------------------------------------------------------

    def part(self, part: Part, number: int, raw: bytes) -> None:
        """A line of a message that has several."""
        whole = self._parts.take(part, self._excerpt(number, raw))
        if whole is not None:
            said, first = whole
            message = said.form.message
            lint = seen(self._log.lints, message, first) if message.lint else None
            self._told(self._heard(said, lint), first.number, first.raw)

    def told(self, said: Told, number: int, raw: bytes) -> Heard:
        """A message, and what is remembered of it."""
        message = said.form.message
        lint = seen(self._log.lints, message, self._excerpt(number, raw)) if message.lint else None
        heard = self._heard(said, lint)
        self._told(heard, number, raw)
        return heard

    def told_before(self, heard: Heard, number: int, raw: bytes) -> None:
        """A message of this boot's that was heard in another: what was made of it there does not count here."""
        self.again(self._heard(heard.said, heard.seen), number, raw)

    def _heard(self, said: Told, seen_: SeenMessage | None) -> Heard:
        """A message to remember; one of an RMM that shows the request may be joined with a caller's."""
        return Heard(said, seen_, said.form.message.by == "rmm" and self._inputs <= said.stated)

    def _told(self, heard: Heard, number: int, raw: bytes) -> None:
        said = heard.said
        message = said.form.message
        if message.by == "caller" and self.asked is not None:
            at, counted, line = self.asked
            if heard.asked is counted and heard.both is not None and number - at <= _NEAR:
                self.asked = None
                self._log.joined += 1
                counted.count -= 1
                heard.both.count += 1
                return
            both = joined_with(said, counted.exchange, self._known) if number - at <= _NEAR else None
            if both is not None:
                self.asked = None
                self._log.joined += 1
                counted.count -= 1
                made = self._counted(both, at, line)
                if made.count == 1:
                    made.first, made.other = self._excerpt(at, line), self._excerpt(number, raw)
                heard.asked, heard.both = counted, made
                return
        counted = heard.alone
        if counted is not None and counted.count:
            counted.count += 1
        else:
            counted = heard.alone = self._counted(said.exchange, number, raw)
        if counted.count == 1:
            names = {v.name.id for v in (*self._known.interface.inputs, *self._known.interface.outputs)}
            counted.message, counted.follows = message, frozenset(names - said.form.shown)
        if heard.asks:
            self.asked = (number, counted, raw)

    def _excerpt(self, number: int, raw: bytes) -> Line:
        return excerpt(number, raw, self._known.begins)
