"""The JSON of `check`, `eval` and `matrix`, as types: the published schemas in `schemas/` are generated from them.

python -m parley.cli.report DIRECTORY     write the schemas anew
"""

from __future__ import annotations

import sys
from inspect import cleandoc
from pathlib import Path
from typing import Any, Literal, cast

import msgspec
from parley.vectors.suite import Suite

from .conform_json import Conform
from .score_json import Score
from .trace_json import Trace

Plain = str | list[str] | bool | None
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

    request: str
    case: str | None
    outputs: dict[str, Plain]
    rule: str | None
    open: list[str] | msgspec.UnsetType = msgspec.UNSET
    registers: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    registers_out: dict[str, str] | msgspec.UnsetType = msgspec.UNSET


class Instance(msgspec.Struct, kw_only=True):
    """A configuration, the input and the answer. `defines` are the pairs for which an abstract `define` holds.

    `open` are the outputs that the case leaves open: each has one value of many. `registers` and `registers_out` are
    the words of request and reply, where the interface names registers; `no value` for an output that has none.
    Of a refuted refinement, `allowed` is one answer of the other policy, which its case `allowed_case` gives.

    A session's has `rounds` and how it ended; input, case and outputs are those of its last round. `again` is the round
    whose request a loop makes anew, `why` says what a session that is stuck lacks.
    """

    config: dict[str, Plain]
    input: dict[str, Plain]
    case: str | None
    outputs: dict[str, Plain]
    open: list[str]
    registers: dict[str, str]
    registers_out: dict[str, str]
    replayed: bool
    defines: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    allowed: dict[str, Plain] | msgspec.UnsetType | None = msgspec.UNSET
    allowed_case: str | msgspec.UnsetType | None = msgspec.UNSET
    allowed_registers: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    rounds: list[SessionRound] | msgspec.UnsetType = msgspec.UNSET
    accepted: bool | msgspec.UnsetType = msgspec.UNSET
    agreed: str | msgspec.UnsetType | None = msgspec.UNSET
    gave_up: bool | msgspec.UnsetType = msgspec.UNSET
    ending: Ending | msgspec.UnsetType = msgspec.UNSET
    again: int | msgspec.UnsetType | None = msgspec.UNSET
    why: str | msgspec.UnsetType = msgspec.UNSET


class SameFor(msgspec.Struct, kw_only=True):
    """In place of `value`, every revision of `name` from `low` to `high` makes the claim fail as well."""

    name: str
    value: str
    low: str
    high: str


class InductionStep(msgspec.Struct, kw_only=True):
    """Where an induction fails: at the `start`, in a `round` or at the `end`. No run need come to this state."""

    part: Literal["start", "round", "end"]
    config: dict[str, Plain]
    rounds: list[SessionRound]


class SmallScope(msgspec.Struct, kw_only=True):
    """How many situations the evaluator walked as a second opinion.

    `complete`: that was all of its small scope, up to the example where one was found; else some were drawn, answers or
    relations were left out, or the claim takes the evaluator too long.
    """

    walked: int
    complete: bool


class Interface(msgspec.Struct, kw_only=True):
    """An interface with its source and its doc comment; `docs` are those of its declarations, by name."""

    name: str
    from_: str = msgspec.field(name="from")
    doc: str
    place: Place
    docs: dict[str, str]


class Subject(msgspec.Struct, kw_only=True):
    """What claims are about, with its source and its doc comment; `docs` are those of its parts, by name.

    A case is there as `case NAME`, what it assigns as `case NAME: OUTPUT`, and a rule of a host as `rule_N`.
    `narrowed_by` names those of its claims `total` and `defined`, selected or not, that are refuted or undecided: the
    other claims are asked where it has an answer.
    """

    name: str
    kind: Literal["policy", "host", "session"]
    interface: str
    from_: str = msgspec.field(name="from")
    doc: str
    place: Place
    docs: dict[str, str]
    narrowed_by: list[str]


class Claim(msgspec.Struct, kw_only=True):
    """One claim with its verdict. `cutoff` is null where none is known; `place` is the claim's own.

    `formula` is what is claimed, as `parley fmt` prints it, and empty where nobody wrote it; `given` is what a scenario
    gives. `same_as` is the first claim that needs attention for the same reason: it has the same example, to the last
    value, or word for word the same `reason`.

    Of a session, `rounds` are those within which every run has ended or goes round, null where that is not known; a
    proof `by_induction` rests on what `because` names, and `step` is a state in which an induction fails.
    """

    name: str
    subject: str
    kind: Literal[
        "invariant",
        "refinement",
        "total",
        "reachable",
        "defined",
        "encodable",
        "satisfiable",
        "property",
        "terminates",
        "requests_known",
        "scenario",
    ]
    verdict: Literal["proved", "refuted", "vacuous", "undecided", "inconsistent"]
    from_: str = msgspec.field(name="from")
    doc: str
    interface: str
    formula: str
    given: dict[str, str]
    place: Place
    cutoff: dict[str, int] | None
    assumptions: list[str]
    because: list[str]
    counterexample: Instance | None = None
    shapes: int = 0
    shapes_complete: bool = True
    same_for: list[SameFor] = []
    witness: Instance | None = None
    reason: str
    seconds: float
    small_scope: SmallScope | None = None
    rounds: int | msgspec.UnsetType | None = msgspec.UNSET
    by_induction: bool | msgspec.UnsetType = msgspec.UNSET
    step: InductionStep | msgspec.UnsetType = msgspec.UNSET
    same_as: str | msgspec.UnsetType = msgspec.UNSET
    expected: bool | msgspec.UnsetType = msgspec.UNSET
    why: str | msgspec.UnsetType = msgspec.UNSET


class Summary(msgspec.Struct, kw_only=True):
    """How many claims have each verdict; those that are as an `expect` says count under `expected` only."""

    proved: int
    refuted: int
    vacuous: int
    undecided: int
    inconsistent: int
    expected: int


class Check(msgspec.Struct, kw_only=True):
    """What `parley check --format json` prints. `interfaces` and `subjects` are those of the claims."""

    schema: Literal["parley.check/1"] = "parley.check/1"
    version: str
    summary: Summary
    interfaces: list[Interface]
    subjects: list[Subject]
    claims: list[Claim]
    diagnostics: list[Diagnostic]


class Step(msgspec.Struct, kw_only=True):
    """A case that was tried: whether it applies, and what decided it."""

    case: str
    applies: bool
    guard: str
    why: list[str]


class Eval(msgspec.Struct, kw_only=True):
    """What `parley eval --format json` prints. An output that the policy leaves open is `"any"`."""

    schema: Literal["parley.eval/1"] = "parley.eval/1"
    policy: str
    config: dict[str, Plain]
    input: dict[str, Plain]
    registers: dict[str, str]
    case: str
    outputs: dict[str, Plain]
    registers_out: dict[str, str]
    ensures: list[str]
    assumptions: dict[str, bool]
    trace: list[Step]


class SessionEval(msgspec.Struct, kw_only=True):
    """What `parley eval SESSION --format json` prints. `again` is the round whose request a loop makes anew.

    `unsupported`: host and RMM agreed on a revision that the RMM does not support.
    """

    schema: Literal["parley.eval-session/1"] = "parley.eval-session/1"
    session: str
    host: str
    policy: str
    config: dict[str, Plain]
    known: Plain
    rounds: list[SessionRound]
    accepted: bool
    agreed: str | None
    gave_up: bool
    ending: Ending
    again: int | None
    why: str
    unsupported: bool
    assumptions: dict[str, bool]


class Cell(msgspec.Struct, kw_only=True):
    """One host with one RMM. `ending` is null where nothing could be played: `why` says why.

    `unsupported`: they agreed on a revision that the RMM does not support. `outside` are the assumptions that do not
    hold of what was asked for.
    """

    host: str
    known: list[str]
    policy: str
    supported: list[str]
    ending: Ending | None
    agreed: str | None
    requests: int
    rounds: list[SessionRound]
    why: str
    unsupported: bool
    outside: list[str]


class Matrix(msgspec.Struct, kw_only=True):
    """What `parley matrix --format json` prints: a cell for each host and RMM, hosts first."""

    schema: Literal["parley.matrix/1"] = "parley.matrix/1"
    cells: list[Cell]


def encode(made: msgspec.Struct) -> str:
    return msgspec.json.format(msgspec.json.encode(made), indent=2).decode() + "\n"


SCHEMAS: dict[str, type[msgspec.Struct]] = {
    "parley.check-1.json": Check,
    "parley.conform-1.json": Conform,
    "parley.eval-1.json": Eval,
    "parley.eval-session-1.json": SessionEval,
    "parley.matrix-1.json": Matrix,
    "parley.score-1.json": Score,
    "parley.trace-1.json": Trace,
    "parley.vectors-1.json": Suite,
}


def schema(name: str) -> str:
    """The JSON Schema of one of `SCHEMAS`, as text."""
    made: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": name,
        **_dedented(msgspec.json.schema(SCHEMAS[name])),
    }
    return msgspec.json.format(msgspec.json.encode(made, order="sorted"), indent=2).decode() + "\n"


def _dedented(part: Any) -> Any:
    """Descriptions without the indentation of their docstrings, which msgspec leaves or takes away by version."""
    match part:
        case dict():
            items = cast("dict[str, Any]", part).items()
            return {
                key: cleandoc(value) if key == "description" and isinstance(value, str) else _dedented(value)
                for key, value in items
            }
        case list():
            return [_dedented(one) for one in cast("list[Any]", part)]
        case _:
            return part


if __name__ == "__main__":
    for name in SCHEMAS:
        (Path(sys.argv[1]) / name).write_text(schema(name), encoding="utf-8")
