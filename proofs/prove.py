"""The prover: claims about one policy to verdicts."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct, structs

from ..model.cutoff import Cutoffs, LeavesFragment
from ..model.encode import TooLarge
from ..model.familiar import familiar, unusual_inputs
from ..model.goals import Answers, Fires, Speechless
from ..model.judge import Judge
from ..model.representatives import TooMany
from ..spec.checked import CheckedPolicy
from ..spec.syntax import Expr
from .claims import Claim, Goals
from .generalise import goal_features
from .scope import Example, SmallScope, described
from .shapes import counterexample
from .solve import Found, Impossible, Search, Unknown
from .verdict import Counterexample, Outcome

BUDGET = 10_000_000
"""The solver's resource units for one question: a hundred times what the library's claims take."""

SHARE_OUTSIDE = 50
"""Where the solver has quantifiers to go through, a unit takes longer: such a question gets this part of the budget."""

TRIED_OUTSIDE = (2, 4)
"""Revisions in a set up to which counterexamples are looked for where no cutoff is known, in turn."""


SearchKey: TypeAlias = "tuple[bool, tuple[tuple[str, int], ...] | None]"


class Prover:
    """Everything about one policy that its claims share: solvers by size, the evaluator, the small scope."""

    def __init__(
        self, policy: CheckedPolicy, claims: list[Claim], budget: int = BUDGET, *, explain: bool = True
    ) -> None:
        self.policy = policy
        self.explain = explain
        self.claims = claims
        self.budget = budget
        self._searches: dict[SearchKey, Search | TooLarge] = {}
        self._contradiction: tuple[str, ...] | Literal[False] | None = None
        self.judge = Judge(self.policy)
        self.cutoffs = Cutoffs(self.policy)

    def outcomes(self) -> Iterator[Outcome]:
        """The verdict on each claim, in their order."""
        started = time.perf_counter()
        wanted = [goals for claim in self.claims for goals in _searched(claim)]
        scope = SmallScope(self.judge, self.claims)
        examples = iter(scope.first(wanted))
        # The walk serves all claims: each bears its share of the time.
        share = (time.perf_counter() - started) / max(len(self.claims), 1)
        for claim in self.claims:
            started = time.perf_counter()
            seen = [next(examples) for _ in _searched(claim)]
            try:
                outcome = self._outcome(claim, seen)
            except TooMany:
                reason = (
                    "an example was found, and replaying it takes trying too many values of an open output or a range"
                )
                outcome = Outcome(claim, "undecided", reason=reason)
            yield structs.replace(outcome, seconds=time.perf_counter() - started + share)

    def _outcome(self, claim: Claim, seen: list[Example | None]) -> Outcome:
        if not any(seen) and (because := self._admits_nothing()) is not None:
            return Outcome(claim, "vacuous", self._cutoff_or_none(()), because, reason="the assumptions admit nothing")
        if claim.sought is not None:
            return self._can_happen(claim, claim.sought, seen[0])
        return self._always(claim, seen[: len(claim.counter)], seen[len(claim.counter) :])

    # ---- claims that something can happen ---------------------------------------------------------------

    def _can_happen(self, claim: Claim, sought: Goals, seen: Example | None) -> Outcome:
        if seen is not None:
            return Outcome(claim, "proved", self._cutoff_or_none(sought), witness=self._answered(sought, seen))
        found = self._find(sought)
        match found.result:
            case Found(example=Example() as example):
                example = self._readable(found, sought, example)
                if not self._replays(sought, example):
                    return self._inconsistent(claim, found.cutoff, "the solver's example does not replay")
                return Outcome(claim, "proved", found.cutoff, witness=self._answered(sought, example))
            case Impossible(because=because):
                own = "case " + claim.name.partition(".")[2]
                rest = tuple(part for part in because if part != own)
                return Outcome(claim, "refuted", found.cutoff, self._shadows(claim) or rest)
            case _:
                return Outcome(claim, "undecided", found.cutoff, reason=found.why(self.policy))

    def _answered(self, sought: Goals, example: Example) -> Example:
        """An example of a case that applies, with an answer where it gives one."""
        if not any(isinstance(goal, Fires) for goal in sought):
            return example
        slots = self.judge.evaluator.slots(example.situation)
        case = self.judge.evaluator.fires(slots)
        assert case is not None
        try:
            answer = self.judge.one_answer(slots, case)
        except TooMany:
            answer = None
        return Example(example.situation, answer or described(self.judge, slots, case))

    def _admits_nothing(self) -> tuple[str, ...] | None:
        """The assumptions that contradict each other, so that every claim is vacuous; None where they do not."""
        if self._contradiction is None:
            result = self._find(()).result
            self._contradiction = result.because if isinstance(result, Impossible) else False
        return None if self._contradiction is False else self._contradiction

    def _shadows(self, claim: Claim) -> tuple[str, ...]:
        """The earlier cases that together take everything from a case that cannot happen."""
        at = next(n for n, case in enumerate(self.policy.cases) if f"reachable.{case.name}" == claim.name)
        cutoff = self._cutoff_or_none(claim.sought or ())
        search = None if cutoff is None else self._search(self._sizes(cutoff))
        return search.shadows(at) if isinstance(search, Search) else ()

    # ---- claims that something never happens ------------------------------------------------------------

    def _always(self, claim: Claim, seen: list[Example | None], premises: list[Example | None]) -> Outcome:
        because: list[str] = []
        cutoff: dict[str, int] | None = {}
        for goals, example in zip(claim.counter, seen, strict=True):
            found = self._find(goals, smallest=True, explain=self.explain)
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
                        return self._refuted(claim, goals, found, example, example)
                    return Outcome(claim, "undecided", found.cutoff, reason=found.why(self.policy))
        return self._premised(claim, cutoff, tuple(because), premises)

    def _premised(
        self, claim: Claim, cutoff: dict[str, int] | None, because: tuple[str, ...], premises: list[Example | None]
    ) -> Outcome:
        """What is shown to hold is proved only where each of its premises can be met."""
        witness: Example | None = None
        for goals, seen in zip(claim.premises, premises, strict=True):
            example = seen
            if example is None:
                found = self._find(goals)
                match found.result:
                    case Found(example=Example() as model):
                        example = self._readable(found, goals, model)
                        if not self._replays(goals, example):
                            return self._inconsistent(claim, cutoff, "the solver's witness does not replay")
                    case Impossible(because=parts):
                        return Outcome(claim, "vacuous", cutoff, parts, reason=self._unmet(goals))
                    case _:
                        reason = f"it holds, but no example of its premise was found: {found.why(self.policy)}"
                        return Outcome(claim, "undecided", cutoff, because, reason=reason)
            witness = witness or example
        return Outcome(claim, "proved", cutoff, because, witness=witness)

    def _unmet(self, goals: Goals) -> str:
        """Why a premise that nothing satisfies is none: it need not be the premise's own fault."""
        if Answers() in goals and isinstance(self._find((Answers(),), explain=False).result, Impossible):
            return "no admitted input has an answer: see `total` and `defined`"
        return "nothing satisfies its premise"

    def _refuted(self, claim: Claim, goals: Goals, found: _Finding, model: Example, seen: Example | None) -> Outcome:
        if seen is not None and seen.situation.size < model.situation.size and found.cutoff is not None:
            return self._inconsistent(
                claim, found.cutoff, "the evaluator has a smaller counterexample than the solver's smallest"
            )
        if seen is not None and seen.situation.size <= model.situation.size:
            example = seen
        else:
            example = self._readable(found, goals, model)
        example = self._completed(goals, example)
        if not self._replays(goals, example):
            if self.policy.abstract and self._quantified(goals, found):
                reason = "the solver has a counterexample, with a relation that cannot be written down"
                return Outcome(claim, "undecided", found.cutoff, reason=reason)
            return self._inconsistent(claim, found.cutoff, "the counterexample does not replay")
        shown: Counterexample = counterexample(self.judge, goals, example, found.search)
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
        return self.judge.meets(example.situation, example.answer, self.judge.judgement(goals))

    def _inconsistent(self, claim: Claim, cutoff: dict[str, int] | None, reason: str) -> Outcome:
        return Outcome(claim, "inconsistent", cutoff, reason=f"{reason}; this is a defect of Parley, please report it")

    # ---- searching --------------------------------------------------------------------------------------

    def _find(self, goals: Goals, *, smallest: bool = False, explain: bool = True) -> _Finding:
        try:
            cutoff = self.cutoffs.of(goals)
        except LeavesFragment as error:
            return self._find_outside(goals, error)
        search = self._search(self._sizes(cutoff))
        if isinstance(search, TooLarge):
            return _Finding(Unknown("the formula is too large once its quantifiers are spelled out"), cutoff, None)
        try:
            return _Finding(search.find(goals, smallest=smallest, explain=explain), cutoff, search)
        except TooLarge:
            return _Finding(Unknown("the formula is too large once its quantifiers are spelled out"), cutoff, None)

    def _find_outside(self, goals: Goals, error: LeavesFragment) -> _Finding:
        """Without a cutoff: look for small examples first, then leave sets of any size to the solver's quantifiers."""
        sets = [v.name.id for v in self.policy.interface.configs if v.type == "set"]
        for size in TRIED_OUTSIDE:
            search = self._search(dict.fromkeys(sets, size), outside=True)
            if isinstance(search, Search):
                try:
                    result = search.find(goals, smallest=True)
                except TooLarge:
                    break
                if isinstance(result, Found):
                    return _Finding(result, None, search)
        search = self._search(None, outside=True)
        assert isinstance(search, Search)
        result = search.find(goals)
        if isinstance(result, Impossible):
            return _Finding(result, None, None)
        reason = result.reason if isinstance(result, Unknown) else f"no example has up to {TRIED_OUTSIDE[-1]} revisions"
        return _Finding(Unknown(reason), None, None, error)

    def _sizes(self, cutoff: dict[str, int] | None) -> dict[str, int]:
        """Sizes to solve with: a little more than the cutoff does no harm, and claims then share a solver."""
        return {name: _rounded(size) for name, size in (cutoff or {}).items()}

    def _search(self, sizes: dict[str, int] | None, *, outside: bool = False) -> Search | TooLarge:
        key = (outside, None if sizes is None else tuple(sorted(sizes.items())))
        if key not in self._searches:
            budget = max(self.budget // SHARE_OUTSIDE, 1) if outside else self.budget
            try:
                self._searches[key] = Search(self.policy, sizes, budget)
            except TooLarge as error:
                self._searches[key] = error
        return self._searches[key]

    def _readable(self, found: _Finding, goals: Goals, example: Example) -> Example:
        if found.search is None:
            return example
        format_ = self.judge.evaluator.format
        literals = goal_features(self.judge, goals).words
        near = {word + step for word in literals for step in (-1, 1)} - literals
        known = familiar(format_, 9, literals)
        beside = [word for word in sorted(near) if format_.well_formed(word)]
        return found.search.familiar(goals, example, [*known, *beside, *unusual_inputs(format_, known[0])])

    def _cutoff_or_none(self, goals: Goals) -> dict[str, int] | None:
        try:
            return self.cutoffs.of(goals)
        except LeavesFragment:
            return None


class _Finding(Struct, frozen=True):
    """A result with the cutoff that it holds at, the solver that has it, and why the fragment was left."""

    result: Found | Impossible | Unknown
    cutoff: dict[str, int] | None
    search: Search | None
    left: LeavesFragment | None = None

    def why(self, policy: CheckedPolicy) -> str:
        reason = self.result.reason if isinstance(self.result, Unknown) else "no answer"
        if self.left is None:
            return f"the solver gave no answer within its budget ({reason})"
        return f"`{_shown(self.left.formula)}` leaves the decidable fragment: {self.left.reason} ({reason})"


def _shown(formula: Expr) -> str:
    from ..spec.print_tree import print_expr

    # Inlined variables carry a number of their own.
    return re.sub(r"·\d+", "", print_expr(formula))


def _searched(claim: Claim) -> tuple[Goals, ...]:
    """What the small scope looks for, for one claim."""
    return (claim.sought,) if claim.sought is not None else (*claim.counter, *claim.premises)


def _largest(left: dict[str, int], right: dict[str, int]) -> dict[str, int]:
    return {name: max(left.get(name, 0), size) for name, size in right.items()}


def _rounded(size: int) -> int:
    return 3 if size <= 3 else 1 << (size - 1).bit_length()


def prove(
    policy: CheckedPolicy, claims: list[Claim], budget: int = BUDGET, *, explain: bool = True
) -> Iterator[Outcome]:
    """The verdict on each of some claims about one policy. Without `explain`, proofs do not say what they used."""
    return Prover(policy, claims, budget, explain=explain).outcomes()
