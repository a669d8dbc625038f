"""JSON lines of a log: one object with a request and its reply, or one for each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TypeAlias, cast

import msgspec

from ..model.situation import Value
from ..model.words import WORD_END, Format
from ..spec.syntax import Variable
from .log_words import Half, Meaning, Registers, Said, Unread, Vocabulary, said, short, word

Json: TypeAlias = "dict[str, object]"


def read_json(text: str, known: Vocabulary) -> Meaning:
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
    found: list[str] = []

    def see(pairs: list[tuple[str, object]]) -> None:
        keys = [key for key, _ in pairs]
        found.extend(key for at, key in enumerate(keys) if key in keys[:at])

    try:
        json.loads(text, object_pairs_hook=see)
    except (ValueError, RecursionError):
        return None
    return found[0] if found else None


def _record(record: Json, known: Vocabulary) -> Meaning:
    request, reply = record.get("request"), record.get("reply")
    if isinstance(request, dict) and isinstance(reply, dict):
        asked, words = _named(cast("Json", request), known.inputs), _named(cast("Json", reply), known.outputs)
        declared = _declared(cast("Json", request), known) or _declared(record, known)
        return _checked(asked, words, known, declared)
    names = frozenset(record)
    if not known.inputs:
        # There is nothing to a request: a reply alone says all.
        if not names & known.outputs.keys():
            return None
        return _checked({}, _named(record, known.outputs), known, _declared(record, known))
    if "id" in names and isinstance(record["id"], (int, str)):
        if not names & (known.inputs.keys() | known.outputs.keys()):
            return None
        is_reply = True if names & known.only_out else False if known.only_out else None
        registers = _named(record, {**known.inputs, **known.outputs})
        return Half(repr(record["id"])[:200], registers, is_reply, _declared(record, known))
    if not names & known.inputs.keys():
        ours = sorted(names & known.names)
        return Unread(f'it has `{ours[0]}`, and no registers: write {{"x1": …, "x0": …}}') if ours else None
    both = known.inputs.keys() & known.outputs.keys()
    outs = {f"{register}_out": register for register in both}
    if not names & (known.only_out | outs.keys()):
        return None
    words = _named(record, known.only_out)
    words |= {outs[name]: value for name, value in _named(record, outs).items()}
    return _checked(_named(record, known.inputs), words, known, _declared(record, known))


def joined(request: Half, reply: Half, known: Vocabulary) -> Said | Unread:
    """What a request and its reply say together."""
    words = {register: value for register, value in reply.registers.items() if register in known.outputs}
    return _checked(request.registers, words, known, request.declared)


def _checked(
    asked: Registers, words: Registers, known: Vocabulary, declared: tuple[Value, ...] | None
) -> Said | Unread:
    missing = [register for register in known.inputs if register not in asked]
    if missing:
        return Unread(f"its request lacks {missing[0]}")
    if not words:
        return Unread("its reply has no register of the interface")
    return said(asked, words, known, "", declared)


def _named(record: Json, wanted: Iterable[str]) -> Registers:
    """The registers that an object has; null stands for one that is not known. Raises ValueError."""
    made: Registers = {}
    for name in wanted:
        value = record.get(name)
        if value is None:
            continue
        if isinstance(value, str) and value[:2] in ("0x", "0X"):
            made[name] = word(value)
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
