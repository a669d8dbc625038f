"""The small scope: every configuration of a few familiar revisions with every input on them, walked by the evaluator.

It stands next to every proof as a second opinion, and finds the examples that are easiest to read. Where there are more
instances, or answers, than are walked, some are drawn (`drawn.py`), without listing the others; and what the evaluator
does is bounded, for the policy and for each question by itself, so a costly question takes its own second opinion only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, combinations
from math import prod
from typing import Any

from msgspec import Struct

from ...model.closures import Slots
from ...model.instance import Answer, Example, Instance, Relation, Value, ranges_among
from ...model.oracle import left_open
from ...model.queries import Given, Holds, Query, leans_on_open, leaves_several_open
from ...model.query_evaluation import CompiledQuery, QueryEvaluator
from ...model.readable_values import readable_values, unusual_inputs
from ...model.representatives import TooMany
from ...model.vocabulary import vocabulary_of
from ...model.work import OutOfWork, Work
from ...spec.syntax import Enumeration, Variable
from ..claims import Claim
from ..questions import questions_of
from .drawn import Row, rows
from .walk import Walk

MOST_INSTANCES = 3_000

MOST_ANSWERS = 128
"""Ways to fill in open outputs tried for one instance."""

MOST_RELATIONS = 64
"""Interpretations of the abstract `define`s tried for one instance."""

MOST_WORK = 3_000_000
"""What the evaluator does (`model/work.py`) for the policy itself, and for all questions together."""

LEAST_WORK = 50_000
"""What it does for each question, however many there are."""


class _Sought(Struct):
    """One query: what it may still cost, and what came of it so far."""

    compiled: CompiledQuery
    left: int
    example: Example | None = None
    walked: int = 0
    skipped: bool = False


class SmallScope:
    """Walks the small scope of one policy once, for many queries. The first example found of each is the smallest.

    What is tried depends on all claims about the policy, and not on which of them are asked about. `walks` says for
    each query how far it was walked.
    """

    def __init__(self, queries: QueryEvaluator, claims: Sequence[Claim]) -> None:
        self.queries = queries
        self.evaluator = queries.evaluator
        policy = queries.policy
        read = [c.formula for c in claims if c.formula is not None]
        read += [case.guard for case in policy.cases if case.guard is not None]
        read += [a.value for case in policy.cases for a in case.assignments if a.value is not None]
        read += [p.statement.formula for p in policy.assumptions]
        nodes = [policy.elaboration.of(formula) for formula in read]
        goals = [goal for c in claims for way in questions_of(c).counter for goal in way]
        nodes += [goal.formula for goal in goals if isinstance(goal, Holds)]
        nodes += [goal.value for goal in goals if isinstance(goal, Given)]
        literals = vocabulary_of(nodes).words
        self.revisions, self.inputs = self._pools(frozenset(sorted(literals)[:6]))
        self.open_values = list(dict.fromkeys([*self.revisions, *self.inputs, 0]))
        self.instances = 0
        self.answers = 0
        self.walks: list[Walk] = []
        # Something was left out: instances; answers or relations of the instance that is tried.
        self._drawn = False
        self._thinned = False
        self.left = MOST_WORK
        self.share = max(MOST_WORK // max(sum(len(questions_of(claim).all) for claim in claims), 1), LEAST_WORK)

    def _pools(self, literals: frozenset[int]) -> tuple[list[int], list[int]]:
        """Revisions for configurations and words for inputs, as many as the limit allows."""
        made: list[tuple[list[int], list[int]]] = []
        for count in (5, 4, 3, 2, 1):
            made.append(self._pool(count, literals))
            if prod(map(len, self._choices(*made[-1]))) <= MOST_INSTANCES:
                return made[-1]
        # All of none of them are walked, so there may as well be enough to tell revisions apart.
        return made[2]

    def _pool(self, count: int, literals: frozenset[int]) -> tuple[list[int], list[int]]:
        format_ = self.evaluator.format
        revisions = readable_values(format_, count, literals)[: max(count, min(len(literals) + 2, 6))]
        small = readable_values(format_, 6 if count > 2 else count, literals)
        below = [w for w in readable_values(format_, 99) if w < min(revisions)]
        above = [w for w in readable_values(format_, 99) if w > max(revisions)]
        unusual = unusual_inputs(format_, revisions[0])
        return revisions, list(dict.fromkeys([*small, *above[:1], *below[:1], *unusual]))

    def _choices(self, revisions: list[int], inputs: list[int]) -> list[list[Value]]:
        """The values of each configuration variable and of each input, the smallest sets first."""
        interface = self.queries.policy.interface
        subsets = chain.from_iterable(combinations(revisions, n) for n in range(len(revisions) + 1))
        sets: list[Value] = [tuple(sorted(subset)) for subset in subsets]

        def values(variable: Variable) -> list[Value]:
            match variable.type:
                case "set":
                    return sets
                case "range":
                    return ranges_among(revisions)
                case "bool":
                    return [False, True]
                case "revision":
                    codes = interface.named.get(variable.name.id, {}).values()
                    return [*(revisions if variable.role == "config" else inputs), *codes]
                case Enumeration(values=named):
                    return [number for _, number in named]

        return [values(variable) for variable in (*interface.configs, *interface.inputs)]

    def grid(self) -> Iterator[tuple[dict[str, Value], dict[str, Value]]]:
        """Configurations with inputs, those with fewest revisions first, then familiar ones first."""
        interface = self.queries.policy.interface
        choices = self._choices(self.revisions, self.inputs)
        configs = [variable.name.id for variable in interface.configs]
        names = [variable.name.id for variable in interface.inputs]
        sizes = list(map(len, choices))
        self._drawn = prod(sizes) > MOST_INSTANCES
        # Most policies assume that their sets have something in them.
        first = tuple(int(len(values) > 1 and values[0] == ()) for values in choices)

        def size(row: Row) -> int:
            values = (values[at] for values, at in zip(choices, row, strict=True))
            return sum(len(value) for value in values if isinstance(value, tuple))

        for row in sorted(rows(sizes, MOST_INSTANCES, first=first), key=size):
            values = [values[at] for values, at in zip(choices, row, strict=True)]
            config = dict(zip(configs, values, strict=False))
            yield config, dict(zip(names, values[len(configs) :], strict=True))

    def first(self, wanted: list[Query]) -> list[Example | None]:
        """For each query, the first example in the small scope."""
        sought = [_Sought(self.queries.compiled_query(goals), self.share) for goals in wanted]
        work = self.evaluator.work
        outer = work.limit
        try:
            finished = self._walk(list(sought), work)
        finally:
            work.limit = outer
        for one in sought:
            if one.example is None and one.left >= 0:
                one.walked = self.instances
                one.skipped |= not finished
        self.walks = [Walk(one.walked, not one.skipped and not self._drawn) for one in sought]
        return [one.example for one in sought]

    def _walk(self, waiting: list[_Sought], work: Work) -> bool:
        """Try everything; False where the policy itself took too long for that."""
        for slots, instance in self._instances():
            if not waiting:
                return True
            try:
                with _Paid(self, work):
                    # Even an instance of which nothing is asked has to be put together.
                    work.spend(10 + self.evaluator.compiler.size)
                    if not self.evaluator.admits(slots):
                        continue
                    case = self.evaluator.fires(slots)
                self.instances += 1
                for one in waiting:
                    one.skipped |= self._thinned
                self._try([one for one in waiting if not one.compiled.of_answers], slots, instance, case)
                of_answers = [one for one in waiting if one.compiled.of_answers]
                if case is not None and of_answers:
                    for _ in self._answers(slots, case, work):
                        self.answers += 1
                        self._try(of_answers, slots, instance, case)
                    for one in of_answers:
                        one.skipped |= self._thinned
            except OutOfWork:
                return False
            except TooMany:
                for one in waiting:
                    one.skipped = True
            waiting = [one for one in waiting if one.example is None and one.left >= 0]
        return True

    def _answers(self, slots: Slots, case: int, work: Work) -> Iterator[None]:
        """Put the answers of a case into the slots, one after the other: all, where they are few."""
        evaluator = self.evaluator
        places = evaluator.open_places(case)
        with _Paid(self, work):
            choices = [evaluator.likely(slots, case, place, self.open_values) for place in places]
        sizes = [len(values) for values in choices]
        self._thinned |= prod(sizes) > MOST_ANSWERS or self._leaves_set_open(case)
        for row in rows(sizes, MOST_ANSWERS, seed=self.instances):
            with _Paid(self, work):
                for place, values, at in zip(places, choices, row, strict=True):
                    slots[place] = values[at]
                if not evaluator.completes(slots, case):
                    continue
            yield

    def _leaves_set_open(self, case: int) -> bool:
        policy = self.queries.policy
        return leaves_several_open(policy, policy.cases[case])

    def _try(self, sought: list[_Sought], slots: Slots, instance: Callable[[], Instance], case: int | None) -> None:
        work = self.evaluator.work
        for one in sought:
            if one.example is not None or one.left < 0:
                continue
            started = work.done
            work.limit = started + one.left
            try:
                met = one.compiled(slots, case)
            except TooMany:
                # The evaluator cannot decide this one here; the solver's word stands alone.
                met, one.skipped = False, True
            one.left -= work.done - started
            one.walked = self.instances
            if met:
                work.limit = work.done + MOST_WORK
                try:
                    one.example = self._example(one.compiled, slots, instance(), case)
                except TooMany:
                    one.skipped = True

    def _example(self, compiled: CompiledQuery, slots: Slots, instance: Instance, case: int | None) -> Example | None:
        """What the slots hold. Raises TooMany."""
        evaluator = self.evaluator
        whole = compiled.of_answers
        answer = evaluator.answer(slots, case) if whole else described(self.queries, slots, case)
        # What a relation was not asked here it may be asked with other representatives: look again.
        if self.queries.policy.abstract and not self.queries.meets(instance, answer, compiled):
            return None
        return Example(instance, answer)

    def _instances(self) -> Iterator[tuple[Slots, Callable[[], Instance]]]:
        """Slots with each instance in them, and a function that gives the instance as a value."""
        for config, inputs in self.grid():
            for count, relations in enumerate(_Relations(self.queries)):
                slots = self.evaluator.slots(Instance(config, inputs))
                relations.put(slots)
                self._thinned = count + 1 == MOST_RELATIONS
                yield slots, partial(_instance, config, inputs, relations)


class _Paid:
    """What is done inside counts for the policy, not for a question. Raises OutOfWork."""

    def __init__(self, scope: SmallScope, work: Work) -> None:
        self.scope = scope
        self.work = work
        self.started = 0

    def __enter__(self) -> None:
        self.started = self.work.done
        self.work.limit = self.started + self.scope.left

    def __exit__(self, *_: object) -> None:
        self.scope.left -= self.work.done - self.started


def _instance(config: dict[str, Value], inputs: dict[str, Value], relations: _Relations) -> Instance:
    return Instance(config, inputs, relations.values())


def described(queries: QueryEvaluator, slots: Slots, case: int | None) -> Answer:
    """The answer of an instance where there is none to be had in full: outputs without a value are None."""
    names = [v.name.id for v in queries.policy.interface.outputs]
    if case is None:
        return Answer(None, dict.fromkeys(names))
    checked = queries.policy.cases[case]
    chosen = None not in [slots[place] for place in queries.evaluator.open_places(case)]
    missing = queries.evaluator.undefined(slots, case)
    # Open outputs, and what is assigned from such, have values only where another one's lack of a value follows.
    follows = missing and chosen and leans_on_open(queries.policy, checked)
    open_ = frozenset[str]() if follows else left_open(queries.policy, checked)
    outputs = {n: None if n in open_ else v for n, v in queries.evaluator.outputs(slots).items()}
    return Answer(checked.name, outputs)


class _Relations:
    """Every interpretation of the abstract `define`s, as far as formulas ask: each question is answered both ways."""

    def __init__(self, queries: QueryEvaluator) -> None:
        self.places = {d.name.id: queries.evaluator.compiler.slots[d.name.id] for d in queries.policy.abstract}
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
