"""The smallest set that has a member of each of some sets."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

MOST_STEPS = 50_000


class Hit(Struct, frozen=True):
    """The members, ascending. Where not `complete`, the search was given up, and there are none."""

    members: tuple[int, ...]
    complete: bool = True


def smallest_hitting_set(sets: Sequence[frozenset[int]], most: int) -> Hit | None:
    """A smallest set of at most `most` members that meets every one of `sets`; None where there is none."""
    steps = 0
    ordered = sorted(dict.fromkeys(sets), key=lambda s: (len(s), sorted(s)))

    def search(chosen: tuple[int, ...], left: int) -> tuple[int, ...] | None:
        nonlocal steps
        steps += 1
        open_ = next((s for s in ordered if s.isdisjoint(chosen)), None)
        if open_ is None:
            return chosen
        if left == 0 or steps > MOST_STEPS:
            return None
        for member in sorted(open_):
            found = search((*chosen, member), left - 1)
            if found is not None:
                return found
        return None

    for size in range(most + 1):
        found = search((), size)
        if found is not None:
            return Hit(tuple(sorted(found)))
        if steps > MOST_STEPS:
            return Hit((), complete=False)
    return None
