"""What a policy answers in one situation, and how it comes to it; how a session goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, overload

from msgspec import Struct
from parley.model.evaluate_policy import PolicyEvaluator
from parley.model.oracle import left_open
from parley.model.representatives import TooMany
from parley.model.situation import Relation, Situation, Value
from parley.model.why import Reasons
from parley.spec.checked import CheckedCase, CheckedPolicy, CheckedSession
from parley.spec.diagnostics import Diagnostic, Rejected, listed
from parley.spec.print_tree import print_expr
from parley.spec.syntax import Define, Expr, FieldOf, Variable

from .given import Given, need_all, read_relation, read_value, texts
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


class Tried(Struct, frozen=True):
    """A case that was looked at: whether its guard held, and the values that decided it."""

    case: str
    applies: bool
    guard: str
    why: list[str]


class EvalResult(Result, frozen=True):
    """An answer. An output that is left open is missing from `outputs`; one without a value is None there."""

    policy: CheckedPolicy
    words: Words
    situation: Situation
    tried: list[Tried]
    case: CheckedCase
    outputs: dict[str, int | bool | None]
    assumptions: dict[str, bool]

    def show(self, output: str) -> str:
        """An output in the interface's words: `RMI_SUCCESS`, `1.1`, `any` where it is left open."""
        variable = self.policy.interface.variables[output]
        return self.words.show(variable, self.outputs[output]) if output in self.outputs else "any"

    def register(self, variable: Variable) -> str:
        """What stands in an output's register: hexadecimal, or `any`."""
        if variable.name.id not in self.outputs:
            return "any"
        value = self.outputs[variable.name.id]
        return "no value" if value is None else f"{int(value):#x}"

    def table(self) -> Table:
        rows = [("case", self.case.name)]
        rows += [(v.name.id, self.show(v.name.id)) for v in self.policy.interface.outputs]
        rows += [("where", print_expr(ensure.formula)) for ensure in self.case.ensures]
        rows += [("outside", f"the assumption `{name}`") for name, holds in self.assumptions.items() if not holds]
        return Table("", tuple(rows))


@overload
def evaluate(subject: CheckedPolicy, given: Mapping[str, Given] | None = None, /, **named: Given) -> EvalResult: ...
@overload
def evaluate(subject: CheckedSession, given: Mapping[str, Given] | None = None, /, **named: Given) -> SessionResult: ...
@overload
def evaluate(
    subject: CheckedPolicy | CheckedSession, given: Mapping[str, Given] | None = None, /, **named: Given
) -> EvalResult | SessionResult: ...
def evaluate(
    subject: CheckedPolicy | CheckedSession, given: Mapping[str, Given] | None = None, /, **named: Given
) -> EvalResult | SessionResult:
    """What a policy answers, or how a session goes.

    What it is given goes by the interface's own names: of a policy the configuration, the inputs and the `define`s
    that have no body; of a session the configuration, what the host knows (`known`) where it does not say so itself,
    those `define`s, and outputs that the policy leaves open, in all rounds (`lower`) or in one (`lower@2`, in the
    mapping). Raises Rejected where something is missing, unknown, or no value, and where there is no answer.
    """
    wanted = {**(given or {}), **named}
    if isinstance(subject, CheckedSession):
        from .playing import play

        return play(subject, wanted)
    words = Words(subject.interface)
    situation = _situation(subject, words, wanted)
    evaluator = PolicyEvaluator(subject)
    try:
        with evaluator.work.limited(MOST_WORK):
            return _evaluated(evaluator, words, situation)
    except TooMany:
        raise Rejected(TOO_MANY) from None


def options_of(policy: CheckedPolicy) -> dict[str, Variable | Define]:
    """What a policy is given, by name."""
    made: dict[str, Variable | Define] = {v.name.id: v for v in (*policy.interface.configs, *policy.interface.inputs)}
    return made | {define.name.id: define for define in policy.abstract}


def _situation(policy: CheckedPolicy, words: Words, wanted: Mapping[str, Given]) -> Situation:
    options = options_of(policy)
    given = texts(words, wanted, options, policy.name)
    values: dict[str, Value] = {}
    relations: dict[str, Relation] = {}
    for name, text in given.items():
        match options[name]:
            case Define() as define:
                relations[name] = read_relation(words, define, text)
            case Variable() as variable:
                values[name] = read_value(words, name, variable, text)
    need_all(words, options, given)
    inputs = {v.name.id: values[v.name.id] for v in policy.interface.inputs}
    config = {v.name.id: values[v.name.id] for v in policy.interface.configs}
    return Situation(config, inputs, relations)  # pyright: ignore[reportArgumentType]


def _why(reasons: Reasons, guard: Expr) -> list[str]:
    """What decides a guard; nothing is said where it takes too long to find out."""
    try:
        return reasons.of(guard)
    except TooMany:
        return []


def _evaluated(evaluator: PolicyEvaluator, words: Words, situation: Situation) -> EvalResult:
    policy = evaluator.policy
    statements = [(p.statement.name.id, evaluator.formula(p.statement.formula)) for p in policy.assumptions]
    slots = evaluator.slots(situation)
    at = evaluator.fires(slots)

    def show(expr: Expr, value: Value | None) -> str:
        if value is None or isinstance(value, bool):
            return "no value" if value is None else "true" if value else "false"
        if isinstance(value, tuple):
            return ", ".join(map(words.format.show, value)) or "empty"
        return str(value) if isinstance(expr, FieldOf) else words.format.show(value)

    reasons = Reasons(evaluator, situation, show)
    tried: list[Tried] = []
    for number, case in enumerate(policy.cases[: len(policy.cases) if at is None else at + 1]):
        guard = "otherwise" if case.guard is None else print_expr(case.guard)
        why = [] if case.guard is None else _why(reasons, case.guard)
        tried.append(Tried(case.name, number == at, guard, why))
    broken = [p for p, (_, holds) in zip(policy.assumptions, statements, strict=True) if not holds(slots)]
    if at is None and broken:
        raise ruled_out([(p.statement.name.id, p.statement.formula) for p in broken])
    if at is None:
        each = "; ".join(f"{t.case}: {t.guard} ({', '.join(t.why)})" for t in tried)
        raise Rejected(Diagnostic("P509", f"no case of `{policy.name}` applies", f"tried {each}"))
    slots = evaluator.slots(situation)
    evaluator.undefined(slots, at)
    case = policy.cases[at]
    open_ = left_open(policy, case)
    outputs = {name: value for name, value in evaluator.outputs(slots).items() if name not in open_}
    if broken and None in outputs.values():
        raise ruled_out([(p.statement.name.id, p.statement.formula) for p in broken])
    return EvalResult(policy, words, situation, tried, case, outputs, {n: code(slots) for n, code in statements})


def ruled_out(broken: Sequence[tuple[str, Expr]]) -> Rejected:
    """There is no answer, and assumptions that do not hold are why there need be none."""
    listed_ = listed([name for name, _ in broken])
    named = f"the assumptions {listed_} rule" if len(broken) > 1 else f"the assumption {listed_} rules"
    message = f"{named} this out, and there is no answer"
    said = "; ".join(f"`{name}`: {print_expr(formula)}" for name, formula in broken)
    return Rejected(Diagnostic("P504", message, f"give what is assumed: {said}"))
