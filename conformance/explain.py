"""Is there a configuration in which the policy gives all these replies? If not, the fewest that contradict each other.

A configuration that is guessed from the replies mostly explains them, and the evaluator says so. Else the solver finds
one for a few of them, the evaluator looks for a reply that it does not explain, and that one is added to the few: they
stay few however many were seen. Where the solver finds none, its word holds for configurations of every size: the few
are looked at again with as many revisions as their cutoff asks for.

The fewest are a smallest unsatisfiable subset, by implicit hitting sets (Ignatiev et al. 2015): each contradiction has
a member of whatever a configuration leaves unexplained.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct

from ..model.instance import Instance, Value, words_among
from ..proofs.reply import No, Unknown
from ..spec.checked import CheckedPolicy
from .explain_search import ExplanationSearch
from .replay import Observation, Replayer

BUDGET = 10_000_000
FEW = 4
"""Contradictions of so many members are looked for first, the smallest ones before others."""

MOST_TRIES = 100
"""Candidates for a smallest contradiction that are looked at."""

MOST_GROWN = 40
"""Among so many observations, the solver tries each in turn to make a set with an explanation larger."""

MOST_REPLAYED = 10_000
"""Observations that are replayed while a configuration is edited."""

MOST_GUESSED = 60
"""Revisions of a guessed configuration that are tried to be left out."""


class Consistent(Struct, frozen=True):
    """The policy may give all the replies, with this configuration of few revisions."""

    configuration: Instance


class Contradiction(Struct, frozen=True):
    """The replies at these positions have no configuration in common; without any one of them, the others have.

    Where `fewest`, no smaller set of the replies contradicts the policy. There are no positions where the assumptions
    admit no configuration at all.
    """

    positions: tuple[int, ...]
    fewest: bool


class Undecided(Struct, frozen=True):
    """Whether there is a configuration is not known."""

    reason: str


ExplanationVerdict: TypeAlias = "Contradiction | Consistent | Undecided"


def contradiction(policy: CheckedPolicy, seen: Sequence[Observation], budget: int = BUDGET) -> ExplanationVerdict:
    """Whether some configuration explains what was seen, for configurations of every size.

    `budget` is in the solver's own units, for each question to it. Observations that come again cost nothing.
    """
    first: dict[object, int] = {}
    for at, one in enumerate(seen):
        first.setdefault((tuple(sorted(one.inputs.items())), tuple(sorted(one.outputs.items()))), at)
    positions = list(first.values())
    found = _Explanation(policy, [seen[at] for at in positions], budget).verdict()
    if isinstance(found, Contradiction):
        return Contradiction(tuple(positions[at] for at in found.positions), found.fewest)
    return found


class _Explanation:
    def __init__(self, policy: CheckedPolicy, seen: list[Observation], budget: int) -> None:
        self.policy = policy
        self.seen = seen
        self.budget = budget
        self.replayer = Replayer(policy)
        self.sets = [v.name.id for v in policy.interface.configs if v.type == "set"]
        self.size = 3
        self.remainders: list[frozenset[int]] = []

    def verdict(self) -> ExplanationVerdict:
        guessed = self._guess()
        if guessed is not None and not self._remainder(guessed):
            return Consistent(self._reduced(guessed))
        if guessed is not None:
            self.remainders.append(self._remainder(guessed))
        self.search = ExplanationSearch(self.policy, self.seen, self.budget)
        found = self._smallest(FEW)
        if isinstance(found, (Consistent, Contradiction)):
            return found
        found = self._any()
        if not isinstance(found, Contradiction):
            return found
        smaller = self._smallest(len(found.positions) - 1)
        if isinstance(smaller, Contradiction):
            return smaller
        return Contradiction(found.positions, fewest=smaller is None)

    # ---- all of them ------------------------------------------------------------------------------------

    def _any(self) -> ExplanationVerdict:
        """A configuration for all, or a contradiction, found by way of a few that are hard to explain."""
        few: list[int] = []
        while True:
            match self._decide(few):
                case Unknown(why=why):
                    return Undecided(why)
                case tuple() as members:
                    return Contradiction(members, fewest=False)
                case Instance() as found:
                    configuration = self._edited(self._checked(found, few), few)
                    missing = self._remainder(configuration, few)
                    if not missing:
                        return Consistent(configuration)
                    self.remainders.append(missing)
                    few.append(min(missing))

    def _smallest(self, most: int) -> ExplanationVerdict | None:
        """A contradiction of at most so many members, a smallest one; None where there is none.

        What a configuration does not explain, each contradiction has a member of; so none is smaller than the smallest
        set that has a member of each such remainder. If that set has no configuration, it is a smallest contradiction.
        """
        from ..proofs.hitting_set import smallest_hitting_set

        for _ in range(MOST_TRIES):
            hit = smallest_hitting_set(self.remainders)
            if not hit.smallest:
                break
            if len(hit.members) > most:
                return None
            match self._decide(hit.members):
                case tuple():
                    return Contradiction(hit.members, fewest=True)
                case Unknown(why=why):
                    return Undecided(why)
                case Instance() as found:
                    edited = self._edited(self._checked(found, hit.members), hit.members)
                    configuration, missing = self._grown(edited, hit.members)
                    if not missing:
                        return Consistent(configuration)
                    self.remainders.append(missing)
        return Undecided("too many sets of replies had to be looked at")

    def _remainder(self, configuration: Instance, members: Sequence[int] = ()) -> frozenset[int]:
        """What is not known to be explained by a configuration. That the members are is the solver's word."""
        return frozenset(range(len(self.seen))) - self.replayer.explained(configuration, self.seen) - set(members)

    # ---- the solver -------------------------------------------------------------------------------------

    def _decide(self, members: Sequence[int]) -> Instance | tuple[int, ...] | Unknown:
        """A configuration that explains some observations; or else those that none of any size explains."""
        while True:
            reply = self.search.find(members, self.size)
            if not isinstance(reply, No):
                return reply
            kept = self._irreducible(members)
            if isinstance(kept, Unknown):
                return kept
            exact = self.search.find_any_size(kept, self.size)
            if isinstance(exact, No):
                return tuple(sorted(kept))
            if isinstance(exact, Unknown):
                return exact
            # It takes more revisions than were looked at.
            self.size = max(2 * self.size, exact.size)

    def _irreducible(self, members: Sequence[int]) -> list[int] | Unknown:
        """Of observations without a configuration of the size looked at, some of which none can be left out."""
        kept = list(members)
        chunk = max(1, len(kept) // 2)
        while True:
            at = 0
            while at < len(kept):
                rest = kept[:at] + kept[at + chunk :]
                match self.search.find(rest, self.size, smallest=False):
                    case No():
                        kept = rest
                    case Unknown() as unknown:
                        return unknown
                    case Instance():
                        at += chunk
            if chunk == 1:
                return kept
            chunk = max(1, chunk // 2)

    def _checked(self, configuration: Instance, members: Sequence[int]) -> Instance:
        """The solver's configuration, which the evaluator must find as good."""
        if not self.replayer.admits(configuration):
            raise AssertionError("the solver's configuration is outside the assumptions")
        if any(self.replayer.tells(configuration, self.seen[at]) is False for at in members):
            raise AssertionError("the solver's configuration does not explain what it was found for")
        return configuration

    def _grown(self, configuration: Instance, members: Sequence[int]) -> tuple[Instance, frozenset[int]]:
        """A configuration that explains at least as much, and more if the solver finds one at once; and what not."""
        missing = self._remainder(configuration, members)
        for at in sorted(missing) if len(self.seen) <= MOST_GROWN else ():
            if at in missing:
                explained = [*sorted(set(range(len(self.seen))) - missing), at]
                result = self.search.find(explained, self.size, smallest=False)
                if isinstance(result, Instance):
                    configuration = result
                    missing = self._remainder(configuration, explained)
        return configuration, missing

    # ---- guesses ----------------------------------------------------------------------------------------

    def _guess(self) -> Instance | None:
        """What the replies name is what is supported; None where the policy does not admit it."""
        interface = self.policy.interface
        if self.policy.abstract or len(self.sets) < len(interface.configs):
            return None
        words = {word for one in self.seen for word in self._named(one)}
        return self._with(Instance({}), words)

    def _named(self, seen: Observation) -> set[int]:
        """The revisions that a reply names."""
        outputs = self.policy.interface.outputs
        words = words_among(
            seen.outputs[v.name.id] for v in outputs if v.type in ("revision", "set") and v.name.id in seen.outputs
        )
        return set(filter(self.replayer.evaluator.format.well_formed, words))

    def _with(self, configuration: Instance, words: set[int]) -> Instance | None:
        """The configuration with these revisions in each of its sets; None where the policy does not admit it."""
        sets: dict[str, Value] = dict.fromkeys(self.sets, tuple(sorted(words)))
        made = Instance({**configuration.config, **sets}, relations=configuration.relations)
        return made if self.replayer.admits(made) else None

    def _reduced(self, configuration: Instance) -> Instance:
        """As few revisions as still explain everything, leaving out one after the other."""
        words = self._words(configuration)
        for word in sorted(words) if len(words) <= MOST_GUESSED else ():
            less = self._with(configuration, words - {word})
            if less is not None and not self._remainder(less):
                words, configuration = words - {word}, less
        return configuration

    def _edited(self, configuration: Instance, members: Sequence[int]) -> Instance:
        """A configuration that explains the members too, and more, if there is one a few revisions away.

        What replies name is put in, the requests put in or left out: sets of many revisions are found this way, not by
        the solver.
        """
        if len(self.sets) != 1:
            return configuration
        missing = self._remainder(configuration, members)
        named = {word for one in self.seen for word in self._named(one)}
        # A revision larger than those there would mostly be the newest, which every reply names.
        upto = {word for word in named if word <= max(self._words(configuration), default=0)}
        tries = MOST_REPLAYED // max(len(self.seen), 1)
        for at in (None, *sorted(missing)):
            if at is not None and at not in missing:
                continue
            words = self._words(configuration)
            for edited in (words | named, words | upto) if at is None else self._edits(self.seen[at], words):
                made = None if edited == words else self._with(configuration, edited)
                if made is None or not all(self.replayer.tells(made, self.seen[m]) for m in members):
                    continue
                left = self._remainder(made)
                tries -= 1
                if len(left) < len(missing):
                    configuration, missing = made, left
                    break
            if tries <= 0:
                break
        return configuration

    def _edits(self, seen: Observation, words: set[int]) -> list[set[int]]:
        asked = set(filter(self.replayer.evaluator.format.well_formed, words_among(seen.inputs.values())))
        more = words | self._named(seen)
        return [more, more - asked, words | asked, words - asked]

    def _words(self, configuration: Instance) -> set[int]:
        value = configuration.config[self.sets[0]] if self.sets else ()
        return set(value) if isinstance(value, tuple) else set()
