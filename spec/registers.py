"""Registers: what stands in one for a value of a variable, and which value that is the other way round."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from .words import WIDEST

if TYPE_CHECKING:
    from .syntax import Variable
    from .words import Format

_NAME = re.compile(r"([xw])([0-9]|[12][0-9]|30)")
BITS = {"x": 64, "w": 32}
"""How many bits a register has, by the first letter of its name. `w3` is the lower half of `x3`."""


class Register(Struct, frozen=True):
    """Where the values of one variable stand. A word with fewer bits is extended: by zeros, or, where `signed`, by its
    highest bit.
    """

    name: str
    bits: int
    signed: bool

    def content(self, value: int, format_: Format) -> int:
        """What stands in the register for a word of a format; the number of any other value is what stands there."""
        if self.signed and value < format_.end and value >> format_.width - 1:
            return value | (1 << self.bits) - format_.end
        return value

    def word(self, content: int, format_: Format) -> int | None:
        """The word that stands in the register so; None where it is no word's extension."""
        word = content & format_.end - 1
        return word if self.content(word, format_) == content else None


def place(variable: Variable) -> Register | None:
    """The register of a variable. Its name must be one (the checker sees to it)."""
    if variable.register is None:
        return None
    name = variable.register.id
    return Register(name, BITS[name[0]], variable.signed)


def is_register(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def number(name: str) -> str:
    """What the registers have in common that are one: 3 of x3 and of w3."""
    return name[1:]


def content(variable: Variable, value: int, format_: Format) -> int:
    """What stands for a value of a variable: in its register, or where it has none, the value's own number."""
    register = place(variable)
    return value if register is None or variable.type != "revision" else register.content(value, format_)


STRANGE = 1 << WIDEST + 1
"""What is added to the content of a register that is no word's extension, so that it is no word."""


def read(variable: Variable, content: int, format_: Format) -> int:
    """The number of the value that stands in a register so, or one that no value of the variable has."""
    register = place(variable)
    if register is None or variable.type != "revision":
        return content
    word = register.word(content, format_)
    if word is not None:
        return word
    return content if content >= format_.end else content | STRANGE
