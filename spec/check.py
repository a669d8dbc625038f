"""Files to a program: every declaration checked, every fault of all files reported."""

from __future__ import annotations

from dataclasses import dataclass, field

from .check_interface import InterfaceChecker
from .check_policy import PolicyChecker, check_expectations, check_scenario
from .checked import IMPLIED, CheckedInterface, CheckedPolicy, CheckedScenario, Program
from .defines import Defined, Definitions, sign_all
from .diagnostics import Diagnostic, Related, nearest
from .infer import Scope, Signature
from .source import Source
from .syntax import Define, File, Interface, Label, Policy, Scenario, Use
from .types import AnyType


@dataclass(slots=True)
class _Interface:
    """An interface with what policies need of its checking."""

    checked: CheckedInterface
    signatures: dict[str, Signature]
    values: dict[str, AnyType]


@dataclass(slots=True)
class Environment:
    """The names of a file: its own and those of the files that it uses."""

    interfaces: dict[str, _Interface] = field(default_factory=dict[str, "_Interface"])
    policies: dict[str, CheckedPolicy] = field(default_factory=dict[str, CheckedPolicy])
    signatures: dict[str, dict[str, Signature]] = field(default_factory=dict[str, "dict[str, Signature]"])
    definitions: Definitions = field(default_factory=Definitions)
    scenarios: list[CheckedScenario] = field(default_factory=list[CheckedScenario])
    declared: dict[str, tuple[Source, Label]] = field(default_factory=dict[str, "tuple[Source, Label]"])
    damaged: set[str] = field(default_factory=set[str])

    def bring_in(self, other: Environment, problems: list[Diagnostic], user: Source, use: Use) -> None:
        for name, (source, label) in other.declared.items():
            known = self.declared.get(name)
            if known is not None and known[0] is not source:
                problems.append(Diagnostic(
                    "P112", f"`{name}` arrives from two files", "rename one of them, or use one of the files only", user, use.span,
                    (Related(known[0], known[1].span, "declared here"), Related(source, label.span, "and here"))))
        self.interfaces = {**other.interfaces, **self.interfaces}
        self.policies = {**other.policies, **self.policies}
        self.signatures = {**other.signatures, **self.signatures}
        self.definitions = Definitions({**other.definitions.entries, **self.definitions.entries})
        self.declared = {**other.declared, **self.declared}
        self.scenarios = [s for s in other.scenarios if s not in self.scenarios] + self.scenarios
        self.damaged |= other.damaged


def check_file(file: File, used: list[tuple[Use, Environment]]) -> tuple[Environment, list[Diagnostic]]:
    """Check one file, given the environments of the files that it uses, in the order of its `use`s."""
    problems: list[Diagnostic] = []
    environment = Environment()
    for use, other in used:
        environment.bring_in(other, problems, file.source, use)
    environment.damaged |= file.damaged
    _declare(file, environment, problems)
    _file_defines(file, environment, problems)
    for declaration in file.declarations:
        if isinstance(declaration, Interface) and declaration.name.id not in file.damaged:
            _interface(declaration, file, environment, problems)
    for policy in _in_order(file, environment, problems):
        _policy(policy, file, environment, problems)
    for declaration in file.declarations:
        if isinstance(declaration, Scenario):
            _scenario(declaration, file, environment, problems)
    for policy in environment.policies.values():
        if policy.source is file.source:
            scenarios = [s.name for s in environment.scenarios if s.policy is policy]
            check_expectations(policy, scenarios, problems)
    return environment, _once(problems)


def program(environment: Environment, source: Source) -> Program:
    interfaces = {name: entry.checked for name, entry in environment.interfaces.items()}
    return Program(source, interfaces, environment.policies, tuple(environment.scenarios))


def _once(problems: list[Diagnostic]) -> list[Diagnostic]:
    """In the order of the text, without repetitions (a file's `define` is checked for each interface)."""
    seen: dict[tuple[object, ...], Diagnostic] = {}
    for problem in problems:
        seen.setdefault((problem.code, problem.source, problem.span, problem.message), problem)
    return sorted(seen.values(), key=lambda p: (p.source.name if p.source else "", p.span))


def _declare(file: File, environment: Environment, problems: list[Diagnostic]) -> None:
    for declaration in file.declarations:
        if isinstance(declaration, (Use, Scenario)):
            continue
        label = declaration.name
        known = environment.declared.get(label.id)
        if known is not None:
            problems.append(Diagnostic("P202", f"`{label.id}` is declared twice", "rename or delete one of them", file.source,
                                       label.span, (Related(known[0], known[1].span, "first declared here"),)))
        else:
            environment.declared[label.id] = (file.source, label)


def _file_defines(file: File, environment: Environment, problems: list[Diagnostic]) -> None:
    own = [Defined(item, file.source, of_file=True) for item in file.declarations if isinstance(item, Define)]
    environment.definitions = environment.definitions.extended(own)
    # Names and types are looked at here without a format; each interface looks again with its own.
    sign_all(environment.definitions, Scope(file.source, problems, (), {}, {}), file.source)


def _interface(item: Interface, file: File, environment: Environment, problems: list[Diagnostic]) -> None:
    if environment.declared[item.name.id][1] is not item.name:
        return
    checker = InterfaceChecker(item, file.source, environment.definitions, problems)
    checked = checker.check()
    environment.interfaces[item.name.id] = _Interface(checked, checker.signatures, checker.values)


def _in_order(file: File, environment: Environment, problems: list[Diagnostic]) -> list[Policy]:
    """The file's policies, each after the one that it refines."""
    own = {d.name.id: d for d in file.declarations if isinstance(d, Policy) and d.name.id not in file.damaged
           and environment.declared[d.name.id][1] is d.name}
    order: list[Policy] = []
    done: set[str] = set()
    for policy in own.values():
        path: list[Policy] = []
        at: Policy | None = policy
        while at is not None and at.name.id not in done and at not in path:
            path.append(at)
            at = own.get(at.refines.id) if at.refines else None
        if at is not None and at in path:
            problems.append(Diagnostic("P417", f"`{at.name.id}` refines itself", "a policy refines one that is declared without it",
                                       file.source, at.refines.span if at.refines else at.name.span))
            done.update(p.name.id for p in path)
            continue
        for entry in reversed(path):
            done.add(entry.name.id)
            order.append(entry)
    return order


def _policy(item: Policy, file: File, environment: Environment, problems: list[Diagnostic]) -> None:
    found = environment.interfaces.get(item.interface.id)
    if found is None:
        if item.interface.id not in environment.damaged:
            near = nearest(item.interface.id, list(environment.interfaces))
            problems.append(Diagnostic("P203", f"no interface is called `{item.interface.id}`", _meant(near, "interface"),
                                       file.source, item.interface.span))
        return
    refined: CheckedPolicy | None = None
    if item.refines is not None:
        refined = environment.policies.get(item.refines.id)
        if refined is None and item.refines.id not in environment.damaged:
            near = nearest(item.refines.id, list(environment.policies))
            problems.append(Diagnostic("P204", f"no policy is called `{item.refines.id}`", _meant(near, "policy"), file.source,
                                       item.refines.span))
        elif refined is not None and refined.interface is not found.checked:
            problems.append(Diagnostic("P416", f"`{refined.name}` is a policy for `{refined.interface.name}`",
                                       "a policy refines one of the same interface", file.source, item.refines.span,
                                       (Related(refined.source, refined.declaration.name.span, "declared here"),)))
            refined = None
    definitions = environment.definitions.extended([])
    own = Definitions({**definitions.entries, **_interface_definitions(found.checked, environment).entries})
    checker = PolicyChecker(item, file.source, found.checked, own, found.signatures, found.values, problems)
    environment.policies[item.name.id] = checker.check(refined)
    environment.signatures[item.name.id] = checker.signatures


def _interface_definitions(interface: CheckedInterface, environment: Environment) -> Definitions:
    own = {d.name.id for d in interface.declaration.items if isinstance(d, Define)}
    return Definitions({
        name: Defined(define, interface.source, of_file=False) for name, define in interface.defines.items() if name in own
    })


def _scenario(item: Scenario, file: File, environment: Environment, problems: list[Diagnostic]) -> None:
    policy = environment.policies.get(item.subject.id)
    if policy is None:
        if item.subject.id not in environment.damaged:
            near = nearest(item.subject.id, list(environment.policies))
            problems.append(Diagnostic("P204", f"no policy is called `{item.subject.id}`", _meant(near, "policy"), file.source,
                                       item.subject.span))
        return
    taken = {*policy.claim_names(), *(s.name for s in environment.scenarios if s.policy is policy)}
    if item.name.id in taken or item.name.id in IMPLIED:
        problems.append(Diagnostic("P202", f"`{policy.name}` has a claim `{item.name.id}` already", "rename the scenario",
                                   file.source, item.name.span))
        return
    values = environment.interfaces[policy.interface.name].values
    checked = check_scenario(item, file.source, policy, environment.signatures[policy.name], values, problems)
    environment.scenarios.append(checked)


def _meant(near: str | None, kind: str) -> str:
    return f"did you mean `{near}`?" if near else f"declare the {kind}, or bring its file in with `use`"
