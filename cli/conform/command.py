"""The command and its options."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from ..completion import answering
from ..options import NAMED, AtPath, WithCommand, handed_on, need_dashes, seconds
from ..output import Output, warn, write_to

if TYPE_CHECKING:
    from parley.conforming import ConformResult
    from parley.conforming_hosts import HostResult


class Options(Struct, frozen=True):
    """A policy or session and a program, and how it is asked, or what it is told.

    `named` is the configuration of a build that has a fixed one; of a session, those that are played; `discover`: that
    is found out. With `strict`, spare registers must be 0. `timeout` is in seconds for a reply, `time_limit` for all;
    the program is started again `restarts` times. `suite` and `known` are the files of the requests and of those known
    to fail; `write_known` is where such a list is written. `hostile` plays RMMs that break the policy as well, or the
    `only` one; `rounds` is how many requests a host may make.
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
    hostile: bool
    only: str
    rounds: int | None
    output: Output


_file = partial(click.option, type=AtPath(), metavar="FILE")


@click.command(
    "conform",
    cls=WithCommand,
    short_help="Run an implementation or a host against a policy.",
    options_metavar="",
    context_settings=NAMED,
)
@click.argument("policy", metavar="POLICY|SESSION [OPTIONS] -- COMMAND...", shell_complete=answering)
@_file(
    "--suite",
    help="The requests: a file of `parley vectors`, or a plain list as `parley score` takes it. [default: generated]",
)
@click.option("--discover", is_flag=True, help="Find out by the command itself what is supported.")
@click.option("--strict", is_flag=True, help="Registers x0 to x16 that a reply has and that are no outputs must be 0.")
@seconds("--timeout", 5.0, "Seconds for a reply, and for the program to end when its input does.")
@seconds("--time-limit", 600.0, "Seconds for all.")
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
@click.option("--hostile", is_flag=True, help="Of a session: also with RMMs that break the policy.")
@click.option("--only", default="", metavar="NAME", help="Of those RMMs, this one alone: a mutant, such as m12.")
@click.option(
    "--rounds",
    type=click.IntRange(1),
    metavar="N",
    help="Of a session: requests that a host may make at once. [default: 16, and 4 for each that it can make of what "
    "it knows; where these are more than 64, 272, or 16 and one for each; up to 528 as long as it asks for others]",
)
@handed_on(Options, "text", "json", "junit", reads=["policy", "suite", "known"])
def command(options: Options) -> int:
    """Run any program as an implementation of a policy's interface, or as the host of a session, and judge it.

    Of a policy: COMMAND reads a request a line, {"id": 7, "supported": ["1.0", "2.0"], "x1": "0x10001"}, and answers
    one a line: {"id": 7, "x0": "0x1", "x1": "0x10000", "x2": "0x20000"}. For a build with a fixed configuration, give
    that by the interface's own names (--supported 1.0,1.1), or let --discover find it. A share of the requests is asked
    again, and must be answered the same. When its input ends, the program ends as well, with exit code 0.

    Of a session: Parley is the RMM. COMMAND is told what it knows, {"start": 1, "known": ["1.1", "1.0"]}, asks
    {"id": 1, "x1": "0x10001"}, is answered as above, and ends with {"accept": "1.0"} or {"give_up": true}. Then it gets
    the next start, or it ends and is started anew. It is judged by the session's claims, and by the rules of its host.

    Exit code: 0 all is right, 1 something is wrong or missing, or the program fails by itself, 2 it cannot be started,
    or a wrong use, 3 it is not known whether any configuration gives the replies, or nothing could be judged.
    """
    from parley import Limits
    from parley.conforming import ConformResult, conform, need_none
    from parley.given import configuration_options
    from parley.naming import argument_of, find_tested
    from parley.spec.checked import CheckedSession

    need_dashes(options.named, options.command)
    program, subject = find_tested(options.policy)
    if isinstance(subject, CheckedSession):
        from parley.conforming_hosts import host_options

        need_none({"write-known-failures": options.write_known}, "an implementation of a policy", "a host of a session")
        given = host_options(subject, options.named)
    else:
        given = configuration_options(subject, options.named)
    result = conform(
        subject,
        options.command,
        given,
        discover=options.discover,
        strict=options.strict,
        suite=options.suite,
        known_failures=options.known,
        hostile=options.hostile,
        only=options.only,
        rounds=options.rounds,
        limits=Limits(options.timeout, options.time_limit, options.restarts, end=options.timeout),
        argument=argument_of(program, subject),
    )
    if options.output.format != "json":
        warn(result.warnings)
    if isinstance(result, ConformResult) and options.write_known is not None:
        write_to(options.write_known, result.known_failures())
    options.output.write(_report(result, options.output))
    return result.code


def _report(result: ConformResult | HostResult, output: Output) -> str:
    """The report in the form that was chosen; what makes another one is not imported."""
    from parley.conforming import ConformResult

    match result, output.format:
        case ConformResult(), "json":
            from .json import conform_json

            return conform_json(result)
        case ConformResult(), "junit":
            from .junit import conform_junit

            return conform_junit(result)
        case ConformResult(), _:
            from .text import conform_text

            return conform_text(result, output)
        case _, "json":
            from .host_json import host_json

            return host_json(result)
        case _, "junit":
            from .host_junit import host_junit

            return host_junit(result)
        case _:
            from .host_text import host_text

            return host_text(result, output)
