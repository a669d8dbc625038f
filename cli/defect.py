"""A mistake of Parley's own, told in a few lines: loud, and with what a report of it needs."""

from __future__ import annotations

import traceback


def describe(error: Exception) -> str:
    """What went wrong and where, for a person who did nothing wrong."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno}"
    what = f"{type(error).__name__}: {str(error)[:300]}".rstrip(": ")
    return f"parley: a defect of Parley itself: {what} (at {where})\nplease report it, with the file that was checked"
