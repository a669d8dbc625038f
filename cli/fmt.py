"""`parley fmt`: files in their canonical layout."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

from parley.spec.diagnostics import Diagnostic, Rejected
from parley.spec.files import is_passing, raw, shown
from parley.spec.load import read_text
from parley.texts import format_text

from .diagnostics import to_stderr
from .output import Output, write_to


def fmt(files: tuple[str, ...], check: bool, diff: bool, quiet: bool, output: Output) -> int:
    """Format files; 0 where all is well, 1 where `check` or `diff` found something to change, 2 for a faulty file."""
    faulty = differs = False
    changed: list[str] = []
    for name in files:
        try:
            if not name.strip():
                raise Rejected(Diagnostic("P502", "no file is named", "write FILE; `-` is standard input"))
            source = read_text(Path(name), shown(name))
            text = format_text(source.text, name=source.name)
            passing = is_passing(name)
            before = source.text if passing else raw(name).decode("utf-8")
            if passing and not (check or diff):
                output.write(text)
            elif text != before and diff:
                output.write(_diff(name, before, text, output))
            elif text != before and not check:
                write_to(Path(name), text)
            if text != before and not passing:
                changed.append(name)
            differs = differs or text != before
        except Rejected as error:
            faulty = True
            to_stderr(error.diagnostics)
    if not quiet and not diff:
        verb = "would be formatted" if check else "formatted"
        for name in changed:
            print(f"{name} {verb}", file=sys.stderr)
    if faulty:
        return 2
    return 1 if differs and (check or diff) else 0


def _diff(name: str, before: str, after: str, output: Output) -> str:
    made: list[str] = []
    for line in difflib.unified_diff(before.splitlines(True), after.splitlines(True), name, f"{name} (formatted)"):
        color = {"+": "green", "-": "red", "@": "cyan"}.get(line[0])
        whole = line if line.endswith("\n") else f"{line}\n\\ no line end at the end of the file\n"
        made.append(output.style(whole, fg=color) if color else whole)
    return "".join(made)
