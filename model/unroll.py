"""Sessions, symbolically: rounds as formulas over copies of the request and the outputs, one for each round.

A run of a session is a configuration and, for each round, a request and a reply. Round by round it is spelled out here
as formulas of the language itself, so that the cutoff and the encoding mean the same by them as by any other. What
these formulas say is checked against `run.py`, which plays sessions without them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Literal, TypeAlias

from msgspec.structs import replace

from ..spec.borrow import closed_defines
from ..spec.checked import KNOWN, CheckedHost, CheckedInterface, CheckedPolicy, CheckedSession, Placed
from ..spec.defines import reads
from ..spec.syntax import (
    Accept,
    Action,
    And,
    Boolean,
    Comparison,
    Define,
    Expr,
    GiveUp,
    If,
    IsEmpty,
    Label,
    Member,
    Name,
    Not,
    Number,
    Policy,
    Request,
    Rule,
    SetLiteral,
    Statement,
    Variable,
)
from .answering import unanswered, undefined
from .fold import folded
from .goals import Fact, leans_on_open
from .inline import NOTHING, Inliner

Ending: TypeAlias = Literal["accepted", "gave_up", "loops"]
ENDINGS: tuple[Ending, ...] = ("accepted", "gave_up", "loops")

# Names that nobody can write, and that `Inliner` makes for no variable.
AGREED = "@agreed"
NEXT = "@next"
"""The request that a rule makes after the last round looked at."""

_Says: TypeAlias = Callable[[Action], Expr]
_TRUE = Boolean(value=True)
_FALSE = Boolean(value=False)


def closed_host(host: CheckedHost, within: CheckedPolicy | None = None) -> tuple[Expr, tuple[Rule, ...]]:
    """A host's first request and its rules, `define`s put in; abstract ones are those of the policy that answers."""
    defines = closed_defines(host, within)

    def closed(expr: Expr) -> Expr:
        # Folded here, before a copy is made for each round: what a list is asked of itself is much of it.
        return folded(Inliner(defines, spelled=True).inline(expr))

    rules: list[Rule] = []
    for rule in host.rules:
        action = rule.action
        if isinstance(action, (Request, Accept)):
            action = replace(action, revision=closed(action.revision))
        rules.append(replace(rule, guard=None if rule.guard is None else closed(rule.guard), action=action))
    return closed(host.start), tuple(rules)


class Unrolled:
    """The first `rounds` rounds of a session.

    `policy` has no cases: its interface has the configuration, `known` where the host knows any revisions, and the
    copies of request and outputs; its assumptions are those that speak of configurations only.
    """

    def __init__(self, session: CheckedSession, rounds: int) -> None:
        self.session = session
        self.rounds = rounds
        self.start, self.rules = closed_host(session.host, session.policy)
        interface = session.interface
        self.request = interface.inputs[0].name.id
        self.outputs = [v.name.id for v in interface.outputs]
        inputs = {v.name.id for v in interface.inputs}
        self._of_rounds: list[Expr] = []
        lasting: list[Placed] = []
        for placed in session.assumptions:
            formula = Inliner(session.defines).inline(placed.statement.formula)
            if reads(placed.statement.formula, session.defines) & inputs:
                self._of_rounds.append(formula)
            else:
                lasting.append(Placed(replace(placed.statement, formula=formula), placed.source))
        self.policy = stage(session.host, session.defines, session.declaration.name, self._variables(), lasting)

    def _variables(self) -> list[Variable]:
        interface = self.session.interface
        made = list(interface.configs)
        if self.session.host.knows.revisions is None:
            made.append(Variable("config", Label(KNOWN), "set"))
        for at in range(1, self.rounds + 1):
            made.append(self._copy(interface.inputs[0], at))
            made += [self._copy(v, at) for v in interface.outputs]
        # They follow from the rest.
        made += [Variable("output", Label(name), "revision") for name in (AGREED, NEXT)]
        return made

    def _copy(self, variable: Variable, at: int) -> Variable:
        # What no case leaves open follows from the configuration.
        open_ = any(variable.name.id in case.unspecified for case in self.session.policy.cases)
        role = "input" if open_ else "output"
        return Variable(role, Label(copy_of(variable.name.id, at)), variable.type)

    def names(self, at: int) -> dict[str, Expr]:
        """What request and outputs are called in a round; rounds count from 1."""
        return {name: Name(copy_of(name, at)) for name in (self.request, *self.outputs)}

    # ---- what happens in a round ------------------------------------------------------------------------

    def opening(self) -> Fact:
        """The first request is what the host starts with."""
        return Fact("start", Comparison("==", Name(copy_of(self.request, 1)), self.start))

    def round(self, at: int) -> Fact:
        """The policy answers the request of a round."""
        return Fact(f"round {at}", self._within(at, self._answered))

    def moves(self, at: int) -> Fact:
        """After a round, the host makes the request of the next."""
        following = Name(copy_of(self.request, at + 1))
        return Fact(f"moves {at}", self._within(at, self._acts(lambda a: _requests(a, following))))

    def is_new(self, at: int) -> Fact:
        """The request of a round has not been made before it."""
        return Fact(f"new {at}", Not(Member(Name(copy_of(self.request, at)), self._asked(at - 1))))

    def ends(self, at: int, ending: Ending) -> Fact:
        """After a round the session ends: by an acceptance, by giving up, or by asking again what was asked before."""

        def acts(action: Action) -> Expr:
            match action:
                case Accept(revision=revision) if ending == "accepted":
                    return Comparison("==", Name(AGREED), revision)
                case Request() if ending == "loops":
                    return And((_requests(action, Name(NEXT)), Member(Name(NEXT), self._asked(at))))
                case GiveUp() if ending == "gave_up":
                    return _TRUE
                case _:
                    return _FALSE

        return Fact(f"{ending} {at}", self._within(at, self._acts(acts)))

    def strays(self, at: int) -> Fact:
        """The request after a round (the first, after round 0) is for a revision that the host does not know."""
        asks = self.asks(at).formula if at else Comparison("==", Name(NEXT), self.start)
        # What the assumptions rule out is not asked for in any run.
        inliner = Inliner(self.policy.defines)
        admitted = [inliner.inline(formula, {self.request: Name(NEXT)}) for formula in self._of_rounds]
        return Fact(f"strays {at}", _all([asks, Member(Name(NEXT), self.known, negated=True), *admitted]))

    def unknown_among(self, upto: int) -> Fact:
        """One of the first requests is for a revision that the host does not know."""
        known = [Member(Name(copy_of(self.request, at)), self.known) for at in range(1, upto + 1)]
        return Fact(f"unknown among {upto}", folded(Not(_all(list[Expr](known)))))

    def admitted(self, at: int) -> Fact:
        """The request of a round meets the assumptions."""
        return Fact(f"admitted {at}", self._within(at, _all(self._of_rounds)))

    @property
    def limiting(self) -> list[str]:
        """The names of the assumptions that speak of the input."""
        session = self.session
        inputs = {v.name.id for v in session.interface.inputs}
        placed = (p.statement for p in session.assumptions if reads(p.statement.formula, session.defines) & inputs)
        return [statement.name.id for statement in placed]

    @property
    def rules_out(self) -> bool:
        """Whether an assumption speaks of the input: then a run may be left out for what is asked late in it."""
        return bool(self._of_rounds)

    def asks(self, at: int) -> Fact:
        """After a round, the host makes another request, whichever."""
        return Fact(f"asks {at}", self._within(at, self._acts(lambda a: _requests(a, Name(NEXT)))))

    def mute(self) -> Fact:
        """The first request has no value."""
        return Fact("mute", undefined(self.start))

    def silent(self, at: int) -> Fact:
        """The policy has no answer to the request of a round."""
        return Fact(f"silent {at}", self._within(at, self._unanswered))

    def idle(self, at: int) -> Fact:
        """After a round no rule applies, or what the one that does asks for or accepts has no value."""
        return Fact(f"idle {at}", self._within(at, self._acts(_acts_on_nothing, otherwise=_TRUE)))

    @cached_property
    def known(self) -> Expr:
        return Inliner(self.session.defines).inline(Name(KNOWN))

    def formula(self, expr: Expr, at: int, ending: Ending | None, count: int | None = None) -> Expr:
        """A formula over the end of a session, or, without an ending, over the state after a round.

        At its end there were `count` rounds: as many as there are copies up to the last, where nothing else is said.
        """
        names = self.names(at)
        if ending is not None:
            names |= {
                "accepted": Boolean(ending == "accepted"),
                "gave_up": Boolean(ending == "gave_up"),
                "agreed": Name(AGREED) if ending == "accepted" else NOTHING,
                "rounds": NOTHING if ending == "loops" else Number(at if count is None else count),
            }
        if ending == "loops":
            # There is no last round.
            for variable in (*self.session.interface.inputs, *self.session.interface.outputs):
                names[variable.name.id] = _FALSE if variable.type == "bool" else NOTHING
        return folded(Inliner(self.session.defines, spelled=True).inline(expr, names))

    # ---- formulas over the names of a round -------------------------------------------------------------

    def _within(self, at: int, formula: Expr) -> Expr:
        return folded(Inliner(self.policy.defines).inline(formula, self.names(at)))

    def _asked(self, upto: int) -> SetLiteral:
        return SetLiteral(tuple(Name(copy_of(self.request, at)) for at in range(1, upto + 1)))

    def _acts(self, says: _Says, otherwise: Expr = _FALSE) -> Expr:
        """What the first rule that applies does meets `says`; `otherwise`, where none applies."""
        made = otherwise
        for rule in reversed(self.rules):
            did = says(rule.action)
            made = did if rule.guard is None else If(rule.guard, did, made)
        return made

    @cached_property
    def _answered(self) -> Expr:
        """The outputs are what the first case that applies assigns."""
        policy = self.session.policy
        inliner = Inliner(policy.defines)
        shared = [a for a in policy.cases[0].assignments if all(a in case.assignments for case in policy.cases)]
        made: Expr = _FALSE
        for case in reversed(policy.cases):
            parts = [
                Comparison("==", Name(a.output.id), inliner.inline(a.value))
                for a in case.assignments
                if a.value is not None and a not in shared
            ]
            said = _all([*parts, *(inliner.inline(ensure.formula) for ensure in case.ensures)])
            made = said if case.guard is None else If(inliner.inline(case.guard), said, made)
        common = [Comparison("==", Name(a.output.id), inliner.inline(a.value)) for a in shared if a.value is not None]
        return _all([*self._of_rounds, *common, made])

    @cached_property
    def _unanswered(self) -> Expr:
        return _all([*self._of_rounds, unanswered(self.session.policy)])

    @property
    def leaves_open(self) -> bool:
        """Whether the policy may have no answer for reasons that `stuck` does not look at: open outputs."""
        cases = self.session.policy.cases
        return any(case.ensures or leans_on_open(self.session.policy, case) for case in cases)


def copy_of(name: str, at: int) -> str:
    """The name of a request or output in a round."""
    return f"{name}@{at}"


def stage(
    host: CheckedHost, defines: dict[str, Define], name: Label, variables: list[Variable], assumptions: list[Placed]
) -> CheckedPolicy:
    """A policy without cases for some variables, for cutoff and encoding to work on."""
    interface = host.interface
    abstract = {name: define for name, define in defines.items() if define.body is None}
    if host.knows.revisions is None:
        some = IsEmpty(Name(KNOWN), negated=True)
        assumptions = [*assumptions, Placed(Statement("assume", Label(KNOWN), some), host.source)]
    made = CheckedInterface(
        interface.declaration,
        interface.source,
        interface.layout,
        {v.name.id: v for v in variables},
        interface.constants,
        abstract,
        (),
        (),
    )
    declaration = Policy(name, interface.declaration.name, None, ())
    return CheckedPolicy(declaration, host.source, made, (), abstract, tuple(assumptions), (), None, ())


def _requests(action: Action, next_: Expr) -> Expr:
    return Comparison("==", next_, action.revision) if isinstance(action, Request) else _FALSE


def _acts_on_nothing(action: Action) -> Expr:
    return _FALSE if isinstance(action, GiveUp) else undefined(action.revision)


def _all(parts: list[Expr]) -> Expr:
    return parts[0] if len(parts) == 1 else And(tuple(parts)) if parts else _TRUE
