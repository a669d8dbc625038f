"""What negotiations with a program are worth: against the claims of a session, and against the rules of its host."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from ..model.evaluate_session import SessionEvaluator
from ..model.instance import Value, word_of
from ..model.representatives import TooMany
from ..model.run import Round
from ..proofs.claims import Claim, claims_of_session
from ..proofs.session_questions import fails
from ..spec.checked import CheckedSession, rule_name
from ..spec.registers import STRANGE
from ..spec.syntax import Accept, Expr, GiveUp
from .negotiation import Negotiation

OF_ROUNDS = ("requests_known", "invariant")
"""The kinds of claims about sessions that a round can break, however the run ends."""

JUDGED = ("terminates", *OF_ROUNDS, "property")
"""Those that a run can break."""

MOST_WORK = 5_000_000
"""Nodes of formulas that the evaluator looks at to judge one negotiation: a fraction of a second."""


class Deed(Struct, frozen=True):
    """What a host does: it asks for a value, accepts one, or gives up."""

    kind: Literal["request", "accept", "give up"]
    value: Value | None = None


class Deviation(Struct, frozen=True):
    """Where a program first does what the host's rules do not: behind so many rounds, by this rule (None: at start)."""

    rounds: int
    rule: str | None
    guard: Expr | None
    wants: Deed
    does: Deed


class HostOutcome(Struct, frozen=True):
    """One negotiation, judged. `broken` are the names of claims; `unjudged` those of which it is not known.

    `deviation` is None where the program does what the rules do, as far as `followed` rounds were compared.
    """

    number: int
    negotiation: Negotiation
    broken: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()
    deviation: Deviation | None = None
    compared: int = 0


class HostJudge:
    """The claims of a session and the rules of its host, ready to judge what a program does."""

    def __init__(self, session: CheckedSession) -> None:
        self.session = session
        self.evaluator = SessionEvaluator(session)
        self.claims: list[Claim] = [claim for claim in claims_of_session(session) if claim.kind in JUDGED]
        self.tests = {claim.name: fails(self.evaluator, claim) for claim in self.claims}
        self.request = session.interface.inputs[0].name.id
        self.known = {claim.name for claim in self.claims if claim.expected is not None}

    def wrong(self, outcome: HostOutcome) -> tuple[object, ...]:
        """In what way a program went wrong in a negotiation; empty where it did not, or as is known of its host."""
        fault, deviation = outcome.negotiation.fault, outcome.deviation
        by_rule = deviation and (deviation.rule, deviation.wants.kind, deviation.does.kind)
        broken = tuple(name for name in outcome.broken if name not in self.known)
        found = (fault and fault.kind, broken, by_rule)
        return (*found, outcome.negotiation.rmm.hostile) if any(found) else ()

    def judge(self, number: int, negotiation: Negotiation, claims: Sequence[str]) -> HostOutcome:
        """What one negotiation is worth, by the claims that have these names, and by the rules."""
        deviation, compared = self._deviation(negotiation)
        if negotiation.stopped:
            of_rounds = {claim.name for claim in self.claims if claim.kind in OF_ROUNDS}
            claims = [name for name in claims if name in of_rounds]
        elif not negotiation.ended:
            return HostOutcome(number, negotiation, deviation=deviation, compared=compared)
        broken: list[str] = []
        unjudged: list[str] = []
        for name in claims:
            try:
                with self.evaluator.work.limited(MOST_WORK):
                    broken += [name] if self.tests[name](negotiation.instance, negotiation.run) else []
            except TooMany:
                unjudged.append(name)
        return HostOutcome(number, negotiation, tuple(broken), tuple(unjudged), deviation, compared)

    # ---- the rules --------------------------------------------------------------------------------------

    def _deviation(self, negotiation: Negotiation) -> tuple[Deviation | None, int]:
        """Where a program first does what the rules do not, and how many deeds were compared."""
        compared = 0
        host = self.evaluator.host
        instance = negotiation.instance
        try:
            with self.evaluator.work.limited(MOST_WORK):
                for rounds, does in enumerate(_deeds(negotiation)):
                    if rounds == 0:
                        first = host.start(instance.config, instance.relations)
                        at, wants = None, None if first is None else Deed("request", first)
                    else:
                        at, wants = self._wanted(negotiation, negotiation.run.rounds[rounds - 1])
                    if wants is None:
                        # The model says nothing here, nor of what follows.
                        break
                    compared += 1
                    refused = does.kind == "give up" and negotiation.rmm.hostile and not negotiation.rmm.amiss
                    if wants != does and not refused:
                        rule = None if at is None else rule_name(at)
                        guard = None if at is None else self.session.host.rules[at].guard
                        return Deviation(rounds, rule, guard, wants, does), compared
        except TooMany:
            pass
        return None, compared

    def _wanted(self, negotiation: Negotiation, round_: Round) -> tuple[int | None, Deed | None]:
        """The rule that applies behind a round, and what it does; None where that is not known."""
        if any(isinstance(value, int) and value >= STRANGE for value in round_.outputs.values()):
            return None, None
        host, relations = self.evaluator.host, negotiation.instance.relations
        seen = {**negotiation.instance.config, self.request: round_.request, **round_.outputs}
        at = host.rule(seen, relations)
        if at is None:
            return None, None
        action, value = host.action(at, seen, relations)
        if isinstance(action, GiveUp):
            return at, Deed("give up")
        if value is None:
            return at, None
        return at, Deed("accept", word_of(value)) if isinstance(action, Accept) else Deed("request", value)


def _deeds(negotiation: Negotiation) -> Iterator[Deed]:
    """What a program did, one after the other, as far as it is known."""
    run = negotiation.run
    for round_ in run.rounds:
        yield Deed("request", round_.request)
    if run.ending == "accepted":
        yield Deed("accept", run.agreed)
    if run.ending == "gave_up":
        yield Deed("give up")
