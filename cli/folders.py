"""Several files in one folder, written whole."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from parley.spec.diagnostics import Diagnostic, Rejected, printable

from .output import write_to


def write_all(folder: Path, texts: Mapping[str, str]) -> None:
    """Put files into a folder, which is made where there is none. Each appears whole.

    Raises Rejected (P506) before anything is written where the folder is none, or where something stands in the place
    of a file that is no plain file.
    """
    try:
        folder.mkdir(exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", "") or str(error)
        reason = "it is no folder" if isinstance(error, FileExistsError) else reason
        raise _refused(folder, reason, "name a folder, or one to be made in a folder that exists") from None
    for name in texts:
        place = folder / name
        if os.path.lexists(place) and (place.is_symlink() or not place.is_file()):
            raise _refused(place, "something stands there that is no plain file", "move it, or name another folder")
    for name, text in texts.items():
        write_to(folder / name, text)


def _refused(place: Path, reason: str, help_: str) -> Rejected:
    return Rejected(Diagnostic("P506", f"`{printable(str(place))}` cannot be written: {reason}", help_))
