"""Files to a program: every declaration checked, every fault of all files reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import field
from msgspec.structs import replace

from .. import syntax
from ..checked import IMPLIED, CheckedPolicy
from ..checked_interface import CheckedInterface
from ..defines import Defined, Expansion
from ..diagnostics import Diagnostic, Related, listed, meant
from ..files import in_library
from .checker import Checker
from .environment import Entry, Environment, Kind
from .host import HostChecker
from .interface import InterfaceChecker
from .policy import Ground, PolicyChecker
from .refines import check_refines
from .scenario import check_expectations, check_scenario
from .session import SessionChecker
from .signatures import Signatures

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..source import Source

_UNSEEN = "a scenario sees the `define`s that its subject sees: declare it next to that"


def check_file(
    file: syntax.File, used: list[tuple[syntax.Use, Environment]], *, incomplete: bool = False
) -> tuple[Environment, list[Diagnostic]]:
    """Check one file, given the environments of the files that it uses, in the order of its `use`s.

    `incomplete` says that one of those could not be read.
    """
    checker = _FileChecker(file.source, [], file)
    for use, other in used:
        checker.bring_in(use, other)
    checker.environment.damaged.names |= file.damaged
    checker.environment.damaged.anything |= incomplete or file.nameless
    checker.check()
    return checker.environment, checker.problems


def _add_scenarios(mine: dict[str, Entry[Kind]], theirs: dict[str, Entry[Kind]]) -> None:
    """Add entries, and to those that are there already the scenarios of the others."""
    for name, entry in theirs.items():
        known = mine.get(name, entry)
        mine[name] = replace(known, scenarios={**known.scenarios, **entry.scenarios})


class _FileChecker(Checker, eq=False):
    """Goes through the declarations of one file: `define`s, interfaces, policies, hosts, sessions, then scenarios."""

    file: syntax.File
    environment: Environment = field(default_factory=Environment)
    grounds: dict[str, Ground] = field(default_factory=dict[str, Ground])
    claims: dict[str, set[str]] = field(default_factory=dict[str, set[str]])

    def bring_in(self, use: syntax.Use, other: Environment) -> None:
        mine = self.environment
        for name, (source, label) in other.declared.items():
            known = mine.declared.get(name)
            if known is not None and known[0] is not source:
                related = (Related(known[0], known[1].span, "declared here"), Related(source, label.span, "and here"))
                help_ = "rename one of them, or use one of the files only"
                self.report("P112", f"`{name}` arrives from two files", use, help_, *related)
                mine.damaged.names.add(name)
        mine.interfaces = {**other.interfaces, **mine.interfaces}
        _add_scenarios(mine.policies, other.policies)
        _add_scenarios(mine.sessions, other.sessions)
        mine.hosts = {**other.hosts, **mine.hosts}
        mine.defines = {**other.defines, **mine.defines}
        mine.declared = {**other.declared, **mine.declared}
        mine.damaged.names |= other.damaged.names
        mine.damaged.anything |= other.damaged.anything

    def check(self) -> None:
        own = self._declare()
        self._defines([item for item in own if isinstance(item, syntax.Define)])
        for item in own:
            if isinstance(item, syntax.Interface):
                self._interface(item)
        for item in self._in_order([item for item in own if isinstance(item, syntax.Policy)]):
            self._policy(item)
        for item in own:
            if isinstance(item, syntax.Host):
                self._host(item)
        for item in own:
            if isinstance(item, syntax.Session):
                self._session(item)
        for item in self.file.declarations:
            if isinstance(item, syntax.Scenario) and item.name.id not in self.file.damaged:
                self._scenario(item)
        for entry in self.environment.subjects.values():
            if entry.checked.source is self.source:
                check_expectations(entry, self.problems)

    def _declare(self) -> list[syntax.Interface | syntax.Policy | syntax.Host | syntax.Session | syntax.Define]:
        """The declarations that count: whole, and the first of their name."""
        own: list[syntax.Interface | syntax.Policy | syntax.Host | syntax.Session | syntax.Define] = []
        for item in self.file.declarations:
            if isinstance(item, (syntax.Use, syntax.Scenario)):
                continue
            label = item.name
            known = self.environment.declared.setdefault(label.id, (self.source, label))
            if known[1] is not label:
                self.twice(label, self.related(known[1], source=known[0]))
                # Whichever of the two a reference means, one of them is there.
                self.environment.damaged.names.add(label.id)
            elif label.id not in self.file.damaged:
                own.append(item)
        return own

    def _defines(self, own: list[syntax.Define]) -> None:
        environment = self.environment
        environment.defines.update({item.name.id: Defined(item, self.source, of_file=True) for item in own})
        # Without a format here; each interface and policy looks again at those that it uses.
        signatures = Signatures(environment.defines, self.problems, (), {}, environment.damaged)
        expansion = Expansion(environment.defines, self.problems)
        for item in own:
            signatures.get(item.name.id)
            expansion.define(item.name.id)

    def _interface(self, item: syntax.Interface) -> None:
        environment = self.environment
        checker = InterfaceChecker(self.source, self.problems, item, environment.defines, environment.damaged)
        environment.interfaces[item.name.id] = Entry(checker.check(), checker.signatures, checker.outer)

    def _in_order(self, policies: list[syntax.Policy]) -> list[syntax.Policy]:
        """Each policy after the one that it refines."""
        own = {item.name.id: item for item in policies}
        order: dict[str, syntax.Policy] = {}
        for policy in policies:
            path: dict[str, syntax.Policy] = {}
            at: syntax.Policy | None = policy
            while at is not None and at.name.id not in order and at.name.id not in path:
                path[at.name.id] = at
                at = own.get(at.refines.id) if at.refines else None
            if at is not None and at.name.id in path and at.refines:
                way = list(path)[list(path).index(at.name.id) + 1 :]
                through = f", through {listed(way)}" if way else ""
                help_ = "a policy refines one that is declared without it"
                self.report("P417", f"`{at.name.id}` refines itself{through}", at.refines, help_)
                self.environment.damaged.names.add(at.name.id)
            order.update(reversed(path.items()))
        return list(order.values())

    def _policy(self, item: syntax.Policy) -> None:
        environment = self.environment
        name = item.interface.id
        if name not in environment.interfaces:
            # Without its interface nothing can be said of the policy, nor of what speaks of it.
            environment.damaged.names.add(item.name.id)
            self._unknown("P203", "interface", item.interface, environment.interfaces)
            return
        interface = environment.interfaces[name]
        refined = self._refined(item.refines, interface.checked) if item.refines else None
        checker = PolicyChecker(self.source, self.problems, item, self._ground(interface), refined)
        entry = Entry(checker.check(), checker.signatures, environment.defines)
        environment.policies[item.name.id] = entry
        if refined is not None and item.refines is not None:
            check_refines(entry, environment.policies[item.refines.id], item.refines, self.problems)

    def _refined(self, label: syntax.Label, interface: CheckedInterface) -> CheckedPolicy | None:
        entry = self.environment.policies.get(label.id)
        if entry is None:
            self._unknown("P204", "policy", label, self.environment.policies)
            return None
        refined = entry.checked
        if refined.interface.declared is not interface:
            message = f"`{refined.name}` is a policy for `{refined.interface.name}`"
            related = Related(refined.source, refined.declaration.name.span, "declared here")
            self.report("P416", message, label, "a policy refines one of the same interface", related)
            return None
        return refined

    def _ground(self, interface: Entry[CheckedInterface]) -> Ground:
        """What is in force for those of an interface: the `define`s of this file, and the interface's."""
        checked = interface.checked
        if checked.name in self.grounds:
            return self.grounds[checked.name]
        own = {name: entry for name, entry in interface.signatures.entries.items() if not entry.of_file}
        names = {name: entry.define.name for name, entry in own.items()}
        names |= {label.id: label for label in checked.labels()}
        self._apart(names, interface.outer, f"the interface `{checked.name}`", checked.source)
        entries = {**self.environment.defines, **own}
        bodies = {name: entry.define for name, entry in entries.items()}
        ground = Ground(checked, interface.signatures, entries, bodies, self.problems)
        self.grounds[checked.name] = ground
        return ground

    def _apart(self, names: dict[str, syntax.Label], outer: dict[str, Defined], of: str, source: Source) -> None:
        """Report `define`s in force here with the names of something declared elsewhere, where only `outer` were."""
        for name, entry in self.environment.defines.items():
            if name in names and outer.get(name) is not entry:
                message = f"`{name}` is declared by {of} already"
                related = Related(source, names[name].span, "declared here")
                span = entry.define.name.span
                self.problems.append(Diagnostic("P202", message, "rename one of them", entry.source, span, (related,)))

    def _host(self, item: syntax.Host) -> None:
        environment = self.environment
        interface = environment.interfaces.get(item.interface.id)
        if interface is None:
            environment.damaged.names.add(item.name.id)
            self._unknown("P203", "interface", item.interface, environment.interfaces)
            return
        ground = self._ground(interface)
        # What is typed for this file's hosts is no news to the interface.
        base = replace(interface.signatures, entries=ground.entries, known=dict(interface.signatures.known))
        checked = HostChecker(self.source, self.problems, item, interface.checked, base).check()
        if checked is None:
            environment.damaged.names.add(item.name.id)
        else:
            environment.hosts[item.name.id] = checked

    def _session(self, item: syntax.Session) -> None:
        environment = self.environment
        host = environment.hosts.get(item.host.id)
        policy = environment.policies.get(item.policy.id)
        if host is None:
            self._unknown("P212", "host", item.host, environment.hosts)
        if policy is None:
            self._unknown("P204", "policy", item.policy, environment.policies)
        if host is None or policy is None:
            environment.damaged.names.add(item.name.id)
            return
        theirs = policy.checked.interface.declared
        if host.interface is not theirs:
            environment.damaged.names.add(item.name.id)
            answers = f"`{policy.checked.name}` answers `{theirs.name}`"
            message = f"`{host.name}` speaks `{host.interface.name}`, and {answers}"
            related = [
                Related(side.source, side.declaration.interface.span, which)
                for side, which in ((host, "the host"), (policy.checked, "the policy"))
            ]
            help_ = "a session is a host with a policy of the same interface"
            self.report("P425", message, item.policy, help_, *related)
            return
        interface = environment.interfaces[theirs.name]
        self._ground(interface)
        own = {name: entry for name, entry in policy.signatures.entries.items() if not entry.of_file}
        names = {name: entry.define.name for name, entry in own.items() if name not in interface.signatures.entries}
        self._apart(names, policy.outer, f"the policy `{policy.checked.name}`", policy.checked.source)
        for name, (source, label) in policy.checked.added.items():
            self._apart({name: label}, policy.outer, f"the policy `{policy.checked.name}`", source)
        checker = SessionChecker(self.source, self.problems, item, host, policy, environment.defines)
        checked = checker.check()
        if checked is None:
            environment.damaged.names.add(item.name.id)
        else:
            environment.sessions[item.name.id] = Entry(checked, checker.signatures, environment.defines)

    def _scenario(self, item: syntax.Scenario) -> None:
        environment = self.environment
        name = item.subject.id
        entry = environment.subjects.get(name)
        if entry is None:
            self._unknown("P204", "policy or session", item.subject, environment.subjects)
            return
        if name in environment.damaged.names:
            # It is declared twice, and who knows which is meant.
            return
        policy = entry.checked
        if name not in self.claims:
            self.claims[name] = {*policy.claim_names(), *IMPLIED}
        first = entry.scenarios.get(item.name.id)
        if first is not None or item.name.id in self.claims[name]:
            related = [self.related(first.declaration.name, source=first.source)] if first else []
            message = f"`{policy.name}` has a claim `{item.name.id}` already"
            self.report("P202", message, item.name, "rename the scenario", *related)
            return
        unseen = environment.defines.keys() - entry.signatures.entries.keys()
        hidden = dict.fromkeys(unseen, _UNSEEN)
        entry.scenarios[item.name.id] = check_scenario(item, self.source, entry, hidden, self.problems)

    def _unknown(self, code: str, kind: str, label: syntax.Label, known: Iterable[str]) -> None:
        if label.id in self.environment.damaged:
            return
        missing = f"declare the {kind}, or bring its file in with `use`"
        help_ = meant(label.id, known, missing, already=len(self.problems))
        if kind == "interface" and (file := in_library(label.id)) is not None:
            help_ = f"it is in the library: write `use {file}` at the top"
        other = self.environment.kind(label.id)
        if other:
            source, declared = self.environment.declared[label.id]
            related = Related(source, declared.span, f"this is {other}")
            self.report(code, f"`{label.id}` is {other}, and no {kind}", label, help_, related)
        else:
            self.report(code, f"no {kind} is called `{label.id}`", label, help_)
