"""What hosts keep whatever they are told, against what the evaluator plays with RMMs that answer anything."""

from __future__ import annotations

import parley
import pytest
from parley.model.evaluate_session import SessionEvaluator
from parley.model.instance import Instance, Value
from parley.proofs.claims import claims_of_session
from parley.proofs.session_questions import fails
from parley.proofs.whatever import whatever_told
from parley.spec.checked import CheckedSession

KINDS = ("terminates", "requests_known", "invariant", "property")
WORDS = [0, 0x10000, 0x10001, 0x20000, 1 << 63]


def session(name: str) -> CheckedSession:
    found = parley.find(name)
    assert isinstance(found, CheckedSession)
    return found


def kept(name: str) -> set[str]:
    return {claim for claim, verdict in whatever_told(session(name), KINDS).items() if verdict == "proved"}


@pytest.mark.parametrize(
    ("name", "claims"),
    [
        pytest.param("callers:kvm_v7", {"terminates", "requests_known", "one_request"}, marks=pytest.mark.slow),
        # It follows what it is told, up and down.
        pytest.param("kernel_thread:retry", {"requests_known"}, marks=pytest.mark.slow),
        pytest.param("kernel_thread:patch", {"terminates", "requests_known"}, marks=pytest.mark.slow),
    ],
)
def test_what_a_host_keeps_presupposes_no_answer(name: str, claims: set[str]) -> None:
    assert kept(name) == claims


@pytest.mark.slow
def test_who_only_goes_down_ends_whatever_it_is_told() -> None:
    assert kept("general_hosts:lower_up_to_4_rmm_1_0") == {"terminates", "requests_known", "four_requests"}


@pytest.mark.slow
def test_the_evaluator_breaks_nothing_that_is_kept() -> None:
    """It plays every RMM that answers with a few words, and comes to what is not kept."""
    subject = session("kernel_thread:retry")
    verdicts = whatever_told(subject, KINDS)
    evaluator = SessionEvaluator(subject)
    tests = {claim.name: fails(evaluator, claim) for claim in claims_of_session(subject) if claim.name in verdicts}
    broken: set[str] = set()
    for supported in ((0x10000,), (0x20000,), (0x10001, 0x20000), (0x10000, 0x20000, 0x20001)):
        for answers in _answers():
            instance = Instance({"supported": supported})
            run = _played(evaluator, instance, answers)
            broken |= {name for name, test in tests.items() if test(instance, run)}
    assert broken == {name for name, verdict in verdicts.items() if verdict != "proved"}


def _answers() -> list[dict[int, tuple[int, int, int]]]:
    replies = [(status, lower, higher) for status in (0, 1) for lower in WORDS for higher in WORDS]
    return [{0x10001: one, 0x20000: two} for one in replies for two in replies[::7]]


def _played(evaluator: SessionEvaluator, instance: Instance, answers: dict[int, tuple[int, int, int]]):
    from parley.model.run import Round, Run

    asked = evaluator.host.start(instance.config, {})
    rounds: list[Round] = []
    while isinstance(asked, int):
        outputs: dict[str, Value | None] = dict(zip(("status", "lower", "higher"), answers[asked], strict=True))
        at = evaluator.host.rule({"requested": asked, **outputs}, {})
        assert at is not None
        action, value = evaluator.host.action(at, {"requested": asked, **outputs}, {})
        rounds.append(Round(asked, "anything", outputs, "it"))
        if type(action).__name__ == "GiveUp":
            return Run(tuple(rounds), "gave_up")
        if type(action).__name__ == "Accept":
            return Run(tuple(rounds), "accepted", agreed=value if isinstance(value, int) else None)
        if any(value == before.request for before in rounds):
            return Run(tuple(rounds), "loops", again=1)
        asked = value
    raise AssertionError
