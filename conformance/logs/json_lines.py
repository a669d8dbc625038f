"""JSON lines of a log: one object with a request and its reply, or one for each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TypeAlias, cast

import msgspec

from ...model.instance import Range, Value, words_of
from ...spec.registers import content
from ...spec.syntax import Enumeration, Variable
from ...spec.words import WIDEST, Format
from ..batch import repeated
from ..fields import config_in, several_in
from .words import Exchange, HalfExchange, LogWords, Meaning, Registers, Unread, exchange_of, short, word

Json: TypeAlias = "dict[str, object]"


def read_json(text: str, known: LogWords) -> Meaning:
    """What a line of JSON says; None where that is nothing of ours."""
    try:
        made: object = msgspec.json.decode(text.encode("latin-1"))
    except (msgspec.DecodeError, RecursionError):
        ours = ('"request"', '"reply"', *(f'"{register}"' for register in (*known.inputs, *known.outputs)))
        return Unread("it is not JSON, or cut off") if any(key in text for key in ours) else None
    if not isinstance(made, dict):
        return None
    record = cast("Json", made)
    twice = _twice(text, record)
    try:
        meaning = _record(record, known)
    except ValueError as error:
        return Unread(str(error))
    return meaning if meaning is None or twice is None else Unread(f"it has `{short(twice)}` twice")


def _twice(text: str, record: Json) -> str | None:
    """A key that an object has twice, if any."""
    inner = [cast("Json", value) for value in record.values() if isinstance(value, dict)]
    if text.count(":") == len(record) + sum(map(len, inner)):
        return None
    found: list[str | None] = []
    try:
        json.loads(text, object_pairs_hook=lambda pairs: found.append(repeated([key for key, _ in pairs])))
    except (ValueError, RecursionError):
        return None
    return next(filter(None, found), None)


def _record(record: Json, known: LogWords) -> Meaning:
    request, reply = record.get("request"), record.get("reply")
    if isinstance(request, dict) and isinstance(reply, dict):
        asked = _named(cast("Json", request), known.inputs, known, "in_")
        words = _named(cast("Json", reply), known.outputs, known, "out_")
        declared = _declared(cast("Json", request), known) or _declared(record, known)
        return _checked(asked, words, known, declared)
    names = frozenset(record)
    if names & {*(f"in_{register}" for register in known.inputs), *(f"out_{register}" for register in known.outputs)}:
        # A row of a suite: what a register is for stands before it.
        alone = {register: v for register, v in known.outputs.items() if register not in known.inputs}
        both = {register: v for register, v in known.outputs.items() if register in known.inputs}
        words = _named(record, alone, known, "out_") | _named(record, both, known, "out_", bare=False)
        return _checked(_named(record, known.inputs, known, "in_"), words, known, _declared(record, known))
    if not known.inputs:
        # There is nothing to a request: a reply alone says all.
        if not names & known.outputs.keys():
            return None
        return _checked({}, _named(record, known.outputs, known), known, _declared(record, known))
    if "id" in names and isinstance(record["id"], (int, str)):
        if not names & (known.inputs.keys() | known.outputs.keys()):
            return None
        is_reply = True if names & known.only_out else False if known.only_out else None
        of = known.outputs if is_reply else known.inputs if is_reply is False else {}
        registers = _named(record, {**known.inputs, **known.outputs}, known, named=of.values())
        return HalfExchange(repr(record["id"])[:200], registers, is_reply, _declared(record, known))
    if not names & known.inputs.keys():
        ours = sorted(names & known.names)
        return Unread(f'it has `{ours[0]}`, and no registers: write {{"x1": …, "x0": …}}') if ours else None
    both = known.inputs.keys() & known.outputs.keys()
    outs = {f"{register}_out": register for register in both}
    if not names & (known.only_out | outs.keys()):
        return None
    words = _named(
        record, {register: known.outputs[register] for register in known.outputs if register not in both}, known
    )
    words |= _named(
        {**record, **{register: record.get(name) for name, register in outs.items()}},
        {register: known.outputs[register] for register in both},
        known,
    )
    return _checked(_named(record, known.inputs, known), words, known, _declared(record, known))


def joined(request: HalfExchange, reply: HalfExchange, known: LogWords) -> Exchange | Unread:
    """What a request and its reply say together."""
    words = {register: value for register, value in reply.registers.items() if register in known.outputs}
    return _checked(request.registers, words, known, request.declared)


def _checked(
    asked: Registers, words: Registers, known: LogWords, declared: tuple[Value, ...] | None
) -> Exchange | Unread:
    missing = [register for register in known.inputs if register not in asked]
    if missing:
        return Unread(f"its request lacks {missing[0]}")
    if not words:
        return Unread("its reply has no register of the interface")
    return exchange_of(asked, words, known, "", declared)


def _named(
    record: Json,
    wanted: Mapping[str, Variable],
    known: LogWords,
    prefix: str = "",
    *,
    bare: bool = True,
    named: Iterable[Variable] | None = None,
) -> Registers:
    """The registers that an object has; null stands for one that is not known. Raises ValueError.

    A register may stand under its own name where `bare`, with the prefix before it, and under the name of its variable
    (of `named` ones, where given): what stands twice must say the same.
    """
    by_name = frozenset(v.name.id for v in (wanted.values() if named is None else named))
    made: Registers = {}
    for register, variable in wanted.items():
        first = ""
        keys = [register] if bare else []
        for name in [*keys, f"{prefix}{register}"] if prefix else keys:
            value = record.get(name)
            if value is None:
                continue
            alone = name == variable.name.id
            _put(made, register, _valued(variable, value, known.format) if alone else _word(name, value), name, first)
            first = first or name
        name = variable.name.id
        if name in by_name and name not in wanted and record.get(name) is not None:
            _put(made, register, _valued(variable, record[name], known.format), name, first)
    return made


def _put(made: Registers, register: str, value: Value, name: str, first: str) -> None:
    if made.setdefault(register, value) != value:
        raise ValueError(f"`{name}` is {_shown(value)}, and `{first}` beside it {_shown(made[register])}")


def _shown(value: Value) -> str:
    """A word, the words of a set, or the ends of a range."""
    several = isinstance(value, (tuple, Range))
    return f"[{', '.join(map(hex, words_of(value)))}]" if several else hex(value)


def _word(name: str, value: object) -> int:
    if isinstance(value, str) and value[:2] in ("0x", "0X"):
        return word(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << WIDEST:
        return value
    raise ValueError(f"{name} is neither a number of 64 bits nor one as a string, 0x…")


def _valued(variable: Variable, value: object, format_: Format) -> Value:
    """What stands in the register of a variable whose value stands under its name, as a suite writes it; of one that is
    in none, its value.
    """
    name = variable.name.id
    if variable.type in ("set", "range"):
        return several_in(variable, value, format_)
    if isinstance(value, bool):
        if variable.type == "bool":
            return int(value)
    elif isinstance(value, int) or (isinstance(value, str) and value[:2] in ("0x", "0X")):
        return content(variable, _word(name, value), format_)
    elif isinstance(value, str):
        if variable.type == "revision":
            codes = {} if variable.names is None else {label.id: code for label, code in variable.names.values}
            return content(variable, codes[value] if value in codes else format_.read(value), format_)
        if isinstance(variable.type, Enumeration):
            numbers = {label.id: number for label, number in variable.type.values}
            if value in numbers:
                return numbers[value]
    raise ValueError(f"its `{name}` cannot be read")


def _declared(record: Json, known: LogWords) -> tuple[Value, ...] | None:
    """The configuration that an object names. Raises ValueError where it names a part of it, or no value."""
    configs = known.interface.configs
    given = [v for v in configs if v.name.id in record]
    if not given:
        return None
    if len(given) < len(configs):
        raise ValueError(f"it says `{given[0].name.id}` and not the rest of the configuration")
    return tuple(config_in(v, record[v.name.id], known.format) for v in configs)
