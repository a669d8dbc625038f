"""The JSON of `check`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from ..proofs.session_claims import SessionClaim
from ..proofs.verdict import AnyOutcome, Counterexample, Outcome, SessionOutcome
from ..spec.diagnostics import Diagnostic as Fault
from .report import Check, Claim, Diagnostic, Instance, Place, SameFor, Summary, encode
from .session_json import session_instance, session_step
from .values import Words

if TYPE_CHECKING:
    from ..proofs.scope import Example
    from ..spec.syntax import Define
    from .check import Report


def instance(
    words: Words, example: Example, abstract: Iterable[Define], shown: Counterexample | None = None
) -> Instance:
    made = Instance(
        config=words.config(example.situation),
        input=words.inputs(example.situation),
        case=example.answer.case,
        outputs=words.outputs(example.answer),
        replayed=shown is None or shown.replayed,
    )
    if example.situation.relations:
        made.defines = words.relations(example.situation.relations, abstract)
    return made


def _claim(outcome: AnyOutcome) -> Claim:
    claim = outcome.claim
    words = Words(claim.interface)
    place = claim.source.place(claim.span.start)
    made = Claim(
        name=claim.address,
        subject=claim.subject,
        kind=claim.kind,
        verdict=outcome.verdict,
        from_=claim.cites,
        doc=claim.doc,
        place=Place(file=place.file, line=place.line, column=place.column),
        cutoff=outcome.cutoff,
        assumptions=list(claim.assumptions),
        because=list(outcome.because),
        reason=outcome.reason,
        seconds=round(outcome.seconds, 6),
    )
    if isinstance(outcome, SessionOutcome):
        _of_session(made, words, outcome)
    else:
        _of_policy(made, words, outcome)
    if claim.expected is not None:
        made.expected = True
        made.why = claim.expected.why
    return made


def _of_policy(made: Claim, words: Words, outcome: Outcome) -> None:
    shown = outcome.counterexample
    abstract = outcome.claim.policy.abstract
    made.witness = instance(words, outcome.witness, abstract) if outcome.witness else None
    if shown is None:
        return
    made.counterexample = instance(words, shown.example, abstract, shown)
    if outcome.claim.kind == "refinement":
        made.counterexample.allowed = words.outputs(shown.allowed) if shown.allowed else None
    made.shapes = shown.shapes
    made.shapes_complete = shown.shapes_complete
    show = words.format.show
    made.same_for = [
        SameFor(name=i.name, value=show(i.value), low=show(i.low), high=show(i.high)) for i in shown.same_for
    ]


def _of_session(made: Claim, words: Words, outcome: SessionOutcome) -> None:
    claim = outcome.claim
    abstract = claim.session.abstract if isinstance(claim, SessionClaim) else claim.host.abstract
    made.by_induction = outcome.by_induction
    made.rounds = outcome.rounds
    if outcome.witness is not None:
        made.witness = session_instance(words, outcome.witness, abstract)
    if outcome.counterexample is not None:
        made.counterexample = session_instance(words, outcome.counterexample.played, abstract)
        # Of sessions, other kinds of counterexample are not looked for.
        made.shapes, made.shapes_complete = 1, False
    if outcome.step is not None:
        made.step = session_step(words, outcome.step)


def _diagnostic(fault: Fault) -> Diagnostic:
    place = fault.place
    return Diagnostic(
        code=fault.code,
        message=fault.message,
        place=Place(file=place.file, line=place.line, column=place.column) if place else None,
        help=fault.help,
    )


def summary(outcomes: Sequence[AnyOutcome]) -> Summary:
    count: Counter[str] = Counter("expected" if o.as_expected else o.verdict for o in outcomes)
    return Summary(**{name: count[name] for name in Summary.__struct_fields__})


def check_json(report: Report) -> str:
    made = Check(
        version=version("rmm-parley"),
        summary=summary(report.outcomes),
        claims=[_claim(outcome) for outcome in report.outcomes],
        diagnostics=[_diagnostic(fault) for fault in report.diagnostics],
    )
    return encode(made)
