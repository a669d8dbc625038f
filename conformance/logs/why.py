"""Why lines contradict each other, in words: what some of them say of a set, and what that makes of another.

The words are certain: that some lines say so, and that the other is excluded by it, is asked of the prover. Where no
such thing is found within the budget nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from msgspec import Struct, structs

from ...model.instance import Instance, Range, Value, show_range
from ...model.oracle import NoAnswer, Oracle
from ...model.representatives import TooMany
from ...spec.checked import CheckedPolicy
from ...spec.syntax import Enumeration, Expr, Variable
from ...spec.words import Format
from ..explain import Consistent, Contradiction
from .assumed import assuming, has, has_none_within, has_within
from .explainer import Explainer, observation_of
from .log import CountedExchange

MOST_WORDS = 6
"""Revisions of which it is asked whether the lines say something of them."""

MOST_ASKED = 300
"""Questions to the prover; most take a hundredth of a second."""

MOST_LINES = 8
"""Of so many lines it is not said how they contradict each other."""


class _Fact(Struct, frozen=True):
    """Something that may hold of a set, its opposite, and the words for it."""

    holds: Expr
    fails: Expr
    words: str


def reason(policy: CheckedPolicy, exchanges: Sequence[CountedExchange], budget: int) -> str:
    """How exchanges contradict each other, of which none can be left out; empty where that is not found out."""
    if any(one.exchange.strange for one in exchanges) or len(exchanges) > MOST_LINES or policy.abstract:
        return ""
    return _Why(policy, budget).of(list(exchanges))


def answered(policy: CheckedPolicy, configuration: Instance, one: CountedExchange) -> str:
    """What the policy answers in place of what a line shows; empty where that is left open."""
    if one.exchange.strange:
        return ""
    try:
        answer = Oracle(policy).answer(configuration.config, observation_of(policy, one).inputs)
    except (NoAnswer, TooMany):
        return ""
    variables = [v for v in policy.interface.outputs if v.name.id in answer.outputs]
    wanted = ", ".join(f"{v.name.id} {_shown(policy, v, answer.outputs[v.name.id])}" for v in variables)
    return f"the policy answers {wanted}" if wanted else ""


class _Why:
    def __init__(self, policy: CheckedPolicy, budget: int) -> None:
        self.policy = policy
        self.budget = budget
        self.format = Format.of(policy.interface.layout)
        self.asked = 0
        self.sets = [v.name.id for v in policy.interface.configs if v.type == "set"]

    def of(self, exchanges: list[CountedExchange]) -> str:
        if len(exchanges) == 1:
            return self._alone(exchanges[0])
        facts = list(self._facts(exchanges))
        # What was said first makes of the last line what it cannot be; else the other way round.
        for one in reversed(exchanges):
            others = [other for other in exchanges if other is not one]
            for fact in facts:
                if self.asked > MOST_ASKED:
                    return ""
                if self._never([one], fact.holds) and self._never(others, fact.fails):
                    return f"{_lines(others)} that {fact.words}, so {self._otherwise(one, others, fact)}"
        return ""

    def _alone(self, one: CountedExchange) -> str:
        shown = self._outputs(one)
        for count in range(1, len(shown) + 1):
            for few in combinations(shown, count):
                if self._never([self._only(one, few)], None):
                    values = " and ".join(self._values(one, few))
                    asked = self._asked(one)
                    beside = " together" if count > 1 else ""
                    return f"whatever is supported, no request{asked and f' for {asked}'} gets {values}{beside}"
        return ""

    # ---- questions --------------------------------------------------------------------------------------

    def _never(self, exchanges: list[CountedExchange], formula: Expr | None) -> bool:
        """Whether no configuration that explains exchanges meets a formula."""
        self.asked += 1
        policy = self.policy if formula is None else assuming(self.policy, formula)
        found = Explainer(self.policy, exchanges, len(exchanges), self.budget).ask(policy)
        return isinstance(found, Contradiction)

    def _facts(self, exchanges: list[CountedExchange]) -> Iterator[_Fact]:
        words = self._words(exchanges)
        for name in self.sets:
            of = "supported" if name == "supported" else f"in `{name}`"
            for word in words:
                shown = self.format.show(word)
                yield _Fact(has(name, word), has(name, word, inside=False), f"{shown} is {of}")
            for word in words:
                after, largest = self.format.at_least(word + 1), self.format.largest
                if after is not None and after <= largest:
                    yield self._none(name, after, largest, f"nothing newer than {self.format.show(word)} is {of}")
            for word in words:
                shown = self.format.show(word)
                yield _Fact(has(name, word, inside=False), has(name, word), f"{shown} is not {of}")
            for low, high in combinations(words, 2):
                within = f"something from {self.format.show(low)} to {self.format.show(high)} is {of}"
                yield _Fact(has_within(name, low, high), has_none_within(name, low, high), within)
                after, before = self.format.at_least(low + 1), self.format.at_most(high - 1)
                if after is not None and after <= before:
                    between = f"nothing between {self.format.show(low)} and {self.format.show(high)} is {of}"
                    yield self._none(name, after, before, between)

    def _none(self, name: str, low: int, high: int, words: str) -> _Fact:
        return _Fact(has_none_within(name, low, high), has_within(name, low, high), words)

    def _words(self, exchanges: list[CountedExchange]) -> list[int]:
        """The revisions that the lines show, ascending."""
        variables = (*self.policy.interface.inputs, *self.policy.interface.outputs)
        found: dict[int, None] = {}
        for one in exchanges:
            for variable, word in zip(variables, (*one.exchange.inputs, *one.exchange.outputs), strict=True):
                if variable.type == "revision" and isinstance(word, int) and self.format.well_formed(word):
                    found[word] = None
        return sorted(list(found)[:MOST_WORDS])

    # ---- words ------------------------------------------------------------------------------------------

    def _otherwise(self, one: CountedExchange, others: list[CountedExchange], fact: _Fact) -> str:
        """What a line would say, with what is known from others."""
        shown = self._outputs(one)
        wrong = next((v for v in shown if self._never([self._only(one, (v,))], fact.holds)), None)
        few = shown if wrong is None else [wrong]
        number = one.first.number
        if one.follows & {v.name.id for v in self.policy.interface.inputs}:
            stated = [v for v in shown if v.name.id not in one.follows] or shown
            return f"line {number} would not say {' and '.join(self._values(one, stated))}"
        asked = self._asked(one)
        which = f"{asked} asked in line {number}" if asked else f"what line {number} shows"
        if wrong is not None and isinstance(wrong.type, Enumeration):
            return f"{which} would have {self._other_than(one, wrong)}"
        instead = "" if wrong is None else self._instead(one, others, wrong)
        return f"{which} would not have got {' and '.join(self._values(one, few))}{instead}"

    def _other_than(self, one: CountedExchange, status: Variable) -> str:
        assert isinstance(status.type, Enumeration)
        names = {number: label.id for label, number in status.type.values}
        got = _shown(self.policy, status, self._value(one, status))
        others = [name for name in names.values() if name != got]
        if len(others) != 1:
            return f"got something else than {got}"
        if others[0].endswith("SUCCESS"):
            return "succeeded"
        return f"failed with {others[0]}" if got.endswith("SUCCESS") else f"got {others[0]}"

    def _instead(self, one: CountedExchange, others: list[CountedExchange], wrong: Variable) -> str:
        """The value for one configuration that the other lines allow."""
        found = Explainer(self.policy, others, len(others), self.budget).ask(self.policy)
        if not isinstance(found, Consistent):
            return ""
        try:
            answer = Oracle(self.policy).answer(found.configuration.config, observation_of(self.policy, one).inputs)
        except (NoAnswer, TooMany):
            return ""
        if wrong.name.id not in answer.outputs:
            return ""
        config = ", ".join(
            f"{v.name.id} {_shown(self.policy, v, found.configuration.config[v.name.id])}"
            for v in self.policy.interface.configs
        )
        return f"; for example, with {config} it is {_shown(self.policy, wrong, answer.outputs[wrong.name.id])}"

    def _asked(self, one: CountedExchange) -> str:
        pairs = zip(self.policy.interface.inputs, one.exchange.inputs, strict=True)
        return " and ".join(_shown(self.policy, v, word) for v, word in pairs)

    def _outputs(self, one: CountedExchange) -> list[Variable]:
        pairs = zip(self.policy.interface.outputs, one.exchange.outputs, strict=True)
        return [v for v, word in pairs if word is not None]

    def _value(self, one: CountedExchange, variable: Variable) -> Value:
        pairs = zip(self.policy.interface.outputs, one.exchange.outputs, strict=True)
        return next(word for v, word in pairs if v is variable and word is not None)

    def _values(self, one: CountedExchange, variables: Sequence[Variable]) -> list[str]:
        return [f"{v.name.id} {_shown(self.policy, v, self._value(one, v))}" for v in variables]

    def _only(self, one: CountedExchange, few: Sequence[Variable]) -> CountedExchange:
        """What a line shows of some outputs."""
        pairs = zip(self.policy.interface.outputs, one.exchange.outputs, strict=True)
        outputs = tuple(word if v in few else None for v, word in pairs)
        return CountedExchange(structs.replace(one.exchange, outputs=outputs), one.first)


def _lines(exchanges: Sequence[CountedExchange]) -> str:
    numbers = [str(one.first.number) for one in exchanges]
    if len(numbers) == 1:
        return f"line {numbers[0]} says"
    return f"lines {', '.join(numbers[:-1])} and {numbers[-1]} say together"


def _shown(policy: CheckedPolicy, variable: Variable, value: Value | None) -> str:
    format_ = Format.of(policy.interface.layout)
    match value:
        case None:
            return "no value"
        case bool():
            return "true" if value else "false"
        case tuple():
            return ", ".join(map(format_.show, value)) or "nothing"
        case Range():
            return show_range(format_, value)
        case int() if isinstance(variable.type, Enumeration):
            return next((label.id for label, number in variable.type.values if number == value), f"{value:#x}")
        case int() if variable.type == "bool":
            return "true" if value else "false"
        case int():
            return policy.interface.show(variable.name.id, value)
