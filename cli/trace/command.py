"""The command and its options."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from msgspec import Struct

from ..completion import paths, policies
from ..options import Budget, handed_on
from ..output import Output, warn

if TYPE_CHECKING:
    from parley.spec.checked import CheckedPolicy
    from parley.tracing import TraceResult


class Options(Struct, frozen=True):
    """A policy, a log, and how the log is read: what it calls the command, tables of other lines, the lines with which
    a boot begins, what the lines of one RMM begin with, and whether more of the log is waited for.

    `budget` is the solver's resources for one question.
    """

    policy: str
    log: str
    commands: tuple[str, ...]
    lines: tuple[str, ...]
    marker: str | None
    by: str | None
    follow: bool
    budget: int | None
    output: Output


JSON_LINES = """\b
A JSON line is an object; its words are numbers, or hexadecimal strings:
  {"request": {"x1": "0x10001"}, "reply": {"x0": "0x1", "x1": "0x10000"}}
  {"x1": "0x10001", "x0": "0x1", "x1_out": "0x10000"}
  {"in_x1": "0x10001", "out_x0": "0x1", "out_x1": "0x10000"}
  {"id": 7, "x1": "0x10001"}, and in a later line {"id": 7, "x0": "0x1"}
The configuration may stand in it ("supported": ["1.0"]), and values by name
("lower": "1.0"), which must not contradict their registers.
"""


@click.command(
    "trace",
    short_help="Judge the replies in a log.",
    context_settings={"ignore_unknown_options": True},
    epilog=JSON_LINES,
)
@click.argument("policy", metavar="POLICY", shell_complete=policies)
@click.argument("log", metavar="LOG", shell_complete=paths)
@click.option(
    "--command",
    "commands",
    multiple=True,
    metavar="NAME",
    help="What the log calls the command, such as SMC_RMI_VERSION; may be given several times.",
)
@click.option(
    "--lines",
    multiple=True,
    metavar="FILE",
    shell_complete=paths,
    help="A table (TOML) of lines that other programs print, beside the library's; `parley explain P542` shows one.",
)
@click.option(
    "--boot-marker",
    "marker",
    metavar="REGEX",
    help="Lines with which a boot begins, and perhaps another configuration; by default TF-RMM's `Booting RMM v.`, and "
    "in a log without an RMM's, a kernel's first line, and a time stamp that falls (no realm's); none where empty.",
)
@click.option(
    "--by",
    metavar="PREFIX",
    help="What lines begin with that tells several RMMs apart, a regular expression: `board[0-9]+`; its first group, "
    "if it has one, is the name.",
)
@click.option(
    "--follow",
    is_flag=True,
    help="Read a pipe, or a file, as it grows and as it is replaced, and print what is found as it comes; Ctrl-C ends "
    "it with the report.",
)
@click.option("--budget", type=Budget(), metavar="UNITS", help="Solver resources for one question.")
@handed_on(Options, "text", "json", reads=["policy", "log", "lines"])
def command(options: Options) -> int:
    """Judge the replies in an RMM's log: is there any configuration in which a conforming RMM prints these lines?

    LOG has lines such as TF-RMM's, messages of Linux, Islet, test suites and others, or JSON lines; `-` is standard
    input. What the RMM supports need not be known. Each boot is judged on its own.
    Exit code: 0 there is one, 1 there is none (the fewest lines that show it are printed), 2 there is nothing to
    judge, or a wrong use, 3 it is not known. A line that looks like a version line and cannot be read is shown and
    counted, and has no say in the exit code.
    """
    from parley.tracing import policy_before, trace

    from ..progress import ProgressLine

    policy = policy_before(options.policy, options.log)
    if options.follow:
        return _followed(policy, options)
    with ProgressLine() as progress:
        result = trace(
            policy,
            options.log,
            commands=options.commands,
            lines=options.lines,
            boot_marker=options.marker,
            by=options.by,
            budget=options.budget,
            progress=progress.lines,
        )
    return _printed(result, options.output)


def _printed(result: TraceResult, output: Output) -> int:
    """Print the report; the exit code."""
    if output.format == "json":
        from .json import trace_json

        output.write(trace_json(result))
    else:
        from .text import trace_text

        output.write(trace_text(result, output))
    return result.code


def _followed(policy: CheckedPolicy, options: Options) -> int:
    """Print what is found as it comes, and at the end the report."""
    from parley.following import Finding, follow

    from .text import finding_text

    output = options.output

    def found(one: Finding) -> None:
        if output.format == "text" and output.file is None:
            output.write(finding_text(policy, one, output))

    result = follow(
        policy,
        options.log,
        found,
        commands=options.commands,
        lines=options.lines,
        boot_marker=options.marker,
        by=options.by,
        budget=options.budget,
        anew=lambda line: warn([line]),
    )
    return _printed(result, output)
