"""Options that an interface names: `--supported 1.0,1.1`, `--requested=1.0`."""

from __future__ import annotations

from re import fullmatch

from parley.given import read_options
from parley.playing import left_open_in, required_of
from parley.spec.checked import CheckedPolicy, CheckedSession
from parley.spec.diagnostics import Diagnostic, Rejected, printable
from parley.spec.syntax import KNOWN


def configuration_options(policy: CheckedPolicy, options: list[str]) -> dict[str, str] | None:
    """The configuration that options fix; None where there are none."""
    return read_options(options, [v.name.id for v in policy.interface.configs]) or None


def session_options(session: CheckedSession, options: list[str]) -> dict[str, str]:
    """What a session is given. Raises Rejected for what it cannot be given."""
    open_ = left_open_in(session)
    of_rounds = _of_rounds(session, options, open_)
    return read_options(options, [*required_of(session), *open_, *of_rounds], "session")


def _of_rounds(session: CheckedSession, options: list[str], open_: list[str]) -> list[str]:
    """The options that give an output in one round."""
    made: list[str] = []
    for option in options:
        name = option.partition("=")[0].removeprefix("--")
        output, of_round, at = name.partition("@")
        if not option.startswith("--"):
            continue
        if of_round and output in open_:
            if not fullmatch("[1-9][0-9]*", at):
                text = f"`{printable(option[:60])}` is of no round"
                raise Rejected(Diagnostic("P504", text, f"rounds count from 1: write --{output}@1"))
            made.append(name)
        elif name == session.interface.inputs[0].name.id:
            text = f"--{name}: `{session.host.name}` makes the requests itself"
            raise Rejected(Diagnostic("P504", text, "leave it out"))
        elif name == KNOWN and session.host.knows.revisions is not None:
            text = f"--{name}: `{session.host.name}` says itself what it knows"
            raise Rejected(Diagnostic("P504", text, "leave it out"))
    return list(dict.fromkeys(made))
