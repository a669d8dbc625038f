"""The syntax tree: frozen values, spans left out of comparison, nothing resolved yet.

Two trees are equal where the texts differ in layout and comments only.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from .source import Source, Span

NOWHERE = Span(0, 0)

KNOWN = "known"
"""The revisions that a host speaks, in its rules and in sessions."""

PREFERS = "prefers"
"""The order of preference among them."""


class Node(Struct, frozen=True, eq=False):
    """A node of the tree: frozen, and equal to another of its class where all but the spans is equal.

    It is a msgspec struct, which is what a frozen slotted dataclass is, at a thirtieth of the time to define:
    the classes of this file would else take longer to define than a policy takes to prove.
    """

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return False
        return all(getattr(self, n) == getattr(other, n) for n in self.__struct_fields__ if n != "span")

    # Without it, `!=` would be msgspec's, which looks at spans too.
    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, n) for n in self.__struct_fields__ if n != "span")))


# ---- expressions ----------------------------------------------------------------------------------------


class Name(Node, frozen=True):
    id: str
    span: Span = NOWHERE


class Number(Node, frozen=True):
    """A number, or, where a revision is wanted and it is written in hexadecimal, a register word."""

    value: int
    hexadecimal: bool = False
    span: Span = NOWHERE


class Revision(Node, frozen=True):
    """`1.0`: the fields that are not `zero`, most significant first."""

    fields: tuple[int, ...]
    span: Span = NOWHERE


class Boolean(Node, frozen=True):
    value: bool
    span: Span = NOWHERE


class Slice(Node, frozen=True):
    """`[high:low]`: bits of a word, both ends included."""

    high: int
    low: int
    span: Span = NOWHERE


class FieldOf(Node, frozen=True):
    """`t.major` or `t[31:31]`: part of a word, as a number."""

    of: Expr
    part: str | Slice
    span: Span = NOWHERE


class With(Node, frozen=True):
    """`t with { reserved = 0 }`: the same word with parts replaced."""

    of: Expr
    updates: tuple[tuple[str | Slice, Expr], ...]
    span: Span = NOWHERE


class Call(Node, frozen=True):
    name: str
    arguments: tuple[Expr, ...]
    span: Span = NOWHERE


class SetLiteral(Node, frozen=True):
    items: tuple[Expr, ...]
    span: Span = NOWHERE


class Range(Node, frozen=True):
    """`low..high`: the well-formed revisions from one to the other, both included."""

    low: Expr
    high: Expr
    span: Span = NOWHERE


class If(Node, frozen=True):
    condition: Expr
    then: Expr
    otherwise: Expr
    span: Span = NOWHERE


class Extremum(Node, frozen=True):
    """`max S` (then `variable` and `where` are None), `max x in S where φ`, or `first k in known where φ`."""

    kind: Literal["max", "min", "first"]
    domain: Expr
    variable: str | None = None
    where: Expr | None = None
    span: Span = NOWHERE


class Comparison(Node, frozen=True):
    operator: Literal["==", "!=", "<", "<=", ">", ">="]
    left: Expr
    right: Expr
    span: Span = NOWHERE


class Member(Node, frozen=True):
    item: Expr
    domain: Expr
    negated: bool = False
    span: Span = NOWHERE


class IsEmpty(Node, frozen=True):
    domain: Expr
    negated: bool = False
    span: Span = NOWHERE


class Quantified(Node, frozen=True):
    kind: Literal["some", "every", "no"]
    variable: str
    domain: Expr
    body: Expr
    span: Span = NOWHERE


class Not(Node, frozen=True):
    operand: Expr
    span: Span = NOWHERE


class And(Node, frozen=True):
    operands: tuple[Expr, ...]
    span: Span = NOWHERE


class Or(Node, frozen=True):
    operands: tuple[Expr, ...]
    span: Span = NOWHERE


class Implies(Node, frozen=True):
    left: Expr
    right: Expr
    span: Span = NOWHERE


class Iff(Node, frozen=True):
    left: Expr
    right: Expr
    span: Span = NOWHERE


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


class Label(Node, frozen=True):
    """A name where it is declared or referred to, with its place."""

    id: str
    span: Span = NOWHERE


class FieldLayout(Node, frozen=True):
    name: Label
    bits: Slice
    zero: bool
    span: Span = NOWHERE


class Layout(Node, frozen=True):
    """`revision { … }`: the register word, from the most significant field down."""

    fields: tuple[FieldLayout, ...]
    doc: str = ""
    span: Span = NOWHERE


class Enumeration(Node, frozen=True):
    """The names of an output's values, with what stands in the register for each."""

    values: tuple[tuple[Label, int], ...]


ValueType: TypeAlias = Literal["set", "revision", "bool"] | Enumeration


class Variable(Node, frozen=True):
    """A `config`, an `input` or an `output`."""

    role: Literal["config", "input", "output"]
    name: Label
    type: ValueType
    register: Label | None = None
    doc: str = ""
    span: Span = NOWHERE


class Define(Node, frozen=True):
    name: Label
    parameters: tuple[Label, ...]
    body: Expr | None
    cites: str = ""
    doc: str = ""
    span: Span = NOWHERE


class Statement(Node, frozen=True):
    """An `assume`, an `invariant` or a `property`: a formula with a name."""

    role: Literal["assume", "invariant", "property"]
    name: Label
    formula: Expr
    cites: str = ""
    doc: str = ""
    span: Span = NOWHERE


InterfaceItem: TypeAlias = Layout | Variable | Define | Statement


class Interface(Node, frozen=True):
    name: Label
    items: tuple[InterfaceItem, ...]
    cites: str = ""
    doc: str = ""
    span: Span = NOWHERE


# ---- policy ---------------------------------------------------------------------------------------------


class Assign(Node, frozen=True):
    """`output = value`; a `value` of None is `any`."""

    output: Label
    value: Expr | None
    doc: str = ""
    span: Span = NOWHERE


class Ensure(Node, frozen=True):
    formula: Expr
    doc: str = ""
    span: Span = NOWHERE


class Case(Node, frozen=True):
    """`case name when guard { … }`; a `guard` of None is `otherwise`."""

    name: Label
    guard: Expr | None
    items: tuple[Assign | Ensure, ...]
    doc: str = ""
    span: Span = NOWHERE


class Expect(Node, frozen=True):
    """`expect refuted CLAIM "why"`, or `vacuous`."""

    verdict: Literal["refuted", "vacuous"]
    claim: Label
    why: str
    doc: str = ""
    span: Span = NOWHERE


PolicyItem: TypeAlias = Assign | Case | Define | Statement | Expect


class Policy(Node, frozen=True):
    name: Label
    interface: Label
    refines: Label | None
    items: tuple[PolicyItem, ...]
    cites: str = ""
    doc: str = ""
    span: Span = NOWHERE


# ---- host and session -----------------------------------------------------------------------------------


class Knows(Node, frozen=True):
    """`knows 1.1, 2.0`, most preferred first; `revisions` is None for `knows any`, of at most `most` revisions."""

    revisions: tuple[Expr, ...] | None
    most: int | None = None
    doc: str = ""
    span: Span = NOWHERE


class Request(Node, frozen=True):
    revision: Expr
    span: Span = NOWHERE


class Accept(Node, frozen=True):
    revision: Expr
    span: Span = NOWHERE


class GiveUp(Node, frozen=True):
    span: Span = NOWHERE


Action: TypeAlias = Request | Accept | GiveUp


class Opening(Node, frozen=True):
    """`start request t`: the first request."""

    request: Expr
    doc: str = ""
    span: Span = NOWHERE


class Rule(Node, frozen=True):
    """`on φ => action`; a `guard` of None is `otherwise`."""

    guard: Expr | None
    action: Action
    doc: str = ""
    span: Span = NOWHERE


HostItem: TypeAlias = Knows | Opening | Rule


class Host(Node, frozen=True):
    name: Label
    interface: Label
    items: tuple[HostItem, ...]
    cites: str = ""
    doc: str = ""
    span: Span = NOWHERE


SessionItem: TypeAlias = Statement | Expect


class Session(Node, frozen=True):
    """`session N : HOST with POLICY { … }`."""

    name: Label
    host: Label
    policy: Label
    items: tuple[SessionItem, ...]
    cites: str = ""
    doc: str = ""
    span: Span = NOWHERE


# ---- scenario -------------------------------------------------------------------------------------------


class Given(Node, frozen=True):
    name: Label
    value: Expr
    doc: str = ""
    span: Span = NOWHERE


class Then(Node, frozen=True):
    formula: Expr
    doc: str = ""
    span: Span = NOWHERE


class Scenario(Node, frozen=True):
    name: Label
    subject: Label
    items: tuple[Given | Then, ...]
    cites: str = ""
    doc: str = ""
    span: Span = NOWHERE


class Use(Node, frozen=True):
    """`use rmi` (a file of the library) or `use "path.parley"`."""

    target: str
    library: bool
    doc: str = ""
    span: Span = NOWHERE


Declaration: TypeAlias = Use | Interface | Policy | Host | Session | Scenario | Define
Item: TypeAlias = InterfaceItem | PolicyItem | Ensure | HostItem | Given | Then


class File(Node, frozen=True):
    """One parsed file. `damaged` holds the names of declarations that a syntax error cost us; `nameless` says that
    there is one whose name could not be read.
    """

    source: Source
    declarations: tuple[Declaration, ...]
    damaged: frozenset[str] = frozenset()
    nameless: bool = False
