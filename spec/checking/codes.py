"""Codes of names: what stands in the register for each, whether it fits there, and whether it is a revision as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from .. import syntax
from ..diagnostics import plural
from ..registers import BITS, Register, is_register
from ..words import WIDEST

if TYPE_CHECKING:
    from ..words import Format
    from .checker import Checker


def with_codes(checker: Checker, item: syntax.Variable, format_: Format | None) -> syntax.Variable:
    """The variable with the numbers of its values for their codes; faults of the codes are reported.

    `format_` is None where the layout has a fault of its own: then codes may be anything that fits.
    """
    register = None
    if item.register is not None and is_register(item.register.id):
        register = Register(item.register.id, BITS[item.register.id[0]], item.signed)
    if isinstance(item.type, syntax.Enumeration):
        bits = WIDEST if register is None else register.bits
        return replace(item, type=_numbered(checker, item.type, bits, None, format_))
    if item.names is None:
        return item
    width = WIDEST if format_ is None else format_.width
    names = _numbered(checker, item.names, width if register is None else register.bits, register, format_)
    for label, code in names.values:
        if register is not None and code >= syntax.NO_CODE:
            message = f"`{label.id}` has no code, and stands in {register.name}"
            checker.report(
                "P415", message, label, f"write `{label.id} = -1`, or whatever stands in the register for it"
            )
        if format_ is not None and format_.well_formed(code):
            message = f"the code of `{label.id}` is the revision {format_.show(code)} as well"
            help_ = "a name wants a code that no well-formed revision has, such as one with reserved bits"
            checker.report("P405", message, label, help_)
    return replace(item, names=names)


def _numbered(
    checker: Checker, names: syntax.Enumeration, bits: int, register: Register | None, format_: Format | None
) -> syntax.Enumeration:
    """The names with numbers for codes; each is a different one."""
    numbers: dict[int, syntax.Label] = {}
    made: list[tuple[syntax.Label, int]] = []
    for label, written in names.values:
        code = written + (1 << bits) if -1 << bits - 1 <= written < 0 else written
        if code < 0 or (code >> bits and not syntax.NO_CODE <= code < syntax.NO_CODE + len(names.values)):
            help_ = f"the largest is {(1 << bits) - 1:#x}"
            if code < 0:
                help_ = f"the least is {-1 << bits - 1:#x}"
            checker.report("P303", f"the number of `{label.id}` does not fit in {plural(bits, 'bit')}", label, help_)
        elif register is not None and format_ is not None:
            code = _of_register(checker, label, code, register, format_)
        other = numbers.setdefault(code, label)
        if other is not label:
            message = f"`{label.id}` and `{other.id}` have the same number"
            checker.report("P415", message, label, "give each a number of its own", checker.related(other, "the other"))
        made.append((label, code))
    return replace(names, values=tuple(made))


def _of_register(checker: Checker, label: syntax.Label, code: int, register: Register, format_: Format) -> int:
    """The number of what stands in a register: the word that is so extended, or else a number beyond all words."""
    word = register.word(code, format_)
    if word is None and code < format_.end:
        message = f"the code of `{label.id}` is a word of {plural(format_.width, 'bit')} that is not sign-extended"
        help_ = f"write it as {code - format_.end}, or leave `signed` out"
        checker.report("P303", message, label, help_)
    return code if word is None else word
