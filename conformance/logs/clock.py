"""Time stamps of a kernel: seconds since its boot, so that one that falls is of another boot."""

from __future__ import annotations

import re

_STAMP = re.compile(rb"\[ *([0-9]+\.[0-9]{3,9})\]")
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
