"""The prover of sessions: bounded model checking, with a number of rounds that no run goes beyond (`thresholds.py`).

With such a number, every claim is decided by the rounds unrolled so far. Hosts that know any revisions are tried by
`induction.py` first.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import cached_property

from msgspec import structs

from ..model.cutoff import largest
from ..model.evaluate_session import SessionEvaluator
from ..model.queries import NoAdmissibleOutput, Query, Undefined, leans_on_open
from ..model.representatives import TooMany
from ..model.run import Played
from ..model.stage import asks_for_formed
from ..model.unroll import Unrolled
from ..spec.checked import CheckedSession
from ..spec.core import Core, is_true
from ..spec.syntax import KNOWN, Expr
from .ask import Asker
from .asked import Asked
from .budget import BUDGET
from .claims import Claim
from .induced import Induced
from .induction import Induction
from .played_whole import only_run, verdict_of
from .reply import No, Unknown
from .session_confirm import Confirmation
from .session_questions import SessionQuestions, fails, meets
from .session_search import SessionSearch
from .small_scope.sessions import SessionScope, Test
from .solve import SPENT
from .thresholds import CompletenessThreshold, Thresholds
from .verdict import OVERLOOKED, REFUSED, UNCONFIRMED, Outcome, SessionCounterexample, inconsistent

MOST_ROUNDS = 4
"""Rounds that are unrolled for a host that knows any number of revisions, or many."""

DEEP = 8
"""A host that knows no more revisions than these has all its rounds unrolled, where nothing else decides."""

WHOLE = 3
"""How many claims of a session, besides those that every session has, get the whole budget; more share so much."""

SMALLEST = 40
"""What a claim gets at least is one part in so many."""


class SessionProver:
    """Everything about one session that its claims share: who asks the solver, the evaluator, the threshold."""

    def __init__(
        self, session: CheckedSession, claims: list[Claim], budget: int = BUDGET, among: Sequence[Claim] = ()
    ) -> None:
        self.session = session
        self.claims = claims
        self.among = among or claims
        self.units = budget
        # A share depends on how many claims there are, and not on which are asked or what the others came to.
        own = sum(claim.formula is not None for claim in self.among)
        self.share = min(budget, max(WHOLE * budget // max(own, 1), budget // SMALLEST))
        self.evaluator = SessionEvaluator(session)
        knows = session.host.knows
        given = [len(value) for c in self.among for name, v in c.givens if name == KNOWN and (value := self._set(v))]
        # A host with a list may ask for what is not on it.
        deep = [count for count in (session.most_requests or 0, *given) if count <= DEEP]
        self.unrolled = Unrolled(session, max([MOST_ROUNDS, *deep]) + 1)
        self.questions = SessionQuestions(self.unrolled)
        self.search = SessionSearch(self.unrolled, self.evaluator, knows.most, budget)
        self.asker = self.search.asker
        self.thresholds = Thresholds(self.questions, self.asker)
        self.levels: dict[int, int] = {}

    def _set(self, value: Expr) -> tuple[int, ...]:
        found = self.evaluator.constant(value)
        return found if isinstance(found, tuple) else ()

    @cached_property
    def induction(self) -> Induction:
        return Induction(self.session, self.evaluator, self.units, self.levels)

    @cached_property
    def confirmation(self) -> Confirmation:
        return Confirmation(self.induction.search, self.evaluator)

    def outcomes(self) -> Iterator[Outcome]:
        """The verdict on each claim, in their order."""
        started = time.perf_counter()
        tests: list[list[Test]] = []
        for claim in self.claims:
            needed = [meets(self.evaluator, claim, p) for p in self.questions.premises(claim)]
            tests.append([fails(self.evaluator, claim), *needed])
        formulas = [claim.formula for claim in self.among if claim.formula is not None]
        formulas += [value for claim in self.among for _, value in claim.givens]
        scope = SessionScope(self.evaluator, formulas)
        seen = iter(scope.first([test for group in tests for test in group]))
        one = self.session.asked == "revision"
        self.levels = {} if self.evaluator.any_known or not one else scope.levels()
        share = (time.perf_counter() - started) / max(len(self.claims), 1)
        for claim, group in zip(self.claims, tests, strict=True):
            started = time.perf_counter()
            own = [next(seen) for _ in group]
            against = own[0]
            self.asker.begin(self._units_of(claim))
            before = len(self.asker.asked), len(self._inductive)
            try:
                outcome = self._outcome(claim, group[0], against, own[1:])
            except TooMany:
                reason = "a run was found, and replaying it takes trying too many values of a range"
                outcome = Outcome(claim, "undecided", reason=reason)
            seconds = time.perf_counter() - started + share
            asked = self._rests_on(outcome, *before)
            # How large the sets of messages need be says nothing of configurations.
            own = None if outcome.cutoff is None else {n: s for n, s in outcome.cutoff.items() if "@" not in n}
            walk = structs.replace(scope.walk, refutes=bool(against))
            yield structs.replace(outcome, cutoff=own, seconds=seconds, small_scope=walk, asked=asked)

    @property
    def _inductive(self) -> list[Asked]:
        """What was asked of two rounds in a row, so far."""
        return self.induction.asker.asked if "induction" in vars(self) else []

    def _rests_on(self, outcome: Outcome, unrolled: int, inductive: int) -> tuple[Asked, ...]:
        """What was asked and answered that a verdict rests on; each list is this claim's from a place on.

        A proof rests on what cannot be, of the claim and of what all claims share, and on examples of its premises; a
        counterexample on itself.
        """
        examples = [a for a in (*self.asker.asked[unrolled:], *self._inductive[inductive:]) if a.met and a.confirmed]
        examples = examples or [a for a in self.asker.asked[unrolled:] if a.met and not a.shared][-1:]
        if outcome.verdict == "refuted":
            return tuple(examples)
        asked, before = (self._inductive, inductive) if outcome.by_induction else (self.asker.asked, unrolled)
        never = [a for at, a in enumerate(asked) if not a.met and (at >= before or a.shared)]
        return (*never, *examples)

    def _core(self, claim: Claim) -> Core | None:
        return None if claim.formula is None else self.unrolled.core(claim.formula)

    def _units_of(self, claim: Claim) -> int:
        return self.units if claim.formula is None else self.share

    # ---- verdicts ---------------------------------------------------------------------------------------

    def _outcome(self, claim: Claim, fails_: Test, seen: Played | None, premises: list[Played | None]) -> Outcome:
        if claim.kind == "satisfiable":
            return self._satisfiable(claim, premises[0])
        only = only_run(self.evaluator, claim)
        if only is not None and len(only.run.rounds) >= self.unrolled.rounds:
            # It is longer than what is unrolled.
            needed = [(p, meets(self.evaluator, claim, p)) for p in self.questions.premises(claim)]
            return verdict_of(only, claim, (self._core(claim), fails_), needed, self._confirmed)
        induced: Induced | None = None
        if seen is None and self.thresholds.quick.rounds is None:
            induced = self.induction.claim(claim, self._units_of(claim))
            if induced.proved:
                return self._held(claim, induced, premises)
        threshold = self.thresholds.given(claim) if claim.givens else self.thresholds.of_all
        outcome = self._unrolled(claim, fails_, seen, threshold)
        if outcome.verdict == "undecided" and induced is not None:
            # With a number of rounds, what is missing is not an induction.
            bounded = threshold.rounds is not None or self.induction.bound is not None
            reason = outcome.reason if bounded else induced.reason or outcome.reason
            return structs.replace(outcome, step=induced.step, reason=reason)
        if outcome.verdict == "proved":
            return self._premised(outcome, premises)
        return outcome

    def _confirmed(self, claim: Claim, played: Played, wanted: Core | None, *, truth: bool) -> Outcome | None:
        """The verdict where the solver does not confirm what the evaluator has played; None where it does."""
        answer = self.confirmation.of(claim, played, wanted, truth=truth)
        if answer is None:
            return Outcome(claim, "undecided", reason=UNCONFIRMED)
        return None if answer else inconsistent(claim, REFUSED)

    def _unrolled(self, claim: Claim, fails_: Test, seen: Played | None, threshold: CompletenessThreshold) -> Outcome:
        """The verdict by the rounds that are unrolled; a proof is not yet known to say something."""
        last = self.unrolled.rounds - 1 if threshold.rounds is None else threshold.rounds
        if seen is not None:
            # What is longer than a run that is known is not looked for.
            last = min(last, len(seen.run.rounds))
        if threshold.rounds is None and seen is None and self.share < self.units:
            # Nothing is proved by what is unrolled here, as longer runs are not looked at.
            self.asker.begin(self._units_of(claim) // 2)
        cutoff: dict[str, int] | None = {}
        open_at: int | None = None
        unknown = "" if threshold.rounds is not None else threshold.reason
        best: Played | None = None
        for at in range(last + 1):
            if open_at is not None and self.asker.budget.spent:
                # Nothing more is asked, and how many revisions longer runs need takes long to work out.
                break
            for goals in self.questions.counter(claim, at):
                cutoff = largest(cutoff, self.asker.cutoff(goals))
                match self.search.ask(goals, fails_):
                    case Played() as played:
                        best = played if best is None or played.order < best.order else best
                    case Unknown(why=unknown):
                        open_at = at if open_at is None else open_at
                    case No():
                        pass
            if best is not None:
                break
        if best is None and seen is None and threshold.rounds is None:
            unknown = self._too_far(claim, threshold, unknown, open_at)
        if best is None and seen is not None and not unknown:
            return inconsistent(claim, OVERLOOKED)
        if seen is not None and (best is None or seen.order <= best.order):
            best = seen
        if best is not None:
            if (
                best is seen
                and (unconfirmed := self._confirmed(claim, best, self._core(claim), truth=False)) is not None
            ):
                return unconfirmed
            replayed = fails_(best.instance, best.run)
            if not replayed:
                return inconsistent(claim, "the counterexample does not replay")
            return Outcome(claim, "refuted", cutoff, counterexample=SessionCounterexample(best, replayed))
        if not unknown and claim.kind == "defined" and self.unrolled.leaves_open:
            unknown = self._may_have_no_answer()
        if unknown:
            return Outcome(claim, "undecided", cutoff, reason=unknown)
        return Outcome(claim, "proved", cutoff, rounds=threshold.rounds)

    def _too_far(self, claim: Claim, threshold: CompletenessThreshold, unknown: str, open_at: int | None) -> str:
        """Why a claim is undecided that runs of more rounds than are unrolled may break."""
        bound = self.induction.bound
        if bound is None or claim.kind == "defined" or unknown not in (SPENT, threshold.reason):
            return unknown
        needs = f"no induction shows it, and runs may have up to {bound} rounds"
        if open_at is not None:
            return f"{needs}: about those of {open_at} {unknown}"
        return f"{needs}: no run of up to {self.unrolled.rounds - 1} breaks it, and longer ones are not looked at"

    def _held(self, claim: Claim, induced: Induced, premises: list[Played | None]) -> Outcome:
        unknown = ""
        if claim.kind == "defined" and self.unrolled.leaves_open:
            unknown = self._may_have_no_answer()
        if unknown:
            return Outcome(claim, "undecided", induced.cutoff, reason=unknown)
        made = Outcome(claim, "proved", induced.cutoff, because=induced.used, rounds=induced.rounds, by_induction=True)
        return self._premised(made, premises)

    def _satisfiable(self, claim: Claim, seen: Played | None) -> Outcome:
        goals: Query = tuple(self.questions.through(1))
        if seen is not None:
            unconfirmed = self._confirmed(claim, seen, None, truth=True)
            return unconfirmed or self._shown(claim, self.asker.cutoff(goals), seen)
        cutoff = self.asker.cutoff(goals)
        test = meets(self.evaluator, claim, self.questions.premises(claim)[0])
        match self.search.ask(goals, test, first=True):
            case Played() as played:
                return self._shown(claim, cutoff, played)
            case No():
                return Outcome(claim, "vacuous", cutoff, reason="no configuration has a first round")
            case Unknown(why=why):
                return Outcome(claim, "undecided", cutoff, reason=why)

    def _shown(self, claim: Claim, cutoff: dict[str, int] | None, played: Played) -> Outcome:
        return Outcome(claim, "proved", cutoff, witness=played, examples=(played,))

    def _premised(self, proved: Outcome, seen: list[Played | None]) -> Outcome:
        """What is shown to hold is proved only where each of its premises is met in some run."""
        claim = proved.claim
        assert isinstance(claim, Claim)
        examples: list[Played] = []
        for premise, known in zip(self.questions.premises(claim), seen, strict=True):
            if known is not None:
                unconfirmed = self._confirmed(claim, known, premise, truth=True)
                if unconfirmed is not None:
                    return unconfirmed
            # A number of rounds that an induction gives bounds the runs, and is no number of those that are unrolled.
            within = None if proved.by_induction else proved.rounds
            found = known or self._meeting(
                claim, premise, within or self.thresholds.of_all.rounds or self.unrolled.rounds - 1
            )
            if isinstance(found, str):
                return structs.replace(proved, verdict="undecided", reason=found)
            if found is None:
                if within is None and self.thresholds.of_all.rounds is None and not self._never(claim, premise):
                    reason = f"it holds, but no run of up to {self.unrolled.rounds - 1} rounds meets its premise"
                    return structs.replace(proved, verdict="undecided", reason=reason)
                reason = "no run meets its premise" if not is_true(premise) else self._no_run(within)
                return structs.replace(proved, verdict="vacuous", reason=reason)
            examples.append(found)
        return structs.replace(proved, witness=examples[0] if examples else None, examples=tuple(examples))

    def _no_run(self, rounds: int | None) -> str:
        """Why there is no run for a claim without a premise to speak of."""
        names = [f"`{name}`" for name in self.unrolled.limiting]
        stuck = self.questions.stuck(rounds or self.thresholds.of_all.rounds or self.unrolled.rounds - 1)
        if not names or not self.asker.impossible(*stuck):
            return "no run comes to an end"
        broken = f"the assumption {names[0]}" if len(names) == 1 else f"one of the assumptions {', '.join(names)}"
        return f"every run is left out: a request breaks {broken}"

    def _never(self, claim: Claim, premise: Core) -> bool:
        """Whether an induction shows that no run meets a premise."""
        if claim.kind == "invariant":
            return self.induction.never(premise)
        return claim.kind == "property" and self.induction.holds(self.unrolled.nodes.negation(premise))

    def _meeting(self, claim: Claim, premise: Core, rounds: int) -> Played | str | None:
        test = meets(self.evaluator, claim, premise)
        unknown = ""
        for at in range(1, rounds + 1):
            for goals in self.questions.met(claim, premise, at):
                match self.search.ask(goals, test):
                    case Played() as played:
                        return played
                    case Unknown(why=why):
                        unknown = f"it holds, but no run that meets its premise was found: {why}"
                    case No():
                        pass
        return unknown or None

    def _may_have_no_answer(self) -> str:
        """Why the policy might have no answer because of what it leaves open; empty where it always has one."""
        policy, unrolled = self.session.policy, self.unrolled
        if self.session.asked == "set":
            format_ = self.session.interface.format
            if not asks_for_formed(unrolled.start, unrolled.rules, format_, unrolled.request):
                return f"`{policy.name}.defined` is about well-formed revisions, and the host may ask for others"
        ways: list[Query] = [(NoAdmissibleOutput(),)]
        if any(leans_on_open(policy, case) for case in policy.cases):
            ways.append((Undefined(),))
        if Asker(policy, self.units, beyond=True).impossible(*ways):
            return ""
        return f"`{policy.name}.defined` is not proved, and it is not known whether a run comes to that"


def prove_session(
    session: CheckedSession, claims: list[Claim], budget: int = BUDGET, *, among: Sequence[Claim] = ()
) -> Iterator[Outcome]:
    """The verdict on each of some claims about one session.

    `among` are all claims about it where these are some of them: whichever are asked, each has the same example, and
    the same share of the budget.
    """
    return SessionProver(session, claims, budget, among).outcomes()
