"""Whether some configuration explains what a log shows, and what is known of it for certain."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TypeAlias

from msgspec import Struct

from ...model.instance import Instance, word_of, words_of
from ...spec import syntax
from ...spec.checked import CheckedPolicy
from ...spec.words import Format
from ..explain import BUDGET, Consistent, Contradiction, Undecided
from ..replay import Replayer
from .assumed import assuming, has, has_within
from .explainer import Explainer, observation_of
from .log import BootSegment, CountedExchange
from .why import answered, reason

MOST_AT_ONCE = 1_000
"""Up to so many observations are explained all at once; of more, those that turn out to matter."""

FEW = 4

CERTAIN = 1_000_000
"""The budget of a question about what is certain; after the first that goes unanswered, none is asked."""

MOST_REVISIONS = 16
"""Revisions of which it is asked whether they must be, or cannot be, supported."""


class ExcludedRange(Struct, frozen=True):
    """Revisions that cannot be supported: all from `low` to `high`, both included, as words."""

    low: int
    high: int


class CertainMembers(Struct, frozen=True):
    """What holds of one set in every configuration that explains what was seen.

    Where not `complete`, more may hold: not everything was asked, or not everything answered.
    """

    must: tuple[int, ...]
    cannot: tuple[ExcludedRange, ...]
    complete: bool


class ExplainedSegment(Struct, frozen=True):
    """A configuration of as few revisions as any explains it. `known` has what is certain, by the names of the sets."""

    configuration: Instance
    known: dict[str, CertainMembers]


class ContradictedSegment(Struct, frozen=True):
    """No configuration explains these exchanges together; without any one of them, some does.

    Where `fewest`, no smaller set of exchanges contradicts the policy. There are none where the assumptions of the
    policy exclude every configuration, or the one that the log declares. `why` says in words how they contradict each
    other, or the policy; it is empty where that was not found out.
    """

    exchanges: tuple[CountedExchange, ...]
    fewest: bool
    why: str = ""


SegmentVerdict: TypeAlias = "ExplainedSegment | ContradictedSegment | Undecided"


def judge_segment(
    policy: CheckedPolicy, segment: BootSegment, budget: int = BUDGET, *, certain: bool = True
) -> SegmentVerdict:
    """Whether a conforming implementation may print what was seen of one configuration.

    Without `certain`, what holds in every configuration that explains it is not asked.
    """
    if segment.declared is not None:
        return _with_declared(policy, segment)
    seen = segment.exchanges
    explainer = Explainer(policy, seen, len(seen) if len(seen) <= MOST_AT_ONCE else FEW, budget)
    match explainer.ask(policy):
        case Contradiction(positions=positions, fewest=fewest):
            exchanges = tuple(sorted((seen[at] for at in positions), key=lambda one: one.first.number))
            return ContradictedSegment(exchanges, fewest, reason(policy, exchanges, min(budget, CERTAIN)))
        case Undecided() as undecided:
            return undecided
        case Consistent(configuration=configuration):
            if not certain:
                return ExplainedSegment(configuration, {})
            # Those that mattered first.
            few = dict.fromkeys([*explainer.few, *range(min(len(seen), MOST_AT_ONCE))])
            part = [seen[at] for at in list(few)[:MOST_AT_ONCE]]
            known = _known(policy, configuration, part, len(part) == len(seen), min(budget, CERTAIN))
            return ExplainedSegment(configuration, known)


def _with_declared(policy: CheckedPolicy, segment: BootSegment) -> SegmentVerdict:
    """Judge lines that say what the configuration is."""
    assert segment.declared is not None
    if policy.abstract:
        return Undecided(f"`{policy.abstract[0].name.id}` has no body")
    names = [v.name.id for v in policy.interface.configs]
    configuration = Instance(dict(zip(names, segment.declared, strict=True)))
    replayer = Replayer(policy)
    if not replayer.admits(configuration):
        return ContradictedSegment((), fewest=True)
    unclear = False
    for one in segment.exchanges:
        tells = replayer.tells(configuration, observation_of(policy, one))
        if tells is False:
            return ContradictedSegment((one,), True, answered(policy, configuration, one))
        unclear = unclear or tells is None
    return Undecided("the evaluator has too many revisions to try") if unclear else ExplainedSegment(configuration, {})


# ---- what is certain ------------------------------------------------------------------------------------


def _known(
    policy: CheckedPolicy, configuration: Instance, seen: list[CountedExchange], complete: bool, budget: int
) -> dict[str, CertainMembers]:
    """`complete`: these are all that was seen. What follows from some is certain as well; there may be more."""
    part = sorted(seen, key=lambda one: one.exchange.outputs.count(None))
    explainer = Explainer(policy, part, FEW, budget)
    sets = [v.name.id for v in policy.interface.configs if v.type == "set"]
    return {name: _Certain(policy, name, configuration, explainer).known(complete=complete) for name in sets}


class _Certain:
    """Asks of one set what holds of it in every configuration that explains what was seen."""

    def __init__(self, policy: CheckedPolicy, name: str, configuration: Instance, explainer: Explainer) -> None:
        self.policy = policy
        self.name = name
        self.explainer = explainer
        self.format = Format.of(policy.interface.layout)
        value = configuration.config[name]
        self.supported = value if isinstance(value, tuple) else ()
        self.complete = True
        self.given_up = False

    def known(self, *, complete: bool) -> CertainMembers:
        """`complete`: the explainer has all that was seen."""
        words = self._words()
        must = [word for word in words if word in self.supported and self._never(has(self.name, word, inside=False))]
        cannot = list(self._cannot(words))
        return CertainMembers(tuple(must), tuple(_merged(self.format, cannot)), complete and self.complete)

    def _words(self) -> list[int]:
        """The revisions that were seen, those of the configuration found and of outputs first, ascending."""
        exchange = [one.exchange for one in self.explainer.seen]
        revisions = [at for at, v in enumerate(self.policy.interface.outputs) if v.type == "revision"]
        replied = [word for one in exchange for at in revisions if (word := one.outputs[at]) is not None]
        asked = [word for one in exchange for value in one.inputs for word in words_of(value)]
        seen = [word_of(word) for word in replied] + asked
        words = [w for w in dict.fromkeys([*self.supported, *seen]) if self.format.well_formed(w)]
        self.complete = self.complete and len(words) <= MOST_REVISIONS
        return sorted(words[:MOST_REVISIONS])

    def _cannot(self, words: list[int]) -> Iterator[tuple[int, int]]:
        """Ranks of revisions that cannot be supported, from and to, ascending."""
        last = (1 << sum(field.width for field in self.format.numbered)) - 1
        ranks = [-1, *map(self.format.rank, words), last + 1]
        for below, above in pairwise(ranks):
            seen = below >= 0 and self._word(below) not in self.supported
            if seen and self._never(has(self.name, self._word(below))):
                yield below, below
            if above - below > 1 and self._never(self._within(below + 1, above - 1)):
                yield below + 1, above - 1

    def _word(self, rank: int) -> int:
        return _unranked(self.format, rank)

    def _within(self, low: int, high: int) -> syntax.Expr:
        return has_within(self.name, self._word(low), self._word(high))

    def _never(self, formula: syntax.Expr) -> bool:
        """Whether no configuration that explains what was seen meets a formula."""
        if self.given_up:
            return False
        found = self.explainer.ask(assuming(self.policy, formula))
        if isinstance(found, Undecided):
            self.complete = False
            self.given_up = True
        return isinstance(found, Contradiction)


def _unranked(format_: Format, rank: int) -> int:
    numbers: list[int] = []
    for field in reversed(format_.numbered):
        numbers.append(rank & (1 << field.width) - 1)
        rank >>= field.width
    return format_.word(tuple(reversed(numbers)))


def _merged(format_: Format, ranges: list[tuple[int, int]]) -> Iterator[ExcludedRange]:
    at = 0
    while at < len(ranges):
        low, high = ranges[at]
        while at + 1 < len(ranges) and ranges[at + 1][0] == high + 1:
            at += 1
            high = ranges[at][1]
        yield ExcludedRange(_unranked(format_, low), _unranked(format_, high))
        at += 1
