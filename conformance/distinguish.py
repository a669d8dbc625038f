"""Is a configuration the only one that explains some replies, as far as any request can tell?

A request that distinguishes another one from it is looked for in each region between the revisions that requests and
replies name: there, few of the replies matter, and those few need few revisions. Where many matter all the same, the
answers to the request are divided by regions too.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from ..model.instance import Instance, Value, words_among
from ..proofs.reply import No, Unknown
from ..spec.checked import CheckedPolicy
from .explain_search import Box, DistinguishingRequest, ExplanationSearch
from .replay import Observation, Replayer

MOST_REGIONS = 200
"""Regions that are looked at; with more, whether others explain the replies is left open."""

BUDGET = 500_000
"""For each question to the solver, in its own units: the replies are judged by then, and nothing hangs on it."""

FEW = 3
"""So many replies may matter in a region before it is divided."""


class Unique(Struct, frozen=True):
    """Every other configuration that explains the replies gives no answer that this one does not give."""


class NotKnown(Struct, frozen=True):
    reason: str


def distinguishing_request(
    policy: CheckedPolicy, seen: Sequence[Observation], configuration: Instance
) -> dict[str, Value] | Unique | NotKnown:
    """A request that another configuration, which explains what was seen as well, may be answered differently in."""
    if policy.abstract:
        return NotKnown("the policy has relations without a body")
    regions = _regions(policy, seen)
    if len(regions) > MOST_REGIONS:
        return NotKnown(f"there are {len(regions)} regions of requests to look at")
    search = _Search(policy, seen, configuration, regions)
    found = search.within({}, [], [v.name.id for v in search.revisions])
    return Unique() if found is None else found


class _Search:
    def __init__(
        self,
        policy: CheckedPolicy,
        seen: Sequence[Observation],
        configuration: Instance,
        regions: list[tuple[int, int]],
    ) -> None:
        self.seen = seen
        self.configuration = configuration
        self.regions = regions
        self.search = ExplanationSearch(policy, seen, BUDGET)
        self.replayer = Replayer(policy)
        self.revisions = [v for v in (*policy.interface.inputs, *policy.interface.outputs) if v.type == "revision"]

    def within(self, box: Box, few: Sequence[int], undivided: list[str]) -> dict[str, Value] | NotKnown | None:
        """A distinguishing request in a box, for the sake of the `few` to begin with; None where there is none."""
        few = list(few)
        while box or not undivided:
            if len(few) > FEW and undivided:
                break
            found = self.search.distinguishing(self.configuration, few, box)
            match found:
                case No():
                    return None
                case Unknown(why=why):
                    return NotKnown(why)
                case DistinguishingRequest():
                    pass
            others = set(range(len(self.seen))) - self.replayer.explained(found.configuration, self.seen) - set(few)
            if not others:
                return found.inputs
            few.append(self._nearest(others, found))
        name, *rest = undivided
        for region in self.regions:
            divided = {**box, name: region}
            found = self.within(divided, self._above(divided), rest)
            if found is not None:
                return found
        return None

    def _above(self, box: Box) -> list[int]:
        """The observations that most likely matter in a box: those with the next request from it upwards."""
        made: dict[int, None] = {}
        for _, high in box.values():
            asked = (
                (min(words), at) for at, one in enumerate(self.seen) if (words := words_among(one.inputs.values()))
            )
            later = [pair for pair in asked if pair[0] >= high]
            if later:
                made[min(later)[1]] = None
        return list(made)

    def _nearest(self, positions: set[int], found: DistinguishingRequest) -> int:
        """The observation whose request is nearest to what was found."""
        words = words_among(found.inputs.values())
        words |= words_among(found.outputs[v.name.id] or 0 for v in self.revisions if v.role == "output")

        def distance(at: int) -> tuple[int, int]:
            apart = (abs(asked - word) for asked in words_among(self.seen[at].inputs.values()) for word in words)
            return min(apart, default=0), at

        return min(positions, key=distance)


def _regions(policy: CheckedPolicy, seen: Sequence[Observation]) -> list[tuple[int, int]]:
    """All words in intervals: each word that is named, and what is between."""
    revisions = [v.name.id for v in policy.interface.outputs if v.type == "revision"]
    named = words_among(word for one in seen for word in one.inputs.values())
    named |= words_among(one.outputs[name] for one in seen for name in revisions if name in one.outputs)
    made: list[tuple[int, int]] = []
    start = 0
    end = policy.interface.format.end
    codes = {code for codes in policy.interface.named.values() for code in codes.values() if code >= end}
    for word in sorted(word for word in named if word < end):
        if start < word:
            made.append((start, word - 1))
        made.append((word, word))
        start = word + 1
    if start < end:
        made.append((start, end - 1))
    made += [(code, code) for code in sorted(codes)]
    return made
