"""How `check` looks to people: a line a claim; one that needs attention opens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from heapq import nsmallest
from typing import TYPE_CHECKING

from parley.checking import CheckResult
from parley.grouping import groups, needs_attention
from parley.naming import Subject
from parley.proofs.verdict import Counterexample, Outcome, SessionCounterexample
from parley.spec.checked import CheckedPolicy
from parley.spec.checked_interface import CheckedInterface
from parley.spec.diagnostics import plural, printable

from ..draw.rows import LABEL, Row, documented, laid_out
from ..output import Output
from . import counterexample, session
from .counterexample import Opened

if TYPE_CHECKING:
    from parley.certificates import CertifyResult

_MARKS = {
    "proved": ("✓", "green"),
    "refuted": ("✗", "red"),
    "vacuous": ("○", "yellow"),
    "undecided": ("?", "yellow"),
    "inconsistent": ("‼", "magenta"),
}
LEAST = (0, 9, 20)
"""Columns of a claim's address, verdict and cutoff, unless one needs more."""

MOST_SUBJECTS = 3
"""Subjects named after an assumption that they alone have."""


def check_text(result: CheckResult, output: Output, certified: CertifyResult | None = None) -> str:
    """The whole report; where quiet, only what is not as it should be, and nothing where all is."""
    quiet = output.quiet
    shown = [outcome for outcome in result.outcomes if not quiet or needs_attention(outcome)]
    heads = [(outcome.claim.address, _verdict(outcome), _note(outcome)) for outcome in shown]
    widths = [max(least, *map(len, column)) for least, column in zip(LEAST, zip(*heads, strict=True), strict=False)]
    blocks = [_block(group, widths, result.names, output) for group in groups(shown)]
    conditions = tuple(_conditions(result, shown))
    if quiet:
        return "".join([*blocks, *(f"{note}\n" for note in (*conditions, *_certified(certified)))])
    notes = (*conditions, *_sources(result.outcomes), *_assumed(result.outcomes), *_certified(certified, whole=True))
    return "".join(blocks) + "\n" + "".join(f"{note}\n" for note in notes) + f"{_summary(result)}\n"


def _conditions(result: CheckResult, shown: Sequence[Outcome]) -> Iterator[str]:
    """What narrows the claims about the subjects that are shown: that they need not always have an answer."""
    asked = {id(outcome) for outcome in result.outcomes}
    for what in dict.fromkeys(id(outcome.claim.about) for outcome in shown):
        kinds: dict[str, list[str]] = {}
        for outcome in result.narrowing.get(what, ()):
            beside = outcome.verdict == "undecided" and id(outcome) not in asked
            verdict = "not decided with a small budget" if beside else outcome.verdict
            kinds.setdefault(verdict, []).append(outcome.claim.address)
        for verdict, claims in kinds.items():
            are = "is" if len(claims) == 1 else "are"
            other = f"the other claims about {claims[0].partition('.')[0]}"
            yield f"{' and '.join(claims)} {are} {verdict}: {other} are asked where it has an answer"


def _assumed(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The assumptions under which the verdicts hold, with their subjects where not all have them."""
    subjects: dict[str, int] = {}
    holders: dict[str, set[str]] = {}
    for outcome in outcomes:
        claim = outcome.claim
        assumed = claim.assumptions
        if claim.kind != "reachable" or assumed:
            subjects.setdefault(claim.subject, len(subjects))
        for name in assumed:
            holders.setdefault(name, set()).add(claim.subject)
    parts: list[str] = []
    for name, having in holders.items():
        more = f" and {len(having) - MOST_SUBJECTS} more" if len(having) > MOST_SUBJECTS else ""
        first = nsmallest(MOST_SUBJECTS, having, key=subjects.__getitem__)
        whose = "" if len(having) == len(subjects) else f" ({', '.join(first)}{more})"
        parts.append(f"{name}{whose}")
    if parts:
        yield f"assuming {'; '.join(parts)}"


def _certified(certified: CertifyResult | None, *, whole: bool = False) -> Iterator[str]:
    """What has no certificate, and why; where it is `whole`, how many have one."""
    for one in certified.claims if certified else ():
        if not one.file:
            yield f"{one.claim.address} is not certified: {one.reason}"
    if certified and whole:
        yield f"{certified.certified} of {plural(len(certified.claims), 'proof')} certified; {certified.seconds:.2f} s"


def _sources(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What interfaces and subjects of claims that need attention are, and where that is from."""
    told: set[int] = set()
    for outcome in outcomes:
        if needs_attention(outcome):
            for what in (outcome.claim.interface.declared, outcome.claim.about):
                if id(what) not in told:
                    told.add(id(what))
                    yield from _source(what)


def _source(what: CheckedInterface | Subject) -> Iterator[str]:
    declaration = what.declaration
    # Many a doc comment begins with the name of what it is about.
    doc = " ".join(declaration.doc.split()).removeprefix(f"{what.name}: ")
    where = f" ({declaration.cites})" if declaration.cites else ""
    if doc or where:
        yield printable(f"{what.name}{where}: {doc}" if doc else f"{what.name}{where}")


def _summary(result: CheckResult) -> str:
    count = Counter(f"{o.verdict} as expected" if o.as_expected else o.verdict for o in result.outcomes)
    order = ["proved", "refuted", "refuted as expected", "vacuous as expected", "undecided", "vacuous", "inconsistent"]
    parts = [f"{count[name]} {name}" for name in order if name in count]
    held = sum(1 for outcome in result.outcomes if outcome.unexpectedly_holds)
    if held:
        parts.append(f"{held} not as expected")
    return f"{', '.join(parts)}; {result.seconds:.2f} s"


def _verdict(outcome: Outcome) -> str:
    return f"{outcome.verdict}, as expected" if outcome.as_expected else outcome.verdict


def _block(group: list[Outcome], widths: list[int], names: Mapping[int, str], output: Output) -> str:
    """The lines of claims that have one reason, and the reason once."""
    parts = [_opened(outcome) for outcome in group]
    if len(group) == 1:
        (made,) = parts
        rows = [*made.said, *made.example, *made.wants, *_after(group, names)]
        return _head(group[0], widths, output) + _lines(rows)
    text = ""
    for outcome, made in zip(group, parts, strict=True):
        text += _head(outcome, widths, output) + _lines([*made.said, *made.wants])
    rows = [*parts[0].example, *_after(group, names)]
    shared = "one reason for both" if len(group) == 2 else f"one reason for all {len(group)}"
    return text + f"  {output.style(shared, dim=True)}\n" + _lines(rows)


def _head(outcome: Outcome, widths: list[int], output: Output) -> str:
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
    return f"{head}  {_note(outcome):<{note}}  {output.style(where, dim=True)}".rstrip() + "\n"


def _lines(rows: list[Row]) -> str:
    width = max(LABEL, *(len(label) + 2 for label, _ in rows)) if rows else LABEL
    return "".join(f"{line}\n" for line in laid_out(rows, "    ", width))


def _note(outcome: Outcome) -> str:
    """The cutoff, the number of rounds, and the optional assumptions that the claim is under by itself."""
    parts = [f"{name} {size}" for name, size in (outcome.cutoff or {}).items()]
    if parts:
        parts[0] = f"cutoff {parts[0]}"
    if outcome.rounds is not None:
        parts.append(plural(outcome.rounds, "round"))
    if outcome.claim.own_under:
        parts.append(f"under {' and '.join(outcome.claim.own_under)}")
    return ", ".join(parts)


def _opened(outcome: Outcome) -> Opened:
    """What stands under a claim's line."""
    before: list[Row] = []
    if outcome.as_expected:
        before.append(("expected because", outcome.claim.expected.why if outcome.claim.expected else ""))
    elif outcome.unexpectedly_holds and outcome.claim.expected:
        known = outcome.claim.expected.verdict
        before.append(("expected", f"to be {known}, and is {outcome.verdict}: delete the `expect {known}`"))
    of_policy = isinstance(outcome.claim.about, CheckedPolicy)
    made = counterexample.rows(outcome) if of_policy else session.rows(outcome)
    because = [] if outcome.as_expected else documented("because", outcome.reason)
    before += _witnesses(outcome)
    return Opened([*before, *made.said], [*because, *made.example], made.wants)


def _witnesses(outcome: Outcome) -> list[Row]:
    """Who says the same of a claim, who says something else, and who gave no answer."""
    heard = [witness for witness in outcome.witnesses if witness.verdict is not None]
    rows: list[Row] = []
    for verdict in dict.fromkeys(witness.verdict for witness in heard):
        label = "agreed" if verdict == outcome.verdict else f"says {verdict}"
        rows.append((label, ", ".join(witness.name for witness in heard if witness.verdict == verdict)))
    rows += [
        (("none given", f"{witness.name}: {printable(witness.reason)}"))
        for witness in outcome.witnesses
        if witness.verdict is None
    ]
    return rows


def _after(group: Sequence[Outcome], names: Mapping[int, str]) -> list[Row]:
    """How far the example of some claims generalises, and the command that replays it."""
    first = group[0]
    if first.as_expected or first.counterexample is None:
        return []
    name = names[id(first.claim.about)]
    if isinstance(first.counterexample, SessionCounterexample):
        return [session.replay(first.claim.session, first.counterexample.played, name)]
    shown = [o.counterexample for o in group if isinstance(o.counterexample, Counterexample)]
    return [*counterexample.generality(shown, first.claim.interface), counterexample.replay(first, shown[0], name)]
