"""How many kinds of counterexample there are.

Two are of one kind where they have as many revisions, the same guards hold, and their revisions stand in the same order
with the same of the fields that formulas look at equal. The solver is asked for one of each kind until there is none.
"""

# z3 carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice, pairwise
from typing import Any

from ..model.instance import Example, sizes_of
from ..model.queries import Answers, Query
from ..model.smt import bits, decode
from ..model.smt.bits import Bits, constant
from ..model.smt.examples import free_words, open_words
from .budget import Budget
from .solve import Search

MOST = 24
"""Kinds that are counted before the count is given as so many or more."""

MOST_ROWS = 200
"""Ways to share out the revisions among sets that are looked at, before the count is given as so many or more."""


def count(
    search: Search,
    goals: Query,
    example: Example,
    parts: Iterable[tuple[int, int]],
    words: Iterable[int],
    budget: Budget,
) -> tuple[int, bool]:
    """How many kinds of example with as many revisions there are, up to `MOST`, and whether that is all.

    `parts` are the bits that are looked at, `words` constants that revisions are compared with. Where the budget ends
    first, 1 kind is known, the example's own: how many more were seen depends on chance.
    """
    made = 0
    ways = _as_large(search, example)
    for sizes in islice(ways, MOST_ROWS):
        more, complete = _of_sizes(search, goals, sizes, list(parts), list(words), MOST - made, budget)
        made += more
        if budget.spent:
            return 1, False
        if not complete:
            return max(made, 1), False
    # A set of more revisions than this solver has slots was not looked at.
    present = search.encoding.present
    names = sizes_of(search.encoding.policy.interface, example.instance)
    every = all(example.instance.size <= len(present[name]) for name in names) and next(ways, None) is None
    return max(made, 1), every


def _as_large(search: Search, example: Example) -> Iterator[dict[str, int]]:
    """The sizes of sets with as many revisions together as the example has, its own first."""
    own = sizes_of(search.encoding.policy.interface, example.instance)
    yield own
    limits = [len(search.encoding.present[name]) for name in own]
    for row in _sizes_together(limits, example.instance.size):
        if row != tuple(own.values()):
            yield dict(zip(own, row, strict=True))


def _sizes_together(limits: Sequence[int], total: int) -> Iterator[tuple[int, ...]]:
    """The sizes of sets that may have so many revisions each, and have `total` together; in lexicographic order.

    What comes first costs nothing for the rest: of twelve sets there may be millions.
    """
    if not limits:
        if total == 0:
            yield ()
        return
    first, *others = limits
    rest = sum(others)
    for size in range(max(0, total - rest), min(first, total) + 1):
        for sizes in _sizes_together(others, total - size):
            yield (size, *sizes)


def _of_sizes(
    search: Search,
    goals: Query,
    sizes: dict[str, int],
    parts: list[tuple[int, int]],
    words: list[int],
    most: int,
    budget: Budget,
) -> tuple[int, bool]:
    """`count`, of examples with sets of these sizes."""
    answers = any(isinstance(goal, Answers) for goal in goals)
    literals = search.literals(goals)
    encoding = search.encoding
    terms = encoding.terms
    wanted = search.like(goals, sizes)
    numbers = [word for word, _ in free_words(encoding, sizes) + (open_words(encoding) if answers else [])]
    rows = [[bits.part_of(word, *part) for word in numbers] for part in parts]
    guards = encoding.guards(encoding.policy)
    constants = [constant(word) for word in words]
    relations = _Relations(search)
    with search.assuming(wanted):
        for made in range(most + 1):
            answer = search.check(literals, budget)
            if answer != "sat":
                return made, answer == "unsat"
            model = search.solver.model()
            same = relations.ordered(model, [*numbers, *constants])
            for row in rows:
                same += relations.partition(model, row)
            same += [guard if decode.holds(model, guard) else terms.neg(guard) for guard in guards]
            search.require([terms.neg(terms.conj(same))])
    return most, False


class _Relations:
    """Comparisons between numbers, each made once: listing kinds asks for the same ones again and again."""

    def __init__(self, search: Search) -> None:
        self.terms = search.encoding.terms
        self.made: dict[tuple[int, int, str], Any] = {}
        self._kept: list[Bits] = []
        self._zero = constant(0)

    def relation(self, left: Bits, right: Bits, kind: str) -> Any:
        key = (id(left), id(right), kind)
        if key not in self.made:
            # An id is only good as long as what has it lives.
            self._kept += [left, right]
            made = (bits.less if kind == "<" else bits.equal)(self.terms, left, right)
            self.made[key] = self.terms.neg(made) if kind == "!=" else made
        return self.made[key]

    def ordered(self, model: Any, numbers: list[Bits]) -> list[Any]:
        """The numbers stand in the order that they have in a model."""
        ranked = sorted((decode.word(model, number), at) for at, number in enumerate(numbers))
        return [
            self.relation(numbers[left], numbers[right], "==" if one == other else "<")
            for (one, left), (other, right) in pairwise(ranked)
        ]

    def partition(self, model: Any, numbers: list[Bits]) -> list[Any]:
        """The same of the numbers are equal, and the same are zero."""
        values = [decode.word(model, number) for number in numbers]
        pairs = zip(numbers, values, strict=True)
        made = [self.relation(number, self._zero, "!=" if value else "==") for number, value in pairs]
        for left, right in combinations(range(len(numbers)), 2):
            made.append(self.relation(numbers[left], numbers[right], "==" if values[left] == values[right] else "!="))
        return made
