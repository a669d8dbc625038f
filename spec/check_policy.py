"""Check one policy against its interface: assignments, cases, statements, expectations; and its scenarios."""

from __future__ import annotations

from .check_interface import check_statement
from .checked import IMPLIED, CheckedCase, CheckedInterface, CheckedPolicy, CheckedScenario, Placed
from .defines import Defined, Definitions, Sizes, reads, sign_all
from .diagnostics import Diagnostic, Related, nearest
from .infer import Scope, Signature, expect
from .source import Source
from .syntax import Assign, Case, Define, Ensure, Expect, Expr, Given, Label, Policy, Scenario, Statement, Then
from .types import BOOL, AnyType


class PolicyChecker:
    """Everything known about one policy while its declarations are gone through."""

    def __init__(self, policy: Policy, source: Source, interface: CheckedInterface, outer: Definitions,
                 signatures: dict[str, Signature], values: dict[str, AnyType], problems: list[Diagnostic]) -> None:
        self.policy = policy
        self.source = source
        self.interface = interface
        self.problems = problems
        self.values = values
        own = [Defined(item, source, of_file=False) for item in policy.items if isinstance(item, Define)]
        self.definitions = outer.extended(own)
        self.own = own
        self.base = signatures
        self.signatures: dict[str, Signature] = {}
        self.outputs = {v.name.id for v in interface.outputs}

    def report(self, code: str, message: str, label: Label, help_: str = "", *related: Related) -> None:
        self.problems.append(Diagnostic(code, message, help_, self.source, label.span, related))

    def scope(self, without_outputs: str = "") -> Scope:
        values = self.values
        hidden: dict[str, str] = {}
        if without_outputs:
            values = {name: type_ for name, type_ in values.items() if name not in self.outputs}
            hidden = dict.fromkeys(self.outputs, without_outputs)
        return Scope(self.source, self.problems, self.interface.layout.fields, values, self.signatures, hidden)

    def check(self, refines: CheckedPolicy | None) -> CheckedPolicy:
        self._own_defines()
        self.signatures = sign_all(self.definitions, self.scope(), self.source, self.base)
        bodies = self.definitions.bodies()
        shared = [item for item in self.policy.items if isinstance(item, Assign)]
        for item in shared:
            self._assign(item)
        cases = self._cases(shared)
        assumptions, invariants = self._statements()
        for placed in self.interface.assumptions:
            found = sorted(reads(placed.statement.formula, bodies) & self.outputs)
            if found:
                self.report("P205", f"the assumption `{placed.statement.name.id}` comes to speak of the output `{found[0]}`",
                            self.policy.name, "a `define` that assumptions use cannot read outputs")
        return CheckedPolicy(
            self.policy, self.source, self.interface, tuple(cases), bodies,
            (*self.interface.assumptions, *assumptions), (*self.interface.invariants, *invariants), refines,
            tuple(item for item in self.policy.items if isinstance(item, Expect)),
        )

    def _own_defines(self) -> None:
        seen: dict[str, Label] = {}
        for defined in self.own:
            name = defined.define.name
            twice = seen.get(name.id)
            known = self.base.get(name.id)
            if twice is not None:
                self.report("P202", f"`{name.id}` is declared twice", name, "rename or delete one of them",
                            Related(self.source, twice.span, "first declared here"))
            elif name.id in self.values:
                self.report("P202", f"`{name.id}` is declared by the interface already", name, "choose another name")
            elif known is not None and name.id not in self._interface_defines():
                self.report("P202", f"`{name.id}` is declared twice", name, "rename or delete one of them",
                            Related(known.source, known.define.name.span, "first declared here"))
            seen.setdefault(name.id, name)

    def _interface_defines(self) -> set[str]:
        return {item.name.id for item in self.interface.declaration.items if isinstance(item, Define)}

    def _assign(self, item: Assign) -> None:
        name = item.output
        if name.id not in self.outputs:
            known = nearest(name.id, sorted(self.outputs))
            if name.id in self.interface.variables:
                role = self.interface.variables[name.id].role
                self.report("P211", f"`{name.id}` is {'an' if role == 'input' else 'a'} {role}; only outputs are assigned", name)
            else:
                self.report("P211", f"`{self.interface.name}` has no output `{name.id}`", name,
                            f"did you mean `{known}`?" if known else f"its outputs are {_listed(sorted(self.outputs))}")
            return
        if item.value is not None:
            expect(self.scope(), item.value, self.values[name.id])
            self._size(item.value, name)

    def _size(self, formula: Expr, label: Label) -> None:
        if Sizes(self.definitions.bodies()).too_large(formula):
            self.report("P418", "this formula is too large with its `define`s put in", label,
                        "use them less often, or nest them less deeply")

    def _cases(self, shared: list[Assign]) -> list[CheckedCase]:
        cases = [item for item in self.policy.items if isinstance(item, Case)]
        if not cases:
            self.report("P410", f"`{self.policy.name.id}` has no case", self.policy.name,
                        "write at least `case always otherwise { … }`")
        names: dict[str, Label] = {}
        made: list[CheckedCase] = []
        for at, case in enumerate(cases):
            if case.name.id in names:
                self.report("P202", f"the case `{case.name.id}` is declared twice", case.name, "rename one of them",
                            Related(self.source, names[case.name.id].span, "first declared here"))
            names.setdefault(case.name.id, case.name)
            if case.guard is None and at + 1 < len(cases):
                self.report("P409", f"no case after `{case.name.id}` can apply: it answers everything", case.name,
                            "`otherwise` goes with the last case")
            elif case.guard is not None:
                self._guard(case, case.guard)
            made.append(self._case(case, shared))
        return made

    def _guard(self, case: Case, guard: Expr) -> None:
        expect(self.scope("a guard looks at configuration and inputs; write what the output is assigned from"), guard, BOOL)
        self._size(guard, case.name)
        found = reads(guard, self.definitions.bodies()) & self.outputs
        if found and not any(p.code == "P205" and p.span.start >= guard.span.start and p.span.end <= guard.span.end
                             for p in self.problems[-4:]):
            self.report("P205", f"the guard of `{case.name.id}` comes to read the output `{min(found)}`", case.name,
                        "a `define` that a guard uses cannot read outputs")

    def _case(self, case: Case, shared: list[Assign]) -> CheckedCase:
        assigned: dict[str, Assign] = {}
        for item in shared:
            self._once(assigned, item)
        for item in case.items:
            if isinstance(item, Assign):
                self._assign(item)
                self._once(assigned, item)
        missing = [v.name.id for v in self.interface.outputs if v.name.id not in assigned]
        if missing:
            self.report("P406", f"the case `{case.name.id}` leaves {_listed(missing)} without a value", case.name,
                        "assign every output once, in the policy or in each case; `= any` leaves it open")
        ensures = [item for item in case.items if isinstance(item, Ensure)]
        open_ = {name for name, item in assigned.items() if item.value is None}
        for item in ensures:
            expect(self.scope(), item.formula, BOOL)
            self._size(item.formula, case.name)
            if not missing and not self._reaches(item.formula, assigned) & open_:
                self.problems.append(Diagnostic(
                    "P412", "this `ensure` speaks of no output that is left open", "an `ensure` narrows an output assigned `any`; "
                    "what must hold anyway is an `invariant`", self.source, item.span))
        return CheckedCase(case, tuple(self._ordered(case, assigned)), tuple(ensures))

    def _reaches(self, formula: Expr, assigned: dict[str, Assign]) -> set[str]:
        """The outputs that a formula reads, also through what they are assigned from."""
        bodies = self.definitions.bodies()
        found: set[str] = set()
        waiting = reads(formula, bodies) & self.outputs
        while waiting:
            name = waiting.pop()
            found.add(name)
            value = assigned[name].value if name in assigned else None
            if value is not None:
                waiting |= (reads(value, bodies) & self.outputs) - found
        return found

    def _once(self, assigned: dict[str, Assign], item: Assign) -> None:
        if item.output.id not in self.outputs:
            return
        first = assigned.get(item.output.id)
        if first is not None:
            self.report("P407", f"`{item.output.id}` is assigned twice on this path", item.output, "delete one of the two",
                        Related(self.source, first.output.span, "first assigned here"))
            return
        assigned[item.output.id] = item

    def _ordered(self, case: Case, assigned: dict[str, Assign]) -> list[Assign]:
        """The assignments, each after those whose outputs it reads."""
        bodies = self.definitions.bodies()
        waiting = {
            name: set[str]() if item.value is None else reads(item.value, bodies) & assigned.keys()
            for name, item in assigned.items()
        }
        order: list[Assign] = []
        while waiting:
            ready = [name for name, needs in waiting.items() if not needs & waiting.keys()]
            if not ready:
                names = sorted(waiting)
                self.report("P408", f"{_listed(names)} {'is' if len(names) == 1 else 'are'} assigned from each other"
                            if len(names) > 1 else f"`{names[0]}` is assigned from itself", assigned[names[0]].output,
                            f"one of them needs a value of its own in the case `{case.name.id}`")
                return order
            for name in ready:
                order.append(assigned[name])
                del waiting[name]
        return order

    def _statements(self) -> tuple[list[Placed], list[Placed]]:
        taken = {p.statement.name.id: p for p in (*self.interface.assumptions, *self.interface.invariants)}
        found: tuple[list[Placed], list[Placed]] = ([], [])
        bodies = self.definitions.bodies()
        for item in self.policy.items:
            if not isinstance(item, Statement):
                continue
            first = taken.get(item.name.id)
            if first is not None:
                self.report("P202", f"`{item.name.id}` is declared twice", item.name, "choose another name",
                            Related(first.source, first.statement.name.span, "first declared here"))
            elif item.role == "invariant" and item.name.id in IMPLIED:
                self.report("P202", f"`{item.name.id}` is a claim that `check` makes by itself", item.name, "choose another name")
            placed = Placed(item, self.source)
            taken.setdefault(item.name.id, placed)
            check_statement(self.scope(), item, bodies, self.outputs)
            found[0 if item.role == "assume" else 1].append(placed)
        return found


def check_expectations(policy: CheckedPolicy, scenarios: list[str], problems: list[Diagnostic]) -> None:
    """Each `expect refuted` names a claim of the policy, once."""
    names = [*policy.claim_names(), *scenarios]
    known = set(names)
    seen: dict[str, Expect] = {}
    for item in policy.expects:
        if item.claim.id not in known:
            near = nearest(item.claim.id, names)
            problems.append(Diagnostic("P209", f"`{policy.name}` has no claim `{item.claim.id}`",
                                       f"did you mean `{near}`?" if near else f"its claims are {_listed(names)}",
                                       policy.source, item.claim.span))
        elif item.claim.id in seen:
            problems.append(Diagnostic("P202", f"`{item.claim.id}` is expected twice", "delete one of the two", policy.source,
                                       item.claim.span, (Related(policy.source, seen[item.claim.id].span, "the other"),)))
        seen.setdefault(item.claim.id, item)


def check_scenario(scenario: Scenario, source: Source, policy: CheckedPolicy, signatures: dict[str, Signature],
                   values: dict[str, AnyType], problems: list[Diagnostic]) -> CheckedScenario:
    """Check a worked example: constants for configuration and inputs, formulas for what must hold then."""
    interface = policy.interface
    fields = interface.layout.fields
    constants = {name: type_ for name, type_ in values.items() if name in interface.constants}
    hidden = dict.fromkeys(interface.variables, "a scenario gives constants")
    of_files = {name: s for name, s in signatures.items() if not names_interface(s, interface)}
    closed = Scope(source, problems, fields, constants, of_files, hidden)
    whole = Scope(source, problems, fields, values, signatures)
    givens: dict[str, Expr] = {}
    formulas: list[Expr] = []
    for item in scenario.items:
        match item:
            case Given(name=name, value=value):
                variable = interface.variables.get(name.id)
                if variable is None or variable.role == "output":
                    settable = [v.name.id for v in (*interface.configs, *interface.inputs)]
                    problems.append(Diagnostic("P419", f"`{name.id}` is no config or input of `{interface.name}`",
                                               f"a scenario can give {_listed(settable)}", source, name.span))
                elif name.id in givens:
                    problems.append(Diagnostic("P419", f"`{name.id}` is given twice", "delete one of the two", source, name.span))
                else:
                    expect(closed, value, values[name.id])
                    givens[name.id] = value
            case Then(formula=formula):
                expect(whole, formula, BOOL)
                formulas.append(formula)
    if not formulas:
        problems.append(Diagnostic("P420", f"the scenario `{scenario.name.id}` says nothing", "add `then` with what must hold",
                                   source, scenario.name.span))
    return CheckedScenario(scenario, policy, source, tuple(givens.items()), tuple(formulas))


def names_interface(signature: Signature, interface: CheckedInterface) -> bool:
    """Whether a `define` comes to read a variable of the interface."""
    body = signature.define.body
    parameters = {p.id for p in signature.define.parameters}
    return body is None or bool((reads(body, interface.defines) - parameters) & interface.variables.keys())


def _listed(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names[:12]]
    if len(names) > 12:
        return ", ".join(quoted) + " …"
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}" if quoted else "nothing"
