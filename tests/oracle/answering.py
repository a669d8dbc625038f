"""What one policy answers, told from its text: the case that applies, and the outputs that it gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, product
from typing import Any, TypeAlias

from parley.spec.syntax import Assign, Case, Ensure, Enumeration, Expr, Interface, Policy, Statement, Variable

from .formulas import Meanings
from .names import Reading
from .terms import Code, Slots, Term, always
from .words import Words

Row: TypeAlias = tuple[tuple[int, Any], ...]
"""The outputs, each as its slot and its value."""


@dataclass(frozen=True)
class Answering:
    """One case: its guard, the outputs that it leaves open, the others in an order in which each can be worked out."""

    name: str
    guard: Code
    open_: tuple[str, ...]
    assigned: tuple[tuple[str, Code], ...]
    ensures: tuple[Code, ...]


@dataclass
class PolicyMeaning:
    """One policy, as it is read by itself or by one that refines it."""

    meanings: Meanings
    interface: Interface
    policy: Policy
    reading: Reading
    assumptions: list[Term] = field(init=False)
    cases: list[Answering] = field(init=False)

    def __post_init__(self) -> None:
        self.assumptions = [self.meanings.formula(s.formula, self.reading) for s in self.statements("assume")]
        shared = [item for item in self.policy.items if isinstance(item, Assign)]
        self.cases = [self._case(item, shared) for item in self.policy.items if isinstance(item, Case)]

    def statements(self, role: str) -> list[Statement]:
        items = [*self.interface.items, *self.policy.items]
        return [item for item in items if isinstance(item, Statement) and item.role == role]

    def formula(self, expr: Expr) -> Code:
        return self.meanings.formula(expr, self.reading).code

    def _case(self, case: Case, shared: list[Assign]) -> Answering:
        assigns = [*shared, *(item for item in case.items if isinstance(item, Assign))]
        open_ = tuple(item.output.id for item in assigns if item.value is None)
        waiting: dict[str, Term] = {
            a.output.id: self.meanings.formula(a.value, self.reading) for a in assigns if a.value is not None
        }
        ordered: list[tuple[str, Code]] = []
        while waiting:
            places = {self.meanings.free[name] for name in waiting}
            ready = next(name for name, term in waiting.items() if not term.reads & places)
            ordered.append((ready, waiting.pop(ready).code))
        ensures = tuple(self.formula(item.formula) for item in case.items if isinstance(item, Ensure))
        guard = always if case.guard is None else self.formula(case.guard)
        return Answering(case.name.id, guard, open_, tuple(ordered), ensures)

    def admits(self, slots: Slots) -> bool:
        return all(assumption.code(slots) for assumption in self.assumptions)

    def first(self, slots: Slots) -> Answering | None:
        return next((case for case in self.cases if case.guard(slots)), None)

    def tried(self, slots: Slots, case: Answering, choices: Sequence[Sequence[Any]]) -> Iterator[Row]:
        """The outputs for each choice of open ones that meets the `ensure`s; some of them may have no value."""
        free = self.meanings.free
        names = [*case.open_, *(name for name, _ in case.assigned)]
        for row in product(*choices):
            for name, value in zip(case.open_, row, strict=True):
                slots[free[name]] = value
            for name, code in case.assigned:
                slots[free[name]] = code(slots)
            if all(ensure(slots) for ensure in case.ensures):
                yield tuple((free[name], slots[free[name]]) for name in names)

    def allows(self, slots: Slots) -> bool:
        """Whether the outputs in their slots are an answer of this policy."""
        case = self.first(slots)
        if case is None:
            return False
        for name, code in case.assigned:
            value = code(slots)
            if value is None or value != slots[self.meanings.free[name]]:
                return False
        return all(ensure(slots) for ensure in case.ensures)


def subsets(words: Sequence[int]) -> list[tuple[int, ...]]:
    return list(chain.from_iterable(combinations(words, size) for size in range(len(words) + 1)))


def values_of(variable: Variable, words: Words, loose: Sequence[int]) -> Sequence[Any]:
    """Everything that a variable can be, where register words are `loose` ones."""
    match variable.type:
        case "bool":
            return (False, True)
        case "set":
            return subsets(words.revisions)
        case "revision":
            return words.revisions if variable.role == "config" else loose
        case Enumeration(values=values):
            return [number for _, number in values]
