"""The small scope: every configuration of a few familiar revisions with every input on them, walked by the evaluator.

It stands next to every proof as a second opinion, and finds the examples that are easiest to read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, combinations, product
from typing import Any

from msgspec import Struct

from ..model.evaluate import Slots
from ..model.familiar import familiar, unusual_inputs
from ..model.features import features_of
from ..model.goals import Holds, leans_on_open
from ..model.judge import Judge, Judgement
from ..model.representatives import TooMany
from ..model.situation import Answer, Relation, Situation, Value
from .claims import Claim, Goals

MOST_SITUATIONS = 3_000
MOST_WORK = 10_000_000
"""Revisions of quantified ranges gone through before claims with ranges are left to the solver alone."""

MOST_RELATIONS = 64
"""Interpretations of the abstract `define`s tried for one situation."""


class Example(Struct, frozen=True):
    """A situation with an answer. `case` of the answer is None where no case applies."""

    situation: Situation
    answer: Answer


class SmallScope:
    """Walks the small scope of one policy once, for many goals. The first example found of each is the smallest."""

    def __init__(self, judge: Judge, claims: list[Claim]) -> None:
        self.judge = judge
        self.evaluator = judge.evaluator
        policy = judge.policy
        formulas = [c.formula for c in claims if c.formula is not None]
        formulas += [g.formula for c in claims for way in c.counter for g in way if isinstance(g, Holds)]
        formulas += [case.guard for case in policy.cases if case.guard is not None]
        formulas += [a.value for case in policy.cases for a in case.assignments if a.value is not None]
        formulas += [p.statement.formula for p in policy.assumptions]
        formulas += [
            v for c in claims for way in c.counter for g in way if (v := getattr(g, "value", None)) is not None
        ]
        literals = features_of(formulas, policy.defines, judge.evaluator.format).words
        self.revisions, self.inputs = self._pools(frozenset(sorted(literals)[:6]))
        self.open_values = list(dict.fromkeys([*self.revisions, *self.inputs, 0]))
        self.situations = 0
        self.answers = 0

    def _pools(self, literals: frozenset[int]) -> tuple[list[int], list[int]]:
        """Revisions for configurations and words for inputs, as many as the limit allows."""
        format_ = self.evaluator.format
        interface = self.judge.policy.interface
        for count in (5, 4, 3, 2, 1):
            revisions = familiar(format_, count, literals)[: max(count, min(len(literals) + 2, 6))]
            small = familiar(format_, 6 if count > 2 else count, literals)
            below = [w for w in familiar(format_, 99) if w < min(revisions)]
            above = [w for w in familiar(format_, 99) if w > max(revisions)]
            inputs = list(dict.fromkeys([*small, *above[:1], *below[:1], *unusual_inputs(format_, revisions[0])]))
            total = len(inputs) ** len(interface.inputs)
            for variable in interface.configs:
                total *= {"set": 2 ** len(revisions), "bool": 2}.get(str(variable.type), len(revisions))
            if total <= MOST_SITUATIONS or count == 1:
                return revisions, inputs
        raise AssertionError

    def configurations(self) -> list[dict[str, Value]]:
        """Every configuration, those with fewest revisions first, then familiar ones first."""
        choices: list[list[tuple[int, Value]]] = []
        for variable in self.judge.policy.interface.configs:
            if variable.type == "set":
                subsets = chain.from_iterable(combinations(self.revisions, n) for n in range(len(self.revisions) + 1))
                choices.append([(len(subset), tuple(sorted(subset))) for subset in subsets])
            elif variable.type == "bool":
                choices.append([(0, False), (0, True)])
            else:
                choices.append([(0, word) for word in self.revisions])
        names = [v.name.id for v in self.judge.policy.interface.configs]
        rows = sorted(product(*choices), key=lambda row: sum(size for size, _ in row))
        return [dict(zip(names, (value for _, value in row), strict=True)) for row in rows]

    def first(self, wanted: list[Goals]) -> list[Example | None]:
        """For each list of goals, the first example in the small scope."""
        judgements = [self.judge.judgement(goals) for goals in wanted]
        found: list[Example | None] = [None] * len(wanted)
        # A premise that is nothing but the policy's answers is met at once and must not be asked again.
        waiting = dict(enumerate(judgements))
        ranged = [at for at, goals in enumerate(wanted) if self._ranges(goals)]
        for slots, situation in self._situations():
            if self.evaluator.work.done > MOST_WORK:
                for at in ranged:
                    waiting.pop(at, None)
            case = self.evaluator.fires(slots)
            of_situation = [(at, j) for at, j in waiting.items() if not j.of_answers]
            if of_situation:
                self._try(of_situation, slots, situation, case, waiting, found)
            if case is None:
                continue
            of_answers = [(at, j) for at, j in waiting.items() if j.of_answers]
            try:
                for _ in self.evaluator.answers(slots, case, self.open_values):
                    self.answers += 1
                    self._try(of_answers, slots, situation, case, waiting, found)
            except TooMany:
                continue
        return found

    def _ranges(self, goals: Goals) -> bool:
        formulas = [goal.formula for goal in goals if isinstance(goal, Holds)]
        return features_of(formulas, self.judge.policy.defines, self.evaluator.format).ranges > 0

    def _try(
        self,
        judgements: list[tuple[int, Judgement]],
        slots: Slots,
        situation: Callable[[], Situation],
        case: int | None,
        waiting: dict[int, Judgement],
        found: list[Example | None],
    ) -> None:
        for at, judgement in judgements:
            try:
                met = judgement(slots, case)
            except TooMany:
                # The evaluator cannot decide this one here; the solver's word stands alone.
                continue
            if met and found[at] is None:
                whole = judgement.of_answers
                answer = self.evaluator.answer(slots, case) if whole else described(self.judge, slots, case)
                example = Example(situation(), answer)
                # What a relation was not asked here it may be asked with other representatives: look again.
                if self.judge.policy.abstract and not self.judge.meets(example.situation, answer, judgement):
                    continue
                found[at] = example
                del waiting[at]

    def _situations(self) -> Iterator[tuple[Slots, Callable[[], Situation]]]:
        """Slots with each admitted situation in them, and a function that gives the situation as a value."""
        evaluator = self.evaluator
        names = [v.name.id for v in self.judge.policy.interface.inputs]
        for config in self.configurations():
            for row in product(self.inputs, repeat=len(names)):
                inputs = dict(zip(names, row, strict=True))
                for relations in _Relations(self.judge):
                    slots = evaluator.slots(Situation(config, inputs))
                    relations.put(slots)
                    if evaluator.work.done > 2 * MOST_WORK:
                        return
                    if evaluator.admits(slots):
                        self.situations += 1
                        yield slots, partial(_situation, config, inputs, relations)


def _situation(config: dict[str, Value], inputs: dict[str, int], relations: _Relations) -> Situation:
    return Situation(config, inputs, relations.values())


def described(judge: Judge, slots: Slots, case: int | None) -> Answer:
    """The answer of a situation where there is none to be had in full: outputs without a value are None."""
    names = [v.name.id for v in judge.policy.interface.outputs]
    if case is None:
        return Answer(None, dict.fromkeys(names))
    checked = judge.policy.cases[case]
    missing = judge.evaluator.undefined(slots, case)
    # An open output has a value only where another one's lack of a value follows from it.
    open_ = set[str]() if missing and leans_on_open(judge.policy, checked) else set(checked.unspecified)
    outputs = {n: None if n in open_ else v for n, v in judge.evaluator.outputs(slots).items()}
    return Answer(checked.name, outputs)


class _Relations:
    """Every interpretation of the abstract `define`s, as far as formulas ask: each question is answered both ways."""

    def __init__(self, judge: Judge) -> None:
        self.places = {d.name.id: judge.evaluator.compiler.slots[d.name.id] for d in judge.policy.abstract}
        self.trail: list[tuple[tuple[str, tuple[Any, ...]], bool]] = []
        self.known: dict[tuple[str, tuple[Any, ...]], bool] = {}

    def __iter__(self) -> Iterator[_Relations]:
        for _ in range(MOST_RELATIONS):
            yield self
            # The last question answered no is answered yes next; what was asked after it is asked anew.
            while self.trail and self.trail[-1][1]:
                del self.known[self.trail.pop()[0]]
            if not self.trail:
                return
            question = self.trail.pop()[0]
            self.trail.append((question, True))
            self.known[question] = True

    def put(self, slots: Slots) -> None:
        for name, place in self.places.items():
            slots[place] = self._asked(name)

    def _asked(self, name: str) -> Any:
        def ask(*arguments: Any) -> bool:
            question = (name, arguments)
            if question not in self.known:
                self.known[question] = False
                self.trail.append((question, False))
            return self.known[question]

        return ask

    def values(self) -> dict[str, Relation]:
        return {
            name: Relation(frozenset(args for (asked, args), holds in self.known.items() if asked == name and holds))
            for name in self.places
        }
