"""Files as the command line names them: `-` is standard input, and pipes are read where they are."""

from __future__ import annotations

import stat
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

LIBRARY = Path(__file__).resolve().with_name("library")
ENDING = ".parley"

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""What a file begins with that is UTF-16."""

STANDARD = "-"
"""What stands for standard input where a file is read, and for standard output where one is written."""


def in_library(interface: str) -> str | None:
    """The file of the library, without its ending, that declares an interface, if any does."""
    begins = f"interface {interface} "
    for path in sorted(LIBRARY.glob(f"*{ENDING}")):
        if any(line.startswith(begins) for line in path.read_text(encoding="utf-8").splitlines()):
            return path.stem
    return None


def reason(error: Exception) -> str:
    """Why a file cannot be had, in the system's words."""
    return getattr(error, "strerror", None) or str(error)


def exists(path: Path) -> bool:
    """Whether there may be something at a path; also of one that cannot be looked at: reading it says what is wrong."""
    try:
        return path.exists()
    except OSError:
        return True


def is_plain(path: Path) -> bool:
    """Whether there is a plain file at a path, or a link to one; False of one that cannot be looked at."""
    try:
        return path.is_file()
    except OSError:
        return False


def raw(name: str | Path) -> bytes:
    """The bytes of a file. Standard input is read once, however often it is named."""
    if not name:
        raise OSError(2, "no file is named")
    if str(name) != STANDARD:
        return Path(name).read_bytes()
    # Python has none where the caller closed it.
    stream: Any = sys.stdin
    if stream is None:
        raise OSError(9, "standard input is closed")
    return _all_of(stream)


@lru_cache(maxsize=1)
def _all_of(stream: Any) -> bytes:
    return stream.buffer.read()


def undecodable(shown: str, content: bytes, error: UnicodeDecodeError, kind: str) -> tuple[str, str]:
    """What is wrong with a file that is not UTF-8, with the place, and the help; `kind` is what it should be."""
    # With a byte order mark, offsets may count from behind it.
    at = error.start + len(content) - len(error.object)
    line = content.count(b"\n", 0, at) + 1
    byte = at - content.rfind(b"\n", 0, at)
    message = f"`{shown}` is not UTF-8: byte 0x{content[at]:02x} in line {line}, byte {byte} of it"
    if content[:2] in UTF_16:
        return message, "it is UTF-16, as some editors of Windows write it: save the file as UTF-8"
    if b"\0" in content[:1024]:
        return message, f"it is no text: name {kind}"
    return message, "save the file as UTF-8"


def is_passing(name: str) -> bool:
    """Whether a name is standard input, or a pipe, a device or a socket: what is read and written in passing, and is
    in no folder.
    """
    if name == STANDARD:
        return True
    try:
        mode = Path(name).stat().st_mode
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def shown(name: str) -> str:
    """What messages call a file."""
    return "<stdin>" if name == STANDARD else name
