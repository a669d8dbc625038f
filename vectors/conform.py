"""An implementation against a policy: requests as lines for it, and what its replies are worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct

from ..model.situation import Situation, Value
from ..model.words import WORD_END
from ..spec.checked import CheckedPolicy
from ..spec.syntax import Variable
from .batch import Answer, Fault, Kind
from .oracle import Answered, NoAnswer, Oracle, Outputs
from .replay import Observation
from .run import Program
from .situations import Point

Problem: TypeAlias = Literal["wrong", "missing register", "no word", "no value"] | Kind


class Check(Struct, frozen=True):
    """A request, and what the policy answers to it. `number` is its place among the requests, from 1."""

    number: int
    at: Point
    expect: Answered


class Outcome(Struct, frozen=True):
    """What came of a check. `problem` is None where the reply is right; `outputs` are those that could be read.

    `differs` names the outputs that are not what the policy wants; where only a combination is not allowed, all of
    those that it leaves open.
    """

    check: Check
    problem: Problem | None
    text: str = ""
    outputs: Outputs = {}
    differs: tuple[str, ...] = ()
    stderr: tuple[str, ...] = ()


class Conformance:
    """One policy with its lines: what is sent, and what may come back."""

    def __init__(self, policy: CheckedPolicy) -> None:
        self.policy = policy
        self.oracle = Oracle(policy)
        self.keys = [(v, _key(v)) for v in policy.interface.outputs]
        self.inputs = [(v.name.id, _key(v)) for v in policy.interface.inputs]
        self._config_lines: dict[tuple[Value, ...], bytes] = {}

    def checks(self, points: Iterable[Point]) -> list[Check]:
        """The points that the policy admits and answers, numbered; others cannot be judged."""
        made: list[Check] = []
        for at in points:
            config, inputs = at.configured(self.policy), at.given(self.policy)
            if self.oracle.admits(config, inputs):
                try:
                    answer = self.oracle.answer(config, inputs)
                except NoAnswer:
                    continue
                made.append(Check(len(made) + 1, at, answer))
        return made

    # ---- lines ------------------------------------------------------------------------------------------

    def body(self, at: Point) -> bytes:
        """The members of a request: the configuration by name, the inputs by their registers."""
        config = self._config_lines.get(at.config)
        if config is None:
            config = b"".join(
                msgspec.json.encode(name) + b":" + msgspec.json.encode(self._plain(value)) + b","
                for name, value in at.configured(self.policy).items()
            )
            self._config_lines[at.config] = config
        return config + self.request(dict(zip((name for name, _ in self.inputs), at.inputs, strict=True)))

    def request(self, inputs: dict[str, int]) -> bytes:
        """The members of a request that says nothing of the configuration."""
        return ",".join(f'"{key}":"{inputs[name]:#x}"' for name, key in self.inputs).encode()

    def _plain(self, value: Value) -> Any:
        if isinstance(value, tuple):
            return [self.oracle.format.show(word) for word in value]
        return value if isinstance(value, bool) else self.oracle.format.show(value)

    def read(self, fields: dict[str, Any]) -> tuple[Outputs, Problem | None, str]:
        """The outputs of a reply; and what is wrong with it, in a word and in a sentence, where something is."""
        made: Outputs = {}
        problem: Problem | None = None
        text = ""
        for variable, key in self.keys:
            field = fields.get(key)
            word = _word(field)
            if word is None:
                if problem is None:
                    problem = "no word" if key in fields else "missing register"
                    text = f"{key} is {_short(field)}, which is no 64-bit word" if key in fields else f"no {key}"
            elif variable.type == "bool":
                if word > 1 and problem is None:
                    problem, text = "no value", f"{key} is {word:#x}, which is neither 0 nor 1"
                made[variable.name.id] = bool(word) if word < 2 else word
            else:
                made[variable.name.id] = word
        return made, problem, text

    # ---- judging ----------------------------------------------------------------------------------------

    def judge(self, check: Check, answer: Answer) -> Outcome:
        """Whether a reply is one that the policy allows."""
        if isinstance(answer, Fault):
            return Outcome(check, answer.kind, answer.text, stderr=answer.stderr)
        outputs, problem, text = self.read(answer.fields)
        if problem is not None:
            return Outcome(check, problem, text, outputs)
        expect = check.expect
        differs = tuple(name for name, value in expect.outputs.items() if outputs[name] != value)
        if not differs:
            if not expect.open:
                return Outcome(check, None, outputs=outputs)
            at = check.at
            if self.oracle.allows(at.configured(self.policy), at.given(self.policy), outputs):
                return Outcome(check, None, outputs=outputs)
            differs = tuple(name for name in outputs if name in expect.open)
        return Outcome(check, "wrong", outputs=outputs, differs=differs)

    def ask(self, program: Program, checks: Sequence[Check], *, whole: bool) -> list[Answer]:
        """What the program answers. Where not `whole`, requests say nothing of the configuration."""
        bodies = [self.body(c.at) if whole else self.request(c.at.given(self.policy)) for c in checks]
        return program.ask(bodies, last=True)

    def observation(self, inputs: dict[str, int], answer: Answer) -> Observation | Fault:
        """What a reply shows, for the question which configuration explains it; a fault where it is not whole."""
        if isinstance(answer, Fault):
            return answer
        outputs, problem, text = self.read(answer.fields)
        return Observation(inputs, outputs) if problem in (None, "no value") else Fault("garbage", text)


def situation(policy: CheckedPolicy, at: Point) -> Situation:
    return Situation(at.configured(policy), at.given(policy))


def _key(variable: Variable) -> str:
    """What a variable is called in a line: its register, or, where it has none, itself."""
    return variable.register.id if variable.register is not None else variable.name.id


def _word(field: Any) -> int | None:
    """The word of a register: `"0x10001"`, or a number."""
    if isinstance(field, str):
        if field[:2] not in ("0x", "0X") or len(field) > 66:
            return None
        try:
            word = int(field[2:], 16) if field[2:].isalnum() else -1
        except ValueError:
            return None
    elif isinstance(field, int):
        word = int(field)
    else:
        return None
    return word if 0 <= word < WORD_END else None


def _short(field: Any) -> str:
    text = msgspec.json.encode(field).decode()
    return text if len(text) <= 40 else f"{text[:40]}…"
