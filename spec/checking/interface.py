"""Check one interface: its variables, its `define`s and statements."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..checked import IMPLIED, CheckedInterface, Placed
from ..defines import Defined, Expansion, mention
from ..diagnostics import Diagnostic, Related
from ..syntax import (
    Define,
    Enumeration,
    FieldLayout,
    Interface,
    Label,
    Layout,
    Slice,
    Statement,
    ValueType,
    Variable,
)
from .infer import expect
from .layout import check_layout
from .signatures import Signatures
from .types import BOOL, REVISION, SET, AnyType, Type, Unknown

if TYPE_CHECKING:
    from collections.abc import Set

    from ..source import Source
    from .scope import Damaged, Scope

_REGISTER = re.compile(r"x([0-9]|[12][0-9]|30)")
EMPTY_LAYOUT = Layout((FieldLayout(Label("word"), Slice(63, 0), zero=False),))

_ALLOWED = {"config": ("set", "revision", "bool"), "input": ("revision",), "output": ("revision", "bool", "enum")}
_WORDS = {"set": "`set of revision`", "revision": "`revision`", "bool": "`bool`", "enum": "an enumeration"}
_TYPES = {"set": SET, "revision": REVISION, "bool": BOOL}


class InterfaceChecker:
    """Everything known about one interface while its declarations are gone through in order."""

    def __init__(
        self,
        interface: Interface,
        source: Source,
        outer: dict[str, Defined],
        problems: list[Diagnostic],
        damaged: Damaged,
    ) -> None:
        self.interface = interface
        self.source = source
        self.outer = outer
        self.problems = problems
        self.variables: dict[str, Variable] = {}
        self.constants: dict[str, int] = {}
        self.values: dict[str, AnyType] = {}
        self.declared: dict[str, Label] = {}
        self.statements: dict[str, Label] = {}
        self.registers: dict[tuple[str, str], Variable] = {}
        self.layout = EMPTY_LAYOUT
        own = [Defined(item, source, of_file=False) for item in interface.items if isinstance(item, Define)]
        entries = {**outer, **{entry.define.name.id: entry for entry in reversed(own)}}
        self.signatures = Signatures(entries, problems, (), self.values, damaged)

    def report(self, code: str, message: str, label: Label, help_: str = "", *related: Related) -> None:
        self.problems.append(Diagnostic(code, message, help_, self.source, label.span, related))

    def twice(self, label: Label, first: Label, source: Source | None = None) -> None:
        related = Related(source or self.source, first.span, "first declared here")
        self.report("P202", f"`{label.id}` is declared twice", label, "rename or delete one of them", related)

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
            help_ = "add, for example, `revision { reserved[63:31] zero major[30:16] minor[15:0] }`"
            name = self.interface.name
            self.report("P404", f"`{name.id}` does not lay out its revisions", name, help_)
        if not any(v.role == "output" for v in self.variables.values()):
            help_ = "declare what the implementation returns with `output`"
            self.report("P414", f"`{self.interface.name.id}` has no output", self.interface.name, help_)
        expansion = Expansion(self.signatures.entries, self.problems)
        for item in self.interface.items:
            if isinstance(item, Define):
                self.signatures.get(item.name.id)
                expansion.define(item.name.id)
        outputs = {v.name.id for v in self.variables.values() if v.role == "output"}
        placed: dict[str, list[Placed]] = {"assume": [], "invariant": []}
        for item in self.interface.items:
            if isinstance(item, Statement):
                check_statement(self.signatures.scope(self.source), item, expansion, outputs)
                placed[item.role].append(Placed(item, self.source))
        return CheckedInterface(
            self.interface,
            self.source,
            self.layout,
            self.variables,
            self.constants,
            {name: entry.define for name, entry in self.signatures.entries.items()},
            tuple(placed["assume"]),
            tuple(placed["invariant"]),
        )

    def _declare(self, label: Label) -> bool:
        outer = self.outer.get(label.id)
        if outer is not None:
            self.twice(label, outer.define.name, outer.source)
            return False
        first = self.declared.setdefault(label.id, label)
        if first is not label:
            self.twice(label, first)
        return first is label

    def _statement_name(self, item: Statement) -> None:
        first = self.statements.setdefault(item.name.id, item.name)
        if first is not item.name:
            self.twice(item.name, first)
        elif item.role == "invariant" and item.name.id in IMPLIED:
            message = f"`{item.name.id}` is a claim that `check` makes by itself"
            self.report("P202", message, item.name, "choose another name")

    def _layout(self, layout: Layout) -> None:
        if self.layout is not EMPTY_LAYOUT:
            first = Related(self.source, self.layout.span, "first laid out here")
            message = "an interface lays its revisions out once"
            self.problems.append(
                Diagnostic("P404", message, "delete one of the two", self.source, layout.span, (first,))
            )
            return
        self.layout = layout
        if check_layout(layout, self.source, self.problems):
            self.signatures.fields = layout.fields

    def _variable(self, item: Variable) -> None:
        new = self._declare(item.name)
        name = item.name.id
        if new:
            self.variables[name] = item
            self.values[name] = _type(name, item.type)
        if isinstance(item.type, Enumeration):
            self._constants(item.type.values, self.values[name] if new else Unknown())
        allowed = _ALLOWED[item.role]
        kind = "enum" if isinstance(item.type, Enumeration) else item.type
        if kind not in allowed:
            help_ = f"it can be {' or '.join(_WORDS[k] for k in allowed)}"
            self.report("P414", f"{with_article(item.role)} cannot be {_WORDS[kind]}", item.name, help_)
        if item.register:
            self._register(item, item.register)

    def _constants(self, values: tuple[tuple[Label, int], ...], type_: AnyType) -> None:
        numbers: dict[int, Label] = {}
        for label, number in values:
            if self._declare(label):
                self.constants[label.id] = number
                self.values[label.id] = type_
            if number >> 64:
                help_ = "the largest is 0xffffffffffffffff"
                self.report("P303", f"the number of `{label.id}` does not fit in 64 bits", label, help_)
            other = numbers.setdefault(number, label)
            if other is not label:
                message = f"`{label.id}` and `{other.id}` have the same number"
                related = Related(self.source, other.span, "the other")
                self.report("P415", message, label, "give each value a number of its own", related)

    def _register(self, item: Variable, register: Label) -> None:
        if not _REGISTER.fullmatch(register.id):
            self.report("P413", f"`{register.id}` is not a register", register, "registers are called x0 to x30")
            return
        other = self.registers.setdefault((item.role, register.id), item)
        if other is not item and other.register:
            message = f"`{other.name.id}` and `{item.name.id}` are both in {register.id}"
            related = Related(self.source, other.register.span, "the other")
            self.report("P413", message, register, "give each a register of its own", related)


def _type(name: str, type_: ValueType) -> Type:
    if isinstance(type_, Enumeration):
        return Type("enumeration", name, tuple((label.id, number) for label, number in type_.values))
    return _TYPES[type_]


def with_article(role: str) -> str:
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"


def check_statement(scope: Scope, item: Statement, expansion: Expansion, outputs: Set[str]) -> None:
    """Check the formula of an `assume` or an `invariant`."""
    help_ = "it restricts configurations and inputs; what the answer must be is an `invariant`"
    # An output that it reads is told of below; the help of another fault must not say to read one.
    unread = [name for name in outputs if mention(item.formula, name) is None] if item.role == "assume" else []
    expect(replace(scope, hidden={**scope.hidden, **dict.fromkeys(unread, help_)}), item.formula, BOOL)
    names, too_large = expansion.look(item.formula)
    if too_large:
        message = f"`{item.name.id}` is too large with its `define`s put in"
        scope.report("P418", message, item.name.span, "use them less often, or nest them less deeply")
    found = names & outputs if item.role == "assume" else None
    if found:
        name = min(found)
        message = f"an assumption cannot speak of the output `{name}`"
        scope.report("P205", message, mention(item.formula, name) or item.formula.span, help_)
