"""Check one policy against its interface: `define`s, statements, cases and assignments."""

from __future__ import annotations

from collections import ChainMap
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from .. import syntax
from ..checked import CheckedPolicy
from ..checked_interface import CheckedInterface
from ..checked_parts import CheckedCase, Placed
from ..defines import Defined, Expansion, is_range, may_be_range, mention
from ..diagnostics import Diagnostic, listed, nearest
from .checker import ASSUMED, USE_LESS, Checker, check_statement, read_names
from .interface import assigned, check_type, type_of, with_article
from .signatures import report_relations_of_sets
from .types import BOOL, AnyType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..source import Source, Span
    from .scope import Scope
    from .signatures import Signatures

_RENAME = "rename or delete one of them"
_NOT_IN_A_GUARD = "a guard looks at configuration and inputs; write what the output is assigned from"


class Ground(Struct, dict=True):
    """What the policies of one interface in one file have in common; `entries` are the `define`s in force."""

    interface: CheckedInterface
    signatures: Signatures
    entries: Mapping[str, Defined]
    bodies: dict[str, syntax.Define]
    problems: list[Diagnostic]

    @cached_property
    def expansion(self) -> Expansion:
        return Expansion(self.entries, self.problems)

    @cached_property
    def outputs(self) -> dict[str, str]:
        """The outputs, each with what to do instead of reading it in a guard."""
        return {v.name.id: _NOT_IN_A_GUARD for v in self.interface.outputs}

    def with_defines(self, own: list[Defined]) -> Ground:
        """The same with a policy's `define`s; of two with one name, the first counts."""
        # A bodiless one says nothing new where there is one already.
        new = {
            e.define.name.id: e
            for e in reversed(own)
            if e.define.body is not None or e.define.name.id not in self.entries
        }
        if not new:
            return self
        bodies = self.bodies | {name: entry.define for name, entry in new.items()}
        # Copying all for each policy would take quadratic time.
        entries = ChainMap(new, cast("dict[str, Defined]", self.entries))
        return Ground(self.interface, self.signatures, entries, bodies, self.problems)


class PolicyChecker(Checker, eq=False, dict=True):
    """Everything known about one policy while its declarations are gone through.

    `interface` is its interface with the configs that it adds, those of the policy that it `refines` among them.
    """

    policy: syntax.Policy
    outer: Ground
    refines: CheckedPolicy | None

    def __post_init__(self) -> None:
        ground, items = self.outer, self.policy.items
        self.outputs = ground.outputs
        self.own = [Defined(item, self.source, of_file=False) for item in items if isinstance(item, syntax.Define)]
        self.ground = ground.with_defines(self.own)
        self.interface = self._interface()
        added = {name: type_of(self.interface.variables[name]) for name in self._added}
        values = {**ground.signatures.values, **added} if added else None
        self.signatures = ground.signatures.within(self.ground.entries, self.problems, values)
        self.reading: dict[Span, set[str]] = {}
        self.meant: dict[Span, str] = {}

    def _interface(self) -> CheckedInterface:
        """The interface with the configs that are this policy's."""
        declared, refined = self.outer.interface, self.refines
        inherited = {} if refined is None else refined.added
        self._added: dict[str, tuple[Source, syntax.Label]] = dict(inherited)
        labels = {label.id: label for label in declared.labels()}
        for name in inherited.keys() & self.outer.entries.keys():
            entry, (source, first) = self.outer.entries[name], inherited[name]
            place, there = entry.define.name.span, self.related(first, "a config that the policy has", source)
            self.problems.append(
                Diagnostic("P202", f"`{name}` is declared twice", _RENAME, entry.source, place, (there,))
            )
        variables = dict(declared.variables if refined is None else refined.interface.variables)
        for item in self.policy.items:
            if not isinstance(item, syntax.Variable) or not check_type(self, item):
                continue
            name, outer = item.name, self.outer.entries.get(item.name.id)
            if name.id in self._added:
                source, first = self._added[name.id]
                help_ = "a policy has the configs of the one that it refines: delete this, or rename it"
                self.twice(name, self.related(first, source=source), help_ if name.id in inherited else _RENAME)
            elif name.id in labels:
                self.twice(name, self.related(labels[name.id], source=declared.source))
            elif outer is not None:
                self.twice(name, self.related(outer.define.name, source=outer.source))
            else:
                variables[name.id] = item
                self._added[name.id] = self.source, name
        if not self._added:
            return declared
        if refined is not None and len(self._added) == len(inherited):
            return refined.interface
        return replace(declared, variables=variables, base=declared)

    def check(self) -> CheckedPolicy:
        self._own_defines()
        whole = self.signatures.scope(self.source)
        shared = [item for item in self.policy.items if isinstance(item, syntax.Assign)]
        for item in shared:
            self._assign(whole, item)
        cases = self._cases(whole, shared)
        statements = self._statements(whole)
        report_relations_of_sets(self.signatures, self.signatures, self.policy.name, self.source)
        return CheckedPolicy(
            self.policy,
            self.source,
            self.interface,
            tuple(cases),
            self.ground.bodies,
            tuple(statements["assume"]),
            tuple(statements["invariant"]),
            self.refines,
            tuple(item for item in self.policy.items if isinstance(item, syntax.Expect)),
        )

    def _own_defines(self) -> None:
        seen: dict[str, syntax.Label] = {}
        for entry in self.own:
            name = entry.define.name
            first = seen.setdefault(name.id, name)
            outer = self.outer.entries.get(name.id)
            if first is not name:
                self.twice(name, self.related(first))
            elif name.id in self._added:
                source, label = self._added[name.id]
                self.twice(name, self.related(label, source=source))
            elif name.id in self.signatures.values:
                self.report("P202", f"`{name.id}` is declared by the interface already", name, "choose another name")
            elif outer is not None and outer.of_file:
                help_ = "rename one of them: a policy replaces what its interface defines, nothing else"
                self.twice(name, self.related(outer.define.name, source=outer.source), help_)
            self.signatures.get(name.id)
            self.ground.expansion.define(name.id)
        if self.ground is not self.outer:
            self._interface_anew()

    def _interface_anew(self) -> None:
        """What the interface says, with the policy's `define`s in place of its own."""
        optional = [
            self.interface.optional[label.id] for label in self.policy.under if label.id in self.interface.optional
        ]
        for placed in (*self.interface.assumptions, *optional, *self.interface.invariants):
            name = placed.statement.name.id
            before, was_too_large = self.outer.expansion.look(placed.statement.formula)
            names, too_large = self.ground.expansion.look(placed.statement.formula)
            found = (names - before) & self.outputs.keys()
            if placed.statement.role in ASSUMED and found:
                message = f"the assumption `{name}` comes to speak of the output `{min(found)}`"
                help_ = "a `define` that assumptions use cannot read outputs"
                self.report("P205", message, self.policy.name, help_)
            if too_large and not was_too_large:
                message = f"`{name}` is too large with this policy's `define`s put in"
                self.report("P418", message, self.policy.name, USE_LESS)

    def _formula(self, scope: Scope, formula: syntax.Expr, wanted: AnyType, label: syntax.Label) -> set[str]:
        """Check a formula that belongs to a label; what it reads."""
        return read_names(scope, formula, wanted, self.ground.expansion, label)

    def _assign(self, scope: Scope, item: syntax.Assign) -> None:
        name = item.output
        if name.id not in self.outputs:
            variable = self.interface.variables.get(name.id)
            if variable is not None:
                message = f"`{name.id}` is {with_article(variable.role)}; only outputs are assigned"
                self.report("P211", message, name, f"its outputs are {listed(sorted(self.outputs))}")
            elif name.id not in self.signatures.damaged:
                near = nearest(name.id, sorted(self.outputs), len(self.problems))
                self.meant[item.span] = near or ""
                help_ = f"did you mean `{near}`?" if near else f"its outputs are {listed(sorted(self.outputs))}"
                self.report("P211", f"`{self.interface.name}` has no output `{name.id}`", name, help_)
        elif item.value is not None:
            faults = len(self.problems)
            names = self._formula(scope, item.value, assigned(self.interface.variables[name.id]), name)
            self.reading[item.span] = names & self.outputs.keys()
            if len(self.problems) > faults:
                return
            ranges = {n for n, v in self.interface.variables.items() if v.type == "range"}
            if self.interface.variables[name.id].type == "set" and may_be_range(
                item.value, ranges, self.ground.entries
            ):
                help_ = "answer the revisions themselves, such as its `max` and its `min` in braces"
                self.report("P305", f"`{name.id}` is a set, and this may be a range", item.value, help_)
            elif self.interface.variables[name.id].type == "range" and not is_range(
                item.value, ranges, self.ground.entries
            ):
                help_ = "answer a range, or its first and its last revision, such as `1.0..1.2`; `{}` for nothing"
                self.report("P305", f"`{name.id}` is a range, and this may be none", item.value, help_)

    def _cases(self, scope: Scope, shared: list[syntax.Assign]) -> list[CheckedCase]:
        cases = [item for item in self.policy.items if isinstance(item, syntax.Case)]
        if not cases:
            help_ = "write at least `case always otherwise { … }`"
            self.report("P410", f"`{self.policy.name.id}` has no case", self.policy.name, help_)
        names: dict[str, syntax.Label] = {}
        made: list[CheckedCase] = []
        guarded = self.signatures.scope(self.source, self.outputs)
        for at, case in enumerate(cases):
            first = names.setdefault(case.name.id, case.name)
            if first is not case.name:
                message = f"the case `{case.name.id}` is declared twice"
                self.report("P202", message, case.name, "rename one", self.related(first))
            if case.guard is not None:
                self._guard(guarded, case.name, case.guard)
            elif at + 1 < len(cases):
                message = f"no case after `{case.name.id}` can apply: it answers everything"
                self.report("P409", message, case.name, "`otherwise` goes with the last case")
            made.append(self._case(scope, case, shared))
        return made

    def _guard(self, scope: Scope, name: syntax.Label, guard: syntax.Expr) -> None:
        names = self._formula(scope, guard, BOOL, name)
        found = {output for output in names & self.outputs.keys() if mention(guard, output) is None}
        if found:
            message = f"the guard of `{name.id}` comes to read the output `{min(found)}`"
            self.report("P205", message, name, "a `define` that a guard uses cannot read outputs")

    def _case(self, scope: Scope, case: syntax.Case, shared: list[syntax.Assign]) -> CheckedCase:
        assigned: dict[str, syntax.Assign] = {}
        for item in shared:
            self._once(assigned, item)
        for item in case.items:
            if isinstance(item, syntax.Assign):
                self._assign(scope, item)
                self._once(assigned, item)
        missing = [name for name in self.outputs if name not in assigned]
        # A misspelt output is reported as that.
        misspelt = {self.meant.get(item.span) for item in (*shared, *case.items)}
        without = [name for name in missing if name not in misspelt]
        if without:
            message = f"the case `{case.name.id}` leaves {listed(without)} without a value"
            help_ = "assign every output once, in the policy or in each case; `= any` leaves it open"
            self.report("P406", message, case.name, help_)
        ensures = [item for item in case.items if isinstance(item, syntax.Ensure)]
        for item in ensures:
            names = self._formula(scope, item.formula, BOOL, case.name)
            if not missing and not self._speaks_of_open(names, assigned):
                message = "this `ensure` speaks of no output that is left open"
                help_ = "an `ensure` narrows an output assigned `any`; what must hold anyway is an `invariant`"
                self.report("P412", message, item, help_)
        return CheckedCase(case, tuple(self._ordered(case, assigned)), tuple(ensures))

    def _once(self, assigned: dict[str, syntax.Assign], item: syntax.Assign) -> None:
        if item.output.id not in self.outputs:
            return
        first = assigned.setdefault(item.output.id, item)
        if first is not item:
            message = f"`{item.output.id}` is assigned twice on this path"
            related = self.related(first.output, "first assigned here")
            self.report("P407", message, item.output, "delete one of the two", related)

    def _speaks_of_open(self, names: set[str], assigned: dict[str, syntax.Assign]) -> bool:
        """Whether names have an output that is assigned `any` among them, or one that is assigned from such a one."""
        waiting = names & self.outputs.keys()
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            seen.add(name)
            if assigned[name].value is None:
                return True
            waiting |= self.reading.get(assigned[name].span, set[str]()) - seen
        return False

    def _ordered(self, case: syntax.Case, assigned: dict[str, syntax.Assign]) -> list[syntax.Assign]:
        """The assignments, each after those whose outputs it reads."""
        needs = {name: self.reading.get(item.span, set[str]()) & assigned.keys() for name, item in assigned.items()}
        try:
            return [assigned[name] for name in TopologicalSorter(needs).static_order()]
        except CycleError as error:
            names = sorted(set(error.args[1]), key=lambda name: assigned[name].output.span)
            message = f"{listed(names)} are assigned from each other"
            if len(names) == 1:
                message = f"`{names[0]}` is assigned from itself"
            help_ = f"one of them needs a value of its own in the case `{case.name.id}`"
            self.report("P408", message, assigned[names[0]].output, help_)
            return list(assigned.values())

    def _statements(self, scope: Scope) -> dict[str, list[Placed]]:
        """Those that hold of the policy, the interface's first, by what they are."""
        interface = self.interface
        assumed = [*interface.assumptions, *self.assumptions_of(self.policy.under, interface)]
        found = {"assume": assumed, "invariant": [*interface.invariants]}
        taken = {placed.statement.name.id: placed for role in found for placed in found[role]}
        taken |= interface.optional
        for item in self.policy.items:
            if isinstance(item, syntax.Statement):
                placed = self.statement(item, taken, "choose another name")
                check_statement(scope, item, self.ground.expansion, self.outputs.keys())
                found[item.role].append(placed.claimed_under(self.assumptions_of(item.under, interface)))
        return found
