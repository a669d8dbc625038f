"""How far a small scope was walked."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class Walk(Struct, frozen=True):
    """How many instances were tried, and whether that was all of the small scope (up to an example).

    It `refutes` a claim by an instance, or, of a claim that something can be, by having none.
    """

    walked: int
    complete: bool
    refutes: bool = False


def together(walks: Iterable[Walk]) -> Walk:
    """What was walked for all that one claim asks."""
    every = list(walks)
    return Walk(max((walk.walked for walk in every), default=0), all(walk.complete for walk in every))
