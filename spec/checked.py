"""What the checker hands on: declarations with their names resolved. Everything in here is well typed.

Formulas stay the syntax tree's: `elaborate.py` makes of them what the evaluator and the encoding read.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from . import syntax
from .checked_interface import Checked, CheckedInterface
from .checked_parts import CheckedCase, Placed
from .elaborate import Elaboration
from .intervals import Intervals
from .nodes import Nodes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from .source import Source


def is_open(name: str, defines: Mapping[str, syntax.Define]) -> bool:
    """Whether a table has a `define` without a body."""
    return name in defines and defines[name].body is None


class CheckedPolicy(Checked[syntax.Policy], frozen=True, eq=False, dict=True):
    """`defines` has the interface's, replaced by the policy's own where it gives a body, and the file's.

    `nodes` are what its formulas are made in, where others share them. What it leaves open has the bodies that a
    `lender` gives it, read as the lender reads them.
    """

    interface: CheckedInterface
    cases: tuple[CheckedCase, ...]
    defines: dict[str, syntax.Define]
    assumptions: tuple[Placed, ...]
    invariants: tuple[Placed, ...]
    refines: CheckedPolicy | None
    expects: tuple[syntax.Expect, ...]
    nodes: Nodes | None = None
    lender: CheckedPolicy | None = None

    def __repr__(self) -> str:
        return f"<policy {self.name} for {self.interface.name}>"

    @cached_property
    def elaboration(self) -> Elaboration:
        """What its formulas are in the core language."""
        return self.elaborated(self.nodes or Nodes())

    def elaborated(self, nodes: Nodes) -> Elaboration:
        """The same, made in some nodes."""
        lender = self.lender
        lent = {} if lender is None else lender.lends(lender.bodies, self.defines, nodes)
        interface = self.interface
        return Elaboration(
            interface.format,
            interface.constants,
            interface.sets,
            self.defines,
            nodes,
            lent,
            interface.ranges,
            interface.named,
        )

    @cached_property
    def intervals(self) -> Intervals:
        """Its formulas in the core, with what they say of intervals said of their ends."""
        interface = self.interface
        formed = interface.ranges | {v.name.id for v in interface.configs}
        return Intervals(self.elaboration.nodes, interface.format, formed)

    def lends(
        self, names: Collection[str], defines: Mapping[str, syntax.Define], nodes: Nodes
    ) -> dict[str, Elaboration]:
        """Of some `define`s, those that have a body here and none in another table, to be read there as here."""
        theirs = self.elaborated(nodes)
        return {name: theirs for name in names if is_open(name, defines) and not is_open(name, self.defines)}

    @cached_property
    def refined(self) -> CheckedPolicy | None:
        """The policy that it refines, with the bodies that this one gives to what that one leaves open."""
        if self.refines is None:
            return None
        # What it says is read with this one's configuration: a body that it is lent may speak of all of that.
        return replace(self.refines, lender=self, interface=self.interface)

    @cached_property
    def abstract(self) -> tuple[syntax.Define, ...]:
        """The relations that nobody gives a body: claims hold for every one."""
        own = tuple(d for d in self.defines.values() if d.body is None)
        lender = self.lender
        if lender is None:
            return own
        kept = tuple(d for d in own if d.name.id not in lender.bodies)
        names = {define.name.id for define in kept}
        return (*kept, *(define for define in lender.abstract if define.name.id not in names))

    @property
    def under(self) -> tuple[str, ...]:
        """The optional assumptions that it makes."""
        return tuple(label.id for label in self.declaration.under)

    @property
    def added(self) -> dict[str, tuple[Source, syntax.Label]]:
        """The configs that it has beside its interface's, its own and those of what it refines; where each stands."""
        own = {v.name.id: (self.source, v.name) for v in self.declaration.items if isinstance(v, syntax.Variable)}
        return own if self.refines is None else {**self.refines.added, **own}

    @cached_property
    def _beside(self) -> dict[CheckedPolicy, Elaboration]:
        return {self: self.elaboration}

    def elaboration_of(self, other: CheckedPolicy) -> Elaboration:
        """Of another policy of the interface, beside this one's: what both say alike is one node."""
        if other not in self._beside:
            self._beside[other] = other.elaborated(self.elaboration.nodes)
        return self._beside[other]

    def answering(self) -> list[syntax.Expr]:
        """What its answers follow from: guards, the values of outputs, and what is ensured of them."""
        made = [case.guard for case in self.cases if case.guard is not None]
        made += [a.value for case in self.cases for a in case.assignments if a.value is not None]
        return made + [ensure.formula for case in self.cases for ensure in case.ensures]

    @cached_property
    def bodies(self) -> frozenset[str]:
        """The `define`s that it gives a body itself."""
        items = self.declaration.items
        return frozenset(item.name.id for item in items if isinstance(item, syntax.Define) and item.body is not None)

    @cached_property
    def sets(self) -> tuple[str, ...]:
        """The sets that are chosen: of the configuration, of the inputs, and outputs that some case leaves open.

        Those that every case assigns follow from the others.
        """
        sets = [v for v in self.interface.variables.values() if v.type == "set"]
        open_ = {name for case in self.cases for name in case.unspecified}
        return tuple(v.name.id for v in sets if v.role != "output" or not self.cases or v.name.id in open_)

    @cached_property
    def answered_sets(self) -> tuple[str, ...]:
        """The outputs that are sets."""
        return tuple(v.name.id for v in self.interface.outputs if v.type == "set")

    def claim_names(self) -> list[str]:
        """The claims of this policy, in the order in which `check` lists them, without the policy's name."""
        names = ["satisfiable", "total"]
        names += [f"reachable.{case.name}" for case in self.cases]
        names += ["defined", "encodable"]
        if self.refines:
            names.append("refines")
        return names + [placed.statement.name.id for placed in self.invariants]


IMPLIED = frozenset(
    {"satisfiable", "total", "reachable", "defined", "encodable", "refines", "terminates", "requests_known"}
)
"""Names of claims that `check` makes by itself; no statement may take one."""


ENDINGS = ("accepted", "agreed", "gave_up", "rounds")
"""How a session ended, in its properties."""


class CheckedHost(Checked[syntax.Host], frozen=True, eq=False, dict=True):
    """A caller. `defines` has the interface's, `prefers`, and `known` where the host says itself what it knows."""

    interface: CheckedInterface
    knows: syntax.Knows
    start: syntax.Expr
    rules: tuple[syntax.Rule, ...]
    defines: dict[str, syntax.Define]

    def __repr__(self) -> str:
        return f"<host {self.name} for {self.interface.name}>"

    @property
    def ranges(self) -> frozenset[str]:
        """`known`, where that is an interval."""
        return frozenset({syntax.KNOWN} if self.knows.ranged else ())

    @property
    def abstract(self) -> tuple[syntax.Define, ...]:
        """The relations that its interface and its file give no body; a policy may."""
        return tuple(d for d in self.defines.values() if d.body is None)

    def elaborated(self, nodes: Nodes, within: CheckedPolicy | None = None) -> Elaboration:
        """What its formulas are in the core; what its interface gives no body has that of the policy it is `within`."""
        # A `define` of the host's file has nothing to do with one of the policy's that happens to be called the same.
        names = within.bodies & self.interface.defines.keys() if within is not None else ()
        lent = {} if within is None else within.lends(names, self.defines, nodes)
        interface = self.interface
        sets, ranges = {*interface.sets, *self.own_sets}, interface.ranges | self.ranges
        return Elaboration(
            interface.format, interface.constants, sets, self.defines, nodes, lent, ranges, interface.named
        )

    @property
    def own_sets(self) -> tuple[str, ...]:
        """`known`, where it stands for any revisions."""
        return () if syntax.KNOWN in self.defines or self.knows.ranged else (syntax.KNOWN,)

    def formulas(self) -> Iterator[tuple[syntax.Expr, set[str]]]:
        """Its first request and what stands in its rules, each with the variables that it may not read."""
        configs = {v.name.id for v in self.interface.configs}
        yield self.start, set(self.interface.variables)
        for rule in self.rules:
            if rule.guard is not None:
                yield rule.guard, configs
            if not isinstance(rule.action, syntax.GiveUp):
                yield rule.action.revision, configs

    def claim_names(self) -> list[str]:
        return [f"reachable.{rule_name(at)}" for at in range(len(self.rules))]


def rule_name(at: int) -> str:
    """What reports call the rule at a position: rules have no names of their own."""
    return f"rule_{at + 1}"


class CheckedSession(Checked[syntax.Session], frozen=True, eq=False, dict=True):
    """A host with a policy of the same interface. `assumptions` has the policy's and the session's own."""

    host: CheckedHost
    policy: CheckedPolicy
    defines: dict[str, syntax.Define]
    assumptions: tuple[Placed, ...]
    invariants: tuple[Placed, ...]
    properties: tuple[Placed, ...]
    expects: tuple[syntax.Expect, ...]

    def __repr__(self) -> str:
        return f"<session {self.name}: {self.host.name} with {self.policy.name}>"

    @property
    def interface(self) -> CheckedInterface:
        return self.policy.interface

    @property
    def under(self) -> tuple[str, ...]:
        """The optional assumptions that it makes, the policy's among them."""
        return tuple(dict.fromkeys((*self.policy.under, *(label.id for label in self.declaration.under))))

    @property
    def asked(self) -> syntax.ValueType:
        """What its requests are."""
        return self.interface.inputs[0].type

    @cached_property
    def elaboration(self) -> Elaboration:
        """What its formulas are in the core language."""
        interface, host = self.interface, self.host
        sets, ranges = {*interface.sets, *host.own_sets}, interface.ranges | host.ranges
        nodes, named = Nodes(), interface.named
        made = Elaboration(interface.format, interface.constants, sets, self.defines, nodes, ranges=ranges, named=named)
        # All at once: what text a node remembers must not depend on which claims are asked.
        for placed in (*self.assumptions, *self.invariants, *self.properties):
            made.of(placed.statement.formula)
        return made

    @cached_property
    def abstract(self) -> tuple[syntax.Define, ...]:
        """The relations that nobody gives a body: claims hold for every one."""
        return tuple(d for d in self.defines.values() if d.body is None)

    @property
    def most_requests(self) -> int | None:
        """How many different requests there are for known revisions and by name; None for any number."""
        knows = self.host.knows
        known = knows.most if knows.revisions is None else len(knows.revisions)
        named = self.interface.named.get(self.interface.inputs[0].name.id, {})
        return None if known is None else known + len(named)

    def claim_names(self) -> list[str]:
        """The claims of this session, in the order in which `check` lists them, without the session's name."""
        names = ["satisfiable", "defined", "terminates"]
        if self.asked in ("revision", "set", "range"):
            names.append("requests_known")
        return names + [placed.statement.name.id for placed in (*self.invariants, *self.properties)]
