"""Lowered formulas as text of another language: what C, Rust and Python share, with their differences as methods."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import IntEnum
from typing import Literal, NamedTuple, assert_never

from ...model.instance import Range, Value
from ...spec import core
from ...spec.checked import CheckedPolicy
from ...spec.core import Core, Symbol
from ...spec.registers import content
from ...spec.spell import name_of, plain
from ...spec.syntax import NO_CODE, Name, Variable
from ...spec.ways import bounds_of
from ...spec.words import WIDEST
from .known_bits import may_be_nothing
from .lowered import NotExportable, end_of
from .names import Names


class Level(IntEnum):
    """How tightly a text holds together. Between `and` and `or` there are always parentheses."""

    CHOICE = 0
    JOINED = 1
    NOT = 2
    COMPARED = 3
    BITS = 4
    ATOM = 5


class Code(NamedTuple):
    """Text of another language."""

    text: str
    level: Level = Level.ATOM

    def above(self, level: Level) -> str:
        """The text where something that holds together better than `level` is wanted."""
        return self.text if self.level > level else f"({self.text})"


def need_registers(policy: CheckedPolicy, *, several: bool) -> None:
    """Raises NotExportable where a message says what is no word in a register; `several` allows sets and ranges."""
    interface = policy.interface
    sets = [v for v in (*interface.inputs, *interface.outputs) if v.type in ("set", "range")]
    if sets and not several:
        # What a function takes and gives back for one is the implementation's own.
        found = f"`{sets[0].name.id}` is a {sets[0].type} in a message"
        raise NotExportable(f"{found}, and no register has one; json, csv and pytest say it")
    format_ = interface.format
    for variable in interface.variables.values():
        if variable.register is not None and content(variable, format_.end - 1, format_) >= format_.end:
            where = f"`{variable.name.id}` is sign-extended in {variable.register.id}"
            raise NotExportable(f"{where}, and words are taken as they stand in the register")
    for variable, names in interface.named.items():
        for name, code in names.items():
            if code >= NO_CODE:
                raise NotExportable(
                    f"`{name}` of `{variable}` has no code, and numbers are written here; json and csv say it"
                )


class Formulas(ABC):
    """Writes the formulas of one policy, where a word is what stands in the register (else NotExportable is raised).

    A term that may have no value has a type of its own there.

    `used` collects the helper functions that what was written calls, by name.
    """

    AND = "&&"
    OR = "||"
    NOT = "!"
    TRUE = "true"
    FALSE = "false"
    NOTHING = ""
    LIST = "[{}]"
    SEVERAL = False
    """Whether sets and ranges in messages can be written."""
    PAIR = "{}, {}"
    prefix = ""
    names: Names
    fields: Names
    """Of a language with structures: what the fields of a configuration and of a reply are called."""

    def __init__(self, policy: CheckedPolicy) -> None:
        self.policy = policy
        self.interface = policy.interface
        need_registers(policy, several=self.SEVERAL)
        self.format = policy.interface.format
        self.used: set[str] = set()
        # What the variables are called that are bound around what is written.
        self.bound: dict[Symbol, str] = {}

    def formula(self, node: Core) -> str:
        """A lowered formula, or a lowered term that always has a value."""
        return self.code(node).text

    def end(self, name: str) -> str:
        """What the end of a range is called as a variable of its own, which no other is: `supported_first`."""
        made = name.replace(".", "_")
        while made in self.interface.variables:
            made += "_"
        return made

    def ends(self, range_: str) -> list[str]:
        """The fields of a range; where nothing is in it, the first is above the last."""
        return [self.fields[self.end(end_of(range_, end))] for end in ("first", "last")]

    def parts(self, config: Variable) -> list[str]:
        """All fields that hold a config."""
        return self.ends(config.name.id) if config.type == "range" else [self.fields[config.name.id]]

    @abstractmethod
    def name(self, id_: str) -> Code:
        """A variable of the interface, a value of an enumeration, or a bound variable."""

    def word(self, value: int) -> Code:
        return Code(str(value) if value < 10 else f"{value:#x}")

    def value(self, value: Value) -> str:
        """A value of a configuration."""
        match value:
            case bool():
                return self.TRUE if value else self.FALSE
            case int():
                return self.word(value).text
            case Range():
                return self.PAIR.format(self.word(value.low).text, self.word(value.high).text)
            case tuple():
                return self.LIST.format(", ".join(self.word(word).text for word in value))

    def wide(self, code: Code) -> Code:
        """A number that can be shifted by any number of bits."""
        return code

    def known(self, code: Code) -> Code:
        """A term that has a value, as one that may have none."""
        return code

    @abstractmethod
    def choice(self, condition: Code, then: Code, otherwise: Code) -> Code: ...

    def call(self, helper: str, *arguments: Code) -> Code:
        self.used.add(helper)
        return Code(f"{self.prefix}{helper}({', '.join(code.text for code in arguments)})")

    @abstractmethod
    def contains(self, set_: str, item: Code) -> Code: ...

    @abstractmethod
    def is_empty(self, set_: str, *, negated: bool) -> Code: ...

    @abstractmethod
    def quantified(self, kind: Literal["any", "all"], node: core.Exists, body: Core, set_: str) -> Code:
        """Elements of a set meet the body: of `all`, that is the negation of `node`."""

    @abstractmethod
    def extremum(self, node: core.Extremum, set_: str) -> Code: ...

    def code(self, node: Core) -> Code:
        match node:
            case core.Variable(symbol=symbol):
                return self.name(symbol if isinstance(symbol, str) else self.bound[symbol])
            case core.Constant(value=bool(value)):
                return Code(self.TRUE if value else self.FALSE)
            case core.Constant(origin=Name(id=id_), written="name"):
                return self.name(id_)
            case core.Constant(value=value):
                return self.word(value)
            case core.Bits():
                return self._bits(node)
            case core.Replaced():
                return self._replaced(node)
            case core.Choice(test=test, then=then, otherwise=otherwise):
                branch = self._maybe if may_be_nothing(node) else self.code
                return self.choice(self.code(test), branch(then), branch(otherwise))
            case core.Extremum(domain=core.Variable(symbol=str(set_))):
                return self.extremum(node, set_)
            case core.Extremum(domain=core.Interval(low=low, high=high)):
                return self._within_bounds(node, low, high)
            case core.Extremum():
                return self._nothing()
            case core.Compare():
                return self._comparison(node)
            case core.Member(item=item, domain=core.Variable(symbol=str(set_))):
                return self.contains(set_, self.code(item))
            case core.Exists(domain=core.Variable(symbol=str(set_)), body=body) if core.is_true(body):
                return self.is_empty(set_, negated=True)
            case core.Exists(domain=core.Variable(symbol=str(set_)), body=body):
                return self.quantified("any", node, body, set_)
            case core.Not(operand=operand):
                return self._negation(operand)
            case core.And(operands=operands):
                return self._joined(self.AND, operands)
            case core.Or(operands=operands):
                return self._joined(self.OR, operands)
            case core.Same(left=left, right=right):
                return self._compared("==", left, right)
            case core.Member() | core.Exists() | core.Listed() | core.Interval() | core.Applied():
                raise NotExportable("this form is not lowered")
            case _:
                assert_never(node)

    def inside(self, binder: core.Exists | core.Extremum, body: Core) -> tuple[str, Code]:
        """The name of a bound variable, which nothing around it has, and what is said of it."""
        outer = self.bound
        taken = {*self.interface.variables, *self.interface.constants, *outer.values()}
        name = base = "r" if core.is_true(body) else plain(name_of(binder))
        number = 2
        while name in taken:
            name, number = f"{base}_{number}", number + 1
        self.bound = {**outer, binder.bound: name}
        code = self.code(body)
        self.bound = outer
        return self.names[name], code

    def _nothing(self) -> Code:
        return Code(self.NOTHING)

    def _within_bounds(self, node: core.Extremum, low: Core, high: Core) -> Code:
        """The greatest or the least revision between two words, which the bounds bring closer together."""
        least, most = self._maybe(low), self._maybe(high)
        bounds = bounds_of(node.where, node.bound)
        assert bounds is not None, "no other conditions are lowered"
        for bound in bounds:
            term = self._maybe(bound.term)
            if bound.lower:
                least = self.call("larger", least, self.call("after", term) if bound.strict else term)
            else:
                most = self.call("smaller", most, self.call("before", term) if bound.strict else term)
        return self.call("greatest" if node.kind == "max" else "least", least, most, self.word(self.format.zeros))

    def _maybe(self, term: Core) -> Code:
        """A term as one that may have no value."""
        code = self.code(term)
        return code if may_be_nothing(term) else self.known(code)

    def _negation(self, operand: Core) -> Code:
        match operand:
            case core.Exists(domain=core.Variable(symbol=str(set_)), body=body) if core.is_true(body):
                return self.is_empty(set_, negated=False)
            case core.Exists(domain=core.Variable(symbol=str(set_)), body=core.Not(operand=body)):
                return self.quantified("all", operand, body, set_)
            case core.Compare(operator="==", left=left, right=right) if not may_be_nothing(left, right):
                return self._compared("!=", left, right)
            case _:
                return Code(f"{self.NOT}{self.code(operand).above(Level.BITS)}", Level.NOT)

    def _joined(self, word: str, operands: tuple[Core, ...]) -> Code:
        return Code(f" {word} ".join(self.code(part).above(Level.JOINED) for part in operands), Level.JOINED)

    def _compared(self, operator: str, left: Core, right: Core) -> Code:
        one, other = (self.code(side).above(Level.BITS) for side in (left, right))
        return Code(f"{one} {operator} {other}", Level.COMPARED)

    def _comparison(self, node: core.Compare) -> Code:
        operator, left, right = node.operator, node.left, node.right
        if may_be_nothing(left, right):
            helper = {"==": "equal", "<": "less", "<=": "at_most"}[operator]
            return self.call(helper, self._maybe(left), self._maybe(right))
        if isinstance(left, core.Constant):
            # As people write it.
            return self._compared({"==": "==", "<": ">", "<=": ">="}[operator], right, left)
        return self._compared(operator, left, right)

    def _bits(self, node: core.Bits) -> Code:
        low, width = node.low, node.width
        mask = self.word((1 << width) - 1)
        if may_be_nothing(node.of):
            return self.call("bits", self._maybe(node.of), Code(str(low)), mask)
        word = self._word(node.of).above(Level.BITS)
        shifted = f"{word} >> {low}" if low else word
        if low + width == WIDEST:
            return Code(shifted, Level.BITS if low else Level.ATOM)
        return Code(f"{f'({shifted})' if low else word} & {mask.text}", Level.BITS)

    def _word(self, term: Core) -> Code:
        """A term as an operand of bitwise operators: literals may be narrower than a word."""
        code = self.code(term)
        return self.wide(code) if isinstance(term, core.Choice) else code

    def _replaced(self, node: core.Replaced) -> Code:
        if may_be_nothing(node):
            made = self._maybe(node.of)
            for low, width, value in node.parts:
                made = self.call("put", made, Code(str(low)), self.word((1 << width) - 1), self._maybe(value))
            return made
        made = self._word(node.of)
        for low, width, value in node.parts:
            mask = ((1 << width) - 1) << low
            made = Code(f"{made.above(Level.BITS)} & {self.word((1 << WIDEST) - 1 - mask).text}", Level.BITS)
            if isinstance(value, core.Constant):
                placed = self.word(value.value << low).text if value.value else ""
            else:
                word = self._word(value).above(Level.BITS)
                placed = f"({word} << {low})" if low else word
            if placed:
                made = Code(f"({made.text}) | {placed}", Level.BITS)
        return made
