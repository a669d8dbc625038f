"""Policies for tests, of the library and of texts, and hand-picked suites for them, answered by the oracle."""

from __future__ import annotations

import itertools
from pathlib import Path

from parley.model.instance import Range, Value, show_range
from parley.model.oracle import Answered, NoAnswer, Oracle, Outputs
from parley.model.representatives import TooMany
from parley.spec.checked import CheckedPolicy
from parley.spec.load import Loader
from parley.spec.source import Source
from parley.vectors.suite import Adequacy, Expected, Group, JsonValue, Mutants, Note, Reading, Suite, Vector


def policy_of(target: str, name: str) -> CheckedPolicy:
    """A policy of the library."""
    program = Loader().load(target)
    assert program is not None
    return program.policies[name]


def policy_in(text: str, name: str = "p") -> CheckedPolicy:
    """A policy of a text."""
    loader = Loader()
    program = loader.load_source(Source("t.parley", text), Path("t.parley"))
    assert program is not None, loader.problems
    return program.policies[name]


def _words(text: str) -> tuple[int, ...]:
    """The words of revisions `major.minor`, or of words as they are."""
    pairs = (one.split(".") for one in text.split())
    return tuple(int(p[0], 16) if len(p) == 1 else int(p[0]) << 16 | int(p[1]) for p in pairs)


SETS = [_words(t) for t in ("", "1.0", "1.0 1.2", "0.8 1.0 2.0", "1.0 1.1 1.2 2.0 16384.0", "0.0", "32767.65535")]
REQUESTS = _words(
    "0.0 0.7 0.8 1.0 1.1 1.2 1.3 1.65535 2.0 2.1 16383.0 16384.0 16384.1 32767.65534 32767.65535 0.1"
    " 0x80000000 0x80010000 0x100010000 0x8000000000010000 0xffffffffffffffff 0x8001000000000000"
)


def configurations(oracle: Oracle) -> list[dict[str, Value]]:
    """Every combination of a few values for each config that the policy's assumptions admit."""
    choices: list[list[Value]] = []
    sets = SETS if len(oracle.interface.configs) == 1 else SETS[:3]
    for variable in oracle.interface.configs:
        match variable.type:
            case "set":
                choices.append([*sets])
            case "range":
                choices.append([(), *(Range(words[0], words[-1]) for words in sets if words)])
            case "bool":
                choices.append([False, True])
            case _:
                choices.append([*_words("1.0 1.2")])
    names = [v.name.id for v in oracle.interface.configs]
    made = [dict(zip(names, row, strict=True)) for row in itertools.product(*choices)]
    zeros = {v.name.id: 0 for v in oracle.interface.inputs}
    return [config for config in made if oracle.admits(config, zeros)]


def suite_of(policy: CheckedPolicy) -> Suite:
    """A suite over `configurations` and `REQUESTS`."""
    oracle = Oracle(policy)
    numbers = itertools.count(1)
    groups: list[Group] = []
    for config in configurations(oracle):
        tests: list[Vector] = []
        for word in REQUESTS:
            inputs = {v.name.id: word for v in oracle.interface.inputs}
            try:
                answer = oracle.answer(config, inputs)
            except NoAnswer:
                continue
            tests.append(_vector(oracle, config, inputs, answer, next(numbers)))
        shown = {n: _plain(oracle, v, ranged=n in oracle.interface.ranges) for n, v in config.items()}
        groups.append(Group(config=shown, tests=tests))
    notes = {"edge": Note(bug="a revision next to a supported one", from_="DEN0137")}
    adequacy = Adequacy(cases=(0, 0), mcdc=(0, 0), mutants=Mutants(killed=0, equivalent=0, survived=0))
    return Suite(policy=policy.name, interface=policy.interface.name, notes=notes, groups=groups, adequacy=adequacy)


def _vector(oracle: Oracle, config: dict[str, Value], inputs: dict[str, int], answer: Answered, number: int) -> Vector:
    request: dict[str, JsonValue] = {name: oracle.format.show(word) for name, word in inputs.items()}
    request |= {register: f"{inputs[name]:#x}" for name, register in oracle.input_registers.items()}
    try:
        readings = oracle.answers(config, inputs) if answer.open else []
    except TooMany:
        readings = []
    return Vector(
        id=number,
        request=request,
        result="acceptable" if answer.open else "valid",
        case=answer.case,
        expect=_expected(oracle, answer.outputs),
        readings=[Reading(why="allowed", expect=_expected(oracle, outputs)) for outputs in readings],
        flags=["edge"],
        kills=[],
    )


def _expected(oracle: Oracle, outputs: Outputs) -> Expected:
    names = [v.name.id for v in oracle.interface.outputs]
    words = oracle.to_registers(outputs)
    return Expected(
        outputs={name: _output(oracle, name, outputs[name]) if name in outputs else "any" for name in names},
        registers={r: f"{words[r]:#x}" if r in words else "any" for r in oracle.registers.values()},
    )


def _output(oracle: Oracle, name: str, value: Value) -> JsonValue:
    enumeration = oracle.interface.enumeration(name)
    if enumeration is not None:
        return next(label.id for label, number in enumeration.values if number == value)
    return _plain(oracle, value)


def _plain(oracle: Oracle, value: Value, *, ranged: bool = False) -> JsonValue:
    match value:
        case bool():
            return value
        case tuple() if ranged:
            return "{}"
        case tuple():
            return [oracle.format.show(word) for word in value]
        case Range():
            return show_range(oracle.format, value)
        case int():
            return oracle.format.show(value)
