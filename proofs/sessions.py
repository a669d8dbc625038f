"""The prover of sessions: rounds unrolled as far as any run goes, each question asked of every number of rounds.

A run that makes no request twice ends, or asks again what it asked before, within a certain number of rounds: its
horizon. It is found by asking the solver whether any configuration makes the host go on with something new. With it,
every claim is decided. Hosts that know any revisions are tried by `induction.py` first.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct, structs

from ..model.cutoff import Cutoffs, LeavesFragment
from ..model.encode import TooLarge
from ..model.goals import Goal, Speechless, Undefined, leans_on_open
from ..model.representatives import TooMany
from ..model.run import SessionEvaluator
from ..model.unroll import Unrolled
from ..spec.checked import KNOWN, CheckedSession
from ..spec.syntax import Expr
from .budget import BUDGET
from .claims import Goals
from .induction import Induced, Induction
from .session_claims import SessionClaim
from .session_questions import Questions, fails, meets
from .session_scope import Played, SessionScope, Test
from .session_search import SessionSearch
from .solve import Impossible, Search, Unknown
from .verdict import SessionCounterexample, SessionOutcome

MOST_ROUNDS = 4
"""Rounds that are unrolled for a host that knows any number of revisions."""


FEW_ROUNDS = 2
"""Runs of so few rounds are unrolled, whatever the host knows."""


class Horizon(Struct, frozen=True):
    """After how many rounds every run has ended or asked again what it asked before; None, and why, if unknown."""

    rounds: int | None
    reason: str = ""


class SessionProver:
    """Everything about one session that its claims share: solvers by size, the evaluator, the horizon."""

    def __init__(self, session: CheckedSession, claims: list[SessionClaim], budget: int = BUDGET) -> None:
        self.session = session
        self.claims = claims
        self.budget = budget
        self.evaluator = SessionEvaluator(session)
        knows = session.host.knows
        self.listed = knows.revisions is not None
        self.most = len(knows.revisions) if knows.revisions is not None else knows.most
        given = [len(value) for c in claims for name, v in c.givens if name == KNOWN and (value := self._set(v))]
        # A host with a list may ask for what is not on it.
        self.unrolled = Unrolled(session, max(self.most or 0, MOST_ROUNDS, *given) + 1)
        self.questions = Questions(self.unrolled)
        self.search = SessionSearch(self.unrolled, self.evaluator, knows.most, budget)

    def _set(self, value: Expr) -> tuple[int, ...]:
        found = self.evaluator.constant(value)
        return found if isinstance(found, tuple) else ()

    @cached_property
    def induction(self) -> Induction:
        return Induction(self.session, self.evaluator, self.budget)

    def outcomes(self) -> Iterator[SessionOutcome]:
        """The verdict on each claim, in their order."""
        started = time.perf_counter()
        tests: list[list[Test]] = []
        for claim in self.claims:
            needed = [meets(self.evaluator, claim, p) for p in self.questions.premises(claim)]
            tests.append([fails(self.evaluator, claim), *needed])
        formulas = [claim.formula for claim in self.claims if claim.formula is not None]
        formulas += [value for claim in self.claims for _, value in claim.givens]
        scope = SessionScope(self.evaluator, formulas)
        seen = iter(scope.first([test for group in tests for test in group]))
        share = (time.perf_counter() - started) / max(len(self.claims), 1)
        for claim, group in zip(self.claims, tests, strict=True):
            started = time.perf_counter()
            own = [next(seen) for _ in group]
            try:
                outcome = self._outcome(claim, group[0], own[0], own[1:])
            except TooMany:
                reason = "a run was found, and replaying it takes trying too many values of a range"
                outcome = SessionOutcome(claim, "undecided", reason=reason)
            seconds = time.perf_counter() - started + share
            yield structs.replace(outcome, seconds=seconds, small_scope=scope.walk)

    # ---- verdicts ---------------------------------------------------------------------------------------

    def _outcome(
        self, claim: SessionClaim, fails_: Test, seen: Played | None, premises: list[Played | None]
    ) -> SessionOutcome:
        if claim.kind == "satisfiable":
            return self._satisfiable(claim, premises[0])
        induced: Induced | None = None
        if not self.listed and seen is None and self._quick.rounds is None:
            induced = self.induction.claim(claim)
            if induced.proved:
                return self._held(claim, induced, premises)
        horizon = self._given_horizon(claim) if claim.givens else self.horizon
        if horizon.rounds is None and induced is None:
            induced = self.induction.claim(claim)
            if induced.proved:
                if seen is not None:
                    return self._inconsistent(claim, "the evaluator has a counterexample to what an induction proved")
                return self._held(claim, induced, premises)
        outcome = self._unrolled(claim, fails_, seen, horizon)
        if outcome.verdict == "undecided" and induced is not None:
            # With a number of rounds, what is missing is not an induction.
            reason = outcome.reason if horizon.rounds is not None else induced.reason or outcome.reason
            return structs.replace(outcome, step=induced.step, reason=reason)
        if outcome.verdict == "proved":
            return self._premised(outcome, premises)
        return outcome

    def _unrolled(self, claim: SessionClaim, fails_: Test, seen: Played | None, horizon: Horizon) -> SessionOutcome:
        """The verdict by the rounds that are unrolled; a proof is not yet known to say something."""
        last = self.unrolled.rounds - 1 if horizon.rounds is None else horizon.rounds
        cutoff: dict[str, int] = {}
        unknown = "" if horizon.rounds is not None else horizon.reason
        best: Played | None = None
        for at in range(last + 1):
            for goals in self.questions.counter(claim, at):
                answer = self.search.ask(goals, fails_)
                cutoff = {name: max(cutoff.get(name, 0), size) for name, size in (cutoff | answer.cutoff).items()}
                if answer.played is not None and (best is None or answer.played.order < best.order):
                    best = answer.played
                elif answer.played is None and not answer.impossible:
                    unknown = answer.reason
            if best is not None:
                break
        if best is None and seen is not None and not unknown:
            return self._inconsistent(claim, "the evaluator has a counterexample to what the solver proved")
        if seen is not None and (best is None or seen.order <= best.order):
            best = seen
        if best is not None:
            if not fails_(best.setting, best.run):
                return self._inconsistent(claim, "the counterexample does not replay")
            return SessionOutcome(claim, "refuted", cutoff, counterexample=SessionCounterexample(best, True))
        if not unknown and claim.kind == "defined" and self.unrolled.leaves_open:
            unknown = self._may_be_speechless()
        if unknown:
            return SessionOutcome(claim, "undecided", cutoff, reason=unknown)
        return SessionOutcome(claim, "proved", cutoff, rounds=horizon.rounds)

    def _held(self, claim: SessionClaim, induced: Induced, premises: list[Played | None]) -> SessionOutcome:
        unknown = ""
        if claim.kind == "defined" and self.unrolled.leaves_open:
            unknown = self._may_be_speechless()
        if unknown:
            return SessionOutcome(claim, "undecided", induced.cutoff, reason=unknown)
        made = SessionOutcome(claim, "proved", induced.cutoff, because=induced.used, by_induction=True)
        return self._premised(made, premises)

    def _satisfiable(self, claim: SessionClaim, seen: Played | None) -> SessionOutcome:
        goals: Goals = tuple(self.questions.through(1))
        if seen is not None:
            cutoff = self.search.solve(goals).cutoff
            return SessionOutcome(claim, "proved", cutoff, witness=seen)
        answer = self.search.ask(goals, meets(self.evaluator, claim, self.questions.premises(claim)[0]))
        if answer.played is not None:
            return SessionOutcome(claim, "proved", answer.cutoff, witness=answer.played)
        if answer.impossible:
            return SessionOutcome(claim, "vacuous", answer.cutoff, reason="no configuration has a first round")
        return SessionOutcome(claim, "undecided", answer.cutoff, reason=answer.reason)

    def _premised(self, proved: SessionOutcome, seen: list[Played | None]) -> SessionOutcome:
        """What is shown to hold is proved only where each of its premises is met in some run."""
        claim = proved.claim
        assert isinstance(claim, SessionClaim)
        witness: Played | None = None
        for premise, known in zip(self.questions.premises(claim), seen, strict=True):
            found = known or self._meeting(claim, premise, proved.rounds or self.unrolled.rounds - 1)
            if isinstance(found, str):
                return structs.replace(proved, verdict="undecided", reason=found)
            if found is None:
                if proved.rounds is None and not self._ends_within():
                    reason = f"it holds, but no run of up to {self.unrolled.rounds - 1} rounds meets its premise"
                    return structs.replace(proved, verdict="undecided", reason=reason)
                return structs.replace(proved, verdict="vacuous", reason="no run meets its premise")
            witness = witness or found
        return structs.replace(proved, witness=witness)

    def _ends_within(self) -> bool:
        return self.horizon.rounds is not None

    def _meeting(self, claim: SessionClaim, premise: Expr, rounds: int) -> Played | str | None:
        test = meets(self.evaluator, claim, premise)
        unknown = ""
        for at in range(1, rounds + 1):
            for goals in self.questions.met(claim, premise, at):
                answer = self.search.ask(goals, test)
                if answer.played is not None:
                    return answer.played
                if not answer.impossible:
                    unknown = f"it holds, but no run that meets its premise was found: {answer.reason}"
        return unknown or None

    def _may_be_speechless(self) -> str:
        """Why the policy might have no answer because of what it leaves open; empty where it always has one."""
        policy = self.session.policy
        ways: list[Goals] = [(Speechless(),)]
        if any(leans_on_open(policy, case) for case in policy.cases):
            ways.append((Undefined(),))
        try:
            results = [Search(policy, Cutoffs(policy).of(way), self.budget).find(way, explain=False) for way in ways]
        except (LeavesFragment, TooLarge):
            results = [Unknown("")]
        if all(isinstance(result, Impossible) for result in results):
            return ""
        return f"`{policy.name}.defined` is not proved, and it is not known whether a run comes to that"

    def _inconsistent(self, claim: SessionClaim, reason: str) -> SessionOutcome:
        return SessionOutcome(claim, "inconsistent", reason=f"{reason}; this is a defect of Parley, please report it")

    # ---- the horizon ------------------------------------------------------------------------------------

    @cached_property
    def _quick(self) -> Horizon:
        """The horizon, where it is near: then unrolling is easier to follow than an induction, and as fast."""
        return self._horizon([], min(FEW_ROUNDS, self.unrolled.rounds - 1))

    @cached_property
    def horizon(self) -> Horizon:
        return self._quick if self._quick.rounds is not None else self._horizon([], self.unrolled.rounds - 1)

    def _horizon(self, given: list[Goal], last: int) -> Horizon:
        # Where only known revisions are asked for, there are no more different requests than those.
        within = self.most is not None and self._stays(0, given)
        for rounds in range(1, last + 1):
            within = within and self._stays(rounds, given)
            if within and rounds == self.most:
                return Horizon(rounds)
            solved = self.search.solve((*self.questions.goes_on(rounds), *given))
            if isinstance(solved.result, Impossible):
                return Horizon(rounds)
            if isinstance(solved.result, Unknown):
                return Horizon(None, solved.result.reason)
        return Horizon(None, f"no number of rounds is known that every run keeps to: some go on after {last}")

    def _given_horizon(self, claim: SessionClaim) -> Horizon:
        return self._horizon(self.questions.given(claim), self.unrolled.rounds - 1)

    def _stays(self, rounds: int, given: list[Goal]) -> bool:
        through = self.questions.through(rounds) if rounds else []
        return self.search.impossible(*through, self.unrolled.strays(rounds), *given)


def prove_session(
    session: CheckedSession, claims: list[SessionClaim], budget: int = BUDGET
) -> Iterator[SessionOutcome]:
    """The verdict on each of some claims about one session."""
    return SessionProver(session, claims, budget).outcomes()
