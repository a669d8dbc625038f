"""The syntax tree: frozen values, spans left out of comparison, nothing resolved yet.

Two trees are equal where the texts differ in layout and comments only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .source import Source, Span

NOWHERE = Span(0, 0)


# ---- expressions ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name:
    id: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number:
    """A number, or, where a revision is wanted and it is written in hexadecimal, a register word."""

    value: int
    hexadecimal: bool = False
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Revision:
    """`1.0`: the fields that are not `zero`, most significant first."""

    fields: tuple[int, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Boolean:
    value: bool
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Slice:
    """`[high:low]`: bits of a word, both ends included."""

    high: int
    low: int
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class FieldOf:
    """`t.major` or `t[31:31]`: part of a word, as a number."""

    of: Expr
    part: str | Slice
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class With:
    """`t with { reserved = 0 }`: the same word with parts replaced."""

    of: Expr
    updates: tuple[tuple[str | Slice, Expr], ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple[Expr, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SetLiteral:
    items: tuple[Expr, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Range:
    """`low..high`: the well-formed revisions from one to the other, both included."""

    low: Expr
    high: Expr
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class If:
    condition: Expr
    then: Expr
    otherwise: Expr
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Extremum:
    """`max S` (then `variable` and `where` are None) or `max x in S where φ`."""

    kind: Literal["max", "min"]
    domain: Expr
    variable: str | None = None
    where: Expr | None = None
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: Literal["==", "!=", "<", "<=", ">", ">="]
    left: Expr
    right: Expr
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Member:
    item: Expr
    domain: Expr
    negated: bool = False
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class IsEmpty:
    domain: Expr
    negated: bool = False
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Quantified:
    kind: Literal["some", "every", "no"]
    variable: str
    domain: Expr
    body: Expr
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    operand: Expr
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class And:
    operands: tuple[Expr, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Or:
    operands: tuple[Expr, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Implies:
    left: Expr
    right: Expr
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Iff:
    left: Expr
    right: Expr
    span: Span = field(default=NOWHERE, compare=False, repr=False)


Expr: TypeAlias = (
    Name
    | Number
    | Revision
    | Boolean
    | FieldOf
    | With
    | Call
    | SetLiteral
    | Range
    | If
    | Extremum
    | Comparison
    | Member
    | IsEmpty
    | Quantified
    | Not
    | And
    | Or
    | Implies
    | Iff
)


# ---- interface ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Label:
    """A name where it is declared or referred to, with its place."""

    id: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class FieldLayout:
    name: Label
    bits: Slice
    zero: bool
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Layout:
    """`revision { … }`: the register word, from the most significant field down."""

    fields: tuple[FieldLayout, ...]
    doc: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Enumeration:
    """The names of an output's values, with what stands in the register for each."""

    values: tuple[tuple[Label, int], ...]


ValueType: TypeAlias = Literal["set", "revision", "bool"] | Enumeration


@dataclass(frozen=True, slots=True)
class Variable:
    """A `config`, an `input` or an `output`."""

    role: Literal["config", "input", "output"]
    name: Label
    type: ValueType
    register: Label | None = None
    doc: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Define:
    name: Label
    parameters: tuple[Label, ...]
    body: Expr | None
    cites: str = ""
    doc: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Statement:
    """An `assume` or an `invariant`: a formula with a name."""

    role: Literal["assume", "invariant"]
    name: Label
    formula: Expr
    cites: str = ""
    doc: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False)


InterfaceItem: TypeAlias = Layout | Variable | Define | Statement


@dataclass(frozen=True, slots=True)
class Interface:
    name: Label
    items: tuple[InterfaceItem, ...]
    cites: str = ""
    doc: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False)


# ---- policy ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Assign:
    """`output = value`; a `value` of None is `any`."""

    output: Label
    value: Expr | None
    doc: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Ensure:
    formula: Expr
    doc: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Case:
    """`case name when guard { … }`; a `guard` of None is `otherwise`."""

    name: Label
    guard: Expr | None
    items: tuple[Assign | Ensure, ...]
    doc: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Expect:
    """`expect refuted CLAIM "why"`, or `vacuous`."""

    verdict: Literal["refuted", "vacuous"]
    claim: Label
    why: str
    doc: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False)


PolicyItem: TypeAlias = Assign | Case | Define | Statement | Expect


@dataclass(frozen=True, slots=True)
class Policy:
    name: Label
    interface: Label
    refines: Label | None
    items: tuple[PolicyItem, ...]
    cites: str = ""
    doc: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Given:
    name: Label
    value: Expr
    doc: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Then:
    formula: Expr
    doc: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Scenario:
    name: Label
    subject: Label
    items: tuple[Given | Then, ...]
    cites: str = ""
    doc: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Use:
    """`use rmi` (a file of the library) or `use "path.parley"`."""

    target: str
    library: bool
    doc: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False)


Declaration: TypeAlias = Use | Interface | Policy | Scenario | Define
Item: TypeAlias = InterfaceItem | PolicyItem | Ensure | Given | Then


@dataclass(frozen=True, slots=True)
class File:
    """One parsed file. `damaged` holds the names of declarations that a syntax error cost us; `nameless` says that
    there is one whose name could not be read.
    """

    source: Source
    declarations: tuple[Declaration, ...]
    damaged: frozenset[str] = frozenset()
    nameless: bool = False
