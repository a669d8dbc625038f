"""What an RMM with one fault in it answers: first of all what tells it from its policy.

Where answers are left open, an RMM may give any one, and a test program is run against some of them. Of a mutant those
are looked for that the policy does not allow; where there are none, it answers as the policy does. A mutant without an
answer, such as one with an output that has no value, leaves words in the registers that are no answer, as an RMM would.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice

from ..model.instance import Instance, Range, Value, word_of
from ..model.oracle import Outputs
from ..model.query_evaluation import QueryEvaluator
from ..model.representatives import TooMany
from ..spec.registers import content, place
from ..spec.syntax import Variable
from ..spec.words import WIDEST
from .known_answers import EncodingCheck, KnownAnswers, near, outputs_of
from .mutant_check import COST, MANY_ANSWERS, MOST_AT_POINT, MutantCheck
from .mutants import Mutant

MOST_CHOICES = 4
"""A program is run against so many answers to one request, at most."""

MOST_VALUES = 3
"""So many values of an output that is left open are worth an answer of their own."""

MOST_WRONG = 40
"""Wrong answers among which some are chosen."""


class RightAnswers:
    """What a policy answers, point by point: the answer that is `usual`, then others that it allows."""

    def __init__(self, check: MutantCheck, answers: KnownAnswers) -> None:
        self.check = check
        self.known = answers
        self.oracle = answers.oracle
        self._usual: dict[Instance, Outputs | None] = {}
        self._choices: dict[Instance, list[Outputs]] = {}

    def usual(self, at: Instance) -> Outputs | None:
        """One answer, of the configuration's own revisions where it may; None where there is none."""
        if at not in self._usual:
            self._usual[at] = None
            slots = self.oracle.slots(at.config, at.inputs)
            case = self.oracle.evaluator.fires(slots)
            if case is not None:
                with suppress(TooMany), self.oracle.evaluator.work.limited(MOST_AT_POINT + COST * MANY_ANSWERS):
                    found = self.oracle.queries.one_answer(slots, case)
                    self._usual[at] = found and outputs_of(found.outputs)
        return self._usual[at]

    def at(self, at: Instance) -> list[Outputs]:
        """Some answers, none where there is none."""
        if at not in self._choices:
            usual = self.usual(at)
            others = (outputs for _, outputs in self.known.at(at))
            self._choices[at] = [] if usual is None else varied([usual, *others], usual, self.open_at(at))
        return self._choices[at]

    def open_at(self, at: Instance) -> frozenset[str]:
        """The outputs that the policy leaves open there."""
        answer = self.check.answer(at)
        return frozenset() if answer is None else answer.open


class FaultyAnswers:
    """What a mutant answers, point by point."""

    def __init__(self, mutant: Mutant, right: RightAnswers) -> None:
        self.mutant = mutant
        self.right = right
        self.oracle = right.oracle
        self.encoding = None if mutant.encoding is None else EncodingCheck(right.known, mutant.encoding)
        self.queries = QueryEvaluator(mutant.policy, self.oracle.evaluator.work)
        self._same = right.check.unchanged(mutant.policy)
        self._choices: dict[Instance, list[Outputs]] = {}

    def at(self, at: Instance) -> list[Outputs]:
        """Some answers, those that the policy does not allow where there are such; none where both have no answer."""
        if at not in self._choices:
            self._choices[at] = self._at(at)
        return self._choices[at]

    def _at(self, at: Instance) -> list[Outputs]:
        answer, usual = self.right.check.answer(at), self.right.usual(at)
        # A mutant of the text may have no answer, whatever is chosen for what it leaves open.
        if self.encoding is None and next(self._candidates(at), None) is None:
            return [] if usual is None else [self._junk(usual)]
        wrong = self._wrong(at)
        if wrong:
            settled = answer.outputs if answer is not None else {}
            return varied(wrong, {**(usual or {}), **settled}, self.right.open_at(at))
        if usual is None:
            return []
        if self.encoding is not None:
            return [self.encoding.held(at, usual)]
        # It allows no more than the policy, and perhaps less.
        return [next(self._candidates(at), usual)]

    def _junk(self, usual: Outputs) -> Outputs:
        """Something else than the policy's answer in each output: every bit set, unless that is the answer."""
        variables = self.oracle.interface.variables
        return {name: self._other(variables[name], value) for name, value in usual.items()}

    def _other(self, variable: Variable, value: Value) -> Value:
        if variable.type in ("set", "range"):
            something = (0,) if variable.type == "set" else Range(0, 0)
            return something if value == () else ()
        register, format_ = place(variable), self.oracle.interface.format
        all_ones = (1 << (WIDEST if register is None else register.bits)) - 1
        return all_ones if content(variable, word_of(value), format_) != all_ones else 0

    def _wrong(self, at: Instance) -> list[Outputs]:
        """Answers that the policy does not allow."""
        check = self.right.check
        wanted = check.wanted(at, self._same)
        case = self.queries.evaluator.fires(self.queries.evaluator.slots(at))
        made: list[Outputs] = []
        if self.encoding is None and case in wanted.right:
            return made
        candidates = self._candidates(at) if self.encoding is None else self.encoding.all_held(at)
        with suppress(TooMany), check.work.limited(MOST_AT_POINT + COST * MANY_ANSWERS):
            for outputs in islice(candidates, MANY_ANSWERS):
                if not wanted.allowed(outputs):
                    made.append(outputs)
                    if len(made) == MOST_WRONG:
                        break
        return made

    def _candidates(self, at: Instance) -> Iterator[Outputs]:
        """Answers of a mutant of the text: as the policy's usual one where they may be, then all."""
        evaluator, policy = self.queries.evaluator, self.queries.policy
        slots = evaluator.slots(at)
        case = evaluator.fires(slots)
        if case is None:
            return
        open_ = policy.cases[case].unspecified
        if not open_:
            if not evaluator.undefined(slots, case):
                yield outputs_of(evaluator.outputs(slots))
            return
        usual = self.right.usual(at)
        first = [*([usual] if usual is not None else []), *self.right.known.wrong.get(at, ())]
        for outputs in first:
            evaluator.put(slots, {name: outputs.get(name) for name in open_})
            if evaluator.completes(slots, case):
                yield outputs_of(evaluator.outputs(slots))
        try:
            pool = self.queries.open_values(slots, case)
        except TooMany:
            pool = near(at, evaluator.format.end)
        for _ in evaluator.answers(slots, case, pool):
            yield outputs_of(evaluator.outputs(slots))


def varied(candidates: Iterable[Outputs], settled: Outputs, open_: frozenset[str]) -> list[Outputs]:
    """A few of some answers, the first of them and then whatever differs most from those before.

    What a policy settles is right or wrong; of what it leaves `open_`, some values are looked at.
    """
    left = list(candidates)
    seen: set[tuple[str, Value]] = set()
    count: Counter[str] = Counter()

    def news(outputs: Outputs) -> set[tuple[str, Value]]:
        marks: set[tuple[str, Value]] = set()
        for name, value in outputs.items():
            if name in open_:
                marks |= {(name, value)} if count[name] < MOST_VALUES else set()
            elif settled.get(name) != value:
                marks.add((name, True))
        return marks - seen

    made: list[Outputs] = []
    while left and len(made) < MOST_CHOICES:
        best = max(left, key=lambda outputs: len(news(outputs)))
        found = news(best)
        if made and not found:
            break
        seen |= found
        count.update(name for name, _ in found)
        made.append(best)
        left.remove(best)
    return made
