"""An implementation that answers as a policy of a file does, by Parley's own evaluator: it shows the way there and back.

python answering.py FILE POLICY
"""

from __future__ import annotations

import json
import sys
from typing import Any

import parley
from parley.model.evaluate_policy import PolicyEvaluator
from parley.model.instance import Instance, Range, Value, word_of
from parley.model.query_evaluation import QueryEvaluator
from parley.spec.checked import CheckedPolicy
from parley.spec.registers import content, read
from parley.spec.syntax import Variable
from parley.values import Words


def key(variable: Variable) -> str:
    return variable.name.id if variable.register is None else variable.register.id


class Wire:
    """Values of one policy's interface, as lines have them."""

    def __init__(self, policy: CheckedPolicy) -> None:
        self.words = Words(policy.interface)

    def config(self, variable: Variable, field: Any) -> Value:
        match variable.type:
            case "set":
                return self.words.read(variable, ",".join(field))
            case "bool":
                return bool(field)
            case _:
                return self.words.read(variable, field)

    def asked(self, variable: Variable, field: Any) -> Value:
        if variable.type == "set":
            return tuple(sorted({int(word, 16) for word in field}))
        if variable.type == "range":
            return Range(int(field[0], 16), int(field[1], 16)) if field else ()
        word = read(variable, int(field, 16), self.words.format)
        return bool(word) if variable.type == "bool" else word

    def answered(self, variable: Variable, value: Value) -> Any:
        match value:
            case Range(low=low, high=high):
                return [hex(low), hex(high)]
            case tuple():
                return [hex(word) for word in reversed(value)]
            case _:
                return hex(content(variable, word_of(value), self.words.format))


def main(file: str, name: str) -> None:
    policy = parley.load(file).policies[name]
    interface, wire = policy.interface, Wire(policy)
    queries = QueryEvaluator(policy)
    evaluator: PolicyEvaluator = queries.evaluator
    for line in sys.stdin:
        request = json.loads(line)
        config = {v.name.id: wire.config(v, request[v.name.id]) for v in interface.configs}
        inputs = {v.name.id: wire.asked(v, request[key(v)]) for v in interface.inputs}
        slots = evaluator.slots(Instance(config, inputs))
        case = evaluator.fires(slots)
        assert case is not None
        answer = queries.one_answer(slots, case)
        assert answer is not None
        reply = {
            key(v): wire.answered(v, answer.outputs[v.name.id] or 0)
            for v in interface.outputs
            if v.type not in ("set", "range")
        }
        several = (v for v in interface.outputs if v.type in ("set", "range"))
        reply |= {key(v): wire.answered(v, answer.outputs[v.name.id] or ()) for v in several}
        print(json.dumps({"id": request["id"], **reply}), flush=True)


main(*sys.argv[1:])
