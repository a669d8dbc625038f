"""A few revisions that stand for all: how the evaluator decides a formula over 2^31 of them.

Formulas only compare: words with words, fields with fields and numbers. Their truth therefore depends on how the
coordinates of a revision (its bits, cut where some field or slice in use begins) lie relative to the coordinates of
the other values in play, not on how far apart they are. Two points of a gap in a linear order that are both far
enough from its ends cannot be told apart by a formula of bounded quantifier rank (Ehrenfeucht and Fraïssé), so it is
enough to try, for each coordinate, the values in play and their neighbours up to some distance.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise, product

from ..spec.syntax import Slice
from .words import WORD_BITS, Format

MOST = 2_000
"""Beyond so many representatives a formula is not decided by the evaluator."""


class TooMany(Exception):
    """A formula over a range needs more representatives than the evaluator tries."""


def reach(ranks: int, coordinates: int) -> int:
    """How far from a value in play its neighbours must be tried.

    `ranks` is how many revisions are still to be chosen after this one, each with so many `coordinates`.
    """
    return int(coordinates * 2 ** min(ranks * coordinates, 16))


def representatives(
    format_: Format,
    parts: Iterable[str | Slice],
    words: Iterable[int],
    numbers: Iterable[int],
    distance: int,
    *,
    well_formed: bool,
) -> list[int]:
    """Words, ascending, that represent every word (or every well-formed one).

    `parts` are the fields and slices that the formula looks at, `words` and `numbers` the values it can compare with.
    Raises TooMany.
    """
    segments = _segments(format_, parts, well_formed)
    starts = sorted({low for low, _ in segments})
    known = {0, *words}
    loose = set(numbers)
    for part in parts:
        low, width = format_.bits(part)
        loose |= {(word >> low) & ((1 << width) - 1) for word in known}
    choices: list[list[int]] = []
    total = 1
    for low, width in segments:
        top = (1 << width) - 1
        values = {(word >> low) & top for word in known}
        for number in loose:
            values |= {(number >> (low - start)) & top for start in starts if start <= low}
        values |= {0, top}
        near = {value + step for value in values for step in range(-distance, distance + 1)}
        inside = sorted(value for value in near if 0 <= value <= top)
        total *= len(inside)
        if total > MOST:
            raise TooMany
        choices.append([value << low for value in inside])
    made = {sum(point) for point in product(*choices)}
    made |= {word for word in known if not well_formed or format_.well_formed(word)}
    return sorted(made)


def _segments(format_: Format, parts: Iterable[str | Slice], well_formed: bool) -> list[tuple[int, int]]:
    """Low bit and width of each coordinate. Without a field in use, a run of free bits is one coordinate."""
    cuts = {0, WORD_BITS}
    for part in parts:
        low, width = format_.bits(part)
        cuts |= {low, low + width}
    if well_formed:
        cuts |= {f.low for f in format_.reserved} | {f.high + 1 for f in format_.reserved}
    edges = sorted(cuts)
    segments = [(low, high - low) for low, high in pairwise(edges)]
    if well_formed:
        return [(low, width) for low, width in segments if not format_.reserved_mask >> low & 1]
    return segments
