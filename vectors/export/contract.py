"""A policy as what a harness assumes before an implementation answers, and asserts of the answer."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from ...spec.checked import CheckedPolicy
from ...spec.checked_parts import CheckedCase
from ...spec.core import Constant, Core
from ...spec.formatting.expressions import print_expr
from ...spec.syntax import Enumeration, Variable
from ..suite import Suite
from .lowered import Lowering, NotExportable
from .table import type_of


class Clause(Struct, frozen=True):
    """A formula, and how the policy says it. Without a formula it cannot be written, and `reason` says why."""

    says: str
    formula: Core | None
    reason: str = ""


class CasePromise(Struct, frozen=True):
    """What a case promises. A `guard` of None is `otherwise`."""

    case: str
    says: str
    guard: Core | None
    clauses: tuple[Clause, ...]


class Contract(Struct, frozen=True):
    """Assumptions, and the answers in the order of the cases.

    `outcomes` are the values of enumerations, truth values and names that the cases assign, each as what an answer is
    then: where an implementation conforms, every one of them comes up.
    """

    assumptions: tuple[Clause, ...]
    answers: tuple[CasePromise, ...]
    outcomes: tuple[Clause, ...]


def contract(policy: CheckedPolicy, reached: frozenset[str] | None = None) -> Contract:
    """The contract of a policy; `reached` are the cases whose outcomes come up, None for all.

    Raises NotExportable where an assumption or a guard cannot be written.
    """
    lowering = Lowering(policy)
    assumptions = [
        Clause(f"assume {s.name.id}: {print_expr(s.formula)}", lowering(s.formula))
        for s in (placed.statement for placed in policy.assumptions)
    ]
    answers = tuple(_answer(lowering, case) for case in policy.cases)
    coming = [case for case in policy.cases if reached is None or case.name in reached]
    return Contract(tuple(assumptions), answers, tuple(_outcomes(lowering, coming)))


def reached_by(suite: Suite) -> frozenset[str] | None:
    """The cases that a suite for one build reaches, as far as is known; None where it is for all."""
    if suite.config is None:
        return None
    tests = [test for group in suite.groups if group.config == suite.config for test in group.tests]
    return frozenset(test.case for test in tests) or None


def _outcomes(lowering: Lowering, cases: list[CheckedCase]) -> Iterator[Clause]:
    """Only what a case certainly answers: of a choice between two values, one may never come up."""
    interface, nodes = lowering.policy.interface, lowering.nodes
    for variable in interface.outputs:
        name = variable.name.id
        values = {number: label for label, number in _names(variable)}
        assigned = [a.value for case in cases for a in case.assignments if a.output.id == name and a.value is not None]
        for value in dict.fromkeys(lowering.elaboration.of(value) for value in assigned):
            match value:
                case Constant(value=bool(truth)) if variable.type == "bool":
                    it = nodes.variable(name)
                    yield Clause(f"{name} {'true' if truth else 'false'}", it if truth else nodes.negation(it))
                case Constant(value=int(number), written="name") if number in values:
                    yield Clause(f"{name} {values[number]}", nodes.compare("==", nodes.variable(name), value))
                case _:
                    pass


def _names(variable: Variable) -> list[tuple[str, int]]:
    """The names that an output may have for its value, with their codes."""
    named = variable.type if isinstance(variable.type, Enumeration) else variable.names
    return [] if named is None else [(label.id, number) for label, number in named.values]


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
    except NotExportable as reason:
        return Clause(says, None, str(reason))
