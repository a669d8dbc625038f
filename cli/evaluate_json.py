"""The JSON of `eval`."""

from __future__ import annotations

from parley.evaluating import EvalResult
from parley.spec.print_tree import print_expr

from .report import Eval, Plain, Step, encode


def eval_json(made: EvalResult) -> str:
    interface, words = made.policy.interface, made.words
    outputs: dict[str, Plain] = {
        v.name.id: words.plain(v, made.outputs[v.name.id]) if v.name.id in made.outputs else "any"
        for v in interface.outputs
    }
    return encode(
        Eval(
            policy=made.policy.name,
            config=words.config(made.situation),
            input=words.inputs(made.situation),
            registers={v.register.id: f"{made.situation.inputs[v.name.id]:#x}" for v in interface.inputs if v.register},
            case=made.case.name,
            outputs=outputs,
            registers_out={v.register.id: made.register(v) for v in interface.outputs if v.register},
            ensures=[print_expr(ensure.formula) for ensure in made.case.ensures],
            assumptions=made.assumptions,
            trace=[Step(case=t.case, applies=t.applies, guard=t.guard, why=t.why) for t in made.tried],
        )
    )
