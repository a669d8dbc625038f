"""SMT-LIB's text, piece by piece: expressions, words, formulas, and what a policy's variables are."""

from __future__ import annotations

from itertools import product

import pytest
from parley.model.smtlib.domains import Chosen, Items, OneOf
from parley.model.smtlib.expressions import FALSE, TRUE, Text, conj, disj, laid_out, neg
from parley.model.smtlib.formulas import REVISION, Declared, Rule, Writer
from parley.model.smtlib.policies import Policy
from parley.model.smtlib.script import script
from parley.model.smtlib.words import Word, bits, compare, constant, fits, put, resized
from parley.spec.core import Constant, Optimum
from parley.spec.words import Field, Format
from suites import policy_in

FORMAT = Format((Field("major", 3, 2, False), Field("minor", 1, 0, False)))

# ---- expressions ----------------------------------------------------------------------------------------


def test_what_is_joined_by_one_word_stands_in_one_list() -> None:
    assert conj([("and", "a", "b"), "c", TRUE]) == ("and", "a", "b", "c")
    assert disj(["a", FALSE, ("or", "b", "c")]) == ("or", "a", "b", "c")
    assert conj([("or", "a", "b"), "c"]) == ("and", ("or", "a", "b"), "c")
    # A long list stays by itself.
    long = ("and", *"abcde")
    assert conj([long, "f"]) == ("and", long, "f")
    assert neg(("exists", (("r", "S"),), ("and", "a", "b", "c"))) == (
        "forall",
        (("r", "S"),),
        ("=>", ("and", "a", "b"), ("not", "c")),
    )


def test_what_is_long_is_laid_out_over_lines() -> None:
    one, other = "a" * 60, "b" * 60
    both = ("and", one, other)
    assert laid_out(both) == f"(and\n  {one}\n  {other})"
    assert laid_out(("define-fun", "p", "()", "Bool", both)) == (
        f"(define-fun p () Bool\n  (and\n    {one}\n    {other}))"
    )
    assert laid_out(("exists", (("r", "S"),), both)) == f"(exists ((r S))\n  (and\n    {one}\n    {other}))"
    assert laid_out(("=>", "c", both)) == f"(=> c\n  (and\n    {one}\n    {other}))"
    # 110 columns, with the brackets.
    assert laid_out(("not", "c" * 104)) == f"(not {'c' * 104})"
    assert laid_out(("not", "c" * 105)) == f"(not\n  {'c' * 105})"


# ---- words ----------------------------------------------------------------------------------------------


def test_constants_are_compared_by_their_values() -> None:
    for one, other in product(range(4), repeat=2):
        found = [compare(operator, constant(one, 2), constant(other, 8)) for operator in ("==", "<", "<=")]
        assert found == [TRUE if holds else FALSE for holds in (one == other, one < other, one <= other)]


def test_bits_of_constants_and_of_words() -> None:
    assert bits(constant(0b101101, 6), 2, 3) == constant(0b011, 3)
    assert bits(constant(0b101101, 6), 1, 4) == constant(0b0110, 4)
    word = Word("x", 8)
    assert bits(word, 0, 8) is word
    assert bits(word, 0, 9) is word
    assert bits(word, 2, 3) == Word((("_", "extract", "4", "2"), "x"), 3)
    assert bits(word, 6, 4) == Word((("_", "extract", "7", "6"), "x"), 2)
    assert bits(word, 8, 2) == constant(0, 2)
    assert resized(word, 3) == Word((("_", "extract", "2", "0"), "x"), 3)
    assert resized(word, 10) == Word((("_", "zero_extend", "2"), "x"), 10)
    assert resized(constant(13), 3) == constant(5, 3)


def test_a_number_fits_where_all_above_is_zero() -> None:
    assert [fits(constant(value), 3) for value in (0, 7, 8, 9)] == [TRUE, TRUE, FALSE, FALSE]
    assert [fits(constant(value, 8), 3) for value in (0, 7, 8, 9)] == [TRUE, TRUE, FALSE, FALSE]
    assert fits(Word("x", 3), 3) == TRUE
    assert fits(Word("x", 7), 3) == ("=", (("_", "extract", "6", "3"), "x"), "#x0")


def test_a_number_is_put_between_the_bits_around_it() -> None:
    top: Text = (("_", "extract", "7", "5"), "x")
    bottom: Text = (("_", "extract", "1", "0"), "x")
    assert put(Word("x", 8), 2, Word("n", 3), 3).text == ("concat", ("concat", top, "n"), bottom)
    assert put(Word("x", 8), 0, Word("n", 8), 8).text == "n"


# ---- formulas -------------------------------------------------------------------------------------------


def test_a_word_of_more_bits_than_a_revision_has_none_of_them_set() -> None:
    writer = Writer(FORMAT, {})
    beyond: Text = ("=", (("_", "extract", "8", "4"), "x"), "#b00000")
    assert writer.formed(Word("x", 9)) == beyond
    assert writer.formed(Word("x", 4)) == TRUE
    for formed in (True, False):
        assert writer.member(Word("x", 4), Chosen("s", formed), {}) == ("s", "x")
        there = ("s", (("_", "extract", "3", "0"), "x"))
        assert writer.member(Word("x", 9), Chosen("s", formed), {}) == ("and", there, beyond)
        found = [writer.member(constant(value), Chosen("s", formed), {}) for value in (15, 16, 17)]
        assert found == [("s", "#xf"), FALSE, FALSE]


# ---- policies -------------------------------------------------------------------------------------------

POLICY = """interface I {
    revision { major[15:8] minor[7:0] }
    config supported : set of revision
    config window : range of revision
    input ok : bool
    input other : bool
    input requested : revision
    output chosen : set of revision
    output version : revision or { NONE = -1 } in w0
    assume configured: supported is not empty
        and (requested == 1.0 or requested == 1.1 or requested == 1.2 or requested == 1.3)
        and (requested != 2.0 or requested != 2.1 or requested != 2.2 or requested != 2.3)
}
policy p for I {
    case fixed when ok { chosen = {1.0} version = 1.0 }
    case open when other { chosen = any version = NONE }
    case rest otherwise { chosen = supported version = 1.0 }
}
"""


@pytest.fixture
def made() -> Policy:
    return Policy(policy_in(POLICY), {}, by_ends=False)


def test_a_revision_has_the_bits_of_its_names(made: Policy) -> None:
    assert made.names["requested"] == Word("requested", 16)
    assert made.names["version"] == Word("version", 32)
    assert made.writer.declared == [
        Declared("requested", (), REVISION),
        Declared("version", (), ("_", "BitVec", "32")),
    ]


def test_a_set_in_an_answer_is_what_the_case_makes_it(made: Policy) -> None:
    chosen = made.names["chosen"]
    assert isinstance(chosen, OneOf) and isinstance(chosen.then, Items)
    assert [term.value for term in chosen.then.terms if isinstance(term, Constant)] == [0x100]
    others = Chosen("chosen", formed=True), Chosen("supported", formed=True)
    assert (chosen.test, chosen.otherwise) == ("ok", OneOf("other", *others))


def test_a_range_is_its_ends_in_order_or_nothing(made: Policy) -> None:
    first, last = "window.first", "window.last"
    order = ("bvule", first, last)
    _ = made.names["window"]
    nothing = ("and", ("=", first, "#xffff"), ("=", last, "#x0000"))
    assert made.rules == [Rule("the ends of window", ("or", order, nothing))]
    nodes = made.policy.elaboration.nodes
    ends: dict[Optimum, str] = {"max": last, "min": first}
    for kind, end in ends.items():
        best = nodes.best(kind, nodes.variable("window"))
        said = made.writer.valued(best, {}, lambda value: compare("==", value, Word("x", 16)))
        assert said == ("and", order, ("=", end, "x"))


def test_what_is_asserted_is_indented_by_two_columns(made: Policy) -> None:
    lines = "\n".join(script(made.policy, [()], {}, by_ends=False).lines).splitlines()
    indents = [len(line) - len(line.lstrip()) for line in lines]
    assert {*indents} == {0, 4, 6}
    assert lines[indents.index(4) - 1] == "(assert (and"
