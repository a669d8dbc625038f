"""Queries, concretely: whether an instance and an answer meet their goals. `smt.policies` without a solver."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Set
from typing import Any, TypeAlias, assert_never

from msgspec import Struct

from ..spec.checked import CheckedPolicy
from . import queries
from .closures import Slots as SlotList
from .coordinates import Coordinates, coordinates_of
from .evaluate_policy import PolicyEvaluator
from .instance import Answer, Instance, Range, Relation, word_of, words_among, words_of
from .queries import Goal
from .representatives import TooMany, axes, representatives
from .work import Work

MOST_SPANNED = 128
"""The ranges between so many words are gone through, where it is asked whether any of all is an answer."""

MOST_CHOICES = 10_000_000
"""What is done to find out whether there is an answer among what a case leaves open: a second."""

Test: TypeAlias = "Callable[[Any, int | None], bool]"
"""Slots and the case that fires, to whether the goal is met."""


class CompiledQuery(Struct, frozen=True):
    """A query, ready to be tested. `of_answers`: it speaks of outputs, so it is asked of each answer in turn.

    A test takes `cost` units of `work`, next to what quantifiers take.
    """

    test: Test
    of_answers: bool
    work: Work
    cost: int

    def __call__(self, slots: SlotList, case: int | None) -> bool:
        self.work.spend(self.cost)
        return self.test(slots, case)


class QueryEvaluator:
    """Tests queries about one policy on instances."""

    def __init__(self, policy: CheckedPolicy, work: Work | None = None) -> None:
        self.policy = policy
        self.evaluator = PolicyEvaluator(policy, work)
        self._coordinates: dict[int, Coordinates] = {}
        slots, outputs = self.evaluator.compiler.slots, policy.interface.outputs
        self.revisions = [(v.name.id, slots[v.name.id]) for v in outputs if v.type == "revision"]
        self.sets = [slots[v.name.id] for v in outputs if v.type == "set"]
        # Those that open outputs are tried with.
        tried = queries.tried_sets(policy) if self.sets or any(v.type == "range" for v in outputs) else []
        self._tried = [self.evaluator.compiler.compile(node) for node in tried]

    def compiled_query(self, goals: Iterable[Goal]) -> CompiledQuery:
        wanted = tuple(goals)
        of_answers = any(isinstance(goal, queries.Answers) for goal in wanted)
        # Whoever asks of an answer has one: that there is one needs no test.
        before = self.evaluator.compiler.nodes
        test = _all([self._test(goal) for goal in wanted if goal != queries.Answers()])
        return CompiledQuery(test, of_answers, self.evaluator.work, 1 + self.evaluator.compiler.nodes - before)

    def _test(self, goal: Goal) -> Test:
        evaluator = self.evaluator
        match goal:
            case queries.Holds(formula=formula, truth=truth):
                code = evaluator.compiler.compile(formula)
                return lambda slots, _: code(slots) is truth
            case queries.Fact(formula=formula):
                code = evaluator.compiler.compile(formula)
                return lambda slots, _: code(slots) is True
            case queries.Given(name=name, value=value):
                place, wanted = evaluator.compiler.slots[name], evaluator.compiler.compile(value)
                return lambda slots, _: slots[place] == wanted(slots)
            case queries.Answers(case=at) | queries.Fires(case=at):
                return lambda _, case: case == at
            case queries.NoCase():
                return lambda _, case: case is None
            case queries.Undefined():
                return self._undefined
            case queries.NoAdmissibleOutput():
                return self._no_admissible_output
            case queries.Malformed():
                return lambda slots, _: not self._formed(slots)
            case queries.Disallowed(by=other):
                return self._disallowed(other)
            case queries.Admitted(by=other):
                theirs = self._another(other)
                return lambda slots, _: theirs.admits(transfer(evaluator, slots, theirs))
            case _:
                assert_never(goal)

    def _formed(self, slots: SlotList) -> bool:
        """Whether all revisions of an answer are well formed."""
        words = (word for place in self.sets for word in slots[place])
        encodable = self.policy.interface.is_encodable
        return all(encodable(name, slots[place]) for name, place in self.revisions) and all(
            map(self.evaluator.format.well_formed, words)
        )

    def _undefined(self, slots: SlotList, case: int | None) -> bool:
        """An output is assigned from nothing. Leaves the open outputs that it follows from in the slots."""
        evaluator = self.evaluator
        if case is None:
            return False
        if not queries.leans_on_open(self.policy, self.policy.cases[case]):
            return bool(evaluator.undefined(slots, case))
        some = self._leaves_set_open(case)
        for _ in evaluator.openings(slots, case, self._near(slots) if some else self.open_values(slots, case)):
            if evaluator.undefined(slots, case) and all(ensure(slots) for ensure in evaluator.ensured[case]):
                return True
        if some:
            raise TooMany
        return False

    def _leaves_set_open(self, case: int) -> bool:
        return queries.leaves_several_open(self.policy, self.policy.cases[case])

    def _near(self, slots: SlotList) -> list[int]:
        """The words at hand."""
        places = (self.evaluator.compiler.slots[name] for name in self.policy.interface.variables)
        return sorted(words_among(slots[place] for place in places))

    def _no_admissible_output(self, slots: SlotList, case: int | None, given: Collection[str] = ()) -> bool:
        if case is None or not self.policy.cases[case].ensures:
            return False
        if self._leaves_set_open(case):
            pool = self._open_words(slots, case)
            places = self._places(given)
            for tried in self._tried:
                if any(True for _ in self.evaluator.answers(slots, case, pool, tried(slots), given=places)):
                    return False
        return self.is_silent(slots, case, given)

    def has_choice(self, slots: SlotList, case: int, given: Collection[str] = ()) -> bool | None:
        """Whether some choice of what a case leaves open is an answer; None where there is too much to try.

        The slots are as the case fires, with the open outputs that are `given`. What is put into them is no answer.
        """
        checked = self.policy.cases[case]
        if not checked.ensures and not queries.leans_on_open(self.policy, checked):
            return True
        try:
            # Mostly something at hand will do.
            if any(True for _ in self.evaluator.answers(slots, case, self._near(slots), given=self._places(given))):
                return True
            return not (self._no_admissible_output if checked.ensures else self.is_silent)(slots, case, given)
        except TooMany:
            return None

    def _places(self, names: Collection[str]) -> list[int]:
        return [self.evaluator.compiler.slots[name] for name in names]

    def is_silent(self, slots: SlotList, case: int, given: Collection[str] = ()) -> bool:
        """Whether no choice of what a case leaves open is an answer. Raises TooMany: of sets there always are.

        A range is chosen by its two ends, so pairs of as many words as stand for any two more are all that there are.
        What is `given` is in the slots, and no choice.
        """
        open_ = [name for name in self.policy.cases[case].unspecified if name not in given]
        places = self._places(given)
        types = [self.policy.interface.variables[name].type for name in open_]
        if "set" in types:
            raise TooMany
        if "range" in types:
            pool = self._open_words(slots, case, 2 * types.count("range"))
            if len(pool) > MOST_SPANNED:
                raise TooMany
            silent = not any(True for _ in self.evaluator.answers(slots, case, pool, ends=len(pool), given=places))
            self.evaluator.put(slots, dict.fromkeys(open_))
            return silent
        values = self._open_words(slots, case)
        silent = next(self.evaluator.answers(slots, case, values, given=places), False) is False
        # What was tried last is no answer.
        self.evaluator.put(slots, dict.fromkeys(open_))
        return silent

    def open_values(self, slots: SlotList, case: int) -> list[int]:
        """Words that represent every value of an output that a case leaves open. Raises TooMany."""
        if self._leaves_set_open(case):
            # There are too many sets of them.
            raise TooMany
        return self._open_words(slots, case)

    def _open_words(self, slots: SlotList, case: int, ends: int = 0) -> list[int]:
        """Words for the open revisions of a case, and for so many `ends` of ranges, together."""
        checked = self.policy.cases[case]
        if case not in self._coordinates:
            formulas = [e.formula for e in checked.ensures]
            formulas += [a.value for a in checked.assignments if a.value is not None]
            self._coordinates[case] = coordinates_of(
                [self.policy.elaboration.of(formula) for formula in formulas],
                self.evaluator.format,
                # What is assigned may follow from what is left open.
                {v.name.id for v in self.policy.interface.outputs},
            )
        variables = self.policy.interface.variables
        chosen = sum(variables[name].type == "revision" for name in checked.unspecified)
        return values_in_play(self.evaluator, slots, self._coordinates[case], chosen + ends)

    def one_answer(self, slots: SlotList, case: int) -> Answer | None:
        """An answer that a case gives, of the configuration's own words where it may; None where it gives none.

        Raises TooMany.
        """
        sets = [v.name.id for v in self.policy.interface.configs if v.type in ("set", "range")]
        members = words_among(slots[self.evaluator.compiler.slots[name]] for name in sets)
        of_sets = self._leaves_set_open(case)
        values = self._near(slots) if of_sets else self.open_values(slots, case)
        pool = sorted(values, key=lambda word: (word not in members, word))
        for _ in self.evaluator.answers(slots, case, pool):
            return self.evaluator.answer(slots, case)
        if of_sets:
            raise TooMany
        return None

    def _another(self, policy: CheckedPolicy) -> PolicyEvaluator:
        """The evaluator of another policy of the interface, to be asked about instances of this one."""
        for define in policy.abstract:
            # Its relations are part of the instance too.
            self.evaluator.compiler.variable(define.name.id)
        return PolicyEvaluator(policy, self.evaluator.work)

    def _disallowed(self, other: CheckedPolicy) -> Test:
        theirs = self._another(other)

        def test(slots: SlotList, _: int | None) -> bool:
            there = transfer(self.evaluator, slots, theirs)
            case = theirs.fires(there)
            return case is None or not theirs.matches(there, case)

        return test

    def meets(self, instance: Instance, answer: Answer, compiled: CompiledQuery) -> bool:
        """Whether an instance, and where the goals ask for one the answer, meet assumptions, policy and goals."""
        evaluator = self.evaluator
        slots = evaluator.slots(instance)
        if not self.well_formed(instance) or not evaluator.admits(slots):
            return False
        case = evaluator.fires(slots)
        if compiled.of_answers:
            if case is None:
                return False
            evaluator.put(slots, answer.outputs)
            if not evaluator.allows(slots, case):
                return False
        return compiled(slots, case)

    def well_formed(self, instance: Instance) -> bool:
        """Whether the revisions of the configuration, and of sets, are well formed, as the language promises."""
        words: list[int] = []
        for variable in self.policy.interface.configs:
            value = instance.config[variable.name.id]
            if variable.type == "revision":
                words.append(word_of(value))
        for value in (*instance.config.values(), *instance.inputs.values()):
            words += words_of(value) if isinstance(value, (tuple, Range)) else ()
        return all(self.evaluator.format.well_formed(word) for word in words)


def _all(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]

    def test(slots: SlotList, case: int | None) -> bool:
        return all(one(slots, case) for one in tests)

    return test


def transfer(mine: PolicyEvaluator, slots: SlotList, theirs: PolicyEvaluator) -> SlotList:
    """The same instance and answer in the slots of another policy of the interface."""
    there: SlotList = [None] * theirs.compiler.size
    for name, place in theirs.compiler.slots.items():
        if name in mine.compiler.slots:
            there[place] = slots[mine.compiler.slots[name]]
    for define in theirs.policy.abstract:
        place = theirs.compiler.slots[define.name.id]
        if there[place] is None:
            there[place] = Relation()
    return there


def values_in_play(
    evaluator: PolicyEvaluator,
    slots: SlotList,
    coordinates: Coordinates,
    chosen: int,
    also: Set[int] = frozenset(),
    *,
    both_ends: bool = False,
) -> list[int]:
    """Words that represent all, next to the values in the slots, for so many that are chosen together.

    `also` are other words, or numbers, in play. With `both_ends`, the first and the last of those that nothing tells
    apart are among them. Raises TooMany.
    """
    names = [*evaluator.policy.interface.variables, *(d.name.id for d in evaluator.policy.abstract)]
    words = also | words_among(slots[evaluator.compiler.slots[name]] for name in names)
    words |= {code for codes in evaluator.policy.interface.named.values() for code in codes.values()}
    made = representatives(axes(coordinates, words, chosen, well_formed=False, both_ends=both_ends))
    evaluator.work.spend(len(made))
    return made
