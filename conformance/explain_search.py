"""Observations as goals for the solver: each says that the policy answers a request so, with the one configuration.

The engine is imported when it is asked: what is wrong with a file or a log is told without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from ..model.fold import folded
from ..model.instance import Instance, Range, Value
from ..model.queries import Fact, Goal, Holds
from ..model.set_outputs import put as _put
from ..model.set_outputs import range_named, same_range, same_set
from ..proofs.reply import No, Reply, Unknown, Yes
from ..spec import core
from ..spec.checked import CheckedPolicy
from ..spec.checked_parts import Placed
from ..spec.core import Core, Symbol, Written
from ..spec.nodes import Nodes
from ..spec.syntax import Expr, Label, Policy, Variable
from .replay import Observation, possible


class DistinguishingRequest(Struct, frozen=True):
    """A request, and an answer to it that some other configuration gives."""

    inputs: dict[str, Value]
    outputs: dict[str, Value | None]
    configuration: Instance


Box: TypeAlias = "dict[str, tuple[int, int]]"
"""For some inputs and outputs, the least and the largest word."""

Names: TypeAlias = "Mapping[Symbol, Core]"
"""What inputs and outputs are in some request."""


class ExplanationSearch:
    """What was seen of a policy, ready to be explained."""

    def __init__(self, policy: CheckedPolicy, seen: Sequence[Observation], budget: int) -> None:
        inputs = {v.name.id for v in policy.interface.inputs}
        self.nodes = nodes = policy.elaboration.nodes
        self._passing: list[Core] = []
        lasting: list[Placed] = []
        for placed in policy.assumptions:
            formula = policy.elaboration.of(placed.statement.formula)
            if formula.free & inputs:
                self._passing.append(formula)
            else:
                lasting.append(placed)
        variables = list(policy.interface.configs)
        asked = (*policy.interface.inputs, *policy.interface.outputs)
        variables += [replace(v, name=Label(next_of(v.name.id))) for v in asked]
        self.facts: list[Fact] = []
        for at, one in enumerate(seen):
            names: dict[Symbol, Core] = {name: _constant(nodes, value) for name, value in one.inputs.items()}
            for output in policy.interface.outputs:
                if output.name.id in one.outputs:
                    value = one.outputs[output.name.id]
                    known = bool(value) if output.type == "bool" else value
                    names[output.name.id] = _constant(nodes, known, "number")
                else:
                    copy = f"{output.name.id}@{at}"
                    names[output.name.id] = nodes.variable(copy)
                    variables.append(replace(output, name=Label(copy)))
            formula = self._explained(policy, names) if possible(policy, one) else nodes.false
            self.facts.append(Fact(f"seen {at}", formula))
        self.asked = policy
        from ..proofs.ask import Asker

        self.asker = Asker(_stage(policy, variables, lasting), budget, beyond=True)

    # ---- formulas ---------------------------------------------------------------------------------------

    def _explained(self, policy: CheckedPolicy, names: Names) -> Core:
        """The policy answers so, or its assumptions exclude the request."""
        nodes = self.nodes
        excluded = nodes.negation(self._admitted(names))
        return folded(nodes, nodes.disjunction((excluded, _answered(policy, names))))

    def _admitted(self, names: Names) -> Core:
        nodes = self.nodes
        return nodes.conjunction((nodes.true, *(_put(nodes, formula, names) for formula in self._passing)))

    def _distinguishes(self, configuration: Instance) -> Fact:
        """The next answer is one that the policy gives, but not with this configuration."""
        nodes, interface = self.nodes, self.asked.interface
        names: dict[Symbol, Core] = {
            v.name.id: nodes.variable(next_of(v.name.id)) for v in (*interface.inputs, *interface.outputs)
        }
        fixed: dict[Symbol, Core] = dict(names)
        for name, value in configuration.config.items():
            fixed[name] = _constant(nodes, value)
        otherwise = nodes.negation(self._explained(self.asked, fixed))
        parts = (self._admitted(names), _answered(self.asked, names), otherwise)
        return Fact("distinguishes", folded(nodes, nodes.conjunction(parts)))

    # ---- questions --------------------------------------------------------------------------------------

    def find(self, members: Sequence[int], size: int, *, smallest: bool = True) -> Instance | No | Unknown:
        """A configuration for some observations, of at most so many revisions in each set."""
        return _configured(self._asked(self._facts(members), size, smallest=smallest))

    def find_any_size(self, members: Sequence[int], tried: int) -> Instance | No | Unknown:
        """The same without a bound, where none of `tried` revisions in each set will do."""
        return _configured(self._asked_any_size(self._facts(members), tried))

    def distinguishing(
        self, configuration: Instance, members: Sequence[int], box: Box
    ) -> DistinguishingRequest | No | Unknown:
        """A request that is answered differently in some other configuration for some observations.

        Only the other's answer need be one that this configuration does not give. Request and answer are in the box.
        """
        nodes = self.nodes
        inside: list[Core] = []
        for name, (low, high) in box.items():
            word = nodes.variable(next_of(name))
            inside.append(nodes.compare("<=", nodes.constant(low, "word"), word))
            inside.append(nodes.compare("<=", word, nodes.constant(high, "word")))
        # Each box is looked at once: the solver need not keep it.
        within = Holds(nodes.conjunction((nodes.true, *inside)))
        facts = (*self._facts(members), within, self._distinguishes(configuration))
        reply = self._asked(facts, 3, smallest=False)
        if isinstance(reply, No):
            reply = self._asked_any_size(facts, 3)
        if not isinstance(reply, Yes):
            return reply
        example, interface = reply.example, self.asked.interface
        inputs = {v.name.id: example.instance.inputs[next_of(v.name.id)] for v in interface.inputs}
        outputs = {v.name.id: example.answer.outputs[next_of(v.name.id)] for v in interface.outputs}
        return DistinguishingRequest(
            inputs, outputs, Instance(example.instance.config, relations=example.instance.relations)
        )

    def _facts(self, members: Sequence[int]) -> tuple[Goal, ...]:
        return tuple(self.facts[at] for at in members)

    def _asked(self, goals: tuple[Goal, ...], size: int | None, *, smallest: bool) -> Reply:
        self.asker.begin()
        return self.asker.ask(goals, smallest=smallest, beside=True, upto=size)

    def _asked_any_size(self, goals: tuple[Goal, ...], tried: int) -> Reply:
        cutoff = self.asker.cutoff(goals)
        if cutoff is not None and all(size <= tried for size in cutoff.values()):
            return No()
        return self._asked(goals, None, smallest=True)


def _configured(reply: Reply) -> Instance | No | Unknown:
    if isinstance(reply, Yes):
        # Without the requests, which are named after observations.
        found = reply.example.instance
        return Instance(found.config, relations=found.relations)
    return reply


def _constant(nodes: Nodes, value: Value, written: Written = "word") -> Core:
    if isinstance(value, Range):
        return nodes.interval(nodes.constant(value.low, "word"), nodes.constant(value.high, "word"))
    if isinstance(value, tuple):
        return nodes.listed(tuple(nodes.constant(word, "word") for word in value))
    return nodes.constant(value, written)


def next_of(name: str) -> str:
    """What an input or output of the next request is called."""
    return f"{name}@next"


def _answered(policy: CheckedPolicy, names: Names) -> Core:
    """The outputs are what the first case that applies gives."""
    elaboration = policy.elaboration
    nodes = elaboration.nodes

    def put(expr: Expr) -> Core:
        return _put(nodes, elaboration.of(expr), names)

    def same(name: str, value: Core) -> Core:
        made = names[name]
        if name in policy.interface.ranges:
            # One that was not seen is a variable, which formulas have as its ends.
            known = range_named(nodes, str(made.symbol)) if isinstance(made, core.Variable) else made
            return same_range(nodes, known, value)
        return same_set(nodes, made, value) if name in policy.answered_sets else nodes.compare("==", made, value)

    made: Core = nodes.false
    for case in reversed(policy.cases):
        parts = [same(a.output.id, put(a.value)) for a in case.assignments if a.value is not None]
        answer = nodes.conjunction((nodes.true, *parts, *(put(ensure.formula) for ensure in case.ensures)))
        made = answer if case.guard is None else nodes.choice(put(case.guard), answer, made)
    return made


def _stage(policy: CheckedPolicy, variables: list[Variable], assumptions: list[Placed]) -> CheckedPolicy:
    """A policy without cases, for cutoff and encoding to work on."""
    interface = replace(policy.interface, variables={v.name.id: v for v in variables}, assumptions=(), invariants=())
    return replace(
        policy,
        declaration=Policy(policy.declaration.name, interface.declaration.name, None, ()),
        interface=interface,
        cases=(),
        assumptions=tuple(assumptions),
        invariants=(),
        refines=None,
        expects=(),
        nodes=policy.elaboration.nodes,
        lender=None,
    )
