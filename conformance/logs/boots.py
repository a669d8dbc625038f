"""The lines of one RMM, divided into boots."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .begins import Naming, Way, may_name
from .clock import WIDTH, Clock, Order, Stamps, has_stamp
from .halves import Halves
from .lines import NO_WORDS, cleaned, read_from, read_line, read_record
from .log import BootSegment, CountedExchange, Line, Log, SegmentKey, add_segment, excerpt, seen
from .one_boot import Heard, OneBoot, Remembered
from .torn import TornLine, rest_of
from .words import Exchange, HalfExchange, LogWords, OtherCommand, Part, Told, Unjudged, Unread


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
        self._begin(Line(0, b""), certain=False)

    def _begin(self, marker: Line, *, certain: bool) -> None:
        self._now = OneBoot(self.known, self.log, marker, certain=certain)
        self._halves = Halves(self.known, self.log, self._shown)
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
            self.torn_off()
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
        if not self._clock.falls(raw, start):
            return False
        clock = self._clock
        self.end()
        self._begin(self.excerpt(number, raw), certain=False)
        self._clock = clock
        return True

    def end(self) -> None:
        """What was seen of this boot is complete."""
        self.torn_off()
        self._halves.end()
        self._now.end()
        ended = self.current()
        if self._now.counts():
            self.boots += 1
            self.log.boots += 1
        for segment in ended:
            add_segment(self._segments, segment)

    def current(self) -> list[BootSegment]:
        """What was seen since the last boot began, by the configurations that lines declare."""
        return self._now.segments(self.boots + 1, self.name, self.first)

    # ---- lines ------------------------------------------------------------------------------------------

    def take_all(
        self,
        number: int,
        lines: Sequence[bytes],
        ways: Sequence[Way],
        naming: Sequence[Naming],
        order: Order,
        past: Callable[[RmmLines, int], list[bytes]],
    ) -> None:
        """Some lines, after the one with a number, none of which is JSON or too long.

        `ways` and `naming` are what lines can have of which some do, and `past` has the lines before one.
        """
        begins = self.known.begins
        smc = bool(ways) and ways[0][-1]
        stampless = self._stampless(lines, order)
        known, last = self._now.whole if stampless else {}, -1
        for nth, raw in enumerate(lines):
            number += 1
            if self.torn is not None and self.mended(raw, past(self, number)):
                continue
            # What a line says whose like was seen needs no looking where it begins, nor at its stamp.
            if stampless and (read := known.get(line := stampless[nth])) is not None:
                if type(read) is CountedExchange and read.count:
                    # As `again` does: most lines come this way.
                    read.count += 1
                    self._now.asked = (number, read, raw)
                else:
                    self._now.again(read, number, raw)
                if line is not raw:
                    last = nth
                continue
            if b"{" in raw:
                last = self._passed(lines, stampless, last)
                self.take_whole(number, raw)
                known = self._now.whole
                continue
            # As `find` begins, for the most usual lines.
            start = raw.rfind(b"SMC_", 0, at) if smc and (at := raw.find(b"VERSION")) >= 0 else -1
            if start < 0:
                start = begins.find(raw, ways)
            if start >= 0:
                last = self._passed(lines, stampless, last)
                self.take(number, raw, start)
                known = self._now.whole
                if stampless:
                    self._now.remember_whole(stampless[nth], raw[start:])
            elif naming and may_name(raw.lower(), naming) and begins.named(raw):
                self.log.cannot_read(self.excerpt(number, raw), NO_WORDS)
        self._passed(lines, stampless, last)

    def _passed(self, lines: Sequence[bytes], stampless: Sequence[bytes] | None, last: int) -> int:
        """The stamp of the last line that was taken without looking at it; then there is none (-1)."""
        if stampless and last >= 0:
            self._clock.falls(lines[last], len(lines[last]) - len(stampless[last]))
        return -1

    def _stampless(self, lines: Sequence[bytes], order: Order) -> Sequence[bytes] | None:
        """The lines without their stamps, where no boot begins by one, and nothing is said before them."""
        stampless = order.stampless
        if stampless is None or self._kernel is not None:
            return None
        if order.before and (has_stamp(order.before) or not self.known.begins.none_before(order.before)):
            return None
        if not self.announced:
            for raw, line in zip(lines, stampless, strict=True):
                if line is not raw:
                    return stampless if self._clock.is_behind(raw[: len(raw) - len(line)][-WIDTH:]) else None
        return stampless

    def take(self, number: int, raw: bytes, start: int, *, cut: bool = False) -> None:
        """A line that says something from a place on."""
        key = raw[start:]
        if not cut:
            known = self._now.remembered.get(key)
            if isinstance(known, CountedExchange):
                if not self._falls(number, raw, start):
                    self._now.again(known, number, raw)
                    return
            elif known is not None:
                self._note(known, number, raw, start)
                return
            exchange = read_record(key, self.known)
            if exchange is not None:
                self._falls(number, raw, start)
                self._now.remember(key, self._now.exchanged(exchange, number, raw))
                return
        meaning = read_from(cleaned(key), self.known, cut=cut)
        assert not isinstance(meaning, HalfExchange)
        read = self._note(meaning, number, raw, start)
        if not cut:
            self._now.remember(key, read)

    def take_whole(self, number: int, raw: bytes, *, cut: bool = False) -> None:
        """A line in which a brace is: JSON, most likely."""
        # What is remembered is of the boot that is over, where a kernel booted since.
        if self._kernel is None:
            if not cut and raw in self._now.remembered:
                known = self._now.remembered[raw]
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
            self._now.remember(raw, read)

    def _shown(self, exchange: Exchange, line: Line) -> CountedExchange:
        # Of the boot that is now: what is over is not held by what joins its halves.
        return self._now.shown(exchange, line)

    def _note(self, meaning: Exchange | Told | Remembered, number: int, raw: bytes, start: int) -> Remembered:
        match meaning:
            case Exchange():
                self._falls(number, raw, start)
                if meaning.cut:
                    self.log.cut = self.excerpt(number, raw)
                return self._now.exchanged(meaning, number, raw)
            case Told():
                self._falls(number, raw, start)
                return self._now.told(meaning, number, raw)
            case Heard():
                if self._falls(number, raw, start):
                    self._now.told_before(meaning, number, raw)
                else:
                    self._now.again(meaning, number, raw)
            case Part():
                if self._kernel is not None:
                    self._booted()
                self._now.part(meaning, number, raw)
            case Unjudged(form=form):
                seen(self.log.unjudged, form.message, self.excerpt(number, raw))
            case Unread(torn=True):
                self.torn_off()
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

    # ---- lines that are torn --------------------------------------------------------------------------------

    def mended(self, raw: bytes, past: list[bytes]) -> bool:
        """Whether a line is the rest of the one before it, and of no other; then the two are taken as one.

        `past` are the lines before the torn one.
        """
        assert self.torn is not None
        torn, whole = self.torn, rest_of(self.torn, raw, past, self.known)
        if whole is None:
            self.torn_off()
            return False
        exchange, rest = whole
        self.torn = None
        self._note(exchange, torn.number, torn.raw.rstrip() + b" " + rest.encode("latin-1"), torn.start)
        return True

    def torn_off(self) -> None:
        """The line that was torn does not go on."""
        torn, self.torn = self.torn, None
        if torn is not None and torn.meaning.otherwise is not None:
            self._note(torn.meaning.otherwise, torn.number, torn.raw, torn.start)
        elif torn is not None:
            self.log.cannot_read(self.excerpt(torn.number, torn.raw), torn.meaning.why)

    def excerpt(self, number: int, raw: bytes) -> Line:
        """A line as it is kept."""
        return excerpt(number, raw, self.known.begins)
