"""After how many rounds every run of a session has ended.

A run that makes no request twice ends, or asks again what it asked before, within a certain number of rounds: its
completeness threshold (Kroening and Strichman 2003). It is found by asking the solver whether any configuration makes
the host go on with something new.
"""

from __future__ import annotations

from functools import cached_property

from msgspec import Struct

from ..model.queries import Goal
from .ask import FEW, Asker
from .claims import Claim
from .reply import No, Unknown, Yes
from .session_questions import SessionQuestions

FEW_ROUNDS = 2
"""Runs of so few rounds are unrolled, whatever the host knows."""


class CompletenessThreshold(Struct, frozen=True):
    """After how many rounds every run has ended or asked again what it asked before; None, and why, if unknown."""

    rounds: int | None
    reason: str = ""


class Thresholds:
    """The thresholds of one session: of all its runs, and of those on a configuration that a claim gives."""

    def __init__(self, questions: SessionQuestions, asker: Asker) -> None:
        self.questions = questions
        self.unrolled = questions.unrolled
        self.session = self.unrolled.session
        self.asker = asker

    @cached_property
    def quick(self) -> CompletenessThreshold:
        """The threshold, where it is near: then unrolling is easier to follow than an induction, and as fast."""
        return self._within([], min(FEW_ROUNDS, self.unrolled.rounds - 1))

    @cached_property
    def of_all(self) -> CompletenessThreshold:
        return self.quick if self.quick.rounds is not None else self._within([], self.unrolled.rounds - 1)

    def given(self, claim: Claim) -> CompletenessThreshold:
        return self._within(self.questions.given(claim), self.unrolled.rounds - 1)

    def _within(self, given: list[Goal], last: int) -> CompletenessThreshold:
        with self.asker.apart():
            return self._searched(given, last)

    def _searched(self, given: list[Goal], last: int) -> CompletenessThreshold:
        # Where only known revisions, one by one, or names are asked for, there are no more requests than those.
        most = self.session.most_requests if self.session.asked == "revision" else None
        within = most is not None and most <= last and self._stays(0, given)
        endless = f"no number of rounds is known that every run keeps to: some go on after {last}"
        # Of sets that follow from sets, how many revisions decide it takes long to work out; often a few do.
        few = self.session.asked == "set" and last > FEW_ROUNDS
        if few and isinstance(self.asker.ask((*self.questions.goes_on(last), *given), upto=FEW), Yes):
            return CompletenessThreshold(None, endless)
        for rounds in range(1, last + 1):
            within = within and self._stays(rounds, given)
            if within and rounds == most:
                return CompletenessThreshold(rounds)
            match self.asker.ask((*self.questions.goes_on(rounds), *given)):
                case No():
                    return CompletenessThreshold(rounds)
                case Unknown(why=why):
                    return CompletenessThreshold(None, why)
                case Yes():
                    pass
        return CompletenessThreshold(None, endless)

    def _stays(self, rounds: int, given: list[Goal]) -> bool:
        through = self.questions.through(rounds) if rounds else []
        return self.asker.impossible((*through, self.unrolled.asks_unknown(rounds), *given))
