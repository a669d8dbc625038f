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
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import assert_never

from ..spec.checked import CheckedPolicy
from ..spec.checked_parts import CheckedCase
from ..spec.core import Choice, Core, Listed
from ..spec.syntax import Expr
from . import queries
from .branches import NOTHING, Branches, Witness, all_of, any_of, both, needed
from .queries import Goal
from .witnesses import LeavesFragment, Memo, Scope, of_formula, of_term


class Cutoffs:
    """Cutoffs for the claims about one policy; what all of them share is worked out once."""

    def __init__(self, policy: CheckedPolicy) -> None:
        self.policy = policy
        self.sets = [v.name.id for v in policy.interface.configs if v.type == "set"]
        self._memo = Memo()
        self._answers: Branches | LeavesFragment | None = None
        self._assumed: Branches | LeavesFragment | None = None
        self._facts: dict[str, Branches | LeavesFragment] = {}

    @property
    def scope(self) -> Scope:
        """Where a formula by itself stands."""
        return Scope(frozenset(self.sets), self._memo)

    def of(self, goals: Iterable[Goal]) -> dict[str, int]:
        """For each config set, a size such that the goals have a model iff they have one no larger.

        The policy's assumptions are among the goals always. Raises LeavesFragment.
        """
        if self._assumed is None:
            self._assumed = _caught(lambda: all_of(self._holds(p.statement.formula) for p in self.policy.assumptions))
        branches = _raised(self._assumed)
        for goal in goals:
            branches = both(branches, self._goal(goal))
        return {name: max(needed(branch, name) for branch in branches) for name in self.sets}

    def _core(self, expr: Expr, by: CheckedPolicy | None = None) -> Core:
        return self.policy.intervals.of(self.policy.elaboration_of(by or self.policy).of(expr))

    def _holds(self, formula: Expr, truth: bool = True, by: CheckedPolicy | None = None) -> Branches:
        return of_formula(self._core(formula, by), truth, self.scope)

    def _value(self, term: Expr, by: CheckedPolicy | None = None) -> Branches:
        return of_term(self._core(term, by), self.scope)

    def _goal(self, goal: Goal) -> Branches:
        policy = self.policy
        match goal:
            case queries.Holds(formula=formula, truth=truth):
                return of_formula(policy.intervals.of(formula), truth, self.scope)
            case queries.Fact(name=name, formula=formula):
                if name not in self._facts:
                    whole = policy.intervals.of(formula)
                    self._facts[name] = _caught(lambda: of_formula(whole, True, self.scope))
                return _raised(self._facts[name])
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
        values = all_of(self._value(a.value) for a in case.assignments if a.value is not None)
        ensured = all_of(self._holds(e.formula) for e in case.ensures)
        return all_of([self._fires(at), values, ensured])

    def _silent(self, at: int) -> Branches:
        """The case fires, and whatever its open outputs are, an `ensure` fails."""
        case = self.policy.cases[at]
        # An open output stands beneath an `every`: what makes an `ensure` fail may be another witness for each value.
        scope = self.scope
        for name in case.unspecified:
            scope = scope.under_every(name, name)
        parts = [self._fires(at)]
        for assign in case.assignments:
            if assign.value is not None:
                value = self._core(assign.value)
                parts.append(of_term(value, scope))
                output = assign.output.id
                scope = scope.bind(output, ("output", output), scope.depends(value), output)
        ensured = [of_formula(self._core(ensure.formula), False, scope) for ensure in case.ensures]
        return all_of([*parts, scope.either(ensured)])

    def _not_given_by(self, other: CheckedPolicy, at: int, case: CheckedCase) -> Branches:
        """Not this case of the other policy: it does not fire, an assigned output differs, or an `ensure` fails."""
        ways = [self._holds(case.guard, False, other)] if case.guard is not None else []
        ways += [self._holds(c.guard, True, other) for c in other.cases[:at] if c.guard is not None]
        ways += [self._value(a.value, other) for a in case.assignments if a.value is not None]
        ways += [self._holds(e.formula, False, other) for e in case.ensures]
        return any_of(ways)


def largest(left: dict[str, int], right: dict[str, int]) -> dict[str, int]:
    """A cutoff for two questions: for each set, what the one asks for that asks for more."""
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
