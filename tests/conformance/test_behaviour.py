"""What a program was seen to do is known by what it was answered, and by nothing else."""

from __future__ import annotations

from parley.conformance.batch import Body
from parley.conformance.behaviour import Behaviour
from parley.conformance.suite_program import Answer, Asked, Ended, Run

PASSED, FAILED = Ended("passed", "it ended with exit code 0"), Ended("failed", "it ended with exit code 1")


def run(*pairs: tuple[int, int], ended: Ended = PASSED) -> Run:
    """A run of requests, each with its reply."""
    return Run(tuple(Asked({"x1": asked}, {"x0": reply}) for asked, reply in pairs), ended)


def answering(table: dict[int, int]) -> Answer:
    """An RMM that answers by a table."""

    def answer(request: Body) -> Body:
        return {"x0": table[request["x1"]]}

    return answer


def test_whoever_answers_as_before_has_the_end_of_before() -> None:
    seen = Behaviour()
    seen.add(0, run((1, 0), (2, 0)))
    seen.add(0, run((1, 0), (2, 7), ended=FAILED))
    seen.add(0, run((1, 5), (3, 3), ended=FAILED))
    assert seen.follow(0, answering({1: 0, 2: 0, 3: 9})) == PASSED
    assert seen.follow(0, answering({1: 0, 2: 7})) == FAILED
    assert seen.follow(0, answering({1: 5, 3: 3})) == FAILED
    assert seen.steady


def test_another_answer_is_another_path_and_the_same_paths_are_equal() -> None:
    seen = Behaviour()
    seen.add(0, run((1, 0), (2, 0)))
    first, same = (seen.follow(0, answering({1: 0, 2: at})) for at in (8, 8))
    other, early = seen.follow(0, answering({1: 0, 2: 9})), seen.follow(0, answering({1: 4}))
    assert isinstance(first, tuple)
    assert first == same
    assert len({first, other, early}) == 3
    # In another configuration, nothing is known.
    assert seen.follow(1, answering({})) == ()


def test_a_line_that_is_no_request_is_a_part_of_the_path() -> None:
    seen = Behaviour()
    error = {"error": "this is no JSON"}
    seen.add(0, Run((Asked(None, error, "`hello`"), Asked({"x1": 1}, {"x0": 0})), PASSED))
    assert seen.follow(0, answering({1: 0})) == PASSED
    assert isinstance(seen.follow(0, answering({1: 1})), tuple)


def test_a_program_that_does_something_else_again_is_not_steady() -> None:
    for again in (run((9, 0)), run(ended=FAILED), run((1, 0), (2, 0)), run((1, 0), ended=FAILED)):
        seen = Behaviour()
        seen.add(0, run((1, 0)))
        assert seen.steady
        seen.add(0, again)
        assert not seen.steady
    seen = Behaviour()
    seen.add(0, run((1, 0)))
    seen.add(0, run((1, 0)))
    seen.add(1, run((5, 0), ended=FAILED))
    assert seen.steady
