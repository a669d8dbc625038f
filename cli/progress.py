"""Which claim long work is at: a line on a terminal's standard error, and nothing anywhere else."""

from __future__ import annotations

import os
import sys

BAR = 24
"""Columns of the bar."""

CLEARED = "\r\033[K"
"""To the beginning of the line, and nothing after it."""


class Progress:
    """The line is there from the first claim on: how long that one takes is not known before."""

    def __init__(self) -> None:
        self.started = False
        self.wanted = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def __call__(self, at: int, total: int, name: str, /) -> None:
        """The work comes to a claim, by its number."""
        self.started = True
        if self.wanted:
            filled = BAR * (at - 1) // max(total, 1)
            bar = "█" * filled + "░" * (BAR - filled)
            # A line that is longer than the terminal is wide could not be cleared.
            line = f"{bar} {at}/{total} {name}"[: _columns() - 1]
            sys.stderr.write(f"{CLEARED}{line}")
            sys.stderr.flush()

    def clear(self) -> None:
        """The work is over: nothing stays of the line."""
        if self.wanted and self.started:
            sys.stderr.write(CLEARED)
            sys.stderr.flush()


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
