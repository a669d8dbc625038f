"""Which mutants a point tells apart from their policy, concretely."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from itertools import islice

from msgspec import Struct

from ..model.instance import Instance, Value
from ..model.oracle import Answered, NoAnswer, Oracle, Outputs, left_open
from ..model.queries import leans_on_open
from ..model.query_evaluation import QueryEvaluator
from ..model.representatives import TooMany
from ..model.work import OutOfWork
from ..spec.checked import CheckedPolicy
from .known_answers import OUTPUT, EncodingCheck, KnownAnswers, near, outputs_of
from .mutants import Mutant

MOST_AT_POINT = 200_000
"""Nodes of formulas that the evaluator looks at for one point and one mutant."""

MOST_WORK = 30_000_000
"""Nodes for all points and mutants of a policy: some ten seconds. What is not seen by then, the solver looks for."""

VISIT = 40
"""What it takes to come to a point with a mutant, before a formula is looked at: as much as so many nodes."""

COST = 800
"""What it may take to find an answer and compare it with the policy's, in nodes."""

MOST_ANSWERS = 60
MANY_ANSWERS = 2000
"""Where an answer is left open, so many of what it may be are looked at, of a point among hundreds and of one alone."""


class MutantCheck:
    """Compares mutants with their policy, point by point."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle
        self.policy: CheckedPolicy = oracle.policy
        self.work = oracle.evaluator.work
        self.answers = KnownAnswers(oracle)
        self._answers: dict[Instance, Answered | None] = {}
        # A point is asked of hundreds of mutants, each with dozens of answers.
        self._wanted: dict[Instance, tuple[str, Wanted]] = {}
        self._case_of = {case.name: at for at, case in enumerate(self.policy.cases)}

    def kills(self, mutant: Mutant, points: list[Instance]) -> list[Instance]:
        """The points at which an implementation of the mutant can be told from one of the policy.

        That is where one of its answers is none of the policy's, or where it has none.
        """
        tells, same = teller(mutant, self.oracle, self.answers, MOST_ANSWERS), self.unchanged(mutant.policy)
        made: list[Instance] = []
        for at in points:
            self.work.spend(VISIT)
            if self.work.done > MOST_WORK:
                break
            if tells(at, self.wanted(at, same)):
                made.append(at)
        return made

    def tells(self, mutant: Mutant, at: Instance) -> bool:
        """Whether a mutant can be told at a point, however much was looked at before."""
        return teller(mutant, self.oracle, self.answers)(at, self.wanted(at, self.unchanged(mutant.policy)))

    def unchanged(self, mutant: CheckedPolicy) -> dict[str, set[int]]:
        """For each case of the policy, the cases of a mutant that answer the same where they fire."""
        if mutant.defines != self.policy.defines:
            return {}
        return {
            case.name: {
                at
                for at, other in enumerate(mutant.cases)
                if (case.assignments, case.ensures) == (other.assignments, other.ensures)
            }
            for case in self.policy.cases
        }

    def wanted(self, at: Instance, same: dict[str, set[int]]) -> Wanted:
        """What the policy wants at a point; `same` has the cases of a mutant that are `unchanged`."""
        known = self._wanted.get(at)
        if known is None:
            answer = self.answer(at)
            case, fixed = ("", {}) if answer is None else (answer.case, answer.outputs)
            known = self._wanted[at] = case, Wanted(fixed, remembered(self._allows(at)))
        case, wanted = known
        right = same.get(case)
        return Wanted(wanted.fixed, wanted.allowed, right) if right else wanted

    def _allows(self, at: Instance) -> Callable[[Outputs], bool]:
        answer, evaluator = self.answer(at), self.oracle.evaluator
        if answer is None:
            return lambda outputs: False
        if not answer.open:
            return lambda outputs: outputs == answer.outputs and self.oracle.are_values(outputs)
        slots, case = self.oracle.slots(at.config, at.inputs), self._case_of[answer.case]

        def allowed(outputs: Outputs) -> bool:
            if any(outputs.get(name) != value for name, value in answer.outputs.items()):
                return False
            if not self.oracle.are_values(outputs):
                return False
            evaluator.put(slots, dict(outputs))
            return evaluator.allows(slots, case)

        return allowed

    def answer(self, at: Instance) -> Answered | None:
        """What the policy itself answers; None where it has no answer."""
        if at not in self._answers:
            try:
                with self.work.limited(MOST_AT_POINT):
                    self._answers[at] = self.oracle.answer(at.config, at.inputs)
            except (NoAnswer, TooMany):
                self._answers[at] = None
        return self._answers[at]

    def answered(self, at: Instance) -> bool:
        """Whether the policy is known to allow some answer. Where it allows none, whatever an implementation does is
        wrong.
        """
        try:
            with self.work.limited(MOST_AT_POINT):
                return self.answer(at) is not None and self._speaks(at)
        except OutOfWork:
            return False
        except TooMany:
            # There are more sets than can be tried; one of those that are tried may do.
            return bool(self.answers.at(at))

    def has_none(self, at: Instance) -> bool:
        """Whether it is certain that the policy has no answer."""
        try:
            with self.work.limited(MOST_AT_POINT):
                self.oracle.answer(at.config, at.inputs)
                return not self._speaks(at)
        except NoAnswer:
            return True
        except (OutOfWork, TooMany):
            return False

    def _speaks(self, at: Instance) -> bool:
        """Whether an open output can have a value there. Raises OutOfWork and TooMany where that is not known."""
        evaluator = self.oracle.evaluator
        slots = self.oracle.slots(at.config, at.inputs)
        case = evaluator.fires(slots)
        if case is None:
            return False
        if not self.policy.cases[case].ensures and not leans_on_open(self.policy, self.policy.cases[case]):
            return True
        # Mostly one of the revisions at hand will do.
        if any(True for _ in evaluator.answers(slots, case, near(at, self.oracle.format.end))):
            return True
        return not self.oracle.queries.is_silent(slots, case)


class Wanted(Struct, frozen=True):
    """What an answer must be: the outputs that are `fixed`, and whether the whole of it is `allowed`.

    The cases of a mutant that are `right` are known to answer what is wanted.
    """

    fixed: Mapping[str, Value]
    allowed: Callable[[Outputs], bool]
    right: Collection[int] = ()


def remembered(allows: Callable[[Outputs], bool]) -> Callable[[Outputs], bool]:
    """The same, worked out once for each of the outputs: most mutants answer at a point what others do."""
    known: dict[tuple[Value | str, ...], bool] = {}

    def allowed(outputs: Outputs) -> bool:
        # The names tell apart what lacks one of the outputs.
        values = (*outputs, *outputs.values())
        if values not in known:
            known[values] = allows(outputs)
        return known[values]

    return allowed


def teller(
    mutant: Mutant, oracle: Oracle, answers: KnownAnswers, most: int = MANY_ANSWERS
) -> Callable[[Instance, Wanted], bool]:
    """What says whether an implementation of a mutant can be told at a point by what is wanted there.

    What is looked at for one point has a bound; beyond it, nothing was seen. `most` answers are looked at where there
    are many.
    """
    limit = MOST_AT_POINT + COST * most
    if mutant.encoding is not None:
        check = EncodingCheck(answers, mutant.encoding)
        return lambda at, wanted: oracle.evaluator.work.within(limit, lambda: check.fails(at, wanted.allowed))
    queries = QueryEvaluator(mutant.policy, oracle.evaluator.work)
    return lambda at, wanted: oracle.evaluator.work.within(
        limit, lambda: _fails(queries, at, wanted, most, answers.wrong.get(at, ()))
    )


def _fails(queries: QueryEvaluator, at: Instance, wanted: Wanted, most: int, first: Collection[Outputs]) -> bool:
    """Whether an implementation of a policy can answer at a point what is not wanted, or has no answer there.

    Before others, the answers that come `first` are looked at.
    """
    evaluator = queries.evaluator
    policy = queries.policy
    slots = evaluator.slots(at)
    case = evaluator.fires(slots)
    if case is None:
        return True
    if case in wanted.right:
        return False
    if not policy.cases[case].unspecified:
        return bool(evaluator.undefined(slots, case)) or not wanted.allowed(outputs_of(evaluator.outputs(slots)))
    # What does not depend on the open outputs settles most, without going through their values.
    missing = evaluator.undefined(slots, case)
    settled = evaluator.outputs(slots)
    open_ = left_open(policy, policy.cases[case])
    if not open_.issuperset(missing) or any(
        name in settled and settled[name] != v for name, v in wanted.fixed.items() if name not in open_
    ):
        return True
    for outputs in first:
        evaluator.put(slots, {name: outputs.get(name) for name in policy.cases[case].unspecified})
        answers = not evaluator.undefined(slots, case) and evaluator.allows(slots, case)
        if answers and not wanted.allowed(outputs_of(evaluator.outputs(slots))):
            return True
    try:
        pool, all_there = queries.open_values(slots, case), True
    except TooMany:
        # A few values cannot show that nothing goes wrong, but that something does.
        pool, all_there = near(at, evaluator.format.end), False
    seen = False
    for _ in islice(evaluator.answers(slots, case, pool), most):
        seen = True
        evaluator.work.spend(OUTPUT * len(policy.interface.outputs))
        if not wanted.allowed(outputs_of(evaluator.outputs(slots))):
            return True
    if seen or all_there:
        return not seen
    if most < MANY_ANSWERS:
        return False
    try:
        return queries.is_silent(slots, case)
    except TooMany:
        return False
