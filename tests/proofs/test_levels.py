"""Guesses at what rounds keep, from the order in which requests were seen: formulas as they are by hand."""

from __future__ import annotations

import pytest
from parley.model.unroll import Unrolled
from parley.proofs.levels import Candidate, Levels, orders, usual
from parley.spec.formatting.expressions import print_expr
from parley.spec.syntax import Name
from test_sessions import prover, text, word

A, B = Name("a"), Name("b")
FOUR = Levels({5: 1, 3: 2, 4: 2, 1: 3})
"""5 is asked for first, then 3 or 4, and then 1."""


def test_a_request_is_of_a_level_or_a_higher_one() -> None:
    assert FOUR.highest == 3
    assert [print_expr(FOUR.reached(A, least)) for least in (1, 2, 3, 4)] == [
        "a in {0x5, 0x3, 0x4, 0x1}",
        "a in {0x3, 0x4, 0x1}",
        "a in {0x1}",
        "a in {}",
    ]


def test_of_two_requests_the_second_is_of_a_higher_level() -> None:
    assert print_expr(FOUR.climbs(A, B)) == (
        "a in {0x5} and b in {0x3, 0x4, 0x1} or a in {0x3, 0x4} and b in {0x1} or a in {0x1} and b in {}"
    )
    assert print_expr(Levels({5: 1, 4: 1}).climbs(A, B)) == "false"
    assert print_expr(Levels({5: 1, 4: 2}).climbs(A, B)) == "a in {0x5} and b in {0x4} or a in {0x4} and b in {}"


def test_none_that_was_tried_before_is_offered() -> None:
    assert print_expr(FOUR.none_tried(A, B)) == (
        "(a not in {0x3, 0x4, 0x1} or 0x5 not in b) and (a not in {0x1} or 0x3 not in b)"
        " and (a not in {0x1} or 0x4 not in b)"
    )


@pytest.mark.parametrize(
    ("levels", "listed", "is_usual"),
    [
        ({}, (4, 5), True),
        ({4: 1, 5: 2}, (4, 5), True),
        ({5: 1, 4: 2}, (4, 5), True),
        ({4: 1, 6: 2, 5: 3}, (4, 6, 5), True),
        ({4: 1, 5: 2, 6: 3}, (4, 6, 5), True),
        ({6: 1, 5: 2, 4: 3}, (4, 6, 5), True),
        ({5: 1, 6: 2, 4: 3}, (4, 6, 5), False),
        # Two of one level, and one that is not listed.
        ({4: 1, 6: 2, 5: 2}, (4, 6, 5), False),
        ({4: 1, 7: 2}, (4, 5), False),
    ],
)
def test_ways_that_are_looked_for_anyhow(levels: dict[int, int], listed: tuple[int, ...], *, is_usual: bool) -> None:
    assert Levels(levels).goes_a_usual_way(listed) == is_usual


HAS = ["the last request is known", "the last request has reserved zero"]
AMONG = "the last request is among those that the host tries"
TRIED = "no revision that the host tries before the last request is in supported"


def none(way: str) -> str:
    return f"no known revision {way} the last request is in supported"


@pytest.mark.parametrize(
    ("listed", "levels", "shown"),
    [
        ("1.1, 2.0", [], [*HAS, none("above"), none("below")]),
        ("2.0, 1.1", [], [*HAS, none("above"), none("below")]),
        ("1.1, 2.0", ["2.0", "1.1"], [*HAS, none("above"), none("below")]),
        ("1.1, 2.0", ["2.0"], [HAS[0], AMONG, HAS[1], none("above"), none("below"), TRIED]),
        ("1.1, 2.0", ["2.0", "3.0"], [HAS[0], AMONG, HAS[1], none("above"), none("below"), TRIED]),
        ("1.1, 2.0, 1.0", [], [*HAS, none("above"), none("below"), none("preferred to")]),
        ("1.1, 2.0, 1.0", ["2.0", "1.0", "1.1"], [*HAS, none("above"), none("below"), none("preferred to"), TRIED]),
    ],
)
def test_what_is_often_an_invariant(listed: str, levels: list[str], shown: list[str]) -> None:
    made = prover(text(f"knows {listed} start request 1.1 otherwise => give up"))
    known = tuple(map(word, listed.split(", ")))
    found = usual(made.session, Levels({word(one): at for at, one in enumerate(levels, 1)}), known)
    assert [one.shown for one in found] == shown
    assert not any(one.own for one in found)
    assert print_expr(found[0].formula) == "requested in known"


def test_a_request_is_seen_from_the_one_before() -> None:
    one = prover(text("knows 1.1 start request 1.1 otherwise => give up"))
    assert [shown for shown, _ in orders(Unrolled(one.session, 2, free=True))] == [
        "each request is below the one before",
        "each request is above the one before",
        "each request is less preferred than the one before",
    ]
    sets = prover(
        """interface I { revision { major[1] minor[0] } input requested : set of revision output ok : bool }
        policy p for I { case all otherwise { ok = true } }
        host h for I { knows any start request known otherwise => give up }
        session s : h with p { }"""
    )
    assert orders(Unrolled(sets.session, 2, free=True)) == []
    assert usual(sets.session, Levels({}), ()) == []
    assert Candidate("a", A) == Candidate("a", A, own=False)
