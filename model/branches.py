"""The ways in which a formula can come true, each with the witnesses in config sets that it asks for."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeAlias

from msgspec import Struct

Key: TypeAlias = Any
"""A hashable stand-in for a term: where two keys are equal, so are the terms' values, in every model."""


class Witness(Struct, frozen=True):
    """One witness that must be kept in the set `of`: how it is chosen (some, max, min), and by which condition."""

    of: str
    kind: str
    condition: Key


class Kept(Struct, frozen=True):
    """What is kept in the set `source` is kept in the set `of` as well, where it is in that."""

    of: str
    source: str


Witnesses: TypeAlias = "frozenset[Witness | Kept]"
Branches: TypeAlias = "tuple[Witnesses, ...]"
"""The ways in which a formula can come true, each with the witnesses that it asks for."""

NOTHING: Branches = (frozenset(),)
MOST_BRANCHES = 64
MOST_COMPARED = 512
"""Branches that are compared with each other; more are taken together at once."""
_UNSHARED = itertools.count()
ALWAYS: Key = ("always",)
"""The condition that everything meets."""


def needed(branch: Witnesses, of: str) -> int:
    """How many different elements of one set a branch may ask for.

    Those are its own witnesses, and those of all sets whose elements are kept in it, if only by way of others.
    """
    links = [asked for asked in branch if isinstance(asked, Kept)]
    sets = {of}
    while more := {link.source for link in links if link.of in sets} - sets:
        sets |= more
    chosen = [asked for asked in branch if isinstance(asked, Witness)]
    return sum(_count([witness for witness in chosen if witness.of == one]) for one in sets)


def _count(choices: list[Witness]) -> int:
    """How many different elements of one set these witnesses may need."""
    extreme = {choice.condition for choice in choices if choice.kind != "some"}
    kept = [c for c in choices if c.kind != "some" or c.condition not in extreme]
    beyond_emptiness = [c for c in kept if c.kind != "some" or c.condition != ALWAYS]
    return len(beyond_emptiness) or min(len(kept), 1)


def _pruned(branches: Iterable[Witnesses]) -> Branches:
    different = set(branches)
    if len(different) > MOST_COMPARED:
        return (_widest(list(different)),)
    if len(different) < 2:
        return tuple(different)
    # What all have in common is most of them, and says nothing of which is part of which.
    common: Witnesses = frozenset[Witness | Kept].intersection(*different)
    kept: list[tuple[Witnesses, Witnesses]] = []
    for branch in sorted(different, key=len, reverse=True):
        own = branch - common
        if not any(own <= other for other, _ in kept):
            kept.append((own, branch))
    made = [branch for _, branch in kept]
    return tuple(made) if len(made) <= MOST_BRANCHES else (_widest(made),)


def _widest(branches: list[Witnesses]) -> Witnesses:
    """One branch that asks for at least as much as each of these: what all have, and as many more as any has."""
    common: Witnesses = frozenset[Witness | Kept].intersection(*branches)
    links = frozenset(asked for branch in branches for asked in branch if isinstance(asked, Kept))
    most: dict[str, int] = {}
    for branch in branches:
        more = Counter(choice.of for choice in branch - common if isinstance(choice, Witness))
        most = {of: max(most.get(of, 0), more.get(of, 0)) for of in most.keys() | more.keys()}
    # Witnesses of nothing in particular: no other choice shares them, not even those of a formula with these branches.
    return (common | links) | {
        Witness(of, "some", ("one of", next(_UNSHARED))) for of, count in most.items() for _ in range(count)
    }


def both(left: Branches, right: Branches) -> Branches:
    if left == NOTHING:
        return right
    if right == NOTHING:
        return left
    return _pruned(a | b for a in left for b in right)


def all_of(parts: Iterable[Branches]) -> Branches:
    branches = NOTHING
    for part in parts:
        branches = both(branches, part)
    return branches


def any_of(parts: Iterable[Branches]) -> Branches:
    return _pruned(branch for part in parts for branch in part) or NOTHING
