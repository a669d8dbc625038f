"""Random policies: every verdict is the oracle's, which tries every configuration, input and answer."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from unittest.mock import patch

import pytest
from hypothesis import given, note, settings

from .comparing import Compared, compare_many, faults
from .policies import Generated, policies, policy_text

CHUNKS = 15
EACH = 130
"""Texts in a chunk. Two in five have two policies: together they are 3,000."""


def worth_it(compared: Compared) -> None:
    """All verdicts come up often enough for their agreement to say something, and nearly all is decided."""
    assert compared.verdicts["proved"] > compared.texts
    assert compared.verdicts["refuted"] > compared.texts
    assert compared.verdicts["vacuous"]
    assert len(compared.undecided) * 50 <= compared.verdicts.total(), compared.undecided
    assert compared.skipped * 20 <= compared.texts


@contextmanager
def exact_sizes() -> Generator[None]:
    """Sets of just as many revisions as the cutoff says. The product takes a few more, which would hide one too small."""

    def exact(size: int) -> int:
        return size

    with patch("parley.proofs.ask._rounded", exact):
        yield


@settings(max_examples=25)
@given(policies())
def test_verdicts_on_policies_are_those_of_the_oracle(made: Generated) -> None:
    """What fails here shrinks to a small policy."""
    note(made.text)
    assert not faults(made)


@pytest.mark.slow
def test_some_policies_have_all_verdicts() -> None:
    worth_it(compare_many(policy_text, range(1_000_000, 1_000_060)))


@pytest.mark.slow
def test_cutoffs_are_large_enough() -> None:
    with exact_sizes():
        compared = compare_many(policy_text, range(2_000_000, 2_000_030))
    assert compared.verdicts["proved"]


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_verdicts_on_many_policies_are_those_of_the_oracle(chunk: int) -> None:
    with exact_sizes() if chunk % 2 else nullcontext():
        compared = compare_many(policy_text, range(chunk * EACH, (chunk + 1) * EACH))
    worth_it(compared)
