"""The core language: what formulas are once every name is resolved, every `define` put in and all sugar gone.

A node is a term, a formula or a set, and closed: it says by itself all that it means. Equal nodes are one node, as long
as one `Nodes` (nodes.py) makes them; so passes remember what they found by the node, and what occurs twice is looked at
once.

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

from typing import TYPE_CHECKING, Literal, TypeAlias, assert_never

from msgspec import Struct

if TYPE_CHECKING:
    from .syntax import Expr

Symbol: TypeAlias = "str | int"
"""The name of a variable of a declaration, or the number of a bound one."""

Written: TypeAlias = Literal["revision", "word", "number", "name"]
"""How a constant was written: with dots, in hexadecimal, as a number, or by its name in an enumeration."""

Operator: TypeAlias = Literal["==", "<", "<="]
Optimum: TypeAlias = Literal["max", "min"]


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
    kind: Optimum
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


Term: TypeAlias = Constant | Variable | Bits | Replaced | Extremum | Choice
Formula: TypeAlias = Compare | Member | Applied | Not | And | Or | Same | Exists

Core: TypeAlias = Term | Formula | Listed | Interval
"""Any node. A constant, a variable or a choice is a formula or a set, too, where its values or parts are."""


def is_true(node: Core) -> bool:
    return isinstance(node, Constant) and node.value is True


def is_constant(node: Listed) -> bool:
    """All items are written out."""
    return all(isinstance(item, Constant) for item in node.items)


def may_be_interval(domain: Core) -> bool:
    """A set is an interval, or one of two of which one is."""
    if isinstance(domain, Choice):
        return may_be_interval(domain.then) or may_be_interval(domain.otherwise)
    return isinstance(domain, Interval)


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
