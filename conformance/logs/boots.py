"""The lines of one RMM: divided into boots, and each thing that they say kept once."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from ...model.instance import Value
from .clock import Clock
from .halves import Halves
from .lines import cleaned, read_from, read_line, read_record
from .log import KEPT_SHORT, BootSegment, CountedExchange, Line, Log, SeenMessage, seen
from .messages import goes_on, joined_with, told
from .words import Exchange, HalfExchange, LogWords, OtherCommand, Part, Told, Unjudged, Unread

_MOST_REMEMBERED = 1 << 16
_NEAR = 1_000
"""So many lines after the RMM's, a caller's message may be about the same exchange."""

_MOST_BEFORE = 12
"""So many words may stand before the rest of a line that is torn."""

_NO_MORE = "it goes on in a line that is not there"
SegmentKey: TypeAlias = "tuple[str, tuple[Value, ...] | None, frozenset[Exchange]]"
_Read: TypeAlias = "CountedExchange | _Heard | Part | Unjudged | Unread | OtherCommand | None"


class _Heard(Struct):
    """A message as it is remembered: what it says, and what was made of it the last time."""

    said: Told
    seen: SeenMessage | None
    asks: bool
    alone: CountedExchange | None = None
    asked: CountedExchange | None = None
    both: CountedExchange | None = None


class _Begun(Struct):
    """A message of several lines, of which some were seen."""

    parts: list[Part]
    first: Line


class RmmLines:
    """Takes the lines of one RMM that matter. What they have in them goes into the log, boot by boot."""

    def __init__(self, known: LogWords, log: Log, segments: dict[SegmentKey, BootSegment], name: str) -> None:
        self.known = known
        self.log = log
        self.name = name
        self.boots = 0
        self.announced = False
        self.torn: tuple[int, int, bytes, str] | None = None
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
        self._begun: list[_Begun] = []
        self._open: tuple[int, CountedExchange, bytes] | None = None
        self._clock = Clock()

    # ---- boots ------------------------------------------------------------------------------------------

    def boot(self, number: int, raw: bytes, *, by_rmm: bool) -> None:
        """A boot begins with a line. That of a kernel counts as long as no RMM says when it boots."""
        if by_rmm or not self.announced:
            self.end()
            self._begin(self.excerpt(number, raw), certain=by_rmm)
        self.announced = self.announced or by_rmm

    def _falls(self, number: int, raw: bytes, start: int) -> bool:
        """A line of the interface whose time stamp is below that of the one before it is of another boot.

        Stamps of other lines do not count: a realm's kernel begins anew while the RMM goes on.
        """
        return not self.announced and self._clock.falls(raw, start) and self._fell(number, raw)

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
        for begun in self._begun:
            self.log.cannot_read(begun.first, _NO_MORE)
        ended = self.current()
        if self._seen or (self._certain and self._marker.number):
            self.boots += 1
            self.log.boots += 1
        for segment in ended:
            # Boots in which the same was seen are kept once: their number does not count either.
            key = (self.name, segment.declared, frozenset(one.exchange for one in segment.exchanges))
            same = self._segments.get(key)
            if same is None:
                self._segments[key] = segment
                continue
            same.times += 1
            counts = {one.exchange: one.count for one in segment.exchanges}
            for one in same.exchanges:
                one.count += counts[one.exchange]

    def current(self) -> list[BootSegment]:
        """What was seen since the last boot began, by the configurations that lines declare."""
        parts: dict[tuple[Value, ...] | None, list[CountedExchange]] = {}
        for exchange, counted in self._seen.items():
            if counted.count:
                parts.setdefault(exchange.declared, []).append(counted)
        begins = max(self._marker.number, 1)
        return [BootSegment(self.boots + 1, begins, d, exchanges, rmm=self.name) for d, exchanges in parts.items()]

    # ---- lines ------------------------------------------------------------------------------------------

    def take(self, number: int, raw: bytes, start: int, *, cut: bool = False) -> None:
        """A line that says something from a place on."""
        key = raw[start:]
        if not cut:
            known = self._remembered.get(key)
            if isinstance(known, CountedExchange):
                # As `_falls`; most lines come this way.
                if self.announced or not (self._clock.falls(raw, start) and self._fell(number, raw)):
                    known.count += 1
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
        if not cut and raw in self._remembered:
            known = self._remembered[raw]
            if isinstance(known, CountedExchange):
                known.count += 1
            else:
                self._note(known, number, raw, 0)
            return
        if self._halves.again(number, raw):
            return
        meaning = read_line(cleaned(raw), self.known, cut=cut)
        if isinstance(meaning, HalfExchange):
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
            case Unread(why=why, torn=True):
                self._torn_off()
                self.torn = (number, start, raw, why)
            case Unread(why=why):
                self.log.cannot_read(self.excerpt(number, raw), why)
            case OtherCommand(command=command):
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

    def mended(self, raw: bytes) -> bool:
        """Whether a line is the rest of the one before it, which has no reply; then the two are taken as one.

        A mail is wrapped so, and loggers that stamp each write. It is the rest if it ends in a reply by its name.
        """
        assert self.torn is not None
        before, start, torn, why = self.torn
        words = cleaned(raw).split()
        if self.known.begins.find(raw, self.known.begins.ways) < 0:
            for at in range(min(len(words), _MOST_BEFORE) if any(w in self.known.status for w in words) else 0):
                rest = " ".join(words[at:])
                meaning = read_from(f"{cleaned(torn[start:])} {rest}", self.known)
                if isinstance(meaning, Exchange):
                    self.torn = None
                    self._note(meaning, before, torn.rstrip() + b" " + rest.encode("latin-1"), start)
                    return True
        self.torn = None
        self.log.cannot_read(self.excerpt(before, torn), why)
        return False

    def _torn_off(self) -> None:
        if self.torn is not None:
            (before, _, torn, why), self.torn = self.torn, None
            self.log.cannot_read(self.excerpt(before, torn), why)

    # ---- messages ---------------------------------------------------------------------------------------

    def _part(self, part: Part, number: int, raw: bytes) -> None:
        for at, begun in enumerate(self._begun):
            next_ = goes_on(begun.parts[0].form, len(begun.parts), part)
            if next_ is None:
                continue
            begun.parts.append(next_)
            if len(begun.parts) == len(next_.form.lines):
                del self._begun[at]
                whole = told(begun.parts, self.known)
                if isinstance(whole, Unread):
                    self.log.cannot_read(begun.first, whole.why)
                else:
                    first = begun.first
                    message = whole.form.message
                    lint = seen(self.log.lints, message, first) if message.lint else None
                    self._told(self._heard(whole, lint), first.number, first.raw)
            return
        if part.at == 0:
            again = [one for one in self._begun if one.parts[0].form is part.form]
            for one in again:
                self.log.cannot_read(one.first, _NO_MORE)
                self._begun.remove(one)
            self._begun.append(_Begun([part], self.excerpt(number, raw)))

    def _again(self, heard: _Heard, number: int, raw: bytes, start: int) -> None:
        """A message that is remembered."""
        if not self.announced and self._clock.falls(raw, start) and self._fell(number, raw):
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
        """A line as it is kept: of a long one, the part that counts."""
        if len(raw) <= KEPT_SHORT:
            return Line(number, raw)
        start = max(self.known.begins.find(raw, self.known.begins.ways), 0)
        return Line(number, raw[start:][:KEPT_SHORT], start > 0)
