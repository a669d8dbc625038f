"""Time stamps of a kernel: seconds since its boot, so that one that falls is of another boot."""

from __future__ import annotations

import re

from msgspec import Struct

_STAMP = re.compile(rb"\[ *([0-9]+\.[0-9]{3,9})\]")
_KERNELS = re.compile(rb"\[ *[0-9]+\.[0-9]{6}\]")
"""Of lines that are about something else, only a stamp as kernels print it counts."""

_DISORDER = 0.001
"""Seconds by which the lines of two cores may change places: each is stamped before it is put behind the others."""

WIDTH = 14
"""Of a stamp as kernels print it in the first day: those are in order as their bytes are."""


class Clock:
    """Told line after line, it says whether the stamp is below the one before."""

    def __init__(self) -> None:
        self._at = 0
        self._usual = b""
        self._seconds = -1.0
        self._unstamped: bytes = b""

    def falls(self, raw: bytes, start: int) -> bool:
        """Whether the stamp before a place of a line is below that of the last line that had one."""
        # Mostly a stamp of the usual width stands where the last one stood.
        usual = raw[self._at : self._at + WIDTH]
        if b"" < self._usual <= usual and usual[13:] == b"]" and usual[6:7] == b"." and usual[:1] == b"[":
            self._usual = usual
            return False
        before_it = raw[:start]
        if before_it == self._unstamped:
            return False
        found = _STAMP.search(before_it)
        if found is None:
            self._unstamped = before_it
            return False
        before = float(self._usual[1:-1]) if self._usual else self._seconds
        self._at, self._seconds = found.start(), float(found[1])
        self._usual = found[0] if len(found[0]) == WIDTH and found[0][6:7] == b"." else b""
        return self._seconds < before

    def is_behind(self, stamp: bytes) -> bool:
        """Whether a stamp as kernels print it is not below that of the last line that had one."""
        return (float(self._usual[1:-1]) if self._usual else self._seconds) <= _seconds(stamp)


class Order(Struct, frozen=True):
    """The stamps of some lines: at which of them they fall, and the lines without them.

    `stampless` is None where the stamps fall, or do not stand in one place; `before` is what stands before that place.
    """

    falls: list[int]
    stampless: list[bytes] | None = None
    before: bytes = b""


NO_ORDER = Order([])
"""Of lines whose stamps were not looked at."""


class Stamps:
    """The stamps of all lines of a log, whatever they are about: told some lines after others, where they fall."""

    def __init__(self) -> None:
        self._last = b""
        self._at = 0

    def order(self, text: bytes, lines: list[bytes]) -> Order:
        """Which of some lines have a stamp far below that of the last line that had one. `text` is all of them."""
        usual = self._in_order(lines)
        if usual is not None:
            return usual
        found = _KERNELS.findall(text)
        if not found:
            return Order([], lines)
        before = [self._last] if self._last else []
        if _ascend([*before, *found]):
            # A line may have several, of which the first counts.
            last = next(one for raw in reversed(lines) if (one := _KERNELS.search(raw)) is not None)
            self._last, self._at = last[0], last.start()
            return Order([])
        made: list[int] = []
        for at, raw in enumerate(lines):
            stamp = _KERNELS.search(raw)
            if stamp is None:
                continue
            if self._last and _seconds(stamp[0]) < _seconds(self._last) - _DISORDER:
                made.append(at)
            self._last, self._at = stamp[0], stamp.start()
        return Order(made)

    def _in_order(self, lines: list[bytes]) -> Order | None:
        """Where each line has a stamp of the usual width in the place of the last one, or none anywhere, and none is
        below the one before.
        """
        if len(self._last) != WIDTH:
            return None
        at, end = self._at, self._at + WIDTH
        stamped = [raw for raw in lines if raw[end - 1 : end] == b"]"]
        if not stamped:
            return None
        if len(stamped) < len(lines):
            others = [raw for raw in lines if raw[end - 1 : end] != b"]"]
            if _KERNELS.search(b"\n".join(others)):
                return None
        stamps = [raw[at:end] for raw in stamped]
        count, joined = len(stamps), b"".join(stamps)
        if not (
            joined[::WIDTH] == b"[" * count
            and joined[6::WIDTH] == b"." * count
            and not joined.translate(None, b" 0123456789.[]")
            and self._last <= stamps[0]
            and _KERNELS.fullmatch(stamps[-1])
            and stamps == sorted(stamps)
        ):
            return None
        self._last = stamps[-1]
        stampless = (
            [raw[end:] for raw in lines]
            if count == len(lines)
            else [raw[end:] if raw[end - 1 : end] == b"]" else raw for raw in lines]
        )
        return Order([], stampless, b"\n".join({raw[:at] for raw in stamped}) if at else b"")


def has_stamp(raw: bytes) -> bool:
    """Whether there is one in a part of a line."""
    return _STAMP.search(raw) is not None


def _ascend(stamps: list[bytes]) -> bool:
    """Whether they are in order: where they are of one width, as their bytes are."""
    return len(set(map(len, stamps))) == 1 and stamps == sorted(stamps)


def _seconds(stamp: bytes) -> float:
    return float(stamp[1:-1])
