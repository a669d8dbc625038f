"""Random policies, hosts and sessions: those who decide each claim again never disagree, and seldom have no answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from parley.proofs.cross_check.second_opinions import SecondOpinions
from parley.proofs.verdict import Outcome

from .comparing import outcomes_of, program_of
from .draw import Draw, Seeded
from .messages import message_session_text
from .policies import Generated, policy_text
from .sessions import session_text

OTHERS = ("z3 without cutoff", "cvc5")


def heard(generate: Callable[[Draw], Generated], seeds: range) -> tuple[Counter[str], Counter[str]]:
    """How often which verdict came up, and how often which of the others had no answer to one."""
    verdicts, silent = Counter[str](), Counter[str]()
    for seed in seeds:
        made = generate(Seeded(seed))
        of_subject: dict[int, list[Outcome]] = {}
        for outcome in outcomes_of(program_of(made.text)):
            of_subject.setdefault(id(outcome.claim.about), []).append(outcome)
        for outcomes in of_subject.values():
            for outcome in map(SecondOpinions().on, outcomes):
                assert outcome.verdict != "inconsistent", (
                    f"seed {seed}: {outcome.claim.address}: {outcome.reason}\n{made.text}"
                )
                verdicts[outcome.verdict] += 1
                silent.update(w.name for w in outcome.witnesses if w.verdict is None and outcome.verdict != "undecided")
    return verdicts, silent


def mostly_heard(verdicts: Counter[str], silent: Counter[str]) -> None:
    assert verdicts["proved"] and verdicts["refuted"]
    for name in OTHERS:
        assert silent[name] * 20 <= verdicts.total(), (verdicts, silent)


def test_some_random_policies_are_decided_alike() -> None:
    mostly_heard(*heard(policy_text, range(3_000_000, 3_000_001)))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("generate", "count"),
    [(policy_text, 20), (session_text, 6)],
    ids=["policies", "sessions"],
)
def test_more_random_texts_are_decided_alike(generate: Callable[[Draw], Generated], count: int) -> None:
    mostly_heard(*heard(generate, range(3_000_100, 3_000_100 + count)))


@pytest.mark.slow
def test_random_sessions_with_sets_in_messages_are_not_decided_otherwise() -> None:
    """cvc5 gives no answer about many of them."""
    verdicts, silent = heard(message_session_text, range(3_000_100, 3_000_102))
    assert verdicts["proved"] and verdicts["refuted"]
    assert silent["z3 without cutoff"] * 20 <= verdicts.total(), (verdicts, silent)


@pytest.mark.long
@pytest.mark.parametrize(("generate", "count"), [(policy_text, 30), (session_text, 10)], ids=["policies", "sessions"])
def test_many_random_texts_are_decided_alike(generate: Callable[[Draw], Generated], count: int) -> None:
    mostly_heard(*heard(generate, range(3_001_000, 3_001_000 + count)))
