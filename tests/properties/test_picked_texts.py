"""Texts made for one step of the product each: cutoffs that need all that is counted, formulas that are remembered.

Verdicts are the oracle's. A hundred random texts overlooked that the step was broken.
"""

from __future__ import annotations

from collections import Counter

import pytest
from oracle.policies import Domains, Situation, parsed, policy_oracles
from parley.model.evaluate_policy import PolicyEvaluator
from parley.model.instance import Instance, Relation, Value
from sampled import one_in

from .comparing import Compared, compare, program_of
from .policies import Generated
from .test_random_policies import exact_sizes

FORMULAS = [
    # The longer way to fail is none: the other one asks for another set.
    "(some r in s: some q in s: r.minor > 1 and q < r) or t is not empty",
    "(max s) < (min s) or (some r in t: r == 1.1)",
    # What is kept in a set by way of another one, and of that by a third.
    "s is not empty and (every x in s: x in t) and (every x in t: x in u)",
    "(some a in s: some b in s: a < b) and (every x in s: x in t) and (every x in t: x in u) and (every x in u: x in s)",
    # The greatest and the least that meet one condition are two.
    "(max r in s where r.minor == 0) != (min r in s where r.minor == 0) and (max r in s where r.minor == 0) in s",
    # Of what is beneath an `every`, different elements take different ways.
    "(every x in t: (x == 0.0 and some r in s: r.minor == 0) or (x == 1.1 and some r in s: r.minor == 1)) "
    "and 0.0 in t and 1.1 in t",
    # A condition that nothing meets is one that fails, and that may ask for more than that it holds.
    "s is not empty and (max r in s where (no q in t: q == 1.1)) not in s",
    # A witness for each element that an `every` goes through: no cutoff is known.
    "0.0 in s and 0.1 in s and every x in s: some y in t: y.minor == x.minor and y.major != x.major",
    # One formula beneath two binders, which asks for something else beneath each.
    "(some x in s: x in t) and (every x in s: x in t) and (max s) != (min s)",
    # An end of a range that is gone through may be a witness itself.
    "0.0 in t and every x in (max t)..1.1: x.minor == 1",
    # Both sides of `iff`, and of a choice between terms.
    "not (s is not empty iff (some r in t: r == 1.0)) and s is empty",
    "(if u is empty then max s else max t) == 1.1 and u is not empty",
    # Of a range, what is not in another one may lie below it; a number may be above all that a field holds.
    "requested > 0.0 and some r in 0.0..1.1: r not in requested..1.1",
    "some r in 1.0..1.1: r.major < requested[1:0]",
]


def text_of(formula: str, more: str = "") -> str:
    return f"""interface I {{
    revision {{ reserved[63:2] zero major[1:1] minor[0:0] }}
    config s : set of revision
    config t : set of revision
    config u : set of revision
    input requested : revision
    output ok : bool
    assume small: requested < 0x4
}}
policy p for I {{
    case c otherwise {{ ok = true }}
    {more}
    invariant i: not ({formula})
}}
"""


@pytest.mark.parametrize("formula", one_in(2, FORMULAS))
def test_a_picked_cutoff_is_large_enough(formula: str) -> None:
    compared = Compared()
    with exact_sizes():
        compare(Generated(text_of(formula), "tiny", loose=False), compared)
    assert compared.wrong == compared.undecided == []
    assert not compared.skipped
    assert compared.verdicts["refuted"] or "> 1" in formula


def verdicts(text: str) -> Counter[str]:
    """The oracle's, where they are the product's."""
    compared = Compared()
    compare(Generated(text, "tiny", loose=False), compared)
    assert compared.wrong == compared.undecided == []
    return compared.verdicts


def test_what_is_asserted_for_one_claim_may_fail_for_another() -> None:
    """`some` is named by a variable where it is asserted, and looked for where it may fail: remembered, each for itself."""
    some = "(some r in s: r > requested and r.minor == 1)"
    sure = "t is not empty and max s > requested and (max s).minor == 1"
    assert verdicts(text_of(f"({some} iff t is empty) and {sure}", f"invariant j: not {some}"))["refuted"]


@pytest.mark.parametrize(("kind", "sign"), [("min", ">"), ("max", "<")])
def test_an_extremum_may_depend_on_what_is_left_open(kind: str, sign: str) -> None:
    """Beneath the solver's quantifier over an open output, it is spelled out."""
    head, _, _ = text_of("true").partition("policy")
    assert not verdicts(f"""{head.replace("output ok : bool", "output lower : revision")}policy p for I {{
        case c otherwise {{
            lower = any
            ensure lower in s and ({kind} r in s where r {sign} lower) == 0.1
        }}
    assume two: 0.0 in s and 0.1 in s and 1.1 in s
}}
""")["refuted"]


def test_no_relation_holds_of_what_has_no_value() -> None:
    """One that holds of everything, to the evaluator and to the oracle: the solver's seldom do."""
    text = text_of("near(requested) and not near(max t)").replace("    assume", "    define near(a)\n    assume")
    evaluator = PolicyEvaluator(program_of(text).policies["p"])
    claim = evaluator.formula(evaluator.policy.invariants[0].statement.formula)
    (oracle,) = policy_oracles(parsed(text), Domains((0, 1, 2, 3), (0, 1, 2, 3))).values()
    fails = oracle.questions["i"].fails
    assert fails is not None
    for t in ((), (1,)):
        near = {"near": Relation(default=True)}
        given: dict[str, Value] = {"s": (), "t": t, "u": ()}
        slots, theirs = evaluator.slots(Instance(given, {"requested": 1}, near)), oracle.meanings.slots()
        for name, value in {**given, "requested": 1}.items():
            theirs[oracle.meanings.free[name]] = value
        oracle.meanings.choices.given = dict(near)
        assert claim(slots) is not fails(Situation(oracle.meaning, theirs))
        assert claim(slots) is (t != ())


def test_the_last_of_a_range_is_well_formed_where_its_end_is_not() -> None:
    head, _, _ = text_of("true").partition("policy")
    assert not verdicts(f"""{head.replace("output ok : bool", "output listed : range of revision")}policy p for I {{
        case c otherwise {{ listed = 0.0..0x7 }}
        invariant i: max listed == 1.1
}}
""")["refuted"]


@pytest.mark.slow
def test_what_is_ensured_of_two_outputs_waits_for_both() -> None:
    head, _, _ = text_of("true").partition("policy")
    assert not verdicts(f"""{head.replace("output ok : bool", "output lower : revision output higher : revision")}policy p for I {{
        case c otherwise {{ lower = any higher = any ensure lower < higher and higher <= 1.1 }}
        invariant i: lower < 1.1
}}
""")["refuted"]


def test_what_has_no_value_counts_only_where_what_is_ensured_holds() -> None:
    """Of the values of `lower` that leave `higher` without one, none is an answer."""
    head, _, _ = text_of("true").partition("policy")
    assert not verdicts(f"""{head.replace("output ok : bool", "output lower : revision output higher : revision")}policy p for I {{
        assume some_: s is not empty
        case c otherwise {{ lower = any higher = max r in s where r <= lower ensure lower in s }}
}}
""")["refuted"]


@pytest.mark.slow
def test_runs_are_left_out_for_their_requests_and_nothing_is_preferred_to_what_has_no_value() -> None:
    head, _, _ = text_of("true").partition("policy")
    interface = head.replace("output ok : bool", "output ok : bool output lower : revision").replace("< 0x4", "< 1.1")
    assert not verdicts(f"""{interface}policy p for I {{
        assume some_: s is not empty
        case c otherwise {{ ok = requested in s lower = max s }}
}}
host h for I {{
    knows 1.0, 1.1
    start request 1.0
    on ok                 => accept requested
    on lower > requested  => request lower
    otherwise             => give up
}}
session n : h with p {{
    property early: accepted implies agreed == 1.0
    property valued: accepted implies not prefers(1.0, max r in t where r != r)
}}
host g for I {{
    knows any
    start request max known
    on ok     => accept requested
    otherwise => give up
}}
session m : g with p {{
    property low: accepted implies agreed <= 1.0
}}
""")["refuted"]


def test_what_is_ensured_asks_for_revisions() -> None:
    head, _, _ = text_of("true").partition("policy")
    with exact_sizes():
        assert verdicts(f"""{head.replace("output ok : bool", "output lower : revision")}policy p for I {{
            case c otherwise {{ lower = any ensure lower in t and lower in u }}
            invariant i: s is empty
}}
""")["refuted"]


@pytest.mark.slow
def test_a_run_that_goes_round_has_no_last_reply() -> None:
    head, _, _ = text_of("true").partition("policy")
    found = verdicts(f"""{head}policy p for I {{
        case c otherwise {{ ok = requested in s }}
}}
host h for I {{
    knows 1.0, 1.1
    start request 1.0
    on ok     => request requested
    otherwise => give up
}}
session n : h with p {{
    property quiet: not ok
    expect refuted terminates "it asks again"
}}
""")
    assert found["refuted"] == 1


@pytest.mark.slow
def test_no_choice_of_what_is_left_open_may_be_an_answer_beside_many_revisions_only() -> None:
    head, _, _ = text_of("true").partition("policy")
    with exact_sizes():
        assert verdicts(f"""{head.replace("output ok : bool", "output lower : revision")}policy p for I {{
            case c otherwise {{ lower = any ensure lower not in s and lower <= 1.1 }}
}}
""")["refuted"]


@pytest.mark.slow
def test_that_a_case_of_the_other_policy_does_not_apply_asks_for_revisions() -> None:
    head, _, _ = text_of("true").partition("policy")
    with exact_sizes():
        assert verdicts(f"""{head}policy q for I {{
            case a when no r in t: r == 1.1 {{ ok = true }}
            case b otherwise {{ ok = false }}
}}
policy p for I refines q {{
    case c otherwise {{ ok = true }}
}}
""")["refuted"]


@pytest.mark.slow
def test_a_set_in_a_reply_is_that_of_the_first_case_that_applies() -> None:
    head, _, _ = text_of("true").partition("policy")
    assert not verdicts(f"""{head.replace("output ok : bool", "output offered : set of revision")}policy p for I {{
        case a when requested in s {{ offered = {{1.0}} }}
        case b otherwise {{ offered = {{}} }}
}}
host h for I {{
    knows 1.0
    start request 1.0
    on 1.0 in offered => accept requested
    otherwise         => give up
}}
session n : h with p {{
    property finds: 1.0 in s implies accepted
}}
""")["refuted"]


@pytest.mark.slow
def test_each_policy_of_a_refinement_reads_its_own_defines() -> None:
    head, _, _ = text_of("true").partition("policy")
    assert not verdicts(f"""{head}policy q for I {{
        define far(r) = r < 1.0
        case a when far(requested) {{ ok = true }}
        case b otherwise {{ ok = false }}
}}
policy p for I refines q {{
    define far(r) = r > 0.1
    case a when far(requested) {{ ok = false }}
    case b otherwise {{ ok = true }}
}}
""")["refuted"]


@pytest.mark.slow
def test_what_the_other_policy_ensures_is_looked_for_among_all() -> None:
    head, _, _ = text_of("true").partition("policy")
    assert not verdicts(f"""{head.replace("output ok : bool", "output lower : revision")}policy q for I {{
        assume some_: s is not empty
        case a otherwise {{ lower = any ensure some r in s: r <= lower and r >= lower }}
}}
policy p for I refines q {{
    assume some_: s is not empty
    case c otherwise {{ lower = max s }}
}}
""")["refuted"]


def test_a_revision_of_a_range_that_is_said_to_be_another_is_in_the_range() -> None:
    assert not verdicts(text_of("requested > 0.1 and some r in 0.0..0.1: r == requested and r.minor == 1"))["refuted"]
