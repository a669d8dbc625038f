"""Asking, where a cutoff is large: small examples are looked for first, and what they say counts only where it may."""

from __future__ import annotations

import re

import pytest
from parley.model.queries import Holds
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
    assert size(asker.ask((guard(policy, 0),))) == 5


def test_what_is_not_known_says_how_far_it_was_looked() -> None:
    policy = policy_in(BEYOND)
    reply = Asker(policy, beyond=True).ask((guard(policy, 1),))
    assert isinstance(reply, Unknown)
    assert re.search(r"leaves the decidable fragment: .*; no example has up to \d+ revisions in a set\)$", reply.why)
