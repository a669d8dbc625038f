"""The prover: claims about one policy to verdicts."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from msgspec import structs

from ..model.cutoff import largest
from ..model.instance import Example
from ..model.parts import parts_of
from ..model.queries import Answers, Fact, Fires, Holds, NoAdmissibleOutput, Query
from ..model.query_evaluation import QueryEvaluator
from ..model.readable_values import readable_values, unusual_inputs
from ..model.representatives import TooMany
from ..model.work import OutOfWork
from ..spec.checked import CheckedPolicy
from .ask import Asker
from .budget import BUDGET
from .claims import Claim
from .counterexamples import counterexample
from .generalise import query_vocabulary
from .questions import Questions, questions_of
from .reply import No, Reply, Unknown, Yes
from .small_scope.policies import SmallScope, described
from .small_scope.walk import together
from .verdict import OVERLOOKED, REFUSED, UNCONFIRMED, Outcome, inconsistent

MOST_REPLAY = 5_000_000
"""Nodes of formulas that the evaluator looks at to replay one example: seconds."""


class Prover:
    """Everything about one policy that its claims share: who asks the solver, the evaluator, the small scope.

    No engine is believed alone: an example that the evaluator comes upon is confirmed by the solver with its values put
    in, and one of the solver's by the evaluator.
    """

    def __init__(
        self, policy: CheckedPolicy, claims: list[Claim], budget: int = BUDGET, among: Sequence[Claim] = ()
    ) -> None:
        self.policy = policy
        self.claims = claims
        self.among = among or claims
        self.questions = [questions_of(claim) for claim in claims]
        self._admission: Reply | None = None
        self._confirmed: dict[tuple[int, Query], tuple[Example, bool]] = {}
        self.queries = QueryEvaluator(self.policy)
        parts = parts_of(policy, (goal for questions in self.questions for goals in questions.all for goal in goals))
        self.asker = Asker(policy, budget, parts=parts, beyond=True)

    def outcomes(self) -> Iterator[Outcome]:
        """The verdict on each claim, in their order."""
        started = time.perf_counter()
        scope = SmallScope(self.queries, self.among)
        examples = iter(scope.first([goals for questions in self.questions for goals in questions.all]))
        walks = iter(scope.walks)
        # The walk serves all claims: each bears its share of the time.
        share = (time.perf_counter() - started) / max(len(self.claims), 1)
        for claim, questions in zip(self.claims, self.questions, strict=True):
            started = time.perf_counter()
            seen = [next(examples) for _ in questions.all]
            self.asker.begin()
            try:
                outcome = self._outcome(claim, questions, seen)
            except OutOfWork:
                reason = "an example was found, and replaying it takes the evaluator too long"
                outcome = Outcome(claim, "undecided", reason=reason)
            except TooMany:
                reason = (
                    "an example was found, and replaying it takes trying too many values of an open output or a range"
                )
                outcome = Outcome(claim, "undecided", reason=reason)
            against = not seen[0] if questions.sought is not None else any(seen[: len(questions.counter)])
            walk = structs.replace(together(next(walks) for _ in questions.all), refutes=against)
            yield structs.replace(outcome, seconds=time.perf_counter() - started + share, small_scope=walk)

    def _outcome(self, claim: Claim, questions: Questions, seen: list[Example | None]) -> Outcome:
        admitted = None if any(seen) else self._admits()
        if isinstance(admitted, No):
            cutoff = self.asker.cutoff(())
            return Outcome(claim, "vacuous", cutoff, admitted.because, reason="the assumptions admit nothing")
        if questions.sought is not None:
            return self._can_happen(claim, questions.sought, seen[0])
        return self._always(claim, questions, seen)

    # ---- claims that something can happen ---------------------------------------------------------------

    def _can_happen(self, claim: Claim, sought: Query, seen: Example | None) -> Outcome:
        cutoff = self.asker.cutoff(sought)
        if seen is not None:
            return self._unconfirmed(claim, sought, seen) or self._shown(claim, sought, seen, cutoff)
        match self.asker.ask(sought, explain=True):
            case Yes() as yes:
                example = self._completed(sought, self._readable(yes, sought))
                if not self._replays(sought, example):
                    return inconsistent(claim, "the solver's example does not replay", cutoff)
                return self._shown(claim, sought, example, cutoff)
            case No() if isinstance(admitted := self._admits(), Unknown):
                reason = f"it is not known whether the assumptions admit anything: {admitted.why}"
                return Outcome(claim, "undecided", cutoff, reason=reason)
            case No(because=because):
                return Outcome(claim, "refuted", cutoff, self._shadows(claim) or because)
            case Unknown(why=why):
                return Outcome(claim, "undecided", cutoff, reason=why)

    def _shown(self, claim: Claim, sought: Query, example: Example, cutoff: dict[str, int] | None) -> Outcome:
        witness = self._answered(sought, example)
        return Outcome(claim, "proved", cutoff, witness=witness, examples=(witness,))

    def _answered(self, sought: Query, example: Example) -> Example:
        """An example of a case that applies, with an answer where it gives one."""
        if not any(isinstance(goal, Fires) for goal in sought):
            return example
        slots = self.queries.evaluator.slots(example.instance)
        try:
            with self.queries.evaluator.work.limited(MOST_REPLAY):
                case = self.queries.evaluator.fires(slots)
                answer = None if case is None else self.queries.one_answer(slots, case)
        except TooMany:
            return example
        return example if answer is None else Example(example.instance, answer)

    def _admits(self) -> Reply:
        """Whether the assumptions admit something: where they contradict each other, every claim is vacuous."""
        if self._admission is None:
            with self.asker.apart():
                self._admission = self.asker.ask((), explain=True)
        return self._admission

    def _shadows(self, claim: Claim) -> tuple[str, ...]:
        """The earlier cases that together take everything from a case that cannot happen."""
        cases = self.policy.cases
        at = next(n for n, case in enumerate(cases) if f"reachable.{case.name}" == claim.name)
        elaboration = self.policy.elaboration
        nodes = elaboration.nodes
        guards = [nodes.true if case.guard is None else elaboration.of(case.guard) for case in cases[: at + 1]]
        earlier = [
            Fact(f"case {case.name}", nodes.negation(guard)) for case, guard in zip(cases, guards[:at], strict=False)
        ]
        return self.asker.needed((Holds(guards[at]),), earlier)

    # ---- claims that something never happens ------------------------------------------------------------

    def _always(self, claim: Claim, questions: Questions, seen: list[Example | None]) -> Outcome:
        because: list[str] = []
        cutoff: dict[str, int] | None = {}
        for goals, example in zip(questions.counter, seen, strict=False):
            own = self.asker.cutoff(goals)
            reply = self.asker.ask(goals, smallest=True, explain=True)
            match reply:
                case Yes():
                    return self._refuted(claim, goals, reply, example)
                case No(because=parts):
                    if example is not None:
                        return inconsistent(claim, OVERLOOKED, own)
                    because += [part for part in parts if part not in because]
                    cutoff = largest(cutoff, own)
                case Unknown(why=why):
                    if example is not None:
                        return self._refuted(claim, goals, None, example)
                    return Outcome(claim, "undecided", own, reason=why)
        premises = list(zip(questions.premises, seen[len(questions.counter) :], strict=True))
        return self._premised(claim, cutoff, tuple(because), premises)

    def _premised(
        self,
        claim: Claim,
        cutoff: dict[str, int] | None,
        because: tuple[str, ...],
        premises: list[tuple[Query, Example | None]],
    ) -> Outcome:
        """What is shown to hold is proved only where each of its premises can be met."""
        examples: list[Example] = []
        for goals, seen in premises:
            example = seen
            if example is not None:
                unconfirmed = self._unconfirmed(claim, goals, example)
                if unconfirmed is not None:
                    return unconfirmed
            else:
                match self.asker.ask(goals, explain=True):
                    case Yes() as yes:
                        example = self._completed(goals, self._readable(yes, goals))
                        if not self._replays(goals, example):
                            return inconsistent(claim, "the solver's witness does not replay", cutoff)
                    case No(because=parts):
                        return Outcome(claim, "vacuous", cutoff, parts, reason=self._unmet(goals))
                    case Unknown(why=why):
                        reason = f"it holds, but no example of its premise was found: {why}"
                        return Outcome(claim, "undecided", cutoff, because, reason=reason)
            examples.append(example)
        witness = examples[0] if examples else None
        return Outcome(claim, "proved", cutoff, because, witness=witness, examples=tuple(examples))

    def _unmet(self, goals: Query) -> str:
        """Why a premise that nothing satisfies is none: it need not be the premise's own fault."""
        if Answers() in goals and self.asker.impossible((Answers(),)):
            return "no admitted input has an answer: see `total` and `defined`"
        return "nothing that the policy answers satisfies its premise"

    def _refuted(self, claim: Claim, goals: Query, reply: Yes | None, seen: Example | None) -> Outcome:
        """There is a counterexample: the solver's, or what the evaluator has `seen`, or both."""
        cutoff = self.asker.cutoff(goals)
        size = None if reply is None else reply.example.instance.size
        smallest = reply is not None and reply.smallest
        if seen is not None and size is not None and seen.instance.size < size and smallest:
            return inconsistent(claim, "the evaluator has a smaller counterexample than the solver's smallest", cutoff)
        if seen is not None and (size is None or seen.instance.size <= size):
            unconfirmed = self._unconfirmed(claim, goals, seen)
            if unconfirmed is not None:
                return unconfirmed
            example = seen
        else:
            assert reply is not None
            example = self._readable(reply, goals)
        example = self._completed(goals, example)
        replayed = self._replays(goals, example)
        if not replayed:
            if self.policy.abstract and self._quantified(goals):
                reason = "the solver has a counterexample, with a relation that cannot be written down"
                return Outcome(claim, "undecided", cutoff, reason=reason)
            return inconsistent(claim, "the counterexample does not replay", cutoff)
        search = None if reply is None else reply.search
        shown = counterexample(self.queries, goals, example, search, self.asker.budget.aside(), replayed=replayed)
        return Outcome(claim, "refuted", cutoff, counterexample=shown)

    def _quantified(self, goals: Query) -> bool:
        """Whether the solver had quantifiers to go through, beneath which it describes relations in its own ways."""
        ranged = query_vocabulary(self.queries, goals).ranges > 0
        return ranged or self.asker.cutoff(goals) is None or any(isinstance(goal, NoAdmissibleOutput) for goal in goals)

    def _completed(self, goals: Query, example: Example) -> Example:
        """An example that is no answer (no case applies, an output has no value) shows what there is of one."""
        compiled = self.queries.compiled_query(goals)
        if compiled.of_answers:
            return example
        slots = self.queries.evaluator.slots(example.instance)
        with self.queries.evaluator.work.limited(MOST_REPLAY):
            case = self.queries.evaluator.fires(slots)
            # Asking puts in the values of open outputs that the failure follows from.
            compiled(slots, case)
            return Example(example.instance, described(self.queries, slots, case))

    def _replays(self, goals: Query, example: Example) -> bool:
        with self.queries.evaluator.work.limited(MOST_REPLAY):
            return self.queries.meets(example.instance, example.answer, self.queries.compiled_query(goals))

    def _unconfirmed(self, claim: Claim, goals: Query, example: Example) -> Outcome | None:
        """The verdict where the solver does not confirm an example of the evaluator's; None where it does."""
        key = (id(example), goals)
        if key not in self._confirmed:
            confirmed = self.asker.confirms(goals, example)
            if confirmed is None:
                return Outcome(claim, "undecided", self.asker.cutoff(goals), reason=UNCONFIRMED)
            # An id is only good as long as what has it lives.
            self._confirmed[key] = example, confirmed
        if self._confirmed[key][1]:
            return None
        return inconsistent(claim, REFUSED, self.asker.cutoff(goals))

    def _readable(self, yes: Yes, goals: Query) -> Example:
        """An example with values that are easy to read."""
        format_ = self.queries.evaluator.format
        literals = query_vocabulary(self.queries, goals).words
        near = {word + step for word in literals for step in (-1, 1)} - literals
        known = readable_values(format_, 9, literals)
        beside = [word for word in sorted(near) if format_.well_formed(word)]
        return self.asker.readable(yes, goals, [*known, *beside, *unusual_inputs(format_, known[0])])


def prove(
    policy: CheckedPolicy, claims: list[Claim], budget: int = BUDGET, *, among: Sequence[Claim] = ()
) -> Iterator[Outcome]:
    """The verdict on each of some claims about one policy.

    `among` are all claims about it where these are some of them: whichever are asked, each has the same example.
    """
    return Prover(policy, claims, budget, among).outcomes()
