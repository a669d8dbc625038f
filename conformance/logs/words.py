"""What the lines of a log are made of: the words of one interface, and what a line can say with them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from msgspec import Struct

from ...model.instance import Range, Value
from ...spec.checked_interface import CheckedInterface
from ...spec.diagnostics import listed, plural
from ...spec.registers import content, number, read
from ...spec.syntax import Enumeration, Variable
from ...spec.words import WIDEST, Format
from ..fields import key_of
from .begins import Begins
from .forms import Form, compiled
from .table import Table, faulty, library_table
from .write import SHORT_FAILURES

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
    """It looks like a version line, and cannot be read.

    `torn` where the rest may be in the next line; `otherwise` is what it says if it is not.
    """

    why: str
    torn: bool = False
    otherwise: Exchange | None = None


class Told(Struct, frozen=True):
    """What the message of a program says, and which values it states: others follow, if the RMM conforms."""

    form: Form
    exchange: Exchange
    stated: frozenset[str]


class Part(Struct, frozen=True):
    """A line of a message that has several: which of them, counted from 0, what it shows, by its fields, and itself.

    A later line may be that of several messages, and belongs to the one that was begun.
    """

    form: Form
    at: int
    values: tuple[str, ...]
    text: str


class Unjudged(Struct, frozen=True):
    """The message of a program from which nothing follows."""

    form: Form


Meaning: TypeAlias = "Exchange | HalfExchange | Told | Part | Unjudged | OtherCommand | Unread | None"
"""None: the line is about something else."""

NO_NUMBER = -1
"""The number of a status that the interface does not have."""

HEX = re.compile(r"(?:0[xX])?([0-9A-Fa-f]+)")
_SEPARATORS = ((" ", "_"), (" ", "-"), ("_", " "), ("_", "-"))
_ANY = r"SMC_(?:(?!SMC_)[A-Z0-9]+_)+VERSION"


class LogWords:
    """What the lines of one interface are made of."""

    def __init__(
        self, interface: CheckedInterface, commands: Iterable[str] = (), own: Iterable[tuple[str, Table]] = ()
    ) -> None:
        """`commands` are what logs call the command, in place of what the tables say; `own` are the user's tables, by
        the names that messages call them. Raises Rejected (P542) where one of those does not fit the interface.
        """
        self.interface = interface
        self.format = Format.of(interface.layout)
        mine, library = list(own), library_table()
        tables = [*(table for _, table in mine), library]
        for name, table in mine:
            about = sorted({entry.interface for entry in (*table.command, *table.name, *table.message)})
            if interface.name not in about and not table.boot:
                raise faulty(name, f"it says nothing of {interface.name}{f', but of {listed(about)}' if about else ''}")
        called = [n for table in tables for c in table.command if c.interface == interface.name for n in c.names]
        self.commands = frozenset(commands or called or [f"SMC_{interface.name}"])
        named = "|".join(re.escape(name) for name in sorted(self.commands, key=len, reverse=True))
        self.command = re.compile(rf"(?:{named}|{_ANY})(?![A-Za-z0-9_])")
        self.boots = [boot for table in tables for boot in table.boot]
        realms = [c for table in tables for c in table.command if c.callers == "realms"]
        self.of_realms = frozenset(name for c in realms for name in (c.interface, *c.names))
        self.realms = interface.name in self.of_realms
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
        # A success is never printed without its columns, and a failure where it is printed with them.
        short = interface.name.startswith(SHORT_FAILURES)
        self.first_at = next((at for at, (register, _) in enumerate(self.replies) if register == self.first), 0)
        self.in_full = frozenset(code for code in self.status.values() if self.columns and not (short and code))
        self.prefixes = tuple({name.partition("_")[0] + "_" for name in self.status if "_" in name})

        self.record = self._record(named)
        self.numbers = {name.encode(): code for name, code in self.status.items()}
        self.named_in_full = frozenset(name for name, code in self.numbers.items() if code in self.in_full)
        self.forms = [form for name, table in mine for form in self._forms(table, name)]
        self.forms += self._forms(library, None)
        given = [w for table in tables for n in table.name if n.interface == interface.name for w in n.words]
        words = [w for word in given for w in (word, *(word.replace(old, new) for old, new in _SEPARATORS))]
        heads = [line.head for form in self.forms for line in form.lines]
        odd = [name for name in sorted(self.commands) if not (name.startswith("SMC_") and name.endswith("VERSION"))]
        self.begins = Begins([*heads, *odd], sorted(self.commands), [interface.name, *words])

    def _forms(self, table: Table, name: str | None) -> list[Form]:
        """The messages of a table. One that does not fit the interface is left out of the library's, and otherwise a
        fault, told with the table's `name`.
        """
        made: list[Form] = []
        for message in table.message:
            try:
                form = compiled(message)
                if message.interface == self.interface.name:
                    self._fits(form)
            except ValueError as error:
                if name is not None:
                    raise faulty(name, f"the message of {message.program!r}: {error}") from None
                continue
            made.append(form)
        return made

    def _fits(self, form: Form) -> None:
        """Raises ValueError, with a message for the user."""
        message, shown, interface = form.message, form.shown, self.interface.name
        known = {v.name.id for v in (*self.inputs.values(), *self.outputs.values())}
        twice = message.says.keys() & message.follows.keys()
        if twice:
            raise ValueError(f"it says `{min(twice)}`, which cannot follow as well")
        implied = {**message.says, **message.follows}
        for name in (*shown, *implied):
            if name not in known:
                raise ValueError(f"{interface} has no input or output `{name}`")
        for name, value in implied.items():
            if name in shown:
                raise ValueError(f"it shows `{name}`, which cannot follow as well")
            if value[:1] == "{" and value[1:-1] not in shown:
                raise ValueError(f"`{name}` is said to be {value}, and it shows no such value")
            if value[:1] != "{":
                self.value(name, value, hexadecimal=False)
        if message.unjudged:
            return
        told = shown | implied.keys()
        missing = [v.name.id for v in self.inputs.values() if v.name.id not in told]
        if missing:
            raise ValueError(f"it neither shows nor says `{missing[0]}`: what is not asked is not judged")
        if not any(v.name.id in told for v in self.outputs.values()):
            raise ValueError("it shows no output, and none follows: say why it is `unjudged`")

    def value(self, name: str, text: str, *, hexadecimal: bool) -> int:
        """What stands in the register of a variable for its value as a message has it. Raises ValueError."""
        variable = self.interface.variables[name]
        if variable.type in ("set", "range"):
            raise ValueError(f"`{name}` is a {variable.type}, and messages show words")
        if hexadecimal:
            return word(text)
        if isinstance(variable.type, Enumeration):
            numbers = {label.id: code for label, code in variable.type.values}
            if text not in numbers:
                raise ValueError(f"{short(text)} is no {name} of {self.interface.name}")
            return numbers[text]
        codes = {} if variable.names is None else {label.id: code for label, code in variable.names.values}
        return content(variable, codes[text] if text in codes else self.format.read(text), self.format)

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
        pattern = rf"(?:{named}){column}[ \t]+>[ \t]+({status})(?:{column * len(self.columns)})?[ \t]*\r?\n?"
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
