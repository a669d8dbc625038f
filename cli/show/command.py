"""The command and its options."""

from __future__ import annotations

import click
from msgspec import Struct

from ..completion import declared
from ..options import handed_on
from ..output import Output


class Options(Struct, frozen=True):
    """A file or a declaration."""

    name: str
    output: Output


# An option that is none comes to an argument too many; `-:policy` is an argument.
@click.command(
    "show",
    short_help="A file of the library, or one declaration, as it stands.",
    context_settings={"ignore_unknown_options": True},
)
@click.argument("name", metavar="NAME", shell_complete=declared)
@handed_on(Options, "text", "json", reads=["name"], quiet=False)
def command(options: Options) -> int:
    """Print a file, or one declaration with its doc comment under a line that says where it stands.

    NAME is a file of the shipped library without its ending, such as rmi, a declaration of it, such as rmm_1_0, a FILE,
    or a file with a declaration behind a colon, such as tf_rmm:tf_rmm.
    """
    from parley.listing import show

    shown, output = show(options.name), options.output
    if output.format == "json":
        from .json import show_json

        output.write(show_json(shown))
    else:
        where = f"// {shown.place.file}:{shown.place.line}\n" if shown.declared else ""
        output.write(output.style(where, fg="cyan") + shown.text if where else shown.text)
    return 0
