"""Asking, where a cutoff is large: small examples are looked for first, and what they say counts only where it may."""

from __future__ import annotations

import re

import pytest
from parley.model.instance import Relation
from parley.model.queries import Answers, Fires, Holds
from parley.proofs.ask import MANY, Asker, _rounded  # pyright: ignore[reportPrivateUsage]
from parley.proofs.reply import No, Unknown, Yes
from parley.spec.checked import CheckedPolicy
from suites import policy_in

NAMES = [f"1.{at}" for at in range(1, 14)]


@pytest.fixture(scope="module")
def policy() -> CheckedPolicy:
    """What is `listed` needs as many revisions as the cutoff, 13; what is `few` needs 6 of them."""
    return policy_in(f"""interface I {{
        revision {{ reserved[63:31] zero major[30:16] minor[15:0] }}
        config supported : set of revision
        input requested : revision
        output ok : bool
    }}
    policy p for I {{
        case listed when {all_in(NAMES, "supported")} {{ ok = true }}
        case few when ({" or ".join(f"{name} in supported" for name in NAMES[6:])})
            implies ({all_in(NAMES[:6], "supported")}) {{ ok = true }}
        case rest otherwise {{ ok = false }}
    }}""")


def guard(policy: CheckedPolicy, at: int, *, truth: bool = True) -> Holds:
    case = policy.cases[at]
    assert case.guard is not None
    return Holds(policy.elaboration.of(case.guard), truth=truth)


def all_in(names: list[str], of: str) -> str:
    return " and ".join(f"{name} in {of}" for name in names)


def size(reply: object) -> int:
    assert isinstance(reply, Yes)
    return reply.example.instance.size


@pytest.mark.parametrize("smallest", [False, True])
def test_an_example_that_is_no_small_one_is_found(policy: CheckedPolicy, *, smallest: bool) -> None:
    assert size(Asker(policy).ask((guard(policy, 0),), smallest=smallest)) == len(NAMES)


def test_the_fewest_are_those_of_all(policy: CheckedPolicy) -> None:
    some = policy.elaboration.of(policy.cases[0].guard)  # pyright: ignore[reportArgumentType]
    assert size(Asker(policy).ask((Holds(some, truth=False),), smallest=True)) == 0
    assert size(Asker(policy).ask((guard(policy, 1, truth=False),), smallest=True)) == 1


def test_fewer_in_all_may_be_more_in_one_set() -> None:
    """Five in one set, or four in each of two: what is found with up to four in each is not the smallest."""
    policy = policy_in(f"""interface I {{
        revision {{ reserved[63:31] zero major[30:16] minor[15:0] }}
        config one : set of revision
        config other : set of revision
        input requested : revision
        output ok : bool
    }}
    policy p for I {{
        case found when ({all_in(NAMES[:5], "one")}) or ({all_in(NAMES[5:9], "one")} and {all_in(NAMES[9:], "other")})
            or ({all_in(NAMES, "one")}) {{ ok = true }}
        case rest otherwise {{ ok = false }}
    }}""")
    asker, goals = Asker(policy), (guard(policy, 0),)
    assert (asker.cutoff(goals) or {})["one"] > MANY
    assert size(asker.ask(goals, smallest=True)) == 5


def test_what_cannot_be_is_so_of_sets_of_any_size(policy: CheckedPolicy) -> None:
    goals = (guard(policy, 0), guard(policy, 1, truth=False))
    assert isinstance(Asker(policy).ask(goals), No)
    assert isinstance(Asker(policy).ask(goals, smallest=True), No)


def test_what_all_claims_rest_on_is_told_from_what_one_asks(policy: CheckedPolicy) -> None:
    asker, some = Asker(policy), (guard(policy, 1),)
    asker.ask(some)
    with asker.apart():
        asker.ask(some)
        with asker.apart():
            asker.ask(some)
        asker.ask(some)
    asker.ask(some)
    assert [one.shared for one in asker.asked] == [False, True, True, True, False]
    assert not any(one.confirmed for one in asker.asked)


def test_no_set_is_looked_at_with_fewer_revisions_than_decide() -> None:
    for cutoff in range(200):
        assert cutoff <= _rounded(cutoff) < cutoff + 4


BEYOND = f"""interface I {{
    revision {{ reserved[63:31] zero major[30:16] minor[15:0] }}
    config supported : set of revision
    input requested : revision
    output ok : bool
}}
policy p for I {{
    case each_greatest when {all_in(NAMES[:5], "supported")} and (every x in supported: some y in supported:
        y == (max z in supported where z.minor == x.minor)) {{ ok = true }}
    case no_greatest when supported is not empty and (every x in supported: some y in supported: x < y) {{ ok = true }}
    case rest otherwise {{ ok = false }}
}}"""
"""Formulas that leave the fragment: their sets are left to the solver's quantifiers."""


def test_an_extremum_beneath_quantifiers_is_another_one_for_each() -> None:
    """Were it the same for all, five revisions of five minors would have no greatest each, and nothing be possible."""
    policy = policy_in(BEYOND)
    asker = Asker(policy, beyond=True)
    assert asker.cutoff((guard(policy, 0),)) is None
    reply = asker.ask((guard(policy, 0),), smallest=True)
    assert size(reply) == 5
    # Without a cutoff nobody knows whether there is a smaller one.
    assert isinstance(reply, Yes)
    assert not reply.smallest


def test_what_is_not_known_says_how_far_it_was_looked() -> None:
    policy = policy_in(BEYOND)
    reply = Asker(policy, beyond=True).ask((guard(policy, 1),))
    assert isinstance(reply, Unknown)
    assert re.search(r"leaves the decidable fragment: .*; no example has up to \d+ revisions in a set\)$", reply.why)


VALUES = """interface I {
    revision { reserved[15:15] zero major[14:8] minor[7:0] }
    config supported : set of revision
    config flag : bool
    input requested : revision
    output status : { OK = 0, BAD = 1 }
    output listed : set of revision
    output word : revision
}
policy p for I {
    case above when requested > 5.0 and requested.reserved == 0 { status = any listed = any word = any ensure requested in listed and word in listed }
    case high when requested.reserved == 1 and requested.minor != requested.major and requested.minor > 3 { status = OK listed = any word = any }
    case rest otherwise { status = OK listed = any word = any }
}"""


@pytest.mark.parametrize(
    ("at", "words", "requested", "listed", "word"),
    [
        # The first of the words that it can be, and the least of all where it can be none of them.
        (0, [0x707, 0x909], 0x707, (0x707,), 0x707),
        (0, [0x303, 0x909, 0x707], 0x909, (0x303, 0x909), 0x303),
        (0, [], 0x501, (0, 0x501), 0),
        (1, [0x303], 0x8004, (), 0x303),
        (2, [0x303], 0x303, (), 0x303),
        (2, [], 0, (), 0),
    ],
)
def test_values_are_words_that_are_easy_to_read_or_the_least(
    at: int, words: list[int], requested: int, listed: tuple[int, ...], word: int
) -> None:
    """One after the other, sets last: they have as few revisions as they then can. Truth values and names are the first that they can be."""
    asker = Asker(policy_in(VALUES))
    goals = (Fires(at), Answers())
    reply = asker.ask(goals)
    assert isinstance(reply, Yes)
    example = asker.readable(reply, goals, words)
    assert (example.instance.config["flag"], example.answer.outputs["status"]) == (False, 0)
    assert example.instance.inputs["requested"] == requested
    assert (example.answer.outputs["listed"], example.answer.outputs["word"]) == (listed, word)


def test_a_relation_holds_of_as_little_as_it_can() -> None:
    """Of nothing, else of everything; else of as few as may be, one in place of two."""
    found: list[Relation] = []
    few = "(near(0.1) or (near(0.2) and near(0.3))) and not near(1.0)"
    for guard_ in ("near(0.1) or not near(0.2)", "near(0.1) and near(0.2)", few):
        made = policy_in(f"""interface I {{
            revision {{ major[3:2] minor[1:0] }}
            input requested : revision
            output ok : bool
            define near(a)
        }}
        policy p for I {{
            case so when {guard_} {{ ok = true }}
            case rest otherwise {{ ok = false }}
        }}""")
        asker = Asker(made)
        reply = asker.ask((Fires(0),))
        assert isinstance(reply, Yes)
        found.append(asker.readable(reply, (Fires(0),), []).instance.relations["near"])
    assert found == [Relation(), Relation(default=True), Relation(frozenset({(1,)}))]
