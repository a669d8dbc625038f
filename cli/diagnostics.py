"""How diagnostics look: code and title, the place with its source line and a mark, help."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from parley.spec.diagnostics import Diagnostic
from parley.spec.source import Source, Span

from .output import Output

WIDTH = 100
"""Columns of a source line that are shown; of longer ones, the part around the mark."""


def render(diagnostic: Diagnostic, output: Output) -> str:
    """A diagnostic for people, a blank line at its end."""
    color = "red" if diagnostic.severity == "error" else "yellow"
    lines = [output.style(f"{diagnostic.severity} {diagnostic.code}", fg=color, bold=True) + f": {diagnostic.message}"]
    if diagnostic.source is not None:
        lines += _excerpt(diagnostic.source, diagnostic.span, "", output)
    for related in diagnostic.related:
        lines += _excerpt(related.source, related.span, related.label, output)
    if diagnostic.help:
        lines.append(f"  {output.style('help', fg='cyan')}: {diagnostic.help}")
    return "\n".join(lines) + "\n\n"


def _excerpt(source: Source, span: Span, label: str, output: Output) -> list[str]:
    place = source.place(span.start)
    line = source.line(place.line)
    start = place.column - 1
    length = max(1, min(span.end - span.start, len(line) - start))
    shift = 0
    if len(line) > WIDTH:
        shift = max(0, min(start - WIDTH // 3, len(line) - WIDTH))
        length = min(length, WIDTH - (start - shift))
    shown = "".join(c if c.isprintable() else " " for c in line[shift : shift + WIDTH])
    gutter = " " * len(str(place.line))
    # Marks stand under what they mean even where a character takes two columns: width is counted in characters,
    # as compilers do.
    mark = " " * (start - shift) + output.style("^" * length, fg="red", bold=True) + (f" {label}" if label else "")
    where = output.style(f"{place.file}:{place.line}:{place.column}", bold=True)
    return [f"  {gutter}--> {where}", f"  {place.line} | {shown}", f"  {gutter} | {mark}"]


def to_stderr(diagnostics: Iterable[Diagnostic]) -> None:
    output = Output()
    for diagnostic in diagnostics:
        sys.stderr.write(render(diagnostic, output))
    sys.stderr.flush()
