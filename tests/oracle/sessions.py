"""Verdicts about sessions and hosts: every configuration, and every run on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal, TypeAlias

from parley.spec.syntax import (
    Accept,
    Expr,
    File,
    Given,
    GiveUp,
    Host,
    Interface,
    Knows,
    Opening,
    Policy,
    Rule,
    Scenario,
    Session,
    Statement,
    Then,
)

from .answering import PolicyMeaning, Row, intervals, subsets, values_of
from .formulas import KNOWN, Meanings
from .names import OfHost, OfPolicy, abstract, claimed, codes_of_names, configs, of_file, optional, variables
from .policies import Domains, same
from .terms import Code, Slots, always, in_order
from .words import Words

ENDS = ("accepted", "gave_up", "agreed", "rounds")
Ending: TypeAlias = Literal["accepted", "gave_up", "loops", "stuck", "ruled out"]


@dataclass
class Run:
    """What happened: every request with its reply (None where there is no answer), how it ended, what was agreed."""

    requests: list[Any] = field(default_factory=list[Any])
    replies: list[Row | None] = field(default_factory=list["Row | None"])
    ending: Ending = "stuck"
    agreed: int | None = None

    def ended(self, ending: Ending, agreed: int | None = None) -> Run:
        self.ending, self.agreed = ending, agreed
        return self

    @property
    def answered(self) -> list[tuple[Any, Row]]:
        rounds = zip(self.requests, self.replies, strict=True)
        return [(request, reply) for request, reply in rounds if reply is not None]


Goal: TypeAlias = Callable[[Run], bool]


@dataclass(frozen=True)
class Question:
    fails: Goal
    needs: tuple[Goal, ...]


@dataclass
class Acting:
    """A host: its first request, and its rules with the value that each asks for or accepts."""

    start: Code
    rules: list[tuple[Code, Rule, Code | None]]
    known: list[tuple[int, ...]]


def first_request(host: Host) -> Expr:
    return next(item.request for item in host.items if isinstance(item, Opening))


def acting(meanings: Meanings, words: Words, host: Host, reading: OfHost) -> Acting:
    def term(expr: Expr) -> Code:
        return meanings.formula(expr, reading, caller=True).code

    rules: list[tuple[Code, Rule, Code | None]] = []
    for item in host.items:
        if isinstance(item, Rule):
            guard = always if item.guard is None else term(item.guard)
            rules.append((guard, item, None if isinstance(item.action, GiveUp) else term(item.action.revision)))
    return Acting(term(first_request(host)), rules, known_of(meanings, words, host, reading))


def known_of(meanings: Meanings, words: Words, host: Host, reading: OfHost) -> list[tuple[int, ...]]:
    """Every set of revisions that the host may know, each with the most preferred first."""
    (knows,) = [item for item in host.items if isinstance(item, Knows)]
    if knows.revisions is not None:
        empty = meanings.slots()
        return [tuple(meanings.formula(r, reading).code(empty) for r in knows.revisions)]
    if knows.between is not None:
        whole = meanings.formula(knows.between, reading).code(meanings.slots())
        return [tuple(sorted(whole, reverse=True))]
    rows = [tuple(reversed(row)) for row in (intervals if knows.ranged else subsets)(words.revisions)]
    return [row for row in rows if 0 < len(row) <= (knows.most or len(row))]


class SessionOracle:
    """Everything that is claimed of one session of a file."""

    def __init__(self, file: File, session: Session, domains: Domains) -> None:
        host = next(d for d in file.declarations if isinstance(d, Host) and d.name.id == session.host.id)
        policy = next(d for d in file.declarations if isinstance(d, Policy) and d.name.id == session.policy.id)
        interface = next(d for d in file.declarations if isinstance(d, Interface) and d.name.id == policy.interface.id)
        self.session = session
        self.words = Words.of(interface)
        self.interface = interface
        self.variables = {**variables(interface), **configs(file, policy)}
        self.meanings = Meanings(self.words, [*self.variables, KNOWN, *ENDS], interface)
        self.free = self.meanings.free
        self.reading = OfPolicy(of_file(file), interface, policy)
        self.relations = abstract(interface, self.reading)
        outputs = [v for v in self.variables.values() if v.role == "output"]
        codes = {name: tuple(names.values()) for name, names in codes_of_names(interface).items()}
        openings = {v.name.id: values_of(v, self.words, domains.outputs, codes.get(v.name.id, ())) for v in outputs}
        self.policy = PolicyMeaning(self.meanings, interface, policy, self.reading, openings)
        self.host = acting(self.meanings, self.words, host, OfHost(of_file(file), interface, self.reading))
        (self.request,) = [v.name.id for v in self.variables.values() if v.role == "input"]
        of_request = self.free[self.request]
        assumed = [*self.policy.assumptions]
        assumed += [self.meanings.formula(said, self.reading) for said in optional(interface, session.under)]
        self.of_setting = [a.code for a in assumed if of_request not in a.reads]
        self.of_setting += [self.formula(s.formula) for s in self.statements("assume")]
        self.of_requests = [a.code for a in assumed if of_request in a.reads]
        self.questions = self._questions()
        for item in file.declarations:
            if isinstance(item, Scenario) and item.subject.id == session.name.id:
                self.questions[item.name.id] = self._scenario(item)
        self.slots = self.meanings.slots()

    def statements(self, role: str) -> list[Statement]:
        return [i for i in self.session.items if isinstance(i, Statement) and i.role == role]

    def formula(self, expr: Expr) -> Code:
        return self.meanings.formula(expr, self.reading, caller=True).code

    # ---- what is claimed --------------------------------------------------------------------------------

    def _questions(self) -> dict[str, Question]:
        def happens(run: Run) -> bool:
            return run.ending != "ruled out" and bool(run.answered)

        def strays(run: Run) -> bool:
            allowed = {*self.slots[self.free[KNOWN]], *self.meanings.codes.get(self.request, ())}
            asked: list[tuple[int, ...]] = [r if isinstance(r, tuple) else (r,) for r in run.requests]
            return run.ending != "ruled out" and not all(allowed.issuperset(words) for words in asked)

        made = {
            "satisfiable": Question(lambda _: False, (lambda run: run.replies[:1] not in ([], [None]),)),
            "defined": Question(lambda run: run.ending == "stuck", (happens,)),
            "terminates": Question(lambda run: run.ending == "loops", (happens,)),
        }
        if self.variables[self.request].type in ("revision", "set", "range"):
            made["requests_known"] = Question(strays, (happens,))
        for item in self.statements("invariant"):
            whole = claimed(self.interface, item)
            premises = [p.code for p in self.meanings.premises(whole, self.reading, caller=True)]
            met = tuple(self._after_some(p) for p in premises) or (happens,)
            made[item.name.id] = Question(self._broken(self.formula(whole)), met)
        for item in self.statements("property"):
            whole = claimed(self.interface, item)
            made[item.name.id] = self._at_the_end(whole, self.formula(whole), None)
        return made

    def _broken(self, holds: Code) -> Goal:
        """The formula fails after some reply."""
        return self._after_some(lambda slots: not holds(slots))

    def _after_some(self, holds: Code) -> Goal:
        """The formula holds after some reply."""

        def after(request: Any, reply: Row) -> bool:
            self.slots[self.free[self.request]] = request
            for place, value in reply:
                self.slots[place] = value
            return holds(self.slots)

        return lambda run: run.ending != "ruled out" and any(after(*round_) for round_ in run.answered)

    def _scenario(self, item: Scenario) -> Question:
        givens = [(self.free[p.name.id], self.formula(p.value)) for p in item.items if isinstance(p, Given)]
        thens = [p.formula for p in item.items if isinstance(p, Then)]
        (then,) = thens

        def given(slots: Slots) -> bool:
            return all(same(slots[place], code(slots)) for place, code in givens)

        return self._at_the_end(then, self.formula(then), given)

    def _at_the_end(self, formula: Expr, holds: Code, given: Code | None) -> Question:
        """The formula holds of every run that ends or goes round for ever."""
        needs = [p.code for p in self.meanings.premises(formula, self.reading, caller=True)] or [lambda _: True]

        def where(test: Code) -> Goal:
            def goal(run: Run) -> bool:
                if run.ending in ("stuck", "ruled out") or not (given is None or given(self.slots)):
                    return False
                self._put_end(run)
                return test(self.slots)

            return goal

        return Question(where(lambda slots: not holds(slots)), tuple(where(n) for n in needs))

    def _put_end(self, run: Run) -> None:
        """What formulas about the end of a run see."""
        looping = run.ending == "loops"
        _, reply = run.answered[-1]
        last = {self.free[self.request]: run.requests[-1], **dict(reply)}
        empty = {"bool": False, "set": (), "range": ()}
        nothing = {self.free[v.name.id]: empty.get(str(v.type)) for v in self.variables.values()}
        for place, value in last.items():
            self.slots[place] = nothing[place] if looping else value
        for name, value in zip(
            ENDS,
            (run.ending == "accepted", run.ending == "gave_up", run.agreed, None if looping else len(run.requests)),
            strict=True,
        ):
            self.slots[self.free[name]] = value

    # ---- what happens -----------------------------------------------------------------------------------

    def run(self) -> Run:
        """One run on the configuration in the slots, by what `choices` choose."""
        run, slots = Run(), self.slots
        request = in_order(self.host.start(slots))
        while request is not None:
            run.requests.append(request)
            slots[self.free[self.request]] = request
            if not all(assumption(slots) for assumption in self.of_requests):
                run.replies.append(None)
                return run.ended("ruled out")
            reply = self._reply(slots)
            run.replies.append(reply)
            if reply is None:
                return run.ended("stuck")
            found = next((rule for rule in self.host.rules if rule[0](slots)), None)
            if found is None:
                return run.ended("stuck")
            _, rule, value = found
            if value is None:
                return run.ended("gave_up")
            request = value(slots)
            if request is not None and isinstance(rule.action, Accept):
                return run.ended("accepted", request)
            request = in_order(request)
            if request in run.requests:
                return run.ended("loops")
        return run.ended("stuck")

    def _reply(self, slots: Slots) -> Row | None:
        """A reply of the policy, put in the slots; None where it has none."""
        case = self.policy.first(slots)
        rows = [] if case is None else case.tried(slots)
        if not rows:
            return None
        row = rows[self.meanings.choices.pick(len(rows))] if len(rows) > 1 else rows[0]
        for place, value in row:
            slots[place] = value
        return None if any(value is None for _, value in row) else row

    def settings(self) -> Iterator[None]:
        """Fills the slots with each configuration that the assumptions admit, in turn."""
        configs = [v for v in self.variables.values() if v.role == "config"]
        places = [*(self.free[v.name.id] for v in configs), self.free[KNOWN]]
        choices: list[Sequence[Any]] = [*(values_of(v, self.words, ()) for v in configs), self.host.known]
        for row in product(*choices):
            for place, value in zip(places, row, strict=True):
                self.slots[place] = value
            if self.relations or self._admitted():
                yield

    def _admitted(self) -> bool:
        return all(assumption(self.slots) for assumption in self.of_setting)

    def verdicts(self) -> dict[str, str]:
        """The verdict on each claim, by its name."""
        goals = {goal for q in self.questions.values() for goal in (q.fails, *q.needs)}
        waiting = set(goals)
        for _ in self.settings():
            if self.relations:
                waiting -= {goal for goal in waiting if self._possible(goal)}
            else:
                for run in self.meanings.choices.each(self.run):
                    waiting -= {goal for goal in waiting if goal(run)}
        met = goals - waiting
        return {
            name: "refuted" if q.fails in met else "proved" if met.issuperset(q.needs) else "vacuous"
            for name, q in self.questions.items()
        }

    def _possible(self, goal: Goal) -> bool:
        return self.meanings.choices.possible(lambda: self._admitted() and goal(self.run()))


def host_verdicts(file: File, host: Host, words_of_replies: Sequence[int]) -> dict[str, str]:
    """For each rule, whether it is the first to apply to some request and reply, with whatever relations."""
    interface = next(d for d in file.declarations if isinstance(d, Interface) and d.name.id == host.interface.id)
    words = Words.of(interface)
    seen = [v for v in variables(interface).values() if v.role != "config"]
    meanings = Meanings(words, [*(v.name.id for v in seen), KNOWN], interface)
    reading = OfHost(of_file(file), interface, None)
    known = known_of(meanings, words, host, reading)
    guards = [r.guard for r in host.items if isinstance(r, Rule)]
    terms = [None if g is None else meanings.formula(g, reading, caller=True) for g in guards]
    read = frozenset[int]().union(*(t.reads for t in terms if t is not None))
    # What no rule looks at need not be tried.
    choices: list[Sequence[Any]] = [
        values_of(v, words, words_of_replies, tuple(meanings.codes.get(v.name.id, ())))
        if meanings.free[v.name.id] in read
        else (0,)
        for v in seen
    ]
    slots = meanings.slots()
    waiting = set(range(len(terms)))

    def applies(at: int) -> bool:
        return next((n for n, t in enumerate(terms) if t is None or t.code(slots)), None) == at

    for row in product(*choices, known):
        slots[: len(row)] = row
        if not waiting:
            break
        waiting -= {at for at in waiting if meanings.choices.possible(lambda at=at: applies(at))}
    return {f"reachable.rule_{at + 1}": "refuted" if at in waiting else "proved" for at in range(len(terms))}


def session_verdicts(file: File, domains: Domains) -> dict[str, str]:
    """The verdict on every claim of every host and session of a file, by its address."""
    found: dict[str, str] = {}
    for item in file.declarations:
        if isinstance(item, Host):
            found |= {f"{item.name.id}.{n}": v for n, v in host_verdicts(file, item, domains.inputs).items()}
        elif isinstance(item, Session):
            found |= {f"{item.name.id}.{n}": v for n, v in SessionOracle(file, item, domains).verdicts().items()}
    return found
