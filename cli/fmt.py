"""`parley fmt`: files in their canonical layout."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import click
from msgspec import Struct

from .options import handed_on
from .output import Output, write_to


class Options(Struct, frozen=True):
    """Files, and whether they are changed, or only checked, or what would change is shown."""

    files: tuple[str, ...]
    check: bool
    diff: bool
    output: Output


@click.command("fmt", short_help="Canonical layout.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--check", is_flag=True, help="Change nothing; exit 1 where a file would change.")
@click.option("--diff", is_flag=True, help="Change nothing; print what would change, and exit 1 where anything would.")
@handed_on(Options, file=False)
def command(options: Options) -> int:
    """Lay files out canonically, in place; `-` reads standard input and prints. Comments are kept."""
    from parley.spec.diagnostics import Rejected
    from parley.spec.files import is_passing

    from .diagnostics import to_stderr

    faulty = False
    differing: list[str] = []
    for name in options.files:
        try:
            if _formatted(name, options):
                differing.append(name)
        except Rejected as error:
            faulty = True
            to_stderr(error.diagnostics)
    if not options.output.quiet and not options.diff:
        verb = "would be formatted" if options.check else "formatted"
        sys.stderr.writelines(f"{name} {verb}\n" for name in differing if not is_passing(name))
    if faulty:
        return 2
    return 1 if differing and (options.check or options.diff) else 0


def _formatted(name: str, options: Options) -> bool:
    """Format one file; whether there was anything to change. Raises Rejected."""
    from parley.spec.diagnostics import Diagnostic, Rejected
    from parley.spec.files import is_passing, raw, shown
    from parley.spec.load import read_text
    from parley.texts import format_text

    if not name.strip():
        raise Rejected(Diagnostic("P502", "no file is named", "write FILE; `-` is standard input"))
    source = read_text(Path(name), shown(name))
    text = format_text(source.text, name=source.name)
    passing = is_passing(name)
    before = source.text if passing else raw(name).decode("utf-8")
    if passing and not (options.check or options.diff):
        options.output.write(text)
    elif text != before and options.diff:
        options.output.write(_difference(name, before, text, options.output))
    elif text != before and not options.check:
        write_to(Path(name), text)
    return text != before


def _difference(name: str, before: str, after: str, output: Output) -> str:
    made: list[str] = []
    for line in difflib.unified_diff(before.splitlines(True), after.splitlines(True), name, f"{name} (formatted)"):
        color = {"+": "green", "-": "red", "@": "cyan"}.get(line[0])
        whole = line if line.endswith("\n") else f"{line}\n\\ no line end at the end of the file\n"
        made.append(output.style(whole, fg=color) if color else whole)
    return "".join(made)
