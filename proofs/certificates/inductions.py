"""What a session's claims come to where its runs may have any number of rounds.

Invariants hold after the first reply, and each round keeps them: so they hold after every reply of every run. What a
claim says of a round then follows from them. They are formulas of the language, whoever guessed them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...spec import syntax as s
from ...spec.parsing.parser import parse
from ...spec.source import Source
from .meaning import Meaning, Value
from .policies import Obligation
from .sessions import ENDINGS, Round, Session, strays
from .skeleton import Skeleton
from .words import TRUE, Literal, Term, Unsupported

ORDERS = ("below", "above", "less preferred")
"""Where the request of a round may have to lie, seen from the one before. A session that comes back to a request does
not go on so in some round.
"""

Said = Callable[[Meaning, Round, Round], Literal]


class Induction:
    """A session with invariants, as their texts have them, and an order of its requests. Raises Unsupported."""

    def __init__(self, session: Session, invariants: Sequence[str], order: str) -> None:
        self.session, self.order = session, order
        self.invariants = [_formula(text) for text in invariants]
        variable = session.policy.variables[session.caller.request]
        if variable.type != "revision" or order not in ORDERS:
            raise Unsupported("inductions are about requests for one revision")

    def obligations(self, claim: str) -> list[Obligation]:
        """What must be refuted. Raises KeyError where there is no such claim."""
        session, made = self.session, list[Obligation]()
        for n, formula in enumerate(self.invariants, 1):
            made.append(self._at_start(f"start of invariant {n}", self._fails(formula)))
            made.append(self._later(f"invariant {n} kept", lambda m, _, b, f=formula: self._fails(f)(m, b)))
        match claim:
            case "terminates":
                return [*made, self._later("order", self._turns)]
            case "defined":
                first = session.obligation("no first request", 0, lambda meaning, _: -session.starts(meaning))
                stuck = (
                    self._at_start("start", lambda _, one: one.stuck),
                    self._later("round", lambda _, __, b: b.stuck),
                )
                return [*made, first, *stuck, *session.policy.choices()]
            case "requests_known":
                start = self._at_start("start", lambda meaning, one: strays(session, meaning, one))
                return [*made, start, self._later("round", lambda meaning, _, b: strays(session, meaning, b))]
            case _:
                pass
        if (session.name, claim) in session.text.scenarios:
            raise Unsupported("scenarios are not shown by induction")
        stated = {one.name.id: one for role in ("invariant", "property") for one in session.statements(role)}[claim]
        formula = session.under(stated)
        if stated.role == "invariant":
            return [*made, self._later("claim", lambda meaning, a, _: self._fails(formula)(meaning, a))]
        return [*made, *(self._later(ending, self._breaks(formula, ending)) for ending in ENDINGS)]

    def _fails(self, formula: s.Expr) -> Callable[[Meaning, Round], Literal]:
        """A round is answered, and a formula does not hold after it."""
        after = self.session.after
        return lambda meaning, one: meaning.made.conj(one.ran, -after(meaning, one).formula(formula))

    def _turns(self, meaning: Meaning, one: Round, _: Round) -> Literal:
        """The next request does not go on in the order."""
        return meaning.made.conj(one.asks, -self._goes_on(meaning, one))

    def _goes_on(self, meaning: Meaning, one: Round) -> Literal:
        if self.order == "less preferred":
            return meaning.prefers(one.request, one.following)
        ends = (one.following, one.request) if self.order == "below" else (one.request, one.following)
        return meaning.compare("<", *ends)

    def _breaks(self, formula: s.Expr, ending: str) -> Said:
        def breaks(meaning: Meaning, one: Round, other: Round) -> Literal:
            made = meaning.made
            # The number of rounds may be any.
            count = Term(((TRUE, (made.whole("rounds"),)),))
            fails = -self.session.ended(meaning, one, count, ending).formula(formula)
            happens = self._turns(meaning, one, other) if ending == "loops" else getattr(one, ending)
            return made.conj(happens, fails)

        return breaks

    def _at_start(self, label: str, said: Callable[[Meaning, Round], Literal]) -> Obligation:
        return self.session.obligation(label, 1, lambda meaning, done: said(meaning, done[0]))

    def _later(self, label: str, said: Said) -> Obligation:
        """Something is so of a round that the invariants hold after, and the next one."""

        def build(made: Skeleton) -> None:
            session = self.session
            scope, opened = session.given(made), session.opened(made)
            request: Value = session.policy.variable(made, session.caller.request, f"{session.caller.request}@1")
            meaning = session.at(made, scope, None)
            one = session.round(made, scope, TRUE, request, [], 0, opened, None)
            made.clause(one.ran)
            for formula in self.invariants:
                made.clause(session.after(meaning, one).formula(formula))
            # A run ends where it asks again for what it asked for before.
            there = made.conj(one.asks, -meaning.equal(one.following, request))
            other = session.round(made, scope, there, one.following, [one], 1, opened, None)
            made.clause(said(meaning, one, other))

        return Obligation(label, build)


def _formula(text: str) -> s.Expr:
    file, problems = parse(Source("invariant", f"define invariant_ = {text}"))
    match file.declarations:
        case [s.Define(body=body)] if body is not None and not problems:
            return body
        case _:
            raise Unsupported(f"an invariant is no formula: {text}")
