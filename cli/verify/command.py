"""The command and its options."""

from __future__ import annotations

from pathlib import Path

import click
from msgspec import Struct

from ..options import AtPath, handed_on
from ..output import Output


class Options(Struct, frozen=True):
    """A folder that `parley check --certify` wrote."""

    folder: Path
    output: Output


@click.command("verify", short_help="Check the certificates that `check --certify` wrote, without a solver.")
@click.argument("folder", metavar="DIR", type=AtPath("folder"))
@handed_on(Options, "text", "json")
def command(options: Options) -> int:
    """Check the certificates that `parley check --certify DIR` wrote, without a solver.

    Each is checked against the policy's text in DIR, which the certificate names by its SHA-256. Exit code: 0 where no
    certificate is refused, 1 where one is, 2 where there are none. Proofs without a certificate are listed.
    """
    from parley.certificates import verify

    from ..progress import ProgressLine

    with ProgressLine() as progress:
        result = verify(options.folder, progress.claim)
    if options.output.format == "json":
        from .json import verify_json

        options.output.write(verify_json(result))
        return result.code
    from .text import verify_text

    options.output.write(verify_text(result, options.output))
    return result.code
