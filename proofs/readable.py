"""Examples with values that are easy to read, and the same ones whatever the solver came upon first.

Each value in turn takes the first word of a list that it can, else the least; each boolean and enumeration the first of
its values; each abstract `define` holds of nothing, else of everything, else of as little as it can. So an example is
canonical: it depends on the question alone, as far as the budget goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from ..model.instance import Example, Relation, sizes_of
from ..model.queries import Given, Query
from ..model.smt import bits, decode, examples
from ..model.smt.bits import Bits
from ..model.smt.encoded import Applied
from .budget import Budget
from .solve import Search


def readable(search: Search, goals: Query, example: Example, candidates: Iterable[int], budget: Budget) -> Example:
    """An example of the same size that is easier to read; the given one where the budget allows nothing else."""
    sizes = sizes_of(search.encoding.policy.interface, example.instance)
    literals = search.literals(goals)
    with search.assuming(search.like(goals, sizes)):
        given = frozenset(goal.name for goal in goals if isinstance(goal, Given))
        return _Tidying(search, literals, budget, example).run(sizes, list(candidates), given)


class _Tidying:
    """Fixes one value after the other. `model` is one that meets all that is fixed so far."""

    def __init__(self, search: Search, literals: list[Any], budget: Budget, given: Example) -> None:
        self.search = search
        self.encoding = search.encoding
        self.literals = literals
        self.budget = budget
        self.given = given
        self.model: Any = None

    def run(self, sizes: dict[str, int], words: list[int], given: frozenset[str]) -> Example:
        if self.search.check(self.literals, self.budget) != "sat":
            return self.given
        self.model = self.search.solver.model()
        # A set that is given may be long, and none of its revisions can be another one.
        for word, codes in examples.free_words(self.encoding, sizes, given):
            self._fix_word(word, [*words, *codes])
        for term, values in examples.choices(self.encoding):
            self._fix(*(examples.is_value(self.encoding.terms, term, value) for value in values))
        for word, codes in examples.open_words(self.encoding):
            self._fix_word(word, [*words, *codes])
        self._fix_open_sets(words)
        relations = {name: self._relation(name) for name in self.given.instance.relations}
        instance, answer = decode.example(self.encoding, self.model)
        return Example(replace(instance, relations={**instance.relations, **relations}), answer)

    def _fix_open_sets(self, words: list[int]) -> None:
        """Each set that is left open has as few revisions as it can, and readable ones."""
        encoding = self.encoding
        for name, known in examples.open_sets(encoding).items():
            for size in range(len(known.rows) + 1):
                if self._fix(encoding.terms.conj(encoding.size_is(name, size))):
                    for word, _ in known.rows[:size]:
                        self._fix_word(word, words)
                    break

    def _fix(self, *wanted: Any) -> bool:
        """The first of some constraints that can be met holds from here on."""
        for constraint in wanted:
            self.search.solver.push()
            self.search.require([constraint])
            met = self.search.check(self.literals, self.budget) == "sat"
            if met:
                self.model = self.search.solver.model()
            self.search.solver.pop()
            if met:
                self.search.require([constraint])
                return True
        return False

    def _fix_word(self, word: Bits, words: list[int]) -> None:
        if not self._fix(*(examples.is_value(self.encoding.terms, word, value) for value in words)):
            least = self._least(word)
            if least is not None:
                self._fix(examples.is_value(self.encoding.terms, word, least))

    def _least(self, word: Bits) -> int | None:
        """The least value that a word can have; None where the budget ends before it is known."""
        terms = self.encoding.terms
        solver = self.search.solver
        low, high = 0, None
        while high is None or low < high:
            middle = (1 << word.width) - 1 if high is None else (low + high) // 2
            solver.push()
            self.search.require([bits.at_most(terms, word, bits.constant(middle))])
            answer = self.search.check(self.literals, self.budget)
            if answer == "sat":
                high = decode.word(solver.model(), word)
            solver.pop()
            if answer == "unknown" or (answer == "unsat" and high is None):
                return None
            if answer == "unsat":
                low = middle + 1
        return high

    # ---- relations --------------------------------------------------------------------------------------

    def _relation(self, name: str) -> Relation:
        """What an abstract `define` holds of, the values of everything else being fixed."""
        uses = [applied for applied in self.encoding.encoder.applied if applied.name == name]
        if any(applied.binders for applied in uses):
            # Beneath quantifiers there is no list of what it is applied to.
            return decode.example(self.encoding, self.model)[0].relations.get(name, Relation())
        terms = self.encoding.terms
        if self._fix(terms.neg(terms.disj([applied.holds for applied in uses]))):
            return Relation()
        if self._fix(terms.conj([applied.holds for applied in uses])):
            return Relation(default=True)
        self._fewest(uses)
        return self._listed(uses)

    def _fewest(self, uses: list[Applied]) -> None:
        terms = self.encoding.terms
        different = list({decode.row(self.model, applied.arguments): applied for applied in uses}.values())
        for count in range(1, len(different)):
            if self._fix(terms.at_most_true([applied.holds for applied in different], count)):
                break
        for applied in different:
            self._fix(terms.neg(applied.holds))

    def _listed(self, uses: list[Applied]) -> Relation:
        rows = [(decode.row(self.model, use.arguments), decode.holds(self.model, use.holds)) for use in uses]
        return Relation(frozenset(row for row, holds in rows if holds))
