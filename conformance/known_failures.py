"""Lists of failures that are known: a line for each, as the options of `parley eval`, so that no numbering matters.

# TF-RMM answers with its newest revision
--supported 1.0,1.2 --requested 1.1
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable

from ..model.instance import Instance
from ..spec.diagnostics import Diagnostic, Rejected, printable

Read = Callable[[list[str]], Instance]


def read_known(text: str, shown: str, read: Read) -> dict[Instance, str]:
    """The requests that a list names, each with its comment: that of its line, or the one above.

    `read` makes a request of options. Raises Rejected (P511) for a line that it cannot read, or that comes twice.
    """
    made: dict[Instance, str] = {}
    above = ""
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        options, _, comment = line.partition("#")
        if not options.strip():
            above = comment.strip()
            continue
        try:
            at = read(shlex.split(options))
        except (Rejected, ValueError) as error:
            said = error.diagnostics[0].message if isinstance(error, Rejected) else str(error)
            raise _faulty(shown, number, said) from None
        if at in made:
            raise _faulty(shown, number, f"`{printable(options.strip())[:100]}` is there twice")
        made[at] = comment.strip() or above
    return made


def write_known(rows: Iterable[tuple[str, str]]) -> str:
    """A list of failures: options and comment of each, under a heading for each comment."""
    by_comment: dict[str, list[str]] = {}
    for options, comment in rows:
        by_comment.setdefault(comment, []).append(options)
    return "\n".join("\n".join([f"# {printable(comment)}", *lines]) + "\n" for comment, lines in by_comment.items())


def _faulty(shown: str, number: int, said: str) -> Rejected:
    help_ = "write a request as `parley eval` takes it, such as --supported 1.0,1.2 --requested 1.1  # why"
    return Rejected(Diagnostic("P511", f"{shown}, line {number}: {said}", help_))
