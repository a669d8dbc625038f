"""What the checker of certificates is made of, part by part: digits of words, atoms, lemmas and steps."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from parley.proofs.certificates.checker import refutations, words
from parley.proofs.certificates.checker.certificate import Refutation
from parley.proofs.certificates.checker.skeleton import Skeleton
from parley.proofs.certificates.checker.words import FALSE, TRUE, Between, Recut, Refused, Several, Work, number
from parley.proofs.certificates.refute import _Search  # pyright: ignore[reportPrivateUsage]

A, B, C = ("a", 0, 4), ("b", 4, 8), ("c", 0, 4)


def skeleton(width: int = 4, zeros: tuple[tuple[int, int], ...] = (), cuts: tuple[int, ...] = ()) -> Skeleton:
    return Skeleton(width, zeros, cuts, Work())


# ---- words ----------------------------------------------------------------------------------------------


def test_a_number_has_the_bits_that_it_needs() -> None:
    assert [number(n) for n in (0, 1, 5, 8)] == [((0, 0, 1),), ((1, 0, 1),), ((5, 0, 3),), ((8, 0, 4),)]
    assert words.in_order([3, -2, 2, -1]) == (-1, -2, 2, 3)


def test_a_word_is_split_at_a_bit() -> None:
    assert words.split((A, B), 0) == ((), (A, B))
    assert words.split((A, B), 4) == ((A,), (B,))
    assert words.split((A, B), 12) == words.split((A, B), 40) == ((A, B), ())
    assert words.split(((0b10110, 0, 5), ("b", 5, 3)), 2) == (((0b10, 0, 2),), ((0b101, 2, 3), ("b", 5, 3)))
    assert words.split((A, (0b1101, 4, 4)), 5) == ((A, (1, 4, 1)), ((0b110, 5, 3),))
    for word, at, cut in (((A, B), 3, 3), ((A, B), 6, 6), ((("b", 8, 8),), 3, 11)):
        with pytest.raises(Recut, match=f"cut at bit {cut}") as refused:
            words.split(word, at)
        assert refused.value.at == cut


def test_words_are_read_digit_by_digit() -> None:
    word = (("a", 0, 4), ("b", 4, 4))
    assert [*words.pairs(word, number(0x93))] == [("a", 3), ("b", 9), (0, 0)]
    assert [*words.pairs(number(0x293), word)] == [(3, "a"), (9, "b"), (2, 0)]
    assert [*words.pairs(number(5), number(6))] == [(5, 6)]
    assert [*words.pairs(word, (C,))] == [("a", "c"), ("b", 0)]
    assert [*words.pairs((C,), word)] == [("c", "a"), (0, "b")]
    assert [*words.pairs((A, (9, 4, 4)), (C, ("d", 4, 4)))] == [("a", "c"), (9, "d")]
    with pytest.raises(Recut):
        list(words.pairs(word, (("c", 0, 8),)))


def test_a_word_has_a_value_and_a_text() -> None:
    assert words.value_of(((5, 0, 3), (1, 3, 1), (2, 4, 2))) == 0b101101
    assert words.value_of(((5, 0, 3), ("a", 3, 1))) is None
    assert words.value_of(()) == 0
    assert words.text_of((("a", 0, 4), (9, 4, 5))) == "9:5 a"
    assert words.text_of(((5, 0, 3), (1, 3, 1))) == "13"
    assert words.padded((A,), 8) == (A, (0, 4, 4))
    assert words.padded((A, B), 12) == words.padded((A, B), 3) == (A, B)
    assert [words.numeral(text) for text in ("-12", "007", "", "-", "1a", "+1", "9" * 31)] == [-12, 7, *[None] * 5]
    assert words.numeral("-" + "9" * 30) == 1 - 10**30


def test_work_is_counted_up_to_its_limit() -> None:
    with patch("parley.proofs.certificates.checker.words.MOST_WORK", 10):
        work = Work()
        work.add(4)
        work.add(6)
        with pytest.raises(Refused, match="more than 10 steps"):
            work.add(1)


# ---- atoms ----------------------------------------------------------------------------------------------


def test_words_are_cut_where_it_is_said() -> None:
    assert skeleton(16, (), (4, 0, 4, 16, 20, -1, 15)).cuts == [0, 4, 15, 16]
    made = skeleton(16, (), (4,))
    assert made.word("x") == (("x[3:0]", 0, 4), ("x[15:4]", 4, 12))
    assert (made.top["x[3:0]"], made.top["x[15:4]"], made.top[""]) == (15, 4095, 0)
    assert skeleton(16).word("x") == (("x", 0, 16),)
    assert made.whole("n", 3) == ("n", 3, 68)
    assert made.top["n"] == 2**68 - 1


def said(made: Skeleton, one: str | int, other: str | int, most: int) -> str:
    literal = made.difference(one, other, most)
    return ("not " if literal < 0 else "") + made.names[abs(literal)]


def test_differences_that_are_always_or_never_so_are_no_atoms() -> None:
    made = skeleton()
    for name in "xy":
        made.word(name)
    assert [said(made, "x", "y", most) for most in (15, 14, -15, -16)] == [
        "true",
        "x - y <= 14",
        "x - y <= -15",
        "not true",
    ]
    assert [said(made, "x", "x", most) for most in (0, -1)] == ["true", "not true"]
    assert [said(made, "y", "x", most) for most in (0, -1)] == ["not x - y <= -1", "not x - y <= 0"]
    assert [said(made, "x", 3, most) for most in (-4, -3, 0, 11, 12)] == [
        "not true",
        "not 0 - x <= -1",
        "not 0 - x <= -4",
        "not 0 - x <= -15",
        "true",
    ]
    assert said(made, 3, "x", 0) == "0 - x <= -3"
    assert said(made, 0, "x", 0) == "true"
    assert [made.difference(3, 4, 0), made.difference(4, 3, 0), made.difference(4, 3, 1)] == [TRUE, FALSE, TRUE]
    assert made.differences[abs(made.difference("y", "x", 2))] == ("x", "y", -3)


def test_conjunctions_are_flat_and_in_order() -> None:
    made = skeleton()
    a, b, c = (made.holds(name, ()) for name in "abc")
    both = made.conj(b, a)
    assert made.parts[both] == (a, b)
    assert made.parts[made.conj(c, both)] == (a, b, c)
    assert made.conj(a, TRUE, b) == both
    assert (made.conj(), made.conj(a, a), made.conj(a, FALSE), made.conj(a, -a)) == (TRUE, a, FALSE, FALSE)
    assert made.conj(a, b, -both) == FALSE
    assert made.conj(a, -both) not in (FALSE, a)
    assert (made.disj(a, -a), made.disj(), made.disj(a, TRUE)) == (TRUE, FALSE, TRUE)
    assert (made.same(a, a), made.same(a, -a), made.same(a, TRUE), made.same(a, FALSE)) == (TRUE, FALSE, a, -a)


def test_the_work_of_a_conjunction_and_of_a_clause_is_that_of_its_parts() -> None:
    made = skeleton()
    a, b, c = (made.holds(name, ()) for name in "abc")
    assert made.work.done == 0
    made.conj(a, b)
    assert made.work.done == 3
    made.clause(a, b, c)
    assert made.work.done == 7


def test_words_compare_as_numbers_do() -> None:
    made = skeleton(8, ((6, 2),), (4,))
    signs = {"<": int.__lt__, "<=": int.__le__, "==": int.__eq__}
    for one in (0, 3, 0x13, 0x1F, 0x20, 0x113):
        for other in (0, 3, 0x13, 0x1F, 0x20, 0x113):
            for sign, so in signs.items():
                assert made.compare(sign, number(one), number(other)) == (TRUE if so(one, other) else FALSE)
    assert [n for n in (0, 0x3F, 0x40, 0x80, 0x13F, 0x100) if made.well_formed(number(n)) == TRUE] == [0, 0x3F]
    inner = Between(number(2), number(4))
    assert [n for n in range(8) if made.inside(inner, number(n)) == TRUE] == [2, 3, 4]
    assert made.inside(Between(number(0x30), number(0x50)), number(0x45)) == FALSE
    assert (made.inside(number(3), number(3)), made.inside(number(3), number(4))) == (TRUE, FALSE)


def test_short_intervals_are_gone_through() -> None:
    made = skeleton(12, ((2, 1),))
    short = Several(((TRUE, Between(number(2), number(9))), (TRUE, "s")))
    assert [piece for _, piece in made.listed(short)] == [*map(number, (2, 3, 8, 9)), "s"]
    for last, count in ((255, 128), (256, 1)):
        assert len([*made.listed(Several(((TRUE, Between(number(0), number(last))),)))]) == count


def test_a_word_that_is_bound_is_no_witness() -> None:
    made = skeleton()
    made.word("?1")
    made.word("x")
    assert [*made.known] == ["x"]
    for text in ("?1", "y", "-1"):
        with pytest.raises(Refused, match="there is no"):
            made.witness("s", text)
    made.witness("s", "3")
    made.witness("s", "x")
    assert made.witnesses == [("s", number(3)), ("s", (("x", 0, 4),))]


# ---- refutations ----------------------------------------------------------------------------------------

X_Y, Y_Z, Z_X = "x - y <= -1", "y - z <= -1", "x - z <= 0"
"""`x < y`, `y < z`, and what `z < x` denies."""


def circle() -> Skeleton:
    """That three words go around in a circle, each less than the next."""
    made = skeleton()
    x, y, z = (made.word(name) for name in "xyz")
    for one, other in ((x, y), (y, z), (z, x)):
        made.clause(made.compare("<", one, other))
    made.settle()
    return made


def refutation(
    lemmas: list[tuple[str, list[int]]],
    steps: list[tuple[list[int], list[int]]],
    clauses: list[list[int]] | None = None,
    atoms: tuple[str, ...] = (X_Y, Y_Z, Z_X),
) -> Refutation:
    given = [[1], [2], [-3]] if clauses is None else clauses
    return Refutation("", [], [], list(atoms), given, lemmas, steps)  # pyright: ignore[reportArgumentType]


ROUND = [("sum", [-1, -2, 3])]


def test_a_circle_is_refuted() -> None:
    refutations.check(circle(), refutation(ROUND, [([], [1, 2, 3, 4])]))
    refutations.check(circle(), refutation(ROUND, [([3], [1, 2, 4]), ([], [3, 5])]))


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (refutation(ROUND, []), "does not end with a contradiction"),
        (refutation(ROUND, [([3], [1, 2, 4])]), "does not end with a contradiction"),
        (refutation(ROUND, [([], [1, 2, 4])]), "step 5 does not follow"),
        (refutation(ROUND, [([], [4, 1, 2, 3])]), "step 5 does not follow"),
        (refutation(ROUND, [([], [])]), "step 5 does not follow"),
        (refutation(ROUND, [([], [1, 2, 3, 5])]), "step 5 names a clause that is not there before it"),
        (refutation(ROUND, [([], [1, 2, 0])]), "step 5 names a clause that is not there before it"),
        (refutation([("sum", [-1, 3, -2])], [([], [1, 2, 3, 4])]), "lemma 4 is not true"),
        (refutation([("sum", [-1, -2])], []), "lemma 4 is not true"),
        (refutation([("sum", [])], []), "lemma 4 is not true: a contradiction"),
        (refutation([("equal", [-1, -2, 3])], []), "lemma 4 is not true"),
        (refutation([], [], [[1], [3]]), "clause 2 does not follow from the text: x - z <= 0"),
        (refutation([], [], [[1, 2]]), "clause 1 does not follow from the text"),
        (refutation([], [], [[4]]), "an atom that is not listed"),
        (refutation([], [], [[0]]), "an atom that is not listed"),
        (refutation([], [], [[-4]]), "an atom that is not listed"),
        *(
            (refutation([], [], [], (name,)), "the text has no atom")
            for name in (
                "x - y <= 15",
                "y - x <= 0",
                "q - y <= 0",
                "x - q <= 0",
                "x - y <= z",
                "x + y <= 0",
                "",
                "true?",
            )
        ),
    ],
)
def test_what_refutes_no_circle_is_refused(wrong: Refutation, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        refutations.check(circle(), wrong)


@pytest.mark.parametrize(
    ("atoms", "literals", "true"),
    [
        # Less than nothing, and not nothing.
        (("x - y <= 0", "x - z <= 0", "y - z <= -1"), [-1, -3, 2], True),
        (("x - y <= 0", "x - z <= -1", "y - z <= 0"), [-1, -3, 2], False),
        # A word is 15 at most, and 0 at least.
        (("x - y <= -10", "x - z <= 5"), [-1, 2], True),
        (("x - y <= -10", "x - z <= 4"), [-1, 2], False),
        (("x - y <= -10", "0 - y <= -10"), [-1, 2], True),
        (("x - y <= -10", "0 - y <= -11"), [-1, 2], False),
        (("0 - x <= -9", "0 - x <= -8"), [-1, 2], True),
        (("0 - x <= -9", "0 - x <= -10"), [-1, 2], False),
    ],
)
def test_differences_add_up_around_a_circle(atoms: tuple[str, ...], literals: list[int], true: bool) -> None:
    one = refutation([("sum", literals)], [], [], atoms)
    with pytest.raises(Refused, match="does not end" if true else "lemma 1 is not true"):
        refutations.check(circle(), one)


@pytest.mark.parametrize(
    ("literals", "true"),
    [
        ([-1, 2, -4, 5], True),
        ([-1, 2, 5, -4], True),
        ([-1, 2, -4, 5, 3], True),
        ([-1, 2, -4], False),
        ([-1, 2, 5], False),
        ([-1, 2, 4, 5], False),
        ([1, -2, -4, 5], False),
        ([1, 2, -4, 5], False),
        ([-4, 2, -4, 5], False),
        ([-1, 5, -4, 5], False),
        ([-1, 3, -4, 5], False),
        ([-1, 6, -4, 5], False),
        ([-1], False),
        ([], False),
        ([-4, 5], False),
    ],
)
def test_what_is_so_of_a_word_is_so_of_its_equals(literals: list[int], true: bool) -> None:
    made = circle()
    x, y = made.known["x"], made.known["y"]
    for name, row in (("r", (x,)), ("r", (y,)), ("q", (y,)), ("r", (y, y))):
        made.holds(name, row)
    atoms = ("r(x)", "r(y)", "q(y)", "x - y <= 0", "x - y <= -1", "r(y, y)")
    for others in ([-1], [1, -2], [-4, 1]):
        # What is no difference adds up to nothing.
        with pytest.raises(Refused, match="lemma 1 is not true"):
            refutations.check(made, refutation([("sum", others)], [], [], atoms))
    with pytest.raises(Refused, match="does not end" if true else "lemma 1 is not true"):
        refutations.check(made, refutation([("equal", literals)], [], [], atoms))


def test_a_step_follows_by_unit_propagation() -> None:
    follows = refutations._follows  # pyright: ignore[reportPrivateUsage]
    hints: list[tuple[int, ...]] = [(-3, 2), (3, 4), (-4,)]
    assert follows((2,), hints)
    assert not follows((2,), hints[:2])
    assert not follows((2,), [(3, 4), (-3, 2), (-4,)])
    assert follows((2, 5), [(5, 2)])
    assert not follows((), [(5, 2)])
    assert follows((), [()])


# ---- what finds refutations -----------------------------------------------------------------------------


def test_of_a_clause_those_are_watched_that_were_last_to_become_false() -> None:
    """So that it is looked at again as soon as one of these may be true."""
    search = _Search(skeleton(), 10)
    for literal in (2, -3, 4):
        search.assign(literal, -1)
    at = search.add((-2, 3, -4), "given")  # pyright: ignore[reportArgumentType]
    assert search.clauses[at] == (-4, 3, -2)
    at = search.add((-2, 5, 3, 4), "given")  # pyright: ignore[reportArgumentType]
    assert search.clauses[at] == (5, 4, 3, -2)
    assert [one for one, clauses in search.watched.items() if at in clauses] == [5, 4]
