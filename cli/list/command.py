"""The command and its options."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from msgspec import Struct

from ..completion import files
from ..options import handed_on
from ..output import Output

if TYPE_CHECKING:
    from parley.listing import Kind

KINDS = ("interface", "policy", "host", "session", "scenario")


class Options(Struct, frozen=True):
    """Files and names of the library; the kinds of declarations that are listed, all but scenarios where empty."""

    targets: tuple[str, ...]
    kinds: tuple[Kind, ...]
    output: Output


@click.command("list", short_help="What some files declare; without any, the shipped library.")
@click.argument("targets", nargs=-1, metavar="[FILE|NAME]...", shell_complete=files)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(KINDS),
    help="Only declarations of this kind. May be given several times; without it, all kinds but scenarios.",
)
@handed_on(Options, "text", "json", reads=["targets"], quiet=False)
def command(options: Options) -> int:
    """List interfaces, policies, hosts and sessions of some files; without any, of the shipped library.

    Of each, what it is for, and the first sentence of its doc comment, or else where it comes from. `parley show NAME`
    prints it. Exit code: 2 where a file is faulty.
    """
    from parley.listing import declarations

    result = declarations(*options.targets, kinds=options.kinds)
    if options.output.format == "json":
        from .json import list_json

        options.output.write(list_json(result))
        return result.code
    from ..diagnostics import to_stderr
    from .text import list_text

    to_stderr(result.diagnostics)
    options.output.write(list_text(result, options.output))
    return result.code
