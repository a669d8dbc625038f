"""Sessions of any number of rounds, by induction: what holds after the first reply and is kept by every round.

The invariants of the session, and the usual ones that Parley guesses by itself, are thinned out until those that are
left hold at the start and are kept together: Houdini (Flanagan and Leino 2001). They are shown for every host, also
where it knows any number of revisions: a state after one round and the next are all that is looked at.
"""

from __future__ import annotations

from functools import cached_property

from ..model.cutoff import largest
from ..model.evaluate_session import SessionEvaluator
from ..model.instance import Example
from ..model.queries import Fact, Goal, Holds, Query
from ..model.unroll import ENDINGS, NEXT, Unrolled, copy_of
from ..spec.checked import CheckedSession
from ..spec.core import Core, is_true
from ..spec.syntax import Expr, Name
from .claims import Claim
from .induced import Induced, Part, Step
from .levels import Candidate, Levels, orders, usual
from .reply import No, Unknown, Yes
from .session_search import SessionSearch

NOT_ALL = "in a session that goes on for ever, it is not so that"


class Induction:
    """The invariants of one session, and what they give.

    Two rounds in a row are looked at, from any state that meets the invariants. Where the host lists what it knows,
    that list is put in as it is, in its order: what comes of it is shown of this list, and of no other. Where it knows
    any revisions (up to some number), `known` is any set. `levels` has the requests that have been seen, and how many
    were made up to each; it is one more guess at what may be kept, and proves nothing by itself.
    """

    def __init__(
        self, session: CheckedSession, evaluator: SessionEvaluator, units: int, levels: dict[int, int] | None = None
    ) -> None:
        self.session = session
        self.unrolled = Unrolled(session, 2, free=True)
        # A round more or less makes no difference here, and neither does the number of known revisions.
        self.search = SessionSearch(self.unrolled, evaluator, None, units)
        self.asker = self.search.asker
        self.levels = Levels(levels or {})
        self.listed = evaluator.listed
        self.most = session.most_requests
        self.failed: dict[str, Induced] = {}
        self._kept_by: dict[str, set[str]] = {}
        self.request = self.unrolled.request

    # ---- invariants -------------------------------------------------------------------------------------

    @cached_property
    def kept(self) -> list[Candidate]:
        """The candidates that hold at the start and that every round keeps, together."""
        with self.asker.apart():
            return self._houdini()

    def _houdini(self) -> list[Candidate]:
        own = [Candidate(p.statement.name.id, p.statement.formula, own=True) for p in self.session.invariants]
        left = [c for c in (*own, *usual(self.session, self.levels, self.listed)) if self._holds_at_start(c)]
        while True:
            assumed = [self._after(1, candidate, truth=True) for candidate in left]
            still = [c for c in left if self._is_kept(c, assumed)]
            if len(still) == len(left):
                return left
            left = still

    def _after(self, at: int, candidate: Candidate, *, truth: bool) -> Goal:
        formula = self.unrolled.formula(self.unrolled.core(candidate.formula), at, None)
        return Fact(f"invariant {candidate.shown} {at}", formula) if truth else Holds(formula, truth=False)

    def _holds_at_start(self, candidate: Candidate) -> bool:
        fails = self._after(1, candidate, truth=False)
        return self._shown(candidate, "start", (self.unrolled.opening(), self.unrolled.round(1), fails))

    def _is_kept(self, candidate: Candidate, assumed: list[Goal]) -> bool:
        fails = self._after(2, candidate, truth=False)
        return self._shown(candidate, "round", (*assumed, *self._two_rounds(), fails))

    def _two_rounds(self) -> Query:
        # A run ends with what is asked for again: there is no round after that.
        again = [self._repeats(self.unrolled.requested(2))] if self.levels.of else []
        return (self.unrolled.round(1), self.unrolled.moves(1), *again, self.unrolled.round(2))

    def _repeats(self, following: Core) -> Goal:
        """That a request is neither the first one nor the last, which have been made for certain."""
        unrolled = self.unrolled
        made = (unrolled.same(following, unrolled.requested(1)), unrolled.same(following, unrolled.start))
        return Holds(unrolled.nodes.disjunction(made), truth=False)

    def _holds(self, formula: Expr, *, truth: bool = True) -> Goal:
        return Holds(self.unrolled.core(formula), truth)

    def _shown(self, candidate: Candidate, part: Part, goals: Query) -> bool:
        failure = self._failure(part, goals)
        if candidate.own and failure is not None:
            self.failed[candidate.shown] = failure
        return failure is None

    # ---- claims -----------------------------------------------------------------------------------------

    def claim(self, claim: Claim, units: int) -> Induced:
        """Whether the invariants give a claim. Each has a budget of its own, and so has what all of them share."""
        self.asker.begin(units)
        unrolled = self.unrolled
        match claim.kind:
            case "invariant":
                kept = any(candidate.own and candidate.shown == claim.name for candidate in self.kept)
                return self._invariant(claim.name) if kept else self.failed[claim.name]
            case "terminates":
                return self.ranking
            case "requests_known":
                return self.only_known
            case "defined":
                return self._conclude(
                    [
                        ("start", (unrolled.no_first_request(),)),
                        ("start", (unrolled.opening(), unrolled.no_answer(1))),
                        ("round", self._reached(unrolled.moves(1), unrolled.no_answer(2))),
                        ("end", self._reached(unrolled.no_action(1))),
                    ]
                )
            case "property" if claim.formula is not None:
                return self._property(unrolled.core(claim.formula))
            case _:
                return Induced(False, {}, reason="no induction is tried for it")

    def _invariant(self, name: str) -> Induced:
        return self._proved([self._breaking(next(c for c in self.kept if c.shown == name))])

    def _property(self, formula: Core) -> Induced:
        counts = "rounds" in formula.free
        if counts and self.bound is None:
            return Induced(False, {}, reason="it counts rounds, and no number of them is known that every run keeps to")
        asked = Name(copy_of(self.request, 1))
        ways: list[tuple[Part, Query]] = []
        ranked: tuple[str, ...] = ()
        circling: Goal | None = None
        for ending in ENDINGS:
            # Where rounds are counted, any number of them up to the bound may have been made.
            numbers = range(1, self.bound + 1) if counts and self.bound is not None else [1]
            wrong: dict[Core, int] = {}
            for number in numbers:
                says = self.unrolled.formula(formula, 1, ending, number)
                if not is_true(says):
                    wrong.setdefault(says, number)
            if not wrong:
                continue
            if ending == "loops":
                if self.ranking.proved:
                    ranked = self.ranking.used
                    continue
                # There is no last round: what is said is of the configuration only.
                (says,) = wrong
                circling = Holds(says, truth=False)
                continue
            end = self.unrolled.ends(1, ending)
            if end.formula is not self.unrolled.nodes.false:
                # After so many rounds, the request is of that level at least.
                for says, number in wrong.items():
                    least = [self._holds(self.levels.reached(asked, number))] if counts and self.levelled.proved else []
                    ways.append(("end", self._reached(end, *least, Holds(says, truth=False))))
        if (failure := self._failing(ways)) is not None:
            return failure
        shown = [goals for _, goals in ways]
        if circling is not None:
            round_for_ever = self._round_for_ever(circling)
            if isinstance(round_for_ever, Induced):
                return round_for_ever
            ranked, way = round_for_ever
            shown.append(way)
        made = self._proved(shown)
        counted = (*self.only_known.used, *self.levelled.used) if counts else ()
        used = tuple(dict.fromkeys((*made.used, *ranked, *counted)))
        return Induced(True, made.cutoff, used, rounds=self.bound if counts else None)

    def _round_for_ever(self, wrong: Goal) -> Induced | tuple[tuple[str, ...], Query]:
        """A way to fail in a session that goes round for ever, shown not to be one; or what keeps it from being shown.

        Such a session comes back to a request. So at some round on the way there, in a state that the invariants hold
        of as of any other, it does not go on in a given order, whichever order that is.
        """
        asked = Name(copy_of(self.request, 1))
        ways = [(f"{NOT_ALL} {shown}", Holds(ranks, truth=False)) for shown, ranks in orders(self.unrolled)]
        if self.levelled.proved:
            ways = [("", self._holds(self.levels.climbs(asked, Name(NEXT)), truth=False)), *ways]
        first: Induced | None = None
        for shown, turns in ways:
            goals = self._reached(self.unrolled.asks(1), turns, wrong)
            failure = self._failure("end", goals)
            if failure is None:
                return ((shown,) if shown else self.levelled.used), goals
            first = first or failure
        return first or Induced(False, {}, reason="its requests have no order")

    def holds(self, formula: Core) -> bool:
        """Whether a formula about how a session ends is shown to hold of every run."""
        return self._property(formula).proved

    def never(self, premise: Core) -> bool:
        """Whether it is shown that a formula holds after no reply."""
        return self.asker.impossible(self._reached(Holds(self.unrolled.formula(premise, 1, None))))

    @cached_property
    def only_known(self) -> Induced:
        unrolled = self.unrolled
        with self.asker.apart():
            return self._conclude(
                [("start", (unrolled.asks_unknown(0),)), ("round", self._reached(unrolled.asks_unknown(1)))]
            )

    @cached_property
    def levelled(self) -> Induced:
        """Whether each request is of a higher level than the one before, or one that has been made for certain.

        Then no run has more rounds than there are levels, and one that goes round for ever does so where it does not
        climb.
        """
        if not self.levels.of:
            return Induced(False, {}, reason="no requests have been seen")
        unrolled = self.unrolled
        request = Name(copy_of(self.request, 1))
        climbs = self._holds(self.levels.climbs(request, Name(NEXT)), truth=False)
        with self.asker.apart():
            made = self._conclude(
                [
                    ("start", (unrolled.opening(), self._holds(self.levels.reached(request, 1), truth=False))),
                    ("round", self._reached(unrolled.asks(1), self._repeats(unrolled.variable(NEXT)), climbs)),
                ]
            )
        if not made.proved:
            return made
        shown = "each request is among those that the host tries later"
        return Induced(True, made.cutoff, (shown, *made.used), rounds=self.levels.highest)

    @cached_property
    def bound(self) -> int | None:
        """Rounds that no run has more of: as many as levels or, as no request is made twice, as there are to make."""
        counted = self.most is not None and self.session.asked == "revision"
        known = self.most if counted and self.only_known.proved else None
        return min(known or self.levelled.rounds, self.levelled.rounds) if self.levelled.rounds is not None else known

    @cached_property
    def ranking(self) -> Induced:
        """Whether the requests only go one way, so that no session goes on for ever."""
        with self.asker.apart():
            return self._ranking()

    def _ranking(self) -> Induced:
        for shown, ranks in orders(self.unrolled):
            way = self._reached(self.unrolled.asks(1), Holds(ranks, truth=False))
            made = self._conclude([("round", way)])
            if made.proved:
                return Induced(True, made.cutoff, (shown, *made.used))
        if self.levelled.proved:
            climbs = self._holds(self.levels.climbs(Name(copy_of(self.request, 1)), Name(NEXT)), truth=False)
            made = self._conclude([("round", self._reached(self.unrolled.asks(1), climbs))])
            if made.proved:
                return Induced(True, made.cutoff, tuple(dict.fromkeys((*self.levelled.used, *made.used))))
        return Induced(False, {}, reason="no order is found in which the requests only go one way")

    def _reached(self, *goals: Goal) -> Query:
        """The goals in a state that meets the invariants."""
        return (*(self._after(1, c, truth=True) for c in self.kept), self.unrolled.round(1), *goals)

    def _conclude(self, ways: list[tuple[Part, Query]]) -> Induced:
        """A claim that fails in one of these ways only."""
        return self._failing(ways) or self._proved([goals for _, goals in ways])

    def _failing(self, ways: list[tuple[Part, Query]]) -> Induced | None:
        """The first of the ways to fail that is not shown to be none."""
        return next((failure for way in ways if (failure := self._failure(*way)) is not None), None)

    def _proved(self, ways: list[Query]) -> Induced:
        cutoff: dict[str, int] | None = {}
        used: set[str] = set()
        for goals in ways:
            cutoff = largest(cutoff, self.asker.cutoff(goals))
            used |= self._needed(goals)
        # What is needed to keep an invariant is needed too.
        waiting = set(used)
        while waiting:
            more = self._keeping(waiting.pop()) - used
            used |= more
            waiting |= more
        return Induced(True, cutoff, tuple(c.shown for c in self.kept if c.shown in used))

    def _keeping(self, shown: str) -> set[str]:
        """The invariants that together keep one of them."""
        if shown not in self._kept_by:
            candidate = next(c for c in self.kept if c.shown == shown)
            self._kept_by[shown] = self._needed(self._breaking(candidate))
        return self._kept_by[shown]

    def _breaking(self, candidate: Candidate) -> Query:
        assumed = [self._after(1, c, truth=True) for c in self.kept]
        return (*assumed, *self._two_rounds(), self._after(2, candidate, truth=False))

    def _needed(self, goals: Query) -> set[str]:
        """Of the invariants among goals that cannot be met, as few as suffice for that."""
        facts = {f"invariant {candidate.shown} 1": candidate.shown for candidate in self.kept}
        assumed = [goal for goal in goals if isinstance(goal, Fact) and goal.name in facts]
        bare = tuple(goal for goal in goals if not (isinstance(goal, Fact) and goal.name in facts))
        return {facts[name] for name in self.asker.needed(bare, assumed)}

    def _failure(self, part: Part, goals: Query) -> Induced | None:
        """None where the goals cannot be met."""
        cutoff = self.asker.cutoff(goals)
        match self.asker.ask(goals, smallest=True):
            case No():
                return None
            case Yes(example=example):
                return Induced(False, cutoff, step=self._step(part, goals, example))
            case Unknown(why=why):
                return Induced(False, cutoff, reason=why)

    def _step(self, part: Part, goals: Query, example: Example) -> Step:
        values = {**example.instance.inputs, **example.answer.outputs}
        rounds = 2 if any(isinstance(goal, Fact) and goal.name == "round 2" for goal in goals) else 1
        asked = [values[copy_of(self.request, at)] for at in range(1, rounds + 1)]
        requests = tuple(request for request in asked if request is not None)
        replies = tuple(
            {name: values[copy_of(name, at)] for name in self.unrolled.outputs} for at in range(1, rounds + 1)
        )
        return Step(part, example.instance.config, requests, replies)
