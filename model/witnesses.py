"""What a formula asks for in config sets, so that it has a certain truth value: its branches, in the core language."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, assert_never

from msgspec import Struct

from ..spec import core
from ..spec.core import Core, Symbol
from ..spec.spell import name_of, written
from ..spec.ways import bounds_of
from .branches import ALWAYS, NOTHING, Branches, Kept, Key, Witness, all_of, any_of, both

_Bound: TypeAlias = "tuple[Key, frozenset[int]]"
"""What a bound variable is, and the `every` variables that it depends on."""

DEPENDS = "what it asks for in the set depends on the variable of an `every` around it"
NO_SET = "its set is neither the configuration's nor written out"


class LeavesFragment(Exception):
    """No cutoff is known for `formula`: a witness depends on an `every`, or a range is gone through."""

    def __init__(self, formula: Core, reason: str, scope: Scope) -> None:
        super().__init__(reason)
        self.formula = formula
        self.reason = reason
        self.called = scope.called

    @property
    def shown(self) -> str:
        """The formula as it was written, `define`s put in."""
        return written(self.formula, self.called)


class Memo:
    """What the parts of formulas ask for, where they stand for the same: else nested choices would double the work."""

    def __init__(self) -> None:
        self.known: dict[tuple[object, ...], Branches] = {}
        self._written: dict[Core, bool] = {}
        self._short: dict[Key, Key] = {}

    def goes_through_lists_alone(self, node: Core) -> bool:
        """Whether all sets that a formula looks into are written out in it. Then it asks for nothing in others."""
        known = self._written.get(node)
        if known is None:
            match node:
                case core.Exists(domain=domain) | core.Extremum(domain=domain) | core.Member(domain=domain):
                    own = _written_out(domain)
                case _:
                    own = True
            known = self._written[node] = own and all(map(self.goes_through_lists_alone, core.parts_of(node)))
        return known

    def shortened(self, key: Key) -> Key:
        """The same short key for equal ones: those of nested choices contain each other, and would double in size."""
        return self._short.setdefault(key, ("short", len(self._short)))


def _written_out(domain: Core) -> bool:
    match domain:
        case core.Listed():
            return True
        case core.Choice(then=then, otherwise=otherwise):
            return _written_out(then) and _written_out(otherwise)
        case _:
            return False


class Scope(Struct, frozen=True):
    """Where an expression stands.

    `bound` says of each bound variable what it is, and `called` what it is called; `above` are the `every` variables
    around; `level` counts all binders around.
    """

    sets: frozenset[str]
    memo: Memo
    bound: dict[Symbol, _Bound] = {}
    above: frozenset[int] = frozenset()
    level: int = 0
    called: dict[Symbol, str] = {}

    def bind(self, symbol: Symbol, key: Key, depends: frozenset[int], name: str = "") -> Scope:
        bound = {**self.bound, symbol: (self.memo.shortened(key), depends)}
        return Scope(self.sets, self.memo, bound, self.above, self.level + 1, {**self.called, symbol: name})

    def under_every(self, symbol: Symbol, name: str = "", over: str | None = None) -> Scope:
        """Beneath an `every`, `over` a set of the configuration where it is."""
        own = frozenset({self.level})
        bound: dict[Symbol, _Bound] = {**self.bound, symbol: (("every", self.level, over), own)}
        called = {**self.called, symbol: name}
        return Scope(self.sets, self.memo, bound, self.above | own, self.level + 1, called)

    def goes_through(self, node: Core) -> str | None:
        """The set of the configuration whose elements an `every` gives a term, where the term is its variable."""
        if not isinstance(node, core.Variable) or node.symbol not in self.bound:
            return None
        key, _ = self.bound[node.symbol]
        return key[2] if key[0] == "every" else None

    def depends(self, node: Core) -> frozenset[int]:
        """The `every` variables that an expression's value depends on."""
        return frozenset[int]().union(*(self.bound[symbol][1] for symbol in node.free if symbol in self.bound))

    def around(self, node: Core) -> tuple[tuple[Symbol, _Bound], ...]:
        """What the variables are that are bound around an expression and occur in it."""
        return tuple([(symbol, self.bound[symbol]) for symbol in node.free if symbol in self.bound])

    def key(self, node: Core) -> Key:
        """Where two keys are equal, so are the values: equal nodes, with the same for what is bound around them."""
        around = self.around(node)
        if isinstance(node, core.Variable) and around:
            return around[0][1][0]
        return (node, tuple((symbol, key) for symbol, (key, _) in around)) if around else node

    def condition(self, body: Core) -> Key:
        """A key for what a body says of its own variable."""
        return ALWAYS if core.is_true(body) else self.memo.shortened(("condition", self.key(body)))

    def either(self, parts: list[Branches]) -> Branches:
        # Beneath an `every`, different elements may take different ways: all their witnesses may be wanted at once.
        return all_of(parts) if self.above else any_of(parts)

    def remembered(self, node: Core, truth: bool | None, make: Callable[[], Branches]) -> Branches:
        # Beneath an `every` it only matters that there is one, and what the variables that are read depend on.
        key = (node, truth, self.level, bool(self.above), self.around(node))
        known = self.memo.known.get(key)
        if known is None:
            known = self.memo.known[key] = make()
        return known


def of_formula(node: Core, truth: bool, scope: Scope) -> Branches:
    """What a formula asks for to have the wanted truth value. Raises LeavesFragment."""
    if scope.memo.goes_through_lists_alone(node):
        # Nested, long lists have too many ways to go through only to find that.
        return NOTHING
    return scope.remembered(node, truth, lambda: _of_formula(node, truth, scope))


def _of_formula(node: Core, truth: bool, scope: Scope) -> Branches:
    match node:
        case core.Not(operand=operand):
            return of_formula(operand, not truth, scope)
        case core.And(operands=operands) | core.Or(operands=operands):
            parts = [of_formula(operand, truth, scope) for operand in operands]
            return all_of(parts) if isinstance(node, core.And) is truth else scope.either(parts)
        case core.Same(left=left, right=right):
            same = both(of_formula(left, True, scope), of_formula(right, truth, scope))
            other = both(of_formula(left, False, scope), of_formula(right, not truth, scope))
            return scope.either([same, other])
        case core.Choice(test=test, then=then, otherwise=otherwise):
            yes = both(of_formula(test, True, scope), of_formula(then, truth, scope))
            no = both(of_formula(test, False, scope), of_formula(otherwise, truth, scope))
            return scope.either([yes, no])
        case core.Exists(domain=domain):
            return _element(node, domain, truth, scope)
        case core.Member(item=item, domain=domain):
            return both(of_term(item, scope), _member(node, item, domain, truth, scope))
        case _:
            # A comparison, an abstract relation or a boolean variable, true or false: its terms are wanted.
            return of_term(node, scope)


def _element(whole: core.Exists, domain: Core, exists: bool, scope: Scope) -> Branches:
    """Where it `exists`: some element of the domain meets the body. Otherwise: none does."""
    bound, body = whole.bound, whole.body
    match domain:
        case core.Variable(symbol=str(of)):
            if not exists:
                return of_formula(body, False, scope.under_every(bound, name_of(whole), of))
            _independent(whole, body, scope)
            key = scope.condition(body)
            inner = scope.bind(bound, (of, "some", key), frozenset(), name_of(whole))
            return both((frozenset({Witness(of, "some", key)}),), of_formula(body, True, inner))
        case core.Listed(items=items):
            parts: list[Branches] = []
            for item in items:
                there = scope.bind(bound, scope.key(item), scope.depends(item), name_of(whole))
                parts.append(both(of_term(item, scope), of_formula(body, exists, there)))
            return scope.either(parts) if exists else all_of(parts)
        case core.Interval(low=low, high=high):
            if not exists:
                raise LeavesFragment(whole, _through_a_range(body, scope), scope)
            # What is found in the range may differ for each value of the `every`s around.
            key = ("range", scope.level, scope.key(domain), scope.condition(body))
            inner = scope.bind(bound, key, scope.above, name_of(whole))
            return all_of([of_term(low, scope), of_term(high, scope), of_formula(body, True, inner)])
        case core.Choice(test=test, then=then, otherwise=otherwise):
            yes = both(of_formula(test, True, scope), _element(whole, then, exists, scope))
            no = both(of_formula(test, False, scope), _element(whole, otherwise, exists, scope))
            return scope.either([yes, no])
        case _:
            raise LeavesFragment(whole, NO_SET, scope)


def _through_a_range(body: Core, scope: Scope) -> str:
    """Why what is asked of all revisions of a range has no cutoff, and what would have one."""
    sets = sorted(name for name in body.free if isinstance(name, str) and name in scope.sets)
    if not sets:
        return "it goes through every revision of a range, and asks more of each than an order, or its first field"
    # Those of a session's rounds have a number.
    shown = sets[0].partition("@")[0]
    return (
        f"it goes through every revision of a range, to hold it against `{shown}`; "
        "against a `range of revision`, the ends would do"
    )


def _member(whole: core.Member, item: Core, domain: Core, truth: bool, scope: Scope) -> Branches:
    match domain:
        case core.Variable(symbol=str(of)):
            if not truth:
                return NOTHING
            if scope.depends(item):
                source = scope.goes_through(item)
                if source is None:
                    raise LeavesFragment(whole, DEPENDS, scope)
                return (frozenset({Kept(of, source)}),)
            return (frozenset({Witness(of, "some", ("is", scope.key(item)))}),)
        case core.Listed() | core.Interval():
            return all_of(of_term(part, scope) for part in core.parts_of(domain))
        case core.Choice(test=test, then=then, otherwise=otherwise):
            yes = both(of_formula(test, True, scope), _member(whole, item, then, truth, scope))
            no = both(of_formula(test, False, scope), _member(whole, item, otherwise, truth, scope))
            return scope.either([yes, no])
        case _:
            raise LeavesFragment(domain, "this set is neither the configuration's nor written out", scope)


def _independent(whole: Core, condition: Core, scope: Scope) -> None:
    if scope.depends(condition):
        raise LeavesFragment(whole, DEPENDS, scope)


def of_term(node: Core, scope: Scope) -> Branches:
    """What a term asks for so that it has the value that it has, or has none. Raises LeavesFragment."""
    if isinstance(node, (core.Variable, core.Constant)):
        return NOTHING
    # All of them: a term that an output reads twice, and that one's reader again, would else double the work.
    return scope.remembered(node, None, lambda: _of_term(node, scope))


def _of_term(node: Core, scope: Scope) -> Branches:
    match node:
        case core.Extremum(domain=domain):
            return _extremum(node, domain, scope)
        case core.Not() | core.And() | core.Or() | core.Same() | core.Exists() | core.Member():
            return all_of([of_formula(node, True, scope), of_formula(node, False, scope)])
        case core.Choice(test=test, then=then, otherwise=otherwise):
            yes = both(of_formula(test, True, scope), of_term(then, scope))
            return scope.either([yes, both(of_formula(test, False, scope), of_term(otherwise, scope))])
        case core.Variable() | core.Constant():
            return NOTHING
        case core.Bits() | core.Replaced() | core.Applied() | core.Compare() | core.Listed() | core.Interval():
            return all_of(of_term(part, scope) for part in core.parts_of(node))
        case _:
            assert_never(node)


def _extremum(whole: core.Extremum, domain: Core, scope: Scope) -> Branches:
    bound, where = whole.bound, whole.where
    match domain:
        case core.Variable(symbol=symbol) if symbol not in scope.sets:
            # An end of a range.
            return NOTHING
        case core.Interval(low=low, high=high):
            bounds = bounds_of(where, bound)
            if bounds is None:
                raise LeavesFragment(whole, "what it chooses from a range by is more than bounds", scope)
            return all_of(of_term(term, scope) for term in (low, high, *(one.term for one in bounds)))
        case core.Variable(symbol=str(of)):
            # The witness meets the condition; whatever else does is no further; where nothing does, all fail it.
            _independent(whole, where, scope)
            key = scope.condition(where)
            inner = scope.bind(bound, (of, whole.kind, key), frozenset(), name_of(whole))
            fails = of_formula(where, False, scope.under_every(bound, name_of(whole), of))
            return all_of([(frozenset({Witness(of, whole.kind, key)}),), of_formula(where, True, inner), fails])
        case core.Listed(items=items):
            # One item meets the condition, or none does; of those that are further, it still fails.
            met: list[Branches] = [NOTHING]
            parts: list[Branches] = []
            for item in items:
                there = scope.bind(bound, scope.key(item), scope.depends(item), name_of(whole))
                met.append(of_formula(where, True, there))
                parts += [of_term(item, scope), of_formula(where, False, there)]
            return all_of([scope.either(met), *parts])
        case core.Choice(test=test, then=then, otherwise=otherwise):
            return all_of(
                [
                    of_formula(test, True, scope),
                    of_formula(test, False, scope),
                    _extremum(whole, then, scope),
                    _extremum(whole, otherwise, scope),
                ]
            )
        case _:
            raise LeavesFragment(whole, NO_SET, scope)
