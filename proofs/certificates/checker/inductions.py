"""What a session's claims come to where its runs may have any number of rounds.

Invariants hold after the first reply, and each round keeps them: so they hold after every reply of every run. What a
claim says of a round then follows from them. They are formulas of the language, whoever guessed them.

A run ends where it asks again for what it asked for before. So where each request is for a known revision, or by a
name, a run has no more rounds than there are of these.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from ....spec import syntax as s
from ....spec.parsing.parser import parse
from ....spec.source import Source
from .meaning import Meaning
from .policies import Obligation
from .sessions import ENDINGS, Round, Session, strays
from .skeleton import Skeleton
from .words import TRUE, Literal, Refused, Term, number, term

ORDERS = ("below", "above", "less preferred")
"""Where the request of a round may have to lie, seen from the one before. A session that comes back to a request does
not go on so in some round.
"""

Said: TypeAlias = Callable[[Meaning, Round, Round], Literal]
"""What may be so of a configuration and two rounds, one after the other."""


class Induction:
    """A session with invariants, as their texts have them, and an order of its requests. Where rounds are `counted`,
    there are no more than requests to make. Raises Refused.
    """

    def __init__(self, session: Session, invariants: Sequence[str], order: str, counted: bool = False) -> None:
        self.session, self.order = session, order
        self.most = session.most_requests() if counted else None
        self.invariants = [_formula(text) for text in invariants]
        if order not in ORDERS:
            raise Refused(f"requests have no order `{order}`")

    def obligations(self, claim: str) -> list[Obligation]:
        """What must be refuted: that an invariant fails, and what the claim comes to. Raises Refused."""
        kept: list[Obligation] = []
        for n, formula in enumerate(self.invariants, 1):
            kept.append(self._at_start(f"start of invariant {n}", self._fails(formula)))
            kept.append(self._later(f"invariant {n} kept", self._fails(formula)))
        return [*kept, *self._of_claim(claim)]

    def _of_claim(self, claim: str) -> list[Obligation]:
        session = self.session

        def stuck(_: Meaning, __: Round, last: Round) -> Literal:
            return last.stuck

        match claim:
            case "terminates":
                return [self._later("order", self._turns)]
            case "defined":
                return [self._at_start("start", stuck), self._later("round", stuck), *session.undefined()]
            case "requests_known":
                return self._strays()
            case _:
                _, stated, formula = session.claimed(claim)
        if stated == "scenario":
            raise Refused("scenarios are not shown by induction")
        if stated == "invariant":
            return [self._later("claim", lambda given, one, _: session.fails(given, one, formula))]
        counted = [] if self.most is None else self._strays()
        return [*counted, *(self._later(ending, self._breaks(formula, ending)) for ending in ENDINGS)]

    def _strays(self) -> list[Obligation]:
        """A request is for something that is not known."""

        def stray(given: Meaning, _: Round, last: Round) -> Literal:
            return strays(self.session, given, last)

        return [self._at_start("start", stray), self._later("round", stray)]

    def _fails(self, formula: s.Expr) -> Said:
        return lambda given, _, last: self.session.fails(given, last, formula)

    def _turns(self, given: Meaning, one: Round, _: Round) -> Literal:
        """The next request does not go on in the order; only revisions have one."""
        if self.session.request.type != "revision":
            return one.asks
        if self.order == "less preferred":
            goes_on = given.prefers(one.request, one.following)
        else:
            ends = (one.following, one.request) if self.order == "below" else (one.request, one.following)
            goes_on = given.compare("<", *ends)
        return given.skeleton.conj(one.asks, -goes_on)

    def _breaks(self, formula: s.Expr, ending: str) -> Said:
        def breaks(given: Meaning, one: Round, other: Round) -> Literal:
            count = Term(((TRUE, (given.skeleton.whole("rounds"),)),))
            if self.most is not None:
                given.skeleton.clause(given.compare("<=", count, term(number(self.most))))
            fails = -self.session.ended(given, one, count, ending).formula(formula)
            happens = self._turns(given, one, other) if ending == "loops" else getattr(one, ending)
            return given.skeleton.conj(happens, fails)

        return breaks

    def _at_start(self, label: str, said: Said) -> Obligation:
        return self.session.obligation(label, 1, lambda given, done: said(given, done[0], done[0]))

    def _later(self, label: str, said: Said) -> Obligation:
        """Something is so of a round that the invariants hold after, and the next one."""

        def build(skeleton: Skeleton) -> None:
            session = self.session
            given, opened = session.given(skeleton), session.opened(skeleton)
            name = session.caller.request
            request = session.policy.asked(skeleton, name, f"{name}@1")
            one = session.round(given, TRUE, request, [], 0, opened)
            skeleton.clause(one.ran)
            for formula in self.invariants:
                skeleton.clause(session.seen(given, one.values).formula(formula))
            # A run ends where it asks again for what it asked for before.
            there = skeleton.conj(one.asks, -given.equal(one.following, request))
            skeleton.clause(said(given, one, session.round(given, there, one.following, [one], 1, opened)))

        return Obligation(label, build)


def _formula(text: str) -> s.Expr:
    file, problems = parse(Source("invariant", f"define invariant_ = {text}"))
    match file.declarations:
        case [s.Define(body=body)] if body is not None and not problems:
            return body
        case _:
            raise Refused(f"an invariant is no formula: {text}")
