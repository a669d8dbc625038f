"""Runs that the evaluator has played, put before the solver: round by round, with all values put in.

A run of any number of rounds is one where it starts as the host does, where each round is answered and leads to the
next, and where it ends as it does. Each of these speaks of two rounds in a row at most; so two unrolled rounds will do,
for runs of any length. That no request comes twice is seen from the requests.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from ..model.evaluate_session import SessionEvaluator
from ..model.instance import Answer, Example, Value
from ..model.queries import Given, Holds, Query
from ..model.run import Played, Round, Run
from ..model.unroll import AGREED, NEXT, copy_of
from ..spec.core import Core
from .claims import Claim
from .session_search import SessionSearch

Check: TypeAlias = "tuple[Query, dict[str, Value | None]]"
"""A query, and the values of requests and outputs that are put in."""


class Confirmation:
    """Asks the solver about runs of one session, with two rounds of it or more."""

    def __init__(self, search: SessionSearch, evaluator: SessionEvaluator) -> None:
        self.asker = search.asker
        self.unrolled = search.unrolled
        self.evaluator = evaluator

    def of(self, claim: Claim, played: Played, wanted: Core | None, *, truth: bool) -> bool | None:
        """Whether the solver agrees that this is a run, and one in which the claim fails, or (`truth`) a premise holds.

        `wanted` is the claim's formula, or the premise. None where the solver gives no answer.
        """
        requests = [round_.request for round_ in played.run.rounds]
        if len(set(requests)) != len(requests):
            return False
        unsure = False
        for goals, values in (*self._run(played.run), *self._claimed(claim, played, wanted, truth)):
            answer = self._ask(played, goals, values)
            if answer is False:
                return False
            unsure = unsure or answer is None
        return None if unsure else True

    def _ask(self, played: Played, goals: Query, values: dict[str, Value | None]) -> bool | None:
        return self.asker.confirms(goals, Example(played.instance, Answer(None, values)))

    def _run(self, run: Run) -> Iterator[Check]:
        unrolled = self.unrolled
        rounds = run.rounds
        if not rounds:
            yield (unrolled.no_first_request(),), {}
            return
        yield (unrolled.opening(),), {copy_of(self.evaluator.request_name, 1): rounds[0].request}
        for at, round_ in enumerate(rounds):
            values = self._values(round_)
            if at + 1 < len(rounds):
                following = {copy_of(self.evaluator.request_name, 2): rounds[at + 1].request}
                yield (unrolled.round(1), unrolled.moves(1)), {**values, **following}
            elif run.ending == "stuck" and round_ not in run.answered:
                yield (unrolled.no_answer(1),), {copy_of(self.evaluator.request_name, 1): round_.request}
            else:
                yield self._end(run, values)

    def _end(self, run: Run, values: dict[str, Value | None]) -> Check:
        unrolled = self.unrolled
        match run.ending:
            case "accepted":
                return (unrolled.round(1), unrolled.ends(1, "accepted")), {**values, AGREED: run.agreed}
            case "gave_up":
                return (unrolled.round(1), unrolled.ends(1, "gave_up")), values
            case "loops":
                again = run.rounds[(run.again or 1) - 1].request
                return (unrolled.round(1), unrolled.asks(1)), {**values, NEXT: again}
            case "stuck":
                return (unrolled.round(1), unrolled.no_action(1)), values
            case "left_out":
                return (unrolled.round(1),), values

    def _claimed(self, claim: Claim, played: Played, wanted: Core | None, truth: bool) -> Iterator[Check]:
        """What is wrong with the run, or right with it."""
        unrolled, run = self.unrolled, played.run
        if truth and claim.formula is None:
            # Any run will do.
            return
        if claim.kind == "invariant" and wanted is not None:
            code = self.evaluator.compiled(wanted)
            shows = next(r for r in run.answered if self.evaluator.holds_after(code, played.instance, r) is truth)
            yield (Holds(unrolled.formula(wanted, 1, None), truth),), self._values(shows)
        elif claim.kind == "requests_known" and not truth:
            stray = next(r for r in run.rounds if self.evaluator.strays(played.instance, r.request))
            yield (unrolled.unknown_among(1),), self._values(stray)
        elif wanted is not None and run.ending != "stuck" and run.ending != "left_out":
            yield tuple(Given(name, unrolled.core(value)) for name, value in claim.givens), {}
            says = unrolled.formula(wanted, 1, run.ending, len(run.rounds))
            yield (Holds(says, truth),), {**self._values(run.rounds[-1]), AGREED: run.agreed}

    def _values(self, round_: Round) -> dict[str, Value | None]:
        values = {self.evaluator.request_name: round_.request, **round_.outputs}
        return {copy_of(name, 1): value for name, value in values.items()}
