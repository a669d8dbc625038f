"""The smallest set that has a member of each of some sets: an exact hitting set, by the solver.

As a covering problem, it is the smallest choice of candidates that together have all that any of them has. What no
other member does better is left out first, then what is taken in any case (Karp 1972; reductions: Weihe 1998).
"""

# z3 carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import z3  # pyright: ignore[reportMissingTypeStubs]
from msgspec import Struct

BUDGET = 50_000_000
"""The solver's resource units for one size."""


class HittingSet(Struct, frozen=True):
    """The members, ascending; `smallest` says that it is shown that no fewer do."""

    members: tuple[int, ...]
    smallest: bool


def smallest_hitting_set(sets: Sequence[frozenset[int]], budget: int = BUDGET) -> HittingSet:
    """As few numbers as have together a member of each of `sets`, none of which is empty."""
    met_by: dict[int, frozenset[int]] = {}
    for at, one in enumerate(sets):
        for member in one:
            met_by[member] = met_by.get(member, frozenset()) | {at}
    kept = _undominated(met_by)
    open_ = [one.intersection(kept) for one in sets]
    forced = {next(iter(one)) for one in open_ if len(one) == 1}
    left = [one for one in dict.fromkeys(open_) if one.isdisjoint(forced)]
    if not left:
        return HittingSet(tuple(sorted(forced)), smallest=True)
    best = [member for member in _greedy(kept, set(range(len(sets)))) if member not in forced]
    # A context of its own: which of the smallest sets is found must not depend on what was solved before.
    context: Any = z3.Context()
    solver: Any = z3.SolverFor("QF_FD", ctx=context)
    solver.set("rlimit", budget)
    solver.set("ctrl_c", False)
    taken = {member: z3.Bool(f"take {member}", context) for member in sorted(frozenset().union(*left))}
    for one in left:
        solver.add(z3.Or([taken[member] for member in sorted(one)]))
    while True:
        solver.push()
        solver.add(z3.AtMost(*taken.values(), len(best) - 1))
        answer = solver.check()
        if answer != z3.sat:
            return HittingSet(tuple(sorted({*forced, *best})), smallest=answer == z3.unsat)
        model = solver.model()
        best = [member for member, term in taken.items() if z3.is_true(model.eval(term, model_completion=True))]
        solver.pop()


def _undominated(met_by: dict[int, frozenset[int]]) -> dict[int, frozenset[int]]:
    """The members that meet some set that no other member meets besides all of theirs; of equal ones, the first."""
    kept: dict[int, frozenset[int]] = {}
    for member, met in sorted(met_by.items(), key=lambda item: (-len(item[1]), item[0])):
        if not any(met <= other for other in kept.values()):
            kept[member] = met
    return dict(sorted(kept.items()))


def _greedy(met_by: dict[int, frozenset[int]], missing: set[int]) -> list[int]:
    chosen: list[int] = []
    while missing:
        best = max(met_by, key=lambda member: (len(met_by[member] & missing), -member))
        chosen.append(best)
        missing = missing - met_by[best]
    return chosen
