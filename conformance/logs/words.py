"""What the lines of a log are made of: the words of one interface, and what a line can say with them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from msgspec import Struct

from ...model.instance import Range, Value
from ...spec.checked_interface import CheckedInterface
from ...spec.diagnostics import plural
from ...spec.registers import number, read
from ...spec.syntax import Enumeration, Variable
from ...spec.words import WIDEST, Format
from ..fields import key_of

Registers: TypeAlias = "dict[str, Value]"
"""What stands in registers, by their names, and the values of variables that are in none, by theirs."""


class Exchange(Struct, frozen=True, gc=False):
    """A request and as much of its reply as the line shows, in the order of the interface's inputs and outputs.

    `None` stands for an output that is not shown. `strange` says what of the reply is no value of its output, which
    then has a number that is none either. `declared` is the configuration, where the line says what it is. `cut`: the
    line's end is missing, and what could be a part of a word was left out.
    """

    inputs: tuple[Value, ...]
    outputs: tuple[Value | None, ...]
    strange: str = ""
    declared: tuple[Value, ...] | None = None
    cut: bool = False


class HalfExchange(Struct, frozen=True):
    """A request or a reply alone; `key` is what the two have in common."""

    key: str
    registers: Registers
    is_reply: bool | None
    declared: tuple[Value, ...] | None = None


class OtherCommand(Struct, frozen=True):
    """A version line of another interface."""

    command: str


class Unread(Struct, frozen=True):
    """It looks like a version line, and cannot be read."""

    why: str


Meaning: TypeAlias = "Exchange | HalfExchange | OtherCommand | Unread | None"
"""None: the line is about something else."""

NO_NUMBER = -1
"""The number of a status that the interface does not have."""

HEX = re.compile(r"(?:0[xX])?([0-9A-Fa-f]+)")
_ANY = r"SMC_(?:(?!SMC_)[A-Z0-9]+_)+VERSION"
_OLD = {"RMI_": "RMM_"}
"""How older logs call what is now called otherwise."""


def default_commands(interface: str) -> list[str]:
    """What a log calls an interface's command: RMI_VERSION is SMC_RMI_VERSION, and was SMC_RMM_VERSION."""
    older = [new + interface.removeprefix(old) for old, new in _OLD.items() if interface.startswith(old)]
    return [f"SMC_{name}" for name in (interface, *older)]


class LogWords:
    """What the lines of one interface are made of."""

    def __init__(self, interface: CheckedInterface, commands: Iterable[str] = ()) -> None:
        self.interface = interface
        self.format = Format.of(interface.layout)
        self.commands = frozenset(commands or default_commands(interface.name))
        named = "|".join(re.escape(name) for name in sorted(self.commands, key=len, reverse=True))
        self.command = re.compile(rf"(?:{named}|{_ANY})(?![A-Za-z0-9_])")
        self.alone = re.compile(rf"\b{re.escape(interface.name)}\b")
        # No line without one of these has a command: a log is mostly about other things.
        needles = {"_VERSION"} | {name for name in self.commands if "_VERSION" not in name}
        self.needles = [needle.encode("utf-8", "replace") for needle in sorted(needles)]
        self.inputs = _registers(interface.inputs)
        self.outputs = _registers(interface.outputs)
        self.replies = [(key_of(v), v) for v in interface.outputs]
        self.names = frozenset(variable.name.id for variable in (*interface.inputs, *interface.outputs))
        self.only_out = frozenset(self.outputs) - frozenset(self.inputs)
        # All registers after the status, up to the last one that is an output.
        replied = [v.register.id for v in interface.outputs if v.register is not None]
        last = max((int(number(register)) for register in replied), default=0)
        self.first, *self.columns = _in_order(replied, 0, last)
        self.arguments = _in_order((v.register.id for v in interface.inputs if v.register is not None), 1, 17)
        # Without one, no line of an RMM says anything.
        self.in_registers = bool(replied)
        status = self.outputs.get(self.first)
        self.status: dict[str, int] = {}
        if status is not None and isinstance(status.type, Enumeration):
            self.status = {label.id: code for label, code in status.type.values}
        self.prefixes = tuple({name.partition("_")[0] + "_" for name in self.status if "_" in name})

        self.record = self._record(named)
        self.numbers = {name.encode(): code for name, code in self.status.items()}

    def _record(self, named: str) -> re.Pattern[bytes] | None:
        """A whole line from its command on, where the interface is of the usual form: one request, and the outputs in
        the order of their registers, a status and then revisions.
        """
        outputs = self.interface.outputs
        revisions = all(variable.type == "revision" for variable in outputs[1:])
        if (
            list(self.inputs) != ["x1"]
            or self.interface.inputs[0].type != "revision"
            or list(self.outputs) != ["x0", *self.columns]
            or self.format.width < WIDEST
            or not (revisions and self.status)
        ):
            return None
        column = r"[ \t]+([0-9A-Fa-f]{1,16})"
        status = "|".join(map(re.escape, self.status))
        pattern = rf"(?:{named}){column}[ \t]+>[ \t]+({status})(?:{column * len(self.columns)})?[ \t]*\r?\n"
        return re.compile(pattern.encode("utf-8", "replace"))


def _registers(variables: Iterable[Variable]) -> dict[str, Variable]:
    """Variables by their registers. What is in none goes by its name, as `parley conform` has it."""
    return {key_of(variable): variable for variable in variables}


def _in_order(known: Iterable[str], first: int, last: int) -> list[str]:
    """The registers with these numbers, called as the interface calls them where it does."""
    names = {number(register): register for register in known}
    return [names.get(str(at), f"x{at}") for at in range(first, last + 1)]


def word(token: str) -> int:
    """A hexadecimal word. Raises ValueError, with a message for the user."""
    if len(token) <= 16 and token.isalnum() and token.isascii():
        try:
            return int(token, 16)
        except ValueError:
            pass
    match = HEX.fullmatch(token)
    if match is None:
        raise ValueError(f"`{short(token)}` is not hexadecimal")
    digits = match.group(1).lstrip("0")
    if len(digits) > 16:
        raise ValueError(f"`{short(token)}` does not fit in 64 bits")
    return int(digits or "0", 16)


def short(token: str) -> str:
    """A part of a line that fits in a message."""
    return token if len(token) <= 40 else f"{token[:40]}…"


def exchange_of(
    asked: Registers,
    words: Registers,
    known: LogWords,
    strange: str,
    declared: tuple[Value, ...] | None,
    *,
    cut: bool = False,
) -> Exchange | Unread:
    """What a request and a reply say, by what stands in the registers that are known of them.

    A request whose word is no value of its input is none of the interface's.
    """
    outputs: list[Value | None] = []
    for register, variable in known.replies:
        content = words.get(register)
        if variable.type in ("set", "range") or isinstance(content, (tuple, Range)):
            outputs.append(content)
            continue
        value = None if content is None or content < 0 else read(variable, content, known.format)
        outputs.append(content if value is None else value)
        if not strange and value is not None:
            strange = _strange(variable, value, known)
    inputs: list[Value] = []
    for register, variable in known.inputs.items():
        content = asked[register]
        if isinstance(content, (tuple, Range)):
            inputs.append(content)
            continue
        value = read(variable, content, known.format)
        if variable.type == "revision" and not known.interface.is_word_or_name(variable.name.id, value):
            return Unread(f"its request has {content:#x} in {register}, which is none of the interface")
        no_value = "" if variable.type == "revision" else _strange(variable, value, known)
        if no_value:
            return Unread(f"its request cannot be read: {no_value}")
        inputs.append(value)
    return Exchange(tuple(inputs), tuple(outputs), strange, declared, cut)


def _strange(variable: Variable, word: int, known: LogWords) -> str:
    interface = known.interface.name
    if variable.type == "revision" and not known.interface.is_word_or_name(variable.name.id, word):
        return f"{variable.name.id} is no word of {plural(known.format.width, 'bit')}"
    if isinstance(variable.type, Enumeration) and word not in (code for _, code in variable.type.values):
        return f"{word:#x} is no {variable.name.id} of {interface}"
    if variable.type == "bool" and word > 1:
        return f"{word:#x} is neither true nor false, and `{variable.name.id}` is one of them"
    return ""
