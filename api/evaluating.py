"""What a policy answers in one instance, and how it comes to it; how a session goes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, overload

from msgspec import Struct
from parley.model.instance import Instance, Value
from parley.model.oracle import left_open
from parley.model.query_evaluation import MOST_CHOICES, QueryEvaluator
from parley.model.representatives import TooMany
from parley.model.why import Reasons
from parley.spec import syntax
from parley.spec.checked import CheckedPolicy, CheckedSession
from parley.spec.checked_parts import CheckedCase
from parley.spec.diagnostics import Diagnostic, Rejected, listed
from parley.spec.formatting.expressions import print_expr
from parley.spec.program import Program

from .given import Given, read_all, read_options, texts
from .naming import subject_of
from .results import Result, Table
from .values import Words

if TYPE_CHECKING:
    from .playing import SessionResult

MOST_WORK = 100_000_000
"""What the evaluator does (`model/work.py`) for one answer: some seconds. Nested quantifiers have no other bound."""

TOO_MANY = Diagnostic(
    "P418",
    "a formula goes through more revisions than are tried",
    "`parley check` proves its claims without trying revisions",
)

UNKNOWN_CHOICE = "it is not known whether there is an answer: too many values would have to be tried"


class Tried(Struct, frozen=True):
    """A case that was looked at: whether its guard held, and the values that decided it."""

    case: str
    applies: bool
    guard: str
    why: list[str]


class EvalResult(Result, frozen=True):
    """An answer. An output that is left open is missing from `outputs`; one without a value is None there.

    `met` says that open outputs have values that make an answer; None where that is not known, there being too many.
    """

    policy: CheckedPolicy
    words: Words
    instance: Instance
    tried: list[Tried]
    case: CheckedCase
    outputs: dict[str, Value | None]
    assumptions: dict[str, bool]
    met: Literal[True] | None = True

    def show(self, output: str) -> str:
        """An output in the interface's words: `RMI_SUCCESS`, `1.1`, `any` where it is left open."""
        variable = self.policy.interface.variables[output]
        return self.words.show(variable, self.outputs[output]) if output in self.outputs else "any"

    @property
    def registers(self) -> dict[str, str]:
        """What stands in the registers of the outputs: hexadecimal, or `any`."""
        outputs = self.policy.interface.outputs
        open_ = {v.register.id: "any" for v in outputs if v.register and v.name.id not in self.outputs}
        return {**self.words.registers(outputs, self.outputs), **open_}

    def table(self) -> Table:
        rows = [("case", self.case.name)]
        rows += [(v.name.id, self.show(v.name.id)) for v in self.policy.interface.outputs]
        rows += [("where", print_expr(ensure.formula)) for ensure in self.case.ensures]
        rows += [] if self.met else [("", UNKNOWN_CHOICE)]
        rows += [("outside", f"the assumption `{name}`") for name, holds in self.assumptions.items() if not holds]
        return Table(tuple(rows))


@overload
def evaluate(subject: CheckedPolicy, given: Mapping[str, Given] | None = None, /, **named: Given) -> EvalResult: ...
@overload
def evaluate(subject: CheckedSession, given: Mapping[str, Given] | None = None, /, **named: Given) -> SessionResult: ...
@overload
def evaluate(
    subject: CheckedPolicy | CheckedSession | Program, given: Mapping[str, Given] | None = None, /, **named: Given
) -> EvalResult | SessionResult: ...
def evaluate(
    subject: CheckedPolicy | CheckedSession | Program, given: Mapping[str, Given] | None = None, /, **named: Given
) -> EvalResult | SessionResult:
    """What a policy answers, or how a session goes; of a program, its only one, or that which is called like its file.

    What it is given goes by the interface's own names: of a policy the configuration, the inputs and the `define`s
    that have no body; of a session the configuration, what the host knows (`known`) where it does not say so itself,
    those `define`s, and outputs that the policy leaves open, in all rounds (`lower`) or in one (`lower@2`, in the
    mapping). Raises Rejected where something is missing, unknown, or no value, and where there is no answer.
    """
    wanted = {**(given or {}), **named}
    subject = subject_of(subject)
    if isinstance(subject, CheckedSession):
        from .playing import play

        return play(subject, wanted)
    words = Words(subject.interface)
    instance = _instance(subject, words, wanted)
    queries = QueryEvaluator(subject)
    try:
        with queries.evaluator.work.limited(MOST_WORK):
            return _evaluated(queries, words, instance)
    except TooMany:
        raise Rejected(TOO_MANY) from None


def read_given(subject: CheckedPolicy | CheckedSession, options: list[str]) -> dict[str, str]:
    """What options (`--supported 1.0`) give a policy or session. Raises Rejected for one that it does not take."""
    if isinstance(subject, CheckedSession):
        from .playing import session_options

        return session_options(subject, options)
    return read_options(options, _options(subject))


def _options(policy: CheckedPolicy) -> dict[str, syntax.Variable | syntax.Define]:
    """What a policy is given, by name."""
    return {one.name.id: one for one in (*Words(policy.interface).given, *policy.abstract)}


def _instance(policy: CheckedPolicy, words: Words, wanted: Mapping[str, Given]) -> Instance:
    options = _options(policy)
    values, relations = read_all(words, options, texts(words, wanted, options, policy.name))
    inputs = {v.name.id: values[v.name.id] for v in policy.interface.inputs}
    config = {v.name.id: values[v.name.id] for v in policy.interface.configs}
    return Instance(config, inputs, relations)  # pyright: ignore[reportArgumentType]


def _why(reasons: Reasons, guard: syntax.Expr) -> list[str]:
    """What decides a guard; nothing is said where it takes too long to find out."""
    try:
        return reasons.of(guard)
    except TooMany:
        return []


def _evaluated(queries: QueryEvaluator, words: Words, instance: Instance) -> EvalResult:
    policy, evaluator = queries.policy, queries.evaluator
    statements = [(p.statement.name.id, evaluator.formula(p.statement.formula)) for p in policy.assumptions]
    slots = evaluator.slots(instance)
    at = evaluator.fires(slots)

    def show(expr: syntax.Expr, value: Value | None) -> str:
        if value == ():
            return "empty"
        number = isinstance(expr, syntax.FieldOf) and isinstance(value, int) and not isinstance(value, bool)
        variable = words.interface.variables.get(expr.id) if isinstance(expr, syntax.Name) else None
        return str(value) if number else words.show(variable, value)

    reasons = Reasons(evaluator, instance, show)
    tried: list[Tried] = []
    for number, case in enumerate(policy.cases[: len(policy.cases) if at is None else at + 1]):
        guard = "otherwise" if case.guard is None else print_expr(case.guard)
        why = [] if case.guard is None else _why(reasons, case.guard)
        tried.append(Tried(case.name, number == at, guard, why))
    broken = [p.statement for p, (_, holds) in zip(policy.assumptions, statements, strict=True) if not holds(slots)]
    if at is None and broken:
        raise ruled_out(broken)
    if at is None:
        each = "; ".join(f"{t.case}: {t.guard} ({', '.join(t.why)})" for t in tried)
        raise Rejected(Diagnostic("P509", f"no case of `{policy.name}` applies", f"tried {each}"))
    slots = evaluator.slots(instance)
    evaluator.undefined(slots, at)
    case = policy.cases[at]
    open_ = left_open(policy, case)
    outputs = {name: value for name, value in evaluator.outputs(slots).items() if name not in open_}
    missing = None in outputs.values()
    met = True if missing else _has_choice(queries, instance, at)
    if broken and (missing or met is False):
        raise ruled_out(broken)
    if met is False:
        raise _no_choice(policy, case, open_)
    return EvalResult(policy, words, instance, tried, case, outputs, {n: code(slots) for n, code in statements}, met)


def _has_choice(queries: QueryEvaluator, instance: Instance, case: int) -> bool | None:
    with queries.evaluator.work.limited(MOST_CHOICES):
        return queries.has_choice(queries.evaluator.slots(instance), case)


def _no_choice(policy: CheckedPolicy, case: CheckedCase, open_: Collection[str]) -> Rejected:
    """Whatever a case's open outputs are, there is no answer."""
    names = listed([v.name.id for v in policy.interface.outputs if v.name.id in open_])
    ensured = "; ".join(print_expr(ensure.formula) for ensure in case.ensures)
    wanted = f"it ensures {ensured}" if ensured else "what is assigned from them would have no value"
    text = f"case `{case.name}` applies, and no value of {names} is an answer"
    return Rejected(Diagnostic("P514", text, f"{wanted}; `parley check` reports it as the claim `defined`"))


def ruled_out(broken: Sequence[syntax.Statement]) -> Rejected:
    """There is no answer, and assumptions that do not hold are why there need be none."""
    names = listed([statement.name.id for statement in broken])
    named = f"the assumptions {names} rule" if len(broken) > 1 else f"the assumption {names} rules"
    said = "; ".join(f"`{statement.name.id}`: {print_expr(statement.formula)}" for statement in broken)
    return Rejected(Diagnostic("P504", f"{named} this out, and there is no answer", f"give what is assumed: {said}"))
