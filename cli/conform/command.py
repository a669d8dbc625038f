"""The command and its options."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click
from msgspec import Struct

from ..completion import policies
from ..options import NAMED, WithCommand, handed_on
from ..output import Output, warn, write_to


class Options(Struct, frozen=True):
    """A policy and a program, and how it is asked.

    `named` is the configuration of a build that has a fixed one; `discover`: that is found out. With `strict`, spare
    registers must be 0. `timeout` is in seconds for a reply, `time_limit` for all; the program is started again
    `restarts` times. `suite` and `known` are the files of the requests and of those known to fail; `write_known` is
    where such a list is written.
    """

    policy: str
    named: list[str]
    command: list[str]
    suite: Path | None
    discover: bool
    strict: bool
    timeout: float
    time_limit: float
    restarts: int
    known: Path | None
    write_known: Path | None
    output: Output


_file = partial(click.option, type=click.Path(path_type=Path), metavar="FILE")


@click.command(
    "conform",
    cls=WithCommand,
    short_help="Run an implementation against a policy.",
    options_metavar="",
    context_settings=NAMED,
)
@click.argument("policy", metavar="POLICY [OPTIONS] -- COMMAND...", shell_complete=policies)
@_file(
    "--suite",
    help="The requests: a file of `parley vectors`, or a plain list as `parley score` takes it. [default: generated]",
)
@click.option("--discover", is_flag=True, help="Find out by the command itself what is supported.")
@click.option("--strict", is_flag=True, help="Registers x0 to x16 that a reply has and that are no outputs must be 0.")
@click.option(
    "--timeout",
    type=click.FloatRange(0.01),
    default=5.0,
    show_default=True,
    metavar="S",
    help="Seconds for a reply, and for the program to end when its input does.",
)
@click.option(
    "--time-limit", type=click.FloatRange(0.01), default=600.0, show_default=True, metavar="S", help="Seconds for all."
)
@click.option(
    "--restarts",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    metavar="N",
    help="How often the program is started again after a crash or a time-out.",
)
@_file("--known-failures", "known", help="Requests that are known to fail; one that does not is an error.")
@_file("--write-known-failures", "write_known", help="Write such a list of all that fails.")
@handed_on(Options, "text", "json", "junit", reads=["policy", "suite", "known"])
def command(options: Options) -> int:
    """Run any program as an implementation of a policy's interface, and judge its replies.

    COMMAND reads a request a line, {"id": 7, "supported": ["1.0", "2.0"], "x1": "0x10001"}, and answers one a line:
    {"id": 7, "x0": "0x1", "x1": "0x10000", "x2": "0x20000"}. For a build with a fixed configuration, give that by the
    interface's own names (--supported 1.0,1.1), or let --discover find it. A share of the requests is asked again, and
    must be answered the same. When its input ends, the program ends as well, with exit code 0. Exit code: 0 every reply
    is right, 1 one is wrong or missing, or the program fails by itself, 2 it cannot be started, or a wrong use, 3 it is
    not known whether any configuration gives the replies.
    """
    from parley import Limits
    from parley.conforming import conform
    from parley.given import configuration_options
    from parley.naming import argument_of, find_policy

    output = options.output
    program, policy = find_policy(options.policy)
    result = conform(
        policy,
        options.command,
        configuration_options(policy, options.named),
        discover=options.discover,
        strict=options.strict,
        suite=options.suite,
        known_failures=options.known,
        limits=Limits(options.timeout, options.time_limit, options.restarts, end=options.timeout),
        argument=argument_of(program, policy),
    )
    if output.format != "json":
        warn(result.warnings)
    if options.write_known is not None:
        write_to(options.write_known, result.known_failures())
    match output.format:
        case "json":
            from .json import conform_json

            output.write(conform_json(result))
        case "junit":
            from .junit import conform_junit

            output.write(conform_junit(result))
        case _:
            from .text import conform_text

            output.write(conform_text(result, output))
    return result.code
