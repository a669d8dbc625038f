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

MOST_NODES = 20_000
"""Nodes of a formula that is spelled out: a change that puts a part in twice, at each of many levels, makes more."""


class _TooLong(Exception):
    """Spelled out, a changed formula has more than `MOST_NODES` nodes."""


def rewritten(
    policy: CheckedPolicy, change: Callable[[Core], Core], *, guards_only: bool = False
) -> CheckedPolicy | None:
    """The policy with each of its formulas changed; one in which nothing changes stays as it is written.

    None where one of them is too long then.
    """
    elaboration = policy.elaboration

    def put(expr: Expr) -> Expr:
        node = elaboration.of(expr)
        changed = change(node)
        if changed is node:
            return expr
        changed = folded(elaboration.nodes, changed)
        if changed.size > MOST_NODES:
            raise _TooLong
        return spelled(changed, {})

    def case(of: CheckedCase) -> CheckedCase:
        made = of if of.guard is None else with_guard(of, put(of.guard))
        if guards_only:
            return made
        assigned = tuple(replace(a, value=None if a.value is None else put(a.value)) for a in of.assignments)
        ensured = tuple(replace(e, formula=put(e.formula)) for e in of.ensures)
        return replace(made, assignments=assigned, ensures=ensured)

    try:
        return replace(policy, cases=tuple(map(case, policy.cases)))
    except _TooLong:
        return None


def with_guard(case: CheckedCase, guard: Expr) -> CheckedCase:
    return replace(case, declaration=replace(case.declaration, guard=guard))
