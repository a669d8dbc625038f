"""One line of a log, to what it says of a request and its reply. Pure functions: no state, no files.

A line of an RMM is `NAME REQUEST > STATUS LOWER HIGHER`, with anything before it; numbers are hexadecimal, columns are
the registers in their order, and a failure may come without what follows its status. A JSON line has the registers by
name: `{"request": {"x1": …}, "reply": {"x0": …}}`, flat with `x1_out` where a register is both, or in two objects with
one `id`, as `parley conform` writes and reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias, cast

import msgspec
from msgspec import Struct

from ..model.situation import Value
from ..model.words import WORD_END, Format
from ..spec.checked import CheckedInterface
from ..spec.syntax import Enumeration, Variable

Registers: TypeAlias = "dict[str, int]"
Json: TypeAlias = "dict[str, object]"


class Said(Struct, frozen=True, gc=False):
    """A request and as much of its reply as the line shows, in the order of the interface's inputs and outputs.

    `None` stands for an output that is not shown. `strange` says what of the reply is no value of its output, which
    then has a number that is none either. `declared` is the configuration, where the line says what it is. `cut`: the
    line's end is missing, and what could be a part of a word was left out.
    """

    inputs: tuple[int, ...]
    outputs: tuple[int | None, ...]
    strange: str = ""
    declared: tuple[Value, ...] | None = None
    cut: bool = False


class Half(Struct, frozen=True):
    """A request or a reply alone; `key` is what the two have in common."""

    key: str
    registers: Registers
    is_reply: bool | None
    declared: tuple[Value, ...] | None = None


class Other(Struct, frozen=True):
    """A version line of another interface."""

    command: str


class Unread(Struct, frozen=True):
    """It looks like a version line, and cannot be read."""

    why: str


Meaning: TypeAlias = "Said | Half | Other | Unread | None"
"""None: the line is about something else."""

NO_NUMBER = -1
"""The number of a status that the interface does not have."""

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_ARGUMENTS = tuple(f"x{at}" for at in range(1, 18))
_HEX = re.compile(r"(?:0[xX])?([0-9A-Fa-f]+)")
_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_ANY = r"SMC_(?:(?!SMC_)[A-Z0-9]+_)+VERSION"
_OLD = {"RMI_": "RMM_"}
"""How older logs call what is now called otherwise."""


def default_commands(interface: str) -> list[str]:
    """What a log calls an interface's command: RMI_VERSION is SMC_RMI_VERSION, and was SMC_RMM_VERSION."""
    older = [new + interface.removeprefix(old) for old, new in _OLD.items() if interface.startswith(old)]
    return [f"SMC_{name}" for name in (interface, *older)]


class Vocabulary:
    """What the lines of one interface are made of."""

    def __init__(self, interface: CheckedInterface, commands: Iterable[str] = ()) -> None:
        self.interface = interface
        self.format = Format.of(interface.layout)
        self.commands = frozenset(commands or default_commands(interface.name))
        named = "|".join(re.escape(name) for name in sorted(self.commands, key=len, reverse=True))
        self.command = re.compile(rf"(?:{named}|{_ANY})(?![A-Za-z0-9_])")
        # No line without one of these has a command: a log is mostly about other things.
        needles = {"_VERSION"} | {name for name in self.commands if "_VERSION" not in name}
        self.needles = [needle.encode("utf-8", "replace") for needle in sorted(needles)]
        self.inputs = _registers(interface.inputs)
        self.outputs = _registers(interface.outputs)
        self.replies = [("" if v.register is None else v.register.id, v) for v in interface.outputs]
        self.only_out = frozenset(self.outputs) - frozenset(self.inputs)
        # All registers after the status, up to the last one that is an output.
        self.columns = [f"x{at}" for at in range(1, 1 + max(map(_register_number, self.outputs), default=0))]
        status = self.outputs.get("x0")
        self.status: dict[str, int] = {}
        if status is not None and isinstance(status.type, Enumeration):
            self.status = {label.id: number for label, number in status.type.values}
        self.prefixes = tuple({name.partition("_")[0] + "_" for name in self.status if "_" in name})

        self.record = self._record(named)
        self.numbers = {name.encode(): number for name, number in self.status.items()}

    def _record(self, named: str) -> re.Pattern[bytes] | None:
        """A whole line from its command on, where the interface is of the usual form: one request, and the outputs in
        the order of their registers, a status and then revisions.
        """
        outputs = self.interface.outputs
        revisions = all(variable.type == "revision" for variable in outputs[1:])
        if (
            list(self.inputs) != ["x1"]
            or list(self.outputs) != ["x0", *self.columns]
            or not (revisions and self.status)
        ):
            return None
        word = r"[ \t]+([0-9A-Fa-f]{1,16})"
        status = "|".join(map(re.escape, self.status))
        pattern = rf"(?:{named}){word}[ \t]+>[ \t]+({status})(?:{word * len(self.columns)})?[ \t]*\r?\n"
        return re.compile(pattern.encode("utf-8", "replace"))

    @property
    def readable(self) -> bool:
        """Whether lines can be read at all: every input and some output is in a register."""
        return bool(self.outputs) and len(self.inputs) == len(self.interface.inputs) > 0


def _registers(variables: Iterable[Variable]) -> dict[str, Variable]:
    return {v.register.id: v for v in variables if v.register is not None}


def _register_number(name: str) -> int:
    digits = name.lstrip("xw")
    return int(digits) if digits.isdigit() else 0


def cleaned(raw: bytes) -> str:
    """A line without colors, and without what serial lines leave at its ends. Bytes beyond ASCII stay as they are."""
    text = raw.decode("latin-1")
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    return text.strip("\r\n\x00")


def read_line(text: str, known: Vocabulary, *, cut: bool = False) -> Meaning:
    """What a cleaned line says; `cut` where its end is missing, and with it perhaps a part of its last word."""
    if text.lstrip().startswith("{"):
        found = _read_json(text, known)
        if found is not None:
            return found
    return _read_text(text, known, cut=cut)


def read_record(record: bytes, known: Vocabulary) -> Said | None:
    """What a line says, from its command on: quickly, and as `read_line` reads it; None where that has to."""
    found = None if known.record is None else known.record.fullmatch(record)
    if found is None:
        return None
    requested, status, *columns = found.groups()
    return Said(
        (int(requested, 16),),
        (known.numbers[status], *[None if column is None else int(column, 16) for column in columns]),
    )


# ---- lines of an RMM ------------------------------------------------------------------------------------


def _read_text(text: str, known: Vocabulary, *, cut: bool) -> Meaning:
    found = known.command.search(text)
    if found is None:
        return None
    if known.command.search(text, found.end()) is not None:
        names = known.command.findall(text)
        if known.commands.isdisjoint(names):
            return Other(names[0])
        return Unread("it has more than one command on it")
    if found.group() not in known.commands:
        return Other(found.group())
    request, arrow, reply = text[found.end() :].partition(">")
    if not arrow:
        return Unread("it is cut off before the reply" if cut else "it has no reply")
    try:
        asked = dict(zip(_ARGUMENTS, map(_word, request.split()), strict=False))
    except ValueError as error:
        return Unread(f"its request cannot be read: {error}")
    missing = [register for register in known.inputs if register not in asked]
    if missing:
        return Unread(f"its request lacks {missing[0]}")
    tokens = reply.split()
    if cut and tokens and not reply[-1:].isspace():
        tokens.pop()
    if not tokens:
        return Unread("it is cut off within the reply" if cut else "its reply is empty")
    return _reply(tokens, asked, known, cut=cut)


def _reply(tokens: list[str], asked: Registers, known: Vocabulary, *, cut: bool) -> Said | Unread:
    status, *columns = tokens
    words: Registers = {}
    strange = ""
    if status in known.status:
        words["x0"] = known.status[status]
    elif _HEX.fullmatch(status):
        try:
            words["x0"] = _word(status)
        except ValueError as error:
            return Unread(f"its status cannot be read: {error}")
    elif _NAME.fullmatch(status) and status.startswith(known.prefixes) and not _begins(status, known.status):
        strange, words["x0"] = f"{status} is no status of {known.interface.name}", NO_NUMBER
    else:
        return Unread(f"its status `{_short(status)}` cannot be read")
    if len(columns) > len(known.columns):
        return Unread(
            f"it has {len(columns)} columns after the status, and {known.interface.name} {len(known.columns)}"
        )
    if columns and len(columns) < len(known.columns) and not cut:
        return Unread(f"it has {len(columns)} of the {len(known.columns)} columns after the status")
    try:
        words.update((register, _word(token)) for register, token in zip(known.columns, columns, strict=False))
    except ValueError as error:
        return Unread(f"its reply cannot be read: {error}")
    return _said(asked, words, known, strange, None, cut=cut)


def _begins(status: str, names: Iterable[str]) -> bool:
    """Whether it is a name of the interface, torn."""
    return any(name.startswith(status) for name in names)


def _word(token: str) -> int:
    if len(token) <= 16 and token.isalnum():
        try:
            return int(token, 16)
        except ValueError:
            pass
    match = _HEX.fullmatch(token)
    if match is None:
        raise ValueError(f"`{_short(token)}` is not hexadecimal")
    digits = match.group(1).lstrip("0")
    if len(digits) > 16:
        raise ValueError(f"`{_short(token)}` does not fit in 64 bits")
    return int(digits or "0", 16)


def _short(token: str) -> str:
    return token if len(token) <= 40 else f"{token[:40]}…"


# ---- JSON lines -----------------------------------------------------------------------------------------


def _read_json(text: str, known: Vocabulary) -> Meaning:
    """None where it is another program's object, or no JSON at all and nothing of ours is in it."""
    try:
        made: object = msgspec.json.decode(text.encode("latin-1"))
    except (msgspec.DecodeError, RecursionError):
        ours = ('"request"', '"reply"', *(f'"{register}"' for register in (*known.inputs, *known.outputs)))
        return Unread("it is not JSON, or cut off") if any(key in text for key in ours) else None
    if not isinstance(made, dict):
        return None
    record = cast("Json", made)
    try:
        return _record(record, known)
    except ValueError as error:
        return Unread(str(error))


def _record(record: Json, known: Vocabulary) -> Meaning:
    request, reply = record.get("request"), record.get("reply")
    if isinstance(request, dict) and isinstance(reply, dict):
        asked, words = _named(cast("Json", request), known.inputs), _named(cast("Json", reply), known.outputs)
        declared = _declared(cast("Json", request), known) or _declared(record, known)
        return _checked(asked, words, known, declared)
    names = frozenset(record)
    if "id" in names and isinstance(record["id"], (int, str)):
        if not names & (known.inputs.keys() | known.outputs.keys()):
            return None
        is_reply = True if names & known.only_out else False if known.only_out else None
        registers = _named(record, {**known.inputs, **known.outputs})
        return Half(repr(record["id"])[:200], registers, is_reply, _declared(record, known))
    if not names & known.inputs.keys():
        return None
    both = known.inputs.keys() & known.outputs.keys()
    out = {f"{register}_out": register for register in both}
    if not names & (known.only_out | out.keys()):
        return None
    words = _named(record, known.only_out)
    words |= {out[name]: word for name, word in _named(record, out).items()}
    return _checked(_named(record, known.inputs), words, known, _declared(record, known))


def joined(request: Half, reply: Half, known: Vocabulary) -> Said | Unread:
    """What a request and its reply say together."""
    words = {register: word for register, word in reply.registers.items() if register in known.outputs}
    return _checked(request.registers, words, known, request.declared)


def _checked(
    asked: Registers, words: Registers, known: Vocabulary, declared: tuple[Value, ...] | None
) -> Said | Unread:
    missing = [register for register in known.inputs if register not in asked]
    if missing:
        return Unread(f"its request lacks {missing[0]}")
    if not words:
        return Unread("its reply has no register of the interface")
    return _said(asked, words, known, "", declared)


def _named(record: Json, wanted: Iterable[str]) -> Registers:
    """The registers that an object has; null stands for one that is not known. Raises ValueError."""
    made: Registers = {}
    for name in wanted:
        value = record.get(name)
        if value is None:
            continue
        if isinstance(value, str) and value[:2] in ("0x", "0X"):
            made[name] = _word(value)
        elif isinstance(value, int) and not isinstance(value, bool) and 0 <= value < WORD_END:
            made[name] = value
        else:
            raise ValueError(f"{name} is neither a number of 64 bits nor one as a string, 0x…")
    return made


def _declared(record: Json, known: Vocabulary) -> tuple[Value, ...] | None:
    """The configuration that an object names. Raises ValueError where it names a part of it, or no value."""
    configs = known.interface.configs
    given = [v for v in configs if v.name.id in record]
    if not given:
        return None
    if len(given) < len(configs):
        raise ValueError(f"it says `{given[0].name.id}` and not the rest of the configuration")
    return tuple(_config(v, record[v.name.id], known.format) for v in configs)


def _config(variable: Variable, value: object, format_: Format) -> Value:
    if variable.type == "bool" and isinstance(value, bool):
        return value
    if variable.type == "revision" and isinstance(value, str):
        return format_.read(value)
    if variable.type == "set" and isinstance(value, list):
        items = cast("list[object]", value)
        if all(isinstance(item, str) for item in items):
            return tuple(sorted({format_.read(cast("str", item)) for item in items}))
    raise ValueError(f"its `{variable.name.id}` cannot be read")


# ---- both -----------------------------------------------------------------------------------------------


def _said(
    asked: Registers,
    words: Registers,
    known: Vocabulary,
    strange: str,
    declared: tuple[Value, ...] | None,
    *,
    cut: bool = False,
) -> Said:
    outputs = tuple([words.get(register) for register, _ in known.replies])
    if not strange:
        for word, (_, variable) in zip(outputs, known.replies, strict=True):
            if word is not None and variable.type != "revision":
                strange = strange or _strange(variable, word, known.interface.name)
    return Said(tuple([asked[register] for register in known.inputs]), outputs, strange, declared, cut)


def _strange(variable: Variable, word: int, interface: str) -> str:
    if isinstance(variable.type, Enumeration) and word not in (number for _, number in variable.type.values):
        return f"{word:#x} is no {variable.name.id} of {interface}"
    if variable.type == "bool" and word > 1:
        return f"{word:#x} is neither true nor false, and `{variable.name.id}` is one of them"
    return ""
