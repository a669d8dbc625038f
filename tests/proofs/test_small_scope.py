"""The small scope: what it costs has a bound, what it leaves out is said, and no claim suffers from another."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import tracemalloc
from itertools import islice, product
from math import prod
from pathlib import Path
from unittest.mock import patch

import pytest
from checking import HEAD, outcomes
from msgspec.structs import replace
from parley.model.evaluate_session import SessionEvaluator
from parley.model.instance import Range
from parley.model.query_evaluation import QueryEvaluator
from parley.model.representatives import TooMany
from parley.model.work import OutOfWork, Work
from parley.proofs.claims import claims_of, claims_of_session
from parley.proofs.prove import prove
from parley.proofs.questions import questions_of
from parley.proofs.sessions import prove_session
from parley.proofs.small_scope.drawn import rows
from parley.proofs.small_scope.policies import LEAST_WORK, MOST_ANSWERS, MOST_INSTANCES, MOST_WORK, SmallScope
from parley.proofs.small_scope.sessions import MOST_CONFIGURATIONS, SessionScope
from parley.proofs.small_scope.walk import Walk, together
from parley.proofs.verdict import Counterexample
from parley.spec.checked import CheckedPolicy, CheckedSession
from parley.spec.load import Loader
from parley.spec.source import Source

# Each loop looks at the variables of all around it: else it would be gone through once for many of their values.
NESTED = (
    "".join(f"every a{at} in supported: " for at in range(12))
    + f"({' or '.join(f'a{at} < a11' for at in range(11))} or requested == requested)"
)
WIDE = {
    "bools": "".join(f"config b{at} : bool\n" for at in range(40)),
    "sets": "".join(f"config s{at} : set of revision\n" for at in range(12)),
    "revisions": "".join(f"config r{at} : revision\n" for at in range(20)),
    "inputs": "".join(f"input i{at} : revision\n" for at in range(15)),
    "relations": "".join(f"define f{at}(a, b)\n" for at in range(12)),
}
ONLY = "case only otherwise { status = OK lower = requested with { reserved = 0 } }"


def policy_of(text: str) -> CheckedPolicy:
    loader = Loader()
    program = loader.load_source(Source("t.parley", text), Path("t.parley"))
    assert program is not None, [problem.message for problem in loader.problems]
    return program.own_policies[0]


def walked(text: str) -> tuple[SmallScope, dict[str, bool]]:
    """The walk of a policy's small scope, and for each claim whether it was complete."""
    policy = policy_of(text)
    claims = claims_of(policy, [])
    scope = SmallScope(QueryEvaluator(policy), claims)
    wanted = [goals for c in claims for goals in questions_of(c).all]
    names = [c.name for c in claims for _ in questions_of(c).all]
    scope.first(wanted)
    complete: dict[str, bool] = {}
    for name, walk in zip(names, scope.walks, strict=True):
        complete[name] = complete.get(name, True) and walk.complete
    return scope, complete


@pytest.mark.slow
@pytest.mark.parametrize("many", WIDE)
def test_what_is_walked_does_not_grow_with_the_variables(many: str) -> None:
    asked = "f0(lower, requested) or f11(lower, lower)" if many == "relations" else "lower == requested"
    tracemalloc.start()
    scope, complete = walked(f"{HEAD}{WIDE[many]}}}\npolicy p for I {{ {ONLY} invariant i: {asked} }}")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 100 < scope.instances <= MOST_INSTANCES * (64 if many == "relations" else 1)
    assert many == "relations" or not complete["i"]
    assert peak < 60_000_000


def test_answers_are_drawn_where_many_outputs_are_open() -> None:
    opened = "".join(f"output o{at} : revision\n" for at in range(8))
    text = f"{HEAD}{opened}}}\npolicy p for I {{ case only otherwise {{ status = OK lower = any "
    text += "".join(f"o{at} = any " for at in range(8)) + "ensure o3 in supported }\n"
    refuted = text + "invariant i: o1 == o5 or o1 == o6 or o3 != o2 }"
    scope, complete = walked(text + "invariant i: o3 in supported }")
    assert scope.answers <= MOST_ANSWERS * scope.instances
    assert scope.answers > 10 * scope.instances
    assert not complete["i"]
    # Drawn anew for each instance, they find what no answer in order would come to.
    policy = policy_of(refuted)
    (claim,) = [claim for claim in claims_of(policy, []) if claim.name == "i"]
    assert SmallScope(QueryEvaluator(policy), [claim]).first([*questions_of(claim).counter])[0] is not None


def test_a_costly_claim_takes_only_its_own_second_opinion() -> None:
    text = f"{HEAD}}}\npolicy p for I {{ {ONLY} invariant nested: {NESTED} invariant easy: lower == lower }}"
    scope, complete = walked(text)
    assert not complete["nested"]
    assert complete["easy"]
    assert complete["total"]
    assert scope.evaluator.work.done < 3 * (MOST_WORK + LEAST_WORK)


def test_a_costly_guard_ends_the_walk() -> None:
    text = f"{HEAD}}}\npolicy p for I {{ case a when {NESTED} "
    text += (
        "{ status = BAD lower = 1.0 } case only otherwise { status = OK lower = 1.0 } invariant easy: lower == 1.0 }"
    )
    scope, complete = walked(text)
    assert not complete["easy"]
    assert scope.evaluator.work.done < 3 * MOST_WORK


def test_a_counterexample_is_found_among_many_variables() -> None:
    text = f"{HEAD}{WIDE['bools']}}}\npolicy p for I {{ {ONLY} invariant i: not (b3 and b37) }}"
    policy = policy_of(text)
    (found,) = prove(policy, [claim for claim in claims_of(policy, []) if claim.name == "i"])
    assert found.verdict == "refuted"
    assert isinstance(found.counterexample, Counterexample)
    config = found.counterexample.example.instance.config
    assert [name for name, value in config.items() if value is True] == ["b3", "b37"]
    assert found.small_scope is not None
    assert not found.small_scope.complete


def test_what_fits_is_walked_in_full_and_said_so() -> None:
    found = outcomes(f"{HEAD}}}\npolicy p for I {{ {ONLY} invariant i: lower.major == requested.major }}")["p.i"]
    assert found.verdict == "proved"
    assert found.small_scope is not None
    assert found.small_scope.complete
    assert found.small_scope.walked > 100


TINY = """interface I {
    revision { major[1] minor[0] }
    config supported : set of revision
    config flag : bool
    input requested : revision
    output lower : revision
    define near(a)
}
policy p for I {
    case only otherwise { lower = requested }
    invariant always: flag or lower == requested
    invariant raised: flag
    invariant lowered: not flag
    invariant with_all: not (supported == {0.0, 0.1, 1.0, 1.1} and flag and requested == 1.1)
    invariant far: not near(1.1)
    invariant not_far: near(1.1)
    invariant between: not (near(1.1) and not near(1.0) and near(0.1))
}
"""


def test_a_tiny_scope_is_walked_to_its_end_or_to_an_example() -> None:
    """Sixteen sets, two truth values and four requests."""
    policy = policy_of(TINY.replace("    define near(a)\n", "").split("    invariant far")[0] + "}")
    claims = {claim.name: claim for claim in claims_of(policy, [])}
    scope = SmallScope(QueryEvaluator(policy), [*claims.values()])
    names = ("always", "raised", "lowered", "with_all")
    found = scope.first([questions_of(claims[name]).counter[0] for name in names])
    assert scope.walks[0] == Walk(128, complete=True)
    assert [one is None or one.instance.config["flag"] for one in found] == [True, False, True, True]
    # The empty set comes first, and the whole one last; `complete` is what was looked at up to there.
    assert [one is None or one.instance.size for one in found] == [True, 0, 0, 4]
    assert [0 < walk.walked <= 8 for walk in scope.walks] == [False, True, True, False]
    assert 120 <= scope.walks[3].walked <= 128
    # Of what can be, one question; of what is always so, how it fails, and each premise.
    assert scope.share == MOST_WORK // (1 + 2 + 1 + 3 + 2 + 4 * 2)


def test_relations_that_nobody_gives_a_body_are_tried_both_ways() -> None:
    policy = policy_of(TINY)
    claims = {claim.name: claim for claim in claims_of(policy, [])}
    scope = SmallScope(QueryEvaluator(policy), [*claims.values()])
    found = scope.first([questions_of(claims[name]).counter[0] for name in ("far", "not_far", "between")])
    near = [None if one is None else [one.instance.relations["near"](word) for word in (3, 2, 1)] for one in found]
    assert [None if one is None else one[0] for one in near] == [True, False, True]
    assert near[2] == [True, False, True]


def test_relations_that_are_not_all_tried_are_said_to_be_left_out() -> None:
    """Of two revisions there are sixteen relations at most; of three or four, more than are tried."""
    text = TINY.replace("near(a)", "near(a, b)").split("    invariant")[0].replace("config flag : bool", "")
    for near, complete in (("near(a, 0.1) or not near(a, 0.1)", True), ("near(a, b) or not near(a, b)", False)):
        policy = policy_of(f"{text}    invariant i: every a in supported: every b in supported: {near}\n}}")
        scope = SmallScope(QueryEvaluator(policy), [])
        (claim,) = [one for one in claims_of(policy, []) if one.name == "i"]
        assert scope.first([*questions_of(claim).counter]) == [None]
        assert scope.walks[0].complete == complete


def test_as_many_revisions_are_tried_as_the_limit_allows() -> None:
    more = [f"config s{at} : set of revision " for at in range(3)]
    found = [
        SmallScope(QueryEvaluator(policy_of(f"{HEAD}{''.join(more[:n])}}} policy p for I {{ {ONLY} }}")), [])
        for n in (0, 1, 2)
    ]
    assert [len(scope.revisions) for scope in found] == [5, 4, 2]
    for scope in found:
        assert prod(map(len, scope._choices(scope.revisions, scope.inputs))) <= MOST_INSTANCES


@pytest.mark.parametrize(("knows", "count"), [("any", 16 * 2 * 15), ("1.0", 16 * 2), ("any up to 2", 16 * 2 * 10)])
def test_a_tiny_scope_of_a_session_is_walked_to_its_end(knows: str, count: int) -> None:
    host = f"host h for I {{ knows {knows} start request max known otherwise => give up }} session s : h with p {{ }}"
    text = TINY.replace("    define near(a)\n", "").split("    invariant")[0] + "}\n" + host
    program = Loader().load_source(Source("t.parley", text), Path("t.parley"))
    assert program is not None
    scope = SessionScope(SessionEvaluator(program.own_sessions[0]), [])
    scope.first([lambda _, __: False])
    assert scope.walk == Walk(count, complete=True)
    # One instance more than are tried leaves something out; and as many as that are all.
    for most in (count - 1, count):
        again = SessionScope(SessionEvaluator(program.own_sessions[0]), [])
        with patch("parley.proofs.small_scope.sessions.MOST_CONFIGURATIONS", most):
            next(again.instances())
        assert again.complete == (most == count)


def test_runs_may_be_long_where_little_or_all_of_a_list_is_supported() -> None:
    """One variable at a time, the others being all of the list: 0.1 and 1.0, which lie between 0.0 and 1.1."""
    text = TINY.replace("    define near(a)\n", "").split("    invariant")[0] + "}\n"
    text = text.replace("config flag : bool", "config window : range of revision config least : revision")
    text += "host h for I { knows 1.0, 0.1 start request max known otherwise => give up } session s : h with p { }"
    program = Loader().load_source(Source("t.parley", text), Path("t.parley"))
    assert program is not None
    found = [*SessionScope(SessionEvaluator(program.own_sessions[0]), []).far()]
    whole, both = (1, 2), Range(1, 2)
    sets = [(0,), (1,), (2,), (3,), (0, 3), (1, 3), (2, 3), whole, (2,), (1,), ()]
    ranges = [*(Range(word, word) for word in (0, 1, 2, 3)), both, Range(1, 3)]
    rows = [(one.config["supported"], one.config["window"], one.config["least"]) for one in found]
    assert rows == [
        *((one, both, least) for one in sets for least in (1, 2)),
        *((whole, one, least) for one in ranges for least in (1, 2)),
    ]


@pytest.mark.parametrize(
    ("knows", "more", "count"),
    [
        ("1.0", "", 6),
        ("any", "", 4),
        ("1.0", "config more : set of revision ", 4),
        ("any", "config more : set of revision ", 2),
    ],
)
def test_with_more_sets_there_are_fewer_revisions_in_them(knows: str, more: str, count: int) -> None:
    host = f"host h for I {{ knows {knows} start request max known otherwise => give up }} session s : h with p {{ }}"
    program = Loader().load_source(
        Source("t.parley", f"{HEAD}{more}}} policy p for I {{ {ONLY} }} {host}"), Path("t.parley")
    )
    assert program is not None
    assert len(SessionScope(SessionEvaluator(program.own_sessions[0]), []).revisions) == count


def scope_of(knows: str) -> SessionScope:
    host = f"host h for I {{ knows {knows} start request max known otherwise => give up }} session s : h with p {{ }}"
    program = Loader().load_source(Source("t.parley", f"{HEAD}}} policy p for I {{ {ONLY} }} {host}"), Path("t.parley"))
    assert program is not None
    return SessionScope(SessionEvaluator(program.own_sessions[0]), [])


def test_where_any_revisions_may_be_known_some_in_a_row_are_tried() -> None:
    first = 0x10008
    for knows, count in (("any", 12), ("any up to 20", 20), ("any up to 3", 3)):
        scope = scope_of(knows)
        scope.revisions = [first, first + 9]
        assert scope._chain() == [*range(first, first + count)]
        assert len([*islice(scope._long(), 1)]) == 1
    listed = scope_of("1.3, 1.1")
    assert listed._chain() == [0x10001, 0x10003]
    # Of so few the small scope has all that there are.
    assert [*listed._long()] == []


def test_levels_are_how_many_requests_are_made_up_to_each() -> None:
    scope = scope_of("1.0")
    scope.followed = {5: {3, 4}, 3: {1}, 4: {1}, 1: set()}
    assert scope.levels() == {5: 1, 3: 2, 4: 2, 1: 3}
    scope.followed = {5: {4}, 4: {3}, 3: {4}}
    assert scope.levels() == {}
    scope.followed = {}
    assert scope.levels() == {}


def test_walks_together_are_as_far_as_the_farthest_and_complete_where_each_is() -> None:
    one, other = Walk(3, complete=True), Walk(5, complete=False)
    assert together([]) == Walk(0, complete=True)
    assert together([one, one]) == one
    assert together([one, other]) == Walk(5, complete=False)
    assert not together([replace(one, refutes=True)]).refutes


def test_rows_are_all_of_them_or_some_without_listing_the_others() -> None:
    assert list(rows([2, 3], 6)) == list(product(range(2), range(3)))
    sizes = [2] * 200
    drawn = list(rows(sizes, 1_000, first=(1,) * 200))
    assert len(drawn) == len(set(drawn)) <= 1_000
    assert drawn[0] == (1,) * 200
    assert sum(row.count(0) == 1 for row in drawn) == 200
    assert drawn == list(rows(sizes, 1_000, first=(1,) * 200))
    assert drawn != list(rows(sizes, 1_000, seed=1, first=(1,) * 200))
    assert all(
        0 <= at < size for row in islice(rows([1, 5, 900], 50), 50) for at, size in zip(row, [1, 5, 900], strict=True)
    )
    # A half of them: the first itself, those that differ from it in one place, and then in two.
    near = [sum(at != 2 for at in row) for row in islice(rows([3] * 4, 40, first=(2,) * 4), 20)]
    assert near == [0, *[1] * 8, *[2] * 11]
    assert list(rows([], 3)) == [()]
    assert list(rows([0, 2], 3)) == []
    assert prod(sizes) > 1 << 199


def test_work_is_limited_by_the_tightest_limit() -> None:
    work = Work()
    work.spend(1 << 60)
    with work.limited(10):
        work.spend(4)
        with work.limited(100), pytest.raises(OutOfWork):
            work.spend(7)
    work.spend(1_000)
    assert issubclass(OutOfWork, TooMany)


HOST = """
host h for I {
    knows any
    start request max known
    on status == OK => accept requested
    otherwise => give up
}
session s : h with p { property safe: accepted implies agreed in known }
"""


@pytest.mark.slow
def test_sessions_say_what_was_walked_and_are_bounded() -> None:
    loader = Loader()
    text = f"{HEAD}{WIDE['bools']}}}\npolicy p for I {{ {ONLY} }}\n{HOST}"
    program = loader.load_source(Source("t.parley", text), Path("t.parley"))
    assert program is not None, [problem.message for problem in loader.problems]
    (session,) = program.own_sessions
    assert isinstance(session, CheckedSession)
    found = list(prove_session(session, claims_of_session(session, []), 1_000_000))
    for outcome in found:
        assert outcome.small_scope is not None
        assert not outcome.small_scope.complete
        assert 0 < outcome.small_scope.walked <= MOST_CONFIGURATIONS


# Three ranges in each other, over three fields: more than the evaluator goes through.
HARD = (
    "(every v in 0.0.0..{0}: every w in v..{0}: every u in w..{0}: v.patch >= w.major or u.minor > v.patch "
    "or u.major == v.minor or w.minor >= {0}[3:2] or u.patch == w.patch)"
)
THREE = """interface I {
    revision { reserved[63:48] zero major[47:32] minor[31:16] patch[15:0] }
    config supported : set of revision
    input requested : revision
    output status : { OK = 0, BAD = 1 }
    output lower : revision
"""
EITHER = "case a when requested in supported { status = OK lower = requested } case b otherwise { status = BAD lower = 1.0.0 }"
UNDECIDABLE = {
    "guard": f"}} policy p for I {{ case a when {HARD} {{ status = OK lower = requested }} "
    "case b otherwise { status = BAD lower = 1.0.0 }",
    "assumption": f"assume hard: {HARD} }} policy p for I {{ {EITHER}",
    "assignment": f"}} policy p for I {{ case a otherwise {{ status = (if {HARD} then OK else BAD) lower = 1.0.0 }}",
    "ensure": f"}} policy p for I {{ case a otherwise {{ status = OK lower = any ensure {HARD.replace('{0}', 'lower')} }}",
    "invariant": f"}} policy p for I {{ {EITHER} invariant i: {HARD}",
}


@pytest.mark.slow
@pytest.mark.parametrize("where", UNDECIDABLE)
def test_what_the_evaluator_cannot_decide_takes_no_verdict_with_it(where: str) -> None:
    found = outcomes(THREE + UNDECIDABLE[where].replace("{0}", "requested") + "}", 50_000)
    assert {outcome.verdict for outcome in found.values()} <= {"proved", "refuted", "vacuous", "undecided"}
    assert len(found) >= 5


# As they were reported; copied, because a test reads nothing from elsewhere.
BOUNDARY = """interface I {
    revision { reserved[63:31] zero major[30:16] minor[15:0] }
    config supported : set of revision
    input requested : revision
    output ok : bool
    define fits3(v) = (v with { [18:16] = v.minor }) == (v with { [18:16] = v.minor })
    define fits15(v) = (v with { major = v.minor }) == (v with { major = v.minor })
    invariant premise: (every v in 1.0..1.65535: fits3(v) or not fits15(v)) implies ok
}
policy p for I {
    case impossible when every v in 1.0..1.65535: fits3(v) or not fits15(v) { ok = true }
    case rest otherwise { ok = false }
}
"""


def test_with_stops_having_a_value_at_the_width_of_its_part() -> None:
    found = outcomes(BOUNDARY)
    assert found["p.reachable.impossible"].verdict == "refuted"
    assert found["p.premise"].verdict == "vacuous"


def test_what_the_walk_refutes_is_said_of_each_kind_of_claim() -> None:
    """A claim that something can be is refuted where nothing is found, any other where something is."""
    found = outcomes(f"""{HEAD}
        invariant right: lower == requested
        invariant wrong: requested not in supported
    }}
    policy p for I {{
        case never when requested < requested {{ status = BAD lower = requested }}
        case always otherwise {{ status = OK lower = requested }}
    }}""")
    walks = {name: outcome.small_scope for name, outcome in found.items()}
    refuting = {name for name, walk in walks.items() if walk is not None and walk.refutes}
    assert refuting == {"p.encodable", "p.reachable.never", "p.wrong"}
    assert {name for name, outcome in found.items() if outcome.verdict == "refuted"} == refuting
