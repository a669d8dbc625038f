"""Formulas, terms and sets, and what all nodes of the tree have in common."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from ..source import NOWHERE, Span

KNOWN = "known"
"""The revisions that a host speaks, in its rules and in sessions."""

PREFERS = "prefers"
"""The order of preference among them."""


class Node(Struct, frozen=True, eq=False, kw_only=True):
    """A node of the tree: frozen, and equal to another of its class where all but the spans is equal.

    It is a msgspec struct, which is what a frozen slotted dataclass is, at a thirtieth of the time to define:
    these classes would else take longer to define than a policy takes to prove.
    """

    span: Span = NOWHERE

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return False
        return all(getattr(self, n) == getattr(other, n) for n in self.__struct_fields__ if n != "span")

    # Without it, `!=` would be msgspec's, which looks at spans too.
    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, n) for n in self.__struct_fields__ if n != "span")))


class Name(Node, frozen=True):
    id: str


class Number(Node, frozen=True):
    """A number, or, where a revision is wanted and it is written in hexadecimal, a register word."""

    value: int
    hexadecimal: bool = False


class Revision(Node, frozen=True):
    """`1.0`: the fields that are not `zero`, most significant first."""

    fields: tuple[int, ...]


class Boolean(Node, frozen=True):
    value: bool


class Slice(Node, frozen=True):
    """`[high:low]`: bits of a word, both ends included."""

    high: int
    low: int

    @property
    def width(self) -> int:
        return self.high - self.low + 1

    @property
    def mask(self) -> int:
        return ((1 << self.width) - 1) << self.low


class FieldOf(Node, frozen=True):
    """`t.major` or `t[31:31]`: part of a word, as a number."""

    of: Expr
    part: str | Slice


class With(Node, frozen=True):
    """`t with { reserved = 0 }`: the same word with parts replaced."""

    of: Expr
    updates: tuple[tuple[str | Slice, Expr], ...]


class Call(Node, frozen=True):
    name: str
    arguments: tuple[Expr, ...]


class SetLiteral(Node, frozen=True):
    items: tuple[Expr, ...]


class Range(Node, frozen=True):
    """`low..high`: the well-formed revisions from one to the other, both included."""

    low: Expr
    high: Expr


class If(Node, frozen=True):
    condition: Expr
    then: Expr
    otherwise: Expr


class Extremum(Node, frozen=True):
    """`max S` (then `variable` and `where` are None), `max x in S where φ`, or `first k in known where φ`."""

    kind: Literal["max", "min", "first"]
    domain: Expr
    variable: str | None = None
    where: Expr | None = None


class Comparison(Node, frozen=True):
    operator: Literal["==", "!=", "<", "<=", ">", ">="]
    left: Expr
    right: Expr


class Member(Node, frozen=True):
    item: Expr
    domain: Expr
    negated: bool = False


class IsEmpty(Node, frozen=True):
    domain: Expr
    negated: bool = False


class IsNamed(Node, frozen=True):
    """`version is NOT_SUPPORTED`: a variable that may have a name for its value has this one."""

    item: Expr
    name: str
    negated: bool = False


class Quantified(Node, frozen=True):
    kind: Literal["some", "every", "no"]
    variable: str
    domain: Expr
    body: Expr


class Not(Node, frozen=True):
    operand: Expr


class And(Node, frozen=True):
    operands: tuple[Expr, ...]


class Or(Node, frozen=True):
    operands: tuple[Expr, ...]


class Implies(Node, frozen=True):
    left: Expr
    right: Expr


class Iff(Node, frozen=True):
    left: Expr
    right: Expr


Term: TypeAlias = Name | Number | Revision | FieldOf | With | Call | SetLiteral | Range | If | Extremum
Formula: TypeAlias = Boolean | Comparison | Member | IsEmpty | IsNamed | Quantified | Not | And | Or | Implies | Iff

Expr: TypeAlias = Term | Formula
"""What stands where an expression may. A name or a call is a formula, too, where its `define` is one."""
