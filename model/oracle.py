"""What a policy allows, concretely: the judge of vectors, replies and logs. It never meets the solver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from ..spec.checked import CheckedPolicy
from ..spec.checked_parts import CheckedCase
from ..spec.registers import content, read
from ..spec.syntax import Enumeration
from .closures import Slots
from .evaluate_policy import PolicyEvaluator
from .instance import Instance, Range, Value, word_of
from .query_evaluation import QueryEvaluator
from .representatives import TooMany

Outputs: TypeAlias = "dict[str, Value]"


class Answered(Struct, frozen=True):
    """The case that answers, and the outputs; those that are left open are not among them."""

    case: str
    outputs: Outputs
    open: frozenset[str]


class NoAnswer(Exception):
    """The policy has no answer here: no case applies, or an output has no value."""


class Oracle:
    """One policy, ready to be asked. Its `define`s must all have bodies: relations are nobody's to test."""

    def __init__(self, policy: CheckedPolicy) -> None:
        self.policy = policy
        self.interface = policy.interface
        self.queries = QueryEvaluator(policy)
        self.evaluator: PolicyEvaluator = self.queries.evaluator
        self.format = self.evaluator.format
        self.open = [left_open(policy, case) for case in policy.cases]
        self.registers = {v.name.id: v.register.id for v in policy.interface.outputs if v.register is not None}
        self.input_registers = {v.name.id: v.register.id for v in policy.interface.inputs if v.register is not None}

    def slots(self, config: Mapping[str, Value], inputs: Mapping[str, Value]) -> Slots:
        return self.evaluator.slots(Instance(dict(config), dict(inputs)))

    def admits(self, config: Mapping[str, Value], inputs: Mapping[str, Value]) -> bool:
        """Whether the policy's assumptions hold."""
        return self.evaluator.admits(self.slots(config, inputs))

    def answer(self, config: Mapping[str, Value], inputs: Mapping[str, Value]) -> Answered:
        """The answer, as far as it is determined. Raises NoAnswer."""
        slots = self.slots(config, inputs)
        at = self.evaluator.fires(slots)
        if at is None:
            raise NoAnswer("no case applies")
        missing = [name for name in self.evaluator.undefined(slots, at) if name not in self.open[at]]
        if missing:
            raise NoAnswer(f"`{missing[0]}` has no value")
        found = self.evaluator.outputs(slots)
        outputs = {n: v for n, v in found.items() if n not in self.open[at] and v is not None}
        return Answered(self.policy.cases[at].name, outputs, self.open[at])

    def allows(self, config: Mapping[str, Value], inputs: Mapping[str, Value], outputs: Mapping[str, Value]) -> bool:
        """Whether these outputs, all of them, are an answer of the policy."""
        slots = self.slots(config, inputs)
        at = self.evaluator.fires(slots)
        if at is None:
            return False
        self.evaluator.put(slots, dict(outputs))
        return self.evaluator.allows(slots, at)

    def answers(self, config: Mapping[str, Value], inputs: Mapping[str, Value]) -> list[Outputs]:
        """Every answer, a representative for each kind of open value. Raises TooMany where those are too many."""
        slots = self.slots(config, inputs)
        at = self.evaluator.fires(slots)
        if at is None:
            return []
        pool = self.queries.open_values(slots, at)
        made: list[Outputs] = []
        for _ in self.evaluator.answers(slots, at, pool):
            made.append({n: v for n, v in self.evaluator.outputs(slots).items() if v is not None})
            if len(made) > MOST_ANSWERS:
                raise TooMany
        return made

    # ---- registers --------------------------------------------------------------------------------------

    def value(self, name: str, content: int) -> int | bool:
        """The value of an input or output whose register holds this; what is no value of it where it is none."""
        variable = self.interface.variables[name]
        if variable.type == "bool" and content in (0, 1):
            return content == 1
        return read(variable, content, self.format)

    def are_values(self, outputs: Mapping[str, Value]) -> bool:
        """Whether each of some inputs or outputs has a value of its type."""
        return all(self._is_value(name, value) for name, value in outputs.items())

    def _is_value(self, name: str, value: Value) -> bool:
        type_ = self.interface.variables[name].type
        if type_ == "range":
            return isinstance(value, Range) or value == ()
        if isinstance(value, (tuple, Range)) or type_ == "set":
            return isinstance(value, tuple) and type_ == "set"
        match type_:
            case "bool":
                return isinstance(value, bool)
            case Enumeration(values=values):
                return any(value == number for _, number in values)
            case _:
                return self.interface.is_word_or_name(name, value)

    def to_registers(self, outputs: Outputs) -> dict[str, int]:
        """The words in the registers for outputs."""
        return {
            self.registers[name]: self.content(name, value)
            for name, value in outputs.items()
            if name in self.registers and isinstance(value, (int, bool))
        }

    def content(self, name: str, value: Value) -> int:
        """What stands in the register of an input or output for its value."""
        return content(self.interface.variables[name], word_of(value), self.format)


MOST_ANSWERS = 256


def left_open(policy: CheckedPolicy, case: CheckedCase) -> frozenset[str]:
    """The outputs that are `any`, or assigned from one that is."""
    open_: set[str] = set()
    for assign in case.assignments:
        if assign.value is None or policy.elaboration.of(assign.value).free & open_:
            open_.add(assign.output.id)
    return frozenset(open_)
