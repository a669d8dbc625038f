"""A smallest hitting set is as small as any, by trying all."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st
from parley.proofs.hitting_set import smallest_hitting_set

SETS = st.lists(st.frozensets(st.integers(0, 7), min_size=1, max_size=4), max_size=8)


@given(SETS)
def test_no_fewer_would_do(sets: list[frozenset[int]]) -> None:
    hit = smallest_hitting_set(sets)
    assert hit.smallest
    assert not any(one.isdisjoint(hit.members) for one in sets)
    for fewer in combinations(range(8), max(len(hit.members) - 1, 0)):
        assert not hit.members or any(one.isdisjoint(fewer) for one in sets)


def test_without_a_budget_it_is_not_said_to_be_smallest() -> None:
    pairs = [frozenset({a, b}) for a in range(14) for b in range(a + 1, 14) if (a * b) % 3 != 1]
    met_by = [frozenset(at for at, pair in enumerate(pairs) if number in pair) for number in range(14)]
    hit = smallest_hitting_set(met_by, budget=1)
    assert not hit.smallest
    assert not any(one.isdisjoint(hit.members) for one in met_by)
