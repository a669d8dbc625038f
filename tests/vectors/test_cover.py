"""A smallest cover is as small as any, by trying all."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st
from parley.proofs.cover import smallest_cover

CANDIDATES = st.lists(st.frozensets(st.integers(0, 7), max_size=4), min_size=1, max_size=8)


@given(CANDIDATES)
def test_no_fewer_would_do(candidates: list[frozenset[int]]) -> None:
    wanted = frozenset[int]().union(*candidates)
    cover = smallest_cover(candidates)
    assert cover.smallest
    assert frozenset[int]().union(*(candidates[at] for at in cover.chosen)) == wanted
    for fewer in combinations(candidates, max(len(cover.chosen) - 1, 0)):
        assert not cover.chosen or frozenset[int]().union(*fewer) != wanted


def test_without_a_budget_it_is_not_said_to_be_smallest() -> None:
    pairs = [frozenset({a, b}) for a in range(14) for b in range(a + 1, 14) if (a * b) % 3 != 1]
    cover = smallest_cover(pairs, budget=1)
    assert not cover.smallest
    assert frozenset[int]().union(*(pairs[at] for at in cover.chosen)) == set(range(14))
