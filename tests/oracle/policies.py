"""Verdicts about policies: every configuration, every input and every answer is tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, product
from typing import Any, TypeAlias

from parley.spec.parser import parse
from parley.spec.source import Source
from parley.spec.syntax import (
    Assign,
    Case,
    Declaration,
    Ensure,
    Enumeration,
    Expr,
    File,
    Given,
    Interface,
    Policy,
    Scenario,
    Statement,
    Then,
    Variable,
)

from .formulas import Code, Meanings, Slots, Term, always
from .names import OfPolicy, Reading, abstract, constants, of_file, variables
from .words import Words

Goal: TypeAlias = "Callable[[Situation], bool]"
Row: TypeAlias = tuple[tuple[int, Any], ...]
"""The outputs, each as its slot and its value."""


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


@dataclass(frozen=True)
class Answering:
    """One case: its guard, the outputs that it leaves open, the others in an order in which each can be worked out."""

    name: str
    guard: Code
    open_: tuple[str, ...]
    assigned: tuple[tuple[str, Code], ...]
    ensures: tuple[Code, ...]


@dataclass
class PolicyMeaning:
    """One policy, as it is read by itself or by one that refines it."""

    meanings: Meanings
    interface: Interface
    policy: Policy
    reading: Reading
    assumptions: list[Term] = field(init=False)
    cases: list[Answering] = field(init=False)

    def __post_init__(self) -> None:
        self.assumptions = [self.meanings.formula(s.formula, self.reading) for s in self.statements("assume")]
        shared = [item for item in self.policy.items if isinstance(item, Assign)]
        self.cases = [self._case(item, shared) for item in self.policy.items if isinstance(item, Case)]

    def statements(self, role: str) -> list[Statement]:
        items = [*self.interface.items, *self.policy.items]
        return [item for item in items if isinstance(item, Statement) and item.role == role]

    def formula(self, expr: Expr) -> Code:
        return self.meanings.formula(expr, self.reading).code

    def _case(self, case: Case, shared: list[Assign]) -> Answering:
        assigns = [*shared, *(item for item in case.items if isinstance(item, Assign))]
        open_ = tuple(item.output.id for item in assigns if item.value is None)
        waiting: dict[str, Term] = {
            a.output.id: self.meanings.formula(a.value, self.reading) for a in assigns if a.value is not None
        }
        ordered: list[tuple[str, Code]] = []
        while waiting:
            places = {self.meanings.free[name] for name in waiting}
            ready = next(name for name, term in waiting.items() if not term.reads & places)
            ordered.append((ready, waiting.pop(ready).code))
        ensures = tuple(self.formula(item.formula) for item in case.items if isinstance(item, Ensure))
        guard = always if case.guard is None else self.formula(case.guard)
        return Answering(case.name.id, guard, open_, tuple(ordered), ensures)

    def admits(self, slots: Slots) -> bool:
        return all(assumption.code(slots) for assumption in self.assumptions)

    def first(self, slots: Slots) -> Answering | None:
        return next((case for case in self.cases if case.guard(slots)), None)

    def tried(self, slots: Slots, case: Answering, choices: Sequence[Sequence[Any]]) -> Iterator[Row]:
        """The outputs for each choice of open ones that meets the `ensure`s; some of them may have no value."""
        free = self.meanings.free
        names = [*case.open_, *(name for name, _ in case.assigned)]
        for row in product(*choices):
            for name, value in zip(case.open_, row, strict=True):
                slots[free[name]] = value
            for name, code in case.assigned:
                slots[free[name]] = code(slots)
            if all(ensure(slots) for ensure in case.ensures):
                yield tuple((free[name], slots[free[name]]) for name in names)

    def allows(self, slots: Slots) -> bool:
        """Whether the outputs in their slots are an answer of this policy."""
        case = self.first(slots)
        if case is None:
            return False
        for name, code in case.assigned:
            value = code(slots)
            if value is None or value != slots[self.meanings.free[name]]:
                return False
        return all(ensure(slots) for ensure in case.ensures)


class Situation:
    """A configuration, inputs and relations, by which the policy's case and answers are settled."""

    def __init__(self, meaning: PolicyMeaning, slots: Slots, openings: dict[str, Sequence[Any]]) -> None:
        self.slots = slots
        self.admitted = meaning.admits(slots)
        self.case = meaning.first(slots) if self.admitted else None
        self._meaning = meaning
        self._openings = openings
        self._tried: list[Row] | None = None

    @property
    def tried(self) -> list[Row]:
        """What the case that applies makes of each choice of open outputs that meets its `ensure`s."""
        if self._tried is None:
            case = self.case
            openings = [] if case is None else [self._openings[name] for name in case.open_]
            self._tried = [] if case is None else list(self._meaning.tried(self.slots, case, openings))
        return self._tried

    def answers(self, test: Callable[[Slots], bool]) -> bool:
        """Whether some answer meets a test."""
        for row in self.tried:
            if any(value is None for _, value in row):
                continue
            for place, value in row:
                self.slots[place] = value
            if test(self.slots):
                return True
        return False

    def silent(self) -> bool:
        """The case that applies has no answer, or an assignment without a value for some choice of open outputs."""
        if self.case is None:
            return False
        return not self.tried or any(value is None for row in self.tried for _, value in row)


def subsets(words: Sequence[int]) -> list[tuple[int, ...]]:
    return list(chain.from_iterable(combinations(words, size) for size in range(len(words) + 1)))


def values_of(variable: Variable, words: Words, loose: Sequence[int]) -> Sequence[Any]:
    """Everything that a variable can be, where register words are `loose` ones."""
    match variable.type:
        case "bool":
            return (False, True)
        case "set":
            return subsets(words.revisions)
        case "revision":
            return words.revisions if variable.role == "config" else loose
        case Enumeration(values=values):
            return [number for _, number in values]


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
        self.variables = variables(interface)
        outputs = [v for v in self.variables.values() if v.role == "output"]
        self.openings = {v.name.id: values_of(v, self.words, domains.outputs) for v in outputs}
        self.meanings = Meanings(self.words, list(self.variables), constants(interface))
        reading = OfPolicy(of_file(file), interface, policy)
        self.relations = abstract(interface, reading)
        self.meaning = PolicyMeaning(self.meanings, interface, policy, reading)
        self.questions = self._questions()
        if policy.refines is not None:
            other: Policy = named(file.declarations, policy.refines.id)
            theirs = OfPolicy(of_file(file), interface, other, lender=reading)
            self.questions["refines"] = self._refines(PolicyMeaning(self.meanings, interface, other, theirs))
        for item in file.declarations:
            if isinstance(item, Scenario) and item.subject.id == policy.name.id:
                self.questions[item.name.id] = self._scenario(item)

    def _questions(self) -> dict[str, Question]:
        def admitted(s: Situation) -> bool:
            return s.admitted

        def answered(s: Situation) -> bool:
            return s.answers(lambda _: True)

        def malformed(slots: Slots) -> bool:
            return not all(self.words.well_formed(slots[place]) for place in revisions)

        free = self.meanings.free
        revisions = [free[v.name.id] for v in self.variables.values() if v.role == "output" and v.type == "revision"]
        made = {
            "satisfiable": Question(None, (admitted,)),
            "total": Question(lambda s: s.admitted and s.case is None, (admitted,)),
            "defined": Question(lambda s: s.silent(), (admitted,)),
            "encodable": Question(lambda s: s.answers(malformed), (answered,)),
        }
        for case in self.meaning.cases:
            made[f"reachable.{case.name}"] = Question(self._reached(case), (admitted,), happens=True)
        for item in self.meaning.statements("invariant"):
            made[item.name.id] = self._always(item.formula, [])
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
        thens = [self.meaning.formula(p.formula) for p in item.items if isinstance(p, Then)]
        free = self.meanings.free

        def given(slots: Slots) -> bool:
            return all(same(slots[free[name]], code(slots)) for name, code in givens)

        def fails(s: Situation) -> bool:
            return given(s.slots) and s.answers(lambda slots: not all(then(slots) for then in thens))

        return Question(fails, (lambda s: given(s.slots) and s.answers(lambda _: True),))

    def _refines(self, other: PolicyMeaning) -> Question:
        def fails(s: Situation) -> bool:
            return other.admits(s.slots) and s.answers(lambda slots: not other.allows(slots))

        def answered(s: Situation) -> bool:
            return other.admits(s.slots) and s.answers(lambda _: True)

        return Question(fails, (answered,))

    # ---- verdicts ---------------------------------------------------------------------------------------

    def situations(self) -> Iterator[Slots]:
        """The slots, filled with each configuration and input in turn."""
        given = [v for v in self.variables.values() if v.role != "output"]
        places = [self.meanings.free[v.name.id] for v in given]
        slots = self.meanings.slots()
        for row in product(*(values_of(v, self.words, self.domains.inputs) for v in given)):
            for place, value in zip(places, row, strict=True):
                slots[place] = value
            yield slots

    def verdicts(self) -> dict[str, str]:
        """The verdict on each claim, by its name."""
        goals = {goal for q in self.questions.values() for goal in (*q.needs, *((q.fails,) if q.fails else ()))}
        possible = self.meanings.choices.possible
        waiting = set(goals)
        for slots in self.situations():
            if not waiting:
                break
            if self.relations:
                found = {
                    g for g in waiting if possible(lambda g=g, s=slots: g(Situation(self.meaning, s, self.openings)))
                }
            else:
                situation = Situation(self.meaning, slots, self.openings)
                found = {goal for goal in waiting if goal(situation)}
            waiting -= found
        return {name: verdict(question, goals - waiting) for name, question in self.questions.items()}

    def shows(self, name: str, verdict: str, example: Shown) -> str:
        """What is wrong with an example of a claim that is refuted, or proved; empty where it is one."""
        question = self.questions[name]
        slots = self.meanings.slots()
        for variable, value in example.given.items():
            slots[self.meanings.free[variable]] = value
        self.meanings.choices.given = dict(example.relations)
        situation = Situation(self.meaning, slots, self.openings)
        goal = question.fails if verdict == "refuted" or question.happens else question.needs[0]
        case = situation.case
        outputs = {self.meanings.free[n]: value for n, value in example.outputs.items()}
        if goal is None or not goal(situation):
            return "it is no example"
        if example.case != (None if case is None else case.name):
            return f"the case is {None if case is None else case.name}"
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


def same(value: Any, given: Any) -> bool:
    """Whether a value is what is given; the order of a set's members counts for nothing."""
    return frozenset(value) == frozenset(given) if isinstance(given, tuple) else value == given


def verdict(question: Question, met: set[Goal]) -> str:
    if not question.happens and question.fails in met:
        return "refuted"
    if not all(need in met for need in question.needs):
        return "vacuous"
    return "refuted" if question.happens and question.fails not in met else "proved"


def policy_oracles(text: str, domains: Domains) -> dict[str, PolicyOracle]:
    """What is claimed of every policy of a text, by its name."""
    file = parsed(text)
    policies = [d for d in file.declarations if isinstance(d, Policy)]
    return {policy.name.id: PolicyOracle(file, policy, domains) for policy in policies}


def policy_verdicts(text: str, domains: Domains) -> dict[str, str]:
    """The verdict on every claim of every policy of a text, by its address."""
    oracles = policy_oracles(text, domains)
    return {f"{of}.{name}": v for of, oracle in oracles.items() for name, v in oracle.verdicts().items()}
