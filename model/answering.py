"""Where a policy has no answer, as a formula over its configuration and inputs."""

from __future__ import annotations

from ..spec.checked import CheckedCase, CheckedPolicy
from ..spec.syntax import Boolean, Comparison, Expr, If, Not, Or
from .goals import leans_on_open
from .inline import Inliner

_FALSE = Boolean(value=False)


def unanswered(policy: CheckedPolicy) -> Expr:
    """No case applies, or the one that does assigns an output from nothing.

    What follows from open outputs is left out: whether they can be chosen is another question (`goals.Speechless`).
    """
    made: Expr = Boolean(value=True)
    for case in reversed(policy.cases):
        silent = _silent(policy, case)
        made = silent if case.guard is None else If(Inliner(policy.defines).inline(case.guard), silent, made)
    return made


def undefined(term: Expr) -> Expr:
    """A term has no value: no comparison with it holds."""
    return Not(Comparison("==", term, term))


def _silent(policy: CheckedPolicy, case: CheckedCase) -> Expr:
    if leans_on_open(policy, case):
        return _FALSE
    inliner = Inliner(policy.defines)
    values: dict[str, Expr] = {}
    missing: list[Expr] = []
    for assign in case.assignments:
        if assign.value is not None:
            values[assign.output.id] = inliner.inline(assign.value, values)
            if policy.interface.variables[assign.output.id].type != "bool":
                missing.append(undefined(values[assign.output.id]))
    return Or(tuple(missing)) if len(missing) > 1 else (missing or [_FALSE])[0]
