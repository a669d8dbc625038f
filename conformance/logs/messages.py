"""What a message of a program says, by the table: from the text of its line, or of its lines, to an exchange."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...model.instance import Value
from ...spec.syntax import Variable
from .forms import Form
from .words import Exchange, LogWords, Meaning, OtherCommand, Part, Registers, Told, Unjudged, Unread, exchange_of


def read_message(text: str, known: LogWords, *, cut: bool) -> Meaning:
    """What a text says that begins as the line of a message does; None where none does.

    A later line of a message of another interface says nothing by itself.
    """
    begun: Form | None = None
    other = ""
    for form in known.forms:
        mine = form.message.interface == known.interface.name
        for at, line in enumerate(form.lines if mine else form.lines[:1]):
            if not text.startswith(line.head):
                continue
            found = line.pattern.match(text)
            if found is None:
                begun = begun or form
            elif not mine:
                other = other or form.message.interface
            elif form.message.unjudged:
                return Unjudged(form)
            elif cut and line.open_end:
                return Unread("it is cut off within the message")
            else:
                part = Part(form, at, found.groups(), text)
                return part if len(form.lines) > 1 else told([part], known)
    if other:
        return OtherCommand(other)
    if begun is None or text.startswith("SMC_"):
        # A line of an RMM may begin as an older one does; it is read by its columns.
        return None
    if begun.message.interface != known.interface.name:
        return OtherCommand(begun.message.interface)
    return Unread(f"it begins as a message of {begun.message.program} does, and goes on otherwise")


def goes_on(form: Form, at: int, part: Part) -> Part | None:
    """A later line as that of a message that was begun; None where it is not its next."""
    found = form.lines[at].pattern.match(part.text) if at < len(form.lines) else None
    return None if found is None else Part(form, at, found.groups(), part.text)


def told(parts: Sequence[Part], known: LogWords) -> Told | Unread:
    """What the lines of a message say together."""
    form = parts[0].form
    implied = {**form.message.says, **form.message.follows}
    shown: dict[str, int] = {}
    try:
        for part in parts:
            for field, text in zip(form.lines[part.at].fields, part.values, strict=True):
                value = known.value(field.name, text, hexadecimal=field.hexadecimal)
                if shown.setdefault(field.name, value) != value:
                    return Unread(f"it shows `{field.name}` twice, and they differ")
    except ValueError as error:
        return Unread(f"its values cannot be read: {error}")
    # What is said by another value is so only if the RMM conforms.
    follows = form.message.follows.keys() | {name for name, text in implied.items() if text[:1] == "{"}
    every = dict(shown)
    for name, text in implied.items():
        every[name] = shown[text[1:-1]] if text[:1] == "{" else known.value(name, text, hexadecimal=False)
    asked = _registers(every, known.inputs)
    exchange = exchange_of(asked, _registers(every, known.outputs), known, "", None)
    if isinstance(exchange, Unread):
        return exchange
    return Told(form, exchange, frozenset(every) - follows)


def _registers(values: Mapping[str, int], variables: Mapping[str, Variable]) -> Registers:
    return {register: values[v.name.id] for register, v in variables.items() if v.name.id in values}


def joined_with(told_: Told, rmm: Exchange, known: LogWords) -> Exchange | None:
    """Both sides of one exchange as one: the RMM's line, and what the caller's message states beside it.

    None where they do not agree, and so speak of two. What the caller's message does not state is the RMM's alone.
    """
    if rmm.strange or told_.exchange.strange or rmm.declared is not None:
        return None
    interface = known.interface
    for variable, mine, theirs in zip(interface.inputs, rmm.inputs, told_.exchange.inputs, strict=True):
        if variable.name.id in told_.stated and mine != theirs:
            return None
    outputs: list[Value | None] = []
    for variable, mine, theirs in zip(interface.outputs, rmm.outputs, told_.exchange.outputs, strict=True):
        stated = variable.name.id in told_.stated and theirs is not None
        if stated and mine is not None and mine != theirs:
            return None
        outputs.append(theirs if stated and mine is None else mine)
    return Exchange(rmm.inputs, tuple(outputs))
