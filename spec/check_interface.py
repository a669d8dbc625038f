"""Check one interface: its format, its variables, its `define`s and statements."""

from __future__ import annotations

import re

from .checked import IMPLIED, CheckedInterface, Placed
from .defines import Defined, Definitions, Sizes, reads, sign_all
from .diagnostics import Diagnostic, Related
from .infer import Scope, Signature, expect
from .source import Source
from .syntax import Define, Enumeration, FieldLayout, Interface, Label, Layout, Slice, Statement, Variable
from .types import BOOL, REVISION, SET, AnyType, Type

_REGISTER = re.compile(r"x([0-9]|[12][0-9]|30)")
EMPTY_LAYOUT = Layout((FieldLayout(Label("word"), Slice(63, 0), False),))


class InterfaceChecker:
    """Everything known about one interface while its declarations are gone through in order."""

    def __init__(self, interface: Interface, source: Source, outer: Definitions, problems: list[Diagnostic]) -> None:
        self.interface = interface
        self.source = source
        self.problems = problems
        self.variables: dict[str, Variable] = {}
        self.constants: dict[str, int] = {}
        self.values: dict[str, AnyType] = {}
        self.declared: dict[str, Label] = {}
        self.statements: dict[str, Label] = {}
        self.layout = EMPTY_LAYOUT
        self.own = [item for item in interface.items if isinstance(item, Define)]
        self.outer = outer
        self.definitions = outer.extended([Defined(define, source, of_file=False) for define in self.own])
        self.signatures: dict[str, Signature] = {}

    def report(self, code: str, message: str, label: Label, help_: str = "", *related: Related) -> None:
        self.problems.append(Diagnostic(code, message, help_, self.source, label.span, related))

    def check(self) -> CheckedInterface:
        for item in self.interface.items:
            match item:
                case Layout():
                    self._layout(item)
                case Variable():
                    self._variable(item)
                case Define():
                    self._declare(item.name)
                case Statement():
                    self._statement_name(item)
        if self.layout is EMPTY_LAYOUT:
            self.report("P404", f"`{self.interface.name.id}` does not lay out its revisions", self.interface.name,
                        "add, for example, `revision { reserved[63:31] zero major[30:16] minor[15:0] }`")
        if not any(v.role == "output" for v in self.variables.values()):
            self.report("P414", f"`{self.interface.name.id}` has no output", self.interface.name,
                        "declare what the implementation returns with `output`")
        self.signatures = sign_all(self.definitions, self.scope(), self.source)
        assumptions, invariants = self._formulas()
        return CheckedInterface(
            self.interface, self.source, self.layout, self.variables, self.constants, self.definitions.bodies(),
            tuple(assumptions), tuple(invariants),
        )

    def _declare(self, label: Label) -> bool:
        first = self.declared.get(label.id)
        known = self.outer.entries.get(label.id)
        if known is not None:
            self.report("P202", f"`{label.id}` is declared twice", label, "rename or delete one of them",
                        Related(known.source, known.define.name.span, "first declared here"))
            return False
        if first is None:
            self.declared[label.id] = label
            return True
        self.report("P202", f"`{label.id}` is declared twice", label, "rename or delete one of them",
                    Related(self.source, first.span, "first declared here"))
        return False

    def _statement_name(self, item: Statement) -> None:
        first = self.statements.get(item.name.id)
        if first is not None:
            self.report("P202", f"`{item.name.id}` is declared twice", item.name, "rename or delete one of them",
                        Related(self.source, first.span, "first declared here"))
        elif item.role == "invariant" and item.name.id in IMPLIED:
            self.report("P202", f"`{item.name.id}` is a claim that `check` makes by itself", item.name, "choose another name")
        self.statements.setdefault(item.name.id, item.name)

    def _layout(self, layout: Layout) -> None:
        if self.layout is not EMPTY_LAYOUT:
            self.problems.append(
                Diagnostic("P404", "an interface lays its revisions out once", "delete one of the two", self.source, layout.span,
                           (Related(self.source, self.layout.span, "first laid out here"),))
            )
            return
        self.layout = layout
        names: dict[str, Label] = {}
        next_bit = 63
        previous: FieldLayout | None = None
        for field in layout.fields:
            if field.name.id in names:
                self.report("P202", f"the field `{field.name.id}` is declared twice", field.name, "rename one of them",
                            Related(self.source, names[field.name.id].span, "first declared here"))
            names.setdefault(field.name.id, field.name)
            high, low = field.bits.high, field.bits.low
            if not 63 >= high >= low:
                self.report("P403", f"`{field.name.id}` has no bits in a 64-bit word", field.name,
                            "write the higher bit first, and no bit above 63")
                return
            if high > next_bit:
                assert previous is not None
                both = f"{min(high, previous.bits.high)}:{next_bit + 1}"
                self.report("P401", f"`{field.name.id}` and `{previous.name.id}` overlap in bits {both}", field.name,
                            f"let `{field.name.id}` start at bit {next_bit}, and write fields from the top down")
            elif high < next_bit:
                self.report("P402", f"bits {next_bit}:{high + 1} belong to no field", field.name,
                            f"add `reserved[{next_bit}:{high + 1}] zero` before it")
            next_bit = low - 1
            previous = field
        if next_bit >= 0:
            label = layout.fields[-1].name if layout.fields else self.interface.name
            self.report("P402", f"bits {next_bit}:0 belong to no field", label, f"add `reserved[{next_bit}:0] zero` after it")
        if layout.fields and all(field.zero for field in layout.fields):
            self.report("P404", "every field is `zero`, so there is one revision only", layout.fields[0].name,
                        "leave `zero` off the fields that make up a revision")

    def _variable(self, item: Variable) -> None:
        if not self._declare(item.name):
            return
        self.variables[item.name.id] = item
        match item.type:
            case Enumeration(values=values):
                self.values[item.name.id] = Type("enumeration", item.name.id)
                self._constants(item, values)
            case "revision":
                self.values[item.name.id] = REVISION
            case "set":
                self.values[item.name.id] = SET
            case "bool":
                self.values[item.name.id] = BOOL
        allowed = {"config": ("set", "revision", "bool"), "input": ("revision",), "output": ("revision", "bool", "enum")}[item.role]
        kind = "enum" if isinstance(item.type, Enumeration) else item.type
        if kind not in allowed:
            words = {"set": "`set of revision`", "revision": "`revision`", "bool": "`bool`", "enum": "an enumeration"}
            self.report("P414", f"{'an' if item.role[0] in 'aeiou' else 'a'} {item.role} cannot be {words[kind]}", item.name,
                        f"it can be {' or '.join(words[k] for k in allowed)}")
        if item.register:
            self._register(item, item.register)

    def _constants(self, item: Variable, values: tuple[tuple[Label, int], ...]) -> None:
        numbers: dict[int, Label] = {}
        for label, number in values:
            if self._declare(label):
                self.constants[label.id] = number
                self.values[label.id] = Type("enumeration", item.name.id)
            if number >> 64:
                self.report("P303", f"the number of `{label.id}` does not fit in 64 bits", label)
            if number in numbers:
                self.report("P415", f"`{label.id}` and `{numbers[number].id}` have the same number", label,
                            "give each value a number of its own", Related(self.source, numbers[number].span, "the other"))
            numbers.setdefault(number, label)

    def _register(self, item: Variable, register: Label) -> None:
        if not _REGISTER.fullmatch(register.id) or item.role == "config":
            message = "a config is in no register" if item.role == "config" else f"`{register.id}` is not a register"
            self.report("P413", message, register, "registers are called x0 to x30, and hold inputs and outputs")
            return
        for other in self.variables.values():
            if other is not item and other.role == item.role and other.register and other.register.id == register.id:
                self.report("P413", f"`{other.name.id}` and `{item.name.id}` are both in {register.id}", register,
                            "give each a register of its own", Related(self.source, other.register.span, "the other"))

    def scope(self) -> Scope:
        return Scope(self.source, self.problems, self.layout.fields, self.values, self.signatures)

    def _formulas(self) -> tuple[list[Placed], list[Placed]]:
        assumptions: list[Placed] = []
        invariants: list[Placed] = []
        bodies = self.definitions.bodies()
        outputs = {v.name.id for v in self.variables.values() if v.role == "output"}
        for item in self.interface.items:
            if isinstance(item, Statement):
                check_statement(self.scope(), item, bodies, outputs)
                (assumptions if item.role == "assume" else invariants).append(Placed(item, self.source))
        return assumptions, invariants


def check_statement(scope: Scope, item: Statement, bodies: dict[str, Define], outputs: set[str]) -> None:
    expect(scope, item.formula, BOOL)
    if Sizes(bodies).too_large(item.formula):
        scope.report("P418", f"`{item.name.id}` is too large with its `define`s put in", item.name.span,
                     "use them less often, or nest them less deeply")
    if item.role == "assume":
        found = sorted(reads(item.formula, bodies) & outputs)
        if found:
            scope.report("P205", f"an assumption cannot speak of the output `{found[0]}`", item.formula.span,
                         "it restricts configurations and inputs; what the answer must be is an `invariant`")
