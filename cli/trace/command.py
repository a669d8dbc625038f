"""The command and its options."""

from __future__ import annotations

import click
from msgspec import Struct

from ..completion import policies
from ..options import Budget, handed_on
from ..output import Output


class Options(Struct, frozen=True):
    """A policy, a log, and how the log is read: what it calls the command, and the lines with which a boot begins.

    `budget` is the solver's resources for one question.
    """

    policy: str
    log: str
    commands: tuple[str, ...]
    marker: str | None
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
@click.argument("log", metavar="LOG")
@click.option(
    "--command",
    "commands",
    multiple=True,
    metavar="NAME",
    help="What the log calls the command, such as SMC_RMI_VERSION; may be given several times.",
)
@click.option(
    "--boot-marker",
    "marker",
    metavar="REGEX",
    help="Lines with which a boot begins, and perhaps another configuration; by default TF-RMM's `Booting RMM v.`; "
    "none where empty.",
)
@click.option("--budget", type=Budget(), metavar="UNITS", help="Solver resources for one question.")
@handed_on(Options, "text", "json", reads=["policy", "log"])
def command(options: Options) -> int:
    """Judge the replies in an RMM's log: is there any configuration in which a conforming RMM prints these lines?

    LOG has lines such as TF-RMM's, or JSON lines; `-` is standard input. What the RMM supports need not be known.
    Exit code: 0 there is one, 1 there is none (the fewest lines that show it are printed), 2 there is nothing to
    judge, or a wrong use, 3 it is not known. A line that looks like a version line and cannot be read is shown and
    counted, and has no say in the exit code.
    """
    from parley.naming import find_policy
    from parley.tracing import trace

    from ..progress import ProgressLine

    _, policy = find_policy(options.policy)
    with ProgressLine() as progress:
        result = trace(
            policy,
            options.log,
            commands=options.commands,
            boot_marker=options.marker,
            budget=options.budget,
            progress=progress.lines,
        )
    if options.output.format == "json":
        from .json import trace_json

        options.output.write(trace_json(result))
    else:
        from .text import trace_text

        options.output.write(trace_text(result, options.output))
    return result.code
