"""An RMM that is a policy: what callers send, as lines have it, and what comes back.

The policy may be a mutant's. Where outputs are left open, an answer is chosen, the same each time: commands are
deterministic (DEN0137 IJMTTY).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from ..model.closures import Slots
from ..model.instance import Range, Value, read_range
from ..model.oracle import NoAnswer, Oracle, Outputs
from ..model.representatives import TooMany
from ..spec.checked import CheckedPolicy
from ..spec.syntax import Enumeration, Variable
from .batch import Body
from .fields import bits_of, ends_of, key_of, list_of, sent, short_field, word_in

MOST_WORK = 20_000_000
"""What the evaluator does (`model/work.py`) for one answer: about a second."""


class NoRequest(Exception):
    """What was sent is no request of the interface; the message says why."""


class Responder:
    """A policy, ready to be asked by lines. Its `define`s must all have bodies."""

    def __init__(self, policy: CheckedPolicy) -> None:
        self.policy = policy
        self.interface = policy.interface
        self.oracle = Oracle(policy)
        self.keys = {v.name.id: key_of(v) for v in policy.interface.inputs}

    # ---- requests ---------------------------------------------------------------------------------------

    def read(self, fields: Mapping[str, Any]) -> dict[str, Value]:
        """The inputs of a request, each by its register (`"x1": "0x10000"`) or its name (`"requested": "1.0"`).

        Other members are nothing to the interface. Raises NoRequest.
        """
        return {v.name.id: self._input(v, fields) for v in self.interface.inputs}

    def _input(self, variable: Variable, fields: Mapping[str, Any]) -> Value:
        name, key = variable.name.id, key_of(variable)
        if name != key and name in fields and key in fields:
            raise NoRequest(f"both {key} and {name}, which are one")
        if name != key and key in fields:
            return self._content(variable, fields[key])
        if name in fields:
            return self._named(variable, fields[name])
        raise NoRequest(f"no {key}" + (f", nor {name}" if name != key else ""))

    def _content(self, variable: Variable, field: Any) -> Value:
        """What stands in a register."""
        name, key, bits = variable.name.id, key_of(variable), bits_of(variable)
        word = word_in(field, bits)
        if word is None:
            raise NoRequest(f"{key} is {short_field(field)}, which is no {bits}-bit word")
        value = self.oracle.value(name, word)
        if not self.oracle.are_values({name: value}):
            raise NoRequest(f"{key} is {word:#x}, which is no value of {name}")
        return value

    def _named(self, variable: Variable, field: Any) -> Value:
        """What an input is by its name: written as in a policy, or a word; of a set, a list of such."""
        match variable.type:
            case "bool":
                truth = {"true": True, "false": False, "0x0": False, "0x1": True, 0: False, 1: True}
                found = (
                    field if isinstance(field, bool) else truth.get(field) if isinstance(field, (str, int)) else None
                )
            case Enumeration(values=values):
                codes = {label.id: code for label, code in values}
                found = codes.get(field, word_in(field)) if isinstance(field, str) else word_in(field)
                found = found if found in codes.values() else None
            case "range":
                found = self._range(field)
            case "set":
                items = cast("list[Any]", field) if isinstance(field, list) else [None]
                words = list_of([self._word(variable, item) for item in items])
                found = words if words is not None and all(map(self.oracle.format.well_formed, words)) else None
            case "revision":
                found = self._word(variable, field)
        if found is None:
            raise NoRequest(f"{variable.name.id} is {short_field(field)}, which is no value of it")
        return found

    def _word(self, variable: Variable, field: Any) -> int | None:
        if not isinstance(field, str):
            word = word_in(field)
            return word if word is not None and self.interface.is_word_or_name(variable.name.id, word) else None
        try:
            return self.interface.read(variable.name.id, field)
        except ValueError:
            return None

    def _range(self, field: Any) -> Range | tuple[()] | None:
        if not isinstance(field, str):
            return ends_of(field, self.oracle.format)
        try:
            return read_range(self.oracle.format, field)
        except ValueError:
            return None

    # ---- answers ----------------------------------------------------------------------------------------

    def answer(self, config: Mapping[str, Value], inputs: Mapping[str, Value]) -> Outputs:
        """One answer; what is left open is of the configuration's own revisions where it may. Raises NoAnswer."""
        slots, case = self._fired(config, inputs)
        try:
            with self.oracle.evaluator.work.limited(MOST_WORK):
                found = self.oracle.queries.one_answer(slots, case)
        except TooMany:
            raise NoAnswer("it takes too many values to find an answer") from None
        if found is None:
            raise NoAnswer(f"case `{self.policy.cases[case].name}` allows no answer")
        return {name: value for name, value in found.outputs.items() if value is not None}

    def answers(
        self, config: Mapping[str, Value], inputs: Mapping[str, Value], words: Iterable[int], most: int
    ) -> list[Outputs]:
        """Some answers, at most so many: revisions that are left open are each of these words.

        First `answer`; then all are the same word, then each is another one than the rest. Raises NoAnswer.
        """
        made = [self.answer(config, inputs)]
        if not self.policy.cases[self._fired(config, inputs)[1]].unspecified:
            return made
        with self.oracle.evaluator.work.limited(MOST_WORK):
            try:
                for outputs in self._tried(config, inputs, made[0], list(dict.fromkeys(words))):
                    made += [outputs] if outputs not in made else []
                    if len(made) == most:
                        break
            except TooMany:
                # Those that were found are answers, and no others are known.
                return made
        return made

    def _tried(
        self, config: Mapping[str, Value], inputs: Mapping[str, Value], first: Outputs, words: list[int]
    ) -> Iterator[Outputs]:
        evaluator = self.oracle.evaluator
        slots, case = self._fired(config, inputs)
        open_ = self.policy.cases[case].unspecified
        values = {name: list(evaluator.values(evaluator.compiler.slots[name], words)) for name in open_}
        together = ({n: word if word in values[n] else first[n] for n in open_} for word in words)
        alone = ({**{n: first[n] for n in open_}, name: value} for name in open_ for value in values[name])
        for choice in (*together, *alone):
            evaluator.put(slots, choice)
            if evaluator.completes(slots, case):
                yield {name: value for name, value in evaluator.outputs(slots).items() if value is not None}

    def _fired(self, config: Mapping[str, Value], inputs: Mapping[str, Value]) -> tuple[Slots, int]:
        slots = self.oracle.slots(config, inputs)
        case = self.oracle.evaluator.fires(slots)
        if case is None:
            raise NoAnswer("no case applies")
        # Where an output has no value, none is found for it either; this says which.
        missing = [n for n in self.oracle.evaluator.undefined(slots, case) if n not in self.oracle.open[case]]
        if missing:
            raise NoAnswer(f"`{missing[0]}` has no value")
        return slots, case

    # ---- replies ----------------------------------------------------------------------------------------

    def reply(self, outputs: Outputs) -> Body:
        """The members of a reply: what the registers hold; of what is in none, the words of it, or its name."""
        return {key_of(v): sent(self.interface, v, outputs[v.name.id]) for v in self.interface.outputs}
