"""Where output goes: standard output, a file that appears whole, or into a pipe or device; in color or not."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct
from parley.spec.diagnostics import Diagnostic, Rejected, printable
from parley.spec.files import STANDARD, is_passing, reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Output(Struct, frozen=True):
    """How a report is printed, and where to.

    `file` is None for standard output; `color` is auto, always or never; where `quiet`, only what needs attention is.
    """

    file: Path | None = None
    color: str = "never"
    format: str = "text"
    quiet: bool = False

    @property
    def colored(self) -> bool:
        if self.color != "auto":
            return self.color == "always"
        return self.file is None and not os.environ.get("NO_COLOR") and sys.stdout.isatty()

    def style(self, text: str, **how: bool | str) -> str:
        return click.style(text, **how) if self.colored else text  # pyright: ignore[reportArgumentType]

    def failed(self, text: str) -> str:
        """The first line of what is not as it should be."""
        return self.style(f"✗ {text}", fg="red", bold=True)

    def write(self, text: str) -> None:
        """Print a whole report. Raises Rejected where the file cannot be written; then it is as it was before."""
        write_to(self.file or Path(STANDARD), text)


def warn(warnings: Iterable[str]) -> None:
    """Print warnings to standard error, a line each."""
    sys.stderr.writelines(f"warning: {warning}\n" for warning in warnings)


def need_apart(path: Path | None, read: Sequence[str]) -> None:
    """Raises Rejected where a report would replace what the same command reads, or a policy file at all (P506), and
    where standard input would have to be two things (P504).
    """
    if sum(argument.partition(":")[0] == STANDARD for argument in read) > 1:
        raise Rejected(Diagnostic("P504", "`-` is given twice, and standard input is one thing", "name a file instead"))
    with suppress(OSError, ValueError):
        if path is None or not path.is_file():
            return
        if path.suffix == ".parley":
            raise Rejected(_kept(path, "it is a policy file"))
        for argument in read:
            for name in (argument, argument.rpartition(":")[0]):
                if os.path.lexists(name) and path.samefile(name):
                    raise Rejected(_kept(path, "this command reads it"))


def _kept(path: Path, why: str) -> Diagnostic:
    return Diagnostic("P506", f"`{printable(str(path))}` is not replaced: {why}", "choose another file for the output")


def write_to(path: Path, text: str) -> None:
    """Put a text in place of a file's content, or into what is no regular file. Raises Rejected (P506).

    A regular file is never seen half written; links to it stay, and so does its mode.
    """
    raw = text.encode("utf-8", "backslashreplace")
    try:
        descriptor = _descriptor(path)
        if str(path) == STANDARD:
            sys.stdout.write(text)
            sys.stdout.flush()
        elif descriptor is not None:
            sys.stdout.flush()
            _into(os.dup(descriptor), raw)
        elif is_passing(str(path)):
            _into(os.open(path, os.O_WRONLY | os.O_NOCTTY), raw)
        else:
            _replace(path.resolve(), raw)
    except BrokenPipeError:
        # Whoever reads standard output has seen enough; `entry.py` sees to it.
        raise
    except (OSError, ValueError, RuntimeError) as error:
        name = "standard output" if str(path) == STANDARD else f"`{printable(str(path))}`"
        raise Rejected(Diagnostic("P506", *_unwritable(name, path, error))) from None


def _unwritable(name: str, path: Path, error: Exception) -> tuple[str, str]:
    """What is wrong with a file that cannot be written, and the help."""
    if isinstance(error, FileNotFoundError) and str(path) != STANDARD:
        # Of a link, it is where that leads.
        folder = path.resolve().parent if path.parent.is_dir() else path.parent
        return f"{name} cannot be written: there is no folder `{printable(str(folder))}`", "make it first"
    return f"{name} cannot be written: {reason(error)}", "choose another file"


def _descriptor(path: Path) -> int | None:
    """The open file of this process that a path such as `/dev/stdout` or `/dev/fd/3` names, itself or by links.

    It is written to as it is: opened anew, a file would be cut, or be written over from its start.
    """
    for _ in range(40):
        folder = os.path.realpath(path.parent)
        if re.fullmatch(rf"/dev/fd|/proc/{os.getpid()}/(task/\d+/)?fd", folder) and path.name.isdigit():
            return int(path.name[:9])
        if not path.is_symlink():
            return None
        path = path.parent / path.readlink()
    return None


def _into(descriptor: int, raw: bytes) -> None:
    # Whoever reads may have seen enough.
    with suppress(BrokenPipeError), os.fdopen(descriptor, "wb") as stream:
        stream.write(raw)


def _replace(target: Path, raw: bytes) -> None:
    import tempfile

    if target.is_dir():
        raise IsADirectoryError(21, "it is a directory")
    before = target.stat() if target.exists() else None
    if before is not None and not os.access(target, os.W_OK):
        raise PermissionError(13, "it is read-only")
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:60]}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(raw)
        if before is not None:
            with suppress(PermissionError):
                os.chown(temporary, before.st_uid, before.st_gid)
        temporary.chmod(before.st_mode & 0o7777 if before is not None else 0o666 & ~_umask())
        temporary.replace(target)
    finally:
        # An interruption leaves nothing behind either.
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
