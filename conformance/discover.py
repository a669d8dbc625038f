"""Finding out what an implementation supports, by its own command and in few requests.

The highest revision first, then the one just below each that comes back as older: each gap between two supported
revisions takes a request of its own, since nothing else shows it to be one. What the replies then leave open, the
solver asks for: a request that another configuration, with the same replies so far, may be answered differently in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from ..model.instance import Range, Value, words_among
from ..spec.checked import CheckedPolicy
from ..spec.syntax import Enumeration, Variable
from ..spec.words import Format
from .batch import Fault
from .distinguish import Unique, distinguishing_request
from .explain import Consistent, Contradiction, Undecided, contradiction
from .replay import Observation

MOST_REQUESTS = 5_000
MOST_LED = 32
"""Requests that the solver asks for before the search is given up: some policies never tell what is supported."""

Ask: TypeAlias = "Callable[[dict[str, Value]], Observation | Fault]"


def usual(variable: Variable, word: int) -> Value:
    """The value of an input in a request that is about a revision."""
    match variable.type:
        case "revision":
            return word
        case "set":
            return (word,)
        case "bool":
            return False
        case "range":
            return Range(word, word)
        case Enumeration(values=values):
            return values[0][1]


class Discovered(Struct, frozen=True):
    """What was asked and answered, and what follows from it.

    `verdict` is Consistent where there is a configuration; where `determined`, every other one that explains the
    replies answers as it does. `fault` is set where a request had no reply; the search ends with it, unless it is the
    first one.
    """

    seen: list[Observation]
    verdict: Consistent | Contradiction | Undecided
    determined: bool
    fault: Fault | None = None
    failed: dict[str, Value] = {}


class Discovery:
    def __init__(self, policy: CheckedPolicy, ask: Ask) -> None:
        self.policy = policy
        self.ask = ask
        self.format = Format.of(policy.interface.layout)
        self.seen: list[Observation] = []
        self.asked: set[tuple[tuple[str, Value], ...]] = set()
        self.fault: Fault | None = None
        self.failed: dict[str, Value] = {}

    def run(self) -> Discovered:
        """Ask until the configuration is determined, no configuration explains the replies, or enough was asked."""
        inputs: dict[str, Value] | None = self._first()
        led = 0
        while True:
            while inputs is not None and len(self.seen) < MOST_REQUESTS:
                self.asked.add(tuple(inputs.items()))
                answer = self.ask(inputs)
                if isinstance(answer, Fault):
                    first = self.fault is None
                    if first:
                        self.fault, self.failed = answer, inputs
                    inputs = self._usual()
                    if first and not self.seen and tuple(inputs.items()) not in self.asked:
                        continue
                    return self._discovered(self._verdict(), False)
                self.seen.append(answer)
                # A wrong reply may lead far astray; with many replies, looking at each would take long.
                if len(self.seen) <= 16 or len(self.seen) & (len(self.seen) - 1) == 0:
                    verdict = self._verdict()
                    if not isinstance(verdict, Consistent):
                        return self._discovered(verdict, False)
                inputs = self._below(answer)
            verdict = self._verdict()
            if not isinstance(verdict, Consistent) or led == MOST_LED:
                return self._discovered(verdict, False)
            led += 1
            found = distinguishing_request(self.policy, self.seen, verdict.configuration)
            # What was answered already would be answered the same again.
            if not isinstance(found, dict) or tuple(found.items()) in self.asked:
                return self._discovered(verdict, isinstance(found, Unique))
            inputs = found

    def _discovered(self, verdict: Consistent | Contradiction | Undecided, determined: bool) -> Discovered:
        return Discovered(self.seen, verdict, determined, self.fault, self.failed)

    def _verdict(self) -> Consistent | Contradiction | Undecided:
        return contradiction(self.policy, self.seen)

    def _first(self) -> dict[str, Value]:
        """The highest revision, and of ranges the one of all revisions: what is answered to it tells most."""
        highest = self.format.largest
        inputs = self.policy.interface.inputs
        return {v.name.id: Range(0, highest) if v.type == "range" else usual(v, highest) for v in inputs}

    def _usual(self) -> dict[str, Value]:
        """A request that is nothing special: what fails at the largest revision may answer all others."""
        first = self.format.word((1, *(0 for _ in self.format.numbered[1:])))
        return {v.name.id: usual(v, first) for v in self.policy.interface.inputs}

    def _below(self, seen: Observation) -> dict[str, Value] | None:
        """The request just below the newest revision that came back and is no newer than the request."""
        inputs = self.policy.interface.inputs
        outputs = [v.name.id for v in self.policy.interface.outputs if v.type == "revision"]
        if len(inputs) != 1 or inputs[0].type != "revision":
            return None
        name = inputs[0].name.id
        asked = max(words_among([seen.inputs[name]]))
        named = {n: codes.values() for n, codes in self.policy.interface.named.items()}
        replied = (seen.outputs[n] for n in outputs if n in seen.outputs and seen.outputs[n] not in named.get(n, ()))
        older = [w for w in words_among(replied) if w <= asked]
        if not any(older):
            return None
        below = (max(older) - 1) & ~self.format.reserved_mask
        return None if ((name, below),) in self.asked else {name: below}
