"""Core formulas with what is constant in them worked out: `true` and `false`, and literals compared with each other."""

from __future__ import annotations

from collections.abc import Iterable

from ..spec import core
from ..spec.core import Core
from ..spec.nodes import Nodes


def folded(nodes: Nodes, node: Core) -> Core:
    """An equivalent formula or term without needless `true` and `false` beneath connectives."""
    return _Folding(nodes).of(node)


class _Folding:
    """One formula; each of its nodes is looked at once."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.done: dict[Core, Core] = {}

    def of(self, node: Core) -> Core:
        known = self.done.get(node)
        if known is None:
            known = self.done[node] = self._folded(node)
        return known

    def _folded(self, node: Core) -> Core:
        nodes, origin = self.nodes, node.origin
        match node:
            case core.Not(operand=operand):
                return self._not(self.of(operand), node)
            case core.And(operands=operands):
                return self._joined(node, [self.of(operand) for operand in operands], nodes.true)
            case core.Or(operands=operands):
                return self._joined(node, [self.of(operand) for operand in operands], nodes.false)
            case core.Same(left=left, right=right):
                return self._same(self.of(left), self.of(right), node)
            case core.Choice(test=test, then=then, otherwise=otherwise):
                known = self.of(test)
                if isinstance(known, core.Constant):
                    return self.of(then if known.value else otherwise)
                return self._choice(node, known, self.of(then), self.of(otherwise))
            case core.Compare(operator=operator, left=left, right=right):
                one, other = self.of(left), self.of(right)
                truth = _compared(operator, one, other)
                return nodes.compare(operator, one, other, origin) if truth is None else nodes.truth(truth)
            case core.Member(item=item, domain=core.Listed(items=items)):
                return self._member(node, self.of(item), items)
            case core.Exists(bound=bound, domain=domain, body=body):
                number, inner = nodes.renumbered(bound, self.of(body))
                return nodes.closed_exists(number, self.of(domain), inner, origin)
            case core.Extremum(kind=kind, bound=bound, domain=domain, where=where):
                number, inner = nodes.renumbered(bound, self.of(where))
                return nodes.closed_extremum(kind, number, domain, inner, origin)
            case _:
                return node

    def _not(self, inner: Core, node: Core) -> Core:
        if isinstance(inner, core.Constant):
            return self.nodes.truth(not inner.value)
        return self.nodes.negation(inner, node.origin)

    def _joined(self, node: core.And | core.Or, parts: list[Core], neutral: Core) -> Core:
        nodes = self.nodes
        kept = tuple(part for part in parts if part is not neutral)
        decisive = nodes.false if neutral is nodes.true else nodes.true
        if decisive in kept:
            return decisive
        if len(kept) < 2:
            return kept[0] if kept else neutral
        join = nodes.conjunction if isinstance(node, core.And) else nodes.disjunction
        return join(kept, node.origin)

    def _same(self, one: Core, other: Core, node: Core) -> Core:
        if isinstance(one, core.Constant):
            one, other = other, one
        if isinstance(other, core.Constant):
            return one if other.value else self._not(one, node)
        return self.nodes.same(one, other, node.origin)

    def _choice(self, node: core.Choice, test: Core, yes: Core, no: Core) -> Core:
        nodes = self.nodes
        if yes is no:
            return yes
        if nodes.false in (yes, no):
            kept, met = (no, self._not(test, test)) if yes is nodes.false else (yes, test)
            # Flat, for those that go through the parts.
            flat = (met, *(kept.operands if isinstance(kept, core.And) else (kept,)))
            return self.of(nodes.conjunction(flat, node.origin))
        return nodes.choice(test, yes, no, node.origin)

    def _member(self, node: core.Member, item: Core, items: tuple[Core, ...]) -> Core:
        nodes = self.nodes
        if items and not _is_literal(item) and all(_is_literal(other) for other in items):
            return nodes.member(item, node.domain, node.origin)
        among = tuple(self.of(other) for other in items)
        same = [_compared("==", item, other) for other in among]
        if True in same or None not in same:
            return nodes.truth(True in same)
        return nodes.member(item, nodes.listed(among, node.domain.origin), node.origin)


def _compared(operator: core.Operator, left: Core, right: Core) -> bool | None:
    """The truth of a comparison of two literals; None of any other."""
    if not (isinstance(left, core.Constant) and isinstance(right, core.Constant)):
        return None
    if not (_is_literal(left) and _is_literal(right)):
        return None
    match operator:
        case "==":
            return left.value == right.value
        case "<":
            return left.value < right.value
        case "<=":
            return left.value <= right.value


def _is_literal(node: Core) -> bool:
    """A revision or a number, and none of an enumeration."""
    return isinstance(node, core.Constant) and not isinstance(node.value, bool) and node.written != "name"


def all_of(nodes: Nodes, parts: Iterable[Core]) -> Core:
    """`and` of any number of formulas, folded."""
    return folded(nodes, nodes.conjunction(tuple(parts)))


def any_of(nodes: Nodes, parts: Iterable[Core]) -> Core:
    """`or` of any number of formulas, folded."""
    return folded(nodes, nodes.disjunction(tuple(parts)))
