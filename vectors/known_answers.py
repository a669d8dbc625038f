"""What a policy answers, and what wrong encodings make of it, point by point."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice

from ..model.closures import Slots
from ..model.evaluate_policy import MOST_ENDS, some_sets
from ..model.instance import Instance, Value, ranges_among, words_of
from ..model.oracle import Oracle, Outputs
from ..model.representatives import TooMany
from ..spec.syntax import Enumeration
from .encodings import Encoding
from .revisions import extremes

MOST_WORK = 100_000
"""Nodes that the evaluator looks at to find the answers at one point."""

MOST_KEPT = 48
"""Where an answer is left open, so many of what it may be are looked at; what those do not show, the solver does."""


OUTPUT = 10
"""What it takes to compare one output of an answer, beside formulas: as much as so many nodes."""


class KnownAnswers:
    """The answers of a policy, kept: every wrong encoding is of the same ones."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle
        # Answers of mutants that the solver found: worth a look before others.
        self.wrong: dict[Instance, list[Outputs]] = {}
        self._known: dict[Instance, list[tuple[Slots, Outputs]]] = {}

    def at(self, at: Instance) -> list[tuple[Slots, Outputs]]:
        """Answers, each with slots that hold it; where much is left open, not all that there are."""
        if at not in self._known:
            made = self._known.setdefault(at, [])
            # What there was no time for is looked for by the solver.
            with suppress(TooMany), self.oracle.evaluator.work.limited(MOST_WORK):
                made.extend(islice(self._answers(at), MOST_KEPT))
        return self._known[at]

    def remember(self, at: Instance, outputs: Outputs) -> None:
        """One more answer, if it is one."""
        known = self.at(at)
        with suppress(TooMany):
            known += [one for one in self._tried(at, [outputs]) if one[1] not in [other for _, other in known]]

    def _answers(self, at: Instance) -> Iterator[tuple[Slots, Outputs]]:
        oracle, evaluator = self.oracle, self.oracle.evaluator
        slots = oracle.slots(at.config, at.inputs)
        case = evaluator.fires(slots)
        if case is None:
            return
        open_ = oracle.policy.cases[case].unspecified
        if open_:
            seen: list[Outputs] = []
            for one in islice(self._tried(at, self._choices(at, open_)), MOST_KEPT // 2):
                if one[1] not in seen:
                    seen.append(one[1])
                    yield one
        try:
            pool = oracle.queries.open_values(slots, case) if open_ else []
        except TooMany:
            pool = near(at, self.oracle.format.end)
        for _ in evaluator.answers(slots, case, pool):
            yield slots.copy(), outputs_of(evaluator.outputs(slots))

    def _choices(self, at: Instance, open_: tuple[str, ...]) -> Iterator[Outputs]:
        """What open outputs may be: the same everywhere, then each of them another value than the rest."""
        words = list(dict.fromkeys([*near(at, self.oracle.format.end), *extremes(self.oracle.format)]))
        first = {name: self._values(name, words)[0] for name in open_}
        for word in words:
            yield {name: word if self._values(name, words) is words else first[name] for name in open_}
        for name in open_:
            yield from ({**first, name: value} for value in self._values(name, words))

    def _values(self, name: str, words: list[int]) -> Sequence[Value]:
        match self.oracle.interface.variables[name].type:
            case "bool":
                return [False, True]
            case Enumeration(values=values):
                return [number for _, number in values]
            case "range":
                return ranges_among([*filter(self.oracle.format.well_formed, words)][:MOST_ENDS])
            case "set":
                return some_sets(filter(self.oracle.format.well_formed, words))
            case _:
                codes = self.oracle.interface.named.get(name, {}).values()
                return [*words, *codes] if codes else words

    def _tried(self, at: Instance, choices: Iterator[Outputs] | list[Outputs]) -> Iterator[tuple[Slots, Outputs]]:
        """Those choices of the open outputs that make an answer."""
        oracle, evaluator = self.oracle, self.oracle.evaluator
        for choice in choices:
            slots = oracle.slots(at.config, at.inputs)
            case = evaluator.fires(slots)
            if case is None:
                return
            evaluator.put(slots, {n: v for n, v in choice.items() if n in oracle.policy.cases[case].unspecified})
            if not evaluator.undefined(slots, case) and evaluator.allows(slots, case):
                yield slots, outputs_of(evaluator.outputs(slots))


class EncodingCheck:
    """One wrong encoding of what a policy answers."""

    def __init__(self, answers: KnownAnswers, encoding: Encoding) -> None:
        self.answers = answers
        self.oracle = answers.oracle
        code = self.oracle.evaluator.compiler.compile
        self.codes = {
            name: [(code(row.test), code(row.held)) for row in rows] for name, rows in encoding.outputs.items()
        }

    def fails(self, at: Instance, allowed: Callable[[Outputs], bool]) -> bool:
        """Whether one of the answers, encoded wrongly, is not allowed."""
        work = self.oracle.evaluator.work
        for slots, outputs in self.answers.at(at):
            work.spend(OUTPUT * len(outputs))
            held = {name: self._held(name, slots) for name in self.codes}
            if any(outputs[name] != value for name, value in held.items()) and not allowed({**outputs, **held}):
                return True
        return False

    def all_held(self, at: Instance) -> Iterator[Outputs]:
        """What the answers are that come of it, right ones among them."""
        for slots, outputs in self.answers.at(at):
            yield {**outputs, **{name: self._held(name, slots) for name in self.codes}}

    def held(self, at: Instance, outputs: Outputs) -> Outputs:
        """What comes of one answer."""
        slots = self.oracle.slots(at.config, at.inputs)
        self.oracle.evaluator.put(slots, dict(outputs))
        return {**outputs, **{name: self._held(name, slots) for name in self.codes}}

    def _held(self, name: str, slots: Slots) -> int | bool:
        """A value of the output, or else a word that is none."""
        word = next(held(slots) for test, held in self.codes[name] if test(slots))
        truth = self.oracle.interface.variables[name].type == "bool" and word in (0, 1)
        return word == 1 if truth else word


def near(at: Instance, end: int) -> list[int]:
    """Words, all of them below the `end`, at and beside those of a point."""
    words = [word for value in at.config.values() for word in words_of(value)]
    asked = [word for value in at.inputs.values() for word in words_of(value)]
    return list(dict.fromkeys([*words, *asked, *(word + 1 for word in words if word + 1 < end), 0]))


def outputs_of(found: dict[str, Value | None]) -> Outputs:
    return {name: value for name, value in found.items() if value is not None}
