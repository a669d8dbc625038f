"""The command and its options."""

from __future__ import annotations

import click
from msgspec import Struct

from ..completion import files
from ..options import Budget, handed_on
from ..output import Output


class Options(Struct, frozen=True):
    """Files and names of the library; patterns of claims, all where empty; the solver's resources for one claim.

    With `cross_check`, others decide each claim again.
    """

    targets: tuple[str, ...]
    only: tuple[str, ...]
    budget: int | None
    cross_check: bool
    output: Output


@click.command("check", short_help="Prove every claim of some files; without any, of the shipped library.")
@click.argument("targets", nargs=-1, metavar="[FILE|NAME]...", shell_complete=files)
@click.option(
    "--only", multiple=True, metavar="CLAIM", help="Check only these claims: SUBJECT.CLAIM, with * as wildcard."
)
@click.option(
    "--budget",
    type=Budget(),
    metavar="UNITS",
    help="Solver resources for one claim; the default of 10000000 gives up on one after a few seconds.",
)
@click.option(
    "--cross-check",
    is_flag=True,
    help="Have each claim decided again: by z3 without the cutoff, and by cvc5 where that is installed.",
)
@handed_on(Options, "text", "json", reads=["targets"])
def command(options: Options) -> int:
    """Prove every claim of some files; without any, of the shipped library.

    Exit code: 0 all proved, 1 something is refuted, 2 a faulty file or a wrong use, 3 something is undecided,
    4 something is vacuous, 70 a defect of Parley, 130 interrupted. Claims under `expect refuted` count where they hold.
    """
    from parley.checking import check_files

    from ..progress import ProgressLine

    with ProgressLine() as progress:
        result = check_files(
            *options.targets,
            only=options.only,
            budget=options.budget,
            progress=progress.claim,
            cross_check=options.cross_check,
        )
    if options.output.format == "json":
        from .json import check_json

        options.output.write(check_json(result))
        return result.code
    from ..diagnostics import to_stderr
    from .text import check_text

    to_stderr(result.diagnostics)
    if result.outcomes:
        options.output.write(check_text(result, options.output))
    return result.code
