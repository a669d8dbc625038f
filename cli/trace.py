"""`parley trace`: judge the replies in a log, without knowing what the implementation supports."""

from __future__ import annotations

from parley.conformance.explain import Undecided
from parley.conformance.logs.reader import Sighting, Stretch
from parley.conformance.logs.verdict import Contradicted, Explained, Gap, Judged, Known
from parley.naming import find_policy
from parley.spec.diagnostics import printable
from parley.spec.words import Format
from parley.tracing import LogVerdict, TraceResult, counted, others_of, trace, verdict_of
from parley.values import Words

from .output import Output
from .progress import Progress
from .trace_report import declared, inputs_of, outputs_of, plain_config, trace_json

COLORS: dict[LogVerdict, str] = {"consistent": "green", "contradiction": "red", "undecided": "yellow"}
LABEL = 17


def trace_command(
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
    with Progress() as progress:
        made = trace(policy, name, commands=commands, boot_marker=marker, budget=budget, progress=progress.lines)
    output.write(trace_json(made) if format_ == "json" else _text(made, quiet, output))
    return made.code


def _text(result: TraceResult, quiet: bool, output: Output) -> str:
    policy, name, log, verdicts = result.policy, result.name, result.log, result.verdicts
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
            rows.append(f"{'not judged':<{LABEL}}{others_of(log)}: of other interfaces")
        rows += ["", _summary(result)]
    return "".join(f"{row}\n" for row in rows)


def _stretch(words: Words, stretch: Stretch, judged: Judged, several: bool, output: Output) -> list[str]:
    verdict = verdict_of(judged)
    lines = counted(stretch.lines)
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


def _summary(result: TraceResult) -> str:
    log = result.log
    count = f"{log.judged:,} version line{'s' if log.judged != 1 else ''} of {counted(log.lines)}"
    unread = f", {log.unread:,} unread and not judged" if log.unread else ""
    return f"{result.verdict}: {count}{unread}"
