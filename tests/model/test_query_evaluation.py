"""Queries on single instances: what open outputs may be, what another policy says, and what it takes to ask."""

from __future__ import annotations

import pytest
from parley.model.instance import Answer, Instance, Relation, Value
from parley.model.queries import Answers, Disallowed, Holds, Malformed
from parley.model.query_evaluation import QueryEvaluator
from suites import policy_in

OPEN = """interface I {{
    revision {{ reserved[7:6] zero major[5:3] minor[2:0] }}
    config supported : set of revision
    input requested : revision
    output status : {{ OK = 0, BAD = 1 }}
    output {several} of revision
}}
policy p for I {{
    case only otherwise {{ {assigns} }}
}}
"""

LISTED, WINDOW = "listed : set", "window : range"


def has_choice(several: str, assigns: str, supported: tuple[int, ...], requested: int) -> bool | None:
    queries = QueryEvaluator(policy_in(OPEN.format(several=several, assigns=assigns)))
    config: dict[str, Value] = {"supported": supported}
    return queries.has_choice(queries.evaluator.slots(Instance(config, {"requested": requested})), 0)


@pytest.mark.parametrize(
    ("several", "assigns", "requested", "expected"),
    [
        # No set of some words at hand is that of the configuration: it has too many for all to be tried.
        (LISTED, "status = OK listed = any ensure listed == supported", 63, True),
        # There are too many sets to say that there is none.
        (LISTED, "status = OK listed = any ensure requested in listed and requested not in listed", 63, None),
        # A range has no revision with a reserved bit, and any that has none is in one.
        (WINDOW, "status = OK window = any ensure requested in window", 64, False),
        (WINDOW, "status = OK window = any ensure requested in window", 63, True),
        (LISTED, "status = any listed = {} ensure status == OK and status == BAD", 63, False),
        (LISTED, "status = any listed = {} ensure requested in supported or status == BAD", 63, True),
    ],
)
def test_whether_what_is_open_can_be_chosen(several: str, assigns: str, requested: int, expected: bool | None) -> None:
    assert has_choice(several, assigns, (1, 2, 8, 9, 10), requested) is expected


REFINED = """interface I {
    revision { major[3:2] minor[1:0] }
    config supported : set of revision
    input requested : revision
    output status : { OK = 0, BAD = 1 }
}
policy q for I {
    define special(r)
    case special when special(requested) { status = OK }
    case rest otherwise { status = BAD }
}
policy p for I refines q {
    case only otherwise { status = BAD }
}
"""


def test_a_relation_of_the_refined_policy_alone_is_part_of_the_instance() -> None:
    refined = policy_in(REFINED).refined
    assert refined is not None
    queries = QueryEvaluator(policy_in(REFINED))
    query = queries.compiled_query((Answers(), Disallowed(refined)))

    def disallowed(relations: dict[str, Relation]) -> bool:
        return queries.meets(
            Instance({"supported": ()}, {"requested": 4}, relations), Answer("only", {"status": 1}), query
        )

    assert disallowed({"special": Relation(default=True)})
    assert disallowed({"special": Relation(frozenset({(4,)}))})
    assert not disallowed({"special": Relation(frozenset({(5,)}))})
    # One that nothing is said of holds for nothing.
    assert not disallowed({})


def test_a_query_takes_as_much_as_its_formulas_are_large() -> None:
    queries = QueryEvaluator(policy_in(REFINED))
    nodes = queries.policy.elaboration.nodes
    same = nodes.compare("==", nodes.variable("requested"), nodes.constant(4))
    query = queries.compiled_query((Holds(same), Holds(same, truth=False)))
    before = query.work.done
    assert not query(queries.evaluator.slots(Instance({"supported": ()}, {"requested": 4})), 0)
    # Each has three parts, and it is asked once.
    assert query.work.done - before == 1 + 3 + 3


LISTS = """interface I {
    revision { reserved[7:6] zero major[5:3] minor[2:0] }
    input requested : revision
    output listed : set of revision
}
policy q for I { case only otherwise { listed = any ensure requested in listed } }
policy p for I refines q { case only otherwise { listed = {requested, requested with { reserved = 1 }} } }
"""


def test_a_policy_that_refines_an_open_set_may_put_malformed_revisions_into_it() -> None:
    """That it does is for `encodable` to say; an answer of the refined policy itself has none."""
    policy = policy_in(LISTS)
    refined = policy.refined
    assert refined is not None
    queries, others = QueryEvaluator(policy), QueryEvaluator(refined)
    instance, answer = Instance({}, {"requested": 1}), Answer("only", {"listed": (1, 65)})
    assert queries.meets(instance, answer, queries.compiled_query((Answers(),)))
    assert queries.meets(instance, answer, queries.compiled_query((Answers(), Malformed())))
    assert not queries.meets(instance, answer, queries.compiled_query((Answers(), Disallowed(refined))))
    answered = others.compiled_query((Answers(),))
    assert not others.meets(instance, answer, answered)
    assert others.meets(instance, Answer("only", {"listed": (1, 2)}), answered)
