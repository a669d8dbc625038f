"""The JSON of `trace`, as types, and what it is made of."""

from __future__ import annotations

from typing import Literal

import msgspec
from parley.conformance.explain import Undecided
from parley.conformance.logs.log import BootSegment, CountedExchange, Line, SeenMessage
from parley.conformance.logs.verdict import CertainMembers, ContradictedSegment, ExplainedSegment, SegmentVerdict
from parley.spec.words import Format
from parley.tracing import LogVerdict, TraceResult, declared_in, values_of, verdict_of
from parley.values import Plain, Words

from ..json import encode, like


class TraceLine(msgspec.Struct, kw_only=True):
    """A line of the log; its number counts from 1."""

    line: int
    text: str


class TraceUnread(msgspec.Struct, kw_only=True):
    """A line that looks like a version line and cannot be read."""

    line: int
    text: str
    why: str


class TraceMessage(msgspec.Struct, kw_only=True):
    """A message of a program that is in the table of lines: the first line of it, of `count`; and what of it."""

    program: str
    line: int
    text: str
    count: int
    why: str


class TraceReply(msgspec.Struct, kw_only=True):
    """A request and what the log shows of the reply: `line` is the first that says so, of `count` lines.

    Of a reply that is no value of an output, `why` says so. `other` is the caller's line of the same exchange. Where
    the line is a message of a program, `program` is that, and `follows` are the inputs and outputs that it does not
    show and that follow from it.
    """

    line: int
    text: str
    count: int
    input: dict[str, Plain]
    outputs: dict[str, Plain]
    why: str
    other: TraceLine | None
    program: str | None
    follows: list[str]


class TraceGap(msgspec.Struct, kw_only=True):
    """All revisions from `low` to `high`, both included."""

    low: str
    high: str


class TraceKnown(msgspec.Struct, kw_only=True):
    """What holds of a set in every configuration that explains the lines: all that does, where `complete`."""

    must: list[str]
    cannot: list[TraceGap]
    complete: bool


class TraceStretch(msgspec.Struct, kw_only=True):
    """The lines of one configuration: of one boot, or of those that declare the configuration.

    `boots` is how many boots show the same, the first of them `boot`, whose mark is line `begins`. `lines` is how many
    version lines they have together, `distinct` how many different ones a boot has. `configuration` explains them all;
    where none does, `contradiction` are lines that none explains together, in which no line can be left out, and no
    smaller set contradicts the policy where `fewest`; `why` says in words how they contradict each other, as far as
    that was found out. `rmm` is what the lines of this RMM begin with, where `--by` tells several apart.
    """

    rmm: str

    boot: int
    begins: int
    boots: int
    declared: dict[str, Plain] | None
    lines: int
    distinct: int
    verdict: LogVerdict
    configuration: dict[str, Plain] | None
    relations: dict[str, str]
    known: dict[str, TraceKnown]
    contradiction: list[TraceReply]
    fewest: bool
    why: str
    reason: str


class Trace(msgspec.Struct, kw_only=True):
    """What `parley trace --format json` prints.

    `others` counts the version lines of other interfaces. `unread` counts the lines that look like version lines and
    cannot be read, the first of which are `first_unread`. `cut` is a last line without its end, of which only what
    is certain was judged. `joined` counts the callers' lines of exchanges that the RMM's lines show as well, `unjudged`
    are messages from which nothing follows, and `lints` those that call things what they are not.
    """

    schema: Literal["parley.trace/1"] = "parley.trace/1"
    policy: str
    interface: str
    log: str
    verdict: LogVerdict
    lines: int
    judged: int
    boots: int
    stretches: list[TraceStretch]
    others: dict[str, int]
    unread: int
    first_unread: list[TraceUnread]
    cut: TraceLine | None
    joined: int
    unjudged: list[TraceMessage]
    lints: list[TraceMessage]


def trace_json(result: TraceResult) -> str:
    """What came of a log."""
    log, words = result.log, Words(result.policy.interface)
    return encode(
        like(
            Trace,
            log,
            policy=result.policy.name,
            interface=result.policy.interface.name,
            log=result.name,
            verdict=result.verdict,
            stretches=[_stretch(words, *pair) for pair in zip(log.segments, result.verdicts, strict=True)],
            first_unread=[TraceUnread(line=o.line.number, text=o.line.text, why=o.why) for o in log.first_unread],
            cut=log.cut and _line(log.cut),
            unjudged=[_message(one, one.message.unjudged) for one in log.unjudged],
            lints=[_message(one, one.message.lint) for one in log.lints],
        )
    )


def _line(line: Line) -> TraceLine:
    return TraceLine(line=line.number, text=line.text)


def _message(one: SeenMessage, why: str) -> TraceMessage:
    program, first = one.message.program, one.first
    return TraceMessage(program=program, line=first.number, text=first.text, count=one.count, why=why)


def _stretch(words: Words, stretch: BootSegment, judged: SegmentVerdict) -> TraceStretch:
    configs, declared = words.interface.configs, declared_in(words.interface, stretch)
    made = TraceStretch(
        rmm=stretch.rmm,
        boot=stretch.boot,
        begins=stretch.begins,
        boots=stretch.times,
        declared=None if declared is None else words.plains(configs, declared),
        lines=stretch.lines,
        distinct=len(stretch.exchanges),
        verdict=verdict_of(judged),
        configuration=None,
        relations={},
        known={},
        contradiction=[],
        fewest=False,
        why="",
        reason="",
    )
    match judged:
        case ExplainedSegment(configuration=configuration, known=known):
            made.configuration = words.plains(configs, configuration.config)
            made.relations = {name: words.relation(one) for name, one in configuration.relations.items()}
            made.known = {name: _known(words.format, one) for name, one in known.items()}
        case ContradictedSegment(exchanges=sightings, fewest=fewest, why=why):
            made.contradiction = [_reply(words, one) for one in sightings]
            made.fewest, made.why = fewest, why
        case Undecided(reason=reason):
            made.reason = reason
    return made


def _known(format_: Format, known: CertainMembers) -> TraceKnown:
    return TraceKnown(
        must=[format_.show(word) for word in known.must],
        cannot=[TraceGap(low=format_.show(gap.low), high=format_.show(gap.high)) for gap in known.cannot],
        complete=known.complete,
    )


def _reply(words: Words, one: CountedExchange) -> TraceReply:
    interface, values = words.interface, values_of(words.interface, one)
    return TraceReply(
        line=one.first.number,
        text=one.first.text,
        count=one.count,
        input=words.plains(interface.inputs, values),
        outputs=words.plains((v for v in interface.outputs if v.name.id in values), values),
        why=one.exchange.strange,
        other=one.other and _line(one.other),
        program=one.message and one.message.program,
        follows=[v.name.id for v in (*interface.inputs, *interface.outputs) if v.name.id in one.follows & set(values)],
    )
