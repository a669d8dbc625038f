"""What the JSON of `check` is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Literal, assert_never

from parley.checking import CheckResult
from parley.grouping import groups
from parley.model.instance import Example
from parley.model.run import Played
from parley.naming import Subject as Declared
from parley.proofs.claims import Claim as Asked
from parley.proofs.verdict import Counterexample, Outcome, SessionCounterexample
from parley.replayed import answers_so, plays_so
from parley.spec.checked import CheckedHost, CheckedPolicy, CheckedSession
from parley.spec.checked_interface import CheckedInterface
from parley.spec.formatting.expressions import print_expr
from parley.values import Words, left_open

from ..json import Place, SessionRound, agreed, configured, diagnostic, encode, like, placed, session_rounds
from .documents import doc_comments
from .json_types import (
    Certificate,
    Check,
    Claim,
    InductionStep,
    Instance,
    Interface,
    SameFor,
    SmallScope,
    Subject,
    Summary,
    Witness,
)

if TYPE_CHECKING:
    from parley.certificates import CertifyResult
    from parley.proofs.induced import Step
    from parley.spec.source import Span


def check_json(result: CheckResult, certified: CertifyResult | None = None) -> str:
    """All that came of one check, and of its proofs' certificates, where there are to be any."""
    first = {id(outcome): group[0] for group in groups(result.outcomes) for outcome in group}
    claims = [outcome.claim for outcome in result.outcomes]
    count = Counter("expected" if o.as_expected else o.verdict for o in result.outcomes)
    made = Check(
        version=version("rmm-parley"),
        summary=Summary(**{name: count[name] for name in Summary.__struct_fields__}),
        interfaces=[_interface(interface) for interface in dict.fromkeys(claim.interface.declared for claim in claims)],
        subjects=[
            _subject(subject, result.narrowing.get(id(subject), ()))
            for subject in dict.fromkeys(claim.about for claim in claims)
        ],
        claims=[_claim(outcome, first[id(outcome)]) for outcome in result.outcomes],
        diagnostics=[diagnostic(fault) for fault in result.diagnostics],
    )
    if certified is not None:
        made.certificates = [
            Certificate(
                claim=one.claim.address, place=_place(one.claim, one.claim.span), file=one.file, reason=one.reason
            )
            for one in certified.claims
        ]
    return encode(made)


def _place(declared: CheckedInterface | Declared | Asked, span: Span) -> Place:
    return placed(declared.source.place(span.start))


def _interface(interface: CheckedInterface) -> Interface:
    declaration = interface.declaration
    return Interface(
        name=interface.name,
        from_=declaration.cites,
        doc=declaration.doc,
        place=_place(interface, declaration.name.span),
        docs=doc_comments(interface),
    )


def _subject(subject: Declared, narrowing: Sequence[Outcome]) -> Subject:
    declaration = subject.declaration
    return Subject(
        name=subject.name,
        kind=_kind(subject),
        interface=subject.interface.name,
        from_=declaration.cites,
        doc=declaration.doc,
        place=_place(subject, declaration.name.span),
        docs=doc_comments(subject),
        under=[] if isinstance(subject, CheckedHost) else list(subject.under),
        narrowed_by=[outcome.claim.name for outcome in narrowing],
    )


def _kind(subject: Declared) -> Literal["policy", "host", "session"]:
    match subject:
        case CheckedPolicy():
            return "policy"
        case CheckedHost():
            return "host"
        case CheckedSession():
            return "session"
        case _:
            assert_never(subject)


def _claim(outcome: Outcome, first: Outcome) -> Claim:
    """`first` is the first claim that needs attention for the same reason, or this one."""
    claim = outcome.claim
    made = Claim(
        name=claim.address,
        subject=claim.subject,
        kind=claim.kind,
        verdict=outcome.verdict,
        from_=claim.cites,
        doc=claim.doc,
        interface=claim.interface.name,
        formula="" if claim.written is None else print_expr(claim.written),
        given={name: print_expr(value) for name, value in claim.givens},
        place=_place(claim, claim.span),
        cutoff=outcome.cutoff,
        assumptions=list(dict.fromkeys((*claim.assumptions, *claim.under))),
        under=list(claim.under),
        because=list(outcome.because),
        reason=outcome.reason,
        seconds=round(outcome.seconds, 6),
        small_scope=outcome.small_scope and like(SmallScope, outcome.small_scope),
    )
    match claim.about:
        case CheckedPolicy() as policy:
            _of_policy(made, policy, outcome)
        case CheckedSession() as session:
            _rounds(made, outcome)
            _of_session(made, session, outcome)
        case CheckedHost():
            _rounds(made, outcome)
        case _:
            assert_never(claim.about)
    if outcome.witnesses:
        made.witnesses = [like(Witness, witness) for witness in outcome.witnesses]
    if first is not outcome:
        made.same_as = first.claim.address
    if claim.expected is not None:
        made.expected = True
        made.why = claim.expected.why
    return made


def _of_policy(made: Claim, policy: CheckedPolicy, outcome: Outcome) -> None:
    shown, witness = outcome.counterexample, outcome.witness
    if isinstance(witness, Example):
        made.witness = instance(policy, witness, replayed=answers_so(policy, witness))
    if not isinstance(shown, Counterexample):
        return
    words, outputs = Words(policy.interface), policy.interface.outputs
    made.counterexample = instance(policy, shown.example, replayed=shown.replayed)
    if outcome.claim.kind == "refinement":
        allowed = shown.allowed
        made.counterexample.allowed = words.plains(outputs, allowed.outputs) if allowed else None
        made.counterexample.allowed_case = allowed.case if allowed else None
        made.counterexample.allowed_registers = words.registers(outputs, allowed.outputs) if allowed else {}
    made.shapes = shown.shapes
    made.shapes_complete = shown.shapes_complete
    show = words.format.show
    made.same_for = [
        SameFor(name=i.name, value=show(i.value), low=show(i.low), high=show(i.high)) for i in shown.same_for
    ]


def _rounds(made: Claim, outcome: Outcome) -> None:
    made.by_induction = outcome.by_induction
    made.rounds = outcome.rounds


def _of_session(made: Claim, session: CheckedSession, outcome: Outcome) -> None:
    shown, witness = outcome.counterexample, outcome.witness
    if isinstance(witness, Played):
        made.witness = _played(session, witness, replayed=plays_so(session, witness))
    if isinstance(shown, SessionCounterexample):
        replayed = shown.replayed and plays_so(session, shown.played)
        made.counterexample = _played(session, shown.played, replayed=replayed)
        # Of sessions, other kinds of counterexample are not looked for.
        made.shapes, made.shapes_complete = 1, False
    if outcome.step is not None:
        made.step = _step(Words(session.interface), outcome.step)


def instance(policy: CheckedPolicy, example: Example, *, replayed: bool) -> Instance:
    """A situation of a policy with its answer."""
    interface, words = policy.interface, Words(policy.interface)
    instance, answer = example.instance, example.answer
    made = Instance(
        config=words.plains(interface.configs, instance.config),
        input=words.plains(interface.inputs, instance.inputs),
        case=answer.case,
        outputs=words.plains(interface.outputs, answer.outputs),
        open=list(left_open(policy, answer.case)),
        registers=words.registers(interface.inputs, instance.inputs),
        registers_out={} if answer.case is None else words.registers(interface.outputs, answer.outputs),
        replayed=replayed,
    )
    if instance.relations:
        made.defines = words.relations(instance.relations, policy.abstract)
    return made


def _played(session: CheckedSession, played: Played, *, replayed: bool) -> Instance:
    """A configuration and the rounds of a run; input, case and outputs are those of the last round."""
    interface, words, run = session.interface, Words(session.interface), played.run
    request = interface.inputs[0].name.id
    rounds = session_rounds(words, run)
    for shown, round_ in zip(rounds, run.rounds, strict=True):
        shown.open = list(left_open(session.policy, round_.case))
        shown.registers = words.registers(interface.inputs, {request: round_.request})
        shown.registers_out = {} if round_.case is None else words.registers(interface.outputs, round_.outputs)
    last = rounds[-1] if rounds else None
    made = Instance(
        config=configured(words, played.instance.config),
        input={request: last.request} if last else {},
        case=last.case if last else None,
        outputs=last.outputs if last else {},
        open=last.open or [] if last else [],
        registers=last.registers or {} if last else {},
        registers_out=last.registers_out or {} if last else {},
        replayed=replayed,
        rounds=rounds,
        accepted=run.ending == "accepted",
        agreed=agreed(words, run),
        gave_up=run.ending == "gave_up",
        ending=run.ending,
        again=run.again,
        why=run.why,
    )
    if played.instance.relations:
        made.defines = words.relations(played.instance.relations, session.abstract)
    return made


def _step(words: Words, step: Step) -> InductionStep:
    rounds: list[SessionRound] = []
    for request, reply in zip(step.requests, step.replies, strict=True):
        outputs = words.plains(words.interface.outputs, reply)
        rounds.append(
            SessionRound(request=words.plain(words.interface.inputs[0], request), case=None, outputs=outputs, rule=None)
        )
    return InductionStep(part=step.part, config=configured(words, step.config), rounds=rounds)
