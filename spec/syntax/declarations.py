"""Declarations, what is in them, and whole files."""

from __future__ import annotations

from typing import Literal, TypeAlias

from ..source import Source
from .expressions import Expr, Node, Range, Slice


class Label(Node, frozen=True):
    """A name where it is declared or referred to, with its place."""

    id: str


class Documented(Node, frozen=True, kw_only=True):
    """`doc` is the text of the doc comment before it."""

    doc: str = ""


class Cited(Documented, frozen=True, kw_only=True):
    """`cites` is what stands behind `from`."""

    cites: str = ""


class Block(Cited, frozen=True):
    """A declaration of a file with its own items in braces."""

    name: Label


# ---- interface ------------------------------------------------------------------------------------------


class FieldLayout(Node, frozen=True):
    name: Label
    bits: Slice
    zero: bool


class Layout(Documented, frozen=True):
    """`revision { … }`: the register word, from the most significant field down."""

    fields: tuple[FieldLayout, ...]


class Enumeration(Node, frozen=True):
    """Names of values, each with its code: what stands in the register for it. A code may be negative as it is written,
    and, where a name has none, `NO_CODE` or more.
    """

    values: tuple[tuple[Label, int], ...]


NO_CODE = 1 << 66
"""Codes from here on are those of names that are given none: they stand in no register."""

ValueType: TypeAlias = Literal["set", "range", "revision", "bool"] | Enumeration
"""A `range` is an interval of revisions: those from a first to a last one."""


class Variable(Documented, frozen=True):
    """A `config`, an `input` or an `output`. `extension` is the `signed` behind its register.

    `names` are what a `revision or { … }` may be instead of a word. Of a declaration that is checked, codes are the
    numbers of the values: what stands in the register, or, of one that is a word's extension, that word.
    """

    role: Literal["config", "input", "output"]
    name: Label
    type: ValueType
    register: Label | None = None
    extension: Label | None = None
    names: Enumeration | None = None

    @property
    def signed(self) -> bool:
        return self.extension is not None


class Define(Cited, frozen=True):
    name: Label
    parameters: tuple[Label, ...]
    body: Expr | None


class Statement(Cited, frozen=True):
    """An `assume`, an `assumption`, an `invariant` or a `property`: a formula with a name.

    `under` are the optional assumptions of the interface that it is claimed under.
    """

    role: Literal["assume", "assumption", "invariant", "property"]
    name: Label
    formula: Expr
    under: tuple[Label, ...] = ()


InterfaceItem: TypeAlias = Layout | Variable | Define | Statement


class Interface(Block, frozen=True):
    items: tuple[InterfaceItem, ...]


# ---- policy ---------------------------------------------------------------------------------------------


class Assign(Documented, frozen=True):
    """`output = value`; a `value` of None is `any`."""

    output: Label
    value: Expr | None


class Ensure(Documented, frozen=True):
    formula: Expr


class Case(Documented, frozen=True):
    """`case name when guard { … }`; a `guard` of None is `otherwise`."""

    name: Label
    guard: Expr | None
    items: tuple[Assign | Ensure, ...]


class Expect(Documented, frozen=True):
    """`expect refuted CLAIM "why"`, or `vacuous`."""

    verdict: Literal["refuted", "vacuous"]
    claim: Label
    why: str


PolicyItem: TypeAlias = Variable | Assign | Case | Define | Statement | Expect


class Policy(Block, frozen=True):
    """`under` are the optional assumptions of its interface that it makes."""

    interface: Label
    refines: Label | None
    items: tuple[PolicyItem, ...]
    under: tuple[Label, ...] = ()


# ---- host and session -----------------------------------------------------------------------------------


class Knows(Documented, frozen=True):
    """`knows 1.1, 2.0`, most preferred first. `revisions` is None for `knows any`, of at most `most` revisions; for
    `knows range`, which is `ranged`; and for `knows 1.0..1.9`, which are those `between` two.
    """

    revisions: tuple[Expr, ...] | None
    most: int | None = None
    ranged: bool = False
    between: Range | None = None

    @property
    def varies(self) -> bool:
        """What it knows is not said here: each caller knows something else."""
        return self.revisions is None and self.between is None


class Request(Node, frozen=True):
    revision: Expr


class Accept(Node, frozen=True):
    revision: Expr


class GiveUp(Node, frozen=True):
    """`give up`."""


Action: TypeAlias = Request | Accept | GiveUp


class Opening(Documented, frozen=True):
    """`start request t`: the first request."""

    request: Expr


class Rule(Documented, frozen=True):
    """`on φ => action`; a `guard` of None is `otherwise`."""

    guard: Expr | None
    action: Action


HostItem: TypeAlias = Knows | Opening | Rule


class Host(Block, frozen=True):
    interface: Label
    items: tuple[HostItem, ...]


SessionItem: TypeAlias = Statement | Expect


class Session(Block, frozen=True):
    """`session N : HOST with POLICY { … }`; `under` are the optional assumptions that it makes besides the policy's."""

    host: Label
    policy: Label
    items: tuple[SessionItem, ...]
    under: tuple[Label, ...] = ()


# ---- scenario -------------------------------------------------------------------------------------------


class Given(Documented, frozen=True):
    name: Label
    value: Expr


class Then(Documented, frozen=True):
    formula: Expr


class Scenario(Block, frozen=True):
    subject: Label
    items: tuple[Given | Then, ...]


class Use(Documented, frozen=True):
    """`use rmi` (a file of the library) or `use "path.parley"`."""

    target: str
    library: bool


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
