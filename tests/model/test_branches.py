"""The ways in which a formula comes true, and how many revisions each of them asks for."""

from __future__ import annotations

from parley.model.branches import (
    ALWAYS,
    MOST_BRANCHES,
    MOST_COMPARED,
    NOTHING,
    Kept,
    Key,
    Witness,
    Witnesses,
    all_of,
    any_of,
    both,
    needed,
)


def some(condition: Key, of: str = "s") -> Witness:
    return Witness(of, "some", condition)


def greatest(condition: Key, of: str = "s") -> Witness:
    return Witness(of, "max", condition)


def least(condition: Key, of: str = "s") -> Witness:
    return Witness(of, "min", condition)


def way(*asked: Witness | Kept) -> Witnesses:
    return frozenset(asked)


A, B, C, D = map(some, "abcd")


def test_equal_choices_are_one_and_a_maximum_serves_for_some() -> None:
    counted = [
        ((), 0),
        ((A,), 1),
        ((A, some("a")), 1),
        ((A, B), 2),
        ((A, some("a", "t")), 1),
        ((greatest("a"), A), 1),
        ((least("a"), A), 1),
        ((greatest("a"), least("a"), A), 2),
        ((greatest("a"), B), 2),
        ((greatest("a"), greatest("b"), A, B), 2),
    ]
    assert [needed(way(*asked), "s") for asked, _ in counted] == [count for _, count in counted]


def test_anything_serves_where_a_set_must_not_be_empty() -> None:
    there = some(ALWAYS)
    counted = [
        ((there,), 1),
        ((there, A), 1),
        ((there, A, B), 2),
        ((there, least("a")), 1),
        ((there, some("a", "t")), 1),
        ((greatest(ALWAYS),), 1),
        ((greatest(ALWAYS), there), 1),
        ((greatest(ALWAYS), A), 2),
        ((greatest(ALWAYS), least(ALWAYS), there), 2),
    ]
    assert [needed(way(*asked), "s") for asked, _ in counted] == [count for _, count in counted]


def test_what_is_kept_in_a_set_for_another_is_counted_there() -> None:
    chain = way(Kept("s", "t"), Kept("t", "u"), A, some("a", "t"), some("b", "t"), some("a", "u"))
    assert [needed(chain, of) for of in "stuv"] == [4, 3, 1, 0]
    circle = way(Kept("s", "t"), Kept("t", "s"), A, B, some("a", "t"))
    assert [needed(circle, of) for of in "st"] == [3, 3]
    # That a set is not empty is another matter in each.
    assert needed(way(Kept("s", "t"), A, some(ALWAYS, "t")), "s") == 2


def test_of_ways_those_that_ask_for_less_than_another_go() -> None:
    assert any_of([]) == NOTHING
    assert any_of([NOTHING]) == NOTHING
    assert any_of([NOTHING, (way(A),)]) == (way(A),)
    assert set(any_of([(way(A), way(A, B)), (way(C), way(B))])) == {way(A, B), way(C)}
    assert set(any_of([(way(A, B),), (way(A, C),)])) == {way(A, B), way(A, C)}
    # Also where each has what the others have: that is left out of the comparison, not of what is kept.
    assert set(any_of([(way(A, B), way(A, B, C), way(A, D))])) == {way(A, B, C), way(A, D)}


def test_what_is_wanted_together_is_one_way_for_each_pair() -> None:
    assert both(NOTHING, (way(A), way(B))) == (way(A), way(B)) == both((way(A), way(B)), NOTHING)
    assert set(both((way(A), way(B)), (way(C), way(D)))) == {way(A, C), way(A, D), way(B, C), way(B, D)}
    assert all_of([(way(A),), (way(B),), (way(A, C),)]) == (way(A, B, C),)
    assert all_of([]) == NOTHING


def test_many_ways_are_taken_together_as_one_that_asks_for_as_much_as_each() -> None:
    many = [(way(A, some(n)),) for n in range(MOST_BRANCHES)]
    assert len(any_of(many)) == MOST_BRANCHES
    more = [*many, (way(A, some("x"), some("y"), some("x", "t"), Kept("u", "s")),), (way(A, some("x", "t"), B),)]
    (together,) = any_of(more)
    # Besides what they share, two of `s` and one of `t` at most; and what any of them keeps is kept.
    assert A in together
    assert [needed(together, of) for of in "stu"] == [3, 1, 3]
    # Others that are taken together may be other revisions.
    (again,) = any_of(more)
    assert needed(together | again, "s") == 5


def test_very_many_ways_are_not_compared() -> None:
    compared = [(way(some(n), some(n + 1)),) for n in range(0, 2 * MOST_BRANCHES, 2)]
    parts = [(way(some(n)),) for n in range(MOST_COMPARED - MOST_BRANCHES)]
    # Most of these are parts of others, of which there are few enough.
    assert len(any_of([*compared, *parts[: 2 * MOST_BRANCHES]])) == MOST_BRANCHES
    (together,) = any_of([*compared, *parts, (way(A),)])
    assert needed(together, "s") == 2
