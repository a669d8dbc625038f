"""The JSON of `matrix`, as types, and what it is made of."""

from __future__ import annotations

from typing import Literal

import msgspec
from parley import matrices
from parley.values import Plain, Words

from ..json import Ending, SessionRound, agreed, encode, session_rounds


class Cell(msgspec.Struct, kw_only=True):
    """One host with one RMM; `own` is what that has of its policy's own configs.

    `ending` is null where nothing could be played: `why` says why. `unsupported`: they agreed on a revision that the
    RMM does not support. `outside` are the assumptions that do not hold of what was asked for. `met`: in each round
    that has an answer, some value of what is left open makes it; null where it is not known whether one has, and where
    nothing could be played.
    """

    host: str
    known: list[str]
    policy: str
    supported: Plain
    own: dict[str, Plain]
    ending: Ending | None
    agreed: str | None
    requests: int
    rounds: list[SessionRound]
    why: str
    unsupported: bool
    met: Literal[True] | None
    outside: list[str]


class Matrix(msgspec.Struct, kw_only=True):
    """What `parley matrix --format json` prints: a cell for each host and RMM, hosts first."""

    schema: Literal["parley.matrix/1"] = "parley.matrix/1"
    cells: list[Cell]


def matrix_json(result: matrices.MatrixResult) -> str:
    """Who ends up with what."""
    return encode(Matrix(cells=[_cell(cell) for line in result.cells for cell in line]))


def _cell(cell: matrices.Cell) -> Cell:
    words, run = Words(cell.rmm.policy.interface), cell.run
    return Cell(
        host=cell.caller.name,
        known=cell.caller.knows,
        policy=cell.rmm.name,
        supported=words.plain(cell.rmm.policy.interface.configs[0], cell.rmm.supported),
        own=words.plains(cell.rmm.owned, cell.rmm.own),
        ending=None if run is None else run.ending,
        agreed=None if run is None else agreed(words, run),
        requests=0 if run is None else len(run.rounds),
        rounds=[] if run is None else session_rounds(words, run, cell.open),
        why=cell.why if run is None else run.why,
        unsupported=cell.unsupported,
        met=None if run is None or cell.unknown else True,
        outside=list(cell.outside),
    )
