"""Whether a configuration explains what was seen of an implementation, concretely. It never meets the solver."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from ..model.closures import Code, Slots
from ..model.instance import Instance, Range, Value, words_among
from ..model.oracle import left_open
from ..model.query_evaluation import QueryEvaluator
from ..model.representatives import TooMany
from ..spec.checked import CheckedPolicy
from ..spec.syntax import Variable

AssignedSlot: TypeAlias = "tuple[int, Code | None]"


class Observation(Struct, frozen=True):
    """One request and what was seen of the reply: outputs that were not seen are missing."""

    inputs: dict[str, Value]
    outputs: dict[str, Value]


class Replayer:
    """One policy, ready to be asked whether a configuration explains observations."""

    def __init__(self, policy: CheckedPolicy) -> None:
        self.policy = policy
        self.queries = QueryEvaluator(policy)
        self.evaluator = self.queries.evaluator
        self.slots = self.evaluator.compiler.slots
        inputs = {v.name.id for v in policy.interface.inputs}
        self.lasting: list[Code] = []
        self.passing: list[Code] = []
        for placed, code in zip(policy.assumptions, self.evaluator.assumptions, strict=True):
            of_request = policy.elaboration.of(placed.statement.formula).free & inputs
            (self.passing if of_request else self.lasting).append(code)
        self.outputs = {self.slots[v.name.id]: v for v in policy.interface.outputs}
        self.open = [left_open(policy, case) for case in policy.cases]

    def admits(self, configuration: Instance) -> bool:
        """Whether the assumptions about configurations hold."""
        slots = self.evaluator.slots(configuration)
        return all(assumption(slots) for assumption in self.lasting)

    def explains(self, configuration: Instance, seen: Observation) -> bool:
        """Whether the policy may answer so, with this configuration.

        A request that the assumptions exclude may be answered in any way. Raises TooMany where the evaluator cannot
        tell.
        """
        if not possible(self.policy, seen):
            return False
        slots = self.evaluator.slots(Instance(configuration.config, seen.inputs, configuration.relations))
        if not all(assumption(slots) for assumption in self.passing):
            return True
        at = self.evaluator.fires(slots)
        if at is None:
            return False
        known = {self.slots[name]: value for name, value in seen.outputs.items()}
        rows, ensured = self.evaluator.assigned[at], self.evaluator.ensured[at]
        if not any(code is None and place not in known for place, code in rows):
            return self._completes(slots, rows, ensured, known, [])
        if not self._settled(slots, rows, at, known):
            return False
        # What was seen is among the values that the others can be compared with, and mostly one of them will do.
        self.evaluator.put(slots, dict(seen.outputs))
        near = sorted(words_among(slots[self.slots[name]] for name in self.policy.interface.variables))
        if self._completes(slots, rows, ensured, known, near):
            return True
        self.evaluator.put(slots, dict(seen.outputs))
        return self._completes(slots, rows, ensured, known, self.queries.open_values(slots, at))

    def _settled(self, slots: Slots, rows: Sequence[AssignedSlot], case: int, known: dict[int, Any]) -> bool:
        """Whether the outputs that do not follow from open ones have values, and those that were seen."""
        open_ = {self.slots[name] for name in self.open[case]}
        for place, code in rows:
            if code is not None and place not in open_:
                slots[place] = code(slots)
                if slots[place] is None or known.get(place, slots[place]) != slots[place]:
                    return False
        return True

    def _completes(
        self, slots: Slots, rows: Sequence[AssignedSlot], ensured: list[Code], known: dict[int, Any], pool: list[int]
    ) -> bool:
        """Whether what is known can be completed to an answer."""
        for at, (place, code) in enumerate(rows):
            if code is not None:
                value = code(slots)
                if value is None or known.get(place, value) != value:
                    return False
                slots[place] = value
            elif place in known:
                slots[place] = known[place]
            else:
                if self.outputs[place].type in ("set", "range"):
                    # There are too many.
                    raise TooMany
                for value in _values(self.policy, self.outputs[place], pool):
                    slots[place] = value
                    if self._completes(slots, rows[at + 1 :], ensured, known, pool):
                        return True
                return False
        return all(ensure(slots) for ensure in ensured)

    def explained(self, configuration: Instance, seen: Sequence[Observation]) -> set[int]:
        """The positions of those observations that a configuration surely explains."""
        return {at for at, one in enumerate(seen) if self.tells(configuration, one)}

    def tells(self, configuration: Instance, seen: Observation) -> bool | None:
        """As `explains`; None where the evaluator cannot tell."""
        try:
            return self.explains(configuration, seen)
        except TooMany:
            return None


def possible(policy: CheckedPolicy, seen: Observation) -> bool:
    """Whether each output that was seen has a value of its type."""
    return all(_of_type(policy, policy.interface.variables[name], value) for name, value in seen.outputs.items())


def _of_type(policy: CheckedPolicy, variable: Variable, value: Value) -> bool:
    if variable.type == "range":
        return isinstance(value, Range) or value == ()
    if variable.type == "set" or isinstance(value, (tuple, Range)):
        return variable.type == "set" and isinstance(value, tuple)
    if variable.type == "revision":
        return policy.interface.is_word_or_name(variable.name.id, int(value))
    return value in _values(policy, variable, [])


def _values(policy: CheckedPolicy, variable: Variable, pool: list[int]) -> list[int] | list[bool]:
    if variable.type == "revision":
        return [*pool, *policy.interface.named.get(variable.name.id, {}).values()]
    if variable.type == "bool":
        return [False, True]
    enumeration = policy.interface.enumeration(variable.name.id)
    return [number for _, number in enumeration.values] if enumeration else []
