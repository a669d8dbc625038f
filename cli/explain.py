"""`parley explain`: the page of a diagnostic."""

from __future__ import annotations

from parley.texts import explain

from .output import Output


def explain_command(topic: str, output: Output) -> int:
    """Print the page. Raises Rejected where there is none."""
    title, _, rest = explain(topic).partition("\n")
    output.write(output.style(title.removeprefix("# "), bold=True) + "\n" + rest.rstrip() + "\n")
    return 0
