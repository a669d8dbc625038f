"""What long work is at: a line on a terminal's standard error, and nothing anywhere else.

Click's own bar stays on the screen when the work is over, and a narrow terminal breaks it.
"""

from __future__ import annotations

import os
import sys

BAR = 24
"""Columns of the bar."""

CLEARED = "\r\033[K"
"""To the beginning of the line, and nothing after it."""


class ProgressLine:
    """Use as a context manager: nothing stays of the line."""

    def __init__(self) -> None:
        self.shown = False
        self.wanted = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *_: object) -> None:
        if self.shown:
            sys.stderr.write(CLEARED)
            sys.stderr.flush()

    def claim(self, at: int, total: int, name: str, /) -> None:
        """The work comes to a claim, by its number: how long that one takes is not known before."""
        filled = BAR * (at - 1) // max(total, 1)
        self._show(f"{'█' * filled}{'░' * (BAR - filled)} {at}/{total} {name}")

    def lines(self, count: int) -> None:
        """So many lines are read."""
        self._show(f"{count:,} lines")

    def _show(self, text: str) -> None:
        if self.wanted:
            self.shown = True
            # A line that is longer than the terminal is wide could not be cleared.
            sys.stderr.write(f"{CLEARED}{text[: _columns() - 1]}")
            sys.stderr.flush()


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
