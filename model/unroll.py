"""Sessions, symbolically: rounds as formulas over copies of the request and the outputs, one for each round.

A run of a session is a configuration and, for each round, a request and a reply. Round by round it is spelled out here
in the core language itself, so that the cutoff and the encoding mean the same by it as by any other formula. What these
formulas say is checked against `evaluate_session.py`, which plays sessions without them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Literal, TypeAlias

from ..spec import syntax
from ..spec.checked import CheckedSession
from ..spec.checked_parts import Placed
from ..spec.core import Core
from .fold import folded
from .queries import Fact, leans_on_open
from .round_names import AGREED, NEXT, RoundNames, copy_of
from .set_outputs import put, range_named, same_range, same_set
from .stage import ClosedRule, closed_host, policy_without_cases
from .undefinedness import unanswered, undefined

__all__ = ["AGREED", "ENDINGS", "NEXT", "Ending", "Unrolled", "copy_of"]

Ending: TypeAlias = Literal["accepted", "gave_up", "loops"]
ENDINGS: tuple[Ending, ...] = ("accepted", "gave_up", "loops")

_Says: TypeAlias = Callable[[ClosedRule], Core]


class Unrolled:
    """The first `rounds` rounds of a session.

    `policy` has no cases: its interface has the configuration, `known` where the host knows any revisions, and the
    copies of request and outputs; its assumptions are those that speak of configurations only.

    With `free`, the rounds need not be a session's first: sets in messages are then any, too (`round_names.py`).
    """

    def __init__(self, session: CheckedSession, rounds: int, *, free: bool = False) -> None:
        self.session = session
        self.rounds = rounds
        elaboration = session.elaboration
        self.nodes = nodes = elaboration.nodes
        self.start, self.rules = closed_host(session.host, nodes, session.policy)
        interface = session.interface
        self.names = RoundNames(session, self.start, self.rules, free=free)
        self.request = self.names.request
        self.outputs = [v.name.id for v in interface.outputs]
        inputs = {v.name.id for v in interface.inputs}
        self._of_rounds: list[Core] = []
        lasting: list[Placed] = []
        for placed in session.assumptions:
            formula = elaboration.of(placed.statement.formula)
            if formula.free & inputs:
                self._of_rounds.append(formula)
            else:
                lasting.append(placed)
        self.policy = policy_without_cases(
            session.host, session.defines, session.declaration.name, self.names.variables(rounds), lasting, nodes
        )

    def core(self, expr: syntax.Expr) -> Core:
        """A formula over the session's names, or over those of rounds."""
        return self.session.elaboration.of(expr)

    def variable(self, name: str) -> Core:
        return self.nodes.variable(name)

    def requested(self, at: int) -> Core:
        """The request of a round."""
        return self.names.requested(at)

    def same(self, one: Core, other: Core) -> Core:
        """Two requests are the same."""
        return self.names.same(one, other)

    # ---- what happens in a round ------------------------------------------------------------------------

    def opening(self) -> Fact:
        """The first request is what the host starts with."""
        return Fact("start", self.same(self.requested(1), self.start))

    def round(self, at: int) -> Fact:
        """The policy answers the request of a round."""
        return Fact(f"round {at}", self._within(at, self._answered))

    def moves(self, at: int) -> Fact:
        """After a round, the host makes the request of the next."""
        following = self.requested(at + 1)
        return Fact(f"moves {at}", self._within(at, self._asks(following)))

    def is_new(self, at: int) -> Fact:
        """The request of a round has not been made before it."""
        is_new = self.nodes.negation(self.names.is_among(self.requested(at), at - 1))
        return Fact(f"new {at}", folded(self.nodes, is_new) if self.names.asks_sets else is_new)

    def ends(self, at: int, ending: Ending) -> Fact:
        """After a round the session ends: by an acceptance, by giving up, or by asking again what was asked before."""
        nodes, next_ = self.nodes, self.variable(NEXT)

        def acts(rule: ClosedRule) -> Core:
            match rule.kind:
                case "accept" if ending == "accepted" and rule.revision is not None:
                    return nodes.compare("==", self.variable(AGREED), rule.revision)
                case "request" if ending == "loops" and self.names.asks_sets and rule.revision is not None:
                    return self.names.is_among(rule.revision, at)
                case "request" if ending == "loops":
                    return nodes.conjunction((self._requests(rule, next_), self.names.is_among(next_, at)))
                case "give up" if ending == "gave_up":
                    return nodes.true
                case _:
                    return nodes.false

        return Fact(f"{ending} {at}", self._within(at, self._acts(acts)))

    def facts(self, at: int) -> list[Fact]:
        """What can be asked about a round by itself."""
        ends = [self.ends(at, ending) for ending in ENDINGS]
        return [
            self.opening(),
            self.round(at),
            self.moves(at),
            *ends,
            self.asks_unknown(at),
            self.no_action(at),
            self.no_answer(at),
        ]

    @property
    def formulas(self) -> list[Core]:
        """What the session's invariants and properties say."""
        return [self.core(placed.statement.formula) for placed in (*self.session.invariants, *self.session.properties)]

    def asks_unknown(self, at: int) -> Fact:
        """The request after a round (the first, after round 0) is for a revision that the host does not know."""
        nodes, next_ = self.nodes, self.variable(NEXT)
        if self.names.asks_sets:
            return Fact(f"strays {at}", self._asks_unknown_set(at))
        asks = self.asks(at).formula if at else self.same(next_, self.start)
        # What the assumptions rule out is not asked for in any run.
        admitted = [nodes.put(formula, {self.request: next_}) for formula in self._of_rounds]
        strange = nodes.negation(self.names.is_known(next_, self.known))
        return Fact(f"strays {at}", self._all([asks, strange, *admitted]))

    def _asks_unknown_set(self, at: int) -> Core:
        nodes = self.nodes

        def strays(asked: Core) -> Core:
            admitted = [put(nodes, formula, {self.request: asked}) for formula in self._of_rounds]
            return self._all([nodes.negation(self.names.is_known(asked, self.known)), *admitted])

        def acts(rule: ClosedRule) -> Core:
            asks = rule.kind == "request" and rule.revision is not None
            return strays(rule.revision) if asks and rule.revision is not None else nodes.false

        return self._within(at, self._acts(acts)) if at else folded(nodes, strays(self.start))

    def unknown_among(self, upto: int) -> Fact:
        """One of the first requests is for a revision that the host does not know."""
        known: list[Core] = [self.names.is_known(self.requested(at), self.known) for at in range(1, upto + 1)]
        return Fact(f"unknown among {upto}", folded(self.nodes, self.nodes.negation(self._all(known))))

    def admitted(self, at: int) -> Fact:
        """The request of a round meets the assumptions."""
        return Fact(f"admitted {at}", self._within(at, self._all(self._of_rounds)))

    @property
    def limiting(self) -> list[str]:
        """The names of the assumptions that speak of the input."""
        session = self.session
        inputs = {v.name.id for v in session.interface.inputs}
        placed = (p.statement for p in session.assumptions if self.core(p.statement.formula).free & inputs)
        return [statement.name.id for statement in placed]

    @property
    def rules_out(self) -> bool:
        """Whether an assumption speaks of the input: then a run may be left out for what is asked late in it."""
        return bool(self._of_rounds)

    def asks(self, at: int) -> Fact:
        """After a round, the host makes another request, whichever."""
        return Fact(f"asks {at}", self._within(at, self._asks(self.variable(NEXT))))

    def no_first_request(self) -> Fact:
        """The first request has no value."""
        # A set or a range always has a value.
        several = self.names.asks_sets or self.names.asks_ranges
        return Fact("mute", self.nodes.false if several else undefined(self.nodes, self.start))

    def no_answer(self, at: int) -> Fact:
        """The policy has no answer to the request of a round."""
        return Fact(f"silent {at}", self._within(at, self._unanswered))

    def no_action(self, at: int) -> Fact:
        """After a round no rule applies, or what the one that does asks for or accepts has no value."""
        return Fact(f"idle {at}", self._within(at, self._acts(self._acts_on_nothing, otherwise=self.nodes.true)))

    @cached_property
    def known(self) -> Core:
        return self.core(syntax.Name(syntax.KNOWN))

    def formula(self, formula: Core, at: int, ending: Ending | None, count: int | None = None) -> Core:
        """A formula over the end of a session, or, without an ending, over the state after a round.

        At its end there were `count` rounds: as many as there are copies up to the last, where nothing else is said.
        """
        nodes, names = self.nodes, dict(self.names.at(at))
        nothing = nodes.nothing()
        if ending is not None:
            names |= {
                "accepted": nodes.truth(ending == "accepted"),
                "gave_up": nodes.truth(ending == "gave_up"),
                "agreed": self.variable(AGREED) if ending == "accepted" else nothing,
                "rounds": nothing if ending == "loops" else nodes.constant(at if count is None else count),
            }
        if ending == "loops":
            # There is no last round.
            for variable in (*self.session.interface.inputs, *self.session.interface.outputs):
                empty = nodes.listed(()) if variable.type in ("set", "range") else nothing
                names[variable.name.id] = nodes.false if variable.type == "bool" else empty
        return self.names.put(formula, names)

    # ---- formulas over the names of a round -------------------------------------------------------------

    def _within(self, at: int, formula: Core) -> Core:
        return self.names.put(formula, self.names.at(at))

    def _acts(self, says: _Says, otherwise: Core | None = None) -> Core:
        """What the first rule that applies does meets `says`; `otherwise`, where none applies."""
        made = otherwise or self.nodes.false
        for rule in reversed(self.rules):
            did = says(rule)
            made = did if rule.guard is None else self.nodes.choice(rule.guard, did, made)
        return made

    def _asks(self, next_: Core) -> Core:
        """The rule that applies asks for what comes next."""
        return self._acts(lambda rule: self._requests(rule, next_))

    def _requests(self, rule: ClosedRule, next_: Core) -> Core:
        if rule.kind != "request" or rule.revision is None:
            return self.nodes.false
        if self.names.asks_sets and not self.names.free:
            # The set is put in where the next request is read.
            return self.nodes.true
        return self.same(next_, rule.revision)

    def _acts_on_nothing(self, rule: ClosedRule) -> Core:
        several = self.names.asks_sets or self.names.asks_ranges
        always = rule.revision is None or (rule.kind == "request" and several)
        return self.nodes.false if always or rule.revision is None else undefined(self.nodes, rule.revision)

    @cached_property
    def _answered(self) -> Core:
        """The outputs are what the first case that applies assigns."""
        policy, core = self.session.policy, self.names.of_policy.of
        shared = [a for a in policy.cases[0].assignments if all(a in case.assignments for case in policy.cases)]
        made: Core = self.nodes.false
        for case in reversed(policy.cases):
            parts = [
                self._assigned(a.output.id, core(a.value))
                for a in case.assignments
                if a.value is not None and a not in shared
            ]
            said = self._all([*parts, *(core(ensure.formula) for ensure in case.ensures)])
            made = said if case.guard is None else self.nodes.choice(core(case.guard), said, made)
        common = [self._assigned(a.output.id, core(a.value)) for a in shared if a.value is not None]
        return self._all([*self._of_rounds, *common, made])

    def _assigned(self, output: str, value: Core) -> Core:
        if output in self.session.interface.ranges:
            return same_range(self.nodes, range_named(self.nodes, output), value)
        if output not in self.names.sets:
            return self.nodes.compare("==", self.variable(output), value)
        return same_set(self.nodes, self.variable(output), value) if self.names.free else self.nodes.true

    @cached_property
    def _unanswered(self) -> Core:
        return self._all([*self._of_rounds, unanswered(self.session.policy, self.names.of_policy)])

    def _all(self, parts: list[Core]) -> Core:
        return parts[0] if len(parts) == 1 else self.nodes.conjunction(tuple(parts)) if parts else self.nodes.true

    @property
    def leaves_open(self) -> bool:
        """Whether the policy may have no answer for reasons that `no_answer` does not look at: open outputs."""
        cases = self.session.policy.cases
        return any(case.ensures or leans_on_open(self.session.policy, case) for case in cases)
