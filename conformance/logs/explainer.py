"""Exchanges of a log, however many, explained by a few of them: those that a configuration found leaves unexplained."""

from __future__ import annotations

from collections.abc import Callable

from ...model.instance import Instance, Value
from ...spec.checked import CheckedPolicy
from ..explain import Consistent, Contradiction, ExplanationVerdict, Undecided, contradiction
from ..replay import Observation, Replayer
from .log import CountedExchange
from .words import Exchange

MOST_ADDED = 4
NEAR = 1_000
"""Where one is found that matters, so many after it are looked at for more."""


def observation_of(policy: CheckedPolicy, counted: CountedExchange) -> Observation:
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


class Explainer:
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
        return [observation_of(self.policy, self.seen[at]) for at in self.few]

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
        return self.replayer.tells(configuration, observation_of(self.policy, one)) is True

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
