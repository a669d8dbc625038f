"""How a matrix looks to people, and as Markdown."""

from __future__ import annotations

from parley.matrices import MatrixResult
from parley.results import aligned

from ..output import Output


def matrix_text(result: MatrixResult, output: Output) -> str:
    """The table, and what its marks stand for."""
    lines = aligned(result.table().rows)
    lines[0] = output.style(lines[0], bold=True)
    return "\n".join([*lines, *result.notes]) + "\n"


def matrix_markdown(result: MatrixResult) -> str:
    """The same as a table in Markdown."""
    table = [[cell.replace("|", "\\|") for cell in row] for row in result.table().rows]
    lines = [f"| {' | '.join(row)} |" for row in table]
    lines.insert(1, f"| {' | '.join('---' for _ in table[0])} |")
    return "\n".join([*lines, *(["", *result.notes] if result.notes else [])]) + "\n"
