"""Points that the boundary values do not have: found by the solver, or shown not to exist in any configuration.

The engine is imported when it is asked: what is wrong with a file is told without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from ..model.fold import folded
from ..model.instance import Instance, Range, Value, instance_of
from ..model.oracle import Outputs
from ..model.queries import Answers, Disallowed, Given, Goal, Holds, NoAdmissibleOutput, NoCase, Undefined
from ..model.readable_values import readable_values, unusual_inputs
from ..model.undefinedness import unanswered
from ..proofs.budget import Budget
from ..proofs.reply import No, Unknown, Yes
from ..spec import syntax
from ..spec.checked import CheckedPolicy
from ..spec.words import Format
from .conditions import Condition
from .encodings import Encoding, still_allowed, unchanged
from .mutants import Mutant

if TYPE_CHECKING:
    from ..proofs.ask import Asker

BUDGET = 1_000_000
"""The solver's resource units for one question: there are hundreds, and those of the library take a tenth of it."""

TOTAL = 4_000_000
"""Units for all questions of a suite: some seven seconds. Those of the library take a quarter of it at most."""

WRITING = 8
"""Units for a term that a question is made of: to write it down takes as long as the solver does with so many."""

Sought = Instance | No | Unknown
"""A point; No where no configuration and no request has it; Unknown where the solver gave no answer."""


class WitnessSearch:
    """Looks for points of one policy; `config` fixes the configuration, for the vectors of one build."""

    def __init__(self, policy: CheckedPolicy, config: dict[str, Value] | None = None) -> None:
        self.policy = policy
        self.left = Budget(TOTAL)
        core = policy.elaboration.of
        self.given = [] if config is None else [Given(name, core(_literal(value))) for name, value in config.items()]
        # What the solver has at the points that it found: where answers are left open, it takes that one to tell.
        self.answers: dict[Instance, Outputs] = {}

    @cached_property
    def asker(self) -> Asker:
        return self._asks(self.policy)

    def case(self, at: int) -> Sought:
        """A point that a case answers."""
        return self._first(self.asker, [(Answers(at), Answers())])

    def condition(self, condition: Condition) -> Sought:
        """A point that shows a condition of a guard."""
        return self._first(self.asker, [(Holds(condition.shown_by), Answers())])

    def killer(self, mutant: Mutant) -> Sought:
        """A point that tells a mutant from the policy; No where the two are the same in every configuration."""
        if mutant.encoding is not None:
            return self._misread(mutant.encoding)
        ways: list[tuple[Goal, ...]] = [(Answers(), Disallowed(self.policy)), (NoCase(),), (Undefined(),)]
        if any(case.ensures for case in mutant.policy.cases):
            ways.append((NoAdmissibleOutput(),))
        # Where the policy itself has no answer, a mutant cannot get it wrong.
        as_policy = mutant.policy.elaboration_of(self.policy)
        answered = Holds(folded(as_policy.nodes, unanswered(self.policy, as_policy)), truth=False)
        return self._first(self._asks(mutant.policy), [(*way, answered) for way in ways])

    def _misread(self, encoding: Encoding) -> Sought:
        """A point at which a wrong encoding of an answer is no answer of the policy's."""
        differs = Holds(unchanged(self.policy, encoding), truth=False)
        if not any(case.unspecified for case in self.policy.cases):
            return self._first(self.asker, [(Answers(), differs)])
        # What is left open may be encoded as something else that is allowed too.
        ways = [
            (Answers(at), differs, Holds(still_allowed(self.policy, case, encoding), truth=False))
            for at, case in enumerate(self.policy.cases)
        ]
        return self._first(self.asker, ways)

    def _asks(self, policy: CheckedPolicy) -> Asker:
        from ..proofs.ask import Asker

        return Asker(policy, BUDGET)

    def _first(self, asker: Asker, ways: Sequence[tuple[Goal, ...]]) -> Sought:
        unknown = ""
        for way in ways:
            found = self._ask(asker, (*way, *self.given))
            if isinstance(found, Instance):
                return found
            if isinstance(found, Unknown):
                unknown = found.why
        return Unknown(unknown) if unknown else No()

    def _ask(self, asker: Asker, goals: tuple[Goal, ...]) -> Sought:
        if self.left.spent:
            return Unknown("not asked, as the budget of the whole suite is spent")
        units = min(BUDGET, self.left.left)
        asker.begin(units)
        reply = asker.ask(goals, smallest=True, beside=True)
        self.left.spend(units - asker.budget.left + WRITING * asker.written)
        match reply:
            case Yes():
                format_ = Format.of(self.policy.interface.layout)
                known = readable_values(format_, 9)
                tidying = Budget(BUDGET).aside()
                example = asker.readable(reply, goals, [*known, *unusual_inputs(format_, known[0])], tidying)
                self.left.spend(tidying.units - tidying.left)
                at = instance_of(asker.policy.interface, example.instance.config, example.instance.inputs)
                self.answers[at] = {n: v for n, v in example.answer.outputs.items() if v is not None}
                return at
            case No() | Unknown():
                return reply


def _literal(value: Value) -> syntax.Expr:
    match value:
        case tuple():
            return syntax.SetLiteral(tuple(syntax.Number(word, hexadecimal=True) for word in value))
        case Range(low=low, high=high):
            return syntax.Range(syntax.Number(low, hexadecimal=True), syntax.Number(high, hexadecimal=True))
        case bool():
            return syntax.Boolean(value)
        case int():
            return syntax.Number(value, hexadecimal=True)
