"""What comes of a harness with one handler, and what a harness comes to with all of them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from ..mutants import Mutant
from ..suite import Mutants

Means = Literal["run", "esbmc", "cbmc"]


class Verdict(Struct, frozen=True):
    """`caught`: an assertion fails, and which. `held`: none does. `unknown`: why that is not known.

    `silent`: what it leaves open it could not choose in any run, so no implementation is like it.
    """

    kind: Literal["caught", "held", "unknown", "silent"]
    why: str


class Runs(Struct, frozen=True):
    """What runs came to: how many inputs meet the assumptions, how many assertions were looked at with the policy's own
    handler, and the verdict on each handler, by its number. `held` is of these inputs alone.
    """

    inputs: int
    asserts: int
    verdicts: dict[int, Verdict]


class Missed(Struct, frozen=True):
    """A mutant that a harness lets pass, and by which means that was found."""

    mutant: Mutant
    means: Means
    why: str


class HarnessScored(Struct, frozen=True):
    """The figures of a harness.

    `contradicts` is the assertion that fails with the policy's own handler, if one does: then nothing else is said.
    `inputs` were run, and `checker` was asked about what these let pass, about so many as `asked`; `unknown` says why a
    mutant of those `tried` is in neither, and `untried` why it has no handler. `caught` has the assertion that fails.
    `too_long` counts the mutants that are in no figure, as their formulas are.
    """

    language: Literal["c", "rust"]
    inputs: int
    asserts: int
    checker: str
    asked: int
    proved: bool
    contradicts: str
    mutants: Mutants
    tried: list[Mutant]
    caught: dict[str, tuple[Means, str]]
    equivalent: list[str]
    missed: list[Missed]
    unknown: list[Missed]
    untried: list[tuple[Mutant, str]]
    too_long: int = 0
