"""What users give, read: the texts of files beside a policy."""

from __future__ import annotations

import os

from parley.spec.diagnostics import Diagnostic, Rejected, printable
from parley.spec.files import raw, reason, undecodable


def read_text(path: str | os.PathLike[str], code: str) -> str:
    """The text of a file; `-` is standard input. Raises Rejected with `code`."""
    name = os.fspath(path)
    try:
        content = raw(name)
    except (OSError, ValueError) as error:
        raise unreadable(name, code, error) from None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        message, help_ = undecodable(printable(name), content, error, "a file of text")
        raise Rejected(Diagnostic(code, message, help_)) from None


def unreadable(name: str, code: str, error: Exception) -> Rejected:
    """A file cannot be read, and why."""
    message = f"`{printable(name)}` cannot be read: {reason(error)}"
    return Rejected(Diagnostic(code, message, "check the path; `-` is standard input"))
