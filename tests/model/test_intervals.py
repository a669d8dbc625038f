"""Intervals without quantifiers: what is said of their ends means what was said of all their revisions."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from parley.model.cutoff import Cutoffs
from parley.model.evaluate import Compiler
from parley.model.instance import Range, read_range, show_range
from parley.model.queries import Answers, Holds
from parley.model.set_outputs import range_named, range_within, same_range
from parley.model.smt import bits
from parley.model.smt.digits import Digits
from parley.model.smt.terms import Terms
from parley.model.witnesses import LeavesFragment
from parley.spec import core
from parley.spec.checked import CheckedPolicy
from parley.spec.intervals import Intervals
from parley.spec.load import Loader
from parley.spec.source import Source
from parley.spec.words import Field, Format

LAYOUTS = {
    "gaps": [("top", 7, 7, True), ("major", 6, 5, False), ("gap", 4, 4, True), ("minor", 3, 2, False), ("low", 1, 1, True), ("patch", 0, 0, False)],
    "high": [("major", 7, 6, False), ("gap", 5, 3, True), ("minor", 2, 0, False)],
    "low": [("major", 7, 4, False), ("minor", 3, 1, False), ("low", 0, 0, True)],
}  # fmt: skip


def format_of(layout: str) -> Format:
    return Format(tuple(Field(*field) for field in LAYOUTS[layout]))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_nearest_well_formed_words_are_found(layout: str) -> None:
    format_ = format_of(layout)
    formed = [word for word in range(256) if format_.well_formed(word)]
    terms = Terms()
    words = Digits(terms, format_, bits.cuts_of(format_, []))
    cut = words.cut
    for word in range(256):
        below, above = [one for one in formed if one <= word], [one for one in formed if one >= word]
        assert format_.at_most(word) == below[-1]
        assert format_.at_least(word) == (above[0] if above else None)
        for strict in (False, True):
            known = cut(bits.constant(word))
            lower = [one for one in below if one < word or not strict]
            higher = [one for one in above if one > word or not strict]
            for (found, exists), expected in (
                (words.below(known, strict=strict), lower[-1:]),
                (words.above(known, strict=strict), higher[:1]),
            ):
                assert (exists is terms.true) == bool(expected), (word, strict)
                assert exists in (terms.true, terms.false)
                assert not expected or found.known == expected[0], (word, strict)


def policy_of(claim: str, kind: str = "range") -> CheckedPolicy:
    loader = Loader()
    text = f"""interface I {{
        revision {{ reserved[63:5] zero major[4:3] gap[2] zero minor[1:0] }}
        config supported : {kind} of revision
        config other : range of revision
        config few : set of revision
        input requested : revision
        input wanted : revision
        output lower : revision
    }}
    policy p for I {{
        case only otherwise {{ lower = requested }}
        invariant claim: {claim}
    }}"""
    program = loader.load_source(Source("test.parley", text), Path("test.parley"))
    assert program is not None, [problem.message for problem in loader.problems]
    return program.policies["p"]


DECIDED = (
    "every r in supported: r > requested",
    "every r in supported: not r <= requested or r == wanted",
    "no r in supported: requested < r and r < wanted",
    "some r in supported: r < requested and r != wanted",
    "every r in supported: r in other",
    "supported == other",
    "every r in supported: r in other iff r < requested",
    "every r in supported: r in few implies r == requested",
    "every r in supported: r in {1.0, requested}",
    "every r in supported: r.major <= requested.major",
    "no r in supported: r.major == requested.minor and r > wanted",
    "every r in supported: some s in other: s <= r",
    "every r in supported: (if requested in other then r < requested else r > wanted)",
    "every r in (if requested == wanted then supported else few): r < requested",
    "max r in supported where r < requested > wanted",
    "min r in supported where r > requested and r <= wanted > lower",
    "max r in supported where r in few == requested",
    "(max r in supported where r == requested or r < wanted) == lower",
    "(min r in other where r.major > requested.major) in supported",
    "every r in requested..wanted: r > lower",
    "max (if requested == wanted then supported else few) == requested",
    "(max r in supported where requested in other) == wanted",
    "every r in max supported..2.0: r in other",
    "some r in supported: r.minor == requested.minor and r > wanted",
    "no r in supported: r.minor == 0",
    "every r in supported: r.minor == 1 implies r < requested",
    "max r in supported where r.minor == 2 and r < requested > wanted",
    "min r in supported where r.minor == 2 and r > requested > wanted",
    "(max r in supported where r.minor == requested.major) in other",
)


def bracketed(claim: str) -> str:
    """A choice on the left of a comparison stands in brackets."""
    if not claim.startswith(("max r", "min r")):
        return claim
    cut = claim.rindex(" == " if " == " in claim[-14:] else " > ")
    return f"({claim[:cut]}){claim[cut:]}"


@pytest.mark.parametrize("claim", [bracketed(claim) for claim in DECIDED])
def test_what_compares_is_decided_and_means_the_same(claim: str) -> None:
    policy = policy_of(claim)
    whole = policy.elaboration.of(policy.invariants[-1].statement.formula)
    said = policy.intervals.of(whole)
    for truth in (True, False):
        # In the fragment both ways, so nothing is left to the solver's quantifiers.
        Cutoffs(policy).of((Answers(), Holds(whole, truth)))
    compiler = Compiler(policy.interface.format)
    codes = compiler.compile(whole), compiler.compile(said)
    random = Random(claim)
    format_ = policy.interface.format
    formed = [word for word in range(32) if format_.well_formed(word)]
    spans: list[Any] = [(), *(Range(*sorted(pair)) for pair in product(formed, repeat=2))]
    truths: set[bool] = set()
    for _ in range(300):
        values = {
            "supported": random.choice(spans),
            "other": random.choice(spans),
            "few": tuple(sorted(random.sample(formed, random.randrange(4)))),
            **{name: random.choice([*range(40), 1 << 40]) for name in ("requested", "wanted", "lower")},
        }
        slots: list[Any] = [None] * compiler.size
        for name, place in compiler.slots.items():
            slots[place] = values[name]
        found = [code(slots) for code in codes]
        assert found[0] == found[1], values
        truths.add(found[0])
    assert truths == {True, False}


@pytest.mark.parametrize(
    ("claim", "truth"),
    [
        ("every r in supported: r.minor < 2", True),
        ("(max r in supported where r not in few) == lower", False),
        ("(max r in supported where r not in few) == lower", True),
    ],
)
def test_what_says_more_keeps_its_quantifier(claim: str, truth: bool) -> None:
    policy = policy_of(claim)
    whole = policy.elaboration.of(policy.invariants[-1].statement.formula)
    with pytest.raises(LeavesFragment, match="range"):
        Cutoffs(policy).of((Answers(), Holds(whole, truth)))


def test_a_formula_without_a_range_is_left_as_it_is() -> None:
    policy = policy_of("every r in supported: r > requested", "set")
    whole = policy.elaboration.of(policy.invariants[-1].statement.formula)
    assert isinstance(whole, core.Not)
    assert policy.intervals.of(whole) is whole
    nodes = policy.elaboration.nodes
    assert Intervals(nodes, policy.interface.format, frozenset()).of(whole) is whole


def test_ranges_are_written_as_they_are_read() -> None:
    format_ = policy_of("true").interface.format
    for word in ("0.0..1.1", "1.0..1.0", "{}"):
        assert show_range(format_, read_range(format_, word)) == word
    assert read_range(format_, "") == ()
    assert read_range(format_, "1.0 .. 1.1") == Range(8, 9)
    for wrong in ("1.0", "1.1..1.0", "1.0..0x4", "1.0..x", ".."):
        with pytest.raises(ValueError, match=r"[a-z]"):
            read_range(format_, wrong)


def test_an_interval_goes_from_its_first_to_its_last_well_formed_revision() -> None:
    policy = policy_of("true")
    nodes, format_ = policy.elaboration.nodes, policy.interface.format
    compiler = Compiler(format_)
    code = compiler.compile(nodes.interval(nodes.variable("requested"), nodes.variable("wanted")))
    slots: list[Any] = [None] * compiler.size
    # 4 to 7, and from 12 to 15, have a reserved bit; so has all from 32 on.
    for low, high in product(range(40), repeat=2):
        slots[compiler.slots["requested"]], slots[compiler.slots["wanted"]] = low, high
        among = [word for word in range(low, high + 1) if word < 32 and not word & 4]
        assert code(slots) == (Range(among[0], among[-1]) if among else ()), (low, high)


def test_ranges_are_compared_by_their_revisions() -> None:
    policy = policy_of("true")
    nodes, format_ = policy.elaboration.nodes, policy.interface.format
    written = nodes.interval(nodes.variable("requested"), nodes.variable("wanted"))
    one, other = range_named(nodes, "supported"), range_named(nodes, "other")
    compiler = Compiler(format_)
    same = [compiler.compile(same_range(nodes, one, against)) for against in (other, written)]
    within = [compiler.compile(range_within(nodes, one, against)) for against in (other, written)]
    # Between two revisions, at none, and at one that is malformed.
    ends = (0, 3, 4, 8, 9, 31, 32)
    formed = [word for word in ends if format_.well_formed(word)]
    spans: list[Any] = [(), *(Range(low, high) for low, high in product(formed, repeat=2) if low <= high)]
    slots: list[Any] = [None] * compiler.size

    def revisions(low: int, high: int) -> list[int]:
        return [word for word in range(low, high + 1) if format_.well_formed(word)]

    def put(name: str, value: object) -> None:
        slots[compiler.slots[name]] = value

    for span, low, high in product(spans, ends, ends):
        put("supported", span)
        put("requested", low)
        put("wanted", high)
        mine, theirs = revisions(span.low, span.high) if span else [], revisions(low, high)
        assert same[1](slots) == (mine == theirs), (span, low, high)
        assert within[1](slots) == ({*mine} <= {*theirs}), (span, low, high)
    for span, against in product(spans, spans):
        put("supported", span)
        put("other", against)
        mine = revisions(span.low, span.high) if span else []
        theirs = revisions(against.low, against.high) if against else []
        assert same[0](slots) == (mine == theirs), (span, against)
        assert within[0](slots) == ({*mine} <= {*theirs}), (span, against)
