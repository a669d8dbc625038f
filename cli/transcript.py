"""Runs of sessions as people see them: the configuration as number lines, the rounds as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..model.run import Run, Setting
from ..model.situation import Value
from ..spec.checked import KNOWN, CheckedInterface, CheckedSession
from ..spec.print_tree import print_expr
from .numberline import drawings
from .values import Words

Row = tuple[str, str]


def setting_rows(words: Words, session: CheckedSession, setting: Setting) -> list[Row]:
    """The configuration, and what the host knows."""
    rows = [*drawings(words, setting.config), *listed_row(session)]
    return rows + words.relation_rows(setting.relations, session.abstract)


def listed_row(session: CheckedSession) -> list[Row]:
    """What the host says itself that it knows."""
    revisions = session.host.knows.revisions
    return [] if revisions is None else [(KNOWN, ", ".join(print_expr(revision) for revision in revisions))]


def round_rows(words: Words, run: Run, open_: list[set[str]] | None = None) -> list[Row]:
    """A line for each round: request, reply, case, and what the host does about it.

    `open_` are the outputs of each round that are left open, and shown as that.
    """
    cells = [_cells(words, run, at, open_[at] if open_ else set()) for at in range(len(run.rounds))]
    return [(f"round {at}", line) for at, line in enumerate(aligned(cells), 1)]


def aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """The rows of a table, each column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["   ".join(f"{c:<{w}}" for c, w in zip(row, widths, strict=True)).rstrip() for row in table]


def reply_cells(words: Words, outputs: Mapping[str, int | bool | None], open_: set[str]) -> list[str]:
    """A reply, a cell for each output; an enumeration's value speaks for itself."""
    cells: list[str] = []
    for variable in words.interface.outputs:
        name = variable.name.id
        value = "any" if name in open_ else words.show(variable, outputs.get(name))
        named = outputs.get(name) is not None and words.interface.enumeration(name) and name not in open_
        cells.append(value if named else f"{name} {value}")
    return cells


def _cells(words: Words, run: Run, at: int, open_: set[str]) -> list[str]:
    round_ = run.rounds[at]
    asks = f"asks {words.format.show(round_.request)}"
    case = f"case {round_.case}" if round_.case else "no case"
    return [asks, *reply_cells(words, round_.outputs, open_), case, _did(words, run, at)]


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
        case "stuck":
            return run.why


def unsupported(interface: CheckedInterface, config: Mapping[str, Value], run: Run) -> bool:
    """Whether host and RMM agreed on a revision that is in none of the RMM's sets."""
    sets = [config[v.name.id] for v in interface.configs if v.type == "set"]
    agreed = run.agreed if run.ending == "accepted" else None
    return agreed is not None and bool(sets) and not any(isinstance(s, tuple) and agreed in s for s in sets)


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
        case "stuck":
            return "stuck", run.why
