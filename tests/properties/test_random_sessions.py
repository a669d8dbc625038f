"""Random sessions: every verdict is the oracle's, which plays every run on every configuration."""

from __future__ import annotations

import pytest
from hypothesis import given, note, settings

from .comparing import Compared, compare_many, faults
from .messages import message_session_text
from .sessions import GeneratedSession, session_text, sessions

CHUNKS = 15
EACH = 84
"""Sessions in a chunk: together they are 1,260."""


def worth_it(compared: Compared) -> None:
    """All verdicts come up often enough for their agreement to say something, and nearly all is decided."""
    assert compared.verdicts["proved"] > compared.texts
    assert compared.verdicts["refuted"] > compared.texts
    assert compared.verdicts["vacuous"]
    # One or two in a thousand are; of few texts it may be one more.
    assert len(compared.undecided) * 50 <= compared.verdicts.total(), compared.undecided
    assert compared.skipped * 10 <= compared.texts


@settings(max_examples=20)
@given(sessions())
def test_verdicts_on_sessions_are_those_of_the_oracle(made: GeneratedSession) -> None:
    """What fails here shrinks to a small session."""
    note(made.text)
    assert not faults(made)


@pytest.mark.slow
def test_some_sessions_have_all_verdicts() -> None:
    worth_it(compare_many(session_text, range(1_000_000, 1_000_030)))


@pytest.mark.slow
def test_some_sessions_with_sets_in_messages_have_all_verdicts() -> None:
    worth_it(compare_many(message_session_text, range(3_000_000, 3_000_030)))


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(CHUNKS // 5))
def test_verdicts_on_many_sessions_with_sets_in_messages_are_those_of_the_oracle(chunk: int) -> None:
    worth_it(compare_many(message_session_text, range(3_000_000 + chunk * EACH, 3_000_000 + (chunk + 1) * EACH)))


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_verdicts_on_many_sessions_are_those_of_the_oracle(chunk: int) -> None:
    compared = compare_many(session_text, range(chunk * EACH, (chunk + 1) * EACH))
    worth_it(compared)
