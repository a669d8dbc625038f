"""Time stamps of a kernel: seconds since its boot, so that one that falls is of another boot."""

from __future__ import annotations

import re

_STAMP = re.compile(rb"\[ *([0-9]+\.[0-9]{3,9})\]")
_KERNELS = re.compile(rb"\[ *[0-9]+\.[0-9]{6}\]")
"""Of lines that are about something else, only a stamp as kernels print it counts."""

_DISORDER = 0.001
"""Seconds by which the lines of two cores may change places: each is stamped before it is put behind the others."""

_WIDTH = 14
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
        usual = raw[self._at : self._at + _WIDTH]
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
        self._usual = found[0] if len(found[0]) == _WIDTH and found[0][6:7] == b"." else b""
        return self._seconds < before


class Stamps:
    """The stamps of all lines of a log, whatever they are about: told some lines after others, where they fall."""

    def __init__(self) -> None:
        self._last = b""
        self._at = 0

    def falls(self, text: bytes, lines: list[bytes]) -> list[int]:
        """Which of some lines have a stamp far below that of the last line that had one. `text` is all of them."""
        if self._in_order(lines):
            return []
        found = _KERNELS.findall(text)
        if not found:
            return []
        before = [self._last] if self._last else []
        if _ascend([*before, *found]):
            # A line may have several, of which the first counts.
            last = next(one for raw in reversed(lines) if (one := _KERNELS.search(raw)) is not None)
            self._last, self._at = last[0], last.start()
            return []
        made: list[int] = []
        for at, raw in enumerate(lines):
            stamp = _KERNELS.search(raw)
            if stamp is None:
                continue
            if self._last and _seconds(stamp[0]) < _seconds(self._last) - _DISORDER:
                made.append(at)
            self._last, self._at = stamp[0], stamp.start()
        return made

    def _in_order(self, lines: list[bytes]) -> bool:
        """Whether all have a stamp of the usual width where the last one stood, and none is below the one before."""
        if len(self._last) != _WIDTH:
            return False
        at, end = self._at, self._at + _WIDTH
        stamps = [raw[at:end] for raw in lines]
        count, joined = len(stamps), b"".join(stamps)
        if not (
            len(joined) == _WIDTH * count
            and joined[::_WIDTH] == b"[" * count
            and joined[6::_WIDTH] == b"." * count
            and joined[13::_WIDTH] == b"]" * count
            and self._last <= stamps[0]
            and _KERNELS.fullmatch(stamps[-1])
            and stamps == sorted(stamps)
        ):
            return False
        self._last = stamps[-1]
        return True


def _ascend(stamps: list[bytes]) -> bool:
    """Whether they are in order: where they are of one width, as their bytes are."""
    return len(set(map(len, stamps))) == 1 and stamps == sorted(stamps)


def _seconds(stamp: bytes) -> float:
    return float(stamp[1:-1])
