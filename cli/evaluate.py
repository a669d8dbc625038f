"""`parley eval`: the answer to one situation, and how the policy came to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from ..model.evaluate_policy import PolicyEvaluator
from ..model.representatives import TooMany
from ..model.situation import Relation, Situation, Value
from ..model.why import Reasons
from ..spec.checked import CheckedCase, CheckedPolicy, CheckedSession
from ..spec.diagnostics import Diagnostic, Rejected, listed, nearest
from ..spec.print_tree import print_expr
from ..spec.syntax import Define, Expr, FieldOf, Variable
from .numberline import lines
from .output import Output
from .subject import find_subject
from .values import Words

LABEL = 17


MOST_WORK = 100_000_000
"""What the evaluator does (`model/work.py`) for one answer: some seconds. Nested quantifiers have no other bound."""


class Tried(Struct, frozen=True):
    """A case that was looked at: whether its guard held, and the values that decided it."""

    case: str
    applies: bool
    guard: str
    why: list[str]


class Evaluation(Struct, frozen=True):
    """An answer. An output that is left open is missing from `outputs`; one without a value is None there."""

    policy: CheckedPolicy
    words: Words
    situation: Situation
    tried: list[Tried]
    case: CheckedCase
    outputs: dict[str, int | bool | None]
    assumptions: dict[str, bool]


def evaluate(argument: str, options: list[str], format_: str, quiet: bool, output: Output) -> int:
    """Print what a policy answers, or how a session goes.

    Raises Rejected for a wrong use, and where no case of a policy applies.
    """
    _, subject = find_subject(argument)
    if isinstance(subject, CheckedSession):
        from .evaluate_session import evaluate_session

        evaluate_session(subject, options, format_, quiet, output)
    else:
        _evaluate(subject, options, format_, quiet, output)
    return 0


def _evaluate(policy: CheckedPolicy, options: list[str], format_: str, quiet: bool, output: Output) -> None:
    words = Words(policy.interface)
    situation = _situation(policy, words, options)
    evaluator = PolicyEvaluator(policy)
    with evaluator.work.limited(MOST_WORK):
        made = _evaluated(evaluator, words, situation)
    if format_ == "json":
        from .evaluate_json import eval_json

        output.write(eval_json(made))
    else:
        output.write(_text(made, quiet, output))


def _situation(policy: CheckedPolicy, words: Words, options: list[str]) -> Situation:
    interface = policy.interface
    variables = {v.name.id: v for v in (*interface.configs, *interface.inputs)}
    relations = {define.name.id: define for define in policy.abstract}
    given = read_options(options, [*variables, *relations])
    values: dict[str, Value] = {}
    interpreted: dict[str, Relation] = {}
    for name, text in given.items():
        if name in variables:
            values[name] = read_value(words, name, variables[name], text)
        else:
            interpreted[name] = read_relation(words, relations[name], text)
    need_all(words, {**variables, **relations}, given)
    inputs = {v.name.id: values[v.name.id] for v in interface.inputs}
    config = {v.name.id: values[v.name.id] for v in interface.configs}
    return Situation(config, inputs, interpreted)  # pyright: ignore[reportArgumentType]


def read_value(words: Words, option: str, variable: Variable, text: str) -> Value:
    """The value of an option. Raises Rejected where it is none of the variable's type."""
    try:
        return words.read(variable, text)
    except ValueError as error:
        raise Rejected(Diagnostic("P504", f"--{option}: {error}", _example(words, variable))) from None


def read_relation(words: Words, define: Define, text: str) -> Relation:
    """The interpretation of an abstract `define`. Raises Rejected where it is none."""
    try:
        return words.read_relation(define, text)
    except ValueError as error:
        raise Rejected(Diagnostic("P504", f"--{define.name.id}: {error}", _example(words, define))) from None


def need_all(words: Words, variables: Mapping[str, Variable | Define], given: Mapping[str, str]) -> None:
    """Raises Rejected where an option is missing."""
    missing = [name for name in variables if name not in given]
    if missing:
        wanted = " ".join(f"--{name} {words.sample(variables[name])}" for name in missing)
        raise Rejected(Diagnostic("P505", f"`{missing[0]}` is not given", f"add {wanted}"))


def read_options(options: list[str], names: list[str], whose: str = "policy") -> dict[str, str]:
    """`--name value` and `--name=value`, for the names of the interface. Raises Rejected for any other."""
    given: dict[str, str] = {}
    at = 0
    while at < len(options):
        option, equals, value = options[at].partition("=")
        name = option.removeprefix("--")
        if not option.startswith("--") or name not in names:
            near = nearest(name, names)
            raise Rejected(
                Diagnostic(
                    "P504",
                    f"`{options[at][:60]}` is no option here",
                    f"did you mean --{near}?" if near else f"the {whose} takes {', '.join(f'--{n}' for n in names)}",
                )
            )
        if not equals:
            at += 1
            if at == len(options):
                raise Rejected(Diagnostic("P504", f"--{name} has no value", f"write --{name} 1.0"))
            value = options[at]
        if name in given:
            raise Rejected(Diagnostic("P504", f"--{name} is given twice", "separate the members of a set by commas"))
        given[name] = value
        at += 1
    return given


def _example(words: Words, variable: Variable | Define) -> str:
    if isinstance(variable, Define):
        if not variable.parameters:
            return f"write --{variable.name.id} {words.sample(variable)}"
        return "write the pairs for which it holds, such as 1.0:1.1,1.0:1.2; or none, or all"
    return f"for example --{variable.name.id} {words.sample(variable)}"


def _why(reasons: Reasons, guard: Expr) -> list[str]:
    """What decides a guard; nothing is said where it takes too long to find out."""
    try:
        return reasons.of(guard)
    except TooMany:
        return []


def _evaluated(evaluator: PolicyEvaluator, words: Words, situation: Situation) -> Evaluation:
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
    open_ = _left_open(policy, case)
    outputs = {name: value for name, value in evaluator.outputs(slots).items() if name not in open_}
    if broken and None in outputs.values():
        raise ruled_out([(p.statement.name.id, p.statement.formula) for p in broken])
    return Evaluation(policy, words, situation, tried, case, outputs, {n: code(slots) for n, code in statements})


def ruled_out(broken: Sequence[tuple[str, Expr]]) -> Rejected:
    """There is no answer, and assumptions that do not hold are why there need be none."""
    listed_ = listed([name for name, _ in broken])
    named = f"the assumptions {listed_} rule" if len(broken) > 1 else f"the assumption {listed_} rules"
    message = f"{named} this out, and there is no answer"
    said = "; ".join(f"`{name}`: {print_expr(formula)}" for name, formula in broken)
    return Rejected(Diagnostic("P504", message, f"give what is assumed: {said}"))


def _left_open(policy: CheckedPolicy, case: CheckedCase) -> set[str]:
    """The outputs that are `any`, or assigned from one that is."""
    open_: set[str] = set()
    for assign in case.assignments:
        if assign.value is None or policy.elaboration.of(assign.value).free & open_:
            open_.add(assign.output.id)
    return open_


def register_out(made: Evaluation, variable: Variable) -> str:
    """What stands in an output's register: hexadecimal, or `any`."""
    if variable.name.id not in made.outputs:
        return "any"
    value = made.outputs[variable.name.id]
    return "no value" if value is None else f"{int(value):#x}"


def _text(made: Evaluation, quiet: bool, output: Output) -> str:
    words, policy = made.words, made.policy
    rows: list[str] = []
    if not quiet:
        rows.append(output.style(f"{policy.name} answers {policy.interface.name}", bold=True))
        rows += [f"{name:<{LABEL}}{drawing}" for name, drawing in lines(words, made.situation)]
        for variable in policy.interface.inputs:
            if variable.register:
                rows.append(f"{variable.register.id:<{LABEL}}{made.situation.inputs[variable.name.id]:#x}")
        for name, holds in made.assumptions.items():
            if not holds:
                rows.append(
                    output.style(f"{'outside':<{LABEL}}the assumption `{name}` does not hold here", fg="yellow")
                )
        for tried in made.tried:
            verdict = "applies" if tried.applies else "does not apply"
            why = f": {', '.join(tried.why)}" if tried.why else ""
            rows.append(f"{'case ' + tried.case:<{LABEL}}{verdict}{why}")
            rows.append(f"{'':<{LABEL}}{output.style(tried.guard, dim=True)}")
    for variable in policy.interface.outputs:
        name = variable.name.id
        shown = words.show(variable, made.outputs[name]) if name in made.outputs else "any"
        register = f"{variable.register.id} = {register_out(made, variable)}" if variable.register else ""
        rows.append(f"{name:<{LABEL}}{shown:<20}{register}".rstrip())
    rows += [f"{'where':<{LABEL}}{print_expr(ensure.formula)}" for ensure in made.case.ensures]
    return "\n".join(rows) + "\n"
