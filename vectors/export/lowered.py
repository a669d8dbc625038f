"""Lowered formulas: those of the core that every export writes, over sets of the configuration only.

Literal sets, ranges and sets chosen by `if` are spelled out, and what always comes out the same is worked out. Of a
range, the greatest and the least revision within bounds stays a term: arithmetic finds it, and no loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import assert_never

from ...model.fold import all_of, any_of, folded
from ...model.set_outputs import range_named, same_range, same_set
from ...spec import core
from ...spec.checked import CheckedPolicy
from ...spec.core import Core, Operator, Symbol
from ...spec.intervals import range_of
from ...spec.syntax import Expr, Extremum, Quantified, Variable
from ...spec.ways import bounds_of
from ...spec.words import WIDEST
from .known_bits import known_bits, may_be_nothing


class NotExportable(Exception):
    """A formula that neither a loop over a table nor arithmetic decides: it asks more of the revisions of a range than
    bounds, or asks of an abstract relation.
    """


def end_of(range_: str, end: str) -> str:
    """What the first or the last revision of a range is called here; nobody can write that."""
    return f"{range_}.{end}"


def read_by(free: Iterable[Symbol]) -> set[str]:
    """The variables that are read by those that a lowered formula reads."""
    return {symbol.partition(".")[0] for symbol in free if isinstance(symbol, str)}


class Lowering:
    """Lowers the formulas of one policy; each node is looked at once."""

    def __init__(self, policy: CheckedPolicy) -> None:
        self.policy = policy
        self.elaboration = policy.elaboration
        self.nodes = policy.elaboration.nodes
        self.done: dict[Core, Core] = {}

    def __call__(self, expr: Expr) -> Core:
        """A formula or term of the policy, lowered. Raises NotExportable."""
        return self.lowered(self.elaboration.of(expr))

    def assigned(self, output: str, value: Expr) -> Core:
        """That an output is what is assigned to it. Raises NotExportable."""
        return self.same(output, self.elaboration.of(value))

    def same(self, output: str, value: Core) -> Core:
        """That an output is a term, a set or a range. Raises NotExportable."""
        nodes, variable = self.nodes, self.nodes.variable(output)
        match self.policy.interface.variables[output].type:
            case "set":
                return self.lowered(same_set(nodes, variable, value))
            case "range":
                return self.lowered(same_range(nodes, range_named(nodes, output), value))
            case _:
                return self.lowered(nodes.compare("==", variable, value))

    def well_formed(self, variable: Variable) -> Core:
        """That all revisions of a set, or the ends of a range with something in it, are well formed."""
        nodes, format_ = self.nodes, self.policy.interface.format

        def strange(word: Core) -> Core:
            zeros = (nodes.compare("==", nodes.bits(word, f.low, f.width), nodes.constant(0)) for f in format_.reserved)
            beyond = nodes.compare("<", nodes.constant(format_.end - 1, "word"), word)
            return nodes.disjunction((*([beyond] if format_.width < WIDEST else []), *map(nodes.negation, zeros)))

        name = variable.name.id
        if variable.type == "range":
            first, last = (nodes.variable(end_of(name, end)) for end in ("first", "last"))
            formed = nodes.negation(nodes.disjunction((strange(first), strange(last))))
            return self.lowered(nodes.disjunction((nodes.compare("<", last, first), formed)))
        element = nodes.opened()
        return self.lowered(nodes.negation(nodes.exists(element, nodes.variable(name), strange(element))))

    def lowered(self, node: Core) -> Core:
        """The same of the core's. Raises NotExportable."""
        return folded(self.nodes, self._of(self.policy.intervals.of(node)))

    def _of(self, node: Core) -> Core:
        known = self.done.get(node)
        if known is None:
            known = self.done[node] = self._lowered(node)
        return known

    def _lowered(self, node: Core) -> Core:
        match node:
            case core.Bits() | core.Replaced():
                return self._known(self.nodes.rebuilt(node, self._of))
            case core.Compare(operator=operator, left=left, right=right):
                return self.compare(operator, self._of(left), self._of(right), node.origin)
            case core.Member(item=item, domain=domain):
                return self._member(self._of(item), domain)
            case core.Exists():
                return self._exists(node, node.domain)
            case core.Extremum():
                return self._extremum(node, node.domain)
            case core.Applied(relation=relation):
                raise NotExportable(f"`{relation}` has no body")
            case core.Listed() | core.Interval():
                raise NotExportable("a set stands alone")
            case core.Constant() | core.Variable() | core.Choice() | core.Not() | core.And() | core.Or() | core.Same():
                return self.nodes.rebuilt(node, self._of)
            case _:
                assert_never(node)

    def _known(self, term: Core) -> Core:
        """A term, or the number that it always is."""
        ones, most = known_bits(term)
        return self.nodes.constant(ones) if ones == most and not may_be_nothing(term) else term

    def compare(self, operator: Operator, left: Core, right: Core, origin: Expr | None = None) -> Core:
        """A comparison, unless compilers would say that it always comes out the same."""
        nodes = self.nodes
        if not may_be_nothing(left, right):
            if left is right:
                return nodes.truth(operator != "<")
            one, other = known_bits(left), known_bits(right)
            match operator:
                case "==" if one.ones & ~other.most or other.ones & ~one.most:
                    return nodes.false
                case "<" if one.most < other.ones or one.ones >= other.most:
                    return nodes.truth(one.most < other.ones)
                case "<=" if one.most <= other.ones or one.ones > other.most:
                    return nodes.truth(one.most <= other.ones)
                case _:
                    pass
        return nodes.compare(operator, left, right, origin)

    # ---- sets -------------------------------------------------------------------------------------------

    def _chosen(self, domain: core.Choice, of: Callable[[Core], Core]) -> Core:
        """What is said of a set that is one of two."""
        return self.nodes.choice(self._of(domain.test), of(domain.then), of(domain.otherwise))

    def _member(self, item: Core, domain: Core) -> Core:
        match domain:
            case core.Variable() if may_be_nothing(item):
                variable = self.nodes.opened()
                return self.nodes.exists(variable, domain, self.nodes.compare("==", variable, item))
            case core.Variable():
                return self.nodes.member(item, domain)
            case core.Listed(items=items):
                return any_of(self.nodes, (self.compare("==", item, self._of(one)) for one in items))
            case core.Interval(low=low, high=high):
                above, below = self.compare("<=", self._of(low), item), self.compare("<=", item, self._of(high))
                reserved = self.policy.interface.format.reserved
                bits = (self.nodes.bits(item, field.low, field.width) for field in reserved)
                zeros = (self.compare("==", part, self.nodes.constant(0)) for part in bits)
                return all_of(self.nodes, (above, below, *zeros))
            case core.Choice():
                return self._chosen(domain, lambda one: self._member(item, one))
            case _:
                raise NotExportable("this is no set of a table")

    def _exists(self, node: core.Exists, domain: Core) -> Core:
        nodes = self.nodes
        match domain:
            case core.Variable():
                variable = nodes.opened()
                body = folded(nodes, self._of(nodes.put(node.body, {node.bound: variable})))
                made = nodes.exists(variable, domain, body, node.origin)
                return nodes.false if made.body is nodes.false else made
            case core.Listed(items=items):
                return any_of(self.nodes, (self._meets(item, node.bound, node.body) for item in items))
            case core.Choice():
                return self._chosen(domain, lambda one: self._exists(node, one))
            case core.Interval(low=low, high=high) if node.body is nodes.true:
                return self.compare("<=", self._of(low), self._of(high))
            case core.Interval():
                whole = node.origin
                said = f"{whole.kind} {whole.variable}" if isinstance(whole, Quantified) else "some x"
                raise NotExportable(f"`{said} in …` asks of a range of revisions")
            case _:
                raise NotExportable("this is no set of a table")

    def _meets(self, item: Core, bound: int, body: Core) -> Core:
        """A term has a value, and that meets a formula about a bound variable."""
        term = self._of(item)
        return all_of(self.nodes, (self.compare("==", term, term), self._of(self.nodes.put(body, {bound: item}))))

    def _extremum(self, node: core.Extremum, domain: Core) -> Core:
        match domain:
            case core.Variable(symbol=str(name)) if name in self.policy.interface.ranges:
                first, last = (self.nodes.variable(end_of(name, end)) for end in ("first", "last"))
                some = self.nodes.compare("<=", first, last)
                return self.nodes.choice(some, last if node.kind == "max" else first, self.nodes.nothing(), node.origin)
            case core.Interval():
                return self._within_bounds(node, domain)
            case core.Variable():
                variable = self.nodes.opened()
                where = self._of(self.nodes.put(node.where, {node.bound: variable}))
                return self.nodes.extremum(node.kind, variable, domain, where, node.origin)
            case core.Listed(items=items):
                return self._best(node, items)
            case core.Choice():
                return self._chosen(domain, lambda one: self._extremum(node, one))
            case _:
                raise NotExportable("this is no set of a table")

    def _within_bounds(self, node: core.Extremum, domain: core.Interval) -> Core:
        """The greatest or the least revision of an interval that keeps to bounds, its terms lowered."""
        nodes = self.nodes
        bounds = bounds_of(node.where, node.bound)
        if bounds is None:
            whole = node.origin
            said = f"{node.kind} {whole.variable}" if isinstance(whole, Extremum) else node.kind
            raise NotExportable(f"`{said} in …` asks more of a range of revisions than bounds")
        if (range_ := range_of(domain)) is not None:
            # Where nothing is in it, the first is above the last, and nothing is between them either.
            low, high = (nodes.variable(end_of(str(range_.symbol), end)) for end in ("first", "last"))
        else:
            low, high = self._of(domain.low), self._of(domain.high)
        terms = [self._of(bound.term) for bound in bounds]
        variable = nodes.opened()
        kept: list[Core] = []
        for bound, term in zip(bounds, terms, strict=True):
            sides = (term, variable) if bound.lower else (variable, term)
            kept.append(nodes.compare("<" if bound.strict else "<=", *sides))
        return nodes.extremum(node.kind, variable, nodes.interval(low, high), all_of(nodes, kept), node.origin)

    def _best(self, node: core.Extremum, items: tuple[Core, ...]) -> Core:
        """The first of some terms that meets the condition and is no worse than any other that does."""
        terms = [self._of(item) for item in items]
        meets = [self._meets(item, node.bound, node.where) for item in items]
        chosen: Core = self.nodes.nothing()
        for at in reversed(range(len(items))):
            needed = [meets[at]]
            for other, term in enumerate(terms):
                if other != at:
                    low, high = (term, terms[at]) if node.kind == "max" else (terms[at], term)
                    no_worse = self.compare("<=", low, high)
                    needed.append(any_of(self.nodes, (self.nodes.negation(meets[other]), no_worse)))
            chosen = self.nodes.choice(all_of(self.nodes, needed), terms[at], chosen)
        return chosen
