"""Whether some configuration explains what a log shows, and what is known of it for certain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TypeAlias

from msgspec import Struct, structs

from ...model.instance import Instance, Value, word_of, words_of
from ...spec import syntax
from ...spec.checked import CheckedPolicy
from ...spec.checked_parts import Placed
from ...spec.words import Format
from ..explain import BUDGET, Consistent, Contradiction, ExplanationVerdict, Undecided, contradiction
from ..replay import Observation, Replayer
from .log import BootSegment, CountedExchange
from .words import Exchange

MOST_AT_ONCE = 1_000
"""Up to so many observations are explained all at once; of more, those that turn out to matter."""

FEW = 4
MOST_ADDED = 4
NEAR = 1_000
"""Where one is found that matters, so many after it are looked at for more."""

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
    policy exclude every configuration, or the one that the log declares.
    """

    exchanges: tuple[CountedExchange, ...]
    fewest: bool


SegmentVerdict: TypeAlias = "ExplainedSegment | ContradictedSegment | Undecided"


def judge_segment(policy: CheckedPolicy, segment: BootSegment, budget: int = BUDGET) -> SegmentVerdict:
    """Whether a conforming implementation may print what was seen of one configuration."""
    if segment.declared is not None:
        return _with_declared(policy, segment)
    seen = segment.exchanges
    explainer = _Explainer(policy, seen, len(seen) if len(seen) <= MOST_AT_ONCE else FEW, budget)
    match explainer.ask(policy):
        case Contradiction(positions=positions, fewest=fewest):
            return ContradictedSegment(tuple(segment.exchanges[at] for at in positions), fewest)
        case Undecided() as undecided:
            return undecided
        case Consistent(configuration=configuration):
            # Those that mattered first.
            few = dict.fromkeys([*explainer.few, *range(min(len(seen), MOST_AT_ONCE))])
            part = [seen[at] for at in list(few)[:MOST_AT_ONCE]]
            known = _known(policy, configuration, part, len(part) == len(seen), min(budget, CERTAIN))
            return ExplainedSegment(configuration, known)


def _observation(policy: CheckedPolicy, counted: CountedExchange) -> Observation:
    interface, exchange = policy.interface, counted.exchange
    outputs: dict[str, Value] = {}
    for variable, word in zip(interface.outputs, exchange.outputs, strict=True):
        if word is not None:
            outputs[variable.name.id] = word == 1 if variable.type == "bool" and word in (0, 1) else word
    inputs: dict[str, Value] = {
        v.name.id: word == 1 if v.type == "bool" else word
        for v, word in zip(interface.inputs, exchange.inputs, strict=True)
    }
    return Observation(inputs, outputs)


class _Explainer:
    """Explains exchanges, however many, by a few of them: those that a configuration found leaves unexplained."""

    def __init__(self, policy: CheckedPolicy, seen: list[CountedExchange], few: int, budget: int) -> None:
        self.policy = policy
        self.replayer = Replayer(policy)
        self.seen = seen
        self.few = list(range(min(few, len(seen))))
        self.budget = budget
        self.start = 0

    def observations(self) -> list[Observation]:
        """The few."""
        return [_observation(self.policy, self.seen[at]) for at in self.few]

    def ask(self, policy: CheckedPolicy) -> ExplanationVerdict:
        """As `contradiction`. `policy` may assume more than the one that the observations are of."""
        while True:
            found = contradiction(policy, self.observations(), self.budget)
            match found:
                case Contradiction(positions=positions, fewest=fewest):
                    members = tuple(sorted(self.few[at] for at in positions))
                    all_asked = len(self.few) == len(self.seen)
                    return Contradiction(members, fewest and (all_asked or len(members) <= 1))
                case Undecided():
                    return found
                case Consistent(configuration=configuration):
                    more = self._unexplained(configuration)
                    if not more:
                        return found
                    self.few += more

    def _unexplained(self, configuration: Instance) -> list[int]:
        """Some that a configuration is not known to explain; none where it explains all."""
        made: list[int] = []
        few, count = set(self.few), len(self.seen)
        left = count if len(few) < count else 0
        at = self.start
        answers = self._determined(configuration)
        while left > 0 and len(made) < MOST_ADDED:
            one = self.seen[at]
            if not answers(one.exchange) and at not in few and not self._explains(configuration, one):
                made.append(at)
                left = min(left, NEAR)
            at = (at + 1) % count
            left -= 1
        # The next configuration is first tried on those that no one was tried on yet.
        self.start = at
        return made

    def _explains(self, configuration: Instance, one: CountedExchange) -> bool:
        return self.replayer.tells(configuration, _observation(self.policy, one)) is True

    def _determined(self, configuration: Instance) -> Callable[[Exchange], bool]:
        """Tells quickly of most that are explained that they are: where the answer is determined, and is the one seen.

        What it does not say so of needs a closer look.
        """
        policy, evaluator = self.policy, self.replayer.evaluator
        places = evaluator.compiler.slots
        inputs = [(places[v.name.id], v.type == "bool") for v in policy.interface.inputs]
        outputs = [places[v.name.id] for v in policy.interface.outputs]
        nothing: dict[str, Value] = dict.fromkeys((v.name.id for v in policy.interface.inputs), 0)
        slots = evaluator.slots(Instance(configuration.config, nothing, configuration.relations))
        fires = evaluator.fires
        # What is determined, of each case; None where that depends on what is left open.
        rows = [
            None if ensured or any(code is None for _, code in assigned) else assigned
            for assigned, ensured in zip(evaluator.assigned, evaluator.ensured, strict=True)
        ]

        def answers(exchange: Exchange) -> bool:
            for (place, truth), word in zip(inputs, exchange.inputs, strict=True):
                slots[place] = word == 1 if truth else word
            case = fires(slots)
            determined = None if case is None else rows[case]
            if determined is None:
                return False
            for place, code in determined:
                slots[place] = None if code is None else code(slots)
                if slots[place] is None:
                    return False
            for place, word in zip(outputs, exchange.outputs, strict=True):
                if word is not None and slots[place] != word:
                    return False
            return True

        return answers


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
        tells = replayer.tells(configuration, _observation(policy, one))
        if tells is False:
            return ContradictedSegment((one,), fewest=True)
        unclear = unclear or tells is None
    return Undecided("the evaluator has too many revisions to try") if unclear else ExplainedSegment(configuration, {})


# ---- what is certain ------------------------------------------------------------------------------------


def _known(
    policy: CheckedPolicy, configuration: Instance, seen: list[CountedExchange], complete: bool, budget: int
) -> dict[str, CertainMembers]:
    """`complete`: these are all that was seen. What follows from some is certain as well; there may be more."""
    part = sorted(seen, key=lambda one: one.exchange.outputs.count(None))
    explainer = _Explainer(policy, part, FEW, budget)
    sets = [v.name.id for v in policy.interface.configs if v.type == "set"]
    return {name: _Certain(policy, name, configuration, explainer).known(complete=complete) for name in sets}


class _Certain:
    """Asks of one set what holds of it in every configuration that explains what was seen."""

    def __init__(self, policy: CheckedPolicy, name: str, configuration: Instance, explainer: _Explainer) -> None:
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
        must = [word for word in words if word in self.supported and self._never(_member(self.name, word, False))]
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
        ranks = [-1, *(_rank(self.format, word) for word in words), last + 1]
        for below, above in pairwise(ranks):
            seen = below >= 0 and self._word(below) not in self.supported
            if seen and self._never(_member(self.name, self._word(below), True)):
                yield below, below
            if above - below > 1 and self._never(self._within(below + 1, above - 1)):
                yield below + 1, above - 1

    def _word(self, rank: int) -> int:
        return _unranked(self.format, rank)

    def _within(self, low: int, high: int) -> syntax.Expr:
        one = syntax.Name("r")
        ends = (("r >=", low), ("r <=", high))
        bounds = tuple(syntax.Comparison(">=" if ">" in op else "<=", one, _literal(self._word(at))) for op, at in ends)
        return syntax.Quantified("some", "r", syntax.Name(self.name), syntax.And(bounds))

    def _never(self, formula: syntax.Expr) -> bool:
        """Whether no configuration that explains what was seen meets a formula."""
        if self.given_up:
            return False
        statement = syntax.Statement("assume", syntax.Label("certain"), formula)
        assumptions = (*self.policy.assumptions, Placed(statement, self.policy.source))
        found = self.explainer.ask(structs.replace(self.policy, assumptions=assumptions))
        if isinstance(found, Undecided):
            self.complete = False
            self.given_up = True
        return isinstance(found, Contradiction)


def _member(name: str, word: int, inside: bool) -> syntax.Expr:
    return syntax.Member(_literal(word), syntax.Name(name), negated=not inside)


def _literal(word: int) -> syntax.Number:
    return syntax.Number(word, hexadecimal=True)


def _rank(format_: Format, word: int) -> int:
    """Where a well-formed revision stands among all."""
    made = 0
    for number, field in zip(format_.numbers(word), format_.numbered, strict=True):
        made = made << field.width | number
    return made


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
