"""Mutants are well typed, and those of encodings and of signed comparison are decided as brute force decides them."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from parley.model.instance import Instance, Value
from parley.model.oracle import Oracle
from parley.spec.checked import CheckedPolicy
from parley.vectors.conditions import conditions
from parley.vectors.generate import Exploration, explore, suite
from parley.vectors.minimise import minimise
from parley.vectors.mutant_check import MutantCheck
from parley.vectors.mutants import ENCODING, SIGNED, Mutant, mutants
from parley.vectors.witness_search import WitnessSearch
from suites import policy_in, policy_of

HEAD = """
interface I {
    revision { reserved[63:2] zero major[1:1] minor[0:0] }
    config supported : set of revision
    input requested : revision in x1
    output ok : bool in x0
    output lower : revision in x2
"""
TYPES = {
    "bool parameters": "define f(a, b) = a and b or not a }\npolicy p for I { case only otherwise"
    " { ok = f(requested in supported, requested == 1.0)  lower = requested } }",
    "a set as a parameter": "define f(r, s) = r in s }\npolicy p for I { case only otherwise"
    " { ok = f(requested, supported)  lower = requested } }",
    "compared booleans": "define same(a, b) = a == b }\npolicy p for I { case only otherwise"
    " { ok = same(requested in supported, requested == 1.0)  lower = requested } }",
    "two types of one parameter": "define same(a, b) = a == b }\npolicy p for I { case only otherwise"
    " { ok = same(requested.major, 1)  lower = requested } }",
    "a word in a comparison": "}\npolicy p for I { case only otherwise"
    " { ok = requested == 0xffffffffffffffff  lower = requested } }",
    "compared sets": "define same(a, b) = a == b }\npolicy p for I { case only otherwise"
    " { ok = same(supported, {requested, 1.0}) or {1.1} != supported  lower = requested } }",
    "a chosen term": "}\npolicy p for I { case only otherwise"
    " { ok = (if requested in supported then requested else 1.0) == 1.1  lower = requested } }",
}


def exhaustive(policy: CheckedPolicy) -> list[Instance]:
    """Every configuration of a format of two bits, with every well-formed request and some that are not."""
    oracle = Oracle(policy)
    killer = MutantCheck(oracle)
    words = [*range(5), 1 << 63, (1 << 63) + 1]
    sets: list[Value] = [tuple(s) for s in chain.from_iterable(combinations(range(4), n) for n in range(4))]
    points = [Instance({"supported": s}, {"requested": word}) for s in sets for word in words]
    admitted = [at for at in points if oracle.admits(at.config, at.inputs)]
    return [at for at in admitted if killer.answered(at)]


@pytest.mark.parametrize("text", TYPES.values(), ids=TYPES)
def test_mutants_are_well_typed(text: str) -> None:
    policy = policy_in(HEAD + text)
    found = explore(policy)
    assert found.survivors == {}
    killer = MutantCheck(Oracle(policy))
    points = exhaustive(policy)
    by_name = {mutant.name: mutant for mutant in found.mutants}
    for name in found.equivalent:
        assert killer.kills(by_name[name], points) == [], by_name[name].what


OPEN = """
interface I {
    revision { reserved[63:2] zero major[1:1] minor[0:0] }
    config supported : set of revision
    input requested : revision in x1
    output status : { FINE = 0, WRONG = 1, WORSE = 256 } in x0
    output lower : revision in x2
    output higher : revision in x1
    assume some_: supported is not empty
}
policy p for I {
    case malformed when requested.reserved != 0 { status = any  lower = any  higher = lower  ensure lower in supported }
    case hit when requested in supported { status = FINE  lower = requested  higher = max supported }
    case older when requested > max supported { status = WRONG  lower = max supported  higher = lower }
    case newer otherwise { status = any  lower = any  higher = any  ensure lower <= higher and status != WORSE }
}
"""


@pytest.mark.slow
def test_encodings_of_open_outputs_are_decided_as_brute_force_decides_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parley.vectors.mutant_check.MOST_WORK", 1 << 40)
    policy = policy_in(OPEN)
    found = explore(policy)
    assert found.survivors == {}
    killer = MutantCheck(Oracle(policy))
    points = exhaustive(policy)
    for mutant in found.mutants:
        told = bool(killer.kills(mutant, points))
        # Of three open outputs, brute force walks some values only; but what it sees is there.
        assert not (told and mutant.name in found.equivalent), mutant.what


ALONE = (
    HEAD
    + """    assume some_: supported is not empty
    define older(r) = max v in supported where v < r
}
policy p for I {
    case same when requested in supported { ok = true  lower = requested }
    case below when requested > 0.1 { ok = false  lower = older(requested) }
    case above when requested < 1.0 { ok = false  lower = any  ensure lower in supported }
}
"""
)


@pytest.mark.slow
def test_the_solver_alone_finds_what_brute_force_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Boundary values tell most mutants before it is asked."""
    monkeypatch.setattr("parley.vectors.mutant_check.MOST_WORK", 1 << 40)
    policy = policy_in(ALONE)
    killer = MutantCheck(Oracle(policy))
    points = exhaustive(policy)
    for mutant in mutants(policy):
        found = WitnessSearch(policy).killer(mutant)
        told = killer.kills(mutant, points)
        assert isinstance(found, Instance) or not told, (mutant.what, found, told[:1])
        assert not isinstance(found, Instance) or (killer.answered(found) and killer.tells(mutant, found)), mutant.what


def wrong(policy: CheckedPolicy, what: str) -> Mutant:
    return next(mutant for mutant in mutants(policy) if mutant.what == what)


def test_whether_one_set_only_lies_in_another_is_a_mutant() -> None:
    policy = policy_in(
        HEAD + "}\npolicy p for I { case only otherwise { ok = supported == {requested}  lower = requested } }"
    )
    found = explore(policy)
    included = {mutant.name: mutant.what for mutant in found.mutants if "has all of" in mutant.what}
    assert [what.partition(": ")[2].partition(" in `")[0] for what in included.values()] == [
        "only looked at whether {requested} has all of supported",
        "only looked at whether supported has all of {requested}",
    ]
    assert not included.keys() & {*found.survivors, *found.equivalent}


def test_a_guard_that_compares_sets_has_two_conditions() -> None:
    text = "policy p for I { case a when not (supported != {requested}) { ok = true  lower = requested }"
    policy = policy_in(HEAD + "define same(a, b) = a == b }\n" + text
                       + " case b when same(supported, {1.0}) { ok = false lower = requested }"
                       + " case c otherwise { ok = false lower = requested } }")  # fmt: skip
    flags = [condition.flag for condition in conditions(policy)]
    assert flags == [f"mcdc:{case}.{at} {way}" for case in "ab" for at in (1, 2) for way in ("true", "false")]


def test_an_encoding_that_gives_what_is_allowed_too_is_equivalent() -> None:
    anything = "}\npolicy p for I { case only otherwise { ok = true  lower = any } }"
    found = explore(policy_in(HEAD + anything))
    by_name = {mutant.name: mutant.what for mutant in found.mutants}
    equivalent = {by_name[name] for name in found.equivalent}
    assert {"lower in x2: without its minor", "lower in x2: always 0", "ok in x0: always 0x1"} <= equivalent
    killed = {mutant.what for mutant in found.mutants} - equivalent
    assert {"ok in x0: 0x0 and 0x1 exchanged", "ok in x0: requested is still there"} <= killed


@pytest.fixture(scope="module")
def rmi() -> Exploration:
    return explore(policy_of("rmi", "rmm_1_0"))


@pytest.mark.slow
def test_of_the_specification_every_kind_is_tried_and_none_survives(rmi: Exploration) -> None:
    found = rmi
    whole = suite(found)
    kinds = whole.adequacy.mutants.kinds
    assert {SIGNED, f"{ENCODING}: masks", f"{ENCODING}: truncation", f"{ENCODING}: sign extension"} <= kinds.keys()
    assert {
        f"{ENCODING}: {kind}" for kind in ("exchanged fields", "shifts", "constants", "the raw request")
    } <= kinds.keys()
    assert sum(kind.survived for kind in kinds.values()) == whole.adequacy.mutants.survived == 0
    least = minimise(found)
    assert suite(found, least.points).adequacy == whole.adequacy
    by_name = {mutant.name: mutant.what for mutant in found.mutants}
    # Well-formed revisions of the RMI fit in 31 bits, and malformed requests are refused before anything is compared.
    assert {by_name[name] for name in found.equivalent if by_name[name].startswith("revisions compared")} == {
        "revisions compared as signed 64-bit numbers",
        "revisions compared as signed 32-bit numbers",
    }


@pytest.mark.slow
@pytest.mark.parametrize("mask", [0x3FFFFFFF, 0x7FFF7FFF, 0xFFFF, 0x7FFF0000, 0xFFFF00FF, 0x7FFF7FFE])
def test_the_smallest_suite_fails_who_masks_what_is_returned(rmi: Exploration, mask: int) -> None:
    made = suite(rmi, minimise(rmi).points)
    for register in ("x1", "x2"):
        words = [test.expect.registers[register] for group in made.groups for test in group.tests]
        returned = [int(word, 16) for word in words if word != "any"]
        assert any(word & mask != word for word in returned)
        assert all(word & 0x7FFFFFFF == word for word in returned)


def test_signed_comparison_matters_where_the_sign_bit_may_be_set() -> None:
    policy = policy_in("""interface I {
        revision { major[63:32] minor[31:0] }
        config own : revision
        input offered : revision in x1
        output ok : bool in x0
    }
    policy p for I { case only otherwise { ok = offered <= own } }""")
    found = explore(policy)
    assert found.survivors == {}
    killed = {name for names in found.kills.values() for name in names}
    for what in ("as signed 64-bit numbers", "as signed 32-bit numbers", "with minor as a signed number"):
        assert wrong(policy, f"revisions compared {what}").name in killed
