"""How many revisions a set needs so that checking that many is checking them all.

In negation normal form, every `some x in S` and every `max`/`min` over a config set S asks for one witness in S; an
`every x in S` stays true when S loses elements. If no witness depends on the variable of an enclosing `every`, a model
can drop all revisions but its witnesses. The cutoff of S is therefore the largest number of different witnesses that
one way of making the formula true asks for. (This is the small-model argument of the Bernays–Schönfinkel–Ramsey class.)

Identical choices (the same set, the same condition) share their witness; a set that must not be empty needs none of
its own where anything else is chosen from it; and `some x in S where φ` is met by `max x in S where φ`.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, assert_never

from msgspec import Struct

from ..spec.checked import CheckedCase, CheckedPolicy
from ..spec.nesting import children
from ..spec.syntax import (
    And,
    Boolean,
    Call,
    Comparison,
    Expr,
    Extremum,
    FieldOf,
    If,
    Iff,
    Implies,
    IsEmpty,
    Member,
    Name,
    Not,
    Number,
    Or,
    Quantified,
    Range,
    Revision,
    SetLiteral,
    With,
)
from .goals import (
    Admitted,
    Answers,
    Disallowed,
    Fact,
    Fires,
    Given,
    Goal,
    Holds,
    Malformed,
    NoCase,
    Speechless,
    Undefined,
)
from .inline import Inliner, all_literal

Key: TypeAlias = Any
"""A hashable stand-in for a term: where two keys are equal, so are the terms' values, in every model."""


class Choice(Struct, frozen=True):
    """One witness that must be kept in the set `of`: how it is chosen (some, max, min), and by which condition."""

    of: str
    kind: str
    condition: Key


Choices: TypeAlias = "frozenset[Choice]"
Branches: TypeAlias = "tuple[Choices, ...]"
"""The ways in which a formula can come true, each with the witnesses that it asks for."""

NOTHING: Branches = (frozenset(),)
MOST_BRANCHES = 64
MOST_COMPARED = 512
"""Branches that are compared with each other; more are taken together at once."""
_UNSHARED = itertools.count()
_TRUE = Boolean(value=True)
_ALWAYS: Key = ("Boolean", True)


class LeavesFragment(Exception):
    """No cutoff is known for `formula`: a witness depends on an `every`, or a range is gone through."""

    def __init__(self, formula: Expr, reason: str) -> None:
        super().__init__(reason)
        self.formula = formula
        self.reason = reason


class _Memo:
    """What the parts of one formula ask for, where they stand for the same: else nested choices would double the work.

    Names are unique in an inlined formula, so which of those around it a part reads is known from the part alone.
    """

    def __init__(self, short: dict[Key, Key]) -> None:
        self.short = short
        # With the expressions themselves: an id is only good as long as what has it lives.
        self.names: dict[int, tuple[Expr, frozenset[str]]] = {}
        self.known: dict[tuple[Any, ...], Branches] = {}

    def shortened(self, key: Key) -> Key:
        """The same short key for equal ones: those of nested choices contain each other, and would double in size."""
        return self.short.setdefault(key, ("short", len(self.short)))

    def of(self, expr: Expr, truth: bool | None, scope: _Scope, make: Callable[[], Branches]) -> Branches:
        around = tuple((name, scope.names[name]) for name in sorted(self._names(expr)) if name in scope.names)
        # Beneath an `every` it only matters that there is one, and what the names read depend on.
        key = (id(expr), truth, scope.level, bool(scope.above), around)
        if key not in self.known:
            self.known[key] = make()
        return self.known[key]

    def _names(self, expr: Expr) -> frozenset[str]:
        """The names in an expression."""
        if id(expr) not in self.names:
            own = frozenset({expr.id}) if isinstance(expr, Name) else frozenset[str]()
            self.names[id(expr)] = expr, own.union(*(self._names(child) for child in children(expr)))
        return self.names[id(expr)][1]


class _Scope(Struct, frozen=True):
    """Where an expression stands.

    `names` gives each bound name its key and the `every` variables that it depends on; `above` are the `every`
    variables around; `level` counts all binders around.
    """

    sets: frozenset[str]
    names: dict[str, tuple[Key, frozenset[int]]]
    memo: _Memo
    above: frozenset[int] = frozenset()
    level: int = 0

    def bind(self, name: str, key: Key, depends: frozenset[int]) -> _Scope:
        names = {**self.names, name: (self.memo.shortened(key), depends)}
        return _Scope(self.sets, names, self.memo, self.above, self.level + 1)

    def under_every(self, name: str) -> _Scope:
        own = frozenset({self.level})
        names = {**self.names, name: (("every", self.level), own)}
        return _Scope(self.sets, names, self.memo, self.above | own, self.level + 1)

    def depends(self, expr: Expr) -> frozenset[int]:
        """The `every` variables that an expression's value depends on. Names are unique, so bound ones do no harm."""
        if isinstance(expr, Name):
            return self.names[expr.id][1] if expr.id in self.names else frozenset()
        return frozenset[int]().union(*(self.depends(child) for child in children(expr)))


class Cutoffs:
    """Cutoffs for the claims about one policy; what all of them share is worked out once."""

    def __init__(self, policy: CheckedPolicy) -> None:
        self.policy = policy
        self.sets = [v.name.id for v in policy.interface.configs if v.type == "set"]
        self._short: dict[Key, Key] = {}
        self._answers: Branches | LeavesFragment | None = None
        self._assumed: Branches | LeavesFragment | None = None
        self._facts: dict[str, Branches | LeavesFragment] = {}

    @property
    def scope(self) -> _Scope:
        """Where a formula by itself stands."""
        return _Scope(frozenset(self.sets), {}, _Memo(self._short))

    def of(self, goals: Iterable[Goal]) -> dict[str, int]:
        """For each config set, a size such that the goals have a model iff they have one no larger.

        The policy's assumptions are among the goals always. Raises LeavesFragment.
        """
        if self._assumed is None:
            self._assumed = _caught(lambda: _all_of(self._holds(p.statement.formula) for p in self.policy.assumptions))
        branches = _raised(self._assumed)
        for goal in goals:
            branches = _both(branches, self._goal(goal))
        return {name: max(_count([c for c in branch if c.of == name]) for branch in branches) for name in self.sets}

    def _holds(self, formula: Expr, truth: bool = True, policy: CheckedPolicy | None = None) -> Branches:
        return _formula(Inliner((policy or self.policy).defines).inline(formula), truth, self.scope)

    def _value(self, term: Expr, policy: CheckedPolicy) -> Branches:
        return _term(Inliner(policy.defines).inline(term), self.scope)

    def _goal(self, goal: Goal) -> Branches:
        policy = self.policy
        match goal:
            case Holds(formula=formula, truth=truth):
                return self._holds(formula, truth)
            case Fact(name=name, formula=formula):
                if name not in self._facts:
                    self._facts[name] = _caught(lambda: self._holds(formula))
                return _raised(self._facts[name])
            case Given(name=name, value=value):
                return self._given(name, Inliner(policy.defines).inline(value))
            case Answers(case=int() as at):
                return self._answer(at)
            case Answers():
                if self._answers is None:
                    self._answers = _caught(lambda: _any_of(self._answer(at) for at in range(len(policy.cases))))
                return _raised(self._answers)
            case Fires(case=at):
                return self._fires(at)
            case NoCase():
                return self._earlier_fail(policy, len(policy.cases))
            case Undefined():
                return _any_of(self._answer(at) for at in range(len(policy.cases)))
            case Speechless():
                return _any_of(self._silent(at) for at, case in enumerate(policy.cases) if case.ensures)
            case Malformed():
                return NOTHING
            case Disallowed(by=other):
                return _all_of(self._not_given_by(other, at, case) for at, case in enumerate(other.cases))
            case Admitted(by=other):
                return _all_of(self._holds(p.statement.formula, policy=other) for p in other.assumptions)
            case _:
                assert_never(goal)

    def _given(self, name: str, value: Expr) -> Branches:
        return self._consists_of(name, value) if name in self.scope.sets else _term(value, self.scope)

    def _consists_of(self, name: str, value: Expr) -> Branches:
        """A set of the configuration is a constant one."""
        match value:
            case SetLiteral(items=items):
                # Each element that has a value must be in the set; that nothing else is in it is an `every`.
                chosen = frozenset(Choice(name, "some", ("is", _key(item, self.scope))) for item in items)
                return _all_of([(chosen,), *(_term(item, self.scope) for item in items)])
            case If(condition=test, then=then, otherwise=otherwise):
                yes = _both(_formula(test, True, self.scope), self._consists_of(name, then))
                no = _both(_formula(test, False, self.scope), self._consists_of(name, otherwise))
                return _any_of((yes, no))
            case _:
                raise LeavesFragment(value, "this set is not written `{…}`")

    def _fires(self, at: int) -> Branches:
        guard = self.policy.cases[at].guard
        return _both(self._earlier_fail(self.policy, at), NOTHING if guard is None else self._holds(guard))

    def _earlier_fail(self, policy: CheckedPolicy, upto: int) -> Branches:
        return _all_of(self._holds(c.guard, False, policy) for c in policy.cases[:upto] if c.guard is not None)

    def _answer(self, at: int) -> Branches:
        case = self.policy.cases[at]
        values = _all_of(self._value(a.value, self.policy) for a in case.assignments if a.value is not None)
        ensured = _all_of(self._holds(e.formula) for e in case.ensures)
        return _all_of([self._fires(at), values, ensured])

    def _silent(self, at: int) -> Branches:
        """The case fires, and whatever its open outputs are, an `ensure` fails."""
        case = self.policy.cases[at]
        inliner = Inliner(self.policy.defines)
        # An open output stands beneath an `every`: what makes an `ensure` fail may be another witness for each value.
        scope = self.scope
        for name in case.unspecified:
            scope = scope.under_every(name)
        parts = [self._fires(at)]
        for assign in case.assignments:
            if assign.value is not None:
                value = inliner.inline(assign.value)
                parts.append(_term(value, scope))
                scope = scope.bind(assign.output.id, ("name", assign.output.id), scope.depends(value))
        ensured = [_formula(inliner.inline(ensure.formula), False, scope) for ensure in case.ensures]
        return _all_of([*parts, _either(scope, ensured)])

    def _not_given_by(self, other: CheckedPolicy, at: int, case: CheckedCase) -> Branches:
        """Not this case of the other policy: it does not fire, an assigned output differs, or an `ensure` fails."""
        ways = [self._holds(case.guard, False, other)] if case.guard is not None else []
        ways += [self._holds(c.guard, True, other) for c in other.cases[:at] if c.guard is not None]
        ways += [self._value(a.value, other) for a in case.assignments if a.value is not None]
        ways += [self._holds(e.formula, False, other) for e in case.ensures]
        return _any_of(ways)


def _caught(make: Any) -> Branches | LeavesFragment:
    try:
        return make()
    except LeavesFragment as error:
        return error


def _raised(found: Branches | LeavesFragment) -> Branches:
    if isinstance(found, LeavesFragment):
        raise found
    return found


# ---- branches -------------------------------------------------------------------------------------------


def _count(choices: list[Choice]) -> int:
    extreme = {choice.condition for choice in choices if choice.kind != "some"}
    kept = [c for c in choices if c.kind != "some" or c.condition not in extreme]
    beyond_emptiness = [c for c in kept if c.kind != "some" or c.condition != _ALWAYS]
    return len(beyond_emptiness) or min(len(kept), 1)


def _pruned(branches: Iterable[Choices]) -> Branches:
    kept: list[Choices] = []
    different = set(branches)
    if len(different) > MOST_COMPARED:
        return (_widest(list(different)),)
    for branch in sorted(different, key=len, reverse=True):
        if not any(branch <= other for other in kept):
            kept.append(branch)
    return tuple(kept) if len(kept) <= MOST_BRANCHES else (_widest(kept),)


def _widest(branches: list[Choices]) -> Choices:
    """One branch that asks for at least as much as each of these: what all have, and as many more as any has."""
    common: Choices = frozenset[Choice].intersection(*branches)
    most: dict[str, int] = {}
    for branch in branches:
        more = Counter(choice.of for choice in branch - common)
        most = {of: max(most.get(of, 0), more.get(of, 0)) for of in most.keys() | more.keys()}
    # Witnesses of nothing in particular: no other choice shares them, not even those of a formula with these branches.
    return common | {
        Choice(of, "some", ("one of", next(_UNSHARED))) for of, count in most.items() for _ in range(count)
    }


def _both(left: Branches, right: Branches) -> Branches:
    if left == NOTHING:
        return right
    if right == NOTHING:
        return left
    return _pruned(a | b for a in left for b in right)


def _all_of(parts: Iterable[Branches]) -> Branches:
    branches = NOTHING
    for part in parts:
        branches = _both(branches, part)
    return branches


def _any_of(parts: Iterable[Branches]) -> Branches:
    return _pruned(branch for part in parts for branch in part) or NOTHING


def _either(scope: _Scope, parts: Iterable[Branches]) -> Branches:
    # Beneath an `every`, different elements may take different ways: all their witnesses may be wanted at once.
    return _all_of(parts) if scope.above else _any_of(parts)


# ---- formulas and terms ---------------------------------------------------------------------------------


def _formula(expr: Expr, truth: bool, scope: _Scope) -> Branches:
    """What an inlined formula asks for to have the wanted truth value."""
    return scope.memo.of(expr, truth, scope, lambda: _formula_anew(expr, truth, scope))


def _formula_anew(expr: Expr, truth: bool, scope: _Scope) -> Branches:
    match expr:
        case Not(operand=operand):
            return _formula(operand, not truth, scope)
        case And(operands=operands) | Or(operands=operands):
            parts = [_formula(operand, truth, scope) for operand in operands]
            return _all_of(parts) if isinstance(expr, And) is truth else _either(scope, parts)
        case Implies(left=left, right=right):
            parts = [_formula(left, not truth, scope), _formula(right, truth, scope)]
            return _either(scope, parts) if truth else _all_of(parts)
        case Iff(left=left, right=right):
            same = _both(_formula(left, True, scope), _formula(right, truth, scope))
            other = _both(_formula(left, False, scope), _formula(right, not truth, scope))
            return _either(scope, (same, other))
        case If(condition=condition, then=then, otherwise=otherwise):
            yes = _both(_formula(condition, True, scope), _formula(then, truth, scope))
            no = _both(_formula(condition, False, scope), _formula(otherwise, truth, scope))
            return _either(scope, (yes, no))
        case Quantified(kind=kind, variable=variable, domain=domain, body=body):
            # every x: φ is not some x: not φ, and no x: φ is not some x: φ
            wanted = truth is (kind == "some")
            return _chosen(expr, domain, variable, body, kind != "every", wanted, scope)
        case IsEmpty(domain=domain, negated=negated):
            return _chosen(expr, domain, "·", _TRUE, True, negated is truth, scope)
        case Member(item=item, domain=domain, negated=negated):
            inside = _member(item, domain, negated is not truth, scope)
            return _both(_term(item, scope), inside)
        case _:
            # A comparison, an abstract relation or a boolean term, true or false: its terms are wanted.
            return _term(expr, scope)


def _chosen(whole: Expr, domain: Expr, variable: str, body: Expr, sense: bool, exists: bool, scope: _Scope) -> Branches:
    """Where `exists`: some x in domain has `body` = `sense`. Otherwise: no such x."""
    match domain:
        case Name(id=of):
            if not exists:
                return _formula(body, not sense, scope.under_every(variable))
            key = _condition(variable, body, sense, scope)
            inner = scope.bind(variable, (of, "some", key), frozenset())
            _independent(whole, body, scope)
            return _both((frozenset({Choice(of, "some", key)}),), _formula(body, sense, inner))
        case SetLiteral(items=items):
            parts: list[Branches] = []
            for item in items:
                there = scope.bind(variable, _key(item, scope), scope.depends(item))
                parts.append(_both(_term(item, scope), _formula(body, sense is exists, there)))
            return _either(scope, parts) if exists else _all_of(parts)
        case Range(low=low, high=high):
            if not exists:
                raise LeavesFragment(whole, "it goes through every revision of a range")
            # What is found in the range may differ for each value of the `every`s around.
            key = ("range", scope.level, _key(domain, scope), _condition(variable, body, sense, scope))
            inner = scope.bind(variable, key, scope.above)
            return _all_of([_term(low, scope), _term(high, scope), _formula(body, sense, inner)])
        case If(condition=test, then=then, otherwise=otherwise):
            yes = _both(_formula(test, True, scope), _chosen(whole, then, variable, body, sense, exists, scope))
            no = _both(_formula(test, False, scope), _chosen(whole, otherwise, variable, body, sense, exists, scope))
            return _either(scope, (yes, no))
        case _:
            raise LeavesFragment(whole, "its set is neither the configuration's nor written out")


def _member(item: Expr, domain: Expr, truth: bool, scope: _Scope) -> Branches:
    match domain:
        case Name(id=of):
            if not truth:
                return NOTHING
            if scope.depends(item):
                raise LeavesFragment(Member(item, domain, span=item.span), _DEPENDS)
            return (frozenset({Choice(of, "some", ("is", _key(item, scope)))}),)
        case SetLiteral(items=items) if all_literal(items):
            return NOTHING
        case SetLiteral() | Range():
            return _all_of(_term(child, scope) for child in children(domain))
        case If(condition=test, then=then, otherwise=otherwise):
            yes = _both(_formula(test, True, scope), _member(item, then, truth, scope))
            no = _both(_formula(test, False, scope), _member(item, otherwise, truth, scope))
            return _either(scope, (yes, no))
        case _:
            raise LeavesFragment(domain, "this set is neither the configuration's nor written out")


_DEPENDS = "what it asks for in the set depends on the variable of an `every` around it"


def _independent(whole: Expr, condition: Expr, scope: _Scope) -> None:
    if scope.depends(condition):
        raise LeavesFragment(whole, _DEPENDS)


def _term(expr: Expr, scope: _Scope) -> Branches:
    """What a term asks for so that it has the value that it has, or has none."""
    match expr:
        case Extremum(kind=kind, domain=domain, variable=variable, where=where):
            return scope.memo.of(
                expr, None, scope, lambda: _extremum(expr, kind, domain, variable or "·", where or _TRUE, scope)
            )
        case Not() | And() | Or() | Implies() | Iff() | Quantified() | IsEmpty() | Member():
            return _all_of([_formula(expr, True, scope), _formula(expr, False, scope)])
        case If(condition=condition, then=then, otherwise=otherwise):
            yes = _both(_formula(condition, True, scope), _term(then, scope))
            return _either(scope, (yes, _both(_formula(condition, False, scope), _term(otherwise, scope))))
        case Name() | Number() | Revision() | Boolean():
            return NOTHING
        case FieldOf() | With() | Call() | Comparison() | SetLiteral() | Range():
            return _all_of(_term(child, scope) for child in children(expr))
        case _:
            assert_never(expr)


def _extremum(whole: Expr, kind: str, domain: Expr, variable: str, where: Expr, scope: _Scope) -> Branches:
    match domain:
        case Name(id=of):
            # The witness meets the condition; whatever else does is no further; where nothing does, all fail it.
            _independent(whole, where, scope)
            key = _condition(variable, where, True, scope)
            inner = scope.bind(variable, (of, kind, key), frozenset())
            fails = _formula(where, False, scope.under_every(variable))
            return _all_of([(frozenset({Choice(of, kind, key)}),), _formula(where, True, inner), fails])
        case SetLiteral(items=items):
            # One item meets the condition, or none does; of those that are further, it still fails.
            met: list[Branches] = [NOTHING]
            parts: list[Branches] = []
            for item in items:
                there = scope.bind(variable, _key(item, scope), scope.depends(item))
                met.append(_formula(where, True, there))
                parts += [_term(item, scope), _formula(where, False, there)]
            return _all_of([_either(scope, met), *parts])
        case If(condition=test, then=then, otherwise=otherwise):
            return _all_of(
                [
                    _formula(test, True, scope),
                    _formula(test, False, scope),
                    _extremum(whole, kind, then, variable, where, scope),
                    _extremum(whole, kind, otherwise, variable, where, scope),
                ]
            )
        case _:
            raise LeavesFragment(whole, "its set is neither the configuration's nor written out")


# ---- keys -----------------------------------------------------------------------------------------------


def _condition(variable: str, body: Expr, sense: bool, scope: _Scope) -> Key:
    key = _key(body, scope.bind(variable, ("own", scope.level), frozenset()))
    if key == _ALWAYS and sense:
        return key
    return scope.memo.shortened(key if sense else ("Not", key))


def _key(expr: Expr, scope: _Scope) -> Key:
    match expr:
        case Name(id=id_):
            return scope.names[id_][0] if id_ in scope.names else ("name", id_)
        case Number(value=value) | Boolean(value=value):
            return (type(expr).__name__, value)
        case Revision(fields=fields):
            return ("Revision", fields)
        case Quantified(kind=kind, variable=variable, domain=domain, body=body):
            inner = scope.bind(variable, ("own", scope.level), frozenset())
            return ("Quantified", kind, _key(domain, scope), _key(body, inner))
        case Extremum(kind=kind, domain=domain, variable=variable, where=where):
            inner = scope.bind(variable or "·", ("own", scope.level), frozenset())
            return ("Extremum", kind, _key(domain, scope), _key(where or _TRUE, inner))
        case _:
            # What tells two expressions of one class and the same parts from each other.
            more: Key = ()
            match expr:
                case FieldOf(part=part):
                    more = part
                case With(updates=updates):
                    more = tuple(part for part, _ in updates)
                case Call(name=name):
                    more = name
                case Comparison(operator=operator):
                    more = operator
                case Member(negated=negated) | IsEmpty(negated=negated):
                    more = negated
                case _:
                    pass
            return (type(expr).__name__, more, *(_key(child, scope) for child in children(expr)))
