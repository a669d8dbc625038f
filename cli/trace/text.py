"""Whether a conforming RMM may print a log, for people."""

from __future__ import annotations

from parley.conformance.explain import Undecided
from parley.conformance.logs.log import BootSegment, CountedExchange, Log, SeenMessage, UnreadLine
from parley.conformance.logs.verdict import (
    CertainMembers,
    ContradictedSegment,
    ExcludedRange,
    ExplainedSegment,
    SegmentVerdict,
)
from parley.following import Finding, FoundSegment
from parley.spec.checked import CheckedPolicy
from parley.spec.diagnostics import printable
from parley.spec.words import Format
from parley.tracing import LogVerdict, TraceResult, counted, declared_in, others_of, values_of, verdict_of
from parley.values import Words

from ..draw.rows import LABEL, Row, broken, documented, exact, laid_out, under
from ..output import Output

COLORS: dict[LogVerdict, str] = {"consistent": "green", "contradiction": "red", "undecided": "yellow"}


def trace_text(result: TraceResult, output: Output) -> str:
    """The verdict on each configuration in the log; where quiet, only on those that are not explained."""
    policy, log, quiet = result.policy, result.log, output.quiet
    words = Words(policy.interface)
    lines: list[str] = []
    if not quiet:
        where = "standard input" if result.name == "-" else printable(result.name)
        lines.append(output.style(f"{policy.name} ({policy.interface.name}) and {where}", bold=True))
    several = len(log.segments) > 1 or log.boots > 1
    for stretch, judged in zip(log.segments, result.verdicts, strict=True):
        if not quiet or not isinstance(judged, ExplainedSegment):
            lines += stretch_rows(words, stretch, judged, several, output)
    lines += attention(log, output)
    if not quiet:
        lines += laid_out(_beside(log))
        count = f"{log.judged:,} version line{'s' if log.judged != 1 else ''} of {counted(log.lines)}"
        both = f", {log.joined:,} more of the other side" if log.joined else ""
        unread = f", {log.unread:,} unread and not judged" if log.unread else ""
        lines += ["", f"{result.verdict}: {count}{both}{unread}"]
    return "".join(f"{line}\n" for line in lines)


def attention(log: Log, output: Output) -> list[str]:
    """What needs attention beside the verdicts: what cannot be read, is cut off, or is wrongly named."""
    lines: list[str] = []
    if log.unread:
        look = "line looks like a version line" if log.unread == 1 else "lines look like version lines"
        (head,) = laid_out([("unread", f"{log.unread:,} {look} and cannot be read")])
        lines.append(output.style(head, fg="yellow"))
        rows = [(f"  line {one.line.number}", f"{one.line.text}   ({one.why})") for one in log.first_unread]
        lines += exact([*rows, *([("", "…")] if log.unread > len(log.first_unread) else [])])
    if log.cut is not None:
        lines += laid_out([("cut off", f"line {log.cut.number} has no end: its last word was not judged")])
    for one in log.lints:
        lines += lint(one, output)
    return lines


def lint(one: SeenMessage, output: Output) -> list[str]:
    """A message that calls things what they are not."""
    more = f", and {one.count - 1:,} more" if one.count > 1 else ""
    head, what = exact([("lint", f"line {one.first.number}{more}: {one.first.text}"), ("", one.message.lint)])
    return [output.style(head, fg="yellow"), what]


def _beside(log: Log) -> list[Row]:
    """What is in the log, and was not judged."""
    rows = [("not judged", f"{others_of(log)}: of other interfaces")] if log.others else []
    for one in log.unjudged:
        where = f"{counted(one.count)} of {one.message.program}, the first line {one.first.number}"
        rows.append(("not judged", f"{where}: {one.message.unjudged}"))
    return rows


def stretch_rows(
    words: Words, stretch: BootSegment, judged: SegmentVerdict, several: bool, output: Output
) -> list[str]:
    """The verdict on one configuration, and what it rests on."""
    verdict = verdict_of(judged)
    lines = counted(stretch.lines)
    which = f"{_which(words, stretch)}: " if several or stretch.declared is not None else ""
    rows: list[Row] = []
    match judged:
        case ExplainedSegment(configuration=configuration, known=known):
            what = f"{which}a conforming RMM may print the {lines}, {len(stretch.exchanges):,} different"
            if stretch.declared is None:
                for named in words.named(words.interface.configs, configuration.config):
                    rows += under("  for example", broken(named))
                rows += [("", f"{name} {words.relation(one)}") for name, one in configuration.relations.items()]
            for name, one in known.items():
                rows += _known(words.format, name, one)
        case ContradictedSegment(exchanges=()):
            what = f"{which}the policy's assumptions admit no such configuration"
        case ContradictedSegment(exchanges=sightings, fewest=fewest, why=because):
            together = "this line" if len(sightings) == 1 else f"these {len(sightings)} lines together"
            why = "" if fewest or len(sightings) == 1 else "; without any one of them, some may"
            what = f"{which}no conforming RMM prints {together}{why}"
            width = max(len(one.first.text) for one in sightings)
            for one in sightings:
                rows.append((f"  line {one.first.number}", f"{one.first.text:<{width}}{_repeated(one)}"))
                if one.other is not None:
                    rows.append((f"  and line {one.other.number}", one.other.text))
                rows += under("", broken(_exchange(words, one)))
            rows += documented("  because", because)
        case Undecided(reason=reason):
            what = f"{which}whether a conforming RMM prints the {lines} is not known: {reason}"
    first, *more = broken(what)
    head = f"{output.style(f'{verdict:<{LABEL - 2}}', fg=COLORS[verdict], bold=True)}  {first}"
    return [head, *exact([*(("", line) for line in more), *rows])]


def _which(words: Words, stretch: BootSegment) -> str:
    declared = declared_in(words.interface, stretch)
    if declared is not None:
        return ", ".join(words.named(words.interface.configs, declared))
    alike = f" and {stretch.times - 1} alike" if stretch.times > 1 else ""
    of = f"{stretch.rmm}, " if stretch.rmm else ""
    return f"{of}boot {stretch.boot}{alike}, from line {stretch.begins}"


def _known(format_: Format, name: str, known: CertainMembers) -> list[Row]:
    """What is certain of a set."""
    texts = [f"{name} has {', '.join(map(format_.show, known.must))}"] if known.must else []
    if known.cannot:
        texts.append(f"{name} has nothing {', '.join(_gap(format_, gap) for gap in known.cannot)}")
    rows = under("  certain", [line for text in texts for line in broken(text)])
    return rows if known.complete else [*rows, ("", "and perhaps more: not everything was asked")]


def _gap(format_: Format, gap: ExcludedRange) -> str:
    low, high = format_.show(gap.low), format_.show(gap.high)
    if gap.low == gap.high:
        return f"at {low}"
    if gap.high == format_.largest:
        return f"from {low} up"
    return f"up to {high}" if gap.low == 0 else f"from {low} to {high}"


def _exchange(words: Words, one: CountedExchange) -> str:
    """A request and what the log shows of the reply."""
    interface, values = words.interface, values_of(words.interface, one)
    asked = ", ".join(words.named(interface.inputs, values))
    replied = words.named([v for v in interface.outputs if v.name.id in values], values)
    said = f"{asked}{': ' if asked else ''}{one.exchange.strange or ', '.join(replied)}"
    if one.message is None:
        return said
    shown = [v for v in (*interface.inputs, *interface.outputs) if v.name.id in values.keys() - one.follows]
    follows = f"; so {said}" if one.follows & values.keys() else ""
    return f"{one.message.program}: {', '.join(words.named(shown, values))}{follows}"


def finding_text(policy: CheckedPolicy, finding: Finding, output: Output) -> str:
    """What was found while a log grows."""
    match finding:
        case FoundSegment(segment=segment, verdict=verdict):
            lines = stretch_rows(Words(policy.interface), segment, verdict, True, output)
        case UnreadLine(line=line, why=why):
            (head,) = exact([("unread", f"line {line.number}: {line.text}   ({why})")])
            lines = [output.style(head, fg="yellow")]
        case SeenMessage():
            lines = lint(finding, output)
    return "".join(f"{line}\n" for line in lines)


def _repeated(one: CountedExchange) -> str:
    return f"   and {one.count - 1:,} more that say{'s' if one.count == 2 else ''} the same" if one.count > 1 else ""
