"""Intervals without quantifiers: what formulas say of all revisions of one, said of its ends.

Where a body compares the variable with terms that do not read it, some revision of an interval meets it iff the least
one that meets the lower bounds does, or the greatest one that meets the upper ones: a virtual substitution, as Loos and
Weispfenning have it for linear orders (Applying linear quantifier elimination, 1993). Here the order is discrete, and
words with reserved bits lie between its elements, so an end stands for a bound where that is well formed and included;
else it is the greatest revision of the interval below the upper bounds, which is a term of the core.

What cannot be said so keeps its quantifier.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from . import core
from .core import Core
from .ways import Bound, Literal, TooManyWays, Way, Ways, bound_of, equal_to, last_field_of, set_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .nodes import Nodes
    from .words import Format


class Intervals(Struct, eq=False):
    """Rewrites closed formulas and terms. The words in `formed`, and the members of sets there, are well formed."""

    nodes: Nodes
    format: Format
    formed: frozenset[str]
    _done: dict[Core, Core] = field(default_factory=dict[Core, Core])
    _ranged: dict[Core, bool] = field(default_factory=dict[Core, bool])

    def of(self, node: Core) -> Core:
        """An equivalent formula, term or set."""
        if not self._has_interval(node):
            return node
        known = self._done.get(node)
        if known is None:
            known = self._done[node] = self._made(node)
        return known

    def _has_interval(self, node: Core) -> bool:
        known = self._ranged.get(node)
        if known is None:
            known = isinstance(node, core.Interval) or any(map(self._has_interval, core.parts_of(node)))
            self._ranged[node] = known
        return known

    def _made(self, node: Core) -> Core:
        made = self.nodes.rebuilt(node, self.of)
        match made:
            case core.Exists() if core.may_be_interval(made.domain):
                return self._exists(made, made.domain)
            case core.Extremum() if core.may_be_interval(made.domain):
                return self._extremum(made, made.domain)
            case _:
                return made

    # ---- some revision ----------------------------------------------------------------------------------

    def _exists(self, node: core.Exists, domain: Core) -> Core:
        nodes = self.nodes
        match domain:
            case core.Choice(test=test, then=then, otherwise=otherwise):
                return nodes.choice(test, self._exists(node, then), self._exists(node, otherwise), node.origin)
            case core.Interval():
                try:
                    ways = Ways(self.nodes, self.format, node.bound).of(node.body, True)
                except TooManyWays:
                    return nodes.closed_exists(node.bound, domain, node.body, node.origin)
                return self._any([self._one(node, domain, way) for way in ways])
            case _:
                return nodes.closed_exists(node.bound, domain, node.body, node.origin)

    def _one(self, node: core.Exists, domain: core.Interval, way: Way) -> Core:
        """Some revision of the interval meets all of these."""
        nodes, bound = self.nodes, node.bound
        outside = [self._said(literal) for literal in way if bound not in literal[0].free]
        inside = [literal for literal in way if bound in literal[0].free]
        bounds = [bound_of(part, bound) if truth else None for part, truth in inside]
        equal, term = next(((one, t) for one in inside if (t := equal_to(one, bound)) is not None), (None, None))
        within, among = next(((one, s) for one in inside if (s := set_of(one, bound)) is not None), (None, None))
        if term is not None:
            # It is that term, if that is in the interval.
            rest = [self._said(literal) for literal in inside if literal is not equal]
            put = [self.of(nodes.put(one, {bound: term})) for one in rest]
            return self._all([*outside, nodes.member(term, domain), *put])
        if among is not None:
            # The set's elements are gone through, and not the interval's.
            variable = nodes.opened()
            rest = [nodes.put(self._said(one), {bound: variable}) for one in inside if one is not within]
            body = self._all([nodes.member(variable, domain), *rest])
            return self._all([*outside, nodes.exists(variable, among, body, node.origin)])
        known = [one for one in bounds if one is not None]
        if len(known) == len(inside):
            return self._all([*outside, self._meet(domain, known)])
        best, met = self._by_last_field("max", domain, inside, bound)
        if best is not None:
            return self._all([*outside, *met])
        number, body = nodes.renumbered(bound, self._all([self._said(one) for one in inside]))
        return self._all([*outside, nodes.closed_exists(number, domain, body, node.origin)])

    def _meet(self, domain: core.Interval, bounds: list[Bound]) -> Core:
        """Some revision of the interval keeps to the bounds."""
        lower = [Bound(domain.low, lower=True, strict=False), *(one for one in bounds if one.lower)]
        upper = [Bound(domain.high, lower=False, strict=False), *(one for one in bounds if not one.lower)]
        if all(map(self._attained, lower)) or all(map(self._attained, upper)):
            pairs = [(a, b) for a in lower for b in upper]
            return self._all([self._below(a.term, b.term, a.strict or b.strict) for a, b in pairs])
        greatest = self._extreme("max", domain, upper[1:])
        return self._all([self._below(one.term, greatest, one.strict) for one in lower])

    def _extreme(self, kind: core.Optimum, domain: core.Interval, bounds: list[Bound]) -> Core:
        """The greatest or the least revision of the interval that keeps to some bounds."""
        nodes = self.nodes
        variable = nodes.opened()
        kept = [
            self._below(one.term, variable, one.strict) if one.lower else self._below(variable, one.term, one.strict)
            for one in bounds
        ]
        return nodes.extremum(kind, variable, domain, self._all(kept))

    def _below(self, left: Core, right: Core, strict: bool) -> Core:
        return self.nodes.compare("<" if strict else "<=", left, right)

    def _attained(self, bound: Bound) -> bool:
        return not bound.strict and self._is_well_formed(bound.term)

    def _is_well_formed(self, term: Core) -> bool:
        """A term is a well-formed revision wherever it has a value."""
        match term:
            case core.Constant(value=value):
                return self.format.well_formed(value)
            case core.Variable(symbol=symbol):
                return symbol in self.formed
            case core.Choice(then=then, otherwise=otherwise):
                return self._is_well_formed(then) and self._is_well_formed(otherwise)
            case core.Replaced(of=core.Constant() as of, parts=parts):
                fields = sum(((1 << width) - 1) << low for low, width, _ in parts)
                return self._is_well_formed(of) and not fields & self.format.reserved_mask
            case core.Extremum(domain=domain):
                return self._has_well_formed(domain)
            case _:
                return False

    def _has_well_formed(self, domain: Core) -> bool:
        match domain:
            case core.Variable(symbol=symbol):
                return symbol in self.formed
            case core.Interval():
                return True
            case core.Listed(items=items):
                return all(map(self._is_well_formed, items))
            case core.Choice(then=then, otherwise=otherwise):
                return self._has_well_formed(then) and self._has_well_formed(otherwise)
            case _:
                return False

    # ---- the greatest and the least ---------------------------------------------------------------------

    def _extremum(self, node: core.Extremum, domain: Core) -> Core:
        nodes = self.nodes
        match domain:
            case core.Choice(test=test, then=then, otherwise=otherwise):
                return nodes.choice(test, self._extremum(node, then), self._extremum(node, otherwise), node.origin)
            case core.Interval():
                end = self._end(node, domain)
                if end is not None:
                    return end
                try:
                    ways = Ways(self.nodes, self.format, node.bound).of(node.where, True)
                except TooManyWays:
                    return nodes.closed_extremum(node.kind, node.bound, domain, node.where, node.origin)
                best = [self._best(node, domain, way) for way in ways]
                return best[0] if len(best) == 1 else nodes.best(node.kind, nodes.listed(tuple(best)), node.origin)
            case _:
                return nodes.closed_extremum(node.kind, node.bound, domain, node.where, node.origin)

    def _end(self, node: core.Extremum, domain: core.Interval) -> Core | None:
        """The end of an interval that is written by its ends, where those are of one range."""
        if not core.is_true(node.where) or range_of(domain) is None:
            return None
        return domain.high if node.kind == "max" else domain.low

    def _best(self, node: core.Extremum, domain: core.Interval, way: Way) -> Core:
        """The greatest, or the least, revision of the interval that meets all of these."""
        nodes, bound = self.nodes, node.bound
        outside = [self._said(literal) for literal in way if bound not in literal[0].free]
        inside = [literal for literal in way if bound in literal[0].free]
        equal, term = next(((one, t) for one in inside if (t := equal_to(one, bound)) is not None), (None, None))
        within, among = next(((one, s) for one in inside if (s := set_of(one, bound)) is not None), (None, None))
        if term is not None:
            rest = [self._said(literal) for literal in inside if literal is not equal]
            put = [self.of(nodes.put(one, {bound: term})) for one in rest]
            return self._where([*outside, nodes.member(term, domain), *put], term, node)
        if among is not None:
            variable = nodes.opened()
            rest = [nodes.put(self._said(one), {bound: variable}) for one in inside if one is not within]
            body = self._all([nodes.member(variable, domain), *rest])
            return self._where(outside, nodes.extremum(node.kind, variable, among, body, node.origin), node)
        best, met = self._by_last_field(node.kind, domain, inside, bound)
        if best is not None:
            return self._where([*outside, *met], best, node)
        number, body = nodes.renumbered(bound, self._all([self._said(one) for one in inside]))
        return self._where(outside, nodes.closed_extremum(node.kind, number, domain, body, node.origin), node)

    def _by_last_field(
        self, kind: core.Optimum, domain: core.Interval, inside: list[Literal], bound: int
    ) -> tuple[Core | None, list[Core]]:
        """The only candidate for an extremum with a certain last field, and what it has to meet; None for other bodies.

        Going down, that is the greatest revision that keeps to the upper bounds, with its last field exchanged; where
        this makes it greater, the same of the greatest revision below all that have its other fields.
        """
        nodes = self.nodes
        fields = [(one, found) for one in inside if (found := last_field_of(one, bound, self.format)) is not None]
        bounds = [bound_of(part, bound) if truth else None for part, truth in inside]
        known = [one for one in bounds if one is not None]
        if len(fields) != 1 or len(known) + 1 != len(inside):
            return None, []
        (_, (field, number)), down = fields[0], kind == "max"
        towards = [one for one in known if one.lower is not down]
        against = [Bound(domain.low, True, False) if down else Bound(domain.high, False, False)]
        against += [one for one in known if one.lower is down]

        def put(word: Core, value: Core) -> Core:
            return nodes.replaced(word, ((field.low, field.width, value),))

        end = self._extreme(kind, domain, towards)
        beyond = put(end, nodes.constant(0 if down else (1 << field.width) - 1))
        farther = self._extreme(kind, domain, [Bound(beyond, lower=not down, strict=True)])
        near, far = put(end, number), put(farther, number)
        within = self._below(near, end, False) if down else self._below(end, near, False)
        best = nodes.choice(within, near, far)
        met = [
            self._below(one.term, best, one.strict) if down else self._below(best, one.term, one.strict)
            for one in against
        ]
        return best, met

    def _where(self, conditions: list[Core], term: Core, node: core.Extremum) -> Core:
        nodes = self.nodes
        return nodes.choice(self._all(conditions), term, nodes.nothing(), node.origin) if conditions else term

    # ---- put together -----------------------------------------------------------------------------------

    def _said(self, literal: Literal) -> Core:
        node, truth = literal
        return node if truth else self.nodes.negation(node)

    def _all(self, parts: Iterable[Core]) -> Core:
        kept = tuple(dict.fromkeys(part for part in parts if part is not self.nodes.true))
        return self.nodes.conjunction(kept) if len(kept) > 1 else kept[0] if kept else self.nodes.true

    def _any(self, parts: Iterable[Core]) -> Core:
        kept = tuple(dict.fromkeys(part for part in parts if part is not self.nodes.false))
        return self.nodes.disjunction(kept) if len(kept) > 1 else kept[0] if kept else self.nodes.false


def range_of(node: Core) -> core.Variable | None:
    """The variable of the range whose ends an interval is written by."""
    match node:
        case core.Interval(
            low=core.Extremum(kind="min", domain=core.Variable() as first, where=where),
            high=core.Extremum(kind="max", domain=core.Variable() as last, where=other),
        ) if first is last and core.is_true(where) and core.is_true(other):
            return first
        case _:
            return None
