"""Where output goes: standard output or a file that appears whole, in color or not."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from msgspec import Struct

from ..spec.diagnostics import Diagnostic, Rejected


class Output(Struct, frozen=True):
    """`file` is None for standard output; `color` is auto, always or never."""

    file: Path | None
    color: str

    @property
    def colored(self) -> bool:
        if self.color != "auto":
            return self.color == "always"
        return self.file is None and not os.environ.get("NO_COLOR") and sys.stdout.isatty()

    def style(self, text: str, **how: bool | str) -> str:
        return click.style(text, **how) if self.colored else text  # pyright: ignore[reportArgumentType]

    def write(self, text: str) -> None:
        """Print a whole report. Raises Rejected where the file cannot be written; then it is as it was before."""
        if self.file is None:
            sys.stdout.write(text)
            sys.stdout.flush()
        else:
            replace(self.file, text)


def replace(path: Path, text: str) -> None:
    """Write a file so that it is never seen half written. Raises Rejected (P506)."""
    import tempfile

    temporary: str | None = None
    try:
        target = path.resolve()
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        mode = target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask()
        Path(temporary).chmod(mode)
        if target.is_dir():
            raise IsADirectoryError(21, "it is a directory")
        Path(temporary).replace(target)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise Rejected(Diagnostic("P506", f"`{path}` cannot be written: {reason}", "choose another file")) from None


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
