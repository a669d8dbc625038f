"""A smallest suite with the same adequacy: the same cases, conditions and mutants, by as few vectors as can be."""

from __future__ import annotations

from msgspec import Struct

from ..model.point import Point
from ..proofs.cover import smallest_cover
from .generate import Found, ordered


class Minimal(Struct, frozen=True):
    """The points kept. `smallest` says that it is shown that no fewer of those found have the same adequacy."""

    points: tuple[Point, ...]
    smallest: bool


def minimal(found: Found) -> Minimal:
    points = ordered(found.marks)
    wanted = set(found.wanted)
    candidates = [frozenset({*(found.marks[at] & wanted), *found.kills[at]}) for at in points]
    cover = smallest_cover(candidates)
    return Minimal(tuple(points[at] for at in cover.chosen), cover.smallest)
