"""Revisions that are easy to read: what examples are made of where there is a choice."""

from __future__ import annotations

from itertools import islice, product

from ..spec.words import Format


def readable_values(format_: Format, count: int, literals: frozenset[int] = frozenset()) -> list[int]:
    """The `count` best known well-formed words, best first: a file's literals, then 1.0, 1.1, 1.2, 2.0, … , 0.0.

    Ascending within each kind, with what starts in 0 last.
    """
    own = sorted((w for w in literals if format_.well_formed(w)), key=lambda w: (format_.numbers(w)[0] == 0, w))
    first, *others = (range(min(3, 1 << f.width)) for f in format_.numbered)
    # Drawn one by one: of 31 fields there are 3^31 points.
    points = product(sorted(first, key=lambda number: (number == 0, number)), *others)
    small = (word for point in points if (word := format_.word(point)) not in own)
    most = max(count, len(own) + 2)
    return [*own, *islice(small, most - len(own))]


def unusual_inputs(format_: Format, near: int) -> list[int]:
    """Words that a caller may send and no RMM supports: the lowest and the highest bit of each reserved field set."""
    made: list[int] = []
    for field in format_.reserved:
        made += [near | 1 << field.low, near | 1 << field.high]
    return list(dict.fromkeys(made))
