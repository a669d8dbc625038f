"""How many revisions a set needs so that checking that many is checking them all.

In negation normal form, every `some x in S` and every `max`/`min` over a config set S asks for one witness in S; an
`every x in S` stays true when S loses elements. If no witness depends on the variable of an enclosing `every`, a model
can drop all revisions but its witnesses. The cutoff of S is therefore the largest number of different witnesses that
one way of making the formula true asks for. (This is the small-model argument of the Bernays–Schönfinkel–Ramsey class.)

One thing may be asked of the variable of an `every` all the same: that it is in a set, as in `every x in S: x in T`.
If T keeps all that S keeps and that was in T, then of each element that S still has it is as true as before that it is
in T; so nothing that the `every` says of it comes out otherwise. What T keeps is then its own witnesses and S's, and
by the same rule those of the sets whose elements S keeps: no more in all than those sets' witnesses together, also
where they go round in a circle, as for `S == T`. (It must be the variable itself: other terms of it ask for others.)

Identical choices (the same set, the same condition) share their witness; a set that must not be empty needs none of
its own where anything else is chosen from it; and `some x in S where φ` is met by `max x in S where φ`.

The sets of the inputs are chosen as those of the configuration are, and so are outputs that are sets and left open. One
that a case assigns is what it assigns (`set_outputs.py`): questions about answers are asked of each case by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import assert_never

from ..spec.checked import CheckedPolicy
from ..spec.checked_parts import CheckedCase
from ..spec.core import Choice, Core, Listed, Symbol
from ..spec.syntax import Expr
from . import queries
from .branches import NOTHING, Branches, Witness, all_of, any_of, both, needed
from .queries import Goal, Query
from .set_outputs import put, same_set, set_terms
from .witnesses import LeavesFragment, Memo, Scope, of_formula, of_term


class Cutoffs:
    """Cutoffs for the claims about one policy; what all of them share is worked out once."""

    def __init__(self, policy: CheckedPolicy) -> None:
        self.policy = policy
        self.sets = policy.sets
        # What outputs are that are sets, in the case that is looked at.
        self._assigned: Mapping[Symbol, Core] = {}
        self._memo = Memo()
        self._answers: Branches | LeavesFragment | None = None
        self._assumed: Branches | LeavesFragment | None = None
        self._facts: dict[tuple[str, int | None], Branches | LeavesFragment] = {}
        self._case: int | None = None
        self._known: dict[Query, dict[str, int] | LeavesFragment] = {}

    @property
    def scope(self) -> Scope:
        """Where a formula by itself stands."""
        return Scope(frozenset(self.sets), self._memo)

    def of(self, goals: Iterable[Goal]) -> dict[str, int]:
        """For each config set, a size such that the goals have a model iff they have one no larger.

        The policy's assumptions are among the goals always. Raises LeavesFragment.
        """
        key = tuple(goals)
        if key not in self._known:
            try:
                self._known[key] = self._of(key)
            except LeavesFragment as error:
                self._known[key] = error
        known = self._known[key]
        if isinstance(known, LeavesFragment):
            raise known
        return known

    def _of(self, goals: Query) -> dict[str, int]:
        if self._assumed is None:
            self._assumed = _caught(lambda: all_of(self._holds(p.statement.formula) for p in self.policy.assumptions))
        branches = both(_raised(self._assumed), self._goals(list(goals)))
        return {name: max(needed(branch, name) for branch in branches) for name in self.sets}

    def _goals(self, goals: list[Goal]) -> Branches:
        answers = [goal for goal in goals if isinstance(goal, queries.Answers)]
        if not answers or not self.policy.answered_sets:
            return all_of(map(self._goal, goals))
        cases = {goal.case for goal in answers} - {None} or range(len(self.policy.cases))
        return any_of(self._goals_in(at, goals) for at in cases if at is not None)

    def _goals_in(self, case: int, goals: list[Goal]) -> Branches:
        with self._within(case):
            return all_of(self._answer(case) if isinstance(g, queries.Answers) else self._goal(g) for g in goals)

    @cached_property
    def _terms(self) -> list[dict[Symbol, Core]]:
        return set_terms(self.policy, self.policy.elaboration)

    @contextmanager
    def _within(self, case: int) -> Generator[None]:
        """Formulas are read as where this case answers."""
        outer = self._case, self._assigned
        self._case, self._assigned = case, self._terms[case]
        try:
            yield
        finally:
            self._case, self._assigned = outer

    def _put(self, node: Core) -> Core:
        return self.policy.intervals.of(put(self.policy.elaboration.nodes, node, self._assigned))

    def _core(self, expr: Expr, by: CheckedPolicy | None = None) -> Core:
        elaboration = self.policy.elaboration_of(by or self.policy)
        return self._put(elaboration.of(expr))

    def _holds(self, formula: Expr, truth: bool = True, by: CheckedPolicy | None = None) -> Branches:
        return of_formula(self._core(formula, by), truth, self.scope)

    def _value(self, term: Expr, by: CheckedPolicy | None = None) -> Branches:
        return of_term(self._core(term, by), self.scope)

    def _goal(self, goal: Goal) -> Branches:
        policy = self.policy
        match goal:
            case queries.Holds(formula=formula, truth=truth):
                return of_formula(self._put(formula), truth, self.scope)
            case queries.Fact(name=name, formula=formula):
                key = name, self._case if self.policy.answered_sets else None
                if key not in self._facts:
                    self._facts[key] = _caught(lambda: of_formula(self._put(formula), True, self.scope))
                return _raised(self._facts[key])
            case queries.Given(name=name, value=value):
                return self._given(name, policy.intervals.of(value))
            case queries.Answers(case=int() as at):
                return self._answer(at)
            case queries.Answers():
                if self._answers is None:
                    self._answers = _caught(lambda: any_of(self._answer(at) for at in range(len(policy.cases))))
                return _raised(self._answers)
            case queries.Fires(case=at):
                return self._fires(at)
            case queries.NoCase():
                return self._earlier_fail(policy, len(policy.cases))
            case queries.Undefined():
                return any_of(self._answer(at) for at in range(len(policy.cases)))
            case queries.NoAdmissibleOutput():
                return any_of(self._silent(at) for at, case in enumerate(policy.cases) if case.ensures)
            case queries.Malformed():
                return NOTHING
            case queries.Disallowed(by=other):
                return all_of(self._not_given_by(other, at, case) for at, case in enumerate(other.cases))
            case queries.Admitted(by=other):
                return all_of(self._holds(p.statement.formula, by=other) for p in other.assumptions)
            case _:
                assert_never(goal)

    def _given(self, name: str, value: Core) -> Branches:
        return self._consists_of(name, value) if name in self.scope.sets else of_term(value, self.scope)

    def _consists_of(self, name: str, value: Core) -> Branches:
        """A set of the configuration is a constant one."""
        match value:
            case Listed(items=items):
                # Each element that has a value must be in the set; that nothing else is in it is an `every`.
                chosen = frozenset(Witness(name, "some", ("is", self.scope.key(item))) for item in items)
                return all_of([(chosen,), *(of_term(item, self.scope) for item in items)])
            case Choice(test=test, then=then, otherwise=otherwise):
                yes = both(of_formula(test, True, self.scope), self._consists_of(name, then))
                no = both(of_formula(test, False, self.scope), self._consists_of(name, otherwise))
                return any_of((yes, no))
            case _:
                raise LeavesFragment(value, "this set is not written `{…}`", self.scope)

    def _fires(self, at: int) -> Branches:
        guard = self.policy.cases[at].guard
        return both(self._earlier_fail(self.policy, at), NOTHING if guard is None else self._holds(guard))

    def _earlier_fail(self, policy: CheckedPolicy, upto: int) -> Branches:
        return all_of(self._holds(c.guard, False, policy) for c in policy.cases[:upto] if c.guard is not None)

    def _answer(self, at: int) -> Branches:
        case = self.policy.cases[at]
        with self._within(at):
            values = all_of(self._value(a.value) for a in case.assignments if a.value is not None)
            ensured = all_of(self._holds(e.formula) for e in case.ensures)
            return all_of([self._fires(at), values, ensured])

    def _silent(self, at: int) -> Branches:
        """The case fires, and whatever its open outputs are, an `ensure` fails.

        Of open sets, some are tried (`queries.tried_sets`).
        """
        case, nodes = self.policy.cases[at], self.policy.elaboration.nodes
        with self._within(at):
            open_ = [name for name in case.unspecified if name in self.policy.answered_sets]
            parts: list[Branches] = []
            for tried in queries.tried_sets(self.policy) if open_ else [nodes.nothing()]:
                chosen: dict[Symbol, Core] = dict.fromkeys(open_, tried)
                terms = {name: put(nodes, term, chosen) for name, term in self._terms[at].items()}
                self._assigned = {**terms, **chosen}
                parts.append(self._silent_as_chosen(at, case))
            return all_of(parts)

    def _silent_as_chosen(self, at: int, case: CheckedCase) -> Branches:
        # An open output stands beneath an `every`: what makes an `ensure` fail may be another witness for each value.
        scope = self.scope
        for name in case.unspecified:
            if name not in self.policy.answered_sets:
                scope = scope.under_every(name, name)
        parts = [self._fires(at)]
        for assign in case.assignments:
            if assign.value is not None:
                value = self._core(assign.value)
                parts.append(of_term(value, scope))
                output = assign.output.id
                if output not in self.policy.answered_sets:
                    # What it is, not what it is called: for another choice of the open sets, it is another value.
                    scope = scope.bind(output, scope.key(value), scope.depends(value), output)
        ensured = [of_formula(self._core(ensure.formula), False, scope) for ensure in case.ensures]
        return all_of([*parts, scope.either(ensured)])

    def _not_given_by(self, other: CheckedPolicy, at: int, case: CheckedCase) -> Branches:
        """Not this case of the other policy: it does not fire, an assigned output differs, or an `ensure` fails."""
        ways = [self._holds(case.guard, False, other)] if case.guard is not None else []
        ways += [self._holds(c.guard, True, other) for c in other.cases[:at] if c.guard is not None]
        for assign in case.assignments:
            if assign.value is not None:
                name = assign.output.id
                is_set = name in self.policy.answered_sets
                ways.append(self._differs(name, assign.value, other) if is_set else self._value(assign.value, other))
        ways += [self._holds(e.formula, False, other) for e in case.ensures]
        return any_of(ways)

    def _differs(self, name: str, value: Expr, other: CheckedPolicy) -> Branches:
        """A set that is answered is not what the other policy assigns."""
        nodes = self.policy.elaboration.nodes
        ours, theirs = self._put(nodes.variable(name)), self._core(value, other)
        return of_formula(same_set(nodes, ours, theirs), False, self.scope)


def largest(left: dict[str, int] | None, right: dict[str, int] | None) -> dict[str, int] | None:
    """A cutoff for two questions: for each set, what the one asks for that asks for more; None where one has none."""
    if left is None or right is None:
        return None
    return left | {name: max(left.get(name, 0), size) for name, size in right.items()}


def _caught(make: Callable[[], Branches]) -> Branches | LeavesFragment:
    try:
        return make()
    except LeavesFragment as error:
        return error


def _raised(found: Branches | LeavesFragment) -> Branches:
    if isinstance(found, LeavesFragment):
        raise found
    return found
