"""The command and its options."""

from __future__ import annotations

import click
from msgspec import Struct

from ..completion import hosts, policies
from ..options import handed_on
from ..output import Output


class Options(Struct, frozen=True):
    """The RMMs, each with what it supports, and the hosts."""

    rmms: tuple[str, ...]
    hosts: tuple[str, ...]
    output: Output


@click.command("matrix", short_help="Who ends up with what: hosts against RMMs.")
@click.option(
    "--rmm",
    "rmms",
    multiple=True,
    required=True,
    metavar="POLICY=REVISIONS",
    shell_complete=policies,
    help="An RMM: a policy, and the revisions that this build supports; behind `;`, the policy's own configs, as in "
    "'mine=1.0,1.1;strict=true'. May be given several times.",
)
@click.option(
    "--host",
    "hosts",
    multiple=True,
    required=True,
    metavar="HOST[=REVISIONS]",
    shell_complete=hosts,
    help="A host; one that knows any revisions, with those that it knows. May be given several times.",
)
@handed_on(Options, "text", "json", "markdown", quiet=False)
def command(options: Options) -> int:
    """Play named hosts against named RMMs, each with the revisions that it supports.

    POLICY and HOST are names of the shipped library, or FILE:NAME.
    """
    from parley.matrices import matrix

    result, output = matrix(options.rmms, options.hosts), options.output
    match output.format:
        case "json":
            from .json import matrix_json

            output.write(matrix_json(result))
        case "markdown":
            from .text import matrix_markdown

            output.write(matrix_markdown(result))
        case _:
            from .text import matrix_text

            output.write(matrix_text(result, output))
    return result.code
