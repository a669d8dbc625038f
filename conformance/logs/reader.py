"""A log of an implementation, streamed: which of its lines matter, and of which RMM they are.

A supported set belongs to one boot of one build, so a log is divided where a boot begins. Memory grows with what the
lines say that differs, not with their number: a million lines that say the same are one counted exchange. Besides,
up to 65,536 short lines are remembered with what they say, requests that wait for a reply (100,000 at most), and
one part of the log that is being read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import BinaryIO, Literal

from .begins import Naming, Way, may_name
from .boots import RmmLines
from .clock import NO_ORDER, Stamps
from .lines import NO_WORDS, colorless
from .log import BootSegment, Log, SegmentKey
from .torn import LOOKED_BACK
from .words import LogWords

LONGEST_LINE = 1 << 16
AT_ONCE = 1 << 16
MOST_RMMS = 100
_KEPT = 4096
_EVERY = 1 << 16


class TooManyRmms(Exception):
    """So many RMMs are told apart that most likely the pattern matches something else, such as a time stamp."""


class Reader:
    """Takes a log piece by piece.

    `boots` matches the first line of a boot, in place of what the table has and of time stamps; None where the log is
    of one. `by` matches what the lines of one RMM begin with; its first group, where it has one, is the RMM's name.
    """

    def __init__(
        self,
        known: LogWords,
        boots: re.Pattern[bytes] | Literal["usual"] | None = "usual",
        by: re.Pattern[bytes] | None = None,
    ) -> None:
        self.known = known
        self.log = Log([])
        self.number = 0
        self.rmms: dict[bytes, RmmLines] = {}
        self._segments: dict[SegmentKey, BootSegment] = {}
        self._by = by
        usual = boots == "usual"
        self._marker = None if isinstance(boots, str) else boots
        self._stamps = usual and not known.realms
        self._rmm_boots = _raw([b.line for b in known.boots if b.by == "rmm"]) if usual else []
        self._kernel_boots = _raw([b.line for b in known.boots if b.by == "kernel"]) if self._stamps else []
        self._clock = Stamps()
        self._tail = b""
        self._ours = False
        self._past: list[bytes] = []
        self._now: list[bytes] = []
        self._before = 0
        self._one = self._rmm(b"", 1)

    def read(self, stream: BinaryIO, progress: Callable[[int], None] = lambda _: None) -> Log:
        """The whole of a stream. Raises TooManyRmms."""
        told = 0
        while piece := stream.read(AT_ONCE):
            self.feed(piece)
            if self.number // _EVERY > told:
                told = self.number // _EVERY
                progress(told * _EVERY)
        return self.finish()

    def feed(self, piece: bytes) -> None:
        """The next bytes of the log. Raises TooManyRmms."""
        end = piece.rfind(b"\n")
        if end < 0:
            self._tail += piece
        else:
            whole, self._tail = self._tail + piece[:end], piece[end + 1 :]
            self._lines(whole)
        if len(self._tail) > LONGEST_LINE:
            self._ours = self._ours or self._looked_for(self._tail[: 64 - _KEPT])
            self._tail = self._tail[-_KEPT:]

    def finish(self) -> Log:
        """There is no more. Raises TooManyRmms."""
        self.text_ends()
        for rmm in self.rmms.values():
            rmm.end()
        self.log.lines = self.number
        self.log.segments = list(self._segments.values())
        self.rmms.clear()
        return self.log

    def text_ends(self) -> None:
        """What comes next is another text: a line without an end has none, and nothing goes on in the next line.

        Raises TooManyRmms.
        """
        if self._tail:
            tail, self._tail = colorless(self._tail), b""
            self.number += 1
            rmm = self._rmm_of(tail, self.number)
            if self._stamps and (rmm.stamps if self._by else self._clock).order(tail, [tail]).falls:
                rmm.boot(self.number, tail, by_rmm=False)
            self._marks(self.number, tail)
            self._line(self.number, tail, cut=True)
        self._past = []
        for rmm in self.rmms.values():
            rmm.torn_off()

    def segments(self) -> list[BootSegment]:
        """What was seen until now: of boots that are over, and of those that go on."""
        return [*self._segments.values(), *(segment for rmm in self.rmms.values() for segment in rmm.current())]

    # ---- lines ------------------------------------------------------------------------------------------

    def _lines(self, text: bytes) -> None:
        """Some whole lines."""
        if b"\x1b" in text:
            text = colorless(text)
        begins, one = self.known.begins, self._one
        ways = begins.within(text)
        naming = begins.naming_within(text.lower())
        braces = b"{" in text
        marked = self._is_marked(text)
        lines = text.split(b"\n")
        self._before, self._now = self.number, lines
        self.number += len(lines)
        order = NO_ORDER if self._by else self._clock.order(text, lines)
        stamped = self._stamps and not self._by and not one.announced
        falls = order.falls if stamped else []
        torn = any(rmm.torn is not None for rmm in self.rmms.values())
        # Most logs have lines of one RMM, of common length: that need not be asked of each line.
        plain = not (marked or self._ours or self._by or max(map(len, lines)) > LONGEST_LINE)
        some = ways or naming or braces or marked or torn or self._ours or self._by
        for nth, (start, end) in enumerate(pairwise([0, *falls, len(lines)])):
            number, part = self._before + start, lines[start:end] if falls else lines
            if nth:
                one.boot(number + 1, lines[start], by_rmm=False)
            if some and plain:
                one.take_all(number, part, ways, naming, order, self._past_of)
            elif some:
                self._each(number, part, ways, naming, marked=marked)
        self._past = [*self._past, *lines][-LOOKED_BACK:]

    def _each(self, number: int, lines: list[bytes], ways: list[Way], naming: list[Naming], *, marked: bool) -> None:
        """Lines of which any may be something else than a line of the one RMM; `marked` where a boot begins in some."""
        for raw in lines:
            number += 1
            rmm = self._rmm_of(raw, number)
            if self._by and self._stamps and not rmm.announced and rmm.stamps.order(raw, [raw]).falls:
                rmm.boot(number, raw, by_rmm=False)
            if rmm.torn is not None and not self._ours and rmm.mended(raw, self._past_of(rmm, number)):
                continue
            if marked:
                self._marks(number, raw)
            ours = self._ours or b"{" in raw or any(way[0] in raw for way in ways)
            if ours or may_name(raw.lower(), naming):
                self._line(number, raw, cut=False)

    def _past_of(self, rmm: RmmLines, number: int) -> list[bytes]:
        """The last lines of an RMM before a line, without the one that is torn."""
        assert rmm.torn is not None
        at = number - self._before - 1
        near = self._now[max(at - LOOKED_BACK, 0) : at]
        if at < LOOKED_BACK:
            near = [*self._past, *near][-LOOKED_BACK:]
        numbered = enumerate(near, number - len(near))
        return [raw for n, raw in numbered if n != rmm.torn.number and self._rmm_of(raw, n) is rmm]

    def _line(self, number: int, raw: bytes, *, cut: bool) -> None:
        """A line of any kind; `cut` where its end is missing."""
        ours, self._ours = self._ours, False
        if len(raw) > LONGEST_LINE:
            ours = ours or self._looked_for(raw[: 64 - _KEPT])
            raw = raw[-_KEPT:]
        rmm = self._rmm_of(raw, number)
        begins = self.known.begins
        if ours:
            self.log.cannot_read(rmm.excerpt(number, raw), "the line is too long")
        elif b"{" in raw:
            rmm.take_whole(number, raw, cut=cut)
        elif (start := begins.find(raw, begins.ways)) >= 0:
            rmm.take(number, raw, start, cut=cut)
        elif begins.named(raw):
            self.log.cannot_read(rmm.excerpt(number, raw), NO_WORDS)

    def _looked_for(self, raw: bytes) -> bool:
        known = self.known
        # JSON lines have no command to look for.
        names = (*known.inputs, *known.outputs, "request", "reply")
        json = [f'"{name}"'.encode() for name in names] if raw.lstrip().startswith(b"{") else []
        return any(needle in raw for needle in json) or known.begins.find(raw, known.begins.ways) >= 0

    # ---- boots, and whose ---------------------------------------------------------------------------------

    def _is_marked(self, text: bytes) -> bool:
        # Whether a pattern of the user's matches a line can only be asked of the line.
        return self._marker is not None or _has(text, self._rmm_boots) or _has(text, self._kernel_boots)

    def _marks(self, number: int, raw: bytes) -> None:
        if self._marker is not None:
            if self._marker.search(raw):
                self._rmm_of(raw, number).boot(number, raw, by_rmm=True)
        elif _has(raw, self._rmm_boots):
            self._rmm_of(raw, number).boot(number, raw, by_rmm=True)
        elif _has(raw, self._kernel_boots):
            self._rmm_of(raw, number).boot(number, raw, by_rmm=False)

    def _rmm_of(self, raw: bytes, number: int) -> RmmLines:
        found = self._by.match(raw) if self._by is not None else None
        if found is None:
            return self._one
        return self._rmm((found[1] or b"") if found.re.groups else found[0], number)

    def _rmm(self, name: bytes, number: int) -> RmmLines:
        """The RMM of a name; its lines begin with this one, where it is not known."""
        made = self.rmms.get(name)
        if made is None:
            if len(self.rmms) > MOST_RMMS:
                raise TooManyRmms
            made = RmmLines(self.known, self.log, self._segments, _shown(name), number)
            made.announced = not self._stamps
            self.rmms[name] = made
        return made


def _raw(texts: list[str]) -> list[bytes]:
    return [text.encode("utf-8", "replace") for text in texts]


def _has(text: bytes, needles: list[bytes]) -> bool:
    return any(needle in text for needle in needles)


def _shown(name: bytes) -> str:
    text = name.decode("utf-8", "backslashreplace").strip()
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)[:60]
