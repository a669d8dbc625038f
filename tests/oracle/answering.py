"""What one policy answers, told from its text: the case that applies, and the outputs that it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, product
from typing import Any, TypeAlias

from parley.spec.syntax import Assign, Case, Ensure, Enumeration, Expr, Interface, Policy, Statement, Variable

from .formulas import Meanings
from .names import Reading, optional
from .terms import Code, Slots, Term, always, in_order, joined, reads, remembered
from .words import Words

Row: TypeAlias = tuple[tuple[int, Any], ...]
"""The outputs, each as its slot and its value."""


@dataclass(frozen=True)
class Answering:
    """One case: its guard, the outputs that it leaves open, the others in an order in which each can be worked out.

    `tried` gives the outputs for each choice of open ones that meets the `ensure`s; some of them may have no value.
    """

    name: str
    guard: Code
    open_: tuple[str, ...]
    assigned: tuple[tuple[int, Term], ...]
    ensures: tuple[Term, ...]
    tried: Callable[[Slots], list[Row]]


@dataclass
class PolicyMeaning:
    """One policy, as it is read by itself or by one that refines it. `openings` are the values of open outputs."""

    meanings: Meanings
    interface: Interface
    policy: Policy
    reading: Reading
    openings: Mapping[str, Sequence[Any]]
    assumptions: list[Term] = field(init=False)
    cases: list[Answering] = field(init=False)

    def __post_init__(self) -> None:
        assumed = [s.formula for s in self.statements("assume")] + optional(self.interface, self.policy.under)
        self.assumptions = [self.meanings.formula(formula, self.reading) for formula in assumed]
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
            a.output.id: self._assigned(a.output.id, a.value) for a in assigns if a.value is not None
        }
        ordered: list[tuple[int, Term]] = []
        while waiting:
            places = {self.meanings.free[name] for name in waiting}
            ready = next(name for name, term in waiting.items() if not term.reads & places)
            ordered.append((self.meanings.free[ready], waiting.pop(ready)))
        ensured = [item.formula for item in case.items if isinstance(item, Ensure)]
        ensures = tuple(self.meanings.formula(formula, self.reading) for formula in ensured)
        guard = always if case.guard is None else self.formula(case.guard)
        tried = self._tried(open_, ordered, ensures)
        return Answering(case.name.id, guard, open_, tuple(ordered), ensures, tried.code)

    def _assigned(self, output: str, value: Expr) -> Term:
        """The value of an output; of a set or a range, its members in order, each once."""
        term = self.meanings.formula(value, self.reading)
        several = [i.name.id for i in self.interface.items if isinstance(i, Variable) and i.type in ("set", "range")]
        of_set = output in several
        return joined([term], in_order) if of_set else term

    def _tried(self, open_: Sequence[str], assigned: Sequence[tuple[int, Term]], ensures: Sequence[Term]) -> Term:
        choices = [self.openings[name] for name in open_]
        chosen = [self.meanings.free[name] for name in open_]
        places = [*chosen, *(place for place, _ in assigned)]

        def rows(slots: Slots) -> Iterator[Row]:
            for row in product(*choices):
                for place, value in zip(chosen, row, strict=True):
                    slots[place] = value
                for place, term in assigned:
                    slots[place] = term.code(slots)
                if all(ensure.code(slots) for ensure in ensures):
                    yield tuple([(place, slots[place]) for place in places])

        # Where nothing else is looked at, what comes of it is the same.
        read = reads([*(term for _, term in assigned), *ensures]) - set(places)
        return remembered(Term(lambda slots: list(rows(slots)), read))

    def admits(self, slots: Slots) -> bool:
        return all(assumption.code(slots) for assumption in self.assumptions)

    def first(self, slots: Slots) -> Answering | None:
        return next((case for case in self.cases if case.guard(slots)), None)

    def allows(self, slots: Slots) -> bool:
        """Whether the outputs in their slots are an answer of this policy."""
        case = self.first(slots)
        if case is None:
            return False
        for place, term in case.assigned:
            value = term.code(slots)
            if value is None or value != slots[place]:
                return False
        return all(ensure.code(slots) for ensure in case.ensures)


def subsets(words: Sequence[int]) -> list[tuple[int, ...]]:
    return list(chain.from_iterable(combinations(words, size) for size in range(len(words) + 1)))


def intervals(words: Sequence[int]) -> list[tuple[int, ...]]:
    """Nothing, and all revisions from each to each that is not below it."""
    ordered = sorted(words)
    return [(), *(tuple(ordered[low:high]) for low, high in combinations(range(len(ordered) + 1), 2))]


def values_of(variable: Variable, words: Words, loose: Sequence[int], codes: Sequence[int] = ()) -> Sequence[Any]:
    """Everything that a variable can be, where register words are `loose` ones and `codes` those of its names."""
    match variable.type:
        case "bool":
            return (False, True)
        case "set":
            return subsets(words.revisions)
        case "range":
            return intervals(words.revisions)
        case "revision":
            return words.revisions if variable.role == "config" else tuple(dict.fromkeys([*loose, *codes]))
        case Enumeration(values=values):
            return [number for _, number in values]
