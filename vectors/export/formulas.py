"""Plain formulas as text of another language: what C, Rust and Python share, with their differences as methods."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import IntEnum
from typing import NamedTuple, assert_never

from ...spec.checked import CheckedPolicy
from ...spec.syntax import (
    And,
    Boolean,
    Call,
    Comparison,
    Expr,
    Extremum,
    FieldOf,
    If,
    Iff,
    Implies,
    IsEmpty,
    Member,
    Name,
    Not,
    Number,
    Or,
    Quantified,
    Range,
    Revision,
    SetLiteral,
    With,
)
from ...spec.words import WORD_END, Format
from .known import may_be_nothing
from .plain import NotExportable


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


class Formulas(ABC):
    """Writes the formulas of one policy. A term that may have no value has a type of its own there.

    `used` collects the helper functions that what was written calls, by name.
    """

    AND = "&&"
    OR = "||"
    NOT = "!"
    TRUE = "true"
    FALSE = "false"
    NOTHING = ""

    def __init__(self, policy: CheckedPolicy) -> None:
        self.policy = policy
        self.interface = policy.interface
        self.format = Format.of(policy.interface.layout)
        self.used: set[str] = set()

    def formula(self, expr: Expr) -> str:
        """A plain formula, or a plain term that always has a value."""
        return self.code(expr).text

    @abstractmethod
    def name(self, id_: str) -> Code:
        """A variable of the interface, a value of an enumeration, or a bound variable."""

    @abstractmethod
    def word(self, value: int) -> Code: ...

    def wide(self, code: Code) -> Code:
        """A number that can be shifted by any number of bits."""
        return code

    @abstractmethod
    def some(self, code: Code) -> Code:
        """A term that has a value, as one that may have none."""

    @abstractmethod
    def choice(self, condition: Code, then: Code, otherwise: Code) -> Code: ...

    @abstractmethod
    def call(self, helper: str, *arguments: Code) -> Code: ...

    @abstractmethod
    def contains(self, set_: str, item: Code) -> Code: ...

    @abstractmethod
    def is_empty(self, set_: str, *, negated: bool) -> Code: ...

    @abstractmethod
    def quantified(self, expr: Quantified, set_: str) -> Code: ...

    @abstractmethod
    def extremum(self, expr: Extremum, set_: str) -> Code: ...

    def code(self, expr: Expr) -> Code:
        match expr:
            case Name(id=id_):
                return self.name(id_)
            case Number(value=value):
                return self.word(value)
            case Revision(fields=fields):
                return self.word(self.format.word(fields))
            case Boolean(value=value):
                return Code(self.TRUE if value else self.FALSE)
            case FieldOf():
                return self._bits(expr)
            case With():
                return self._with(expr)
            case If(condition=condition, then=then, otherwise=otherwise):
                branch = self._maybe if may_be_nothing(expr, self.format) else self.code
                return self.choice(self.code(condition), branch(then), branch(otherwise))
            case Extremum(domain=Name(id=set_)):
                return self.extremum(expr, set_)
            case Extremum():
                return self._nothing()
            case Comparison():
                return self._comparison(expr)
            case Member(item=item, domain=Name(id=set_)):
                return self.contains(set_, self.code(item))
            case IsEmpty(domain=Name(id=set_)):
                return self.is_empty(set_, negated=False)
            case Not(operand=IsEmpty(domain=Name(id=set_))):
                return self.is_empty(set_, negated=True)
            case Quantified(domain=Name(id=set_)):
                return self.quantified(expr, set_)
            case Not(operand=operand):
                return self._not(self.code(operand))
            case And(operands=operands):
                return self._joined(self.AND, operands)
            case Or(operands=operands):
                return self._joined(self.OR, operands)
            case Implies(left=left, right=right):
                return self._joined(self.OR, (Not(left), right))
            case Iff(left=left, right=right):
                return self._compared("==", left, right)
            case Member() | IsEmpty() | Quantified() | SetLiteral() | Range() | Call():
                raise NotExportable("this form is not plain")
            case _:
                assert_never(expr)

    def _nothing(self) -> Code:
        self.used.add("nothing")
        return Code(self.NOTHING)

    def _maybe(self, term: Expr) -> Code:
        """A term as one that may have no value."""
        code = self.code(term)
        return code if may_be_nothing(term, self.format) else self.some(code)

    def _not(self, operand: Code) -> Code:
        return Code(f"{self.NOT}{operand.above(Level.BITS)}", Level.NOT)

    def _joined(self, word: str, operands: tuple[Expr, ...]) -> Code:
        if len(operands) == 1:
            return self.code(operands[0])
        if not operands:
            return Code(self.TRUE if word == self.AND else self.FALSE)
        return Code(f" {word} ".join(self.code(part).above(Level.JOINED) for part in operands), Level.JOINED)

    def _compared(self, operator: str, left: Expr, right: Expr) -> Code:
        one, other = (self.code(side).above(Level.BITS) for side in (left, right))
        return Code(f"{one} {operator} {other}", Level.COMPARED)

    def _comparison(self, expr: Comparison) -> Code:
        left, right = expr.left, expr.right
        if not (may_be_nothing(left, self.format) or may_be_nothing(right, self.format)):
            return self._compared(expr.operator, left, right)
        one, other = self._maybe(left), self._maybe(right)
        match expr.operator:
            case "==":
                return self.call("equal", one, other)
            case "!=":
                return self._not(self.call("equal", one, other))
            case "<":
                return self.call("less", one, other)
            case ">":
                return self.call("less", other, one)
            case "<=":
                return self.call("at_most", one, other)
            case ">=":
                return self.call("at_most", other, one)

    def _bits(self, expr: FieldOf) -> Code:
        low, width = self.format.bits(expr.part)
        mask = (1 << width) - 1
        if may_be_nothing(expr.of, self.format):
            return self.call("bits", self._maybe(expr.of), Code(str(low)), self.word(mask))
        word = self._word(expr.of).above(Level.BITS)
        shifted = f"{word} >> {low}" if low else word
        if low + width == 64:
            return Code(shifted, Level.BITS if low else Level.ATOM)
        return Code(f"{f'({shifted})' if low else word} & {self.word(mask).text}", Level.BITS)

    def _word(self, term: Expr) -> Code:
        """A term as an operand of bitwise operators: literals may be narrower than a word."""
        code = self.code(term)
        return self.wide(code) if isinstance(term, If) else code

    def _with(self, expr: With) -> Code:
        if may_be_nothing(expr, self.format):
            made = self._maybe(expr.of)
            for part, value in expr.updates:
                low, width = self.format.bits(part)
                made = self.call("put", made, Code(str(low)), self.word((1 << width) - 1), self._maybe(value))
            return made
        made = self._word(expr.of)
        for part, value in expr.updates:
            low, width = self.format.bits(part)
            mask = ((1 << width) - 1) << low
            made = Code(f"{made.above(Level.BITS)} & {self.word(WORD_END - 1 - mask).text}", Level.BITS)
            if isinstance(value, Number):
                placed = self.word(value.value << low).text if value.value else ""
            else:
                word = self._word(value).above(Level.BITS)
                placed = f"({word} << {low})" if low else word
            if placed:
                made = Code(f"({made.text}) | {placed}", Level.BITS)
        return made
