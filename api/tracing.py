"""Judging the replies in a log, without knowing what the implementation supports."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Literal, TypeAlias

from parley.conformance.explain import BUDGET, Undecided
from parley.conformance.logs.log import BootSegment, CountedExchange, Log
from parley.conformance.logs.reader import MOST_RMMS, Reader, TooManyRmms
from parley.conformance.logs.table import read_table
from parley.conformance.logs.verdict import ContradictedSegment, ExplainedSegment, SegmentVerdict, judge_segment
from parley.conformance.logs.words import LogWords
from parley.model.instance import Range, Value
from parley.spec.checked import CheckedPolicy
from parley.spec.checked_interface import CheckedInterface
from parley.spec.diagnostics import Diagnostic, Rejected, listed, printable
from parley.spec.files import UTF_16, is_passing
from parley.spec.program import Program

from .naming import find_policy, policy_of
from .reading import read_text, unreadable
from .results import Result, Table

LogVerdict: TypeAlias = Literal["consistent", "contradiction", "undecided"]
CODES: dict[LogVerdict, int] = {"consistent": 0, "contradiction": 1, "undecided": 3}


class TraceResult(Result, frozen=True):
    """What a log says, and of each configuration in it, whether a conforming implementation prints that."""

    policy: CheckedPolicy
    name: str
    log: Log
    verdicts: list[SegmentVerdict]

    @property
    def verdict(self) -> LogVerdict:
        """The verdict of the whole: what decides most, of the verdicts of its configurations."""
        found = {verdict_of(judged) for judged in self.verdicts}
        order: tuple[LogVerdict, ...] = ("contradiction", "undecided", "consistent")
        return next(verdict for verdict in order if verdict in found)

    @property
    def code(self) -> int:
        """The exit code of `parley trace`: 1 where no configuration explains the lines, 3 where that is not known."""
        return CODES[self.verdict]

    def table(self) -> Table:
        rows: list[tuple[str, ...]] = []
        for stretch, judged in zip(self.log.segments, self.verdicts, strict=True):
            of = f"{stretch.rmm}, " if stretch.rmm else ""
            where = f"{of}from line {stretch.begins}" if stretch.declared is None else "declared"
            rows.append((verdict_of(judged), where, counted(stretch.lines)))
            if isinstance(judged, ContradictedSegment):
                rows += [("", f"line {one.first.number}", one.first.text) for one in judged.exchanges]
        return Table(tuple(rows), f"{self.verdict}: {self.log.judged:,} of {counted(self.log.lines)}")


def trace(
    policy: CheckedPolicy | Program,
    log: str | os.PathLike[str],
    *,
    commands: Sequence[str] = (),
    lines: Sequence[str | os.PathLike[str]] = (),
    boot_marker: str | None = None,
    by: str | None = None,
    budget: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> TraceResult:
    """Whether a conforming implementation may print a log: whether some configuration explains its replies.

    `log` is a file, or `-`. `commands` are what it calls the command, in place of what the interface does. `lines` are
    tables of what programs print, beside the library's. A line that matches `boot_marker` begins another boot, and
    perhaps another configuration: by default TF-RMM's banner, and where no RMM has one, a kernel's first line and a
    time stamp that falls; none where empty. What lines begin with that matches `by` tells several RMMs apart.
    `progress` is told how many lines are read. Raises Rejected for a wrong use, and where there is nothing to judge.
    """
    policy, name = policy_of(policy), os.fspath(log)
    reader = reader_of(policy.interface, commands=commands, lines=lines, boot_marker=boot_marker, by=by)
    with opened(name) as stream, few_rmms():
        read = reader.read(stream, progress or (lambda _: None))
    return judged(policy, name, reader.known, read, budget or BUDGET)


def policy_before(argument: str, log: str) -> CheckedPolicy:
    """The policy that is named before a log. Raises Rejected; P504 where the two have changed places."""
    try:
        return find_policy(argument)[1]
    except Rejected as wrong:
        if Path(argument).suffix != ".parley" and Path(argument).exists() and _names_policy(log):
            message = f"`{printable(argument)}` is no policy, and `{printable(log)}` names one: the policy comes first"
            raise Rejected(Diagnostic("P504", message, f"parley trace {_quoted(log)} {_quoted(argument)}")) from wrong
        raise


def _quoted(argument: str) -> str:
    return printable(shlex.quote(argument))


def _names_policy(argument: str) -> bool:
    try:
        find_policy(argument)
    except Rejected:
        return False
    return True


def reader_of(
    interface: CheckedInterface,
    *,
    commands: Sequence[str] = (),
    lines: Sequence[str | os.PathLike[str]] = (),
    boot_marker: str | None = None,
    by: str | None = None,
) -> Reader:
    """What takes a log, with these options. Raises Rejected."""
    own = [(os.fspath(path), read_table(read_text(path, "P542"), os.fspath(path))) for path in lines]
    if not all(commands):
        raise Rejected(Diagnostic("P504", "--command: no command is named", "write what the log calls it"))
    if by == "":
        raise Rejected(Diagnostic("P504", "--by: the pattern is empty, and tells nothing apart", "leave it out"))
    known = LogWords(interface, tuple(commands), own)
    boots = "usual" if boot_marker is None else _pattern("--boot-marker", boot_marker)
    return Reader(known, boots, None if by is None else _pattern("--by", by))


def judged(policy: CheckedPolicy, name: str, known: LogWords, read: Log, budget: int) -> TraceResult:
    """What comes of a log that was read. Raises Rejected (P541) where there is nothing to judge."""
    if not read.segments:
        raise Rejected(_nothing(known, name, read))
    return TraceResult(policy, name, read, [judge_segment(policy, stretch, budget) for stretch in read.segments])


def verdict_of(judged: SegmentVerdict) -> LogVerdict:
    match judged:
        case ExplainedSegment():
            return "consistent"
        case ContradictedSegment():
            return "contradiction"
        case Undecided():
            return "undecided"


def values_of(interface: CheckedInterface, one: CountedExchange) -> dict[str, Value]:
    """The inputs of a request, and the outputs that the log shows of its reply, as far as they are values."""
    made: dict[str, Value] = {}
    variables, words = (*interface.inputs, *interface.outputs), (*one.exchange.inputs, *one.exchange.outputs)
    for variable, word in zip(variables, words, strict=True):
        if isinstance(word, (tuple, Range)):
            made[variable.name.id] = word
        elif word is not None and word >= 0:
            made[variable.name.id] = word == 1 if variable.type == "bool" and word in (0, 1) else word
    return made


def declared_in(interface: CheckedInterface, stretch: BootSegment) -> dict[str, Value] | None:
    """The configuration that the log itself declares, by name."""
    if stretch.declared is None:
        return None
    return {v.name.id: value for v, value in zip(interface.configs, stretch.declared, strict=True)}


def _pattern(option: str, text: str) -> re.Pattern[bytes] | None:
    if text == "":
        return None
    try:
        return re.compile(text.encode("utf-8", "surrogateescape"))
    except (re.error, OverflowError, RecursionError) as error:
        message = f"{option}: `{printable(text[:60])}` is no regular expression: {error}"
        help_ = r"write a \ before . ( ) [ ] * + ? that stand for themselves"
        raise Rejected(Diagnostic("P504", message, help_)) from None


@contextmanager
def few_rmms() -> Generator[None]:
    """Raises Rejected (P504) where too many RMMs are told apart."""
    try:
        yield
    except TooManyRmms:
        message = f"--by tells more than {MOST_RMMS} RMMs apart"
        help_ = "let it match what names the RMM alone, such as `board[0-9]+`, and no time stamp"
        raise Rejected(Diagnostic("P504", message, help_)) from None


@contextmanager
def opened(name: str) -> Generator[BinaryIO]:
    """The log, as bytes. Raises Rejected (P540) where it cannot be read."""
    # Python has none where the caller closed it.
    given: Any = sys.stdin
    if not name:
        raise unreadable(name, "P540", OSError(2, "no file is named"))
    if name == "-" and given is None:
        raise unreadable(name, "P540", OSError(9, "standard input is closed"))
    with ExitStack() as ours:
        try:
            stream = given.buffer if name == "-" else ours.enter_context(Path(name).open("rb"))
        except (OSError, ValueError) as error:
            raise unreadable(name, "P540", error) from None
        try:
            yield stream
        except BrokenPipeError:
            # What is found while the log is read is written, and whoever reads that may have seen enough.
            raise
        except OSError as error:
            raise unreadable(name, "P540", error) from None


def _nothing(known: LogWords, name: str, log: Log) -> Diagnostic:
    """Nothing of a log could be judged. That is no verdict."""
    interface = known.interface.name
    where = "standard input" if name == "-" else f"`{printable(name)}`"
    shows = f"none of its {log.lines:,} lines shows a request of {interface} and its status"
    shows = shows if log.lines else "it is empty"
    wanted = listed(sorted(known.commands))
    if log.first_unread:
        first = log.first_unread[0]
        count = "one line looks" if log.unread == 1 else f"{log.unread:,} lines look"
        help_ = f"{count} like it and cannot be read; line {first.line.number}: {first.why}: {first.line.text}"
    elif log.unjudged:
        one = log.unjudged[0]
        help_ = f"{counted(one.count)} of {one.message.program}, from which nothing follows: {one.message.unjudged}"
    elif log.others:
        help_ = f"it has {others_of(log)}; name the policy of that interface, or the command with --command"
    elif _is_utf_16(name):
        help_ = "it is UTF-16, as some tools of Windows write it: save the log as UTF-8"
    else:
        help_ = (
            f"it is looked for by {wanted}, or as JSON lines, and by what programs are known to print; --command names "
            "another command, and --lines a table of other messages"
        )
    return Diagnostic("P541", f"{where} has no line to judge: {shows}", help_)


def _is_utf_16(name: str) -> bool:
    if is_passing(name):
        return False
    with suppress(OSError), Path(name).open("rb") as stream:
        return stream.read(2) in UTF_16
    return False


def others_of(log: Log) -> str:
    """How many lines are of other interfaces' commands."""
    return ", ".join(f"{counted(count)} of {command}" for command, count in log.others.items())


def counted(count: int) -> str:
    return f"{count:,} line{'s' if count != 1 else ''}"
