"""Judging the replies in a log, without knowing what the implementation supports."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias

from parley.conformance.explain import BUDGET, Undecided
from parley.conformance.logs.reader import BOOT_MARKER, BootSegment, CountedExchange, Log, Reader
from parley.conformance.logs.verdict import ContradictedSegment, ExplainedSegment, SegmentVerdict, judge_segment
from parley.conformance.logs.words import LogWords
from parley.model.instance import Range, Value
from parley.spec.checked import CheckedPolicy
from parley.spec.checked_interface import CheckedInterface
from parley.spec.diagnostics import Diagnostic, Rejected, listed, printable
from parley.spec.program import Program

from .naming import policy_of
from .reading import unreadable
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
            where = f"from line {stretch.begins}" if stretch.declared is None else "declared"
            rows.append((verdict_of(judged), where, counted(stretch.lines)))
            if isinstance(judged, ContradictedSegment):
                rows += [("", f"line {one.first.number}", one.first.text) for one in judged.exchanges]
        return Table(tuple(rows), f"{self.verdict}: {self.log.judged:,} of {counted(self.log.lines)}")


def trace(
    policy: CheckedPolicy | Program,
    log: str | os.PathLike[str],
    *,
    commands: Sequence[str] = (),
    boot_marker: str | None = None,
    budget: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> TraceResult:
    """Whether a conforming implementation may print a log: whether some configuration explains its replies.

    `log` is a file, or `-`. `commands` are what it calls the command, beside what the interface does; a line that
    matches `boot_marker` begins another boot, and perhaps another configuration: by default TF-RMM's, none where empty.
    `progress` is told how many lines are read. Raises Rejected for a wrong use, and where there is nothing to judge.
    """
    policy, name = policy_of(policy), os.fspath(log)
    known = LogWords(policy.interface, tuple(commands))
    reader = Reader(known, _pattern(boot_marker))
    with _opened(name) as stream:
        read = reader.read(stream, progress or (lambda _: None))
    if not read.segments:
        raise Rejected(_nothing(known, name, read))
    return TraceResult(
        policy, name, read, [judge_segment(policy, stretch, budget or BUDGET) for stretch in read.segments]
    )


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


def _pattern(marker: str | None) -> re.Pattern[bytes] | None:
    if marker == "":
        return None
    try:
        return re.compile((BOOT_MARKER if marker is None else marker).encode("utf-8", "surrogateescape"))
    except (re.error, OverflowError, RecursionError) as error:
        message = f"--boot-marker: `{printable((marker or '')[:60])}` is no regular expression: {error}"
        help_ = r"write a \ before . ( ) [ ] * + ? that stand for themselves"
        raise Rejected(Diagnostic("P504", message, help_)) from None


@contextmanager
def _opened(name: str) -> Generator[BinaryIO]:
    """The log, as bytes. Raises Rejected (P540) where it cannot be read."""
    try:
        if name == "-":
            yield sys.stdin.buffer
        else:
            with Path(name).open("rb") as stream:
                yield stream
    except (OSError, ValueError) as error:
        raise unreadable(name, "P540", error) from None


def _nothing(known: LogWords, name: str, log: Log) -> Diagnostic:
    """Nothing of a log could be judged. That is no verdict."""
    interface = known.interface.name
    where = "standard input" if name == "-" else f"`{printable(name)}`"
    shows = f"none of its {log.lines:,} lines shows a request of {interface} and its status"
    wanted = listed(sorted(known.commands))
    if log.first_unread:
        first = log.first_unread[0]
        count = "one line looks" if log.unread == 1 else f"{log.unread:,} lines look"
        help_ = f"{count} like it and cannot be read; line {first.line.number}: {first.why}: {first.line.text}"
    elif log.others:
        help_ = f"it has {others_of(log)}; name the policy of that interface, or the command with --command"
    else:
        help_ = f"it is looked for by {wanted}, or as JSON lines; --command names another command"
    return Diagnostic("P541", f"{where} has no line to judge: {shows}", help_)


def others_of(log: Log) -> str:
    """How many lines are of other interfaces' commands."""
    return ", ".join(f"{counted(count)} of {command}" for command, count in log.others.items())


def counted(count: int) -> str:
    return f"{count:,} line{'s' if count != 1 else ''}"
