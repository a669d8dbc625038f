"""The command and its options."""

from __future__ import annotations

import click
from msgspec import Struct

from ..completion import policies
from ..options import handed_on
from ..output import Output, warn


class Options(Struct, frozen=True):
    """A policy, and the file of a suite for it."""

    policy: str
    suite: str
    output: Output


# An option that is none comes to an argument too many; `-:policy` is an argument.
@click.command(
    "score", short_help="How strong a suite of vectors is.", context_settings={"ignore_unknown_options": True}
)
@click.argument("policy", metavar="POLICY", shell_complete=policies)
@click.argument("suite", metavar="SUITE")
@handed_on(Options, "text", "json", reads=["policy", "suite"])
def command(options: Options) -> int:
    """How strong a suite is: cases, conditions, boundaries, mutants, and the vectors that it lacks.

    SUITE is a file that `parley vectors` wrote, or a plain list as CSV or JSON with the columns supported, requested
    and the outputs: a cell is empty where its row does not check that output, and `any` where it may be what the policy
    allows. `-` is standard input. Exit code: 0 where nothing contradicts the policy and no mutant survives, else 1.
    """
    from parley.naming import find_policy
    from parley.suites import score

    found, output = score(find_policy(options.policy)[1], options.suite), options.output
    if output.format == "json":
        from .json import score_json

        output.write(score_json(found))
    else:
        from .text import score_text

        warn(found.warnings)
        output.write(score_text(found, output))
    return found.code
