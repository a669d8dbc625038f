"""The JSON of `score`, as types, and what it is made of."""

from __future__ import annotations

from typing import Literal

import msgspec
from parley.suites import ScoreResult
from parley.vectors.suite import Mutants, Vector

from ..json import encode, like


class Contradiction(msgspec.Struct, kw_only=True):
    """A row that wants what the policy does not answer."""

    row: str
    why: str


class Survivor(msgspec.Struct, kw_only=True):
    """A mutant that no row kills, though some vector would: what was changed in it."""

    name: str
    what: str
    kind: str


class Score(msgspec.Struct, kw_only=True):
    """What `parley score --format json` prints. `cases`, `mcdc` and `boundaries` are `[hit, of]`."""

    schema: Literal["parley.score/1"] = "parley.score/1"
    rows: int
    cases: tuple[int, int]
    mcdc: tuple[int, int]
    boundaries: tuple[int, int]
    mutants: Mutants
    survivors: list[Survivor]
    only_killer: dict[str, list[str]]
    duplicates: list[tuple[str, str]]
    contradictions: list[Contradiction]
    missing: list[Vector]
    warnings: list[str] = []


def score_json(result: ScoreResult) -> str:
    """The figures of a suite, and what it lacks."""
    made = result.scored
    return encode(
        Score(
            rows=len(made.rows),
            cases=made.cases,
            mcdc=made.mcdc,
            boundaries=made.boundaries,
            mutants=made.mutants,
            survivors=[like(Survivor, mutant) for mutant in made.survivors],
            only_killer=result.only_killers,
            duplicates=made.duplicates,
            contradictions=[like(Contradiction, wrong) for wrong in made.contradictions],
            missing=made.missing,
            warnings=list(result.warnings),
        )
    )
