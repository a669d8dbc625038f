"""The JSON that several commands print, as types, and how a report is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeVar

import msgspec
from parley.model.instance import Value
from parley.model.run import Run
from parley.spec.diagnostics import Diagnostic as Fault
from parley.spec.formatting.expressions import print_expr
from parley.spec.source import Place as Where
from parley.spec.syntax import Knows
from parley.values import Plain, Words

Made = TypeVar("Made", bound=msgspec.Struct)
Ending = Literal["accepted", "gave_up", "loops", "stuck", "left_out"]


class Place(msgspec.Struct, kw_only=True):
    """Line and column count from 1."""

    file: str
    line: int
    column: int


class Diagnostic(msgspec.Struct, kw_only=True):
    """A fault of a file; `place` is null where it is in no text. A warning is no fault, and changes no exit code."""

    code: str
    severity: Literal["error", "warning"]
    message: str
    place: Place | None
    help: str


class SessionRound(msgspec.Struct, kw_only=True):
    """One round of a session: a request, the reply, and the host's rule that acted on it.

    In examples of `check`, `open` are outputs that the case leaves open: each has one value of many.
    """

    request: Plain
    case: str | None
    outputs: dict[str, Plain]
    rule: str | None
    open: list[str] | msgspec.UnsetType = msgspec.UNSET
    registers: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    registers_out: dict[str, str] | msgspec.UnsetType = msgspec.UNSET


def encode(made: msgspec.Struct) -> str:
    """A report as text, with a line end."""
    return msgspec.json.format(msgspec.json.encode(made), indent=2).decode() + "\n"


def like(made: type[Made], value: object, **own: object) -> Made:
    """A value as JSON has it, where that is called as the value's own attributes are; `own` are its other members."""
    if not own:
        return msgspec.convert(value, made, from_attributes=True)
    names = zip(made.__struct_fields__, made.__struct_encode_fields__, strict=True)
    found = {key: own.get(name, getattr(value, name, msgspec.UNSET)) for name, key in names}
    there = {key: one for key, one in found.items() if one is not msgspec.UNSET}
    return msgspec.convert(there, made, from_attributes=True)


def placed(place: Where) -> Place:
    """A place as JSON has it."""
    return Place(**place._asdict())


def diagnostic(fault: Fault) -> Diagnostic:
    """A fault as JSON has it."""
    place = fault.place and placed(fault.place)
    return Diagnostic(code=fault.code, severity=fault.severity, message=fault.message, place=place, help=fault.help)


def session_rounds(words: Words, run: Run, open_: Sequence[set[str]] = ()) -> list[SessionRound]:
    """The rounds of a run; outputs that are left open in one are `"any"`."""
    made: list[SessionRound] = []
    for at, round_ in enumerate(run.rounds):
        outputs = words.plains(words.interface.outputs, round_.outputs)
        outputs |= dict.fromkeys(open_[at] & outputs.keys() if open_ else (), "any")
        request = words.plain(words.interface.inputs[0], round_.request)
        made.append(SessionRound(request=request, case=round_.case, outputs=outputs, rule=round_.rule))
    return made


def configured(words: Words, config: Mapping[str, Value]) -> dict[str, Plain]:
    """A session's configuration, with what the host knows."""
    return {name: words.plain(words.interface.variables.get(name), value) for name, value in config.items()}


def known_plain(knows: Knows) -> Plain:
    """What a host says itself that it knows."""
    if knows.between is not None:
        return print_expr(knows.between)
    return [print_expr(revision) for revision in knows.revisions or ()]


def agreed(words: Words, run: Run) -> str | None:
    """The revision that host and RMM agreed on."""
    return None if run.agreed is None else words.format.show(run.agreed)
