"""Verdicts about policies: every configuration, every input and every answer is tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from parley.spec.parsing.parser import parse
from parley.spec.source import Source
from parley.spec.syntax import (
    Declaration,
    Expr,
    File,
    Given,
    Interface,
    Policy,
    Scenario,
    Then,
)

from .answering import Answering, PolicyMeaning, Row, values_of
from .formulas import Meanings
from .names import OfPolicy, abstract, claimed, codes_of_names, configs, of_file, variables
from .terms import RELATIONS, Code, Slots
from .words import Words

Goal: TypeAlias = "Callable[[Situation], bool]"


@dataclass(frozen=True)
class Domains:
    """The words that inputs and open outputs can be. Whoever gives them answers for their being enough."""

    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True)
class Question:
    """A claim: refuted where `fails` can be, else vacuous where one of `needs` cannot be. `happens` turns it round."""

    fails: Goal | None
    needs: tuple[Goal, ...]
    happens: bool = False


class Situation:
    """Configuration, inputs and relations that the assumptions admit. They settle the policy's case and answers."""

    def __init__(self, meaning: PolicyMeaning, slots: Slots) -> None:
        self.slots = slots
        self.case = meaning.first(slots)
        self._tried: list[Row] | None = None
        self._whole: list[Row] = []
        self._put: Row | None = None

    @property
    def tried(self) -> list[Row]:
        """What the case that applies makes of each choice of open outputs that meets its `ensure`s."""
        if self._tried is None:
            self._tried = [] if self.case is None else self.case.tried(self.slots)
            self._whole = [row for row in self._tried if None not in dict(row).values()]
        return self._tried

    @property
    def whole(self) -> list[Row]:
        """The answers: every output has a value."""
        return self._whole if self.tried else []

    def answers(self, test: Callable[[Slots], bool]) -> bool:
        """Whether some answer meets a test."""
        for row in self.whole:
            # One answer alone, the usual thing, is put there once for all tests.
            if row is not self._put:
                for place, value in row:
                    self.slots[place] = value
                self._put = row
            if test(self.slots):
                return True
        return False

    def silent(self) -> bool:
        """The case that applies has no answer, or an assignment without a value for some choice of open outputs."""
        if self.case is None:
            return False
        return not self.tried or len(self.whole) < len(self.tried)


def parsed(text: str) -> File:
    tree, problems = parse(Source("text", text))
    assert not problems, problems[0].message
    return tree


def named(declarations: Sequence[Declaration], name: str) -> Any:
    return next(d for d in declarations if isinstance(d, (Interface, Policy)) and d.name.id == name)


class PolicyOracle:
    """Everything that is claimed of one policy of a file."""

    def __init__(self, file: File, policy: Policy, domains: Domains) -> None:
        interface: Interface = named(file.declarations, policy.interface.id)
        self.domains = domains
        self.words = Words.of(interface)
        self.variables = {**variables(interface), **configs(file, policy)}
        outputs = [v for v in self.variables.values() if v.role == "output"]
        codes = {name: tuple(names.values()) for name, names in codes_of_names(interface).items()}
        self.openings = {
            v.name.id: values_of(v, self.words, domains.outputs, codes.get(v.name.id, ())) for v in outputs
        }
        # What is tried stands first, and what has the fewest values at the very first.
        given = [v for v in self.variables.values() if v.role != "output"]
        self.given = sorted(
            ((v.name.id, values_of(v, self.words, domains.inputs, codes.get(v.name.id, ()))) for v in given),
            key=lambda g: len(g[1]),
        )
        names = [*(name for name, _ in self.given), *(v.name.id for v in outputs)]
        self.meanings = Meanings(self.words, names, interface)
        reading = OfPolicy(of_file(file), interface, policy)
        self.relations = abstract(interface, reading)
        self.meaning = PolicyMeaning(self.meanings, interface, policy, reading, self.openings)
        self.questions = self._questions()
        if policy.refines is not None:
            other: Policy = named(file.declarations, policy.refines.id)
            theirs = OfPolicy(of_file(file), interface, other, lender=reading)
            refined = PolicyMeaning(self.meanings, interface, other, theirs, self.openings)
            self.questions["refines"] = self._refines(refined)
        for item in file.declarations:
            if isinstance(item, Scenario) and item.subject.id == policy.name.id:
                self.questions[item.name.id] = self._scenario(item)

    def _questions(self) -> dict[str, Question]:
        def admitted(_: Situation) -> bool:
            return True

        def answered(s: Situation) -> bool:
            return s.answers(lambda _: True)

        def malformed(slots: Slots) -> bool:
            revised = all(self.words.well_formed(slots[place]) or slots[place] in codes for place, codes in revisions)
            return not (revised and all(self.words.well_formed(word) for place in sets for word in slots[place]))

        free = self.meanings.free
        outputs = {name: v.type for name, v in self.variables.items() if v.role == "output"}
        revisions = [(free[n], self.meanings.codes.get(n, ())) for n, type_ in outputs.items() if type_ == "revision"]
        sets = [free[n] for n, type_ in outputs.items() if type_ in ("set", "range")]
        made = {
            "satisfiable": Question(None, (admitted,)),
            "total": Question(lambda s: s.case is None, (admitted,)),
            "defined": Question(lambda s: s.silent(), (admitted,)),
            "encodable": Question(lambda s: s.answers(malformed), (answered,)),
        }
        for case in self.meaning.cases:
            made[f"reachable.{case.name}"] = Question(self._reached(case), (admitted,), happens=True)
        for item in self.meaning.statements("invariant"):
            made[item.name.id] = self._always(claimed(self.meaning.interface, item), [])
        return made

    def _reached(self, case: Answering) -> Goal:
        return lambda s: s.case is case

    def _always(self, formula: Expr, premises: list[Code], given: Code | None = None) -> Question:
        """The formula holds of every answer (on what is given)."""
        holds = self.meaning.formula(formula)
        needed = premises or [p.code for p in self.meanings.premises(formula, self.meaning.reading)]
        needed = needed or [lambda _: True]

        def where(test: Callable[[Slots], bool]) -> Goal:
            return lambda s: (given is None or given(s.slots)) and s.answers(test)

        return Question(where(lambda slots: not holds(slots)), tuple(where(p) for p in needed))

    def _scenario(self, item: Scenario) -> Question:
        givens = [(p.name.id, self.meaning.formula(p.value)) for p in item.items if isinstance(p, Given)]
        formulas = [p.formula for p in item.items if isinstance(p, Then)]
        thens = [self.meaning.formula(formula) for formula in formulas]
        premises = [p.code for f in formulas for p in self.meanings.premises(f, self.meaning.reading)]
        free = self.meanings.free

        def given(slots: Slots) -> bool:
            return all(same(slots[free[name]], code(slots)) for name, code in givens)

        def fails(s: Situation) -> bool:
            return given(s.slots) and s.answers(lambda slots: not all(then(slots) for then in thens))

        def meets(premise: Code) -> Goal:
            return lambda s: given(s.slots) and s.answers(premise)

        return Question(fails, tuple(meets(p) for p in premises or [lambda _: True]))

    def _refines(self, other: PolicyMeaning) -> Question:
        def fails(s: Situation) -> bool:
            return other.admits(s.slots) and s.answers(lambda slots: not other.allows(slots))

        def answered(s: Situation) -> bool:
            return other.admits(s.slots) and s.answers(lambda _: True)

        return Question(fails, (answered,))

    # ---- verdicts ---------------------------------------------------------------------------------------

    def situations(self) -> Iterator[Slots]:
        """The slots, filled with each configuration and input in turn that the assumptions admit.

        Each assumption is asked as soon as what it reads is there; those that ask relations are left.
        """
        slots = self.meanings.slots()
        asked: list[list[Code]] = [[] for _ in self.given]
        for term in self.meaning.assumptions:
            if RELATIONS not in term.reads:
                asked[max(term.reads, default=0)].append(term.code)

        def filled(at: int) -> Iterator[Slots]:
            if at == len(asked):
                yield slots
                return
            for value in self.given[at][1]:
                slots[at] = value
                if all(assumption(slots) for assumption in asked[at]):
                    yield from filled(at + 1)

        return filled(0)

    def _meets(self, goal: Goal, slots: Slots) -> bool:
        return self.meaning.admits(slots) and goal(Situation(self.meaning, slots))

    def verdicts(self) -> dict[str, str]:
        """The verdict on each claim, by its name."""
        goals = {goal for q in self.questions.values() for goal in (*q.needs, *((q.fails,) if q.fails else ()))}
        possible = self.meanings.choices.possible
        waiting = set(goals)
        for slots in self.situations():
            if not waiting:
                break
            if self.relations:
                waiting -= {goal for goal in waiting if possible(partial(self._meets, goal, slots))}
            else:
                situation = Situation(self.meaning, slots)
                waiting -= {goal for goal in waiting if goal(situation)}
        return {name: verdict(question, goals - waiting) for name, question in self.questions.items()}

    def shows(self, name: str, verdict: str, example: Shown) -> str:
        """What is wrong with an example of a claim that is refuted, or proved; empty where it is one."""
        question = self.questions[name]
        slots = self.meanings.slots()
        for variable, value in example.given.items():
            slots[self.meanings.free[variable]] = value
        self.meanings.choices.given = dict(example.relations)
        situation = Situation(self.meaning, slots)
        goal = question.fails if verdict == "refuted" or question.happens else question.needs[0]
        if goal is None or not self.meaning.admits(slots) or not goal(situation):
            return "it is no example"
        case = situation.case
        outputs = {self.meanings.free[n]: value for n, value in example.outputs.items()}
        if example.case != (None if case is None else case.name):
            return f"the case is {None if case is None else case.name}"
        open_ = () if case is None else case.open_
        if any(example.outputs[name] not in self.openings[name] for name in open_):
            # A word beyond those that stand for all: it is as good as one of them, and cannot be looked up.
            return ""
        if None not in outputs.values() and outputs and outputs not in [dict(row) for row in situation.tried]:
            return "this is no answer there"
        return ""


@dataclass(frozen=True)
class Shown:
    """An example as a report has it: configuration and inputs, relations, the case and the outputs."""

    given: Mapping[str, Any]
    relations: Mapping[str, Callable[..., bool]]
    case: str | None
    outputs: Mapping[str, Any]


def same(value: int | bool | tuple[int, ...] | None, given: int | bool | tuple[int, ...] | None) -> bool:
    """Whether a value is what is given; the order of a set's members counts for nothing."""
    if isinstance(value, tuple) and isinstance(given, tuple):
        return set(value) == set(given)
    return value == given


def verdict(question: Question, met: set[Goal]) -> str:
    if not question.happens and question.fails in met:
        return "refuted"
    if not all(need in met for need in question.needs):
        return "vacuous"
    return "refuted" if question.happens and question.fails not in met else "proved"


def policy_oracles(file: File, domains: Domains) -> dict[str, PolicyOracle]:
    """What is claimed of every policy of a file, by its name."""
    policies = [d for d in file.declarations if isinstance(d, Policy)]
    return {policy.name.id: PolicyOracle(file, policy, domains) for policy in policies}


def policy_verdicts(text: str, domains: Domains) -> dict[str, str]:
    """The verdict on every claim of every policy of a text, by its address."""
    oracles = policy_oracles(parsed(text), domains)
    return {f"{of}.{name}": v for of, oracle in oracles.items() for name, v in oracle.verdicts().items()}
