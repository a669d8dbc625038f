"""The core language: what formulas are once every name is resolved, every `define` put in and all sugar gone.

A node is a term, a formula or a set, and closed: it says by itself all that it means. Equal nodes are one node, as long
as one `Nodes` makes them; so passes remember what they found by the node, and what occurs twice is looked at once.

| node | means |
| --- | --- |
| `Constant`, `Variable` | a word, a number or a truth value; what a variable has, free or bound |
| `Bits`, `Replaced` | some bits of a word, as a number; a word with some bits replaced by numbers, if they fit |
| `Extremum` | the greatest or least element of a set that meets a condition; no value where none does |
| `Choice` | one of two terms, formulas or sets |
| `Compare` | two terms have values, and one equals, is below, or is at most the other |
| `Member` | a term has a value, and that is in a set |
| `Applied` | all arguments have values, and an abstract relation holds of them |
| `Not`, `And`, `Or`, `Same` | connectives; a formula always is true or false |
| `Exists` | some element of a set meets a formula |
| `Listed`, `Interval` | the values of some terms, without those that have none; the well-formed words between two |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, assert_never

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .syntax import Expr

Symbol: TypeAlias = "str | int"
"""The name of a variable of a declaration, or the number of a bound one."""

Written: TypeAlias = Literal["revision", "word", "number"]
"""How a constant was written: with dots, in hexadecimal, or as a number (as names of enumerations are, too)."""

Operator: TypeAlias = Literal["==", "<", "<="]


class Node(Struct, frozen=True, eq=False, kw_only=True):
    """What every node has beside its form. Nodes are compared by identity.

    `origin` is surface text that it came from, for reports: of equal nodes, that of the first. `free` are the symbols
    that it reads, relations among them; `height` is the greatest number of a variable bound in it, and `size` how many
    nodes it has, those that occur twice counted twice.
    """

    origin: Expr | None
    free: frozenset[Symbol]
    height: int
    size: int


class Constant(Node, frozen=True, eq=False):
    value: int | bool
    written: Written


class Variable(Node, frozen=True, eq=False):
    """A bound one has a number, greater than those of all variables bound within its binder's body.

    So formulas that differ in the names of their variables only are equal, and nothing is ever captured.
    """

    symbol: Symbol


class Bits(Node, frozen=True, eq=False):
    of: Core
    low: int
    width: int


class Replaced(Node, frozen=True, eq=False):
    """`parts` are the lowest bit, the width and the number for each part; no value where one does not fit."""

    of: Core
    parts: tuple[tuple[int, int, Core], ...]


class Extremum(Node, frozen=True, eq=False):
    kind: Literal["max", "min"]
    bound: int
    domain: Core
    where: Core


class Choice(Node, frozen=True, eq=False):
    test: Core
    then: Core
    otherwise: Core


class Compare(Node, frozen=True, eq=False):
    operator: Operator
    left: Core
    right: Core


class Member(Node, frozen=True, eq=False):
    item: Core
    domain: Core


class Applied(Node, frozen=True, eq=False):
    relation: str
    arguments: tuple[Core, ...]


class Not(Node, frozen=True, eq=False):
    operand: Core


class And(Node, frozen=True, eq=False):
    operands: tuple[Core, ...]


class Or(Node, frozen=True, eq=False):
    operands: tuple[Core, ...]


class Same(Node, frozen=True, eq=False):
    """Both are true, or both are false."""

    left: Core
    right: Core


class Exists(Node, frozen=True, eq=False):
    bound: int
    domain: Core
    body: Core


class Listed(Node, frozen=True, eq=False):
    items: tuple[Core, ...]


class Interval(Node, frozen=True, eq=False):
    low: Core
    high: Core


Core: TypeAlias = (
    Constant
    | Variable
    | Bits
    | Replaced
    | Extremum
    | Choice
    | Compare
    | Member
    | Applied
    | Not
    | And
    | Or
    | Same
    | Exists
    | Listed
    | Interval
)

Made = TypeVar("Made", bound=Node)
_NOTHING: frozenset[Symbol] = frozenset()


def is_true(node: Core) -> bool:
    return isinstance(node, Constant) and node.value is True


def parts_of(node: Core) -> tuple[Core, ...]:
    """The nodes directly inside one."""
    match node:
        case Constant() | Variable():
            return ()
        case Bits(of=of):
            return (of,)
        case Replaced(of=of, parts=parts):
            return (of, *(value for _, _, value in parts))
        case Extremum(domain=domain, where=body) | Exists(domain=domain, body=body):
            return (domain, body)
        case Choice(test=test, then=then, otherwise=otherwise):
            return (test, then, otherwise)
        case Compare(left=left, right=right) | Same(left=left, right=right) | Interval(low=left, high=right):
            return (left, right)
        case Member(item=item, domain=domain):
            return (item, domain)
        case Applied(arguments=parts) | And(operands=parts) | Or(operands=parts) | Listed(items=parts):
            return parts
        case Not(operand=operand):
            return (operand,)
        case _:
            assert_never(node)


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
        own: frozenset[Symbol] = _NOTHING,
    ) -> Made:
        key = (form, *fields)
        known = self._made.get(key)
        if known is None:
            free = own.union(*(part.free for part in parts)) if parts else own
            height = max((part.height for part in parts), default=0)
            size = 1 + sum(part.size for part in parts)
            known = self._made[key] = form(*fields, origin=origin, free=free, height=height, size=size)
        return known

    def constant(self, value: int | bool, written: Written = "number", origin: Expr | None = None) -> Constant:
        # With its type: True equals 1.
        key = (Constant, type(value), value, written)
        known = self._made.get(key)
        if known is None:
            known = self._made[key] = Constant(value, written, origin=origin, free=_NOTHING, height=0, size=1)
        return known

    def variable(self, symbol: Symbol, origin: Expr | None = None) -> Variable:
        key = (Variable, symbol)
        known = self._made.get(key)
        if known is None:
            free = frozenset({symbol})
            known = self._made[key] = Variable(symbol, origin=origin, free=free, height=0, size=1)
        return known

    def bits(self, of: Core, low: int, width: int, origin: Expr | None = None) -> Bits:
        return self._make(Bits, (of, low, width), (of,), origin)

    def replaced(self, of: Core, parts: tuple[tuple[int, int, Core], ...], origin: Expr | None = None) -> Replaced:
        return self._make(Replaced, (of, parts), (of, *(value for _, _, value in parts)), origin)

    def choice(self, test: Core, then: Core, otherwise: Core, origin: Expr | None = None) -> Choice:
        return self._make(Choice, (test, then, otherwise), (test, then, otherwise), origin)

    def compare(self, operator: Operator, left: Core, right: Core, origin: Expr | None = None) -> Compare:
        return self._make(Compare, (operator, left, right), (left, right), origin)

    def member(self, item: Core, domain: Core, origin: Expr | None = None) -> Member:
        return self._make(Member, (item, domain), (item, domain), origin)

    def applied(self, relation: str, arguments: tuple[Core, ...], origin: Expr | None = None) -> Applied:
        return self._make(Applied, (relation, arguments), arguments, origin, frozenset({relation}))

    def negation(self, operand: Core, origin: Expr | None = None) -> Core:
        """Of a negation, what that negates."""
        if isinstance(operand, Not):
            return operand.operand
        return self._make(Not, (operand,), (operand,), origin)

    def conjunction(self, operands: tuple[Core, ...], origin: Expr | None = None) -> And:
        return self._make(And, (operands,), operands, origin)

    def disjunction(self, operands: tuple[Core, ...], origin: Expr | None = None) -> Or:
        return self._make(Or, (operands,), operands, origin)

    def same(self, left: Core, right: Core, origin: Expr | None = None) -> Same:
        return self._make(Same, (left, right), (left, right), origin)

    def listed(self, items: tuple[Core, ...], origin: Expr | None = None) -> Listed:
        return self._make(Listed, (items,), items, origin)

    def interval(self, low: Core, high: Core, origin: Expr | None = None) -> Interval:
        return self._make(Interval, (low, high), (low, high), origin)

    # ---- binders ----------------------------------------------------------------------------------------

    def exists(self, domain: Core, body_of: Callable[[Variable], Core], origin: Expr | None = None) -> Exists:
        """`body_of` makes the body for the variable that stands for an element; that it is in its set is true."""
        bound, body = self._closed(domain, body_of)
        return self._exists(bound, domain, body, origin)

    def extremum(
        self,
        kind: Literal["max", "min"],
        domain: Core,
        where_of: Callable[[Variable], Core],
        origin: Expr | None = None,
    ) -> Extremum:
        bound, where = self._closed(domain, where_of)
        return self._extremum(kind, bound, domain, where, origin)

    def _closed(self, domain: Core, make: Callable[[Variable], Core]) -> tuple[int, Core]:
        self._open += 1
        try:
            variable = self.variable(-self._open)
            body = make(variable)
        finally:
            self._open -= 1
        number = body.height + 1
        known: dict[Core, Core] = {}
        if isinstance(domain, Variable):
            known[self.member(variable, domain)] = self.true
        return number, _Putting(self, {variable.symbol: self.variable(number)}, known).of(body)

    def _exists(self, bound: int, domain: Core, body: Core, origin: Expr | None) -> Exists:
        return self._binder(Exists, (bound, domain, body), bound, domain, body, origin)

    def _extremum(
        self, kind: Literal["max", "min"], bound: int, domain: Core, where: Core, origin: Expr | None
    ) -> Extremum:
        return self._binder(Extremum, (kind, bound, domain, where), bound, domain, where, origin)

    def _binder(
        self, form: type[Made], fields: tuple[Any, ...], bound: int, domain: Core, body: Core, origin: Expr | None
    ) -> Made:
        key = (form, *fields)
        known = self._made.get(key)
        if known is None:
            free = domain.free | (body.free - {bound})
            height, size = max(bound, domain.height), 1 + domain.size + body.size
            known = self._made[key] = form(*fields, origin=origin, free=free, height=height, size=size)
        return known

    # ---- substitution -----------------------------------------------------------------------------------

    def put(self, node: Core, values: Mapping[Symbol, Core]) -> Core:
        """The node with others in place of free variables."""
        return _Putting(self, values, {}).of(node)


class _Putting:
    """One substitution; each node is looked at once, and what is `done` not at all."""

    def __init__(self, nodes: Nodes, values: Mapping[Symbol, Core], done: dict[Core, Core]) -> None:
        self.nodes = nodes
        self.values = values
        self.done = done

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
            case Constant():
                return node
            case Variable(symbol=symbol):
                return self.values[symbol]
            case Bits(of=inner, low=low, width=width):
                return nodes.bits(of(inner), low, width, origin)
            case Replaced(of=inner, parts=parts):
                return nodes.replaced(of(inner), tuple((low, width, of(v)) for low, width, v in parts), origin)
            case Choice(test=test, then=then, otherwise=otherwise):
                return nodes.choice(of(test), of(then), of(otherwise), origin)
            case Compare(operator=operator, left=left, right=right):
                return nodes.compare(operator, of(left), of(right), origin)
            case Member(item=item, domain=domain):
                return nodes.member(of(item), of(domain), origin)
            case Applied(relation=relation, arguments=arguments):
                return nodes.applied(relation, tuple(map(of, arguments)), origin)
            case Not(operand=operand):
                return nodes.negation(of(operand), origin)
            case And(operands=operands):
                return nodes.conjunction(tuple(map(of, operands)), origin)
            case Or(operands=operands):
                return nodes.disjunction(tuple(map(of, operands)), origin)
            case Same(left=left, right=right):
                return nodes.same(of(left), of(right), origin)
            case Listed(items=items):
                return nodes.listed(tuple(map(of, items)), origin)
            case Interval(low=low, high=high):
                return nodes.interval(of(low), of(high), origin)
            case Exists(bound=bound, domain=domain, body=body):
                number, inner = self._body(bound, body)
                return nodes._exists(number, of(domain), inner, origin)
            case Extremum(kind=kind, bound=bound, domain=domain, where=where):
                number, inner = self._body(bound, where)
                return nodes._extremum(kind, number, of(domain), inner, origin)
            case _:
                assert_never(node)

    def _body(self, bound: int, body: Core) -> tuple[int, Core]:
        """The body, and the number that its variable has now that what is bound within may have other numbers."""
        made = self.of(body)
        number = made.height + 1
        if number == bound:
            return bound, made
        return number, self.nodes.put(made, {bound: self.nodes.variable(number)})
