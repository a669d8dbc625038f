"""A folder of files that a command writes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from parley.spec.diagnostics import Diagnostic, Rejected, printable

from .output import write_to

if TYPE_CHECKING:
    from collections.abc import Mapping


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Puts files into a folder, by their names in it, in their order. Each appears whole. Raises Rejected (P506)."""
    try:
        for name in files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"the folder `{printable(str(folder))}` cannot be made: {error.strerror}"
        raise Rejected(Diagnostic("P506", message, "choose another folder")) from None
    for name, text in files.items():
        write_to(folder / name, text)
