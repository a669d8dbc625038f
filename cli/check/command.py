"""The command and its options."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from ..completion import files
from ..options import AtPath, Budget, handed_on
from ..output import Output

if TYPE_CHECKING:
    from parley.certificates import CertifyResult
    from parley.checking import CheckResult

    from ..progress import ProgressLine


class Options(Struct, frozen=True):
    """Files and names of the library; patterns of claims, all where empty; the solver's resources for one claim; the
    folder that certificates are put into.

    With `cross_check`, others decide each claim again.
    """

    targets: tuple[str, ...]
    only: tuple[str, ...]
    budget: int | None
    certify: Path | None
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
    "--certify",
    type=AtPath("folder"),
    metavar="DIR",
    help="Write a certificate of each proof into DIR, which `parley verify` checks without a solver.",
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

    if options.certify is not None:
        from parley.certificates import need_folder

        need_folder(options.certify)
    with ProgressLine() as progress:
        result = check_files(
            *options.targets,
            only=options.only,
            budget=options.budget,
            progress=progress.claim,
            cross_check=options.cross_check,
        )
        certified = None if options.certify is None else _certified(result, options.certify, progress)
    if options.output.format == "json":
        from .json import check_json

        options.output.write(check_json(result, certified))
        return result.code
    from ..diagnostics import to_stderr
    from .text import check_text

    to_stderr(result.diagnostics)
    if result.outcomes:
        options.output.write(check_text(result, options.output, certified))
    return result.code


def _certified(result: CheckResult, folder: Path, progress: ProgressLine) -> CertifyResult:
    """Puts the certificates of all proofs into a folder, and the list of them last."""
    from parley.certificates import certify, outdated

    from ..folder import write_folder

    made = certify(result, progress.claim)
    before = outdated(folder, made.files)
    write_folder(folder, made.files)
    for path in before:
        if path.suffix == ".json" and path.is_file():
            path.unlink()
    return made
