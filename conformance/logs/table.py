"""The table of what programs print of a command: data, in the library, and of the user's own (`--lines`).

`spec/library/log_lines.toml` says what its keys mean.
"""

from __future__ import annotations

import tomllib
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from ...spec.diagnostics import Diagnostic, Rejected, printable
from ...spec.files import LIBRARY

TABLE = LIBRARY / "log_lines.toml"

Side: TypeAlias = Literal["rmm", "caller"]

_HELP = "the form is that of the library's table; `parley explain P542` shows it"


class Command(Struct, frozen=True, forbid_unknown_fields=True):
    """What logs call the command of an interface. The kernel of a realm boots while the RMM goes on."""

    interface: str
    names: tuple[str, ...]
    callers: Literal["host", "realms"] = "host"


class Naming(Struct, frozen=True, forbid_unknown_fields=True):
    """Words that name the command: a line that has them, and is not read, is shown."""

    interface: str
    words: tuple[str, ...]


class Boot(Struct, frozen=True, forbid_unknown_fields=True):
    """What a line has with which a boot begins. A kernel's counts only where no RMM says so."""

    program: str
    by: Literal["rmm", "kernel"]
    line: str


class Message(Struct, frozen=True, forbid_unknown_fields=True, rename={"source": "from"}):
    """What a program prints, in a line or in several, and what that says without showing it.

    `follows` is what it does not say, and what follows only if the RMM conforms.
    """

    program: str
    interface: str
    by: Side
    lines: tuple[str, ...]
    says: dict[str, str] = {}
    follows: dict[str, str] = {}
    lint: str = ""
    unjudged: str = ""
    source: str = ""


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """All of it; `name` is what messages call a table of the user's own."""

    command: tuple[Command, ...] = ()
    name: tuple[Naming, ...] = ()
    boot: tuple[Boot, ...] = ()
    message: tuple[Message, ...] = ()


def read_table(text: str, name: str) -> Table:
    """A table from TOML. Raises Rejected (P542) where it is none, with the place."""
    try:
        return msgspec.convert(tomllib.loads(text), Table)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        raise faulty(name, _plain(error)) from None


def faulty(name: str, what: str) -> Rejected:
    """Something is wrong with a table of the user's own."""
    return Rejected(Diagnostic("P542", f"--lines: `{printable(name)}` cannot be used: {what}", _HELP))


def library_table() -> Table:
    """The library's."""
    return read_table(TABLE.read_text(encoding="utf-8"), TABLE.name)


def _plain(error: Exception) -> str:
    """Without the `$` that stands for the whole document; entries count from 1."""
    if not isinstance(error, msgspec.ValidationError):
        return printable(str(error))[:200] or "it nests too deeply"
    what, _, path = str(error).partition(" - at ")
    made = what[:1].lower() + what[1:]
    steps = path.strip("`").removeprefix("$").strip(".")
    for at in range(1000):
        if f"[{at}]" in steps:
            kind = steps.partition("[")[0]
            return printable(f"{made}, in the {_nth(at + 1)} [[{kind}]]")[:200]
    return printable(made)[:200]


def _nth(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number % 100 not in (11, 12, 13) else 0, "th")
    return f"{number}{ending}"
