"""How `check` looks to people: a line a claim; a refuted one opens."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..model.words import WORD_END
from ..proofs.session_claims import SessionClaim
from ..proofs.verdict import AnyOutcome, Counterexample, Interval, Outcome, SessionOutcome
from .numberline import lines
from .output import Output
from .values import Words
from .wanted import wanted

if TYPE_CHECKING:
    from ..model.situation import Answer
    from .check import Report

_MARKS = {
    "proved": ("✓", "green"),
    "refuted": ("✗", "red"),
    "vacuous": ("○", "yellow"),
    "undecided": ("?", "yellow"),
    "inconsistent": ("‼", "magenta"),
}
LABEL = 17
"""Columns of the labels in an opened claim, unless one needs more."""

LEAST = (0, 9, 20)
"""Columns of a claim's address, verdict and cutoff, unless one needs more."""

MOST_SUBJECTS = 3
"""Subjects named after an assumption that they alone have."""

Row = tuple[str, str]


def render(report: Report, names: dict[int, str], quiet: bool, output: Output) -> str:
    """The whole report; where `quiet`, only what is not as it should be, and nothing where all is."""
    shown = [outcome for outcome in report.outcomes if not quiet or _needs_attention(outcome)]
    heads = [(outcome.claim.address, _verdict(outcome), _cutoff(outcome)) for outcome in shown]
    widths = [max(least, *map(len, column)) for least, column in zip(LEAST, zip(*heads, strict=True), strict=False)]
    blocks = [_outcome(outcome, widths, names, output) for outcome in shown]
    if quiet:
        return "".join(blocks)
    notes = "".join(f"{note}\n" for note in (*_conditions(report.outcomes), *_assumed(report.outcomes)))
    return "".join(blocks) + f"\n{notes}{_summary(report)}\n"


def _conditions(outcomes: Sequence[AnyOutcome]) -> Iterator[str]:
    """What narrows the claims about a subject: that it does not always have an answer."""
    seen: set[str] = set()
    for outcome in outcomes:
        claim = outcome.claim
        if claim.name in ("total", "defined") and outcome.verdict == "refuted" and claim.subject not in seen:
            seen.add(claim.subject)
            yield f"{claim.address} is refuted: the other claims about {claim.subject} are asked where it has an answer"


def _assumed(outcomes: Sequence[AnyOutcome]) -> Iterator[str]:
    """The assumptions under which the verdicts hold, with their subjects where not all have them."""
    subjects: dict[str, set[str]] = {}
    for outcome in outcomes:
        if outcome.claim.kind != "reachable" or outcome.claim.assumptions:
            subjects.setdefault(outcome.claim.subject, set()).update(outcome.claim.assumptions)
    names = dict.fromkeys(name for outcome in outcomes for name in outcome.claim.assumptions)
    parts: list[str] = []
    for name in names:
        having = [subject for subject, own in subjects.items() if name in own]
        more = f" and {len(having) - MOST_SUBJECTS} more" if len(having) > MOST_SUBJECTS else ""
        whose = "" if len(having) == len(subjects) else f" ({', '.join(having[:MOST_SUBJECTS])}{more})"
        parts.append(f"{name}{whose}")
    if parts:
        yield f"assuming {'; '.join(parts)}"


def _needs_attention(outcome: AnyOutcome) -> bool:
    return outcome.unexpectedly_holds or not (outcome.verdict == "proved" or outcome.as_expected)


def _summary(report: Report) -> str:
    count: dict[str, int] = {}
    for outcome in report.outcomes:
        name = f"{outcome.verdict} as expected" if outcome.as_expected else outcome.verdict
        count[name] = count.get(name, 0) + 1
    order = ["proved", "refuted", "refuted as expected", "vacuous as expected", "undecided", "vacuous", "inconsistent"]
    parts = [f"{count[name]} {name}" for name in order if name in count]
    held = sum(1 for outcome in report.outcomes if outcome.unexpectedly_holds)
    if held:
        parts.append(f"{held} not as expected")
    return f"{', '.join(parts)}; {report.seconds:.2f} s"


def _verdict(outcome: AnyOutcome) -> str:
    return f"{outcome.verdict}, as expected" if outcome.as_expected else outcome.verdict


def _outcome(outcome: AnyOutcome, widths: list[int], names: dict[int, str], output: Output) -> str:
    claim = outcome.claim
    mark, color = _MARKS[outcome.verdict]
    if outcome.as_expected:
        mark, color = "–", "yellow"
    elif outcome.unexpectedly_holds:
        mark, color = "!", "red"
    place = claim.source.place(claim.span.start)
    where = f"{place.file}:{place.line}:{place.column}"
    address, verdict, note = widths
    head = f"{mark} {claim.address:<{address}}  {_verdict(outcome):<{verdict}}"
    head = output.style(head, fg=color, bold=outcome.verdict == "refuted")
    line = f"{head}  {_cutoff(outcome):<{note}}  {output.style(where, dim=True)}"
    body = _body(outcome, names)
    return line.rstrip() + "\n" + "".join(f"    {text}".rstrip() + "\n" for text in body)


def _cutoff(outcome: AnyOutcome) -> str:
    parts = [f"{name} {size}" for name, size in sorted((outcome.cutoff or {}).items(), reverse=True)]
    if parts:
        parts[0] = f"cutoff {parts[0]}"
    if isinstance(outcome, SessionOutcome) and outcome.rounds is not None:
        parts.append(f"{outcome.rounds} round{'s' if outcome.rounds != 1 else ''}")
    return ", ".join(parts)


def _body(outcome: AnyOutcome, names: dict[int, str]) -> list[str]:
    rows = _rows(outcome, names)
    width = max(LABEL, *(len(label) + 2 for label, _ in rows)) if rows else LABEL
    return [f"{label:<{width}}{text}" for label, text in rows]


def _rows(outcome: AnyOutcome, names: dict[int, str]) -> list[Row]:
    """Labels and texts of what stands under a claim's line."""
    made: list[Row] = []
    if outcome.as_expected:
        made.append(("expected because", outcome.claim.expected.why if outcome.claim.expected else ""))
    elif outcome.unexpectedly_holds and outcome.claim.expected:
        known = outcome.claim.expected.verdict
        made.append(("expected", f"to be {known}, and is {outcome.verdict}: delete the `expect {known}`"))
    if outcome.reason and not outcome.as_expected:
        made.append(("because", outcome.reason))
    if isinstance(outcome, SessionOutcome):
        from .session_text import rows

        claim = outcome.claim
        made += rows(outcome, names[id(claim.session if isinstance(claim, SessionClaim) else claim.host)])
    elif outcome.counterexample is not None:
        shown = outcome.counterexample
        opened = names[id(outcome.claim.policy)]
        made += _short(outcome, shown) if outcome.as_expected else _opened(outcome, shown, opened)
    elif outcome.verdict == "refuted":
        shadow = [name for name in outcome.because if name.startswith("case ")]
        made.append(("never happens", f"shadowed by {', '.join(shadow)}" if shadow else "its guard cannot hold"))
    elif outcome.verdict == "vacuous" and outcome.because and not outcome.as_expected:
        made.append(("follows from", ", ".join(outcome.because)))
    return made


def _short(outcome: Outcome, shown: Counterexample) -> list[Row]:
    """A counterexample on one line, for failures that are known."""
    words = Words(outcome.claim.policy.interface)
    situation = shown.example.situation
    given = [f"{v.name.id} {words.show(v, situation.config[v.name.id])}" for v in words.interface.configs]
    given += [f"{v.name.id} {words.show(v, situation.inputs[v.name.id])}" for v in words.interface.inputs]
    made = [("for example", f"{'; '.join(given)}: {_reply(words, shown.example.answer)}")]
    if shown.allowed is not None:
        made.append(("allowed", _reply(words, shown.allowed)))
    return made


def _reply(words: Words, answer: Answer) -> str:
    if answer.case is None:
        return "no case applies"
    parts: list[str] = []
    for variable in words.interface.outputs:
        value = words.show(variable, answer.outputs.get(variable.name.id))
        parts.append(value if words.interface.enumeration(variable.name.id) else f"{variable.name.id} {value}")
    return "   ".join(parts)


def _opened(outcome: Outcome, shown: Counterexample, policy: str) -> list[Row]:
    claim = outcome.claim
    words = Words(claim.policy.interface)
    example = shown.example
    made = lines(words, example.situation)
    made += words.relation_rows(example.situation.relations, claim.policy.abstract)
    case = f"   case {example.answer.case}" if example.answer.case else ""
    made.append((f"{claim.policy.name} replies", _reply(words, example.answer) + case))
    made += wanted(outcome, words)
    if shown.allowed is not None and claim.policy.refines is not None:
        made.append(
            (f"{claim.policy.refines.name} allows", f"{_reply(words, shown.allowed)}   case {shown.allowed.case}")
        )
    made += _generality(words, shown)
    command = shlex.join(["parley", "eval", policy, *words.arguments(example.situation, claim.policy.abstract)])
    return [*made, ("replay", command)]


def _generality(words: Words, shown: Counterexample) -> list[Row]:
    labels = ["the same for", *[""] * len(shown.same_for)] if shown.same_for else ["in all"]
    texts = [_interval(words, interval, shown) for interval in shown.same_for]
    count = f"{shown.shapes}{'' if shown.shapes_complete else ' or more'} shape{'s' if shown.shapes > 1 else ''}"
    size = shown.example.situation.size
    kinds = f"{count}{' in all' if texts else ''}" + (f" with {size} revision{'s' if size > 1 else ''}" if size else "")
    return list(zip(labels, [*texts, kinds], strict=True))


def _interval(words: Words, interval: Interval, shown: Counterexample) -> str:
    situation = shown.example.situation
    known = {word for value in situation.config.values() for word in (value if isinstance(value, tuple) else ())}
    known |= set(situation.inputs.values())
    format_ = words.format
    largest = format_.word(tuple((1 << field.width) - 1 for field in format_.numbered))
    low, high = interval.low, interval.high
    if low == high and not {low - 1, high + 1} <= known:
        return f"this {interval.name} only"
    bounds: list[str] = []
    if low > 0:
        bounds.append(f"above {format_.show(low - 1)}" if low - 1 in known else f"from {format_.show(low)}")
    if high not in (largest, WORD_END - 1) or (high == largest and interval.name in situation.inputs):
        bounds.append(f"below {format_.show(high + 1)}" if high + 1 in known else f"up to {format_.show(high)}")
    if interval.name in situation.inputs:
        return f"every {interval.name} {' and '.join(bounds)}".rstrip()
    return " ".join(
        [
            f"any {interval.name}",
            *([" and ".join(bounds)] if bounds else []),
            f"in place of {format_.show(interval.value)}",
        ]
    )
