"""Claims about sessions as queries, round by round: what to look for in the first rounds of a run."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.closures import Code
from ..model.evaluate_session import SessionEvaluator
from ..model.instance import Instance
from ..model.queries import Fact, Given, Goal, Holds, Query
from ..model.run import Run
from ..model.unroll import ENDINGS, Unrolled
from ..spec.core import Core
from ..spec.premises import premises
from ..spec.syntax import Expr
from .claims import Claim
from .small_scope.sessions import Test


class SessionQuestions:
    """What the claims of one session ask about its first rounds."""

    def __init__(self, unrolled: Unrolled) -> None:
        self.unrolled = unrolled

    def through(self, rounds: int) -> list[Fact]:
        """The first rounds happen: each request but the first is made after the reply to the one before."""
        unrolled = self.unrolled
        facts = [unrolled.opening()]
        for at in range(1, rounds + 1):
            facts.append(unrolled.round(at))
            if at < rounds:
                facts += self.step(at)
        return facts

    def step(self, at: int) -> list[Fact]:
        """After a round the host makes a request that it has not made before."""
        return [self.unrolled.moves(at), self.unrolled.is_new(at + 1)]

    def goes_on(self, rounds: int) -> Query:
        """After so many rounds the host makes one more request that it has not made before, and that is admitted."""
        admitted = [self.unrolled.admitted(rounds + 1)] if self.unrolled.rules_out else []
        return (*self.through(rounds), *self.step(rounds), *admitted)

    def counter(self, claim: Claim, rounds: int) -> Iterator[Query]:
        """The ways in which the claim can fail in a run of exactly so many rounds (0: before the first request)."""
        unrolled = self.unrolled
        match claim.kind:
            case "satisfiable":
                return
            case "terminates":
                if rounds:
                    yield (*self.through(rounds), unrolled.ends(rounds, "loops"))
            case "requests_known" if unrolled.rules_out:
                if rounds:
                    yield from self._ended(rounds, [unrolled.unknown_among(rounds)])
            case "requests_known":
                yield (*(self.through(rounds) if rounds else ()), unrolled.asks_unknown(rounds))
            case "defined":
                if rounds:
                    yield (*self.through(rounds)[:-1], unrolled.no_answer(rounds))
                    yield (*self.through(rounds), unrolled.no_action(rounds))
                else:
                    yield (unrolled.no_first_request(),)
            case "invariant" if rounds and claim.formula is not None:
                if unrolled.rules_out:
                    yield from self._broken(claim.formula, rounds)
                else:
                    yield (
                        *self.through(rounds),
                        Holds(unrolled.formula(unrolled.core(claim.formula), rounds, None), truth=False),
                    )
            case "invariant":
                return
            case "property" | "scenario":
                if rounds and claim.formula is not None:
                    yield from self._where(claim, unrolled.core(claim.formula), rounds, truth=False)
            case _:
                raise AssertionError(f"{claim.address} is no claim about a session")

    def _broken(self, formula: Expr, rounds: int) -> Iterator[Query]:
        """The ways in which a run of so many rounds ends, an invariant having failed after one of them."""
        unrolled, whole = self.unrolled, self.unrolled.core(formula)
        kept = tuple(unrolled.formula(whole, at, None) for at in range(1, rounds + 1))
        all_, but_last = (unrolled.nodes.conjunction(parts) for parts in (kept, kept[:-1]))
        yield from self._ended(rounds, [Holds(all_, truth=False)], stuck=Holds(but_last, truth=False))

    def _ended(self, rounds: int, goals: list[Goal], *, stuck: Goal | None = None) -> Iterator[Query]:
        """Goals in runs of exactly so many rounds: where an assumption rules requests out, not all go on to an end.

        Where the last request gets no answer, the goal is `stuck` in their place.
        """
        unrolled = self.unrolled
        for ending in ENDINGS:
            end = unrolled.ends(rounds, ending)
            if end.formula is not self.unrolled.nodes.false:
                yield (*self.through(rounds), end, *goals)
        yield (*self.through(rounds), unrolled.no_action(rounds), *goals)
        if stuck is None or rounds > 1:
            yield (*self.through(rounds)[:-1], unrolled.no_answer(rounds), *(goals if stuck is None else [stuck]))

    def stuck(self, rounds: int) -> Iterator[Query]:
        """The ways in which a run of up to so many rounds gets stuck."""
        yield (self.unrolled.no_first_request(),)
        for at in range(1, rounds + 1):
            yield (*self.through(at)[:-1], self.unrolled.no_answer(at))
            yield (*self.through(at), self.unrolled.no_action(at))

    def premises(self, claim: Claim) -> list[Core]:
        """What must happen in some run, each by itself, for the claim to say something."""
        if claim.formula is None:
            return [self.unrolled.nodes.true]
        return premises(self.unrolled.session.elaboration, claim.formula) or [self.unrolled.nodes.true]

    def met(self, claim: Claim, premise: Core, rounds: int) -> Iterator[Query]:
        """The ways in which a premise can be met in a run of so many rounds."""
        if claim.formula is not None and claim.kind != "invariant":
            yield from self._where(claim, premise, rounds, truth=True)
        elif self.unrolled.rules_out:
            # After one of the rounds: a run may be left out for what is asked behind it.
            met = [self.unrolled.formula(premise, at, None) for at in range(1, rounds + 1)]
            any_, but_last = (Holds(self.unrolled.nodes.disjunction(tuple(parts))) for parts in (met, met[:-1]))
            yield from self._ended(rounds, [any_], stuck=but_last)
        else:
            yield (*self.through(rounds), Holds(self.unrolled.formula(premise, rounds, None)))

    def _where(self, claim: Claim, formula: Core, rounds: int, *, truth: bool) -> Iterator[Query]:
        given = self.given(claim)
        for ending in ENDINGS:
            says = self.unrolled.formula(formula, rounds, ending)
            if says is self.unrolled.nodes.truth(not truth):
                continue
            end = self.unrolled.ends(rounds, ending)
            if end.formula is not self.unrolled.nodes.false:
                yield (*self.through(rounds), end, *given, Holds(says, truth))

    def given(self, claim: Claim) -> list[Goal]:
        return [Given(name, self.unrolled.core(value)) for name, value in claim.givens]


def fails(evaluator: SessionEvaluator, claim: Claim) -> Test:
    """Whether a claim fails in a run, by the evaluator."""
    match claim.kind:
        case "satisfiable":
            return lambda _setting, _run: False
        case "terminates":
            return lambda _, run: run.ending == "loops"
        case "requests_known":
            return evaluator.asks_unknown
        case "defined":
            return lambda _, run: run.ending == "stuck"
        case "invariant":
            assert claim.formula is not None
            code = evaluator.formula(claim.formula)
            return lambda instance, run: (
                not all(evaluator.holds_after(code, instance, round_) for round_ in run.answered)
            )
        case "property" | "scenario":
            assert claim.formula is not None
            return _of_runs(evaluator, claim, evaluator.formula(claim.formula), wanted=False)
        case _:
            raise AssertionError(f"{claim.address} is no claim about a session")


def meets(evaluator: SessionEvaluator, claim: Claim, premise: Core) -> Test:
    """Whether a run meets a premise of the claim, by the evaluator."""
    if claim.formula is None:
        return lambda _, run: bool(run.answered)
    if claim.kind == "invariant":
        met = evaluator.compiled(premise)
        return lambda instance, run: any(evaluator.holds_after(met, instance, round_) for round_ in run.answered)
    return _of_runs(evaluator, claim, evaluator.compiled(premise), wanted=True)


def _of_runs(evaluator: SessionEvaluator, claim: Claim, code: Code, *, wanted: bool) -> Test:
    given = [(name, evaluator.constant(value)) for name, value in claim.givens]

    def test(instance: Instance, run: Run) -> bool:
        if run.ending == "stuck" or any(instance.config[name] != value for name, value in given):
            return False
        return evaluator.holds(code, instance, run) is wanted

    return test
