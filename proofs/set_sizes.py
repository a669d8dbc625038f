"""How many revisions each of some sets may have, where they have so many together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def sizes_together(limits: Sequence[int], total: int) -> Iterator[tuple[int, ...]]:
    """The sizes of sets that may have so many revisions each, and have `total` together; in lexicographic order.

    What comes first costs nothing for the rest: of twelve sets there may be millions.
    """
    if not limits:
        if total == 0:
            yield ()
        return
    first, *others = limits
    rest = sum(others)
    for size in range(max(0, total - rest), min(first, total) + 1):
        for sizes in sizes_together(others, total - size):
            yield (size, *sizes)
