"""A session played on one configuration, where what the policy leaves open need not be known."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cached_property

from msgspec.structs import replace

from ..spec.checked import rule_name
from ..spec.syntax import GiveUp
from .closures import Slots
from .evaluate_session import NotAllowed, SessionEvaluator
from .instance import Instance, Value
from .query_evaluation import MOST_CHOICES, QueryEvaluator, transfer
from .representatives import TooMany
from .run import Round, Run, Unfolded


class NotGiven(Exception):
    """A rule looks at an output that the policy leaves open, or one that follows, and nobody says what `output` is."""

    def __init__(self, round_: int, output: str, rule: str, looked_at: str) -> None:
        follows = "" if looked_at == output else f", from which `{looked_at}` follows"
        super().__init__(f"round {round_} leaves `{output}` open{follows}, and {rule} looks at it")
        self.round, self.output = round_, output


class TooManyRounds(TooMany):
    """A run goes on for more rounds than are played."""


class Player:
    """Plays one session, on a configuration at a time."""

    def __init__(self, evaluator: SessionEvaluator) -> None:
        self.evaluator = evaluator
        self.session = evaluator.session
        self.policy = evaluator.policy

    def play(self, instance: Instance, given: Callable[[int, str], Value | None], most: int = sys.maxsize) -> Unfolded:
        """The run on a configuration, whether or not assumptions hold.

        `given` has the values of open outputs, by round (from 1) and name; None leaves one open, as long as no rule
        looks at it. Raises NotAllowed where the policy allows no such value, NotGiven where a rule looks at one, and
        TooManyRounds where the run has more than `most` rounds.
        """
        rounds: list[Round] = []
        # The round of each request: there may be many.
        asked_at: dict[Value, int] = {}
        left: list[set[str]] = []
        unknown: list[int] = []
        request = self.evaluator.host.start(instance.config, instance.relations)
        if request is None:
            return Unfolded(Run((), "stuck", why="the first request has no value"), left, unknown)
        while len(rounds) < most:
            asked = {self.evaluator.request_name: request}
            slots = self.policy.slots(Instance(instance.config, asked, instance.relations))
            case = self.policy.fires(slots)
            number = len(rounds) + 1
            if case is None:
                return Unfolded(self.evaluator.stuck(tuple(rounds), request, case, slots), [*left, set()], unknown)
            left.append(self._filled_in(slots, case, lambda name, at=number: given(at, name)))
            if self.evaluator.without_value(slots, case):
                return Unfolded(self.evaluator.stuck(tuple(rounds), request, case, slots), left, unknown)
            match self._has_choice(slots, case, number):
                case False:
                    left[-1] = set()
                    return Unfolded(self.evaluator.stuck(tuple(rounds), request, case, slots), left, unknown)
                case None:
                    unknown.append(number)
                case True:
                    pass
            self._looks_only_at_given(instance, request, case, slots, left[-1], number)
            round_, then = self.evaluator.step(instance, request, case, slots)
            rounds.append(round_)
            asked_at[request] = number
            if isinstance(then, Run):
                return Unfolded(replace(then, rounds=tuple(rounds)), left, unknown)
            if then in asked_at:
                return Unfolded(Run(tuple(rounds), "loops", again=asked_at[then]), left, unknown)
            request = then
        raise TooManyRounds

    def _filled_in(self, slots: Slots, case: int, given: Callable[[str], Value | None]) -> set[str]:
        """Put what a case answers into the slots; the outputs that stay open, or are assigned from such."""
        checked = self.session.policy.cases[case]
        values = {name: given(name) for name in checked.unspecified}
        self.policy.put(slots, values)
        self.policy.undefined(slots, case)
        open_ = {name for name, value in values.items() if value is None}
        for assign in checked.assignments:
            if assign.value is not None and self.session.policy.elaboration.of(assign.value).free & open_:
                open_.add(assign.output.id)
        return open_

    def _has_choice(self, slots: Slots, case: int, number: int) -> bool | None:
        """Whether what a case leaves open can be chosen; None where that is not known.

        Raises NotAllowed where only what is given for it cannot be. Where nothing can, what was given is taken out.
        """
        unspecified = self.session.policy.cases[case].unspecified
        values = self.policy.outputs(slots)
        given = [name for name in unspecified if values[name] is not None]
        if len(given) == len(unspecified) and self.policy.allows(slots, case):
            return True
        chosen = len(given) < len(unspecified) and self._chooses(slots, case, given)
        if chosen is not False:
            return chosen
        self.policy.put(slots, dict.fromkeys(unspecified))
        if given and self._chooses(slots, case) is not False:
            raise NotAllowed(f"the policy does not answer so in round {number}")
        return False

    def _chooses(self, slots: Slots, case: int, given: Sequence[str] = ()) -> bool | None:
        with self.evaluator.work.limited(MOST_CHOICES):
            there = transfer(self.policy, slots, self.queries.evaluator)
            return self.queries.has_choice(there, case, given)

    @cached_property
    def queries(self) -> QueryEvaluator:
        """What tells whether open outputs have values that make an answer."""
        return QueryEvaluator(self.session.policy, self.evaluator.work)

    def _looks_only_at_given(
        self, instance: Instance, request: Value, case: int, slots: Slots, open_: set[str], number: int
    ) -> None:
        if not open_:
            return
        several = [v.name.id for v in self.session.interface.outputs if v.type in ("set", "range")]
        seen = {**instance.config, self.evaluator.request_name: request, **self.policy.answer(slots, case).outputs}
        seen |= dict.fromkeys(open_.intersection(several), ())
        at = self.evaluator.host.rule(seen, instance.relations)
        rules = self.session.host.rules
        for position, rule in enumerate(rules if at is None else rules[: at + 1]):
            formulas = [] if rule.guard is None else [rule.guard]
            if position == at and not isinstance(rule.action, GiveUp):
                formulas.append(rule.action.revision)
            for formula in formulas:
                if found := open_ & self.evaluator.host.elaboration.of(formula).free:
                    output = self._open_beneath(case, min(found), open_)
                    raise NotGiven(number, output, rule_name(position), min(found))

    def _open_beneath(self, case: int, output: str, open_: set[str]) -> str:
        """The output that a case leaves open and another one follows from."""
        policy = self.session.policy
        values = {a.output.id: a.value for a in policy.cases[case].assignments if a.value is not None}
        while output in values:
            output = min(open_.intersection(map(str, policy.elaboration.of(values[output]).free)))
        return output
