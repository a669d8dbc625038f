"""The texts of files that are given beside a policy: suites, and lists of known failures."""

from __future__ import annotations

import os

from parley.spec.diagnostics import Diagnostic, Rejected, printable
from parley.spec.files import raw


def read_text(path: str | os.PathLike[str], code: str) -> str:
    """The text of a file; `-` is standard input. Raises Rejected with `code`."""
    shown = printable(os.fspath(path))
    try:
        return raw(os.fspath(path)).decode("utf-8")
    except UnicodeDecodeError:
        raise Rejected(Diagnostic(code, f"`{shown}` is not UTF-8", "save the file as UTF-8")) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"`{shown}` cannot be read: {reason}"
        raise Rejected(Diagnostic(code, message, "check the path; `-` is standard input")) from None
