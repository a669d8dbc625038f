"""`parley fmt`: files in their canonical layout."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

from ..spec.diagnostics import Diagnostic, Rejected
from ..spec.load import read_text
from ..spec.source import Source
from .diagnostics import to_stderr
from .output import Output, replace


def fmt(files: tuple[str, ...], check: bool, diff: bool, quiet: bool, output: Output) -> int:
    """Format files; 0 where all is well, 1 where `check` or `diff` found something to change, 2 for a faulty file."""
    from ..spec.format import format_text

    faulty = False
    changed: list[str] = []
    for name in files:
        try:
            source = _read(name)
            text = format_text(source)
            raw = source.text if name == "-" else Path(name).read_bytes().decode("utf-8")
            if name == "-" and not (check or diff):
                output.write(text)
            elif text != raw and diff:
                output.write(_diff(name, raw, text, output))
            elif text != raw and not check:
                replace(Path(name), text)
            if text != raw:
                changed.append(name)
        except Rejected as error:
            faulty = True
            to_stderr(error.diagnostics)
    if not quiet and not diff:
        verb = "would be formatted" if check else "formatted"
        for name in changed:
            if name != "-":
                print(f"{name} {verb}", file=sys.stderr)
    if faulty:
        return 2
    return 1 if changed and (check or diff) else 0


def _read(name: str) -> Source:
    if name != "-":
        return read_text(Path(name), name)
    try:
        return Source("<stdin>", sys.stdin.buffer.read().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Rejected(
            Diagnostic("P105", f"standard input is not UTF-8: byte {error.start + 1}", "pass it as UTF-8")
        ) from None


def _diff(name: str, before: str, after: str, output: Output) -> str:
    made: list[str] = []
    for line in difflib.unified_diff(before.splitlines(True), after.splitlines(True), name, f"{name} (formatted)"):
        color = {"+": "green", "-": "red", "@": "cyan"}.get(line[0])
        whole = line if line.endswith("\n") else f"{line}\n\\ no line end at the end of the file\n"
        made.append(output.style(whole, fg=color) if color else whole)
    return "".join(made)
