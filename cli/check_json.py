"""The JSON of `check`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from msgspec import structs
from parley.checking import CheckResult, subject_of
from parley.proofs.session_claims import HostClaim
from parley.proofs.verdict import AnyOutcome, Outcome, SessionOutcome
from parley.spec.checked import CheckedHost, CheckedInterface, CheckedPolicy, CheckedSession
from parley.spec.diagnostics import Diagnostic as Fault
from parley.spec.print_tree import print_expr
from parley.values import Words, left_open

from .draw.documents import doc_comments
from .draw.grouping import groups
from .draw.registers import registers_in, registers_out
from .replayed import answers_so, plays_so
from .report import Check, Claim, Diagnostic, Instance, Interface, Place, SameFor, SmallScope, Subject, Summary, encode
from .session_json import session_instance, session_step

if TYPE_CHECKING:
    from parley.proofs.scope import Example
    from parley.spec.source import Source, Span


def instance(policy: CheckedPolicy, example: Example, *, replayed: bool) -> Instance:
    words = Words(policy.interface)
    situation, answer = example.situation, example.answer
    made = Instance(
        config=words.config(situation),
        input=words.inputs(situation),
        case=answer.case,
        outputs=words.outputs(answer),
        open=left_open(policy, answer.case),
        registers=registers_in(policy.interface, situation.inputs),
        registers_out={} if answer.case is None else registers_out(policy.interface, answer.outputs),
        replayed=replayed,
    )
    if situation.relations:
        made.defines = words.relations(situation.relations, policy.abstract)
    return made


def _claim(outcome: AnyOutcome, first: AnyOutcome) -> Claim:
    """`first` is the first claim that needs attention for the same reason, or this one."""
    claim = outcome.claim
    words = Words(claim.interface)
    made = Claim(
        name=claim.address,
        subject=claim.subject,
        kind=claim.kind,
        verdict=outcome.verdict,
        from_=claim.cites,
        doc=claim.doc,
        interface=claim.interface.name,
        formula="" if claim.formula is None else print_expr(claim.formula),
        given={name: print_expr(value) for name, value in claim.givens},
        place=_place(claim.source, claim.span),
        cutoff=outcome.cutoff,
        assumptions=list(claim.assumptions),
        because=list(outcome.because),
        reason=outcome.reason,
        seconds=round(outcome.seconds, 6),
        small_scope=outcome.small_scope and SmallScope(**structs.asdict(outcome.small_scope)),
    )
    if isinstance(outcome, SessionOutcome):
        _of_session(made, words, outcome)
    else:
        _of_policy(made, words, outcome)
    if first is not outcome:
        made.same_as = first.claim.address
    if claim.expected is not None:
        made.expected = True
        made.why = claim.expected.why
    return made


def _witness(policy: CheckedPolicy, witness: Example) -> Instance:
    return instance(policy, witness, replayed=answers_so(policy, witness))


def _of_policy(made: Claim, words: Words, outcome: Outcome) -> None:
    shown = outcome.counterexample
    policy = outcome.claim.policy
    made.witness = _witness(policy, outcome.witness) if outcome.witness else None
    if shown is None:
        return
    made.counterexample = instance(policy, shown.example, replayed=shown.replayed)
    if outcome.claim.kind == "refinement":
        allowed = shown.allowed
        made.counterexample.allowed = words.outputs(allowed) if allowed else None
        made.counterexample.allowed_case = allowed.case if allowed else None
        made.counterexample.allowed_registers = registers_out(words.interface, allowed.outputs) if allowed else {}
    made.shapes = shown.shapes
    made.shapes_complete = shown.shapes_complete
    show = words.format.show
    made.same_for = [
        SameFor(name=i.name, value=show(i.value), low=show(i.low), high=show(i.high)) for i in shown.same_for
    ]


def _of_session(made: Claim, words: Words, outcome: SessionOutcome) -> None:
    made.by_induction = outcome.by_induction
    made.rounds = outcome.rounds
    if isinstance(outcome.claim, HostClaim):
        return
    if outcome.witness is not None:
        witness, session = outcome.witness, outcome.claim.session
        made.witness = session_instance(session, witness, replayed=plays_so(session, witness))
    if outcome.counterexample is not None:
        shown = outcome.counterexample
        session = outcome.claim.session
        replayed = shown.replayed and plays_so(session, shown.played)
        made.counterexample = session_instance(session, shown.played, replayed=replayed)
        # Of sessions, other kinds of counterexample are not looked for.
        made.shapes, made.shapes_complete = 1, False
    if outcome.step is not None:
        made.step = session_step(words, outcome.step)


def _diagnostic(fault: Fault) -> Diagnostic:
    place = fault.place
    return Diagnostic(
        code=fault.code,
        severity=fault.severity,
        message=fault.message,
        place=Place(file=place.file, line=place.line, column=place.column) if place else None,
        help=fault.help,
    )


def summary(outcomes: Sequence[AnyOutcome]) -> Summary:
    count: Counter[str] = Counter("expected" if o.as_expected else o.verdict for o in outcomes)
    return Summary(**{name: count[name] for name in Summary.__struct_fields__})


def _place(source: Source, span: Span) -> Place:
    place = source.place(span.start)
    return Place(file=place.file, line=place.line, column=place.column)


def _interface(interface: CheckedInterface) -> Interface:
    declaration = interface.declaration
    return Interface(
        name=interface.name,
        from_=declaration.cites,
        doc=declaration.doc,
        place=_place(interface.source, declaration.name.span),
        docs=doc_comments(interface),
    )


def _subject(what: CheckedPolicy | CheckedHost | CheckedSession, narrowing: Sequence[AnyOutcome]) -> Subject:
    declaration = what.declaration
    match what:
        case CheckedPolicy():
            kind = "policy"
        case CheckedHost():
            kind = "host"
        case CheckedSession():
            kind = "session"
    return Subject(
        name=what.name,
        kind=kind,
        interface=what.interface.name,
        from_=declaration.cites,
        doc=declaration.doc,
        place=_place(what.source, declaration.name.span),
        docs=doc_comments(what),
        narrowed_by=[outcome.claim.name for outcome in narrowing],
    )


def check_json(report: CheckResult) -> str:
    first = {id(outcome): group[0] for group in groups(report.outcomes) for outcome in group}
    claims = [outcome.claim for outcome in report.outcomes]
    made = Check(
        version=version("rmm-parley"),
        summary=summary(report.outcomes),
        interfaces=[_interface(interface) for interface in dict.fromkeys(claim.interface for claim in claims)],
        subjects=[
            _subject(what, report.narrowing.get(id(what), ()))
            for what in dict.fromkeys(subject_of(claim) for claim in claims)
        ],
        claims=[_claim(outcome, first[id(outcome)]) for outcome in report.outcomes],
        diagnostics=[_diagnostic(fault) for fault in report.diagnostics],
    )
    return encode(made)
