"""The one way to ask: can a query be met, in any configuration, with any request and answer?

Everything that a question needs is settled here and nowhere else: how many revisions decide it (its cutoff), which
solver is asked with sets of which sizes, what that may cost, and what is said where a formula leaves the decidable
fragment or grows too large. Policies, hosts, sessions, mutants and the explanations of replies all ask here.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from functools import cached_property

from ..model.cutoff import Cutoffs
from ..model.instance import Example, sizes_of
from ..model.parts import Parts, parts_of
from ..model.queries import Fact, Query
from ..model.smt.memory import MOST_NODES, TooLarge
from ..model.smt.terms import Terms
from ..model.witnesses import LeavesFragment
from ..spec.checked import CheckedPolicy
from .asked import Asked
from .budget import BUDGET, Budget
from .readable import readable
from .reply import No, Reply, Unknown, Yes
from .solve import NO_SIZE, SPENT, Search

SHARED = 300_000
"""Units that a question may take in the solver that all questions share, before it gets one of its own."""

LEAST_SHARED = 20_000
"""Units that it may take there at least, where the budget is almost spent."""

SHARE_OUTSIDE = 10
"""Where the solver has quantifiers to go through, a unit takes longer: such a question gets this part of the budget."""

TRIED_OUTSIDE = (2, 4)
"""Revisions in a set up to which examples are looked for where no cutoff is known, in turn: most need no more."""

TRIED_LAST = (8, 16)
"""And those up to which they are looked for where nothing else gives an answer."""

FEW = 4
MANY = 12
"""Where a cutoff is larger than `MANY`, examples with up to so `FEW` revisions in a set are looked for first."""

MOST_SHARED = 64
"""Where a cutoff is larger, a question is put to a solver of its own at once: it takes long to write down twice."""

MOST_SLOTS = 1_000
"""Where a cutoff is larger, a question is too large: each of so many choices is looked for among so many revisions."""

GIVEN_UP = MOST_NODES // 2
"""Terms that a question counts as where it is too large: no solver is asked, and it may be too large from the start."""

TOO_LARGE = "the formula is too large once its quantifiers are spelled out"

# The numbers that tell variables and rounds apart.
_INNER = re.compile(r"[·@]\d+|@(?=[a-z])")


class Asker:
    """Asks about one policy. What is asked is taken off `budget`, which whoever begins with a claim puts there anew.

    A solver that questions share learns from one to the next; what it does not answer soon is asked anew of a solver
    that has seen nothing else, so no reply depends on the questions before it. `most` bounds sets that cannot have more
    revisions, `parts` are the bits that the questions look at, as far as they are known. Where no cutoff is known,
    `beyond` says whether to look for small examples, and to leave sets of any size to the solver's quantifiers.
    """

    def __init__(
        self,
        policy: CheckedPolicy,
        units: int = BUDGET,
        *,
        most: Mapping[str, int] | None = None,
        parts: Parts | None = None,
        beyond: bool = False,
    ) -> None:
        self.policy = policy
        self.units = units
        self.budget = Budget(units)
        self.cutoffs = Cutoffs(policy)
        self.most = most or {}
        self.beyond = beyond
        self.parts = parts_of(policy) if parts is None else parts
        # Terms that the last question was written down in.
        self.written = 0
        # What was asked and answered so far, for who asks it again of others.
        self.asked: list[Asked] = []
        self._apart = 0
        self._searches: dict[tuple[tuple[str, int], ...], Search | TooLarge] = {}

    def begin(self, units: int | None = None) -> None:
        """A new budget, the whole one unless told."""
        self.budget = Budget(self.units if units is None else units)

    @contextmanager
    def apart(self) -> Generator[None]:
        """For what all claims rest on: a whole budget of its own, whichever claim comes to it first."""
        claims, self.budget = self.budget, Budget(self.units)
        self._apart += 1
        try:
            yield
        finally:
            self.budget = claims
            self._apart -= 1

    def cutoff(self, goals: Query) -> dict[str, int] | None:
        """For each set, how many revisions decide whether a query can be met; None where that is not known."""
        try:
            return self.cutoffs.of(goals)
        except LeavesFragment:
            return None

    # ---- questions --------------------------------------------------------------------------------------

    def ask(
        self,
        goals: Query,
        *,
        smallest: bool = False,
        explain: bool = False,
        beside: bool = False,
        upto: int | None = None,
    ) -> Reply:
        """Whether the goals can be met; where `smallest`, by an example with as few revisions as any.

        `explain` asks what a no follows from. What is asked `beside` a verdict is asked of the shared solver only. With
        `upto`, sets have at most so many revisions, and a no says nothing of larger ones.
        """
        reply = self._reply(goals, smallest, explain, beside, upto)
        if not isinstance(reply, Unknown) and not beside and (upto is None or isinstance(reply, Yes)):
            self._log(goals, isinstance(reply, Yes), confirmed=False)
        return reply

    def _log(self, goals: Query, met: bool, *, confirmed: bool) -> None:
        self.asked.append(Asked(self.policy, goals, met, dict(self.most), self._apart > 0, confirmed))

    def _reply(self, goals: Query, smallest: bool, explain: bool, beside: bool, upto: int | None) -> Reply:
        self.written = 0
        if upto is not None:
            sizes = self._all_of(upto)
        else:
            try:
                cutoff = self.cutoffs.of(goals)
            except LeavesFragment as error:
                return self._beyond(goals, error)
            sizes = self._sizes(cutoff)
            if _largest(sizes) > MANY and not self.budget.spent and not beside:
                reply = self._at_first(goals, sizes, smallest=smallest)
                if reply is not None:
                    return reply
        if self.budget.spent:
            # A question that cannot be asked is not put into formulas either.
            return Unknown(SPENT)
        self.written = GIVEN_UP
        if _largest(sizes) > MOST_SLOTS:
            return Unknown(TOO_LARGE)
        try:
            if beside:
                return self._find(self._shared(sizes), goals, self.budget, smallest, explain)
            if self._shares and _largest(sizes) <= MOST_SHARED:
                trial = self._trial()
                reply = self._find(self._shared(sizes), goals, trial, smallest, explain)
                if not isinstance(reply, Unknown):
                    self.budget.spend(trial.units - trial.left)
                    return reply
            return self._find(self._own(sizes), goals, self.budget, smallest, explain)
        except TooLarge:
            return Unknown(TOO_LARGE)

    def _at_first(self, goals: Query, sizes: dict[str, int], *, smallest: bool) -> Yes | None:
        """A small example of a question whose cutoff is large.

        Sets of many revisions that are held against each other make long formulas, and most examples are small. Where
        the fewest are asked for, one with fewer in all than what is found has no more in any set than those: so no
        larger sets are looked at than that, and the fewest are those of all.
        """
        upto = FEW
        while True:
            few = {n: size if n in self.policy.answered_sets else min(size, upto) for n, size in sizes.items()}
            reply = self._tried(few, goals, smallest=smallest)
            if not isinstance(reply, Yes):
                return None
            if not smallest or reply.example.instance.size <= upto + 1:
                return reply
            upto = reply.example.instance.size - 1

    def _tried(
        self, sizes: dict[str, int] | None, goals: Query, *, smallest: bool = False, explain: bool = False
    ) -> Reply:
        """A part of the budget for a question in a solver of its own."""
        trial = Budget(max(self.budget.left // SHARE_OUTSIDE, 1))
        try:
            return self._own(sizes).find(goals, trial, smallest=smallest, explain=explain)
        except TooLarge:
            return Unknown(TOO_LARGE)
        finally:
            self.budget.spend(trial.units - trial.left)

    def _find(self, search: Search, goals: Query, budget: Budget, smallest: bool, explain: bool) -> Reply:
        reply = search.find(goals, budget, smallest=smallest, explain=explain)
        self.written = search.encoding.encoder.memory.made
        return reply

    def impossible(self, *goals: Query, beside: bool = False) -> bool:
        """Whether it is shown that none of several queries can be met."""
        return all(isinstance(self.ask(one, beside=beside), No) for one in goals)

    def needed(self, goals: Query, facts: Iterable[Fact]) -> tuple[str, ...]:
        """Of facts that cannot be met beside the goals, the names of some that suffice, none of which can be left out.

        The first are the last to be left out: they are the easiest to follow. Empty where the goals alone cannot be
        met, and where nothing is known within a small budget: this is said beside a verdict.
        """
        facts = tuple(facts)
        try:
            sizes = self._sizes(self.cutoffs.of((*goals, *facts)))
            return self._shared(sizes).needed(goals, facts, self.budget.aside())
        except (LeavesFragment, TooLarge):
            return ()

    def confirms(self, goals: Query, example: Example) -> bool | None:
        """What the solver says of an example with all its values put in; None where it says nothing."""
        confirmed = self._confirms(goals, example)
        if confirmed:
            self._log(goals, True, confirmed=True)
        return confirmed

    def _confirms(self, goals: Query, example: Example) -> bool | None:
        answered = {n: len(value) for n, value in example.answer.outputs.items() if isinstance(value, tuple)}
        known = {**answered, **sizes_of(self.policy.interface, example.instance)}
        sizes = self._sizes({name: known.get(name, 0) for name in self.policy.sets})
        try:
            if self._shares:
                confirmed = self._shared(sizes).confirms(goals, example, self._trial())
                if confirmed is not None:
                    return confirmed
            spending = self.budget.aside() if self.budget.spent else self.budget
            return self._own(sizes).confirms(goals, example, spending, for_good=True)
        except TooLarge:
            return None

    def readable(self, yes: Yes, goals: Query, words: Iterable[int], budget: Budget | None = None) -> Example:
        """The example of a reply with values that are easy to read, of these words if it may be.

        It costs the question nothing: it has a small budget of its own, unless it is given one.
        """
        try:
            return readable(yes.search, goals, yes.example, words, budget or self.budget.aside())
        except TooLarge:
            return yes.example

    # ---- solvers ----------------------------------------------------------------------------------------

    def _sizes(self, cutoff: Mapping[str, int]) -> dict[str, int]:
        """A little more than the cutoff, as that does no harm, and questions then share a solver."""
        return self._bounded({name: _rounded(size) for name, size in cutoff.items()})

    def _all_of(self, size: int) -> dict[str, int]:
        return self._bounded(dict.fromkeys(self.policy.sets, size))

    def _bounded(self, sizes: Mapping[str, int]) -> dict[str, int]:
        """Whatever is asked, no set has more revisions than it can: an example with more would be none."""
        return {name: min(size, self.most.get(name, size)) for name, size in sizes.items()}

    @property
    def _shares(self) -> bool:
        return self.units > 4 * SHARED

    def _trial(self) -> Budget:
        return Budget(min(SHARED, max(self.budget.left // 4, LEAST_SHARED)))

    @cached_property
    def _terms(self) -> Terms:
        return Terms()

    def _shared(self, sizes: dict[str, int]) -> Search:
        """The solver that questions about sets of these sizes share. Raises TooLarge."""
        key = tuple(sorted(sizes.items()))
        if key not in self._searches:
            try:
                self._searches[key] = Search(self.policy, sizes, self.parts, self._terms)
            except TooLarge as error:
                self._searches[key] = error
        known = self._searches[key]
        if isinstance(known, TooLarge):
            raise known
        return known

    def _own(self, sizes: dict[str, int] | None) -> Search:
        return Search(self.policy, sizes, self.parts)

    def _beyond(self, goals: Query, error: LeavesFragment) -> Reply:
        """Without a cutoff: look for small examples first, then leave sets of any size to the solver's quantifiers.

        An example may be a large one all the same: a set that has every revision of a range has as many as that.
        """
        left = f"`{_INNER.sub('', error.shown)}` leaves the decidable fragment: {error.reason}"
        if not self.beyond:
            return Unknown(left)
        if self.budget.spent:
            return Unknown(f"{left} ({SPENT})")
        why = TOO_LARGE
        none_upto: int | None = None
        for size in (*TRIED_OUTSIDE, None, *TRIED_LAST):
            sizes = None if size is None else self._all_of(size)
            match self._tried(sizes, goals, smallest=size is not None, explain=size is None):
                case Yes(example=example, search=search):
                    return Yes(example, search)
                case No() as no if size is None:
                    return no
                case No():
                    none_upto = size
                case Unknown(why=own):
                    why = own if size is None else why
        if none_upto is not None and why == NO_SIZE:
            why = f"the solver has an example, with more than {none_upto} revisions in a set"
        elif none_upto is not None:
            why += f"; no example has up to {none_upto} revisions in a set"
        return Unknown(f"{left} ({why})")


def _largest(sizes: Mapping[str, int]) -> int:
    return max(sizes.values(), default=0)


def _rounded(size: int) -> int:
    return 3 if size <= 3 else size + size % 2 if size <= 8 else -(-size // 4) * 4
