"""A log's file while it grows, and what comes to stand in its place: read as `tail -F` does."""

from __future__ import annotations

import io
import os
import stat
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct
from parley.conformance.logs.reader import AT_ONCE

PAUSE = 0.1
"""Seconds between two looks at a file that has no more."""


class Anew(Struct, frozen=True):
    """What comes next is another text, from its beginning; `why` the one before it has ended."""

    why: str


def pieces(first: BinaryIO, name: str) -> Generator[bytes | Anew]:
    """What a stream has, as soon as it has it; a file is read for ever, and whatever regular file takes its name.

    A file that was cut short, and has grown beyond what was read by the next look, is taken for one that grew.
    """
    with ExitStack() as later:
        stream = first
        while True:
            if piece := _piece(stream):
                yield piece
            elif not _is_regular(stream):
                return
            elif os.fstat(stream.fileno()).st_size < stream.tell():
                stream.seek(0)
                yield Anew("was cut short")
            elif (new := _instead(stream, name)) is not None:
                # Whoever wrote may have gone on until the new one was there.
                while piece := _piece(stream):
                    yield piece
                later.close()
                stream = later.enter_context(new)
                yield Anew("was replaced")
            else:
                time.sleep(PAUSE)


def _piece(stream: BinaryIO) -> bytes:
    read1: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
    return read1(AT_ONCE)


def _is_regular(stream: BinaryIO) -> bool:
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, io.UnsupportedOperation):
        return False


def _instead(stream: BinaryIO, name: str) -> BinaryIO | None:
    """The regular file that has the name now; None where that is still the same, or there is none that can be read."""
    if name == "-":
        return None
    with suppress(OSError, ValueError):
        if os.path.samestat(Path(name).stat(), os.fstat(stream.fileno())):
            return None
        # What is no regular file is not waited for: a pipe without a writer would not open.
        descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        new = os.fdopen(descriptor, "rb")
        if _is_regular(new):
            return new
        new.close()
    return None
