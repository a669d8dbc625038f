"""`parley conform`: any program as an implementation, run against a policy."""

from __future__ import annotations

import sys
from pathlib import Path

from msgspec import Struct
from parley import Limits
from parley.conforming import conform
from parley.naming import address, find_policy

from .options import configuration_options
from .output import Output, write_to


class Lists(Struct, frozen=True):
    """The files of a run: its suite, its list of known failures, and where to write one."""

    suite: Path | None
    known: Path | None
    write_known: Path | None


class Asking(Struct, frozen=True):
    """How a program is asked: whether what it supports is found out, whether spare registers must be 0, how long it is
    waited for (seconds for a reply, and for all), how often it is started again.
    """

    discover: bool
    strict: bool
    timeout: float
    time_limit: float
    restarts: int


def conform_command(
    argument: str,
    options: list[str],
    command: list[str],
    asking: Asking,
    lists: Lists,
    format_: str,
    quiet: bool,
    output: Output,
) -> int:
    """Run a program and report. Raises Rejected for a wrong use, and where the program cannot be started."""
    program, policy = find_policy(argument)
    made = conform(
        policy,
        command,
        configuration_options(policy, options),
        discover=asking.discover,
        strict=asking.strict,
        suite=lists.suite,
        known_failures=lists.known,
        limits=Limits(asking.timeout, asking.time_limit, asking.restarts, end=asking.timeout),
        argument=address(program, policy),
    )
    if format_ != "json":
        sys.stderr.writelines(f"warning: {warning}\n" for warning in made.warnings)
    if lists.write_known is not None:
        write_to(lists.write_known, made.known_failures())
    match format_:
        case "json":
            from .conform_json import conform_json

            output.write(conform_json(made))
        case "junit":
            from .conform_junit import conform_junit

            output.write(conform_junit(made))
        case _:
            from .conform_text import conform_text

            output.write(conform_text(made, quiet, output))
    return made.code
