"""The JSON of `check`, as types."""

from __future__ import annotations

from typing import Literal

import msgspec
from parley.proofs.claims import Kind
from parley.proofs.verdict import Verdict, WitnessName
from parley.values import Plain

from ..json import Diagnostic, Ending, Place, SessionRound


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
    `under` are the optional assumptions that it makes. `narrowed_by` names those of its claims `total` and `defined`,
    selected or not, that are refuted or undecided: the other claims are asked where it has an answer.
    """

    name: str
    kind: Literal["policy", "host", "session"]
    interface: str
    from_: str = msgspec.field(name="from")
    doc: str
    place: Place
    docs: dict[str, str]
    under: list[str]
    narrowed_by: list[str]


class Witness(msgspec.Struct, kw_only=True):
    """What one engine says of a claim; where it says nothing, `verdict` is null and `reason` tells why."""

    name: WitnessName
    verdict: Verdict | None
    reason: str


class Claim(msgspec.Struct, kw_only=True):
    """One claim with its verdict. `cutoff` is null where none is known; `place` is the claim's own.

    `formula` is what is claimed, as `parley fmt` prints it, and empty where nobody wrote it; `given` is what a scenario
    gives. `assumptions` are all that it rests on; those `under` are optional, and its subject's or its own. `same_as`
    is the first claim that needs attention for the same reason: it has the same example, to the last value, or word for
    word the same `reason`. `witnesses` are there with `--cross-check`.

    Of a session, `rounds` are those within which every run has ended or goes round, null where that is not known; a
    proof `by_induction` rests on what `because` names, and `step` is a state in which an induction fails.
    """

    name: str
    subject: str
    kind: Kind
    verdict: Verdict
    from_: str = msgspec.field(name="from")
    doc: str
    interface: str
    formula: str
    given: dict[str, str]
    place: Place
    cutoff: dict[str, int] | None
    assumptions: list[str]
    under: list[str]
    because: list[str]
    counterexample: Instance | None = None
    shapes: int = 0
    shapes_complete: bool = True
    same_for: list[SameFor] = []
    witness: Instance | None = None
    reason: str
    seconds: float
    small_scope: SmallScope | None = None
    witnesses: list[Witness] | msgspec.UnsetType = msgspec.UNSET
    rounds: int | msgspec.UnsetType | None = msgspec.UNSET
    by_induction: bool | msgspec.UnsetType = msgspec.UNSET
    step: InductionStep | msgspec.UnsetType = msgspec.UNSET
    same_as: str | msgspec.UnsetType = msgspec.UNSET
    expected: bool | msgspec.UnsetType = msgspec.UNSET
    why: str | msgspec.UnsetType = msgspec.UNSET


class Certificate(msgspec.Struct, kw_only=True):
    """The file of the certificate of a proof, in the folder that was named; where it is empty, `reason` says why."""

    claim: str
    place: Place
    file: str
    reason: str


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
    certificates: list[Certificate] | msgspec.UnsetType = msgspec.UNSET
    diagnostics: list[Diagnostic]
