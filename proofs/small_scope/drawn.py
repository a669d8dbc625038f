"""Rows of a product of choices: all where they are few, else as many as are wanted, drawn without listing them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, islice, product
from math import prod
from random import Random

Row = tuple[int, ...]
"""For each of the choices, the position of what is taken."""


def rows(sizes: Sequence[int], most: int, seed: int = 0, first: Row | None = None) -> Iterator[Row]:
    """Rows of choices from so many each, none twice: all, in order, where they are `most` at most.

    Where they are more, at most `most` come: for a half, those that differ from the `first` row in one place, then in
    two; then rows at random, the same for the same seed. What is done does not grow with the product.
    """
    if prod(sizes) <= most:
        yield from product(*map(range, sizes))
        return
    seen: set[Row] = set()
    for row in islice(_near(sizes, first or (0,) * len(sizes)), most // 2):
        seen.add(row)
        yield row
    random = Random(seed)
    # A row that was there already is not made up for: in a product only just too large, that could take long.
    for _ in range(most - len(seen)):
        row = tuple(map(random.randrange, sizes))
        if row not in seen:
            seen.add(row)
            yield row


def _near(sizes: Sequence[int], first: Row) -> Iterator[Row]:
    yield first
    for count in (1, 2):
        for places in combinations(range(len(sizes)), count):
            others = [[at for at in range(sizes[place]) if at != first[place]] for place in places]
            for values in product(*others):
                row = list(first)
                for place, value in zip(places, values, strict=True):
                    row[place] = value
                yield tuple(row)
