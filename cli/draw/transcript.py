"""Runs of sessions as people see them: the configuration as number lines, the rounds as a table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from parley.model.instance import Instance
from parley.model.run import Run
from parley.results import aligned
from parley.spec.checked import CheckedSession
from parley.spec.diagnostics import plural
from parley.spec.formatting.expressions import print_expr
from parley.spec.nesting import own_formulas
from parley.spec.syntax import KNOWN
from parley.values import NO_VALUE, Values, Words, left_open

from .numberline import drawings
from .rows import Row

MOST_SAID = 4
"""Rounds with a program that are shown; JSON has all."""


def instance_rows(words: Words, session: CheckedSession, instance: Instance) -> list[Row]:
    """The configuration, and what the host knows."""
    rows = [*drawings(words, instance.config), *listed_row(session)]
    return rows + words.relation_rows(instance.relations, session.abstract)


def listed_row(session: CheckedSession) -> list[Row]:
    """What the host says itself that it knows."""
    knows = session.host.knows
    said = [] if knows.varies else list(own_formulas(knows))
    return [(KNOWN, ", ".join(map(print_expr, said)))] if said else []


def round_rows(words: Words, run: Run, open_: list[set[str]]) -> list[Row]:
    """A line for each round: request, reply, case, and what the host does about it.

    `open_` are the outputs of each round that are left open, and shown as that.
    """
    replies = [reply_cells(words, round_.outputs, open_=left) for round_, left in zip(run.rounds, open_, strict=True)]
    return [(f"round {at}", line) for at, line in enumerate(_lines(words, run, replies), 1)]


def full_round_rows(words: Words, session: CheckedSession, run: Run) -> list[Row]:
    """The same of a run in which every output has a value, with the registers of each round in a line of its own."""
    request = words.interface.inputs[0].name.id
    chosen = [left_open(session.policy, round_.case) for round_ in run.rounds]
    replies = [reply_cells(words, r.outputs, chosen=left) for r, left in zip(run.rounds, chosen, strict=True)]
    made: list[Row] = []
    for at, (round_, line) in enumerate(zip(run.rounds, _lines(words, run, replies), strict=True), 1):
        registers = exchange(words, {request: round_.request}, round_.outputs)
        made += [(f"round {at}", line), *([("", registers)] if registers else [])]
    return made


def said_rows(
    words: Words, run: Run, registers: Sequence[Mapping[str, Any]], open_: Sequence[Collection[str]]
) -> list[Row]:
    """The same of what a program did, with what its lines had of each reply. Of many rounds, the first are there."""
    request = words.interface.inputs[0]
    replies = [reply_cells(words, r.outputs, chosen=left) for r, left in zip(run.rounds, open_, strict=True)]
    lines = _lines(words, run, replies)
    made: list[Row] = []
    for at, (round_, line) in enumerate(zip(run.rounds, lines, strict=True), 1):
        if at > MOST_SAID and len(lines) > MOST_SAID + 1:
            made.append(("", f"and {len(lines) - MOST_SAID} more rounds"))
            break
        asked = pairs(words.registers([request], {request.name.id: round_.request}))
        answered = pairs(registers_in(registers[at - 1])) if at <= len(registers) else ""
        placed = " → ".join(part for part in (asked, answered) if part)
        made += [(f"round {at}", line), *([("", placed)] if placed else [])]
    return made


def registers_in(reply: Mapping[str, Any]) -> dict[str, str]:
    """The registers of a reply as a line has it."""
    return {name: word for name, word in reply.items() if isinstance(word, str)}


def exchange(words: Words, request: Values, reply: Values) -> str:
    """`x1=0x10001 → x0=0x0 x1=0x10000`: request and reply; empty where the interface names no registers.

    Outputs that have no value are left out.
    """
    asked = words.registers(words.interface.inputs, request)
    answered = words.registers(words.interface.outputs, reply)
    return " → ".join(part for part in map(pairs, (asked, answered)) if part)


def pairs(registers: Mapping[str, str]) -> str:
    """`x0=0x0 x1=0x10000`, without those that have no value."""
    return " ".join(f"{name}={value}" for name, value in registers.items() if value != NO_VALUE)


def reply_cells(
    words: Words, outputs: Values, *, open_: Collection[str] = (), chosen: Collection[str] = ()
) -> list[str]:
    """A reply, a cell for each output; an enumeration's value speaks for itself.

    Outputs `open_` are left open; those that are `chosen` have one value of many, or none where another one has none.
    """
    names = [variable.name.id for variable in words.interface.outputs]
    undecided = {name for name in chosen if outputs.get(name) is None}
    if any(outputs.get(name) is None for name in names if name not in chosen):
        open_ = {*open_, *undecided}
    cells: list[str] = []
    for variable, name in zip(words.interface.outputs, names, strict=True):
        value = None if name in open_ else outputs.get(name)
        shown = "any" if name in open_ else words.show(variable, value)
        alone = words.interface.enumeration(name) or shown in words.interface.named.get(name, {})
        whole = shown if value is not None and alone else f"{name} {shown}"
        cells.append(f"{whole} (any)" if name in chosen and value is not None else whole)
    return cells


def _lines(words: Words, run: Run, replies: list[list[str]]) -> list[str]:
    """A line for each round."""
    cells: list[list[str]] = []
    for at, (round_, reply) in enumerate(zip(run.rounds, replies, strict=True)):
        case = f"case {round_.case}" if round_.case else "no case"
        cells.append([f"asks {words.asked(round_.request)}", *reply, case, _did(words, run, at)])
    return aligned(cells)


def _did(words: Words, run: Run, at: int) -> str:
    rule = run.rounds[at].rule
    if at + 1 < len(run.rounds):
        return f"{rule} asks for {words.asked(run.rounds[at + 1].request)}"
    match run.ending:
        case "accepted":
            return f"{rule} accepts {words.format.show(run.agreed or 0)}"
        case "gave_up":
            return f"{rule} gives up"
        case "loops" if run.again is None:
            return f"{rule} asks on"
        case "loops":
            again = words.asked(run.rounds[(run.again or 1) - 1].request)
            return f"{rule} asks for {again} again, as in round {run.again}"
        case "stuck" | "left_out":
            return run.why


def end_row(words: Words, run: Run) -> Row:
    """How the session ended."""
    count = plural(len(run.rounds), "round")
    match run.ending:
        case "accepted":
            return "agreed", f"{words.format.show(run.agreed or 0)}, after {count}"
        case "gave_up":
            return "gave up", f"after {count}"
        case "loops" if run.again is None:
            return "goes on", f"after {count} it asked once more, and was stopped"
        case "loops" if run.again == len(run.rounds):
            return "goes round", f"in round {run.again}, for ever"
        case "loops":
            return "goes round", f"from round {run.again} to round {len(run.rounds)}, for ever"
        case "stuck" | "left_out":
            return "stuck", run.why
