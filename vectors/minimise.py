"""A smallest suite with the same adequacy: the same cases, conditions and mutants, by as few vectors as can be."""

from __future__ import annotations

from msgspec import Struct

from ..model.instance import Instance
from ..proofs.hitting_set import smallest_hitting_set
from .generate import Exploration, ordered


class Minimised(Struct, frozen=True):
    """The points kept. `smallest` says that it is shown that no fewer of those found have the same adequacy."""

    points: tuple[Instance, ...]
    smallest: bool


def minimise(found: Exploration) -> Minimised:
    points = ordered(found.marks)
    wanted = set(found.wanted)
    shown_by: dict[str, set[int]] = {}
    for at, point in enumerate(points):
        for shown in {*(found.marks[point] & wanted), *found.kills[point]}:
            shown_by.setdefault(shown, set()).add(at)
    hit = smallest_hitting_set([frozenset(shown_by[shown]) for shown in sorted(shown_by)])
    return Minimised(tuple(points[at] for at in hit.members), hit.smallest)
