"""Outputs that are sets: to formulas, each is the set that the case which answers assigns.

A case assigns a set of the configuration, of the request, one that is written out, or a choice of such. That is put
in where a formula reads the output: so the cutoff, and the rounds of a session, see no sets but those that they know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..spec import core
from ..spec.checked import CheckedPolicy
from ..spec.core import Core, Symbol
from ..spec.elaborate import Elaboration
from ..spec.intervals import range_of
from ..spec.nodes import Nodes

Terms = Mapping[Symbol, Core]


def set_terms(policy: CheckedPolicy, elaboration: Elaboration) -> list[dict[Symbol, Core]]:
    """For each case, the sets that it assigns, over the configuration, the inputs and the other outputs."""
    made: list[dict[Symbol, Core]] = []
    for case in policy.cases:
        values: dict[Symbol, Core] = {}
        for assign in case.assignments:
            name = assign.output.id
            if assign.value is not None and name in policy.answered_sets:
                values[name] = put(elaboration.nodes, elaboration.of(assign.value), values)
        made.append(values)
    return made


def put(nodes: Nodes, node: Core, values: Terms) -> Core:
    """A formula with sets in place of variables. What then asks of a choice of sets is a choice of what it asks."""
    if not values or node.free.isdisjoint(values):
        return node
    return _Putting(nodes, values).of(node)


def same_set(nodes: Nodes, one: Core, other: Core) -> Core:
    """Two sets have the same elements."""
    if one is other:
        return nodes.true
    if isinstance(other, core.Choice):
        one, other = other, one
    if isinstance(one, core.Choice):
        return nodes.choice(one.test, same_set(nodes, one.then, other), same_set(nodes, one.otherwise, other))
    return nodes.conjunction((within(nodes, one, other), within(nodes, other, one)))


def range_named(nodes: Nodes, name: str) -> Core:
    """The range that a variable is."""
    whole = nodes.variable(name)
    return nodes.interval(nodes.best("min", whole), nodes.best("max", whole))


def same_range(nodes: Nodes, one: Core, other: Core) -> Core:
    """Two ranges, or a range and `{}`, have the same revisions: the same ends, or both have none."""
    if one is other:
        return nodes.true
    if isinstance(other, core.Choice):
        one, other = other, one
    if isinstance(one, core.Choice):
        return nodes.choice(one.test, same_range(nodes, one.then, other), same_range(nodes, one.otherwise, other))
    pairs = [(end_of(nodes, "min", one), end_of(nodes, "min", other))]
    pairs.append((end_of(nodes, "max", one), end_of(nodes, "max", other)))
    same = nodes.conjunction(tuple(nodes.compare("==", left, right) for left, right in pairs))
    # What has nothing in it has no least revision.
    empty = [nodes.negation(nodes.compare("==", least, least)) for least in pairs[0]]
    return nodes.disjunction((same, nodes.conjunction(tuple(empty))))


def end_of(nodes: Nodes, kind: core.Optimum, of: Core) -> Core:
    """The least or the greatest revision of a range."""
    if range_of(of) is not None and isinstance(of, core.Interval):
        return of.high if kind == "max" else of.low
    return nodes.best(kind, of)


def range_within(nodes: Nodes, one: Core, other: Core) -> Core:
    """Every revision of a range is in a range or a set."""
    if isinstance(one, core.Choice):
        then, otherwise = range_within(nodes, one.then, other), range_within(nodes, one.otherwise, other)
        return nodes.choice(one.test, then, otherwise)
    if isinstance(other, core.Choice):
        then, otherwise = range_within(nodes, one, other.then), range_within(nodes, one, other.otherwise)
        return nodes.choice(other.test, then, otherwise)
    if not isinstance(other, core.Interval):
        return within(nodes, one, other)
    least, greatest = end_of(nodes, "min", one), end_of(nodes, "max", one)
    empty = nodes.negation(nodes.compare("==", least, least))
    return nodes.disjunction((empty, nodes.conjunction((nodes.member(least, other), nodes.member(greatest, other)))))


def within(nodes: Nodes, one: Core, other: Core) -> Core:
    """Every element of one set is in another."""
    variable = nodes.opened()
    outside = nodes.negation(nodes.member(variable, other))
    return nodes.negation(nodes.exists(variable, one, outside))


class _Putting:
    """One substitution; each node is looked at once."""

    def __init__(self, nodes: Nodes, values: Terms) -> None:
        self.nodes = nodes
        self.values = values
        self.done: dict[Core, Core] = {}

    def of(self, node: Core) -> Core:
        if node.free.isdisjoint(self.values):
            return node
        known = self.done.get(node)
        if known is None:
            known = self.done[node] = self._made(node)
        return known

    def _made(self, node: Core) -> Core:
        if isinstance(node, core.Variable):
            return self.values[node.symbol]
        made = self.nodes.rebuilt(node, self.of)
        match made:
            case core.Choice(then=then, otherwise=otherwise) if then is otherwise:
                return then
            case core.Exists(domain=core.Choice() as domain):
                return self._of_each(domain, lambda one: self._exists(made, one))
            case core.Extremum(domain=core.Choice() as domain):
                return self._of_each(domain, lambda one: self._extremum(made, one))
            case core.Member(item=item, domain=core.Choice() as domain):
                return self._of_each(domain, lambda one: self.nodes.member(item, one, made.origin))
            case _:
                return made

    def _of_each(self, domain: Core, of: Callable[[Core], Core]) -> Core:
        """What is said of a set, of each that it may be."""
        if not isinstance(domain, core.Choice):
            return of(domain)
        then, otherwise = self._of_each(domain.then, of), self._of_each(domain.otherwise, of)
        return then if then is otherwise else self.nodes.choice(domain.test, then, otherwise)

    # The variable of a binder is closed anew: that an element is in its own set is then seen to be true.

    def _exists(self, node: core.Exists, domain: Core) -> Core:
        variable = self.nodes.opened()
        body = self.nodes.put(node.body, {node.bound: variable})
        return self.nodes.exists(variable, domain, body, node.origin)

    def _extremum(self, node: core.Extremum, domain: Core) -> Core:
        variable = self.nodes.opened()
        where = self.nodes.put(node.where, {node.bound: variable})
        return self.nodes.extremum(node.kind, variable, domain, where, node.origin)
