"""Check one interface: how it lays out its revisions, its variables, its `define`s and statements."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from .. import syntax
from ..checked import CheckedInterface, Placed
from ..defines import Defined, Expansion
from .checker import Checker, check_statement
from .signatures import Signatures
from .types import BOOL, REVISION, SET, AnyType, Type, Unknown

if TYPE_CHECKING:
    from .scope import Damaged

_REGISTER = re.compile(r"x([0-9]|[12][0-9]|30)")
EMPTY_LAYOUT = syntax.Layout((syntax.FieldLayout(syntax.Label("word"), syntax.Slice(63, 0), zero=False),))

_ALLOWED = {
    "config": ("set", "range", "revision", "bool"),
    "input": ("revision",),
    "output": ("revision", "bool", "enum"),
}
_WORDS = {
    "set": "`set of revision`",
    "range": "`range of revision`",
    "revision": "`revision`",
    "bool": "`bool`",
    "enum": "an enumeration",
}
# A range is a set, wherever it stands.
_TYPES = {"set": SET, "range": SET, "revision": REVISION, "bool": BOOL}


class InterfaceChecker(Checker, eq=False, dict=True):
    """Everything known about one interface while its declarations are gone through in order."""

    interface: syntax.Interface
    outer: dict[str, Defined]
    damaged: Damaged

    def __post_init__(self) -> None:
        self.variables: dict[str, syntax.Variable] = {}
        self.constants: dict[str, int] = {}
        self.values: dict[str, AnyType] = {}
        self.labels: dict[str, syntax.Label] = {}
        self.registers: dict[tuple[str, str], syntax.Variable] = {}
        self.layout = EMPTY_LAYOUT
        items = reversed(self.interface.items)
        own = {i.name.id: Defined(i, self.source, of_file=False) for i in items if isinstance(i, syntax.Define)}
        self.signatures = Signatures({**self.outer, **own}, self.problems, (), self.values, self.damaged)

    def check(self) -> CheckedInterface:
        for item in self.interface.items:
            match item:
                case syntax.Layout():
                    self._layout(item)
                case syntax.Variable():
                    self._variable(item)
                case syntax.Define():
                    self._declare(item.name)
                case syntax.Statement():
                    # Its formula may speak of what comes behind it.
                    pass
        name = self.interface.name
        if self.layout is EMPTY_LAYOUT:
            help_ = "add, for example, `revision { reserved[63:31] zero major[30:16] minor[15:0] }`"
            self.report("P404", f"`{name.id}` does not lay out its revisions", name, help_)
        outputs = {v.name.id for v in self.variables.values() if v.role == "output"}
        if not outputs:
            help_ = "declare what the implementation returns with `output`"
            self.report("P414", f"`{name.id}` has no output", name, help_)
        expansion = Expansion(self.signatures.entries, self.problems)
        for item in self.interface.items:
            if isinstance(item, syntax.Define):
                self.signatures.get(item.name.id)
                expansion.define(item.name.id)
        placed: dict[str, list[Placed]] = {"assume": [], "invariant": []}
        taken: dict[str, Placed] = {}
        for item in self.interface.items:
            if isinstance(item, syntax.Statement):
                placed[item.role].append(self.statement(item, taken, "rename or delete one of them"))
                check_statement(self.signatures.scope(self.source), item, expansion, outputs)
        return CheckedInterface(
            self.interface,
            self.source,
            self.layout,
            self.variables,
            self.constants,
            self.signatures.defines,
            tuple(placed["assume"]),
            tuple(placed["invariant"]),
        )

    def _declare(self, label: syntax.Label) -> bool:
        outer = self.outer.get(label.id)
        if outer is not None:
            self.twice(label, self.related(outer.define.name, source=outer.source))
            return False
        first = self.labels.setdefault(label.id, label)
        if first is not label:
            self.twice(label, self.related(first))
        return first is label

    def _layout(self, layout: syntax.Layout) -> None:
        if self.layout is not EMPTY_LAYOUT:
            first = self.related(self.layout, "first laid out here")
            self.report("P404", "an interface lays its revisions out once", layout, "delete one of the two", first)
            return
        self.layout = layout
        faults = len(self.problems)
        self._fields(layout)
        if len(self.problems) == faults:
            self.signatures.fields = layout.fields

    def _fields(self, layout: syntax.Layout) -> None:
        """Report where not every bit of the word is in one field, from the top down."""
        faults, fields = len(self.problems), layout.fields
        names: dict[str, syntax.Label] = {}
        for field in fields:
            first = names.setdefault(field.name.id, field.name)
            if first is not field.name:
                message = f"the field `{field.name.id}` is declared twice"
                self.report("P202", message, field.name, "rename one of them", self.related(first))
            if not 63 >= field.bits.high >= field.bits.low:
                help_ = "write the higher bit first, and no bit above 63"
                self.report("P403", f"`{field.name.id}` has no bits in a 64-bit word", field.name, help_)
        if not fields:
            help_ = "write, for example, `revision { reserved[63:31] zero major[30:16] minor[15:0] }`"
            self.report("P404", "a revision has no field", layout, help_)
        if len(self.problems) > faults:
            return
        spare = next((name for name in ("reserved", "reserved2", "reserved3") if name not in names), "unused")
        in_order = sorted(fields, key=lambda field: -field.bits.high)
        next_bit = 63
        above: syntax.FieldLayout | None = None
        for field in in_order:
            high, low = field.bits.high, field.bits.low
            if above is not None and high > next_bit:
                shared = _bits(high, max(low, above.bits.low))
                message = f"`{above.name.id}` and `{field.name.id}` overlap in {shared}"
                help_ = "let each bit belong to one field"
                self.report("P401", message, max(above.name, field.name, key=lambda name: name.span), help_)
            elif high < next_bit:
                help_ = f"add `{spare}{_slice(next_bit, high + 1)} zero` before it"
                self.report("P402", f"no field has {_bits(next_bit, high + 1)}", field.name, help_)
            if low - 1 <= next_bit:
                next_bit, above = low - 1, field
        if next_bit >= 0:
            help_ = f"add `{spare}{_slice(next_bit, 0)} zero` after it"
            self.report("P402", f"no field has {_bits(next_bit, 0)}", in_order[-1].name, help_)
        if len(self.problems) == faults:
            for upper, lower in pairwise(fields):
                if upper.bits.high < lower.bits.high:
                    message = f"`{lower.name.id}` stands below `{upper.name.id}`, and has the higher bits"
                    self.report("P403", message, lower.name, "write the fields from the most significant one down")
                    break
        if all(field.zero for field in fields):
            help_ = "leave `zero` off the fields that make up a revision"
            self.report("P404", "every field is `zero`, so there is one revision only", fields[0].name, help_)

    def _variable(self, item: syntax.Variable) -> None:
        new = self._declare(item.name)
        name = item.name.id
        if new:
            self.variables[name] = item
            self.values[name] = _type(name, item.type)
        if isinstance(item.type, syntax.Enumeration):
            self._constants(item.type.values, self.values[name] if new else Unknown())
        allowed = _ALLOWED[item.role]
        kind = "enum" if isinstance(item.type, syntax.Enumeration) else item.type
        if kind not in allowed:
            help_ = f"it can be {' or '.join(_WORDS[k] for k in allowed)}"
            self.report("P414", f"{with_article(item.role)} cannot be {_WORDS[kind]}", item.name, help_)
        if item.register:
            self._register(item, item.register)

    def _constants(self, values: tuple[tuple[syntax.Label, int], ...], type_: AnyType) -> None:
        numbers: dict[int, syntax.Label] = {}
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
                related = self.related(other, "the other")
                self.report("P415", message, label, "give each value a number of its own", related)

    def _register(self, item: syntax.Variable, register: syntax.Label) -> None:
        if not _REGISTER.fullmatch(register.id):
            self.report("P413", f"`{register.id}` is not a register", register, "registers are called x0 to x30")
            return
        other = self.registers.setdefault((item.role, register.id), item)
        if other is not item and other.register:
            message = f"`{other.name.id}` and `{item.name.id}` are both in {register.id}"
            related = self.related(other.register, "the other")
            self.report("P413", message, register, "give each a register of its own", related)


def _type(name: str, type_: syntax.ValueType) -> Type:
    if isinstance(type_, syntax.Enumeration):
        return Type("enumeration", name, tuple((label.id, number) for label, number in type_.values))
    return _TYPES[type_]


def with_article(role: str) -> str:
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"


def _bits(high: int, low: int) -> str:
    return f"the bits {high}:{low}" if high != low else f"bit {high}"


def _slice(high: int, low: int) -> str:
    return f"[{high}:{low}]" if high != low else f"[{high}]"
