"""The JSON of `score`, as types, and what it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec
from parley.suites import ScoreResult
from parley.values import Plain, Words
from parley.vectors.suite import Mutants, Vector

from ..json import encode, like

if TYPE_CHECKING:
    from parley.program_scores import ProgramRuns


class Contradiction(msgspec.Struct, kw_only=True):
    """A row that wants what the policy does not answer."""

    row: str
    why: str


class Survivor(msgspec.Struct, kw_only=True):
    """A mutant that no row kills, though some vector would: what was changed in it."""

    name: str
    what: str
    kind: str


class Exchange(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A request of a program and its reply; a line that is no request is `said`."""

    request: dict[str, Any] | None
    reply: dict[str, Any]
    said: str = ""


class ProgramFailure(msgspec.Struct, kw_only=True):
    """A run in which a program fails against the policy itself: what it asked, and how it ended."""

    config: dict[str, Plain]
    asked: list[Exchange]
    ended: str
    stderr: list[str]


class Catch(msgspec.Struct, kw_only=True):
    """The configuration in which a program fails against a mutant, and how it ended."""

    config: dict[str, Plain]
    ended: str


class ProgramScore(msgspec.Struct, kw_only=True):
    """What came of running a program: in which configurations, and with how many processes.

    Against mutants `untried` it was not run, for want of time. Where it is not `steady`, it does not do the same again.
    """

    command: list[str]
    configurations: list[dict[str, Plain]]
    runs: int
    failures: list[ProgramFailure]
    caught: dict[str, Catch]
    untried: list[str]
    steady: bool


class Score(msgspec.Struct, kw_only=True):
    """What `parley score --format json` prints. `cases`, `mcdc` and `boundaries` are `[hit, of]`.

    Of a suite that is a `program`, its requests are the rows.
    """

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
    program: ProgramScore | msgspec.UnsetType = msgspec.UNSET


def score_json(result: ScoreResult) -> str:
    """The figures of a suite, and what it lacks."""
    made = result.scored
    program = msgspec.UNSET if result.runs is None else _program(result, result.runs)
    only = result.only_killers
    return encode(like(Score, made, rows=len(made.rows), only_killer=only, warnings=result.warnings, program=program))


def _program(result: ScoreResult, runs: ProgramRuns) -> ProgramScore:
    words, configs = Words(result.policy.interface), result.policy.interface.configs
    return ProgramScore(
        command=runs.command,
        configurations=[words.plains(configs, config) for config in runs.configurations],
        runs=runs.runs,
        failures=[
            ProgramFailure(
                config=words.plains(configs, one.config),
                asked=[like(Exchange, asked) for asked in one.asked],
                ended=one.ended.text,
                stderr=list(one.ended.stderr),
            )
            for one in runs.refusals
        ],
        caught={
            name: Catch(config=words.plains(configs, one.config), ended=one.ended.text)
            for name, one in runs.caught.items()
        },
        untried=runs.untried,
        steady=runs.steady,
    )
