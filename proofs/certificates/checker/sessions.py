"""What a session's claims come to: its rounds, spelled out one after the other, and that there are no more of them.

What is asked and answered in a round is a value with conditions: each case's outputs where that case applies, each
rule's request where that rule acts. So the next round is put together as the first one is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from ....spec import syntax as s
from .callers import Caller
from .meaning import Meaning, Value, literal, several, ways
from .policies import Obligation, Policy, thens
from .skeleton import Skeleton
from .texts import Table, Text
from .words import FALSE, TRUE, Between, Literal, Refused, Several, Term, Word, Work, number, term, value_of

MOST_ROUNDS = 8
ENDINGS = ("accepted", "gave_up", "loops")

Opened: TypeAlias = "Callable[[int, str], Value]"
"""What an open output is, in a round."""


class Round(Struct):
    """A round: where it is `reached`, its request is new, and admitted; where it `ran`, answered.

    `values` are its request and outputs; `following` is the next request, where it `asks` for one.
    """

    request: Value
    reached: Literal
    ran: Literal
    values: dict[str, Value]
    stuck: Literal = FALSE
    accepted: Literal = FALSE
    agreed: Value = Term(())
    gave_up: Literal = FALSE
    loops: Literal = FALSE
    asks: Literal = FALSE
    following: Value = Term(())


class Session:
    """One session as its text has it. What a run goes by is a meaning of formulas over the configuration alone."""

    def __init__(self, text: Text, name: str) -> None:
        self.text, self.name = text, name
        self.declaration = text.declared(name, s.Session)
        self.policy = Policy(text, self.declaration.policy.id)
        self.caller = Caller(text, self.declaration.host.id, self.policy)
        self.request = self.policy.vocabulary.variables[self.caller.request]
        variables = self.policy.vocabulary.variables
        self.configs = [n for n, v in variables.items() if v.role == "config" and n != self.caller.request]

    def statements(self, role: str) -> list[s.Statement]:
        """Those of the session alone."""
        return [item for item in self.declaration.items if isinstance(item, s.Statement) and item.role == role]

    def given(self, skeleton: Skeleton) -> Meaning:
        """The configuration, and what the host knows."""
        scope = {name: self.policy.variable(skeleton, name) for name in self.configs}
        return self.policy.meaning(skeleton, {**scope, s.KNOWN: self.caller.known(skeleton)})

    def opened(self, skeleton: Skeleton) -> Opened:
        """Any values of open outputs, in each round others."""
        open_: dict[tuple[int, str], Value] = {}

        def opened(at: int, name: str) -> Value:
            if (at, name) not in open_:
                open_[at, name] = self.policy.variable(skeleton, name, f"{name}@{at + 1}")
            return open_[at, name]

        return opened

    def most_requests(self) -> int:
        """How many requests there are for a known revision, and by name. Raises Refused where they may be any."""
        knows = self.caller.knows
        known = knows.most
        if not knows.varies:
            pieces = self.caller.listed(self.policy.skeleton((), Work())).pieces
            known = None if any(isinstance(piece, (str, Between)) for _, piece in pieces) else len(pieces)
        if known is None or self.request.type != "revision":
            raise Refused("there is no counting the requests of a host for any number of revisions, or for several")
        return known + len(self.policy.vocabulary.codes.get(self.caller.request, ()))

    # ---- rounds -----------------------------------------------------------------------------------------

    def opening(self, given: Meaning) -> Value:
        """The first request."""
        return self.of_host(given, {}).of(self.caller.opening.request)

    def of_host(self, given: Meaning, values: Mapping[str, Value]) -> Meaning:
        """What the host's expressions say. It does not see the configuration."""
        scope = {s.KNOWN: given.scope[s.KNOWN], **values}
        return self.caller.meaning(given.skeleton, scope, given.relations)

    def seen(self, given: Meaning, more: Mapping[str, Value]) -> Meaning:
        """What formulas say where there is more than the configuration."""
        return self.policy.meaning(given.skeleton, {**given.scope, **more}, given.relations)

    def rounds(self, given: Meaning, count: int, opened: Opened) -> list[Round]:
        """The first rounds."""
        conj, done = given.skeleton.conj, list[Round]()
        request = self.opening(given)
        there = given.defined(request)
        for at in range(count):
            last = self.round(given, there, request, done, at, opened)
            done.append(last)
            again = [given.equal(last.following, one.request) for one in done]
            last.loops = conj(last.asks, given.skeleton.disj(*again))
            there, request = conj(last.asks, *(-one for one in again)), last.following
        return done

    def round(
        self, given: Meaning, there: Literal, request: Value, before: Sequence[Round], at: int, opened: Opened
    ) -> Round:
        """What happens in a round, whose request is made where it is `there`."""
        policy, asked, skeleton = self.policy, {self.caller.request: request}, given.skeleton
        meaning = self.seen(given, asked)
        assumed = [one.formula for one in self.statements("assume")] + policy.optional(self.declaration.under)
        admitted = [*policy.assumptions(meaning), *map(meaning.formula, assumed)]
        reached = skeleton.conj(there, *admitted, *(one.ran for one in before))
        answers: dict[str, list[tuple[Literal, Value]]] = {one.name.id: [] for one in policy.outputs}
        stuck, ran, chosen = list[Literal](), list[Literal](), list[Literal]()
        for n in range(len(policy.cases)):
            selected = policy.selected(meaning, n)
            chosen.append(selected)
            if skeleton.conj(reached, selected) == FALSE:
                continue
            inner = self.seen(given, asked)
            defined, ensured = policy.answer(inner, n, {name: opened(at, name) for name in policy.open(n)})
            ran.append(skeleton.conj(reached, selected, ensured, *defined))
            stuck.append(skeleton.conj(reached, selected, ensured, -skeleton.conj(*defined)))
            for name, values in answers.items():
                values.append((selected, inner.variable(name)))
        stuck.append(skeleton.conj(reached, *(-one for one in chosen)))
        outputs = {one.name.id: joined(skeleton, answers[one.name.id], _none_of(one)) for one in policy.outputs}
        done = Round(request, reached, skeleton.disj(*ran), {**asked, **outputs})
        self._acts(self.of_host(given, done.values), done, stuck)
        return done

    def _acts(self, meaning: Meaning, done: Round, stuck: list[Literal]) -> None:
        """What the rules of the host do about the reply."""
        skeleton, earlier = meaning.skeleton, list[Literal]()
        accepts, requests, gives_up = list[tuple[Literal, Value]](), list[tuple[Literal, Value]](), list[Literal]()
        for rule in self.caller.rules:
            guard = TRUE if rule.guard is None else meaning.formula(rule.guard)
            act = skeleton.conj(done.ran, *earlier, guard)
            earlier.append(-guard)
            if act == FALSE:
                continue
            if isinstance(rule.action, s.GiveUp):
                gives_up.append(act)
                continue
            value = meaning.of(rule.action.revision)
            defined = meaning.defined(value)
            stuck.append(skeleton.conj(act, -defined))
            (accepts if isinstance(rule.action, s.Accept) else requests).append((skeleton.conj(act, defined), value))
        done.stuck = skeleton.disj(*stuck, skeleton.conj(done.ran, *earlier))
        done.gave_up = skeleton.disj(*gives_up)
        done.accepted = skeleton.disj(*(act for act, _ in accepts))
        done.agreed = joined(skeleton, accepts, Term(()))
        done.asks = skeleton.disj(*(act for act, _ in requests))
        done.following = joined(skeleton, requests, _none_of(self.request))

    # ---- claims -----------------------------------------------------------------------------------------

    def obligations(self, claim: str, rounds: int) -> list[Obligation]:
        """What must be refuted for runs of so many rounds, and that there are longer ones. Raises Refused."""
        if claim == "satisfiable":
            return []
        if not 0 < rounds <= MOST_ROUNDS:
            raise Refused(f"there is no going through {rounds} rounds")
        longer = self.obligation(f"more than {rounds} rounds", rounds + 1, self._goes_on(claim))
        each = [one for at in range(1, rounds + 1) for one in self._of_round(claim, at)]
        return [longer, *each, *(self.undefined() if claim == "defined" else ())]

    def undefined(self) -> list[Obligation]:
        """That the first request has no value, and that nothing meets what cases `ensure`."""
        first = self.obligation("no first request", 0, lambda given, _: -given.defined(self.opening(given)))
        return [first, *self.policy.choices(by_host=True)]

    def _of_round(self, claim: str, at: int) -> list[Obligation]:
        label = f"round {at}"
        match claim:
            case "terminates":
                return [self.obligation(label, at, lambda _, done: done[-1].loops)]
            case "defined":
                return [self.obligation(label, at, lambda _, done: done[-1].stuck)]
            case "requests_known":
                return [self.obligation(label, at, lambda given, done: strays(self, given, done[-1]))]
            case _:
                givens, stated, formula = self.claimed(claim)
        if stated == "invariant":
            return [self.obligation(label, at, lambda given, done: self.fails(given, done[-1], formula))]

        def breaks(given: Meaning, done: Sequence[Round], ending: str) -> Literal:
            at_end = self.ended(given, done[-1], term(number(at)), ending)
            return given.skeleton.conj(getattr(done[-1], ending), *givens(given), -at_end.formula(formula))

        return [
            self.obligation(f"{label} {one}", at, lambda given, done, one=one: breaks(given, done, one))
            for one in ENDINGS
        ]

    def _goes_on(self, claim: str) -> Callable[[Meaning, Sequence[Round]], Literal]:
        """The last round is reached, on what a scenario gives."""
        scenario = self.text.scenarios.get((self.name, claim))
        return lambda given, done: given.skeleton.conj(
            done[-1].reached, *(self.policy.givens(given, scenario) if scenario else ())
        )

    def claimed(self, claim: str) -> tuple[Callable[[Meaning], list[Literal]], str, s.Expr]:
        """What a scenario gives; as what a property, an invariant or a scenario is stated, and what it says.

        Raises Refused where there is none.
        """
        scenario = self.text.scenarios.get((self.name, claim))
        if scenario is not None:
            return lambda given: self.policy.givens(given, scenario), "scenario", thens(scenario)
        both = (*self.statements("invariant"), *self.statements("property"))
        stated = Table({one.name.id: one for one in both})[claim]
        return lambda _: [], stated.role, self.policy.under(stated)

    def obligation(self, label: str, count: int, said: Callable[[Meaning, Sequence[Round]], Literal]) -> Obligation:
        """That something is so in the first rounds, so many of them."""

        def build(skeleton: Skeleton) -> None:
            given = self.given(skeleton)
            skeleton.clause(said(given, self.rounds(given, count, self.opened(skeleton))))

        return Obligation(label, build)

    def fails(self, given: Meaning, one: Round, formula: s.Expr) -> Literal:
        """A round is answered, and a formula does not hold after it."""
        return given.skeleton.conj(one.ran, -self.seen(given, one.values).formula(formula))

    def ended(self, given: Meaning, done: Round, count: Value, ending: str) -> Meaning:
        """What formulas say of a run that ends so after some round, the `count`th."""
        # Where requests come again, there is no last round.
        loops = ending == "loops"
        own = {name: _nothing(value) if loops else value for name, value in done.values.items()}
        own["accepted"] = TRUE if ending == "accepted" else FALSE
        own["gave_up"] = TRUE if ending == "gave_up" else FALSE
        own["agreed"] = done.agreed if ending == "accepted" else Term(())
        own["rounds"] = Term(()) if loops else count
        return self.seen(given, own)


def strays(session: Session, given: Meaning, one: Round) -> Literal:
    """The request of a round is for something else than a name or revisions that the host knows."""
    skeleton, known = given.skeleton, several(given.scope[s.KNOWN])

    def strange(word: Word) -> Literal:
        return skeleton.conj(-given.inside(known, word), -given.is_name(session.caller.request, word))

    if isinstance(one.request, Several):
        return skeleton.conj(one.reached, given.some(one.request, lambda word: -given.inside(known, word)))
    return skeleton.conj(one.reached, skeleton.disj(*(skeleton.conj(t, strange(w)) for t, w in ways(one.request))))


def _nothing(value: Value) -> Value:
    return FALSE if isinstance(value, int) else Several(()) if isinstance(value, Several) else Term(())


def _none_of(variable: s.Variable) -> Value:
    """What stands for a value of a variable where there is none."""
    return FALSE if variable.type == "bool" else Several(()) if variable.type in ("set", "range") else Term(())


def joined(skeleton: Skeleton, values: Sequence[tuple[Literal, Value]], none: Value) -> Value:
    """One of several values, each where its condition holds; of those conditions at most one does. Else `none`."""
    if not values:
        return none
    if isinstance(values[0][1], int):
        return skeleton.disj(*(skeleton.conj(test, literal(value)) for test, value in values))
    if isinstance(values[0][1], Several):
        pieces = [(skeleton.conj(test, also), piece) for test, value in values for also, piece in several(value).pieces]
        return Several(tuple(one for one in pieces if one[0] != FALSE))
    found: dict[Word | int, Literal] = {}
    for test, value in values:
        for also, word in ways(value):
            # A number in several cases is one way.
            known = value_of(word)
            key = word if known is None else known
            found[key] = skeleton.disj(found.get(key, FALSE), skeleton.conj(test, also))
    both = [(test, number(key) if isinstance(key, int) else key) for key, test in found.items()]
    return Term(tuple(one for one in both if one[0] != FALSE))
