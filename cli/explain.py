"""`parley explain`: the page of a diagnostic."""

from __future__ import annotations

import click
from msgspec import Struct

from .completion import codes
from .options import handed_on
from .output import Output


class Options(Struct, frozen=True):
    """The code of a diagnostic."""

    topic: str
    output: Output


@click.command("explain", short_help="A diagnostic's page.")
@click.argument("topic", metavar="CODE", shell_complete=codes)
@handed_on(Options, quiet=False)
def command(options: Options) -> int:
    """Print the page of a diagnostic, such as P201: what it means, an example, and the fix."""
    from parley.texts import explain

    title, _, rest = explain(options.topic).partition("\n")
    output = options.output
    output.write(output.style(title.removeprefix("# "), bold=True) + "\n" + rest.rstrip() + "\n")
    return 0
