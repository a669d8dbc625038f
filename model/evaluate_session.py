"""Sessions, concretely: host and policy take turns on one configuration, until the host ends it or repeats itself.

Nothing here knows of `unroll.py`, nor of the solver: the two say what a session is on their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from ..spec.checked import ENDINGS, CheckedSession, rule_name
from ..spec.core import Core
from ..spec.diagnostics import listed
from ..spec.syntax import KNOWN, Accept, Expr, GiveUp
from .closures import Code, Slots
from .evaluate import Compiler
from .evaluate_host import HostEvaluator
from .evaluate_policy import PolicyEvaluator
from .instance import Instance, Range, Relation, Value, has, has_all, word_of
from .oracle import left_open
from .queries import leans_on_open
from .run import Outputs, Round, Run
from .work import Work


class NotAllowed(Exception):
    """The replies given are not the policy's."""


class SessionEvaluator:
    """One session, ready to run."""

    def __init__(self, session: CheckedSession) -> None:
        self.session = session
        interface = session.interface
        host = session.host
        # Policy, host and session's own formulas answer together: what they may do is bounded together.
        self.work = Work()
        self.policy = PolicyEvaluator(session.policy, self.work)
        self.format = self.policy.format
        self.request_name = interface.inputs[0].name.id
        self.outputs = [v.name.id for v in interface.outputs]
        self.host = HostEvaluator(host, session.policy, self.work)
        self.any_known = self.host.any_known
        self.listed = self.host.listed
        names = (*(v.name.id for v in interface.variables.values()), *ENDINGS)
        self.whole = Compiler(self.format, self.work)
        self._formulas = 0
        for name in (*names, *([KNOWN] if self.any_known else []), *(d.name.id for d in session.abstract)):
            self.whole.variable(name)
        own = [p for p in session.assumptions if p not in session.policy.assumptions]
        self.assumptions = [(p.statement.name.id, self.formula(p.statement.formula)) for p in own]
        # Those of the policy that a request can break are looked at in each round.
        formulas = [placed.statement.formula for placed in session.assumptions]
        lasting = [formula for formula in formulas if self.request_name not in session.elaboration.of(formula).free]
        self.lasting = [self.formula(formula) for formula in lasting]
        # An optional one that the session is under may speak of the request as well.
        self.of_rounds = [self.formula(f) for placed in own if (f := placed.statement.formula) not in lasting]
        self.leaning = [leans_on_open(session.policy, case) for case in session.policy.cases]

    def formula(self, expr: Expr) -> Code:
        """The closure of a formula over the session's names, to be given to `holds`."""
        return self.compiled(self.session.elaboration.of(expr))

    def compiled(self, node: Core) -> Code:
        """The same of a core formula."""
        self._formulas += 1
        return self.whole.compile(node)

    def constant(self, expr: Expr) -> Value:
        """The value of a term that reads no names but those of `define`s."""
        code = self.formula(expr)
        return code([None] * self.whole.size)

    # ---- running ----------------------------------------------------------------------------------------

    def admits(self, instance: Instance) -> bool:
        """Whether a configuration is one, and meets all assumptions that speak of nothing else."""
        if not self.host.may_know(instance.config):
            return False
        slots = self._filled(instance.config, instance.relations)
        return all(assumption(slots) for assumption in self.lasting)

    def assumed(self, instance: Instance, run: Run) -> dict[str, bool]:
        """Which assumptions hold of a configuration; those of the policy, in every round of a run."""
        policy = self.session.policy
        made: dict[str, bool] = {}
        requests = [{self.request_name: round_.request} for round_ in run.rounds]
        for placed, holds in zip(policy.assumptions, self.policy.assumptions, strict=True):
            slots = [self.policy.slots(Instance(instance.config, request, instance.relations)) for request in requests]
            made[placed.statement.name.id] = all(map(holds, slots))
        # Of one that speaks of no request, it is the same in each round; and there may have been none.
        filled = [self._filled({**instance.config, **request}, instance.relations) for request in requests or [{}]]
        return made | {name: all(map(holds, filled)) for name, holds in self.assumptions}

    def runs(self, instance: Instance, pool: list[int]) -> Iterator[Run]:
        """Every run on a configuration: an open output takes each value of its type, a revision each word of `pool`.

        Runs that an assumption rules out do not come.
        """
        first = self.host.start(instance.config, instance.relations)
        if first is None:
            yield Run((), "stuck", why="the first request has no value")
            return
        yield from self._from(instance, (), first, pool)

    def replay(self, instance: Instance, replies: Sequence[Outputs], pool: list[int], *, first: bool = False) -> Run:
        """The run in which the policy's first answers are these, and any it may give after them.

        Sets are told for the cases that leave them open; where a case assigns one, it is what that assigns. Raises
        NotAllowed where the answers cannot be; with `first`, the rounds to which they belong will do.
        """
        rounds: tuple[Round, ...] = ()
        request = self.host.start(instance.config, instance.relations)
        if request is None:
            return Run((), "stuck", why="the first request has no value")
        while True:
            if len(replies) <= len(rounds):
                rest = next(self._from(instance, rounds, request, pool), None)
                if rest is None and first and rounds:
                    return Run(rounds, "left_out", why="no run goes on from here: the next request is ruled out")
                if rest is None:
                    raise NotAllowed
                return rest
            slots, case = self._asked(instance, request)
            if slots is None:
                raise NotAllowed
            if case is None or self._has_nothing(slots, case):
                return self.stuck(rounds, request, case, slots)
            self.policy.put(slots, replies[len(rounds)])
            self.policy.put_sets(slots, case)
            if not self.policy.allows(slots, case):
                raise NotAllowed
            done = self.acted(instance, rounds, request, case, slots)
            if isinstance(done, Run):
                return done
            rounds, request = done

    def without_value(self, slots: Slots, case: int) -> list[str]:
        """The outputs that a case assigns from nothing, whatever it leaves open."""
        return [name for name in self.policy.undefined(slots, case) if name not in self._following(case)]

    def _following(self, case: int) -> frozenset[str]:
        """The outputs that a case leaves open, and those that follow from them."""
        return left_open(self.session.policy, self.session.policy.cases[case])

    def _from(self, instance: Instance, rounds: tuple[Round, ...], request: Value, pool: list[int]) -> Iterator[Run]:
        slots, case = self._asked(instance, request)
        if slots is None:
            return
        if case is None:
            yield self.stuck(rounds, request, case, slots)
            return
        answered = False
        for _ in self.policy.answers(slots, case, pool):
            answered = True
            done = self.acted(instance, rounds, request, case, slots)
            if isinstance(done, Run):
                yield done
            else:
                yield from self._from(instance, *done, pool)
        if not answered and self._has_nothing(slots, case):
            yield self.stuck(rounds, request, case, slots)

    def _asked(self, instance: Instance, request: Value) -> tuple[Slots | None, int | None]:
        """The policy's slots with a request in them, None where it is ruled out; and the case that fires."""
        slots = self.policy.slots(Instance(instance.config, {self.request_name: request}, instance.relations))
        admitted = self.policy.admits(slots)
        if admitted and self.of_rounds:
            here = self._filled({**instance.config, self.request_name: request}, instance.relations)
            admitted = all(assumption(here) for assumption in self.of_rounds)
        return (slots, self.policy.fires(slots)) if admitted else (None, None)

    def _has_nothing(self, slots: Slots, case: int) -> bool:
        """Whether a case assigns an output from nothing, whatever its open outputs are.

        Of one that assigns an output from an open one, this takes trying more values than there are in any pool.
        """
        return not self.leaning[case] and bool(self.policy.undefined(slots, case))

    def stuck(self, rounds: tuple[Round, ...], request: Value, case: int | None, slots: Slots) -> Run:
        """The run that ends in a round without an answer: no case, no value, or nothing that can be chosen."""
        if case is None:
            outputs: Outputs = dict.fromkeys(self.outputs)
            return Run((*rounds, Round(request, None, outputs, None)), "stuck", why="no case applies")
        missing = self.without_value(slots, case)
        answer = self.policy.answer(slots, case)
        open_ = [name for name in self.outputs if name in self._following(case)]
        why = f"`{missing[0]}` has no value" if missing else f"no value of {listed(open_)} is an answer"
        return Run((*rounds, Round(request, answer.case, answer.outputs, None)), "stuck", why=why)

    def acted(
        self, instance: Instance, rounds: tuple[Round, ...], request: Value, case: int, slots: Slots
    ) -> Run | tuple[tuple[Round, ...], Value]:
        """What the host does about an answer: it ends the session, or makes another request."""
        round_, then = self.step(instance, request, case, slots)
        done = (*rounds, round_)
        if isinstance(then, Run):
            return replace(then, rounds=done)
        again = next((n for n, earlier in enumerate(done, 1) if earlier.request == then), None)
        return (done, then) if again is None else Run(done, "loops", again=again)

    def step(self, instance: Instance, request: Value, case: int, slots: Slots) -> tuple[Round, Run | Value]:
        """The round of an answer, and how it ends the session, as a run without rounds, or what is asked for next."""
        answer = self.policy.answer(slots, case)
        seen = {**instance.config, self.request_name: request, **answer.outputs}
        at = self.host.rule(seen, instance.relations)
        round_ = Round(request, answer.case, answer.outputs, None if at is None else rule_name(at))
        if at is None:
            return round_, Run((), "stuck", why="no rule applies")
        action, value = self.host.action(at, seen, instance.relations)
        if isinstance(action, GiveUp):
            return round_, Run((), "gave_up")
        if value is None:
            return round_, Run((), "stuck", why=f"what {rule_name(at)} does has no value")
        if isinstance(action, Accept):
            return round_, Run((), "accepted", agreed=word_of(value))
        return round_, value

    # ---- what holds of a run ----------------------------------------------------------------------------

    def holds(self, code: Code, instance: Instance, run: Run) -> bool:
        """Whether a formula holds of how a session ended."""
        return bool(code(self.at_end(instance, run)))

    def holds_after(self, code: Code, instance: Instance, round_: Round) -> bool:
        """Whether a formula about what is between two rounds holds after one."""
        return bool(code(self.after(instance, round_)))

    def at_end(self, instance: Instance, run: Run) -> Slots:
        """The values of all names when a session has ended."""
        values: dict[str, Any] = dict(instance.config)
        looping = run.ending == "loops"
        # A program may end without having asked: nothing was requested then, and nothing answered.
        last = run.rounds[-1] if run.rounds and not looping else None
        values |= {
            "accepted": run.ending == "accepted",
            "gave_up": run.ending == "gave_up",
            "agreed": run.agreed,
            # A session that goes round has no last round, nor a number of rounds.
            "rounds": None if looping else len(run.rounds),
        }
        for variable in (*self.session.interface.inputs, *self.session.interface.outputs):
            name = variable.name.id
            nothing = False if variable.type == "bool" else () if variable.type in ("set", "range") else None
            if last is None:
                values[name] = nothing
            else:
                values[name] = last.request if name == self.request_name else last.outputs[name]
        return self._filled(values, instance.relations)

    def after(self, instance: Instance, round_: Round) -> Slots:
        """The values of all names between one round and the next."""
        return self._filled(
            {**instance.config, self.request_name: round_.request, **round_.outputs}, instance.relations
        )

    def asks_unknown(self, instance: Instance, run: Run) -> bool:
        """Whether the host asked for a revision that it does not know."""
        return any(self.strays(instance, round_.request) for round_ in run.rounds)

    def strays(self, instance: Instance, request: Value) -> bool:
        """Whether a request is for a revision that the host does not know, or for a set with such a one."""
        known = self.known(instance)
        named = self.session.interface.named.get(self.request_name, {}).values()
        if self.session.asked not in ("revision", "set", "range") or request in named:
            return False
        if isinstance(request, Range):
            return not has_all(self.format, known, request)
        words = request if isinstance(request, tuple) else (word_of(request),)
        return not all(has(self.format, known, word) for word in words)

    def known(self, instance: Instance) -> Value:
        """What the host knows."""
        return instance.config[KNOWN] if self.any_known else self.host.between or self.listed

    def _filled(self, values: dict[str, Any], relations: dict[str, Relation]) -> Slots:
        # A formula of middling size is about to be asked.
        self.work.spend(1 + self.whole.nodes // max(self._formulas, 1))
        slots: Slots = [None] * self.whole.size
        for name, place in self.whole.slots.items():
            slots[place] = values.get(name)
        for define in self.session.abstract:
            slots[self.whole.slots[define.name.id]] = relations.get(define.name.id, Relation())
        return slots
