"""The claims about a policy as files of SMT-LIB 2.6, for whichever solver one trusts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct
from parley.model.cutoff import Cutoffs
from parley.model.queries import Query
from parley.model.smtlib.formulas import TooLong
from parley.model.smtlib.script import script
from parley.proofs.budget import BUDGET
from parley.proofs.claims import Claim, claims_of
from parley.proofs.cross_check.second_opinions import sizes_at_cutoff
from parley.proofs.prove import prove
from parley.proofs.questions import questions_of
from parley.proofs.verdict import Outcome
from parley.spec.checked import CheckedPolicy
from parley.spec.diagnostics import plural
from parley.spec.formatting.expressions import print_expr
from parley.spec.program import Program

from .naming import find_policy, policy_of

Status: TypeAlias = Literal["sat", "unsat", "unknown"]


class SmtFile(Struct, frozen=True):
    """One question of one claim. `text` is empty where it is too long to be written.

    `status` is what the verdict says of it: `unknown` where the claim is undecided. `at_cutoff` says that sets have as
    many revisions as decide the question; else they have any number, and the solver has quantifiers to go through.
    """

    name: str
    claim: str
    status: Status
    at_cutoff: bool
    text: str


class _Question(Struct, frozen=True):
    """What one file asks, in words and as queries, one of which is to be met."""

    name: str
    says: str
    ways: tuple[Query, ...]
    status: Status


def smtlib(asked: CheckedPolicy | Program, *, budget: int | None = None) -> tuple[SmtFile, ...]:
    """The files for all claims about a policy, which is proved for what their status is.

    A claim is one question: whether it can fail, or, where it says that something can happen, whether that can. For
    each premise of a proof there is one more, which is to be met. Raises Rejected where a program has no such policy.
    """
    program = asked if isinstance(asked, Program) else None
    return _files(policy_of(asked), program, budget)


def smtlib_of(argument: str, *, budget: int | None = None) -> tuple[SmtFile, ...]:
    """The same for what an argument of the command names."""
    program, policy = find_policy(argument)
    return _files(policy, program, budget)


def _files(policy: CheckedPolicy, program: Program | None, budget: int | None) -> tuple[SmtFile, ...]:
    scenarios = () if program is None else program.own_scenarios
    claims = claims_of(policy, scenarios)
    cutoffs = Cutoffs(policy)
    outcomes = prove(policy, claims, budget or BUDGET)
    return tuple(_file(outcome, question, cutoffs) for outcome in outcomes for question in _questions(outcome))


def _questions(outcome: Outcome) -> Iterator[_Question]:
    claim, verdict = outcome.claim, outcome.verdict
    questions = questions_of(claim)
    decided: Status = "unsat"
    if verdict in ("undecided", "inconsistent"):
        decided = "unknown"
    elif verdict == ("proved" if questions.sought is not None else "refuted"):
        decided = "sat"
    if questions.sought is not None:
        yield _Question(claim.name, "Can this happen?", (questions.sought,), decided)
        return
    yield _Question(claim.name, "Can this claim fail?", questions.counter, decided)
    if verdict == "refuted":
        return
    several = len(questions.premises) > 1
    for at, premise in enumerate(questions.premises, 1):
        # Of several, the verdict does not say which cannot be met.
        met: Status = "sat" if verdict == "proved" else "unsat" if verdict == "vacuous" and not several else "unknown"
        says = "Can the premise of this claim be met? Without that, a proof says nothing."
        yield _Question(f"{claim.name}.premise{f'_{at}' if several else ''}", says, (premise,), met)


def _file(outcome: Outcome, question: _Question, cutoffs: Cutoffs) -> SmtFile:
    claim = outcome.claim
    sizes = sizes_at_cutoff(cutoffs, question.ways)
    try:
        made = script(claim.policy, question.ways, sizes or {}, by_ends=sizes is not None)
    except TooLong:
        return SmtFile(f"{question.name}.smt2", claim.address, question.status, sizes is not None, "")
    head = [f"; {line}".rstrip() for line in _remarks(claim, question, sizes)]
    info = ["(set-info :smt-lib-version 2.6)", f"(set-info :status {question.status})", f"(set-logic {made.logic})"]
    text = "\n".join([*head, *info, *made.lines, "(check-sat)", "(exit)", ""])
    return SmtFile(f"{question.name}.smt2", claim.address, question.status, sizes is not None, text)


def _remarks(claim: Claim, question: _Question, sizes: dict[str, int] | None) -> Iterator[str]:
    place = claim.source.place(claim.span.start)
    yield f"{claim.address}, {place.file}:{place.line}:{place.column}{f', from {claim.cites}' if claim.cites else ''}"
    if claim.written is not None:
        yield f"    {print_expr(claim.written)}"
    for name, value in claim.givens:
        yield f"    given {name} = {print_expr(value)}"
    yield ""
    yield f"{question.says} {_meaning(question.status)}"
    yield from _bound(sizes)
    yield ""
    yield "The policy:"
    span = claim.policy.declaration.span
    for line in claim.policy.source.text[span.start : span.end].splitlines():
        yield f"    {line}"


def _meaning(status: Status) -> str:
    return {"sat": "It can: sat.", "unsat": "It cannot: unsat.", "unknown": "Parley does not know."}[status]


def _bound(sizes: dict[str, int] | None) -> Iterator[str]:
    if sizes is None:
        yield "Sets have any number of revisions here: no cutoff is known, or it is a large one."
    elif sizes:
        each = ", ".join(f"{plural(size, 'revision')} of {name}" for name, size in sizes.items())
        yield f"Up to {each}: that many decide it for sets of every size (the cutoff)."


def unwritten(files: Sequence[SmtFile]) -> list[str]:
    """The names of those that are too long to be written."""
    return [file.name for file in files if not file.text]
