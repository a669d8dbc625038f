"""How a matrix looks to people, and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from parley.matrices import MatrixResult
from parley.results import aligned

from ..draw.rows import broken
from ..output import Output

NARROW = 60
"""Columns of a title that has more in the next line."""


def matrix_text(result: MatrixResult, output: Output) -> str:
    """The table, and what its marks stand for."""
    head, *rows = [_lines(row) for row in result.table().rows]
    lines = aligned([line for row in (head, *rows) for line in row])
    lines[: len(head)] = [output.style(line, bold=True) for line in lines[: len(head)]]
    return "\n".join([*lines, *result.notes]) + "\n"


def _lines(row: Sequence[str]) -> list[tuple[str, ...]]:
    """A row in as many lines as its longest title needs: an RMM or a host may have many revisions."""
    cells = [broken(cell, NARROW) for cell in row]
    return list(zip_longest(*([first, *(f"  {line}" for line in more)] for first, *more in cells), fillvalue=""))


def matrix_markdown(result: MatrixResult) -> str:
    """The same as a table in Markdown."""
    table = [[cell.replace("|", "\\|") for cell in row] for row in result.table().rows]
    lines = [f"| {' | '.join(row)} |" for row in table]
    lines.insert(1, f"| {' | '.join('---' for _ in table[0])} |")
    return "\n".join([*lines, *(["", *result.notes] if result.notes else [])]) + "\n"
