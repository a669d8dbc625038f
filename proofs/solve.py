"""The solver. Nothing else calls it: goals in, examples or the parts of a proof out."""

# z3 carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import combinations, pairwise, product
from typing import Any, TypeAlias

import z3  # pyright: ignore[reportMissingTypeStubs]
from msgspec import Struct

from ..model.encode_policy import Encoding, Part
from ..model.goals import Answers, Fact
from ..model.terms import at_most, equal, implies, name_of, number
from ..spec.checked import CheckedPolicy
from ..spec.syntax import Slice
from .claims import Goals
from .scope import Example

SEED = 0


class Found(Struct, frozen=True):
    """The goals have a model. `example` is None where the sets were predicates: such a model is not read."""

    example: Example | None


class Impossible(Struct, frozen=True):
    """The goals have no model; `because` names the parts that this follows from, where that was asked for."""

    because: tuple[str, ...]


class Unknown(Struct, frozen=True):
    """The solver gave no answer within its budget."""

    reason: str


Result: TypeAlias = "Found | Impossible | Unknown"


class Search:
    """One solver with one policy in it, for sets of at most so many revisions (None: of any number)."""

    def __init__(self, policy: CheckedPolicy, sizes: dict[str, int] | None, budget: int) -> None:
        self.encoding = Encoding(policy, sizes)
        self.sizes = sizes
        # The plain SMT core keeps what it learnt from claim to claim, and counts its own resources.
        self.solver: Any = z3.SimpleSolver()
        self.solver.set("random_seed", SEED)
        self.solver.set("rlimit", budget)
        self.solver.add(self.encoding.drain())
        self.named: dict[str, Any] = {}
        self._assumed = [self._track(part) for part in self.encoding.assumed]
        self._answered: list[Any] | None = None
        self._facts: dict[str, Any] = {}

    def _literals(self, goals: Goals) -> list[Any]:
        """The literals under which assumptions, answers and facts hold, as far as the goals ask for them."""
        literals = list(self._assumed)
        if any(isinstance(goal, Answers) for goal in goals):
            if self._answered is None:
                self._answered = [self._track(part) for part in self.encoding.answered]
            literals += self._answered
        for goal in goals:
            if isinstance(goal, Fact):
                if goal.name not in self._facts:
                    self._facts[goal.name] = self._track(Part("", self.encoding.formula(goal.formula)))
                literals.append(self._facts[goal.name])
        return literals

    def _track(self, part: Part) -> Any:
        name = f"#{len(self.named)}"
        literal = z3.Bool(name)
        self.named[name] = part.name
        self.solver.add(implies(literal, part.holds))
        return literal

    def find(self, goals: Goals, *, smallest: bool = False, explain: bool = True) -> Result:
        """Look for the goals. Where `smallest`, the example found has as few revisions as any.

        Where they are impossible, `explain` asks for what that follows from.
        """
        literals = self._literals(goals)
        with self._assuming([self.encoding.goal(goal) for goal in goals]):
            result = self._check(literals)
            if isinstance(result, Found) and smallest and self.sizes:
                return self._smallest(literals, result)
            if isinstance(result, Impossible) and explain:
                return Impossible(self._because(literals))
            return result

    @contextmanager
    def _assuming(self, wanted: list[Any]) -> Generator[None]:
        """Constraints that hold for a while. They are encoded by now; the rules for what they look at hold for good."""
        self.solver.add(self.encoding.drain())
        self.solver.push()
        try:
            self.solver.add(wanted)
            yield
        finally:
            self.solver.pop()

    def shadows(self, at: int) -> tuple[str, ...]:
        """Of the cases before one that cannot happen, those that leave it nothing; none where its guard never holds."""
        guards = self.encoding.guards(self.encoding.policy)
        names = {f"not {n}": case.name for n, case in enumerate(self.encoding.policy.cases[:at])}
        literals = [z3.Bool(name) for name in names]
        earlier = [z3.Implies(literal, z3.Not(guard)) for literal, guard in zip(literals, guards[:at], strict=True)]
        with self._assuming([guards[at], *earlier]):
            if self.solver.check(*self._assumed, *literals) != z3.unsat:
                return ()
            kept = list(literals)
            for literal in literals:
                rest = [other for other in kept if other is not literal]
                if self.solver.check(*self._assumed, *rest) == z3.unsat:
                    kept = rest
            return tuple(f"case {names[name_of(literal)]}" for literal in kept)

    def _check(self, literals: list[Any]) -> Result:
        answer = self.solver.check(*literals)
        if answer == z3.sat:
            if self.sizes is None:
                return Found(None)
            return Found(Example(*self.encoding.read(self.solver.model())))
        if answer == z3.unsat:
            return Impossible(())
        return Unknown(self.solver.reason_unknown())

    def _because(self, literals: list[Any]) -> tuple[str, ...]:
        """The names of parts that suffice, none of which can be left out.

        The solver's own core depends on what it has seen before; leaving out one part after the other does not.
        """
        kept = list(literals)
        # Assumptions come first, and are the last to be left out: they are the reason that is easiest to follow.
        for literal in reversed(literals):
            rest = [other for other in kept if other is not literal]
            if self.solver.check(*rest) == z3.unsat:
                kept = rest
        names = (self.named.get(name_of(literal), "") for literal in kept)
        return tuple(dict.fromkeys(name for name in names if name))

    def _smallest(self, literals: list[Any], known: Found) -> Result:
        for row in self._rows(known):
            exact = [literal for name, size in row.items() for literal in self.encoding.size_is(name, size)]
            result = self._check([*literals, *exact])
            if isinstance(result, Found):
                return result
            if isinstance(result, Unknown):
                return known
        return known

    def _rows(self, known: Found) -> Iterator[dict[str, int]]:
        """Sizes of the sets, smallest sum first, up to what is known to do."""
        assert self.sizes is not None
        assert known.example is not None
        most = known.example.situation.size
        names = list(self.sizes)
        rows = sorted(product(*(range(self.sizes[name] + 1) for name in names)), key=sum)
        return (dict(zip(names, row, strict=True)) for row in rows if sum(row) < most)

    def familiar(self, goals: Goals, example: Example, candidates: Iterable[int]) -> Example:
        """An example of the same size with more familiar numbers: each value in turn takes the first word it can."""
        words = list(candidates)
        sizes = {name: len(value) for name, value in example.situation.config.items() if isinstance(value, tuple)}
        literals = self._literals(goals)
        with self._assuming(self._like(goals, sizes)):
            best = example
            for term in [*self.encoding.free_terms(sizes), *self.encoding.open_terms()]:
                for word in words:
                    result = self._check([*literals, equal(term, number(word))])
                    if isinstance(result, Found) and result.example is not None:
                        best = result.example
                        self.solver.add(equal(term, number(word)))
                        break
                else:
                    self.solver.add(equal(term, number(self._least(literals, term))))
            result = self._check(literals)
            return result.example if isinstance(result, Found) and result.example is not None else best

    def _least(self, literals: list[Any], term: Any) -> int:
        """The least value that a term can have, so that an example does not depend on which one was found first."""
        if self.solver.check(*literals) != z3.sat:
            return 0
        low, high = 0, _number(self.solver.model(), term)
        while low < high:
            middle = (low + high) // 2
            if self.solver.check(*literals, at_most(term, number(middle))) == z3.sat:
                high = _number(self.solver.model(), term)
            else:
                low = middle + 1
        return high

    def _like(self, goals: Goals, sizes: dict[str, int]) -> list[Any]:
        """The goals, with sets of exactly these sizes."""
        made = [self.encoding.goal(goal) for goal in goals]
        return made + [literal for name, size in sizes.items() for literal in self.encoding.size_is(name, size)]

    def shapes(
        self, goals: Goals, example: Example, parts: Iterable[str | Slice], words: Iterable[int], most: int
    ) -> tuple[int, bool]:
        """How many kinds of example with as many revisions there are, up to `most`, and whether that is all.

        Two are of one kind where the same guards hold and their revisions stand in the same order, with the same of
        the fields `parts` equal, `words` being constants that they are compared with.
        """
        count = 0
        for sizes in self._as_large(example):
            more, complete = self._shapes(goals, sizes, list(parts), words, most - count)
            count += more
            if not complete:
                return count, False
        # A set of more revisions than this solver has slots was not looked at.
        return count, all(example.situation.size <= len(there) for there in self.encoding.present.values())

    def _as_large(self, example: Example) -> Iterator[dict[str, int]]:
        """The sizes of sets with as many revisions together as the example has, its own first."""
        config = example.situation.config
        own = {name: len(value) for name, value in config.items() if isinstance(value, tuple)}
        yield own
        limits = {name: len(self.encoding.present[name]) for name in own}
        for row in product(*(range(limits[name] + 1) for name in own)):
            if sum(row) == example.situation.size and row != tuple(own.values()):
                yield dict(zip(own, row, strict=True))

    def _shapes(
        self, goals: Goals, sizes: dict[str, int], parts: list[str | Slice], words: Iterable[int], most: int
    ) -> tuple[int, bool]:
        """`shapes`, of examples with sets of these sizes."""
        answers = any(isinstance(goal, Answers) for goal in goals)
        literals = self._literals(goals)
        encoding = self.encoding
        terms = encoding.free_terms(sizes) + (encoding.open_terms() if answers else [])
        constants = [z3.IntVal(word) for word in words]
        rows = [terms, *([encoding.part_of(term, part) for term in terms] for part in parts)]
        guards = encoding.guards(encoding.policy)
        relations = _Relations()
        with self._assuming(self._like(goals, sizes)):
            for count in range(most + 1):
                answer = self.solver.check(*literals)
                if answer != z3.sat:
                    return count, answer == z3.unsat
                model = self.solver.model()
                same = relations.ordered(model, [*rows[0], *constants])
                for row in rows[1:]:
                    same += relations.partition(model, row)
                same += [g if z3.is_true(model.eval(g, model_completion=True)) else z3.Not(g) for g in guards]
                self.solver.add(z3.Not(z3.And(same)))
        return most, False


class _Relations:
    """Comparisons between terms, each made once: listing shapes asks for the same ones again and again."""

    def __init__(self) -> None:
        self.made: dict[tuple[int, int, str], Any] = {}

    def relation(self, left: Any, right: Any, kind: str) -> Any:
        key = (left.get_id(), right.get_id(), kind)
        if key not in self.made:
            self.made[key] = left == right if kind == "==" else left < right if kind == "<" else left != right
        return self.made[key]

    def ordered(self, model: Any, terms: list[Any]) -> list[Any]:
        """The terms stand in the order that they have in a model."""
        ranked = sorted(((_number(model, term), at) for at, term in enumerate(terms)))
        return [
            self.relation(terms[left], terms[right], "==" if one == other else "<")
            for (one, left), (other, right) in pairwise(ranked)
        ]

    def partition(self, model: Any, terms: list[Any]) -> list[Any]:
        """The same of the terms are equal, and the same are zero."""
        numbers = [_number(model, term) for term in terms]
        zero = z3.IntVal(0)
        made = [
            self.relation(term, zero, "!=" if number else "==") for term, number in zip(terms, numbers, strict=True)
        ]
        for left, right in combinations(range(len(terms)), 2):
            made.append(self.relation(terms[left], terms[right], "==" if numbers[left] == numbers[right] else "!="))
        return made


def _number(model: Any, term: Any) -> int:
    return model.eval(term, model_completion=True).as_long()
