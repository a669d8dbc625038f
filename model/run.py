"""Runs of sessions, as values: what was asked, what was answered, and how it ended."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from .instance import Instance, Value

Outputs: TypeAlias = "dict[str, Value | None]"


class Round(Struct, frozen=True):
    """A request, the case that answered it, and the rule that acted on the answer.

    `case` is None where no case applies, and `rule` where no rule does or there is no answer to act on.
    """

    request: Value
    case: str | None
    outputs: Outputs
    rule: str | None


class Run(Struct, frozen=True):
    """How one session went.

    `accepted` with `agreed`; `gave_up`; `loops` back to the round `again` (from 1), whose request it makes anew (None
    for a program that asks on and on), or is `stuck`, where something has no value: `why` says what. What is
    `left_out`, as an assumption rules out the request that comes next, is no run: it shows that there is a first round.
    """

    rounds: tuple[Round, ...]
    ending: Literal["accepted", "gave_up", "loops", "stuck", "left_out"]
    agreed: int | None = None
    again: int | None = None
    why: str = ""

    @property
    def answered(self) -> tuple[Round, ...]:
        """The rounds in which the policy had an answer."""
        silent = self.ending == "stuck" and bool(self.rounds) and None in self.rounds[-1].outputs.values()
        return self.rounds[:-1] if silent else self.rounds


class Unfolded(Struct, frozen=True):
    """A run in which not all need be known: the outputs that are left `open` in each round have any value.

    `unknown` are the rounds, from 1, in which it is not known whether some value of these is an answer.
    """

    run: Run
    open: list[set[str]]
    unknown: list[int]


class Played(Struct, frozen=True):
    """A configuration and one run of the session on it."""

    instance: Instance
    run: Run

    @property
    def order(self) -> tuple[int, int]:
        """Fewer rounds are easier to read, then fewer revisions."""
        return len(self.run.rounds), self.instance.size
