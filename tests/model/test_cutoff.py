"""The cutoff: how many revisions decide a formula."""

from __future__ import annotations

from pathlib import Path

import pytest
from parley.model import witnesses
from parley.model.branches import Branches
from parley.model.cutoff import Cutoffs
from parley.model.queries import Answers, Disallowed, Given, Holds, NoAdmissibleOutput
from parley.model.witnesses import LeavesFragment
from parley.spec.checked import CheckedPolicy
from parley.spec.core import Core
from parley.spec.load import Loader
from parley.spec.source import Source


def policy_of(claim: str, more: str = "") -> CheckedPolicy:
    text = f"""interface I {{
        revision {{ reserved[63:31] zero major[30:16] minor[15:0] }}
        config supported : set of revision
        config other : set of revision
        config flag : bool
        input requested : revision
        output lower : revision
        define newest(s) = max s
        define below(a) = some r in supported: r < a
        {more}
    }}
    policy p for I {{
        case always otherwise {{ lower = requested }}
        invariant claim: {claim}
    }}"""
    loader = Loader()
    program = loader.load_source(Source("c", text), Path("c"))
    assert program is not None, loader.problems
    return program.policies["p"]


def sizes(claim: str, more: str = "") -> tuple[int, int]:
    """The cutoffs of `supported` and `other` for the claim's negation."""
    policy = policy_of(claim, more)
    found = Cutoffs(policy).of(
        (Answers(), Holds(policy.elaboration.of(policy.invariants[-1].statement.formula), truth=False))
    )
    return found["supported"], found["other"]


def test_lists_in_lists_are_not_gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bug: of three lists of 64 in each other, all ways were looked at, to find that they ask for nothing."""
    listed = "{" + ", ".join(f"1.{minor}" for minor in range(12)) + "}"
    nested = f"every a in {listed}: every b in {listed}: every c in {listed}: a < b and b < c implies a < c"
    claim = f"requested in supported implies ({nested})"
    counted: list[Core] = []
    really = witnesses.of_formula

    def counting(node: Core, truth: bool, scope: witnesses.Scope) -> Branches:
        counted.append(node)
        return really(node, truth, scope)

    monkeypatch.setattr(witnesses, "of_formula", counting)
    assert sizes(claim) == (1, 0)
    assert 0 < len(counted) < 12


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("requested == lower", (0, 0)),
        ("supported is not empty", (0, 0)),
        ("supported is empty", (1, 0)),
        ("no r in supported: r < requested", (1, 0)),
        ("some r in supported: r < requested", (0, 0)),
        ("every r in supported: r < requested", (1, 0)),
        ("requested not in supported", (1, 0)),
        ("requested in supported", (0, 0)),
        ("max supported == lower", (1, 0)),
        # The same choice twice is one witness; different ones are two.
        ("max supported == lower or max supported < lower", (1, 0)),
        ("max supported == min supported", (2, 0)),
        ("not ((some r in supported: r < requested) and (some q in supported: q < requested))", (1, 0)),
        ("not ((some r in supported: r < requested) and (some q in supported: q > requested))", (2, 0)),
        # Of alternatives, the larger one counts.
        ("not ((some r in supported: r < lower) or (some q in supported: q > lower))", (1, 0)),
        # `some` is met by the `max` of the same condition, and emptiness by anything.
        ("(some r in supported: r < requested) implies lower == max r in supported where r < requested", (1, 0)),
        ("supported is not empty implies max supported == lower", (1, 0)),
        ("max supported == max other", (1, 1)),
        ("(if flag then supported else other) is empty", (1, 1)),
        ("newest(supported) == newest(other)", (1, 1)),
        ("not (below(requested) and below(lower))", (2, 0)),
        ("every r in supported: r in {1.0, 1.1, 2.0}", (1, 0)),
        ("not (1.0 in supported and 1.1 in supported and 1.2 in supported)", (3, 0)),
        ("not (every k in {1.0, 1.1}: some r in supported: r > k)", (2, 0)),
        ("no r in 1.0..2.0: r in supported", (1, 0)),
        # Beneath an `every`, different elements may take different alternatives: both witnesses are wanted.
        ("some r in supported: r < lower and not ((some q in supported: q > lower) or max other > lower)", (1, 1)),
        ("(some r in supported: some q in supported: r < q) implies lower == requested", (2, 0)),
        ("(requested in supported) iff (lower in other)", (1, 1)),
        # The one that is chosen keeps the others out: they are below it, whether or not they meet the condition.
        ("(max x in {requested, lower} where x in supported) == lower", (1, 0)),
        ("flag == (some r in supported: r < lower)", (1, 0)),
        # Of elements of one set it may be said that they are in another, which then keeps them as well.
        ("some r in other: r not in supported", (0, 0)),
        ("1.0 in other implies some r in other: r not in supported", (1, 1)),
        ("other != supported", (0, 0)),
        ("other == supported implies (1.0 in other implies lower == max supported)", (2, 2)),
        ("1.0 in other and other == supported implies 1.1 not in supported", (2, 2)),
        ("max other == max r in other where r not in supported", (2, 2)),
        ("lower == if some r in supported: r < lower then requested else lower", (1, 0)),
        # What decides is wanted either way, each with its own: `flag` needs none, and both ways ask for one here.
        ("if some r in supported: r < lower then flag else requested == lower", (1, 0)),
        ("if no r in supported: r < lower then flag else requested == lower", (1, 0)),
        ("if some r in supported: r < lower then no q in other: q < lower else no q in supported: q > lower", (1, 1)),
    ],
)
def test_the_cutoff_of_a_negated_claim(claim: str, expected: tuple[int, int]) -> None:
    """semantics.md, "The cutoff"; identical choices share their witness."""
    assert sizes(claim) == expected


@pytest.mark.parametrize(
    ("claim", "part"),
    [
        ("some r in supported: every q in supported: q <= r", "depends"),
        ("some r in supported: r != max q in supported where q < r", "depends"),
        ("every r in 1.0..2.0: r in supported", ""),
        ("some r in 1.0..2.0: r in supported", ""),
        ("every r in 1.0..2.0: r <= lower", ""),
        ("some r in 1.0..2.0: r.minor == 1 and r not in supported", "range"),
        ("some r in other: r with { minor = 0 } not in supported", "depends"),
        ("some r in other: some q in {r}: q not in supported", "depends"),
    ],
)
def test_what_leaves_the_fragment_is_told(claim: str, part: str) -> None:
    policy = policy_of(claim)
    goals = (Answers(), Holds(policy.elaboration.of(policy.invariants[-1].statement.formula), truth=False))
    if not part:
        assert Cutoffs(policy).of(goals)["supported"] == 0
        return
    with pytest.raises(LeavesFragment, match=part):
        Cutoffs(policy).of(goals)


def test_formulas_that_ask_for_the_same_in_other_ways_may_ask_for_all_of_it() -> None:
    # Of too many branches to tell apart; one formula wants what the other does not, for one and the same request.
    many = range(70)

    def ways(turn: int) -> str:
        asked = (f"requested.minor == {at} and some r in supported: r.minor == {(at + turn) % 70}" for at in many)
        return " or ".join(f"({way})" for way in asked)

    assert sizes(f"not (({ways(0)}) and ({ways(1)}))") == (2, 0)


def test_each_ensure_asks_for_its_own() -> None:
    """Bug: formulas that were freed one after the other shared what was remembered of the first (a false *proved*)."""
    revisions = [f"{major}.{minor}" for major in range(4) for minor in range(2)]
    ensures = "\n".join(f"ensure x == {r} implies {r} not in supported" for r in revisions)
    text = f"""interface I {{
        revision {{ reserved[63:3] zero major[2:1] minor[0:0] }}
        config supported : set of revision
        input requested : revision
        output x : revision
    }}
    policy p for I {{ case only otherwise {{ x = any ensure x.reserved == 0 {ensures} }} }}"""
    program = Loader().load_source(Source("c", text), Path("c"))
    assert program is not None
    assert Cutoffs(program.policies["p"]).of((NoAdmissibleOutput(),)) == {"supported": 8}


def test_an_output_is_another_one_for_another_choice_of_an_open_set() -> None:
    """Bug: what reads `lower` shared its witnesses for all that `offered` is tried with (a false *proved*)."""
    some = " and ".join(f"(some r in supported: r.major == lower.minor and r.minor == {n})" for n in (1, 2, 3))
    text = f"""interface I {{
        revision {{ reserved[63:31] zero major[30:16] minor[15:0] }}
        config supported : set of revision
        config other : set of revision
        input requested : revision
        output lower : revision
        output offered : set of revision
    }}
    policy p for I {{
        case only when requested.minor == 7 and (max supported).minor == 8 and (max other).minor == 9 {{
            offered = any
            lower = if offered is empty then requested else max offered
            ensure lower.minor == 7 or lower.minor == 8 or lower.minor == 9
            ensure not ({some})
        }}
        case rest otherwise {{ offered = any lower = requested }}
    }}"""
    program = Loader().load_source(Source("c", text), Path("c"))
    assert program is not None
    # Without an answer are 7.1 to 7.3, 8.1 to 8.3, 9.1 to 9.3, and x.8, in `supported`; 1.9 in `other`; 0.7 `requested`.
    assert Cutoffs(program.policies["p"]).of((NoAdmissibleOutput(),)) == {"supported": 10, "other": 1, "offered": 0}


GIVEN_AND_ANSWERED = """interface I {
    revision { reserved[63:31] zero major[30:16] minor[15:0] }
    config supported : set of revision
    input requested : revision
    output offered : set of revision
}
policy p for I {
    case one when requested in supported { offered = {requested} }
    case rest otherwise { offered = supported }
    invariant newer: no r in offered: r > requested
    invariant full: offered is not empty
}
"""


def test_a_relation_of_a_truth_value_wants_to_know_which_it_is() -> None:
    for kind in ("some", "no"):
        assert sizes(f"near({kind} r in supported: r < lower)", "define near(a)") == (1, 0)


def test_a_set_that_is_answered_is_what_its_case_assigns() -> None:
    program = Loader().load_source(Source("c", GIVEN_AND_ANSWERED), Path("c"))
    assert program is not None
    policy = program.policies["p"]
    newer, full = (policy.elaboration.of(one.statement.formula) for one in policy.invariants)
    cutoffs = Cutoffs(policy)
    # Where the first case answers, that the request is supported; where the other does, what is newer.
    assert cutoffs.of((Answers(), Holds(newer, truth=False)))["supported"] == 1
    assert cutoffs.of((Answers(case=0), Holds(full, truth=True)))["supported"] == 1
    assert cutoffs.of((Answers(case=1), Holds(full, truth=False)))["supported"] == 0
    assert cutoffs.of((Answers(case=1), Holds(full, truth=True)))["supported"] == 1
    assert cutoffs.of((Holds(policy.elaboration.nodes.true, truth=True),))["supported"] == 0


def test_a_set_that_is_given_asks_for_each_of_its_elements() -> None:
    program = Loader().load_source(Source("c", GIVEN_AND_ANSWERED), Path("c"))
    assert program is not None
    policy = program.policies["p"]
    nodes = policy.elaboration.nodes
    three = nodes.listed(tuple(nodes.constant(n, "revision") for n in (1, 2, 3)))
    cutoffs = Cutoffs(policy)
    assert cutoffs.of((Given("supported", three),))["supported"] == 3
    assert cutoffs.of((Given("requested", nodes.constant(1, "revision")),))["supported"] == 0
    # Either of two: the larger one counts, with what decides between them.
    two = nodes.listed(tuple(nodes.constant(n, "revision") for n in (4, 5)))
    either = nodes.choice(nodes.variable("flag"), three, two)
    assert cutoffs.of((Given("supported", either),))["supported"] == 3


def test_what_another_policy_does_not_allow_asks_for_what_keeps_each_of_its_cases_from_it() -> None:
    text = """interface I {
        revision { reserved[63:31] zero major[30:16] minor[15:0] }
        config supported : set of revision
        input requested : revision
        output lower : revision
    }
    policy p for I {
        case below when some r in supported: r < requested { lower = any ensure lower in supported }
        case rest otherwise { lower = max supported }
    }
    policy q for I refines p { case always otherwise { lower = requested } }
    """
    program = Loader().load_source(Source("c", text), Path("c"))
    assert program is not None
    # The first case does not apply, or what it ensures fails: neither asks for anything. The other one does not apply
    # where there is something below the request; or the maximum is another one.
    policy, refined = program.policies["q"], program.policies["p"]
    assert Cutoffs(policy).of((Answers(), Disallowed(refined))) == {"supported": 1}
