"""Mutants as handlers: branches with what each assigns, in lowered formulas that C and Rust both write."""

from __future__ import annotations

from msgspec import Struct

from ...spec.checked import CheckedPolicy
from ...spec.core import Core
from ...spec.spell import plain
from ..export.lowered import Lowering, NotExportable
from ..export.table import type_of
from ..mutants import Mutant


class Assigned(Struct, frozen=True):
    """What an output gets; None where the case leaves it open."""

    output: str
    value: Core | None


class Branch(Struct, frozen=True):
    """A case: its guard, None for `otherwise`; what it assigns, in an order in which each reads only what is before it;
    and what must hold of what it leaves open.
    """

    guard: Core | None
    assigned: tuple[Assigned, ...]
    wanted: tuple[Core, ...]


class Held(Struct, frozen=True):
    """What the register of an output holds where one of these tests meets the answer; else what is right."""

    output: str
    rows: tuple[tuple[Core, Core], ...]


class Handler(Struct, frozen=True):
    """An implementation that answers as a mutant does. The policy's own has no fault."""

    name: str
    policy: CheckedPolicy
    branches: tuple[Branch, ...]
    held: tuple[Held, ...] = ()


def own(policy: CheckedPolicy) -> Handler:
    """The handler of the policy itself. Raises NotExportable."""
    return Handler("policy", policy, _branches(policy))


def handler(mutant: Mutant) -> Handler:
    """The handler of a mutant. Raises NotExportable where a formula cannot be written."""
    held: list[Held] = []
    if mutant.encoding is not None:
        lowering = Lowering(mutant.policy)
        for output, rows in mutant.encoding.outputs.items():
            if mutant.policy.interface.variables[output].type == "bool":
                raise NotExportable(f"`{plain(output)}` is a truth value, and holds no other words")
            lowered = tuple((lowering.lowered(row.test), lowering.lowered(row.held)) for row in rows)
            held.append(Held(output, lowered))
    return Handler(mutant.name, mutant.policy, _branches(mutant.policy), tuple(held))


def _branches(policy: CheckedPolicy) -> tuple[Branch, ...]:
    lowering = Lowering(policy)
    made: list[Branch] = []
    for case in policy.cases:
        assigned: list[Assigned] = []
        wanted: list[Core] = []
        for assign in case.assignments:
            name = assign.output.id
            assigned.append(Assigned(name, None if assign.value is None else lowering(assign.value)))
            if assign.value is None and (typed := type_of(lowering, name)) is not None:
                wanted.append(typed)
        wanted += [lowering(ensure.formula) for ensure in case.ensures]
        guard = None if case.guard is None else lowering(case.guard)
        made.append(Branch(guard, tuple(assigned), tuple(wanted)))
        # Of a mutant, cases may stand below the one that always applies.
        if guard is None:
            break
    return tuple(made)
