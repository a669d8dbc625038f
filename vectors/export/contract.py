"""A policy as what a harness assumes before an implementation answers, and asserts of the answer."""

from __future__ import annotations

from msgspec import Struct

from ...spec.checked import CheckedPolicy
from ...spec.checked_parts import CheckedCase
from ...spec.core import Core
from ...spec.formatting.expressions import print_expr
from .lowered import Lowering, NotExportable
from .table import type_of


class Clause(Struct, frozen=True):
    """A formula, and how the policy says it. Without a formula it is one that no loop over a table decides."""

    says: str
    formula: Core | None


class CasePromise(Struct, frozen=True):
    """What a case promises. A `guard` of None is `otherwise`."""

    case: str
    says: str
    guard: Core | None
    clauses: tuple[Clause, ...]


class Contract(Struct, frozen=True):
    """Assumptions, and the answers in the order of the cases."""

    assumptions: tuple[Clause, ...]
    answers: tuple[CasePromise, ...]


def contract(policy: CheckedPolicy) -> Contract:
    """The contract of a policy. Raises NotExportable where an assumption or a guard cannot be written."""
    lowering = Lowering(policy)
    assumptions = [
        Clause(f"assume {s.name.id}: {print_expr(s.formula)}", lowering(s.formula))
        for s in (placed.statement for placed in policy.assumptions)
    ]
    return Contract(tuple(assumptions), tuple(_answer(lowering, case) for case in policy.cases))


def _answer(lowering: Lowering, case: CheckedCase) -> CasePromise:
    of = lowering.elaboration.of
    clauses: list[Clause] = []
    for assign in case.assignments:
        name = assign.output.id
        if assign.value is not None:
            same = lowering.nodes.compare("==", lowering.nodes.variable(name), of(assign.value))
            clauses.append(_clause(lowering, f"{name} = {print_expr(assign.value)}", same))
        elif (typed := type_of(lowering, name)) is not None:
            clauses.append(Clause(f"{name} = any", typed))
    clauses += [_clause(lowering, f"ensure {print_expr(e.formula)}", of(e.formula)) for e in case.ensures]
    when = "otherwise" if case.guard is None else f"when {print_expr(case.guard)}"
    guard = None if case.guard is None else lowering(case.guard)
    return CasePromise(case.name, f"case {case.name} {when}", guard, tuple(clauses))


def _clause(lowering: Lowering, says: str, formula: Core) -> Clause:
    try:
        return Clause(says, lowering.lowered(formula))
    except NotExportable:
        return Clause(says, None)
