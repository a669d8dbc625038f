"""What the checker makes of formulas whose words are known: true or false at once, as each is by hand."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import pytest
from parley.proofs.certificates.checker.certificate import Relations
from parley.proofs.certificates.checker.inductions import _formula
from parley.proofs.certificates.checker.meaning import Meaning, Value
from parley.proofs.certificates.checker.policies import Policy
from parley.proofs.certificates.checker.texts import Text
from parley.proofs.certificates.checker.words import FALSE, TRUE, Between, Refused, Several, Term, Work, number, term
from parley.spec.parsing.parser import parse
from parley.spec.source import Source
from parley.spec.syntax import KNOWN

TEXT = """define doubled(a) = a in {a, 0.0}
interface I {
    revision { reserved[7:6] zero   major[5:3]   minor[2:0] }
    config s    : set of revision
    config flag : bool
    input  x    : revision or { ALL = 200 }
    input  y    : revision
    output o    : { OK = 0, BAD = 3 }
    define near(a, b)
    define named(a)
    define bigger(a) = some r in s: r > a
    define shadowed(y) = y == 1.1
}
policy p for I {
    define own(a) = bigger(a) and not bigger(1.0)
    case always otherwise { o = OK }
}
"""
SCOPE: dict[str, Value] = {
    "s": Several(((TRUE, number(1)), (TRUE, number(0o11)))),
    "flag": TRUE,
    "x": term(number(200)),
    "y": term(number(0o11)),
    "o": term(number(3)),
}
"""`s` is {0.1, 1.1}, `x` is ALL, `y` is 1.1 and `o` is BAD."""
RELATIONS: Relations = {
    # Of 1.1 and 0.1, of 0.1, or what is true, and itself, and of what is false and 1.2; and of all but 1.1.
    "near": ([[0o11, 1], [1, 1], [0, 0o12]], False),
    "named": ([[0o11]], True),
}


def meaning(scope: dict[str, Value], relations: Relations | None = RELATIONS) -> Meaning:
    file, problems = parse(Source("text", TEXT))
    assert not problems
    policy = Policy(Text.of([file]), "p")
    return policy.meaning(policy.skeleton(range(1, 8), Work()), dict(scope), relations)


@pytest.mark.parametrize(
    ("formula", "holds"),
    [
        ("x is ALL", True),
        ("x is not ALL", False),
        ("o is BAD", True),
        ("o is not BAD", False),
        ("o is OK", False),
        ("o == BAD", True),
        ("o != BAD", False),
        # Where a revision is wanted, a name has no value: nothing is so of it.
        ("x == x", False),
        ("x < 7.7 or x >= 0.0", False),
        ("x in {x}", False),
        ("y.major == 1 and y.minor == 1 and y[3:0] == 9", True),
        ("y with { major = 7, minor = 0 } == 7.0", True),
        ("y with { minor = 8 } == y", False),
        ("y with { minor = 8 } != y", True),
        ("y with { major = 2 } == 2.1 and y with { minor = 7 } == 1.7", True),
        ("flag iff y == 1.1", True),
        ("flag == (y == 1.0)", False),
        ("flag != (y == 1.0)", True),
        ("flag implies y == 1.0", False),
        ("not flag implies y == 1.0", True),
        ("if flag then y == 1.0 else true", False),
        ("if y == 1.0 then true else flag", True),
        ("(if flag then 1.0 else 2.0) == 1.0", True),
        ("(if not flag then 1.0 else 2.0) == 2.0", True),
        ("1.0 in (if flag then {1.0} else {2.0})", True),
        ("1.0 in (if flag then {2.0} else {1.0})", False),
        ("2.0 in (if not flag then {1.0} else {2.0})", True),
        ("2.0 in (if not flag then {2.0} else {1.0})", False),
        ("y > 1.0 and y >= 1.1 and 1.0 < y and 1.1 <= y", True),
        ("y > 1.1", False),
        ("y >= 1.2", False),
        ("y in s and 0.1 in s and 0.2 not in s", True),
        ("y not in s", False),
        ("s is empty", False),
        ("s is not empty", True),
        ("{} is empty and max {} != 1.0", True),
        ("s == {1.1, 0.1, 1.1}", True),
        ("s == {1.1}", False),
        ("s == {1.1, 0.1, 0.0}", False),
        ("s != {1.1, 0.1}", False),
        ("every r in s: r <= y", True),
        ("every r in s: r < y", False),
        ("no r in s: r > y", True),
        ("no r in s: r == y", False),
        ("some r in s: r < y", True),
        ("some r in s: r > y", False),
        ("(max r in s where r < y) == 0.1 and min s == 0.1 and max s == 1.1", True),
        ("some r in s: bigger(r)", True),
        ("bigger(1.1)", False),
        ("own(1.0)", False),
        ("own(1.1)", False),
        ("shadowed(1.1)", True),
        ("shadowed(1.0)", False),
        ("doubled(0.0) and doubled(7.7)", True),
        ("near(y, 0.1) and near(0.1, 0.1)", True),
        ("near(0.1, y)", False),
        ("named(y)", False),
        ("named(0.1)", True),
        # A name in a relation is none, and so is what has no value.
        ("near(x, 0.1) or named(x) or named(max {})", False),
        # A truth value among words is 1 or 0.
        ("near(flag, 0.1)", True),
        ("near(not flag, 0.1)", False),
        ("near(not flag, 1.2)", True),
        ("near(flag, 1.2)", False),
        ("near(y, flag)", True),
        ("near(y, not flag)", False),
    ],
)
def test_a_formula_of_known_words_is_true_or_false(formula: str, holds: bool) -> None:
    assert meaning(SCOPE).formula(_formula(formula)) == (TRUE if holds else FALSE)


def test_relations_that_are_not_given_are_atoms() -> None:
    made = meaning(SCOPE, None)
    assert made.formula(_formula("near(y, 0.1)")) not in (TRUE, FALSE)
    # Those that an example does not list hold nowhere.
    assert meaning(SCOPE, {}).formula(_formula("near(y, 0.1)")) == FALSE


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("nothing", "nothing is called nothing"),
        ("nothing(1.0)", "nothing is called nothing"),
        ("y", "a formula is wanted"),
        ("1.0 in y", "a set is wanted"),
        ("s < y", "a term is wanted"),
        ("near(s, y)", "a term is wanted"),
        ("bigger(1.0, 1.1)", "bigger has 1 parameters"),
        ("bigger", "bigger has 1 parameters"),
        ("y == 1.0.0", "a revision has 2 numbers"),
        ("prefers(y, 1.0)", "nothing is called prefers"),
        ("(first r in s where r > y) == y", "says `first` of something else"),
        ("y.none == 1", "there is no none"),
        ("o is none", "there is no none"),
    ],
)
def test_what_says_nothing_is_refused(formula: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        meaning(SCOPE).formula(_formula(formula))


LISTED = Several(((TRUE, number(5)), (TRUE, number(3)), (TRUE, number(9))))
NEWEST = Several(((TRUE, Between(number(3), number(9))),))


@pytest.mark.parametrize(
    ("known", "preferred"),
    [
        (LISTED, [(5, 3), (5, 9), (3, 9), (5, 4), (3, 4), (9, 4)]),
        (NEWEST, [(9, 5), (9, 3), (5, 3), (4, 3), (9, 4), (5, 4), (5, 2), (9, 2), (3, 2), (4, 2)]),
    ],
)
def test_a_host_prefers_what_stands_first_or_is_newer(known: Several, preferred: list[tuple[int, int]]) -> None:
    made = meaning({**SCOPE, KNOWN: known})
    words = (2, 3, 4, 5, 9) if known is NEWEST else (3, 4, 5, 9)
    found = [(one, other) for one in words for other in words if made.prefers(_term(one), _term(other)) == TRUE]
    assert sorted(found) == sorted(preferred)
    said = [(one, other) for one, other in found if made.formula(_formula(f"prefers(0.{one}, 0.{other})")) != TRUE]
    assert said == []
    with pytest.raises(Refused, match="prefers is of two revisions"):
        made.formula(_formula("prefers(y)"))
    assert made.prefers(Term(()), _term(3)) == FALSE


def test_the_first_of_a_list_is_the_one_that_stands_before_the_others() -> None:
    for known, least, first in ((LISTED, 0, 5), (LISTED, 6, 9), (NEWEST, 0, 9), (LISTED, 4, 5)):
        made = meaning({**SCOPE, KNOWN: known})
        condition = f"(first r in known where r > {least}) == {first}"
        assert made.formula(_formula(condition)) == TRUE, condition
    assert meaning({**SCOPE, KNOWN: LISTED}).formula(_formula("(first r in known where r > 9) == 9")) == FALSE


def _term(word: int) -> Term:
    return term(number(word))
