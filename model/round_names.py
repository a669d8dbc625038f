"""What requests and outputs are called in the rounds of a session, and which requests are the same."""

from __future__ import annotations

from functools import cached_property

from msgspec.structs import replace

from ..spec import syntax
from ..spec.checked import CheckedSession
from ..spec.core import Core, Symbol, Variable
from ..spec.elaborate import Elaboration
from ..spec.nodes import Nodes
from .fold import folded
from .set_outputs import put, range_named, range_within, same_range, same_set, set_terms, within
from .stage import ClosedRule, known_variable

# Names that nobody can write.
AGREED = "@agreed"
NEXT = "@next"
"""The request that a rule makes after the last round looked at."""


class RoundNames:
    """The copies of request and outputs, one for each round.

    A set in a message has none: it is what host and policy make it, put in, so that no set has to be as large as
    another. With `free`, it has a copy as all else has: for rounds that need not be a session's first.
    """

    def __init__(self, session: CheckedSession, start: Core, rules: list[ClosedRule], *, free: bool) -> None:
        interface = session.interface
        self.session = session
        self.start = start
        self.rules = rules
        self.free = free
        self.nodes: Nodes = session.elaboration.nodes
        self.request = interface.inputs[0].name.id
        self.asks_sets = interface.inputs[0].type == "set"
        self.asks_ranges = interface.inputs[0].type == "range"
        self.codes = interface.named.get(self.request, {})
        self.sets = [v.name.id for v in interface.outputs if v.type == "set"]
        self._of_rounds: dict[int, dict[Symbol, Core]] = {}
        self._requested: dict[int, Core] = {}

    def variables(self, rounds: int) -> list[syntax.Variable]:
        """Those that so many rounds speak of."""
        interface = self.session.interface
        made = list(interface.configs)
        if self.session.host.knows.varies:
            made.append(known_variable(self.session.host))
        messages = [v for v in (interface.inputs[0], *interface.outputs) if self._has_copies(v)]
        made += [self._copy(variable, at) for at in range(1, rounds + 1) for variable in messages]
        # They follow from the rest.
        made.append(syntax.Variable("output", syntax.Label(AGREED), "revision"))
        if self.free or not self.asks_sets:
            made.append(replace(interface.inputs[0], role="output", name=syntax.Label(NEXT)))
        return made

    def _has_copies(self, variable: syntax.Variable) -> bool:
        return variable.type != "set" or self.free or self._is_open(variable)

    def _is_open(self, variable: syntax.Variable) -> bool:
        return any(variable.name.id in case.unspecified for case in self.session.policy.cases)

    def _copy(self, variable: syntax.Variable, at: int) -> syntax.Variable:
        # What no case leaves open follows from the configuration.
        chosen = self._is_open(variable) and not (self.free and variable.type == "set")
        role = "input" if chosen else "output"
        return replace(variable, role=role, name=syntax.Label(copy_of(variable.name.id, at)))

    def at(self, round_: int) -> dict[Symbol, Core]:
        """What request and outputs are in a round; rounds count from 1."""
        known = self._of_rounds.get(round_)
        if known is None:
            names = (self.request, *(v.name.id for v in self.session.interface.outputs))
            known = self._of_rounds[round_] = {name: self._variable(copy_of(name, round_)) for name in names}
            if not self.free:
                if self.asks_sets:
                    known[self.request] = self.requested(round_)
                known |= {name: put(self.nodes, term, dict(known)) for name, term in self._answered.items()}
        return known

    def _variable(self, name: str) -> Core:
        return self.nodes.variable(name)

    @cached_property
    def of_policy(self) -> Elaboration:
        return self.session.policy.elaborated(self.nodes)

    @cached_property
    def _answered(self) -> dict[Symbol, Core]:
        """What each output is that is a set, by the case that applies."""
        policy, nodes, of = self.session.policy, self.nodes, self.of_policy.of
        made: dict[Symbol, Core] = {}
        terms = set_terms(policy, self.of_policy)
        for name in self.sets:
            chosen: Core = nodes.listed(())
            for case, values in reversed([*zip(policy.cases, terms, strict=True)]):
                term = values.get(name, nodes.variable(name))
                chosen = term if case.guard is None else nodes.choice(of(case.guard), term, chosen)
            made[name] = chosen
        return made

    def requested(self, round_: int) -> Core:
        """The request of a round."""
        if self.free or not self.asks_sets:
            return self._variable(copy_of(self.request, round_))
        known = self._requested.get(round_)
        if known is None:
            known = self.start if round_ == 1 else self.put(self._next, self.at(round_ - 1))
            self._requested[round_] = known
        return known

    @cached_property
    def _next(self) -> Core:
        """The set that the host asks for next, where it asks again."""
        nodes = self.nodes
        made: Core = nodes.listed(())
        for rule in reversed(self.rules):
            asked = rule.revision if rule.kind == "request" and rule.revision is not None else nodes.listed(())
            made = asked if rule.guard is None else nodes.choice(rule.guard, asked, made)
        return made

    def put(self, formula: Core, names: dict[Symbol, Core]) -> Core:
        """A formula over the names of a round, or over others."""
        if self.asks_sets or self.sets:
            return folded(self.nodes, put(self.nodes, formula, names))
        return folded(self.nodes, self.nodes.put(formula, names))

    # ---- requests ---------------------------------------------------------------------------------------

    def same(self, one: Core, other: Core) -> Core:
        """Two requests are the same."""
        if self.asks_ranges:
            return same_range(self.nodes, self._whole(one), self._whole(other))
        return same_set(self.nodes, one, other) if self.asks_sets else self.nodes.compare("==", one, other)

    def _whole(self, request: Core) -> Core:
        """A request that is a range, as formulas have it."""
        if isinstance(request, Variable) and isinstance(request.symbol, str):
            return range_named(self.nodes, request.symbol)
        return request

    def is_among(self, request: Core, upto: int) -> Core:
        """A request is one of the first so many."""
        asked = tuple(self.requested(at) for at in range(1, upto + 1))
        if not (self.asks_sets or self.asks_ranges):
            return self.nodes.member(request, self.nodes.listed(asked))
        return self.nodes.disjunction((self.nodes.false, *(self.same(request, one) for one in asked)))

    def is_known(self, request: Core, known: Core) -> Core:
        """A request is for what the host knows, or by name."""
        nodes = self.nodes
        if self.asks_sets:
            return within(nodes, request, known)
        if self.asks_ranges:
            return range_within(nodes, self._whole(request), known)
        inside = nodes.member(request, known)
        if not self.codes:
            return inside
        codes = nodes.listed(
            tuple(nodes.constant(code, "word", syntax.Name(name)) for name, code in self.codes.items())
        )
        return nodes.disjunction((inside, nodes.member(request, codes)))


def copy_of(name: str, at: int) -> str:
    """The name of a request or output in a round."""
    return f"{name}@{at}"
