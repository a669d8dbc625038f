"""`parley matrix`: named hosts against named RMMs with their supported sets, who ends up with what."""

from __future__ import annotations

from parley.matrices import MatrixResult, matrix
from parley.results import aligned

from .output import Output


def matrix_command(rmms: tuple[str, ...], hosts: tuple[str, ...], format_: str, output: Output) -> int:
    """Play every host against every RMM and print who ends up with what. Raises Rejected for a wrong use."""
    made = matrix(rmms, hosts)
    match format_:
        case "json":
            from .session_json import matrix_json

            output.write(matrix_json(made.cells))
        case "markdown":
            output.write(_markdown(made))
        case _:
            output.write(_text(made, output))
    return made.code


def _text(made: MatrixResult, output: Output) -> str:
    lines = aligned(made.table().rows)
    lines[0] = output.style(lines[0], bold=True)
    return "\n".join([*lines, *made.notes]) + "\n"


def _markdown(made: MatrixResult) -> str:
    table = [[cell.replace("|", "\\|") for cell in row] for row in made.table().rows]
    lines = [f"| {' | '.join(row)} |" for row in table]
    lines.insert(1, f"| {' | '.join('---' for _ in table[0])} |")
    return "\n".join([*lines, *(["", *made.notes] if made.notes else [])]) + "\n"
