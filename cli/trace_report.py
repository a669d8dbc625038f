"""What came of a log, as the JSON of `trace`."""

from __future__ import annotations

from parley.conformance.explain import Undecided
from parley.conformance.logs.reader import Line, Sighting, Stretch
from parley.conformance.logs.verdict import Contradicted, Explained, Judged, Known
from parley.model.situation import Value
from parley.spec.words import Format
from parley.tracing import TraceResult, verdict_of
from parley.values import Words

from .report import encode
from .trace_json import Plain, Trace, TraceGap, TraceKnown, TraceLine, TraceReply, TraceStretch, TraceUnread


def trace_json(result: TraceResult) -> str:
    policy, log, verdicts = result.policy, result.log, result.verdicts
    words = Words(policy.interface)
    made = Trace(
        policy=policy.name,
        interface=policy.interface.name,
        log=result.name,
        verdict=result.verdict,
        lines=log.lines,
        judged=log.judged,
        boots=log.boots,
        stretches=[_stretch(words, *pair) for pair in zip(log.stretches, verdicts, strict=True)],
        others=log.others,
        unread=log.unread,
        first_unread=[TraceUnread(line=one.line.number, text=one.line.text, why=one.why) for one in log.first_unread],
        cut=_line(log.cut),
    )
    return encode(made)


def _line(line: Line | None) -> TraceLine | None:
    return None if line is None else TraceLine(line=line.number, text=line.text)


def _stretch(words: Words, stretch: Stretch, judged: Judged) -> TraceStretch:
    made = TraceStretch(
        boot=stretch.boot,
        begins=stretch.begins,
        boots=stretch.times,
        declared=None if stretch.declared is None else declared(words, stretch.declared),
        lines=stretch.lines,
        distinct=len(stretch.sightings),
        verdict=verdict_of(judged),
        configuration=None,
        relations={},
        known={},
        contradiction=[],
        fewest=False,
        reason="",
    )
    match judged:
        case Explained(configuration=configuration, known=known):
            made.configuration = plain_config(words, configuration.config)
            made.relations = {name: words.relation(one) for name, one in configuration.relations.items()}
            made.known = {name: _known(words.format, one) for name, one in known.items()}
        case Contradicted(sightings=sightings, fewest=fewest):
            made.contradiction = [_reply(words, one) for one in sightings]
            made.fewest = fewest
        case Undecided(reason=reason):
            made.reason = reason
    return made


def plain_config(words: Words, config: dict[str, Value]) -> dict[str, Plain]:
    return {v.name.id: words.plain(v, config[v.name.id]) for v in words.interface.configs}


def declared(words: Words, values: tuple[Value, ...]) -> dict[str, Plain]:
    """A configuration as a log declares it, with its names."""
    return plain_config(words, {v.name.id: one for v, one in zip(words.interface.configs, values, strict=True)})


def _known(format_: Format, known: Known) -> TraceKnown:
    return TraceKnown(
        must=[format_.show(word) for word in known.must],
        cannot=[TraceGap(low=format_.show(gap.low), high=format_.show(gap.high)) for gap in known.cannot],
        complete=known.complete,
    )


def _reply(words: Words, one: Sighting) -> TraceReply:
    return TraceReply(
        line=one.first.number,
        text=one.first.text,
        count=one.count,
        input=inputs_of(words, one),
        outputs=outputs_of(words, one),
        why=one.said.strange,
    )


def inputs_of(words: Words, one: Sighting) -> dict[str, str]:
    pairs = zip(words.interface.inputs, one.said.inputs, strict=True)
    return {v.name.id: words.format.show(word) for v, word in pairs}


def outputs_of(words: Words, one: Sighting) -> dict[str, Plain]:
    """The outputs that a line shows, as far as they are values."""
    made: dict[str, Plain] = {}
    for variable, word in zip(words.interface.outputs, one.said.outputs, strict=True):
        if word is not None and word >= 0:
            value = word == 1 if variable.type == "bool" and word in (0, 1) else word
            made[variable.name.id] = words.plain(variable, value)
    return made
