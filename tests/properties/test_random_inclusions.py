"""Sets that lie in each other: every verdict is the oracle's, with sets of just as many revisions as the cutoff says."""

from __future__ import annotations

import pytest

from .comparing import Compared, compare_many
from .inclusions import inclusion_text
from .test_random_policies import exact_sizes

CHUNKS = 10
EACH = 150


def compared_exactly(seeds: range) -> Compared:
    with exact_sizes():
        return compare_many(inclusion_text, seeds)


@pytest.mark.slow
def test_cutoffs_of_inclusions_are_large_enough() -> None:
    compared = compared_exactly(range(3_000_000, 3_000_025))
    assert all(compared.verdicts[verdict] for verdict in ("proved", "refuted"))


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_cutoffs_of_many_inclusions_are_large_enough(chunk: int) -> None:
    compared = compared_exactly(range(chunk * EACH, (chunk + 1) * EACH))
    # Most of it is decided: what is asked of an element is mostly that it is in another set.
    assert len(compared.undecided) * 5 <= compared.verdicts.total(), compared.undecided
