"""The command and its options."""

from __future__ import annotations

import io
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO, cast

import click
from msgspec import Struct
from parley.spec.diagnostics import Diagnostic, Rejected, printable
from parley.spec.files import reason

from ..completion import mutants, policies
from ..draw.rows import laid_out
from ..options import NAMED, AtPath, handed_on
from ..output import Output, need_apart, warn

if TYPE_CHECKING:
    from types import FrameType

TERMINATED = 143
"""The exit code of a process that is ended by SIGTERM, in a shell."""


class Options(Struct, frozen=True):
    """A policy, or a mutant of it by name, and its configuration as options; where calls are logged, and the socket."""

    policy: str
    named: list[str]
    mutant: str | None
    list_mutants: bool
    log: str | None
    socket: Path | None
    output: Output


@click.command("serve", short_help="An RMM behind pipes, or on a socket.", context_settings=NAMED)
@click.argument("policy", metavar="POLICY", shell_complete=policies)
@click.option("--mutant", metavar="NAME", shell_complete=mutants, help="Serve a mutant of the policy, such as m7.")
@click.option("--list-mutants", is_flag=True, help="Print the mutants with what each gets wrong, and serve nothing.")
@click.option(
    "--log",
    is_flag=False,
    flag_value="-",
    metavar="[FILE]",
    help="Print each call as TF-RMM does, to standard error or (--log=FILE) to FILE.",
)
@click.option("--socket", type=AtPath("socket"), metavar="PATH", help="Serve on a unix socket at PATH.")
@handed_on(Options, reads=["policy"], color=False, quiet=False, file=False)
def command(options: Options) -> int:
    """Serve an RMM that answers as a policy does: it reads a request a line, and writes a reply a line.

    A request has registers or names, {"id": 1, "x1": "0x10000"} or {"id": 1, "requested": "1.0"}; a reply is {"id": 1,
    "x0": "0x0", "x1": "0x10000", "x2": "0x20000"}, or {"id": 1, "error": "why"} where there is no answer. Give the
    configuration by the interface's own names (--supported 1.0,2.0), or in each request. On a socket, one connection
    is served after the other. It ends with its input, or when it is interrupted. Exit code: 0, or 2 for a wrong use.
    """
    from parley.given import configuration_options
    from parley.naming import find_policy
    from parley.serving import mutants_and_left_out, serve

    _, policy = find_policy(options.policy)
    if options.list_mutants:
        made, warnings = mutants_and_left_out(policy)
        warn(warnings)
        options.output.write("".join(f"{line}\n" for line in laid_out((m.name, m.what) for m in made)))
        return 0
    log = None if options.log is None else LogFile(options.log)
    need_apart(log.path if log is not None else None, [options.policy])
    config = configuration_options(policy, options.named)
    service = serve(policy, config, mutant=options.mutant, log=log.write if log is not None else None)

    def ready() -> None:
        # Whatever is wrong is told by now, and no file was emptied for it.
        if log is not None:
            log.open()
        if options.socket is not None:
            print(f"serving {policy.name} on {printable(str(options.socket))}", file=sys.stderr, flush=True)

    try:
        if options.socket is None:
            ready()
            # Where the caller closed it, Python has none.
            given = sys.stdin.buffer if sys.stdin else io.BytesIO()
            service.serve(cast("io.BufferedIOBase", given), sys.stdout.buffer)
        else:
            signal.signal(signal.SIGTERM, _terminated)
            service.listen(options.socket, ready)
    finally:
        if log is not None:
            log.close()
    return 0


class LogFile:
    """Where calls are logged, a line at once; `-` is standard error."""

    def __init__(self, name: str) -> None:
        self.path = None if name == "-" else Path(name)
        self.stream: TextIO = sys.stderr

    def open(self) -> None:
        """Begin the file anew. Raises Rejected (P506)."""
        if self.path is None:
            return
        try:
            self.stream = self.path.open("w", encoding="utf-8")
        except (OSError, ValueError) as error:
            message = f"`{printable(str(self.path))}` cannot be written: {reason(error)}"
            raise Rejected(Diagnostic("P506", message, "choose another file")) from None

    def close(self) -> None:
        """Close the file, if there is one."""
        if self.path is not None and self.stream is not sys.stderr:
            self.stream.close()

    def write(self, line: str) -> None:
        """One call. It can be read at once."""
        print(line, file=self.stream, flush=True)


def _terminated(_number: int, _frame: FrameType | None) -> NoReturn:
    """End as one does, with the socket removed."""
    raise SystemExit(TERMINATED)
