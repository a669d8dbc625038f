"""How a matrix looks to people, and as Markdown."""

from __future__ import annotations

from parley.matrices import MatrixResult
from parley.results import aligned

from ..output import Output


def matrix_text(found: MatrixResult, output: Output) -> str:
    """The table, and what its marks stand for."""
    lines = aligned(found.table().rows)
    lines[0] = output.style(lines[0], bold=True)
    return "\n".join([*lines, *found.notes]) + "\n"


def matrix_markdown(found: MatrixResult) -> str:
    """The same as a table in Markdown."""
    table = [[cell.replace("|", "\\|") for cell in row] for row in found.table().rows]
    lines = [f"| {' | '.join(row)} |" for row in table]
    lines.insert(1, f"| {' | '.join('---' for _ in table[0])} |")
    return "\n".join([*lines, *(["", *found.notes] if found.notes else [])]) + "\n"
