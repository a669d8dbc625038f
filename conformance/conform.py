"""An implementation against a policy: requests as lines for it, and what its replies are worth."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias

from msgspec import Struct, structs

from ..model.instance import Instance, Value, plain
from ..model.oracle import Answered, NoAnswer, Oracle, Outputs
from ..spec.checked import CheckedPolicy
from ..spec.diagnostics import plural
from ..spec.registers import number
from ..spec.syntax import Variable
from .batch import Body, Fault, FaultKind, Received, repeated
from .fields import bits_of, ends_of, key_of, list_of, missing_field, sent, short_field, show_field, word_in
from .replay import Observation
from .run import Implementation

Problem: TypeAlias = Literal["wrong", "missing register", "no word", "no value", "not zero", "not deterministic"]

REPEATED = 8
"""One of so many requests is asked again."""

OF_EACH_CASE = 2
"""So many requests of each case are asked again."""

_REGISTER = re.compile("[xXwW](0|[1-9][0-9]?)")
_LAST_ZERO = 16
"""Registers x0 to x16 that are no outputs must be zero (DEN0137 RKBWJD)."""


class RequestCheck(Struct, frozen=True):
    """A request, and what the policy answers to it. `number` is its place among the requests, from 1.

    Where the configuration is not known, the point has none, and `expect` is None.
    """

    number: int
    at: Instance
    expect: Answered | None


class RequestOutcome(Struct, frozen=True):
    """What came of a check. `problem` is None where the reply is right; `outputs` are those that could be read.

    `differs` names the outputs that are not what the policy wants; where only a combination is not allowed, all of
    those that it leaves open; and of a request that is answered in two ways, what is different. `others` are registers
    that the reply names and the interface does not.
    """

    check: RequestCheck
    problem: Problem | FaultKind | None
    text: str = ""
    outputs: Outputs = {}
    differs: tuple[str, ...] = ()
    stderr: tuple[str, ...] = ()
    others: dict[str, str] = {}


class ForeignRegister(Struct, frozen=True):
    """A register that replies have and the interface does not: in how many, in how many not 0, and an example."""

    register: str
    replies: int
    not_zero: int
    example: str


class Replies(Struct, frozen=True):
    """The answers to some requests, and by position the second ones to those that were asked again."""

    first: list[Received]
    second: dict[int, Received]

    @property
    def repeated(self) -> int:
        """How many were really asked again."""
        return sum(not isinstance(a, Fault) or a.kind != "not asked" for a in self.second.values())


class Conformance:
    """One policy with its lines: what is sent, and what may come back."""

    def __init__(self, policy: CheckedPolicy, *, strict: bool = False) -> None:
        self.policy = policy
        self.strict = strict
        self.oracle = Oracle(policy)
        self.keys = [(v, key_of(v)) for v in policy.interface.outputs]
        self.inputs = [(v, key_of(v)) for v in policy.interface.inputs]
        # Requests that the assumptions admit and the policy has no answer to.
        self.unanswered: set[Instance] = set()
        self._configs: dict[tuple[Value, ...], Body] = {}

    @property
    def registers(self) -> frozenset[str]:
        """What a reply has."""
        return frozenset(key for _, key in self.keys)

    @property
    def clash(self) -> str | None:
        """A key that a line would have twice, if any: then there is no way to talk about this interface."""
        asked = ["id", *(v.name.id for v in self.policy.interface.configs), *(key for _, key in self.inputs)]
        return repeated(asked) or repeated(["id", *(key for _, key in self.keys)])

    def checks(self, points: Iterable[Instance]) -> list[RequestCheck]:
        """The points that the policy admits and answers, numbered; others cannot be judged."""
        made: list[RequestCheck] = []
        for at in points:
            if self.oracle.admits(at.config, at.inputs):
                try:
                    answer = self.oracle.answer(at.config, at.inputs)
                except NoAnswer:
                    self.unanswered.add(at)
                    continue
                made.append(RequestCheck(len(made) + 1, at, answer))
        return made

    # ---- lines ------------------------------------------------------------------------------------------

    def body(self, at: Instance) -> Body:
        """The members of a request: the configuration by name, the inputs by their registers."""
        key = tuple(at.config.values())
        config = self._configs.get(key)
        if config is None:
            ranges, format_ = self.oracle.interface.ranges, self.oracle.format
            config = {name: plain(format_, value, ranged=name in ranges) for name, value in at.config.items()}
            self._configs[key] = config
        return {**config, **self.request(at.inputs)}

    def request(self, inputs: dict[str, Value]) -> Body:
        """The members of a request that says nothing of the configuration."""
        return {key: sent(self.policy.interface, v, inputs[v.name.id]) for v, key in self.inputs}

    def _said(self, name: str, value: Value) -> str:
        said = sent(self.policy.interface, self.policy.interface.variables[name], value)
        return said if isinstance(said, str) else f"[{', '.join(said)}]"

    def read(self, fields: dict[str, Any]) -> tuple[Outputs, Problem | None, str]:
        """The outputs of a reply; and what is wrong with it, in a word and in a sentence, where something is."""
        made: Outputs = {}
        problem: Problem | None = None
        text = ""
        for variable, key in self.keys:
            field = fields.get(key)
            if variable.type in ("set", "range"):
                ranged = variable.type == "range"
                several = ends_of(field, self.oracle.format) if ranged else list_of(field)
                if several is not None:
                    made[variable.name.id] = several
                elif problem is None:
                    kind = "range" if ranged else "list of words"
                    problem = "no word" if key in fields else "missing register"
                    text = f"{key} is {short_field(field)}, which is no {kind}" if key in fields else f"no {key}"
                continue
            truth = variable.type == "bool" and variable.register is None
            bits = bits_of(variable)
            word = int(field) if truth and isinstance(field, bool) else word_in(field, bits)
            names = {} if variable.register is not None else self.policy.interface.named.get(variable.name.id, {})
            if isinstance(field, str) and field in names:
                word = names[field]
            if word is None:
                if problem is None:
                    problem = "no word" if key in fields else "missing register"
                    text = (
                        f"{key} is {short_field(field)}, which is no {bits}-bit word"
                        if key in fields
                        else missing_field(variable, fields)
                    )
            elif variable.type == "bool":
                if word > 1 and problem is None:
                    problem, text = "no value", f"{key} is {word:#x}, which is neither 0 nor 1"
                made[variable.name.id] = bool(word) if word < 2 else word
            else:
                value = self.oracle.value(variable.name.id, word)
                if (
                    variable.type == "revision"
                    and problem is None
                    and not self.oracle.are_values({variable.name.id: value})
                ):
                    problem, text = "no value", self._no_extension(variable, word)
                made[variable.name.id] = value
        return made, problem, text

    def _no_extension(self, variable: Variable, content: int) -> str:
        """That what stands in a register is no word of the format."""
        width = self.oracle.format.width
        if variable.register is None:
            return f"{variable.name.id} is {content:#x}, which does not fit in {plural(width, 'bit')}"
        how = "sign-extended" if variable.signed else "extended by zeros"
        return f"{variable.register.id} is {content:#x}, which is no word of {plural(width, 'bit')} {how}"

    # ---- judging ----------------------------------------------------------------------------------------

    def judge(self, check: RequestCheck, answer: Received) -> RequestOutcome:
        """Whether a reply is one that the policy allows."""
        if isinstance(answer, Fault):
            return RequestOutcome(check, answer.kind, answer.text, stderr=answer.stderr)
        outputs, problem, text = self.read(answer.fields)
        others = self._others(answer.fields)
        if problem is None and self.strict:
            problem, text = self._not_zero(others)
        if problem is not None:
            return RequestOutcome(check, problem, text, outputs, others=others)
        return structs.replace(self._compared(check, outputs), others=others)

    def _compared(self, check: RequestCheck, outputs: Outputs) -> RequestOutcome:
        expect = check.expect
        differs: tuple[str, ...] = ()
        if expect is not None:
            differs = tuple(name for name, value in expect.outputs.items() if outputs[name] != value)
        unnamed = next((name for name, value in outputs.items() if not self.oracle.are_values({name: value})), None)
        if not differs and unnamed is not None:
            # Of what is left open, and of what nothing is asked, at least a value.
            shown = self._said(unnamed, outputs[unnamed])
            text = f"{key_of(self.policy.interface.variables[unnamed])} is {shown}, which is no {unnamed}"
            return RequestOutcome(check, "no value", text, outputs)
        if expect is not None and expect.open and not differs:
            at = check.at
            if not self.oracle.allows(at.config, at.inputs, outputs):
                differs = tuple(name for name in outputs if name in expect.open)
        return RequestOutcome(check, "wrong" if differs else None, outputs=outputs, differs=differs)

    def judge_again(self, outcome: RequestOutcome, first: Received, second: Received) -> RequestOutcome:
        """The outcome of a request that was asked twice. Commands are deterministic, whatever the policy leaves open
        (DEN0137 IJMTTY).
        """
        if isinstance(first, Fault):
            return outcome
        if isinstance(second, Fault):
            if second.kind == "not asked":
                return outcome
            text = f"asked again: {second.text}"
            return structs.replace(outcome, problem=second.kind, text=text, stderr=second.stderr)
        one, two = self._words(first.fields), self._words(second.fields)
        keys = [key for key in {**one, **two} if one.get(key) != two.get(key)]
        if not keys:
            return outcome
        said = ", ".join(f"{key} = {two.get(key, 'nothing')} and not {one.get(key, 'nothing')}" for key in keys)
        names = {key: variable.name.id for variable, key in self.keys}
        differs = tuple(names.get(key, key) for key in keys)
        text = f"asked again, it answers {said}"
        return structs.replace(outcome, problem="not deterministic", text=text, differs=differs)

    def differing(self, outcome: RequestOutcome, before: Outputs) -> RequestOutcome:
        """The outcome of a request that had other outputs before."""
        differs = tuple(name for name in {**before, **outcome.outputs} if before.get(name) != outcome.outputs.get(name))
        keys = {variable.name.id: key for variable, key in self.keys}
        now = {name: self._said(name, value) for name, value in outcome.outputs.items()}
        said = ", ".join(
            f"{keys[n]} = {now[n]} and not {self._said(n, before[n])}" for n in differs if n in now and n in before
        )
        text = f"asked again, it answers {said}"
        return structs.replace(outcome, problem="not deterministic", text=text, differs=differs)

    def _words(self, fields: dict[str, Any]) -> dict[str, str]:
        """All that a reply has in registers, so that it can be compared."""
        there = [(variable, key) for variable, key in self.keys if key in fields]
        outputs = {key: show_field(fields[key]) for variable, key in there if variable.type != "set"}
        sets = {key: fields[key] for variable, key in there if variable.type == "set"}
        # In which order the members of a set stand, and how often, makes no difference.
        outputs |= {
            k: short_field(f) if (listed := list_of(f)) is None else str([*map(hex, listed)]) for k, f in sets.items()
        }
        return {**outputs, **self._others(fields)}

    def _others(self, fields: dict[str, Any]) -> dict[str, str]:
        """The registers of a reply that are no outputs."""
        return {k: show_field(v) for k, v in fields.items() if _REGISTER.fullmatch(k) and k not in self.registers}

    def _not_zero(self, others: dict[str, str]) -> tuple[Problem | None, str]:
        outputs = {number(register) for register in self.oracle.registers.values()}
        for key, shown in others.items():
            if shown != "0x0" and int(key[1:]) <= _LAST_ZERO and number(key) not in outputs:
                return "not zero", f"{key} is {shown}; it is no output of {self.policy.interface.name} and must be 0"
        return None, ""

    def ask(self, program: Implementation, checks: Sequence[RequestCheck], *, whole: bool) -> list[Received]:
        """What the program answers. Where not `whole`, requests say nothing of the configuration."""
        return program.ask(self._bodies(checks, whole), last=True)

    def ask_again(self, program: Implementation, checks: Sequence[RequestCheck], *, whole: bool, last: bool) -> Replies:
        """What the program answers, and what to a share of the requests when it is asked again in another order."""
        bodies = self._bodies(checks, whole)
        again = dict(enumerate(reversed(share(checks)), len(bodies)))
        answers = program.ask([*bodies, *(bodies[at] for at in again.values())], again=again, last=last)
        return Replies(answers[: len(bodies)], {at: answers[position] for position, at in again.items()})

    def _bodies(self, checks: Sequence[RequestCheck], whole: bool) -> list[Body]:
        return [self.body(c.at) if whole else self.request(c.at.inputs) for c in checks]

    def observation(self, inputs: dict[str, Value], answer: Received) -> Observation | Fault:
        """What a reply shows, for the question which configuration explains it; a fault where it is not whole."""
        if isinstance(answer, Fault):
            return answer
        outputs, problem, text = self.read(answer.fields)
        return Observation(inputs, outputs) if problem in (None, "no value") else Fault("garbage", text)


def foreign_registers(outcomes: Iterable[RequestOutcome]) -> list[ForeignRegister]:
    """The registers that replies have and the interface does not."""
    seen: dict[str, list[str]] = {}
    for outcome in outcomes:
        for register, shown in outcome.others.items():
            seen.setdefault(register, []).append(shown)
    made: list[ForeignRegister] = []
    for register, values in sorted(seen.items(), key=lambda pair: (int(pair[0][1:]), pair[0])):
        strange = [shown for shown in values if shown != "0x0"]
        made.append(ForeignRegister(register, len(values), len(strange), (strange or values)[0]))
    return made


def share(checks: Sequence[RequestCheck]) -> list[int]:
    """The positions of those that are asked again: some of each case, and of all the rest some."""
    seen: dict[str | None, int] = {}
    made: list[int] = []
    for at, check in enumerate(checks):
        case = check.expect.case if check.expect is not None else None
        seen[case] = seen.get(case, 0) + 1
        if at % REPEATED == 0 or seen[case] <= OF_EACH_CASE:
            made.append(at)
    return made
