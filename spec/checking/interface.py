"""Check one interface: how it lays out its revisions, its variables, its `define`s and statements."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec.structs import replace

from .. import syntax
from ..checked_interface import CheckedInterface
from ..checked_parts import Placed
from ..defines import Defined, Expansion
from ..diagnostics import Diagnostic, plural
from ..registers import BITS, is_register, number
from ..words import WIDEST, Format
from .checker import Checker, check_statement
from .codes import with_codes
from .signatures import Signatures
from .types import BOOL, REVISION, SET, AnyType, Type, Unknown

if TYPE_CHECKING:
    from .scope import Damaged

EMPTY_LAYOUT = syntax.Layout((syntax.FieldLayout(syntax.Label("word"), syntax.Slice(WIDEST - 1, 0), zero=False),))

_IN_MESSAGES = ("set", "range", "revision", "named", "bool", "enum")
_ALLOWED = {"config": ("set", "range", "revision", "bool"), "input": _IN_MESSAGES, "output": _IN_MESSAGES}
_WORDS = {
    "set": "`set of revision`",
    "range": "`range of revision`",
    "revision": "`revision`",
    "named": "`revision or { … }`",
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
            # What a code means hangs on how wide a word is.
            if isinstance(item, syntax.Layout):
                self._layout(item)
        for item in self.interface.items:
            match item:
                case syntax.Layout():
                    pass
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
        placed: dict[str, list[Placed]] = {"assume": [], "assumption": [], "invariant": []}
        taken: dict[str, Placed] = {}
        for item in self.interface.items:
            if isinstance(item, syntax.Statement):
                placed[item.role].append(self.statement(item, taken, "rename or delete one of them"))
                check_statement(self.signatures.scope(self.source), item, expansion, outputs)
        made = CheckedInterface(
            self.interface,
            self.source,
            self.layout,
            self.variables,
            self.constants,
            self.signatures.defines,
            tuple(placed["assume"]),
            (),
            {one.statement.name.id: one for one in reversed(placed["assumption"])},
        )
        invariants = [one.claimed_under(self.assumptions_of(one.statement.under, made)) for one in placed["invariant"]]
        return replace(made, invariants=tuple(invariants))

    @property
    def format(self) -> Format | None:
        """The format that is laid out; None where that has a fault."""
        return Format.of(self.layout) if self.signatures.fields else None

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
        """Report where not every bit of the word is in one field, from the top down: the highest one sets its width."""
        faults, fields = len(self.problems), layout.fields
        names: dict[str, syntax.Label] = {}
        for field in fields:
            first = names.setdefault(field.name.id, field.name)
            if first is not field.name:
                message = f"the field `{field.name.id}` is declared twice"
                self.report("P202", message, field.name, "rename one of them", self.related(first))
            if not WIDEST > field.bits.high >= field.bits.low:
                help_ = "write the higher bit first, and no bit above 63"
                self.report("P403", f"`{field.name.id}` has no bits in a word of 64 bits", field.name, help_)
        if not fields:
            help_ = "write, for example, `revision { reserved[63:31] zero major[30:16] minor[15:0] }`"
            self.report("P404", "a revision has no field", layout, help_)
        if len(self.problems) > faults:
            return
        spare = next((name for name in ("reserved", "reserved2", "reserved3") if name not in names), "unused")
        in_order = sorted(fields, key=lambda field: -field.bits.high)
        next_bit = in_order[0].bits.high
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
        item = with_codes(self, item, self.format)
        if new:
            self.variables[name] = item
            self.values[name] = type_of(item)
        names = item.type if isinstance(item.type, syntax.Enumeration) else item.names
        if names is not None:
            self._constants(names.values, _names(name, names) if new else Unknown())
        check_type(self, item)
        if item.register:
            self._register(item, item.register)
            self._width(item)

    def _constants(self, values: tuple[tuple[syntax.Label, int], ...], type_: AnyType) -> None:
        for label, code in values:
            if self._declare(label):
                self.constants[label.id] = code
                self.values[label.id] = type_

    def _register(self, item: syntax.Variable, register: syntax.Label) -> None:
        if item.type in ("set", "range"):
            kept = "a list, and no word" if item.type == "set" else "a first and a last revision, and not one word"
            help_ = f"leave `in {register.id}` out: a {item.type} in a message is {kept}"
            self.report("P413", f"`{item.name.id}` is a {item.type}, and no register has one", register, help_)
            return
        if not is_register(register.id):
            help_ = "registers are called x0 to x30, and their lower halves w0 to w30"
            self.report("P413", f"`{register.id}` is not a register", register, help_)
            return
        if item.extension is not None and item.extension.id != "signed":
            help_ = "`signed` may stand there, for what is sign-extended; or nothing"
            self.report("P413", f"`{item.extension.id}` means nothing behind a register", item.extension, help_)
        elif item.extension is not None and item.type != "revision":
            help_ = "leave `signed` out: revisions are sign-extended, and other values are numbers of the register"
            self.report("P413", f"`{item.name.id}` is no revision", item.extension, help_)
        other = self.registers.setdefault((item.role, number(register.id)), item)
        if other is not item and other.register:
            message = f"`{other.name.id}` and `{item.name.id}` are both in {register.id}"
            if other.register.id != register.id:
                message = (
                    f"{other.register.id} and {register.id} are one register, of `{other.name.id}` and `{item.name.id}`"
                )
            related = self.related(other.register, "the other")
            self.report("P413", message, register, "give each a register of its own", related)

    def _width(self, item: syntax.Variable) -> None:
        """A revision fits into its register. Of a request, the upper bits of a register may be forgotten."""
        register = item.register
        if item.type != "revision" or register is None or not is_register(register.id) or self.format is None:
            return
        bits, width = BITS[register.id[0]], self.format.width
        if width > bits:
            message = f"a revision has {width} bits here, and {register.id} has {bits}"
            help_ = f"write {'x' + number(register.id)}, or lay the revision out in {bits} bits"
            self.report("P413", message, register, help_)
        elif item.role == "input" and width < bits and item.extension is None:
            message = (
                f"{register.id} has {bits} bits, a revision {plural(width, 'bit')}: requests that set more are left out"
            )
            spare = f"reserved{_slice(bits - 1, width)} zero"
            help_ = (
                f"lay the whole register out, with `{spare}` at the top; or leave it as it is, if no caller sets them"
            )
            at = register.span
            self.problems.append(Diagnostic("P411", message, help_, self.source, at, severity="warning"))


def check_type(checker: Checker, item: syntax.Variable) -> bool:
    """Report a variable of a type that none of its role can be of."""
    allowed = _ALLOWED[item.role]
    kind = "enum" if isinstance(item.type, syntax.Enumeration) else "named" if item.names else item.type
    if kind not in allowed:
        help_ = f"it can be {' or '.join(_WORDS[k] for k in allowed)}"
        checker.report("P414", f"{with_article(item.role)} cannot be {_WORDS[kind]}", item.name, help_)
    return kind in allowed


def type_of(item: syntax.Variable) -> Type:
    """The type of a variable."""
    return _names(item.name.id, item.type) if isinstance(item.type, syntax.Enumeration) else _TYPES[item.type]


def _names(variable: str, names: syntax.Enumeration) -> Type:
    return Type("enumeration", variable, tuple((label.id, number) for label, number in names.values))


def assigned(variable: syntax.Variable) -> Type:
    """What may be assigned to an output, requested or given: a word or a name, where the variable has names."""
    if variable.names is None:
        return type_of(variable)
    return replace(_names(variable.name.id, variable.names), kind="word or name")


def with_article(role: str) -> str:
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"


def _bits(high: int, low: int) -> str:
    return f"the bits {high}:{low}" if high != low else f"bit {high}"


def _slice(high: int, low: int) -> str:
    return f"[{high}:{low}]" if high != low else f"[{high}]"
