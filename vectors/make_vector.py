"""Points as vectors: requests and expected answers in the interface's own words."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.instance import Instance, Range, Value, plain, show_range, word_of, words_among
from ..model.oracle import Answered, NoAnswer, Oracle, Outputs, left_open
from ..model.representatives import TooMany
from ..spec.formatting.expressions import print_expr
from .suite import Expected, JsonValue, Reading, Vector, shown_value

ANY = "any"


def vector(oracle: Oracle, at: Instance, number: int, flags: list[str], kills: list[str]) -> Vector:
    """The vector of a point that the policy answers. Raises NoAnswer where it has none."""
    config, inputs = at.config, at.inputs
    answer = oracle.answer(config, inputs)
    request = {name: show_value(oracle, name, value) for name, value in inputs.items()}
    request |= {
        register: f"{oracle.content(name, inputs[name]):#x}" for name, register in oracle.input_registers.items()
    }
    return Vector(
        id=number,
        request=request,
        result="acceptable" if answer.open else "valid",
        case=answer.case,
        expect=_expected(oracle, answer.outputs, answer.open),
        allowed=allowed(oracle, answer.case) if answer.open else [],
        readings=list(_readings(oracle, config, inputs, answer)) if answer.open else [],
        flags=flags,
        kills=kills,
        comment=_comment(oracle, at, request, answer),
    )


def allowed(oracle: Oracle, case: str) -> list[str]:
    """What the open outputs of a case must meet, in the words of the policy."""
    of = next(c for c in oracle.policy.cases if c.name == case)
    open_ = left_open(oracle.policy, of)
    assigned = [a for a in of.assignments if a.output.id in open_]
    return [
        *(f"{a.output.id} == {print_expr(a.value)}" for a in assigned if a.value is not None),
        *(print_expr(ensure.formula) for ensure in of.ensures),
    ]


def json_config(oracle: Oracle, at: Instance) -> dict[str, JsonValue]:
    """A configuration as JSON has it."""
    return {name: show_value(oracle, name, value) for name, value in at.config.items()}


def show_value(oracle: Oracle, name: str, value: Value) -> JsonValue:
    """A value as JSON has it."""
    if isinstance(value, (bool, tuple, Range)):
        return plain(oracle.format, value, ranged=name in oracle.interface.ranges)
    enumeration = oracle.interface.enumeration(name)
    if enumeration is not None:
        return next((label.id for label, number in enumeration.values if number == value), str(value))
    return oracle.interface.show(name, value)


def _expected(oracle: Oracle, outputs: Outputs, open_: frozenset[str] = frozenset()) -> Expected:
    words = oracle.to_registers(outputs)
    names = [v.name.id for v in oracle.interface.outputs]
    return Expected(
        outputs={name: ANY if name in open_ else show_value(oracle, name, outputs[name]) for name in names},
        registers={
            register: ANY if name in open_ else f"{words[register]:#x}" for name, register in oracle.registers.items()
        },
    )


def _readings(
    oracle: Oracle, config: dict[str, Value], inputs: dict[str, Value], answer: Answered
) -> Iterator[Reading]:
    """The common ways to fill in what is left open, as far as the policy allows them."""
    seen: list[Outputs] = []
    for why, filling in _fillings(oracle, config, inputs, answer):
        outputs = {**answer.outputs, **filling}
        whole = len(outputs) == len(oracle.interface.outputs)
        if whole and outputs not in seen and _allows(oracle, config, inputs, outputs):
            seen.append(outputs)
            yield Reading(why=why, expect=_expected(oracle, outputs))


def _allows(oracle: Oracle, config: dict[str, Value], inputs: dict[str, Value], outputs: Outputs) -> bool:
    """Whether an answer is known to be allowed."""
    try:
        return oracle.are_values(outputs) and oracle.allows(config, inputs, outputs)
    except TooMany:
        return False


def _fillings(
    oracle: Oracle, config: dict[str, Value], inputs: dict[str, Value], answer: Answered
) -> Iterator[tuple[str, Outputs]]:
    open_ = sorted(answer.open)
    known = sorted(words_among(value for value in config.values() if not isinstance(value, (int, bool))))
    revisions = [name for name in open_ if oracle.interface.variables[name].type == "revision"]
    if len(revisions) < len(open_):
        return
    if known:
        yield "the newest that is supported", dict.fromkeys(open_, known[-1])
        yield "the oldest that is supported", dict.fromkeys(open_, known[0])
    variables = oracle.interface.variables
    words = {n: word_of(value) for n, value in inputs.items() if variables[n].type == "revision"}
    cleared = {**inputs, **{name: _cleared(oracle, name, word) for name, word in words.items()}}
    if cleared != inputs:
        # What the same policy answers to the request without its reserved bits, if it has an answer to that.
        try:
            outputs = oracle.answer(config, cleared).outputs
        except (NoAnswer, TooMany):
            outputs = {}
        if all(name in outputs for name in open_):
            yield "as if the reserved bits were not set", {name: outputs[name] for name in open_}
    for name, word in words.items():
        yield f"{name} itself", dict.fromkeys(open_, word)
    yield "zero", dict.fromkeys(open_, 0)


def _cleared(oracle: Oracle, name: str, word: int) -> int:
    """An input without its reserved bits; a name has none."""
    named = word in oracle.interface.named.get(name, {}).values()
    return word if named else word & ~oracle.format.reserved_mask


def _comment(oracle: Oracle, at: Instance, request: dict[str, JsonValue], answer: Answered) -> str:
    shown = [
        f"{name} {show_range(oracle.format, value)}"
        if isinstance(value, Range)
        else f"{name} {', '.join(map(oracle.format.show, value)) or 'nothing'}"
        for name, value in at.config.items()
        if isinstance(value, (tuple, Range))
    ]
    asked = ", ".join(f"{name} {shown_value(request[name])}" for name in (v.name.id for v in oracle.interface.inputs))
    if not asked:
        # Of a command without inputs, the configuration is all there is to tell vectors by.
        alone = [name for name, value in at.config.items() if not isinstance(value, (tuple, Range))]
        values = {name: value for name, value in json_config(oracle, at).items() if name in alone}
        asked = ", ".join(f"{n} {str(v).lower() if isinstance(v, bool) else v}" for n, v in values.items())
    return f"{'; '.join(part for part in (*shown, asked) if part)}: {answer.case}"
