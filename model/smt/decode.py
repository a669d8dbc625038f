"""Models of the solver, read back as plain values."""

# z3 carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from itertools import product
from typing import Any

import z3  # pyright: ignore[reportMissingTypeStubs]

from ..instance import Answer, Instance, Range, Relation, Value
from .bits import Bits
from .encoded import Slots, Span, Term
from .policies import Encoding


def word(model: Any, bits: Bits) -> int:
    """The number that digits make in a model."""
    made = at = 0
    for value, width in bits.digits:
        made += (value if isinstance(value, int) else _value(model, value)) << at
        at += width
    return made


def _value(model: Any, term: Any) -> int | bool:
    found = model.eval(term, model_completion=True)
    return z3.is_true(found) if z3.is_bool(found) else found.as_long()


def holds(model: Any, formula: Any) -> bool:
    return z3.is_true(model.eval(formula, model_completion=True))


def row(model: Any, arguments: tuple[Any, ...]) -> tuple[int | bool, ...]:
    """The values of some terms of the solver."""
    return tuple(_value(model, argument) for argument in arguments)


def example(encoding: Encoding, model: Any) -> tuple[Instance, Answer]:
    """The configuration, inputs and outputs of a model. For encodings with sizes only."""

    def whole(name: str) -> Value:
        known = encoding.scope.values[name]
        if isinstance(known, Slots):
            return tuple(sorted({word(model, bits) for bits, there in known.rows if holds(model, there)}))
        if isinstance(known, Span):
            low, high = (word(model, end.value) for end in (known.low, known.high))
            return Range(low, high) if low <= high else ()
        assert isinstance(known, Term), "a search without sizes has no example"
        return word(model, known.value) if isinstance(known.value, Bits) else holds(model, known.value)

    interface = encoding.policy.interface
    config = {v.name.id: whole(v.name.id) for v in interface.configs}
    inputs: dict[str, Any] = {v.name.id: whole(v.name.id) for v in interface.inputs}
    outputs: dict[str, Any] = {v.name.id: whole(v.name.id) for v in interface.outputs}
    cases = zip(encoding.policy.cases, encoding.fires, strict=True)
    fired = next((case.name for case, fires in cases if holds(model, fires)), None)
    names = [d.name.id for d in encoding.policy.abstract]
    names += [name for name in encoding.encoder.relations() if name not in names]
    relations = {name: _relation(encoding, name, model) for name in names}
    return Instance(config, inputs, relations), Answer(fired, outputs)


def _relation(encoding: Encoding, name: str, model: Any) -> Relation:
    function = encoding.encoder.relation(name)
    if function is None:
        return Relation()
    if function.arity() == 0:
        return Relation(default=holds(model, function()))
    if not any(declared.eq(function) for declared in model.decls()):
        return Relation()
    found = model[function]
    rest = found.else_value()
    default = z3.is_true(rest)
    asked: dict[tuple[int | bool, ...], bool] = {}
    for at in range(found.num_entries()):
        entry = found.entry(at)
        asked[row(model, tuple(entry.arg_value(n) for n in range(entry.num_args())))] = z3.is_true(entry.value())
    if not z3.is_true(rest) and not z3.is_false(rest):
        # The rest may be a formula: of truth values, the argument itself, say. Then what is asked for is listed.
        # Beneath quantifiers that may be more than is seen here, and the example will not replay.
        for arguments in _asked_for(encoding, function):
            asked.setdefault(row(model, arguments), holds(model, function(*arguments)))
    return Relation(frozenset(listed for listed, held in asked.items() if held != default), default)


def _asked_for(encoding: Encoding, function: Any) -> list[tuple[Any, ...]]:
    """All there are, of truth values; otherwise, those that formulas apply a relation to."""
    arity = function.arity()
    if all(function.domain(at).kind() == z3.Z3_BOOL_SORT for at in range(arity)):
        return list(product((encoding.terms.false, encoding.terms.true), repeat=arity))
    applied = (one for one in encoding.encoder.applied if encoding.encoder.relation(one.name).eq(function))
    return [one.arguments for one in applied if not one.binders]
