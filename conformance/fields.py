"""The members of a line, as values: words of registers, and lists of words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

import msgspec

from ..model.instance import Range, Value, read_range, word_of
from ..spec.checked_interface import CheckedInterface
from ..spec.diagnostics import printable
from ..spec.registers import content, place
from ..spec.syntax import Variable
from ..spec.words import WIDEST, Format

_WORD = re.compile("0[xX][0-9A-Fa-f]{1,64}")


def key_of(variable: Variable) -> str:
    """What a variable is called in a line: its register, or, where it has none, itself."""
    return variable.register.id if variable.register is not None else variable.name.id


def sent(interface: CheckedInterface, variable: Variable, value: Value) -> str | list[str]:
    """A value as a line has it: what stands in the register, or, where it has none, a word or a name; of a set the
    words of all members, of a range those of its first and its last revision, or none.
    """
    if isinstance(value, Range):
        return [f"{word:#x}" for word in (value.low, value.high)]
    if isinstance(value, tuple):
        return [f"{word:#x}" for word in value]
    name = variable.name.id
    if variable.register is None and value in interface.named.get(name, {}).values():
        return interface.show(name, word_of(value))
    return f"{content(variable, word_of(value), interface.format):#x}"


def list_of(field: Any) -> tuple[int, ...] | None:
    """The words of a list; None where it is none, or has anything else."""
    words = [word_in(item) for item in cast("list[Any]", field)] if isinstance(field, list) else [None]
    return None if None in words else tuple(sorted({word for word in words if word is not None}))


def ends_of(field: Any, format_: Format) -> Range | tuple[()] | None:
    """The range that a list of its first and its last revision is, or one of nothing; None where it is neither."""
    words = [word_in(item) for item in cast("list[Any]", field)] if isinstance(field, list) else [None]
    match words:
        case []:
            return ()
        case [int(low), int(high)] if low <= high and format_.well_formed(low) and format_.well_formed(high):
            return Range(low, high)
        case _:
            return None


def missing_field(variable: Variable, fields: dict[str, Any]) -> str:
    """That a reply lacks a register, and what may have been meant for it."""
    key = key_of(variable)
    near = next((name for name in fields if name != key and name.lower() in (key, variable.name.id)), None)
    return f"no {key}" if near is None else f"no {key}; the reply has `{near}`, write it as `{key}`"


def word_in(field: Any, bits: int = WIDEST) -> int | None:
    """The word of a register of so many bits: `"0x10001"`, or a number. What JSON calls true is none."""
    if isinstance(field, str):
        word = int(field, 16) if _WORD.fullmatch(field) else -1
    elif isinstance(field, int) and not isinstance(field, bool):
        word = field
    else:
        return None
    return word if 0 <= word < 1 << bits else None


def bits_of(variable: Variable) -> int:
    """How many bits the words of a variable have in a line."""
    register = place(variable)
    return WIDEST if register is None else register.bits


def show_field(field: Any) -> str:
    word = word_in(field)
    return short_field(field) if word is None else f"{word:#x}"


def short_field(field: Any) -> str:
    text = printable(msgspec.json.encode(field).decode())
    return text if len(text) <= 40 else f"{text[:40]}…"


def several_in(variable: Variable, value: object, format_: Format) -> Value:
    """A set or a range in a message: its words, as `parley conform` exchanges them, or as a suite writes it.

    Raises ValueError, with a message for the user.
    """
    found = ends_of(value, format_) if variable.type == "range" else list_of(value)
    if found is not None:
        return found
    if variable.type == "range" and isinstance(value, str):
        return read_range(format_, value)
    if variable.type == "set" and isinstance(value, list):
        items = cast("list[object]", value)
        if all(isinstance(item, str) for item in items):
            return tuple(sorted({format_.read(cast("str", item)) for item in items}))
    kind = "range of a first and a last revision" if variable.type == "range" else "list of revisions"
    raise ValueError(f"its `{variable.name.id}` is no {kind}")


def config_in(variable: Variable, field: object, format_: Format) -> Value:
    """The value of a config that a line names. Raises ValueError, with a message for the user, where it is none."""
    if variable.type == "bool" and isinstance(field, bool):
        return field
    if variable.type == "revision" and isinstance(field, str):
        return format_.read(field)
    if variable.type in ("set", "range"):
        return several_in(variable, field, format_)
    raise ValueError(f"its `{variable.name.id}` cannot be read")


def pairs(members: Mapping[str, Any]) -> str:
    """`x0=0x0 x1=0x10000`, for people."""
    return printable(" ".join(f"{key}={_said(field)}" for key, field in members.items()))[:200] or "nothing"


def _said(field: Any) -> str:
    return field if isinstance(field, str) else short_field(field)
