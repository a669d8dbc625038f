"""Wrong encodings as formulas about the right answer: do they change it, and is what comes of it allowed?"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from ..spec.checked import CheckedCase, CheckedPolicy
from ..spec.syntax import And, Boolean, Comparison, Expr, Name, Number, Or
from .encodings import Encoding, Held, values_of
from .fold import folded
from .inline import Inliner


def unchanged(encoding: Encoding) -> Expr:
    """The registers hold what is right."""
    return _all(
        _any(_all((row.test, _equal(row.right, row.held))) for row in rows) for rows in encoding.outputs.values()
    )


def still_allowed(policy: CheckedPolicy, case: CheckedCase, encoding: Encoding) -> Expr:
    """What the registers hold is an answer that the case allows, for the same configuration and request."""
    names = list(encoding.outputs)
    return _any(
        _all((*(row.test for row in rows), _as_read(policy, case, dict(zip(names, rows, strict=True)))))
        for rows in product(*encoding.outputs.values())
    )


def _as_read(policy: CheckedPolicy, case: CheckedCase, rows: dict[str, Held]) -> Expr:
    """The case allows the words held in place of these outputs, as far as they are values."""
    choices: list[list[tuple[Expr, str, Expr]]] = []
    for name, row in rows.items():
        values = values_of(policy.interface.variables[name])
        if values:
            choices.append([(_equal(row.held, _word(number)), name, value) for number, value in values.items()])
        else:
            choices.append([(Boolean(value=True), name, row.held)])
    return _any(
        _all((*(test for test, _, _ in choice), _allows(policy, case, {name: value for _, name, value in choice})))
        for choice in product(*choices)
        if all(test != Boolean(value=False) for test, _, _ in choice)
    )


def _allows(policy: CheckedPolicy, case: CheckedCase, instead: dict[str, Expr]) -> Expr:
    """The case gives the answer with these terms in place of some outputs."""
    inliner = Inliner(policy.defines)
    assigned = [
        Comparison("==", instead.get(a.output.id, Name(a.output.id)), inliner.inline(a.value, instead))
        for a in case.assignments
        if a.value is not None
    ]
    return _all((*assigned, *(inliner.inline(ensure.formula, instead) for ensure in case.ensures)))


def _equal(one: Expr, other: Expr) -> Expr:
    if isinstance(one, Number) and isinstance(other, Number):
        return Boolean(one.value == other.value)
    return Comparison("==", one, other)


def _all(parts: Iterable[Expr]) -> Expr:
    return folded(And(tuple(parts)))


def _any(parts: Iterable[Expr]) -> Expr:
    return folded(Or(tuple(parts)))


def _word(value: int) -> Expr:
    return Number(value, hexadecimal=True)
