"""The prover: claims about one policy to verdicts."""

from __future__ import annotations

import time
from collections.abc import Iterator

from msgspec import Struct, structs

from ..model.cutoff import Cutoffs
from ..model.familiar import familiar, unusual_inputs
from ..model.goals import Answers, Fires, Speechless
from ..model.judge import Judge
from ..model.memory import TooLarge
from ..model.parts import parts_of
from ..model.representatives import TooMany
from ..model.terms import Terms
from ..model.witnesses import LeavesFragment
from ..spec.checked import CheckedPolicy
from .budget import BUDGET, Budget
from .claims import Claim, Goals
from .generalise import goal_features
from .readable import readable
from .scope import Example, SmallScope, described
from .shapes import counterexample
from .solve import TOO_LARGE, Found, Impossible, Search, Unknown
from .verdict import Outcome
from .walk import together

SHARED = 300_000
"""Units that a question may take in the solver that the claims of a policy share, before it gets one of its own."""

SHARE_OUTSIDE = 50
"""Where the solver has quantifiers to go through, a unit takes longer: such a question gets this part of the budget."""

MOST_REPLAY = 5_000_000
"""Nodes of formulas that the evaluator looks at to replay one example: seconds."""

TRIED_OUTSIDE = (2, 4)
"""Revisions in a set up to which counterexamples are looked for where no cutoff is known, in turn."""


class Prover:
    """Everything about one policy that its claims share: solvers by size, the evaluator, the small scope.

    No engine is believed alone: an example that the evaluator comes upon is confirmed by the solver with its values put
    in, and one of the solver's by the evaluator. A shared solver learns from claim to claim; a question that it does
    not answer soon is asked anew of a solver that has seen nothing else, so no verdict depends on the claims before it.
    """

    def __init__(self, policy: CheckedPolicy, claims: list[Claim], budget: int = BUDGET) -> None:
        self.policy = policy
        self.claims = claims
        self.units = budget
        self.budget = Budget(budget)
        self._searches: dict[tuple[tuple[str, int], ...], Search | TooLarge] = {}
        self._admission: Found | Impossible | Unknown | None = None
        self._confirmed: dict[tuple[int, Goals], tuple[Example, bool]] = {}
        self._terms = Terms()
        self.judge = Judge(self.policy)
        self.cutoffs = Cutoffs(self.policy)
        self.parts = parts_of(policy, (goal for claim in claims for goals in _searched(claim) for goal in goals))

    def outcomes(self) -> Iterator[Outcome]:
        """The verdict on each claim, in their order."""
        started = time.perf_counter()
        wanted = [goals for claim in self.claims for goals in _searched(claim)]
        scope = SmallScope(self.judge, self.claims)
        examples = iter(scope.first(wanted))
        walks = iter(scope.walks)
        # The walk serves all claims: each bears its share of the time.
        share = (time.perf_counter() - started) / max(len(self.claims), 1)
        for claim in self.claims:
            started = time.perf_counter()
            seen = [next(examples) for _ in _searched(claim)]
            self.budget = Budget(self.units)
            try:
                outcome = self._outcome(claim, seen)
            except TooMany:
                reason = (
                    "an example was found, and replaying it takes trying too many values of an open output or a range"
                )
                outcome = Outcome(claim, "undecided", reason=reason)
            walk = together(next(walks) for _ in _searched(claim))
            yield structs.replace(outcome, seconds=time.perf_counter() - started + share, small_scope=walk)

    def _outcome(self, claim: Claim, seen: list[Example | None]) -> Outcome:
        admitted = None if any(seen) else self._admits()
        if isinstance(admitted, Impossible):
            cutoff = self._cutoff_or_none(())
            return Outcome(claim, "vacuous", cutoff, admitted.because, reason="the assumptions admit nothing")
        if claim.sought is not None:
            return self._can_happen(claim, claim.sought, seen[0])
        return self._always(claim, seen[: len(claim.counter)], seen[len(claim.counter) :])

    # ---- claims that something can happen ---------------------------------------------------------------

    def _can_happen(self, claim: Claim, sought: Goals, seen: Example | None) -> Outcome:
        if seen is not None:
            witness = self._answered(sought, seen)
            return self._unconfirmed(claim, sought, seen) or Outcome(
                claim, "proved", self._cutoff_or_none(sought), witness=witness
            )
        found = self._find(sought)
        match found.result:
            case Found(example=Example() as example):
                example = self._completed(sought, self._readable(found, sought, example))
                if not self._replays(sought, example):
                    return self._inconsistent(claim, found.cutoff, "the solver's example does not replay")
                return Outcome(claim, "proved", found.cutoff, witness=self._answered(sought, example))
            case Impossible() if isinstance(admitted := self._admits(), Unknown):
                reason = f"it is not known whether the assumptions admit anything: {admitted.reason}"
                return Outcome(claim, "undecided", found.cutoff, reason=reason)
            case Impossible(because=because):
                own = "case " + claim.name.partition(".")[2]
                rest = tuple(part for part in because if part != own)
                return Outcome(claim, "refuted", found.cutoff, self._shadows(claim, found) or rest)
            case _:
                return Outcome(claim, "undecided", found.cutoff, reason=found.why)

    def _answered(self, sought: Goals, example: Example) -> Example:
        """An example of a case that applies, with an answer where it gives one."""
        if not any(isinstance(goal, Fires) for goal in sought):
            return example
        slots = self.judge.evaluator.slots(example.situation)
        try:
            with self.judge.evaluator.work.limited(MOST_REPLAY):
                case = self.judge.evaluator.fires(slots)
                answer = None if case is None else self.judge.one_answer(slots, case)
        except TooMany:
            return example
        return example if answer is None else Example(example.situation, answer)

    def _admits(self) -> Found | Impossible | Unknown:
        """Whether the assumptions admit something: where they contradict each other, every claim is vacuous."""
        if self._admission is None:
            before, self.budget = self.budget, Budget(self.units)
            self._admission = self._find(()).result
            self.budget = before
        return self._admission

    def _shadows(self, claim: Claim, found: _Finding) -> tuple[str, ...]:
        """The earlier cases that together take everything from a case that cannot happen."""
        at = next(n for n, case in enumerate(self.policy.cases) if f"reachable.{case.name}" == claim.name)
        try:
            return found.search.shadows(at, self.budget.aside()) if found.search is not None else ()
        except TooLarge:
            return ()

    # ---- claims that something never happens ------------------------------------------------------------

    def _always(self, claim: Claim, seen: list[Example | None], premises: list[Example | None]) -> Outcome:
        because: list[str] = []
        cutoff: dict[str, int] | None = {}
        for goals, example in zip(claim.counter, seen, strict=True):
            found = self._find(goals, smallest=True)
            match found.result:
                case Found(example=Example() as model):
                    return self._refuted(claim, goals, found, model, example)
                case Impossible(because=parts):
                    if example is not None:
                        return self._inconsistent(
                            claim, found.cutoff, "the evaluator has a counterexample to what the solver proved"
                        )
                    because += [part for part in parts if part not in because]
                    cutoff = None if found.cutoff is None or cutoff is None else _largest(cutoff, found.cutoff)
                case _:
                    if example is not None:
                        return self._refuted(claim, goals, found, None, example)
                    return Outcome(claim, "undecided", found.cutoff, reason=found.why)
        return self._premised(claim, cutoff, tuple(because), premises)

    def _premised(
        self, claim: Claim, cutoff: dict[str, int] | None, because: tuple[str, ...], premises: list[Example | None]
    ) -> Outcome:
        """What is shown to hold is proved only where each of its premises can be met."""
        witness: Example | None = None
        for goals, seen in zip(claim.premises, premises, strict=True):
            example = seen
            if example is not None:
                unconfirmed = self._unconfirmed(claim, goals, example)
                if unconfirmed is not None:
                    return unconfirmed
            else:
                found = self._find(goals)
                match found.result:
                    case Found(example=Example() as model):
                        example = self._completed(goals, self._readable(found, goals, model))
                        if not self._replays(goals, example):
                            return self._inconsistent(claim, cutoff, "the solver's witness does not replay")
                    case Impossible(because=parts):
                        return Outcome(claim, "vacuous", cutoff, parts, reason=self._unmet(goals))
                    case _:
                        reason = f"it holds, but no example of its premise was found: {found.why}"
                        return Outcome(claim, "undecided", cutoff, because, reason=reason)
            witness = witness or example
        return Outcome(claim, "proved", cutoff, because, witness=witness)

    def _unmet(self, goals: Goals) -> str:
        """Why a premise that nothing satisfies is none: it need not be the premise's own fault."""
        if Answers() in goals and isinstance(self._find((Answers(),)).result, Impossible):
            return "no admitted input has an answer: see `total` and `defined`"
        return "nothing that the policy answers satisfies its premise"

    def _refuted(
        self, claim: Claim, goals: Goals, found: _Finding, model: Example | None, seen: Example | None
    ) -> Outcome:
        """There is a counterexample: the solver's `model`, or what the evaluator has `seen`, or both."""
        if seen is not None and model is not None and seen.situation.size < model.situation.size and found.smallest:
            return self._inconsistent(
                claim, found.cutoff, "the evaluator has a smaller counterexample than the solver's smallest"
            )
        if model is None or (seen is not None and seen.situation.size <= model.situation.size):
            assert seen is not None
            unconfirmed = self._unconfirmed(claim, goals, seen)
            if unconfirmed is not None:
                return unconfirmed
            example = seen
        else:
            example = self._readable(found, goals, model)
        example = self._completed(goals, example)
        replayed = self._replays(goals, example)
        if not replayed:
            if self.policy.abstract and self._quantified(goals, found):
                reason = "the solver has a counterexample, with a relation that cannot be written down"
                return Outcome(claim, "undecided", found.cutoff, reason=reason)
            return self._inconsistent(claim, found.cutoff, "the counterexample does not replay")
        shown = counterexample(self.judge, goals, example, found.search, self.budget.aside(), replayed=replayed)
        return Outcome(claim, "refuted", found.cutoff, counterexample=shown)

    def _quantified(self, goals: Goals, found: _Finding) -> bool:
        """Whether the solver had quantifiers to go through, beneath which it describes relations in its own ways."""
        ranged = goal_features(self.judge, goals).ranges > 0
        return ranged or found.cutoff is None or any(isinstance(goal, Speechless) for goal in goals)

    def _completed(self, goals: Goals, example: Example) -> Example:
        """An example that is no answer (no case applies, an output has no value) shows what there is of one."""
        judgement = self.judge.judgement(goals)
        if judgement.of_answers:
            return example
        slots = self.judge.evaluator.slots(example.situation)
        case = self.judge.evaluator.fires(slots)
        # The judgement puts in the values of open outputs that the failure follows from.
        judgement(slots, case)
        return Example(example.situation, described(self.judge, slots, case))

    def _replays(self, goals: Goals, example: Example) -> bool:
        with self.judge.evaluator.work.limited(MOST_REPLAY):
            return self.judge.meets(example.situation, example.answer, self.judge.judgement(goals))

    def _unconfirmed(self, claim: Claim, goals: Goals, example: Example) -> Outcome | None:
        """The verdict where the solver does not confirm an example of the evaluator's; None where it does."""
        key = (id(example), goals)
        if key not in self._confirmed:
            confirmed = self._confirms(goals, example)
            if confirmed is None:
                reason = "the evaluator found an example, and the solver did not confirm it within its budget"
                return Outcome(claim, "undecided", self._cutoff_or_none(goals), reason=reason)
            # An id is only good as long as what has it lives.
            self._confirmed[key] = example, confirmed
        if self._confirmed[key][1]:
            return None
        return self._inconsistent(
            claim, self._cutoff_or_none(goals), "the evaluator has an example that the solver refuses"
        )

    def _inconsistent(self, claim: Claim, cutoff: dict[str, int] | None, reason: str) -> Outcome:
        return Outcome(claim, "inconsistent", cutoff, reason=f"{reason}; this is a defect of Parley, please report it")

    # ---- searching --------------------------------------------------------------------------------------

    def _find(self, goals: Goals, *, smallest: bool = False) -> _Finding:
        try:
            cutoff = self.cutoffs.of(goals)
        except LeavesFragment as error:
            return self._find_outside(goals, error)
        sizes = {name: _rounded(size) for name, size in cutoff.items()}
        try:
            if self.units > 4 * SHARED:
                search = self._shared(sizes)
                trial = Budget(SHARED)
                result = search.find(goals, smallest=smallest, budget=trial)
                if not isinstance(result, Unknown):
                    self.budget.spend(SHARED - trial.left)
                    return _Finding(result, cutoff, search, smallest=smallest and not trial.spent)
            search = self._own(sizes)
            result = search.find(goals, smallest=smallest, budget=self.budget)
            return _Finding(result, cutoff, search, smallest=smallest and not self.budget.spent)
        except TooLarge:
            return _Finding(Unknown(TOO_LARGE), cutoff, None)

    def _find_outside(self, goals: Goals, error: LeavesFragment) -> _Finding:
        """Without a cutoff: look for small examples first, then leave sets of any size to the solver's quantifiers."""
        sets = [v.name.id for v in self.policy.interface.configs if v.type == "set"]
        part = max(self.budget.left // SHARE_OUTSIDE, 1)
        for size in TRIED_OUTSIDE:
            try:
                search = self._own(dict.fromkeys(sets, size))
                result = search.find(goals, smallest=True, explain=False, budget=Budget(part))
            except TooLarge:
                break
            if isinstance(result, Found):
                return _Finding(result, None, search)
        try:
            result = self._own(None).find(goals, budget=Budget(part))
        except TooLarge:
            result = Unknown(TOO_LARGE)
        if isinstance(result, Impossible):
            return _Finding(result, None, None)
        reason = result.reason if isinstance(result, Unknown) else f"no example has up to {TRIED_OUTSIDE[-1]} revisions"
        return _Finding(Unknown(reason), None, None, left=error)

    def _shared(self, sizes: dict[str, int]) -> Search:
        """A solver for claims that need sets of this size. Raises TooLarge."""
        key = tuple(sorted(sizes.items()))
        if key not in self._searches:
            try:
                self._searches[key] = Search(self.policy, sizes, self.units, self.parts, self._terms)
            except TooLarge as error:
                self._searches[key] = error
        known = self._searches[key]
        if isinstance(known, TooLarge):
            raise known
        return known

    def _own(self, sizes: dict[str, int] | None) -> Search:
        return Search(self.policy, sizes, self.units, self.parts)

    def _confirms(self, goals: Goals, example: Example) -> bool | None:
        """What the solver says of an example with all its values put in; None where it says nothing."""
        config = example.situation.config
        sizes = {name: _rounded(len(value)) for name, value in config.items() if isinstance(value, tuple)}
        try:
            if self.units > 4 * SHARED:
                confirmed = self._shared(sizes).confirms(goals, example, Budget(SHARED))
                if confirmed is not None:
                    return confirmed
            spending = self.budget.aside() if self.budget.spent else self.budget
            return self._own(sizes).confirms(goals, example, spending, for_good=True)
        except TooLarge:
            return None

    def _readable(self, found: _Finding, goals: Goals, example: Example) -> Example:
        """An example with values that are easy to read. It must still replay: where it does not, the solver's own."""
        if found.search is None:
            return example
        format_ = self.judge.evaluator.format
        literals = goal_features(self.judge, goals).words
        near = {word + step for word in literals for step in (-1, 1)} - literals
        known = familiar(format_, 9, literals)
        beside = [word for word in sorted(near) if format_.well_formed(word)]
        words = [*known, *beside, *unusual_inputs(format_, known[0])]
        try:
            return readable(found.search, goals, example, words, self.budget.aside())
        except TooLarge:
            return example

    def _cutoff_or_none(self, goals: Goals) -> dict[str, int] | None:
        try:
            return self.cutoffs.of(goals)
        except LeavesFragment:
            return None


class _Finding(Struct, frozen=True):
    """A result with the cutoff that it holds at and the solver that has it.

    `smallest` says that no example has fewer revisions, and `left` why the fragment was left.
    """

    result: Found | Impossible | Unknown
    cutoff: dict[str, int] | None
    search: Search | None
    smallest: bool = False
    left: LeavesFragment | None = None

    @property
    def why(self) -> str:
        reason = self.result.reason if isinstance(self.result, Unknown) else "no answer"
        if self.left is None:
            return reason
        return f"`{self.left.shown}` leaves the decidable fragment: {self.left.reason} ({reason})"


def _searched(claim: Claim) -> tuple[Goals, ...]:
    """What the small scope looks for, for one claim."""
    return (claim.sought,) if claim.sought is not None else (*claim.counter, *claim.premises)


def _largest(left: dict[str, int], right: dict[str, int]) -> dict[str, int]:
    return {name: max(left.get(name, 0), size) for name, size in right.items()}


def _rounded(size: int) -> int:
    return 3 if size <= 3 else size + size % 2 if size <= 8 else size


def prove(policy: CheckedPolicy, claims: list[Claim], budget: int = BUDGET) -> Iterator[Outcome]:
    """The verdict on each of some claims about one policy."""
    return Prover(policy, claims, budget).outcomes()
