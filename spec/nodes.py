"""Makes nodes of the core language, equal ones once, and puts others in place of their variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, assert_never

from . import core
from .core import Core
from .syntax import Name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .syntax import Expr

Made = TypeVar("Made", bound=core.Node)
_NOTHING: frozenset[core.Symbol] = frozenset()
_NOTHING_KNOWN: Mapping[Core, Core] = {}


class Nodes:
    """Makes nodes, equal ones once. It lives as long as the subject that the formulas are about.

    Each function takes the parts of a node and the surface text that it comes from.
    """

    def __init__(self) -> None:
        self._made: dict[tuple[Any, ...], Any] = {}
        # How many binders are open: their variables have the numbers from -1 down until their bodies are known.
        self._open = 0
        self.true = self.constant(True)
        self.false = self.constant(False)

    def _make(
        self,
        form: type[Made],
        fields: tuple[Any, ...],
        parts: tuple[Core, ...],
        origin: Expr | None,
        own: frozenset[core.Symbol] = _NOTHING,
    ) -> Made:
        key = (form, *fields)
        known = self._made.get(key)
        if known is None:
            free = own.union(*(part.free for part in parts)) if parts else own
            height = max((part.height for part in parts), default=0)
            size = 1 + sum(part.size for part in parts)
            known = self._made[key] = form(*fields, origin=origin, free=free, height=height, size=size)
        return known

    def constant(
        self, value: int | bool, written: core.Written = "number", origin: Expr | None = None
    ) -> core.Constant:
        # With its type, as True equals 1; of two enumerations, each has its own names, and a word may have one.
        key = (core.Constant, type(value), value, written, origin if isinstance(origin, Name) else None)
        known = self._made.get(key)
        if known is None:
            known = self._made[key] = core.Constant(value, written, origin=origin, free=_NOTHING, height=0, size=1)
        return known

    def truth(self, value: bool) -> core.Constant:
        return self.true if value else self.false

    def variable(self, symbol: core.Symbol, origin: Expr | None = None) -> core.Variable:
        return self._make(core.Variable, (symbol,), (), origin, frozenset({symbol}))

    def bits(self, of: Core, low: int, width: int, origin: Expr | None = None) -> core.Bits:
        return self._make(core.Bits, (of, low, width), (of,), origin)

    def replaced(self, of: Core, parts: tuple[tuple[int, int, Core], ...], origin: Expr | None = None) -> core.Replaced:
        return self._make(core.Replaced, (of, parts), (of, *(value for _, _, value in parts)), origin)

    def choice(self, test: Core, then: Core, otherwise: Core, origin: Expr | None = None) -> core.Choice:
        return self._make(core.Choice, (test, then, otherwise), (test, then, otherwise), origin)

    def compare(self, operator: core.Operator, left: Core, right: Core, origin: Expr | None = None) -> core.Compare:
        return self._make(core.Compare, (operator, left, right), (left, right), origin)

    def member(self, item: Core, domain: Core, origin: Expr | None = None) -> core.Member:
        return self._make(core.Member, (item, domain), (item, domain), origin)

    def applied(self, relation: str, arguments: tuple[Core, ...], origin: Expr | None = None) -> core.Applied:
        return self._make(core.Applied, (relation, arguments), arguments, origin, frozenset({relation}))

    def negation(self, operand: Core, origin: Expr | None = None) -> Core:
        """Of a negation, what that negates."""
        if isinstance(operand, core.Not):
            return operand.operand
        return self._make(core.Not, (operand,), (operand,), origin)

    def conjunction(self, operands: tuple[Core, ...], origin: Expr | None = None) -> core.And:
        return self._make(core.And, (operands,), operands, origin)

    def disjunction(self, operands: tuple[Core, ...], origin: Expr | None = None) -> core.Or:
        return self._make(core.Or, (operands,), operands, origin)

    def same(self, left: Core, right: Core, origin: Expr | None = None) -> core.Same:
        return self._make(core.Same, (left, right), (left, right), origin)

    def listed(self, items: tuple[Core, ...], origin: Expr | None = None) -> core.Listed:
        return self._make(core.Listed, (items,), items, origin)

    def interval(self, low: Core, high: Core, origin: Expr | None = None) -> core.Interval:
        return self._make(core.Interval, (low, high), (low, high), origin)

    # ---- binders ----------------------------------------------------------------------------------------

    def opened(self) -> core.Variable:
        """A variable for a body that is about to be made. What is opened last is closed first."""
        self._open += 1
        return self.variable(-self._open)

    def exists(self, variable: core.Variable, domain: Core, body: Core, origin: Expr | None = None) -> core.Exists:
        """Closes a variable. That an element is in its set is true."""
        return self.closed_exists(*self._closed(variable, domain, body), origin)

    def extremum(
        self, kind: core.Optimum, variable: core.Variable, domain: Core, where: Core, origin: Expr | None = None
    ) -> core.Extremum:
        """Closes a variable, as `exists` does."""
        return self.closed_extremum(kind, *self._closed(variable, domain, where), origin)

    def some(self, domain: Core, origin: Expr | None = None) -> core.Exists:
        """The set has an element."""
        return self.closed_exists(1, domain, self.true, origin)

    def best(self, kind: core.Optimum, domain: Core, origin: Expr | None = None) -> core.Extremum:
        """The greatest or the least element of all."""
        return self.closed_extremum(kind, 1, domain, self.true, origin)

    def nothing(self, origin: Expr | None = None) -> core.Extremum:
        """A term that has no value."""
        return self.best("max", self.listed(()), origin)

    def _closed(self, variable: core.Variable, domain: Core, body: Core) -> tuple[int, Core, Core]:
        known: dict[Core, Core] = {}
        if isinstance(domain, core.Variable):
            known[self.member(variable, domain)] = self.true
        number, inner = self.closed(variable, body, known)
        return number, domain, inner

    def closed(
        self, variable: core.Variable, body: Core, known: Mapping[Core, Core] = _NOTHING_KNOWN
    ) -> tuple[int, Core]:
        """The number of a variable that was opened, and its body, with what is `known` put in place."""
        assert variable.symbol == -self._open, "what is opened last is closed first"
        self._open -= 1
        number = body.height + 1
        if variable.symbol not in body.free:
            return number, body
        return number, _Putting(self, {variable.symbol: self.variable(number)}, dict(known)).of(body)

    def closed_exists(self, bound: int, domain: Core, body: Core, origin: Expr | None) -> core.Exists:
        """`bound` is one more than the height of the body."""
        return self._binder(core.Exists, (bound, domain, body), origin)

    def closed_extremum(
        self, kind: core.Optimum, bound: int, domain: Core, where: Core, origin: Expr | None
    ) -> core.Extremum:
        return self._binder(core.Extremum, (kind, bound, domain, where), origin)

    def _binder(self, form: type[Made], fields: tuple[Any, ...], origin: Expr | None) -> Made:
        key = (form, *fields)
        known = self._made.get(key)
        if known is None:
            bound, domain, body = fields[-3:]
            free = domain.free | (body.free - {bound})
            height, size = max(bound, domain.height), 1 + domain.size + body.size
            known = self._made[key] = form(*fields, origin=origin, free=free, height=height, size=size)
        return known

    def renumbered(self, bound: int, body: Core) -> tuple[int, Core]:
        """A body that was changed, and the number that its variable has now."""
        number = body.height + 1
        return number, body if number == bound else self.put(body, {bound: self.variable(number)})

    # ---- substitution -----------------------------------------------------------------------------------

    def put(self, node: Core, values: Mapping[core.Symbol, Core]) -> Core:
        """The node with others in place of free variables."""
        return _Putting(self, values, {}).of(node)

    def rebuilt(self, node: Core, change: Callable[[Core], Core]) -> Core:
        """The node with each of its parts changed.

        Whatever the change brings along, nothing is captured: the variable of a binder is open meanwhile.
        """
        origin = node.origin
        match node:
            case core.Constant() | core.Variable():
                return node
            case core.Bits(of=of, low=low, width=width):
                return self.bits(change(of), low, width, origin)
            case core.Replaced(of=of, parts=parts):
                return self.replaced(change(of), tuple((low, width, change(v)) for low, width, v in parts), origin)
            case core.Choice(test=test, then=then, otherwise=otherwise):
                return self.choice(change(test), change(then), change(otherwise), origin)
            case core.Compare(operator=operator, left=left, right=right):
                return self.compare(operator, change(left), change(right), origin)
            case core.Member(item=item, domain=domain):
                return self.member(change(item), change(domain), origin)
            case core.Applied(relation=relation, arguments=arguments):
                return self.applied(relation, tuple(map(change, arguments)), origin)
            case core.Not(operand=operand):
                return self.negation(change(operand), origin)
            case core.And(operands=operands):
                return self.conjunction(tuple(map(change, operands)), origin)
            case core.Or(operands=operands):
                return self.disjunction(tuple(map(change, operands)), origin)
            case core.Same(left=left, right=right):
                return self.same(change(left), change(right), origin)
            case core.Listed(items=items):
                return self.listed(tuple(map(change, items)), origin)
            case core.Interval(low=low, high=high):
                return self.interval(change(low), change(high), origin)
            case core.Exists(bound=bound, domain=domain, body=body):
                variable = self.opened()
                inner = change(self.put(body, {bound: variable}))
                return self.exists(variable, change(domain), inner, origin)
            case core.Extremum(kind=kind, bound=bound, domain=domain, where=where):
                variable = self.opened()
                inner = change(self.put(where, {bound: variable}))
                return self.extremum(kind, variable, change(domain), inner, origin)
            case _:
                assert_never(node)


class _Putting:
    """One substitution; each node is looked at once, and what is `done` not at all."""

    def __init__(self, nodes: Nodes, values: Mapping[core.Symbol, Core], done: dict[Core, Core]) -> None:
        self.nodes = nodes
        self.values = values
        self.done = done
        # What brings binders along makes the bodies that it is put in higher.
        self.higher = any(value.height for value in values.values())

    def of(self, node: Core) -> Core:
        if node.free.isdisjoint(self.values):
            return node
        known = self.done.get(node)
        if known is None:
            known = self.done[node] = self._made(node)
        return known

    def _made(self, node: Core) -> Core:
        nodes, of, origin = self.nodes, self.of, node.origin
        match node:
            case core.Variable(symbol=symbol):
                return self.values[symbol]
            case core.Exists(bound=bound, domain=domain, body=body):
                number, inner = self._inside(bound, body)
                return nodes.closed_exists(number, of(domain), inner, origin)
            case core.Extremum(kind=kind, bound=bound, domain=domain, where=where):
                number, inner = self._inside(bound, where)
                return nodes.closed_extremum(kind, number, of(domain), inner, origin)
            case _:
                return nodes.rebuilt(node, of)

    def _inside(self, bound: int, body: Core) -> tuple[int, Core]:
        """The number of a bound variable in the new body, and that body."""
        if not self.higher:
            return bound, self.of(body)
        # Variables bound further inside may get the number that this one has now: it is out of their way meanwhile.
        variable = self.nodes.opened()
        inner = _Putting(self.nodes, {**self.values, bound: variable}, {}).of(body)
        return self.nodes.closed(variable, inner)
