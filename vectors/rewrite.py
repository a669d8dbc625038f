"""A policy with its formulas changed in the core, for faults that no single place of the text has."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from ..model.fold import folded
from ..spec.checked import CheckedPolicy
from ..spec.checked_parts import CheckedCase
from ..spec.core import Core
from ..spec.spell import spelled
from ..spec.syntax import Expr


def rewritten(policy: CheckedPolicy, change: Callable[[Core], Core], *, guards_only: bool = False) -> CheckedPolicy:
    """The policy with each of its formulas changed; one in which nothing changes stays as it is written."""
    elaboration = policy.elaboration

    def put(expr: Expr) -> Expr:
        node = elaboration.of(expr)
        changed = change(node)
        return expr if changed is node else spelled(folded(elaboration.nodes, changed), {})

    def case(of: CheckedCase) -> CheckedCase:
        made = of if of.guard is None else with_guard(of, put(of.guard))
        if guards_only:
            return made
        assigned = tuple(replace(a, value=None if a.value is None else put(a.value)) for a in of.assignments)
        ensured = tuple(replace(e, formula=put(e.formula)) for e in of.ensures)
        return replace(made, assignments=assigned, ensures=ensured)

    return replace(policy, cases=tuple(map(case, policy.cases)))


def with_guard(case: CheckedCase, guard: Expr) -> CheckedCase:
    return replace(case, declaration=replace(case.declaration, guard=guard))
