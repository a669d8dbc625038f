"""How a list of declarations looks to people."""

from __future__ import annotations

from parley.listing import ListResult
from parley.results import aligned
from parley.spec.diagnostics import plural

from ..output import Output


def list_text(result: ListResult, output: Output) -> str:
    """A line for each declaration, under the name of its file."""
    lines: list[str] = []
    for file in result.files:
        rows = [(one.kind, one.name, one.role, one.about) for one in file.declarations]
        beside = [f"  and {plural(file.scenarios, 'scenario')}"] if file.scenarios else []
        lines += ["", output.style(file.name, bold=True), *(f"  {line}" for line in aligned(rows)), *beside]
    return "".join(f"{line}\n" for line in lines[1:])
