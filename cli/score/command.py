"""The command and its options."""

from __future__ import annotations

import click
from msgspec import Struct
from parley.spec.diagnostics import Diagnostic, Rejected, printable

from ..completion import policies
from ..options import NAMED, WithCommand, handed_on
from ..output import Output, need_apart, warn


class Options(Struct, frozen=True):
    """A policy, and a suite for it: the one that is `named`, a file, or a program.

    Of a program, `named` are its configurations as options; `timeout` is in seconds for it to ask or end, `time_limit`
    for all its runs.
    """

    policy: str
    named: list[str]
    command: list[str]
    timeout: float
    time_limit: float
    output: Output


@click.command(
    "score",
    cls=WithCommand,
    short_help="How strong a suite of vectors is, or a test program.",
    options_metavar="",
    context_settings=NAMED,
)
@click.argument("policy", metavar="POLICY SUITE | POLICY [OPTIONS] -- COMMAND...", shell_complete=policies)
@click.option(
    "--timeout",
    type=click.FloatRange(0.01),
    default=5.0,
    show_default=True,
    metavar="S",
    help="Seconds for a program to ask a request or end.",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(0.01),
    default=600.0,
    show_default=True,
    metavar="S",
    help="Seconds for all runs of a program.",
)
@handed_on(Options, "text", "json", reads=["policy"])
def command(options: Options) -> int:
    """How strong a suite is: cases, conditions, boundaries, mutants, and the vectors that it lacks.

    SUITE is a file that `parley vectors` wrote, or a plain list as CSV or JSON with the columns supported, requested
    and the outputs: a cell is empty where its row does not check that output, and `any` where it may be what the policy
    allows. `-` is standard input.

    COMMAND is a test program: it is run against the policy, which it must pass, and against each mutant. It talks to
    the RMM as to `parley serve`: it is told {"start": 1, "supported": ["1.0"]}, asks {"id": 1, "x1": "0x10000"}, and
    is answered {"id": 1, "x0": "0x0", "x1": "0x10000", "x2": "0x10000"}. Exit code 0, or {"pass": true}, is a pass;
    any other, or {"fail": "why"}, is none. It is run in each of some configurations; a suite for one build in that
    which is given by the interface's own names (--supported 1.0; again for another). What it prints to standard error
    is its own.

    Exit code: 0 where nothing contradicts the policy and no mutant survives, 1 where something does, 2 for a wrong use,
    3 where a program was not run against some mutant, for want of time.
    """
    from parley import Limits
    from parley.given import several_configurations
    from parley.naming import find_policy
    from parley.suites import score

    output = options.output
    if options.command:
        if options.named and not options.named[0].startswith("--"):
            message = f"a suite, `{printable(options.named[0])[:60]}`, and a program are given"
            raise Rejected(Diagnostic("P504", message, "leave one of them out"))
        policy = find_policy(options.policy)[1]
        configurations = several_configurations(policy, options.named)
        limits = Limits(options.timeout, options.time_limit)
        found = score(policy, command=options.command, configurations=configurations, limits=limits)
    else:
        suite = _suite(options.named)
        need_apart(output.file, [options.policy, suite])
        found = score(find_policy(options.policy)[1], suite)
    if output.format == "json":
        from .json import score_json

        output.write(score_json(found))
    else:
        from .text import score_text

        warn(found.warnings)
        output.write(score_text(found, output))
    return found.code


def _suite(named: list[str]) -> str:
    """The one suite that is named. Raises a UsageError."""
    if not named:
        raise click.UsageError("Missing argument 'SUITE', or a program behind two dashes: -- ./suite.")
    if len(named) > 1:
        raise click.UsageError(f"Got unexpected extra argument ({printable(' '.join(named[1:]))}).")
    return named[0]
