"""The command and its options."""

from __future__ import annotations

from pathlib import Path

import click
from msgspec import Struct

from ..completion import answering
from ..options import AtPath, Budget, handed_on
from ..output import Output


class Options(Struct, frozen=True):
    """What is written, a policy, and the folder that it is written to; the solver's resources for one claim."""

    what: str
    policy: str
    folder: Path
    budget: int | None
    output: Output


@click.command("export", short_help="The claims about a policy as files for other solvers.")
@click.argument("what", type=click.Choice(["smtlib"]), metavar="smtlib")
@click.argument("policy", metavar="POLICY", shell_complete=answering)
@click.argument("folder", metavar="DIR", type=AtPath("folder"))
@click.option(
    "--budget",
    type=Budget(),
    metavar="UNITS",
    help="Solver resources for the verdict on one claim, which is the status of its file.",
)
@handed_on(Options, reads=["policy"], color=False, file=False)
def command(options: Options) -> int:
    """The claims about a policy as files of SMT-LIB 2.6: one for each claim, and one for each premise of a proof.

    A file CLAIM.smt2 asks whether the claim can fail, or whether what it says can happen; its status is what `check`
    finds. DIR is made where there is none. Files in it that are called so are replaced, and nothing else.
    """
    from parley.exporting import smtlib_of, unwritten

    from ..folders import write_all
    from ..output import warn

    files = smtlib_of(options.policy, budget=options.budget)
    write_all(options.folder, {file.name: file.text for file in files if file.text})
    warn(f"{name} is too long to be written" for name in unwritten(files))
    if not options.output.quiet:
        counts = [(status, sum(file.status == status for file in files)) for status in ("sat", "unsat", "unknown")]
        said = ", ".join(f"{count} {status}" for status, count in counts if count)
        options.output.write(f"{len(files)} questions in {click.format_filename(options.folder)}: {said}\n")
    return 0
