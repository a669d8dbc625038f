"""The lines of one RMM: divided into boots, and each thing that they say kept once."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from ...model.instance import Value
from .clock import Clock, Stamps
from .halves import Halves
from .lines import cleaned, read_from, read_line, read_record
from .log import (
    KEPT_SHORT,
    BootSegment,
    CountedExchange,
    Line,
    Log,
    SeenMessage,
    SegmentKey,
    add_segment,
    excerpt,
    seen,
)
from .messages import joined_with
from .parts import Parts
from .torn import TornLine, rest_of
from .words import Exchange, HalfExchange, LogWords, OtherCommand, Part, Told, Unjudged, Unread

_MOST_REMEMBERED = 1 << 16
_NEAR = 1_000
"""So many lines after the RMM's, a caller's message may be about the same exchange."""

_Read: TypeAlias = "CountedExchange | _Heard | Part | Unjudged | Unread | OtherCommand | None"


class _Heard(Struct):
    """A message as it is remembered: what it says, and what was made of it the last time."""

    said: Told
    seen: SeenMessage | None
    asks: bool
    alone: CountedExchange | None = None
    asked: CountedExchange | None = None
    both: CountedExchange | None = None


class RmmLines:
    """Takes the lines of one RMM that matter. What they have in them goes into the log, boot by boot."""

    def __init__(
        self, known: LogWords, log: Log, segments: dict[SegmentKey, BootSegment], name: str, first: int
    ) -> None:
        """`name` is what its lines begin with, and `first` the number of the first of them."""
        self.known = known
        self.log = log
        self.name = name
        self.boots = 0
        self.first = first
        self.announced = False
        self.stamps = Stamps()
        self.torn: TornLine | None = None
        self._segments = segments
        self._asked = {v.name.id for v in known.interface.inputs}
        self._begin(Line(0, b""), certain=False)

    def _begin(self, marker: Line, *, certain: bool) -> None:
        """All that is remembered of lines is of one boot: what it says, and the lines that say it, up to a bound."""
        self._marker = marker
        self._certain = certain
        self._seen: dict[Exchange, CountedExchange] = {}
        self._remembered: dict[bytes, _Read] = {}
        self._halves = Halves(self.known, self.log, self._shown)
        self._parts = Parts(self.known, self.log)
        self._open: tuple[int, CountedExchange, bytes] | None = None
        self._clock = Clock()
        self._kernel: Line | None = None

    # ---- boots ------------------------------------------------------------------------------------------

    def boot(self, number: int, raw: bytes, *, by_rmm: bool) -> None:
        """A boot begins with a line, by what it says or by its time stamp. A kernel counts as long as no RMM says when
        it boots. Whose kernel it is the next version line tells: a realm's boots while the RMM goes on.
        """
        if by_rmm:
            self.end()
            self._begin(self.excerpt(number, raw), certain=True)
            self.announced = True
        elif not self.announced:
            self._torn_off()
            self._kernel = self.excerpt(number, raw)

    def _booted(self) -> None:
        """The kernel that booted last is the host's."""
        assert self._kernel is not None
        self.end()
        self._begin(self._kernel, certain=False)

    def _falls(self, number: int, raw: bytes, start: int) -> bool:
        """Whether a line of the interface is the first of another boot, by what was before it or by its own stamp.

        Its stamp is below that of the one before it, however little: the same kernel does not print it so. Of lines
        about something else the reader looks at the stamps.
        """
        if self.announced:
            return False
        if self._kernel is not None:
            self._booted()
            self._clock.falls(raw, start)
            return True
        return self._clock.falls(raw, start) and self._fell(number, raw)

    def _fell(self, number: int, raw: bytes) -> bool:
        clock = self._clock
        self.end()
        self._begin(self.excerpt(number, raw), certain=False)
        self._clock = clock
        return True

    def end(self) -> None:
        """What was seen of this boot is complete."""
        self._torn_off()
        self._halves.end()
        self._parts.end()
        ended = self.current()
        if self._seen or (self._certain and self._marker.number):
            self.boots += 1
            self.log.boots += 1
        for segment in ended:
            add_segment(self._segments, segment)

    def current(self) -> list[BootSegment]:
        """What was seen since the last boot began, by the configurations that lines declare."""
        parts: dict[tuple[Value, ...] | None, list[CountedExchange]] = {}
        for exchange, counted in self._seen.items():
            if counted.count:
                parts.setdefault(exchange.declared, []).append(counted)
        begins = self._marker.number or self.first
        return [BootSegment(self.boots + 1, begins, d, exchanges, rmm=self.name) for d, exchanges in parts.items()]

    # ---- lines ------------------------------------------------------------------------------------------

    def take(self, number: int, raw: bytes, start: int, *, cut: bool = False) -> None:
        """A line that says something from a place on."""
        key = raw[start:]
        if not cut:
            known = self._remembered.get(key)
            if isinstance(known, CountedExchange):
                # As `_falls`; most lines come this way.
                if self.announced or not (
                    self._falls(number, raw, start)
                    if self._kernel is not None
                    else self._clock.falls(raw, start) and self._fell(number, raw)
                ):
                    if known.count:
                        known.count += 1
                    else:
                        self._shown(known.exchange, self.excerpt(number, raw))
                    self._open = (number, known, raw)
                    return
            elif isinstance(known, _Heard):
                self._again(known, number, raw, start)
                return
            elif known is not None:
                self._note(known, number, raw, start)
                return
            exchange = read_record(key, self.known)
            if exchange is not None:
                self._falls(number, raw, start)
                counted = self._counted(exchange, number, raw)
                self._open = (number, counted, raw)
                self._remember(key, counted)
                return
        meaning = read_from(cleaned(key), self.known, cut=cut)
        assert not isinstance(meaning, HalfExchange)
        read = self._note(meaning, number, raw, start)
        if not cut:
            self._remember(key, read)

    def take_whole(self, number: int, raw: bytes, *, cut: bool = False) -> None:
        """A line in which a brace is: JSON, most likely."""
        # What is remembered is of the boot that is over, where a kernel booted since.
        if self._kernel is None:
            if not cut and raw in self._remembered:
                known = self._remembered[raw]
                self._note(known.exchange if isinstance(known, CountedExchange) else known, number, raw, 0)
                return
            if self._halves.again(number, raw):
                return
        meaning = read_line(cleaned(raw), self.known, cut=cut)
        if isinstance(meaning, HalfExchange):
            if self._kernel is not None:
                self._booted()
            self._halves.take(meaning, self.excerpt(number, raw))
            return
        read = self._note(meaning, number, raw, 0)
        if not cut:
            self._remember(raw, read)

    def _remember(self, key: bytes, read: _Read) -> None:
        if len(key) <= KEPT_SHORT:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = read

    def _note(self, meaning: Exchange | Told | _Read, number: int, raw: bytes, start: int) -> _Read:
        match meaning:
            case Exchange():
                self._falls(number, raw, start)
                if meaning.cut:
                    self.log.cut = self.excerpt(number, raw)
                counted = self._counted(meaning, number, raw)
                self._open = (number, counted, raw)
                return counted
            case Told(form=form):
                self._falls(number, raw, start)
                lint = seen(self.log.lints, form.message, self.excerpt(number, raw)) if form.message.lint else None
                heard = self._heard(meaning, lint)
                self._told(heard, number, raw)
                return heard
            case _Heard():
                self._again(meaning, number, raw, start)
            case Part():
                self._part(meaning, number, raw)
            case Unjudged(form=form):
                seen(self.log.unjudged, form.message, self.excerpt(number, raw))
            case Unread(torn=True):
                self._torn_off()
                self.torn = TornLine(number, start, raw, meaning)
            case Unread(why=why):
                self.log.cannot_read(self.excerpt(number, raw), why)
            case OtherCommand(command=command):
                if command in self.known.of_realms:
                    self._kernel = None
                self.log.other(command)
            case CountedExchange() | None:
                pass
        return meaning

    def _counted(self, exchange: Exchange, number: int, raw: bytes) -> CountedExchange:
        known = self._seen.get(exchange)
        if known is not None and known.count:
            known.count += 1
            return known
        return self._shown(exchange, self.excerpt(number, raw))

    def _shown(self, exchange: Exchange, line: Line) -> CountedExchange:
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

    # ---- lines that are torn --------------------------------------------------------------------------------

    def mended(self, raw: bytes, past: list[bytes]) -> bool:
        """Whether a line is the rest of the one before it, and of no other; then the two are taken as one.

        `past` are the lines before the torn one.
        """
        assert self.torn is not None
        torn, whole = self.torn, rest_of(self.torn, raw, past, self.known)
        if whole is None:
            self._torn_off()
            return False
        exchange, rest = whole
        self.torn = None
        self._note(exchange, torn.number, torn.raw.rstrip() + b" " + rest.encode("latin-1"), torn.start)
        return True

    def _torn_off(self) -> None:
        """The line that was torn does not go on."""
        torn, self.torn = self.torn, None
        if torn is not None and torn.meaning.otherwise is not None:
            self._note(torn.meaning.otherwise, torn.number, torn.raw, torn.start)
        elif torn is not None:
            self.log.cannot_read(self.excerpt(torn.number, torn.raw), torn.meaning.why)

    # ---- messages ---------------------------------------------------------------------------------------

    def _part(self, part: Part, number: int, raw: bytes) -> None:
        if self._kernel is not None:
            self._booted()
        whole = self._parts.take(part, self.excerpt(number, raw))
        if whole is not None:
            said, first = whole
            message = said.form.message
            lint = seen(self.log.lints, message, first) if message.lint else None
            self._told(self._heard(said, lint), first.number, first.raw)

    def _again(self, heard: _Heard, number: int, raw: bytes, start: int) -> None:
        """A message that is remembered."""
        if self._falls(number, raw, start):
            # What was made of it was of the boot before.
            heard = self._heard(heard.said, heard.seen)
        if heard.seen is not None:
            heard.seen.count += 1
        counted = heard.alone
        if counted is not None and counted.count and (heard.asks or self._open is None):
            counted.count += 1
            if heard.asks:
                self._open = (number, counted, raw)
            return
        self._told(heard, number, raw)

    def _heard(self, said: Told, seen_: SeenMessage | None) -> _Heard:
        """A message to remember; one of an RMM that shows the request may be joined with a caller's."""
        return _Heard(said, seen_, said.form.message.by == "rmm" and self._asked <= said.stated)

    def _told(self, heard: _Heard, number: int, raw: bytes) -> None:
        said = heard.said
        message = said.form.message
        if message.by == "caller" and self._open is not None:
            at, counted, line = self._open
            if heard.asked is counted and heard.both is not None and number - at <= _NEAR:
                self._open = None
                self.log.joined += 1
                counted.count -= 1
                heard.both.count += 1
                return
            both = joined_with(said, counted.exchange, self.known) if number - at <= _NEAR else None
            if both is not None:
                self._open = None
                self.log.joined += 1
                counted.count -= 1
                made = self._counted(both, at, line)
                if made.count == 1:
                    made.first, made.other = self.excerpt(at, line), self.excerpt(number, raw)
                heard.asked, heard.both = counted, made
                return
        counted = heard.alone
        if counted is not None and counted.count:
            counted.count += 1
        else:
            counted = heard.alone = self._counted(said.exchange, number, raw)
        if counted.count == 1:
            names = {v.name.id for v in (*self.known.interface.inputs, *self.known.interface.outputs)}
            counted.message, counted.follows = message, frozenset(names - said.form.shown)
        if heard.asks:
            self._open = (number, counted, raw)

    def excerpt(self, number: int, raw: bytes) -> Line:
        """A line as it is kept."""
        return excerpt(number, raw, self.known.begins)
