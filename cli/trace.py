"""`parley trace`: judge the replies in a log, without knowing what the implementation supports."""

from __future__ import annotations

import re
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ..spec.checked import CheckedPolicy
from ..spec.diagnostics import Diagnostic, Rejected, listed, printable
from ..spec.words import Format
from ..vectors.explain import BUDGET, Undecided
from ..vectors.log_words import Vocabulary
from ..vectors.trace import BOOT_MARKER, Log, Reader, Sighting, Stretch
from ..vectors.trace_verdict import Contradicted, Explained, Gap, Judged, Known, judge
from .output import Output
from .subject import find_policy
from .trace_json import Verdict
from .trace_report import declared, inputs_of, outputs_of, overall, plain_config, trace_json, verdict_of
from .values import Words

CODES: dict[Verdict, int] = {"consistent": 0, "contradiction": 1, "undecided": 3}
COLORS: dict[Verdict, str] = {"consistent": "green", "contradiction": "red", "undecided": "yellow"}
LABEL = 17


def trace(
    argument: str,
    name: str,
    commands: tuple[str, ...],
    marker: str | None,
    budget: int | None,
    format_: str,
    quiet: bool,
    output: Output,
) -> int:
    """Print whether a conforming RMM may print a log. Raises Rejected for a wrong use, or nothing to judge."""
    _, policy = find_policy(argument)
    known = Vocabulary(policy.interface, commands)
    if not known.readable:
        message = f"`{policy.interface.name}` has inputs or outputs in no register, and a log shows registers"
        raise Rejected(Diagnostic("P541", message, "give them with `in x1`, for a command with a register interface"))
    reader = Reader(known, _pattern(marker))
    with _opened(name) as stream, _progress() as progress:
        log = reader.read(stream, progress)
    if not log.stretches:
        raise Rejected(_nothing(known, name, log))
    verdicts = [judge(policy, stretch, budget or BUDGET) for stretch in log.stretches]
    if format_ == "json":
        output.write(trace_json(policy, name, log, verdicts))
    else:
        output.write(_text(policy, name, log, verdicts, quiet, output))
    return CODES[overall(verdicts)]


def _pattern(marker: str | None) -> re.Pattern[bytes] | None:
    if marker is None:
        marker = BOOT_MARKER
    if not marker:
        return None
    try:
        return re.compile(marker.encode("utf-8", "surrogateescape"))
    except (re.error, OverflowError, RecursionError) as error:
        message = f"--boot-marker: `{printable(marker[:60])}` is no regular expression: {error}"
        raise Rejected(
            Diagnostic("P504", message, r"write a \ before . ( ) [ ] * + ? that stand for themselves")
        ) from None


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
        reason = getattr(error, "strerror", None) or str(error)
        message = f"`{printable(name)}` cannot be read: {reason}"
        raise Rejected(Diagnostic("P540", message, "check the path; `-` is standard input")) from None


@contextmanager
def _progress() -> Generator[_Progress]:
    progress = _Progress()
    try:
        yield progress
    finally:
        progress.clear()


class _Progress:
    """How many lines are read, on a terminal's standard error; nothing elsewhere."""

    def __init__(self) -> None:
        self.wanted = sys.stderr.isatty()
        self.shown = False

    def __call__(self, lines: int) -> None:
        if self.wanted:
            sys.stderr.write(f"\r\033[K{lines:,} lines")
            sys.stderr.flush()
            self.shown = True

    def clear(self) -> None:
        if self.shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()


def _nothing(known: Vocabulary, name: str, log: Log) -> Diagnostic:
    """Nothing of a log could be judged. That is no verdict."""
    interface = known.interface.name
    where = "standard input" if name == "-" else f"`{printable(name)}`"
    message = (
        f"{where} has no line to judge: none of its {log.lines:,} lines shows a request of {interface} and its status"
    )
    wanted = listed(sorted(known.commands))
    if log.first_unread:
        first = log.first_unread[0]
        count = "one line looks" if log.unread == 1 else f"{log.unread:,} lines look"
        help_ = f"{count} like it and cannot be read; line {first.line.number}: {first.why}: {first.line.text}"
    elif log.others:
        help_ = f"it has {_counts(log)}; name the policy of that interface, or the command with --command"
    else:
        help_ = f"it is looked for by {wanted}, or as JSON lines; --command names another command"
    return Diagnostic("P541", message, help_)


# ---- text -----------------------------------------------------------------------------------------------


def _text(policy: CheckedPolicy, name: str, log: Log, verdicts: list[Judged], quiet: bool, output: Output) -> str:
    words = Words(policy.interface)
    rows: list[str] = []
    if not quiet:
        where = "standard input" if name == "-" else printable(name)
        rows.append(output.style(f"{policy.name} ({policy.interface.name}) and {where}", bold=True))
    several = len(log.stretches) > 1 or log.boots > 1
    for stretch, judged in zip(log.stretches, verdicts, strict=True):
        if not quiet or not isinstance(judged, Explained):
            rows += _stretch(words, stretch, judged, several, output)
    if log.unread:
        what = (
            "line looks like a version line and cannot be read"
            if log.unread == 1
            else ("lines look like version lines and cannot be read")
        )
        rows.append(output.style(f"{'unread':<{LABEL}}{log.unread:,} {what}", fg="yellow"))
        rows += [f"{f'  line {one.line.number}':<{LABEL}}{one.line.text}   ({one.why})" for one in log.first_unread]
        if log.unread > len(log.first_unread):
            rows.append(f"{'':<{LABEL}}…")
    if log.cut is not None:
        rows.append(f"{'cut off':<{LABEL}}line {log.cut.number} has no end: its last word was not judged")
    if not quiet:
        if log.others:
            rows.append(f"{'not judged':<{LABEL}}{_counts(log)}: of other interfaces")
        rows += ["", _summary(log, verdicts)]
    return "".join(f"{row}\n" for row in rows)


def _stretch(words: Words, stretch: Stretch, judged: Judged, several: bool, output: Output) -> list[str]:
    verdict = verdict_of(judged)
    lines = _lines(stretch.lines)
    which = f"{_which(words, stretch)}: " if several or stretch.declared is not None else ""
    rows: list[str] = []
    match judged:
        case Explained(configuration=configuration, known=known):
            what = f"{which}a conforming RMM may print the {lines}, {len(stretch.sightings):,} different"
            if stretch.declared is None:
                config = plain_config(words, configuration.config)
                rows += [f"{'  for example':<{LABEL}}{name} {_plain(value)}" for name, value in config.items()]
                rows += [f"{'':<{LABEL}}{name} {words.relation(one)}" for name, one in configuration.relations.items()]
            for name, one in known.items():
                rows += _known(words.format, name, one)
        case Contradicted(sightings=()):
            what = f"{which}the policy's assumptions admit no such configuration"
        case Contradicted(sightings=sightings, fewest=fewest):
            together = "this line" if len(sightings) == 1 else f"these {len(sightings)} lines together"
            why = "" if fewest or len(sightings) == 1 else "; without any one of them, some may"
            what = f"{which}no conforming RMM prints {together}{why}"
            width = max(len(one.first.text) for one in sightings)
            for one in sightings:
                rows.append(
                    f"{f'  line {one.first.number}':<{LABEL}}{one.first.text:<{width}}{_repeated(one)}".rstrip()
                )
                rows.append(f"{'':<{LABEL}}{_said(words, one)}")
        case Undecided(reason=reason):
            what = f"{which}whether a conforming RMM prints the {lines} is not known: {reason}"
    return [f"{output.style(f'{verdict:<{LABEL - 2}}', fg=COLORS[verdict], bold=True)}  {what}", *rows]


def _which(words: Words, stretch: Stretch) -> str:
    if stretch.declared is not None:
        config = declared(words, stretch.declared)
        return ", ".join(f"{name} {_plain(value)}" for name, value in config.items())
    alike = f" and {stretch.times - 1} alike" if stretch.times > 1 else ""
    return f"boot {stretch.boot}{alike}, from line {stretch.begins}"


def _known(format_: Format, name: str, known: Known) -> list[str]:
    rows: list[str] = []
    if known.must:
        rows.append(f"{'  certain':<{LABEL}}{name} has {', '.join(map(format_.show, known.must))}")
    if known.cannot:
        label = "" if rows else "  certain"
        rows.append(f"{label:<{LABEL}}{name} has nothing {', '.join(_gap(format_, gap) for gap in known.cannot)}")
    if not known.complete:
        rows.append(f"{'':<{LABEL}}and perhaps more: not everything was asked")
    return rows


def _gap(format_: Format, gap: Gap) -> str:
    last = sum(((1 << field.width) - 1) << field.low for field in format_.numbered)
    low, high = format_.show(gap.low), format_.show(gap.high)
    if gap.low == gap.high:
        return f"at {low}"
    if gap.high == last:
        return f"from {low} up"
    return f"up to {high}" if gap.low == 0 else f"from {low} to {high}"


def _said(words: Words, one: Sighting) -> str:
    asked = ", ".join(f"{name} {value}" for name, value in inputs_of(words, one).items())
    replied = [f"{name} {_plain(value)}" for name, value in outputs_of(words, one).items()]
    return f"{asked}{': ' if asked else ''}{one.said.strange or ', '.join(replied)}"


def _repeated(one: Sighting) -> str:
    return f"   and {one.count - 1:,} more that say{'s' if one.count == 2 else ''} the same" if one.count > 1 else ""


def _plain(value: str | list[str] | bool | None) -> str:
    match value:
        case list():
            return ", ".join(value) or "nothing"
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def _counts(log: Log) -> str:
    return ", ".join(f"{_lines(count)} of {command}" for command, count in log.others.items())


def _lines(count: int) -> str:
    return f"{count:,} line{'s' if count != 1 else ''}"


def _summary(log: Log, verdicts: list[Judged]) -> str:
    count = f"{log.judged:,} version line{'s' if log.judged != 1 else ''} of {_lines(log.lines)}"
    unread = f", {log.unread:,} unread and not judged" if log.unread else ""
    return f"{overall(verdicts)}: {count}{unread}"
