"""The smallest choice of candidates that together have all that is wanted: an exact hitting set, by the solver."""

# z3 carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, TypeVar

import z3  # pyright: ignore[reportMissingTypeStubs]
from msgspec import Struct

BUDGET = 50_000_000
"""The solver's resource units for one size."""

Item = TypeVar("Item", bound=Hashable)


class Cover(Struct, frozen=True):
    """The candidates chosen, by position; `smallest` says that it is shown that no fewer do."""

    chosen: tuple[int, ...]
    smallest: bool


def smallest_cover(candidates: list[frozenset[Item]], budget: int = BUDGET) -> Cover:
    """As few of the candidates as have together all that any of them has."""
    wanted: set[Item] = set().union(*candidates)
    kept = _undominated(candidates)
    greedy = _greedy(candidates, kept, wanted)
    forced = _only(candidates, kept, wanted)
    left = wanted - set().union(*(candidates[at] for at in forced))
    rest = [at for at in kept if at not in forced and candidates[at] & left]
    if not left:
        return Cover(tuple(sorted(forced)), smallest=True)
    best = [at for at in greedy if at not in forced]
    # A context of its own: which of the smallest covers is found must not depend on what was solved before.
    context: Any = z3.Context()
    solver: Any = z3.SolverFor("QF_FD", ctx=context)
    solver.set("rlimit", budget)
    solver.set("ctrl_c", False)
    taken = {at: z3.Bool(f"take {at}", context) for at in rest}
    for item in sorted(left, key=str):
        solver.add(z3.Or([taken[at] for at in rest if item in candidates[at]]))
    while True:
        solver.push()
        solver.add(z3.AtMost(*taken.values(), len(best) - 1))
        answer = solver.check()
        if answer != z3.sat:
            return Cover(tuple(sorted({*forced, *best})), smallest=answer == z3.unsat)
        model = solver.model()
        best = [at for at in rest if z3.is_true(model.eval(taken[at], model_completion=True))]
        solver.pop()


def _undominated(candidates: list[frozenset[Item]]) -> list[int]:
    """The candidates that have something that no other has besides all of theirs; of equal ones, the first."""
    order = sorted(range(len(candidates)), key=lambda at: (-len(candidates[at]), at))
    kept: list[int] = []
    for at in order:
        if candidates[at] and not any(candidates[at] <= candidates[other] for other in kept):
            kept.append(at)
    return sorted(kept)


def _only(candidates: list[frozenset[Item]], kept: list[int], wanted: set[Item]) -> set[int]:
    """The candidates without which something is missing."""
    havers: Mapping[Item, list[int]] = {item: [at for at in kept if item in candidates[at]] for item in wanted}
    return {found[0] for found in havers.values() if len(found) == 1}


def _greedy(candidates: list[frozenset[Item]], kept: list[int], wanted: set[Item]) -> list[int]:
    missing = set(wanted)
    chosen: list[int] = []
    while missing:
        at = max(kept, key=lambda other: (len(candidates[other] & missing), -other))
        chosen.append(at)
        missing -= candidates[at]
    return chosen
