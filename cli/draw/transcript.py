"""Runs of sessions as people see them: the configuration as number lines, the rounds as a table."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from parley.model.run import Run, Setting
from parley.results import aligned
from parley.spec.checked import CheckedSession
from parley.spec.print_tree import print_expr
from parley.spec.syntax import KNOWN
from parley.values import Words, left_open

from .numberline import drawings
from .registers import exchange

Row = tuple[str, str]


def setting_rows(words: Words, session: CheckedSession, setting: Setting) -> list[Row]:
    """The configuration, and what the host knows."""
    rows = [*drawings(words, setting.config), *listed_row(session)]
    return rows + words.relation_rows(setting.relations, session.abstract)


def listed_row(session: CheckedSession) -> list[Row]:
    """What the host says itself that it knows."""
    revisions = session.host.knows.revisions
    return [] if revisions is None else [(KNOWN, ", ".join(print_expr(revision) for revision in revisions))]


def round_rows(words: Words, run: Run, open_: list[set[str]]) -> list[Row]:
    """A line for each round: request, reply, case, and what the host does about it.

    `open_` are the outputs of each round that are left open, and shown as that.
    """
    cells = [_cells(words, run, at, reply_cells(words, run.rounds[at].outputs, open_[at])) for at in _rounds(run)]
    return [(f"round {at}", line) for at, line in enumerate(aligned(cells), 1)]


def full_round_rows(words: Words, session: CheckedSession, run: Run) -> list[Row]:
    """The same of a run in which every output has a value, with the registers of each round in a line of its own."""
    request = words.interface.inputs[0].name.id
    cells: list[list[str]] = []
    for at in _rounds(run):
        round_ = run.rounds[at]
        chosen = left_open(session.policy, round_.case)
        cells.append(_cells(words, run, at, reply_cells(words, round_.outputs, chosen=chosen)))
    made: list[Row] = []
    for at, line in enumerate(aligned(cells)):
        made.append((f"round {at + 1}", line))
        registers = exchange(words.interface, {request: run.rounds[at].request}, run.rounds[at].outputs)
        made += [("", registers)] if registers else []
    return made


def _rounds(run: Run) -> range:
    return range(len(run.rounds))


def reply_cells(
    words: Words,
    outputs: Mapping[str, int | bool | None],
    open_: Collection[str] = (),
    chosen: Collection[str] = (),
) -> list[str]:
    """A reply, a cell for each output; an enumeration's value speaks for itself.

    Outputs `open_` are left open; those that are `chosen` have one value of many.
    """
    cells: list[str] = []
    for variable in words.interface.outputs:
        name = variable.name.id
        value = "any" if name in open_ else words.show(variable, outputs.get(name))
        named = outputs.get(name) is not None and words.interface.enumeration(name) and name not in open_
        cells.append(
            (value if named else f"{name} {value}")
            + (" (any)" if name in chosen and outputs.get(name) is not None else "")
        )
    return cells


def _cells(words: Words, run: Run, at: int, reply: list[str]) -> list[str]:
    round_ = run.rounds[at]
    asks = f"asks {words.format.show(round_.request)}"
    case = f"case {round_.case}" if round_.case else "no case"
    return [asks, *reply, case, _did(words, run, at)]


def _did(words: Words, run: Run, at: int) -> str:
    rule = run.rounds[at].rule
    if at + 1 < len(run.rounds):
        return f"{rule} asks for {words.format.show(run.rounds[at + 1].request)}"
    match run.ending:
        case "accepted":
            return f"{rule} accepts {words.format.show(run.agreed or 0)}"
        case "gave_up":
            return f"{rule} gives up"
        case "loops":
            again = words.format.show(run.rounds[(run.again or 1) - 1].request)
            return f"{rule} asks for {again} again, as in round {run.again}"
        case "stuck" | "left_out":
            return run.why


def end_row(words: Words, run: Run) -> Row:
    """How the session ended."""
    count = f"{len(run.rounds)} round{'s' if len(run.rounds) != 1 else ''}"
    match run.ending:
        case "accepted":
            return "agreed", f"{words.format.show(run.agreed or 0)}, after {count}"
        case "gave_up":
            return "gave up", f"after {count}"
        case "loops" if run.again == len(run.rounds):
            return "goes round", f"in round {run.again}, for ever"
        case "loops":
            return "goes round", f"from round {run.again} to round {len(run.rounds)}, for ever"
        case "stuck" | "left_out":
            return "stuck", run.why
