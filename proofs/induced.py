"""What comes of an induction: a proof and what it rests on, or the step at which it fails."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from ..model.instance import Value

Part: TypeAlias = Literal["start", "round", "end"]


class Step(Struct, frozen=True):
    """Where an induction fails: at the start, in a round, or at the end, with the state that shows it.

    `requests` and `replies` are those of one round, or of two that follow each other. No run need come there.
    """

    part: Part
    config: dict[str, Value]
    requests: tuple[Value, ...]
    replies: tuple[dict[str, Value | None], ...]


class Induced(Struct, frozen=True):
    """What an induction says of a claim: the names of what it `used`, or the step at which it fails.

    `rounds` are those that no run has more of, where the proof counts them. `cutoff` is None where none is known.
    """

    proved: bool
    cutoff: dict[str, int] | None
    used: tuple[str, ...] = ()
    step: Step | None = None
    reason: str = ""
    rounds: int | None = None
