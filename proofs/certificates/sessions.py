"""What a session's claims come to: its rounds, spelled out one after the other, and that there are no more of them.

What is asked and answered in a round is a value with conditions: each case's outputs where that case applies, each
rule's request where that rule acts. So the next round is put together as the first one is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from ...spec import syntax as s
from .callers import KNOWN, Caller
from .meaning import Meaning, Value, literal, several, ways
from .policies import Obligation, Policy, thens
from .skeleton import Skeleton
from .texts import Text
from .words import FALSE, TRUE, Literal, Several, Term, Unsupported, number, term, value_of

MOST_ROUNDS = 8
ENDINGS = ("accepted", "gave_up", "loops")

Opened = Callable[[int, str], Value]
"""What an open output is, in a round."""


class Round(Struct):
    """A round: where it is `reached`, its request is new, and admitted; where it `ran`, answered."""

    request: Value
    reached: Literal
    ran: Literal
    outputs: dict[str, Value]
    stuck: Literal
    accepted: Literal
    agreed: Term
    gave_up: Literal
    loops: Literal
    asks: Literal
    following: Value


class Session:
    """One session as its text has it."""

    def __init__(self, text: Text, name: str) -> None:
        self.text, self.name = text, name
        self.declaration: s.Session = text.declarations[name]
        self.policy = Policy(text, self.declaration.policy.id)
        self.caller = Caller(text, self.declaration.host.id, self.policy)
        request = self.caller.request
        self.configs = [n for n, v in self.policy.variables.items() if v.role == "config" and n != request]

    def statements(self, role: str) -> list[s.Statement]:
        """Those of the session alone."""
        return [item for item in self.declaration.items if isinstance(item, s.Statement) and item.role == role]

    def given(self, made: Skeleton) -> dict[str, Value]:
        """The configuration, and what the host knows."""
        return {**{name: self.policy.variable(made, name) for name in self.configs}, KNOWN: self.caller.known(made)}

    def opened(self, made: Skeleton) -> Opened:
        """Any values of open outputs, in each round others."""
        open_: dict[tuple[int, str], Value] = {}

        def opened(at: int, name: str) -> Value:
            if (at, name) not in open_:
                open_[at, name] = self.policy.variable(made, name, f"{name}@{at + 1}")
            return open_[at, name]

        return opened

    def rounds(
        self, made: Skeleton, scope: dict[str, Value], count: int, opened: Opened, relations: Any = None
    ) -> list[Round]:
        """The first rounds."""
        first = self.caller.meaning(made, {KNOWN: scope[KNOWN]}, relations).of(self.caller.opening.request)
        there, request, done = _defined(made, first), first, list[Round]()
        for at in range(count):
            done.append(self.round(made, scope, there, request, done, at, opened, relations))
            last = done[-1]
            again = [self.at(made, {}, None).equal(last.following, one.request) for one in done]
            last.loops = made.conj(last.asks, made.disj(*again))
            there, request = made.conj(last.asks, *(-one for one in again)), last.following
        return done

    def at(self, made: Skeleton, scope: Mapping[str, Value], relations: Any) -> Meaning:
        """What formulas of the policy and the session say."""
        return self.policy.meaning(made, dict(scope), relations)

    def round(
        self,
        made: Skeleton,
        scope: Mapping[str, Value],
        there: Literal,
        request: Value,
        before: Sequence[Round],
        at: int,
        opened: Opened,
        relations: Any,
    ) -> Round:
        """What happens in a round, whose request is made where it is `there`."""
        policy, asked = self.policy, {**scope, self.caller.request: request}
        meaning = self.at(made, asked, relations)
        assumed = [one.formula for one in self.statements("assume")] + policy.optional(self.declaration.under)
        admitted = [*policy.assumptions(meaning), *(meaning.formula(formula) for formula in assumed)]
        reached = made.conj(there, *admitted, *(one.ran for one in before))
        merged: dict[str, list[tuple[Literal, Value]]] = {one.name.id: [] for one in policy.outputs}
        stuck, ran, chosen = list[Literal](), list[Literal](), list[Literal]()
        for n in range(len(policy.cases)):
            selected = policy.selected(meaning, n)
            chosen.append(selected)
            if made.conj(reached, selected) == FALSE:
                continue
            inner = self.at(made, asked, relations)
            open_ = {name: opened(at, name) for name, value in policy.assigns(n).items() if value is None}
            defined, ensured = policy.answer(inner, n, open_)
            ran.append(made.conj(reached, selected, ensured, *defined))
            stuck.append(made.conj(reached, selected, ensured, -made.conj(*defined)))
            for name, values in merged.items():
                values.append((selected, inner.variable(name)))
        stuck.append(made.conj(reached, *(-one for one in chosen)))
        outputs = {name: joined(made, values, _none_of(policy.variables[name])) for name, values in merged.items()}
        done = Round(request, reached, made.disj(*ran), outputs, FALSE, FALSE, Term(()), FALSE, FALSE, FALSE, Term(()))
        own = {KNOWN: scope[KNOWN], self.caller.request: request, **outputs}
        self._acts(self.caller.meaning(made, own, relations), done, stuck)
        return done

    def _acts(self, meaning: Meaning, done: Round, stuck: list[Literal]) -> None:
        """What the rules of the host do about the reply."""
        made, earlier = meaning.made, list[Literal]()
        accepts, requests, gives_up = list[tuple[Literal, Value]](), list[tuple[Literal, Value]](), list[Literal]()
        for rule in self.caller.rules:
            guard = TRUE if rule.guard is None else meaning.formula(rule.guard)
            act = made.conj(done.ran, *earlier, guard)
            earlier.append(-guard)
            if act == FALSE:
                continue
            if isinstance(rule.action, s.GiveUp):
                gives_up.append(act)
                continue
            value = meaning.of(rule.action.revision)
            stuck.append(made.conj(act, -_defined(made, value)))
            (accepts if isinstance(rule.action, s.Accept) else requests).append((act, value))
        done.stuck = made.disj(*stuck, made.conj(done.ran, *earlier))
        done.gave_up = made.disj(*gives_up)
        done.accepted = made.disj(*(made.conj(act, _defined(made, value)) for act, value in accepts))
        agreed = joined(made, accepts, Term(()))
        done.agreed = agreed if isinstance(agreed, Term) else Term(())
        done.asks = made.disj(*(made.conj(act, _defined(made, value)) for act, value in requests))
        done.following = joined(made, requests, _none_of(self.policy.variables[self.caller.request]))

    # ---- claims -----------------------------------------------------------------------------------------

    def obligations(self, claim: str, rounds: int) -> list[Obligation]:
        """What must be refuted for runs of so many rounds, and that there are longer ones. Raises KeyError."""
        if claim == "satisfiable":
            return []
        if not 0 < rounds <= MOST_ROUNDS:
            raise Unsupported(f"there is no going through {rounds} rounds")
        made = [self.obligation(f"more than {rounds} rounds", rounds + 1, self._goes_on(claim))]
        for at in range(1, rounds + 1):
            made += self._of_round(claim, at)
        if claim == "defined":
            made.append(self.obligation("no first request", 0, lambda meaning, _: -self.starts(meaning)))
            made += self.policy.choices()
        return made

    def _of_round(self, claim: str, at: int) -> list[Obligation]:
        label = f"round {at}"
        match claim:
            case "terminates":
                return [self.obligation(label, at, lambda _, done: done[-1].loops)]
            case "defined":
                return [self.obligation(label, at, lambda _, done: done[-1].stuck)]
            case "requests_known":
                return [self.obligation(label, at, lambda meaning, done: strays(self, meaning, done[-1]))]
            case _:
                pass
        stated = {one.name.id: one for role in ("invariant", "property") for one in self.statements(role)}
        if claim in stated and stated[claim].role == "invariant":
            formula = self.under(stated[claim])

            def broken(meaning: Meaning, done: Sequence[Round]) -> Literal:
                return meaning.made.conj(done[-1].ran, -self.after(meaning, done[-1]).formula(formula))

            return [self.obligation(label, at, broken)]
        return [self.obligation(f"{label} {one}", at, self._breaks(claim, at, one)) for one in ENDINGS]

    def _goes_on(self, claim: str) -> Callable[[Meaning, Sequence[Round]], Literal]:
        """The last round is reached, on what a scenario gives."""
        scenario = self.text.scenarios.get((self.name, claim))

        def goes_on(meaning: Meaning, done: Sequence[Round]) -> Literal:
            given = [] if scenario is None else self.policy.givens(meaning, scenario)
            return meaning.made.conj(done[-1].reached, *given)

        return goes_on

    def _breaks(self, claim: str, at: int, ending: str) -> Callable[[Meaning, Sequence[Round]], Literal]:
        def breaks(meaning: Meaning, done: Sequence[Round]) -> Literal:
            given, formula = self.claimed(claim, meaning)
            at_end = self.ended(meaning, done[-1], term(number(at)), ending)
            return meaning.made.conj(getattr(done[-1], ending), *given, -at_end.formula(formula))

        return breaks

    def claimed(self, claim: str, meaning: Meaning) -> tuple[list[Literal], s.Expr]:
        """What a scenario gives, and what a property, an invariant or a scenario says. Raises KeyError."""
        scenario = self.text.scenarios.get((self.name, claim))
        if scenario is None:
            stated = {one.name.id: one for role in ("invariant", "property") for one in self.statements(role)}
            return [], self.under(stated[claim])
        formulas = thens(scenario)
        whole = formulas[0] if len(formulas) == 1 else s.And(tuple(formulas))
        return self.policy.givens(meaning, scenario), whole

    def under(self, stated: s.Statement) -> s.Expr:
        """What a statement claims: under optional assumptions, that they imply it."""
        premises = self.policy.optional(stated.under)
        return s.Implies(s.And(tuple(premises)), stated.formula) if premises else stated.formula

    def obligation(self, label: str, count: int, said: Callable[[Meaning, Sequence[Round]], Literal]) -> Obligation:
        """That something is so in the first rounds, so many of them."""

        def build(made: Skeleton) -> None:
            scope = self.given(made)
            done = self.rounds(made, scope, count, self.opened(made))
            made.clause(said(self.at(made, scope, None), done))

        return Obligation(label, build)

    def starts(self, meaning: Meaning) -> Literal:
        """The first request has a value."""
        known = {KNOWN: meaning.scope[KNOWN]}
        return _defined(meaning.made, self.caller.meaning(meaning.made, known, None).of(self.caller.opening.request))

    def after(self, meaning: Meaning, done: Round) -> Meaning:
        """What formulas say after a round."""
        return self.seen(meaning, {self.caller.request: done.request, **done.outputs})

    def seen(self, meaning: Meaning, more: Mapping[str, Value]) -> Meaning:
        """What formulas say where there is more than the configuration."""
        return self.at(meaning.made, {**meaning.scope, **more}, meaning.relations)

    def ended(self, meaning: Meaning, done: Round, count: Value, ending: str) -> Meaning:
        """What formulas say of a run that ends so after some round, the `count`th."""
        own: dict[str, Value] = {self.caller.request: done.request, **done.outputs}
        if ending == "loops":
            # There is no last round.
            own = {name: _nothing(value) for name, value in own.items()}
        own["accepted"] = TRUE if ending == "accepted" else FALSE
        own["gave_up"] = TRUE if ending == "gave_up" else FALSE
        own["agreed"] = done.agreed if ending == "accepted" else Term(())
        own["rounds"] = Term(()) if ending == "loops" else count
        return self.seen(meaning, own)


def strays(session: Session, meaning: Meaning, one: Round) -> Literal:
    """The request of a round is for something else than a name or revisions that the host knows."""
    made, known = meaning.made, several(meaning.scope[KNOWN])
    if isinstance(one.request, Several):
        return made.conj(one.reached, meaning.some(one.request, lambda word: -meaning.inside(known, word)))
    named = session.caller.request
    parts = [
        made.conj(
            test,
            -meaning.inside(known, word),
            -(meaning.is_name(named, word) if named in meaning.codes else FALSE),
        )
        for test, word in ways(one.request)
    ]
    return made.conj(one.reached, made.disj(*parts))


def _nothing(value: Value) -> Value:
    return FALSE if isinstance(value, int) else Several(()) if isinstance(value, Several) else Term(())


def _defined(made: Skeleton, value: Value) -> Literal:
    return made.disj(*(test for test, _ in value.ways)) if isinstance(value, Term) else TRUE


def _none_of(variable: s.Variable) -> Value:
    """What stands for a value of a variable where there is none."""
    return FALSE if variable.type == "bool" else Several(()) if variable.type in ("set", "range") else Term(())


def joined(made: Skeleton, values: Sequence[tuple[Literal, Value]], none: Value) -> Value:
    """One of several values, each where its condition holds; of those conditions at most one does. Else `none`."""
    if not values:
        return none
    if isinstance(values[0][1], int):
        return made.disj(*(made.conj(test, literal(value)) for test, value in values))
    if isinstance(values[0][1], Several):
        pieces = [(made.conj(test, also), piece) for test, value in values for also, piece in several(value).pieces]
        return Several(tuple(one for one in pieces if one[0] != FALSE))
    found: dict[Any, Literal] = {}
    for test, value in values:
        for also, word in ways(value):
            # A number in several cases is one way.
            key = value_of(word) if value_of(word) is not None else word
            found[key] = made.disj(found.get(key, FALSE), made.conj(test, also))
    both = [(test, number(key) if isinstance(key, int) else key) for key, test in found.items()]
    return Term(tuple(one for one in both if one[0] != FALSE))
