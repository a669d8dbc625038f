"""What users give, read: the texts of files beside a policy, and names that are none."""

from __future__ import annotations

import os
from collections.abc import Iterable

from parley.spec.diagnostics import Diagnostic, Rejected, nearest, printable
from parley.spec.files import raw


def read_text(path: str | os.PathLike[str], code: str) -> str:
    """The text of a file; `-` is standard input. Raises Rejected with `code`."""
    name = os.fspath(path)
    try:
        return raw(name).decode("utf-8")
    except UnicodeDecodeError:
        raise Rejected(Diagnostic(code, f"`{printable(name)}` is not UTF-8", "save the file as UTF-8")) from None
    except (OSError, ValueError) as error:
        raise unreadable(name, code, error) from None


def unreadable(name: str, code: str, error: Exception) -> Rejected:
    """A file cannot be read, and why."""
    reason = getattr(error, "strerror", None) or str(error)
    message = f"`{printable(name)}` cannot be read: {reason}"
    return Rejected(Diagnostic(code, message, "check the path; `-` is standard input"))


def meant(name: str, known: Iterable[str], otherwise: str, *, mark: str = "`{}`") -> str:
    """The help for a name that is none of those known: the one that is near, or else something else."""
    near = nearest(name, known)
    return f"did you mean {mark.format(near)}?" if near else otherwise
