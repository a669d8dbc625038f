"""Text to tree, with every syntax error of the text."""

from __future__ import annotations

import re

from ..diagnostics import Diagnostic
from ..nesting import formulas, too_deep
from ..source import Source
from ..syntax import Declaration, File, Use
from . import stack
from .recovery import MOST_ERRORS, TOO_DEEP, Recovery
from .tokens import Token, scan

MOST_LETTERS = 100
"""Letters of a name: reports show names whole."""

_LONG = re.compile(rf"[A-Za-z_][A-Za-z0-9_]{{{MOST_LETTERS}}}")


def parse(source: Source) -> tuple[File, list[Diagnostic]]:
    """The tree of a text and its syntax errors, in their order.

    What an error cost us is missing from the tree; the names of its declarations are in `damaged`.
    """
    parser = Recovery(source, stack.on(source.text))
    sound: list[Declaration] = []
    for declaration in parser.run():
        deep = list(too_deep(formulas(declaration)))
        parser.problems += [Diagnostic(*TOO_DEEP, source, span) for span in deep]
        if not deep or isinstance(declaration, Use):
            sound.append(declaration)
        else:
            parser.damaged.add(declaration.name.id)
    told = {problem.span for problem in parser.problems}
    for token in _long_names(source.text):
        if token.span in told:
            continue
        message = f"this name has {len(token.text)} letters, and a name has {MOST_LETTERS} at most"
        parser.problems.append(Diagnostic("P107", message, "choose a shorter name", source, token.span))
        parser.damaged.add(token.text)
    problems = sorted(parser.problems, key=lambda problem: problem.span)
    return File(source, tuple(sound), frozenset(parser.damaged), parser.nameless), problems


def _long_names(text: str) -> list[Token]:
    """Each name that is too long, where it stands first; that of a file is none, and is looked for."""
    found: dict[str, Token] = {}
    before = ""
    for token in scan(text) if _LONG.search(text) else ():
        if token.type in ("NAME", "FIELD") and before != "USE" and len(token.text) > MOST_LETTERS:
            found.setdefault(token.text, token)
        before = token.type
    return list(found.values())[:MOST_ERRORS]
