"""The concrete meaning of formulas, in plain Python. This file never meets the solver.

Each formula is compiled once into a closure over a list of slots (`Slots`), then run on as many instances as wanted.
A term without a value is None; comparisons with it are false.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from typing import assert_never

from ..spec import core
from ..spec.core import Core, Symbol
from ..spec.words import Format
from .closures import (
    UNKNOWN,
    Code,
    Slots,
    applied,
    bits_of,
    compared,
    end_of,
    every,
    interval,
    listed,
    once,
    some,
    with_parts,
)
from .coordinates import coordinates_of
from .instance import Range, words_among
from .representatives import MOST, Axis, TooMany, axes, points
from .work import Work

MOST_KNOWN = 256
"""Sets of values in play for which a quantifier over a range keeps what represents all."""


class Compiler:
    """Turns core-language formulas into closures. Variables become slots, those of names as those that are bound."""

    def __init__(self, format_: Format, work: Work | None = None) -> None:
        self.format = format_
        self.slots: dict[str, int] = {}
        self.size = 0
        # Shared by all that answer one question: whoever asks it may set a limit.
        self.work = work or Work()
        # Nodes compiled so far, shared ones at each of their places: what formulas cost.
        self.nodes = 0
        self._bound: dict[int, int] = {}
        self._codes: dict[tuple[Core, bool], Code] = {}
        # What is worked out once for a loop around, with its slot.
        self._lasting: dict[Core, int] = {}
        # Whether what is compiled is inside a range's quantifier, and how many revisions the outermost went through.
        self._in_range = False
        self._tried = 0

    def variable(self, name: str) -> int:
        """The slot of a variable, new at the first call."""
        if name not in self.slots:
            self.slots[name] = self._fresh()
        return self.slots[name]

    def compile(self, node: Core) -> Code:
        """The closure of an expression."""
        self.nodes += node.size
        return self._code(node)

    def _fresh(self) -> int:
        self.size += 1
        return self.size - 1

    def _slot(self, symbol: Symbol) -> int:
        """Bound variables of one number share a slot: neither is bound within the other."""
        if isinstance(symbol, str):
            return self.variable(symbol)
        if symbol not in self._bound:
            self._bound[symbol] = self._fresh()
        return self._bound[symbol]

    def _code(self, node: Core) -> Code:
        place = self._lasting.get(node)
        key = (node, self._in_range)
        known = self._codes.get(key)
        if known is None:
            made = self._compiled(node)
            known = self._codes[key] = made if place is None else once(place, made)
        return known

    def _compiled(self, node: Core) -> Code:
        code = self._code
        match node:
            case core.Constant(value=value):
                return lambda _: value
            case core.Variable(symbol=symbol):
                return operator.itemgetter(self._slot(symbol))
            case core.Bits(of=of, low=low, width=width):
                return bits_of(code(of), low, width)
            case core.Replaced(of=of, parts=parts):
                return with_parts(code(of), [(low, width, code(value)) for low, width, value in parts])
            case core.Extremum():
                return self._extremum(node)
            case core.Choice(test=test, then=then, otherwise=otherwise):
                if_, yes, no = code(test), code(then), code(otherwise)
                return lambda s: yes(s) if if_(s) else no(s)
            case core.Compare():
                return compared(node, code(node.left), code(node.right), sense=True)
            case core.Member():
                return self._member(node, negated=False)
            case core.Applied(relation=relation, arguments=arguments):
                return applied(self.variable(relation), [code(argument) for argument in arguments])
            case core.Not(operand=operand):
                return self._not(operand)
            case core.And(operands=operands):
                return every([code(operand) for operand in operands])
            case core.Or(operands=operands):
                return some([code(operand) for operand in operands])
            case core.Same(left=left, right=right):
                one, other = code(left), code(right)
                return lambda s: one(s) == other(s)
            case core.Exists():
                return self._exists(node, found=True)
            case core.Listed(items=items):
                return listed(items, [code(item) for item in items])
            case core.Interval(low=low, high=high):
                return interval(code(low), code(high), self.format)
            case _:
                assert_never(node)

    def _not(self, operand: Core) -> Code:
        """What is mostly negated in one closure: half the time of two."""
        match operand:
            case core.Compare(left=left, right=right):
                return compared(operand, self._code(left), self._code(right), sense=False)
            case core.Member():
                return self._member(operand, negated=True)
            case core.Exists():
                return self._exists(operand, found=False)
            case _:
                code = self._code(operand)
                return lambda s: not code(s)

    def _member(self, node: core.Member, *, negated: bool) -> Code:
        item, domain = self._code(node.item), self._code(node.domain)
        well_formed = self.format.well_formed

        def run(s: Slots) -> bool:
            value = item(s)
            values = domain(s)
            if value is None:
                return negated
            if isinstance(values, Range):
                return (values.low <= value <= values.high and well_formed(value)) != negated
            return (value in values) != negated

        return run

    # ---- loops ------------------------------------------------------------------------------------------

    def _extremum(self, node: core.Extremum) -> Code:
        domain = self._code(node.domain)
        if core.is_true(node.where):
            return end_of(domain, node.kind)
        if core.may_be_interval(node.domain):
            return self._extremum_of_range(node, domain)
        end = max if node.kind == "max" else min
        place, where, lasting = self._body(node.bound, node.where)
        work, cost = self.work, node.where.size

        def run(s: Slots) -> int | None:
            best = None
            values = domain(s)
            work.spend(cost * len(values))
            for one in lasting:
                s[one] = UNKNOWN
            for value in values:
                s[place] = value
                if where(s) and (best is None or end(best, value) == value):
                    best = value
            return best

        return run

    def _extremum_of_range(self, node: core.Extremum, domain: Code) -> Code:
        """The extremum of what may be a range. Where its elements are many, it is one of those that represent them."""
        outermost = not self._in_range
        self._in_range = True
        place, where, lasting = self._body(node.bound, node.where)
        self._in_range = not outermost
        greatest = node.kind == "max"
        work, cost = self.work, node.where.size
        elements = self._elements(node, node.where, domain, both_ends=True)

        def run(s: Slots) -> int | None:
            if outermost:
                self._tried = 0
            for one in lasting:
                s[one] = UNKNOWN
            best = None
            for value in elements(s):
                self._try_one(work, cost)
                s[place] = value
                if where(s):
                    best = value
                    if not greatest:
                        break
            return best

        return run

    def _try_one(self, work: Work, cost: int) -> None:
        work.spend(cost)
        self._tried += 1
        if self._tried > MOST:
            raise TooMany

    def _exists(self, node: core.Exists, *, found: bool) -> Code:
        """Whether some element meets the body is `found`, that none does the opposite."""
        if core.is_true(node.body):
            domain = self._code(node.domain)
            return lambda s: (domain(s) != ()) is found
        ranged = core.may_be_interval(node.domain)
        outermost = not self._in_range
        domain = self._code(node.domain)
        # Where some element is to fail a formula, that formula is looked at, and not its negation.
        body, sought = (node.body.operand, False) if isinstance(node.body, core.Not) else (node.body, True)
        self._in_range |= ranged
        place, code, lasting = self._body(node.bound, body)
        self._in_range = not outermost
        work, cost = self.work, body.size

        def run(s: Slots) -> bool:
            values = domain(s)
            work.spend(cost * len(values))
            for one in lasting:
                s[one] = UNKNOWN
            for value in values:
                s[place] = value
                if code(s) is sought:
                    return found
            return not found

        if not ranged:
            return run
        elements = self._elements(node, node.body, domain)

        def run_lazily(s: Slots) -> bool:
            if outermost:
                self._tried = 0
            for one in lasting:
                s[one] = UNKNOWN
            for value in elements(s):
                self._try_one(work, cost)
                s[place] = value
                if code(s) is sought:
                    return found
            return not found

        return run_lazily

    def _body(self, bound: int, body: Core) -> tuple[int, Code, list[int]]:
        """The slot of a loop's variable, the code of its body, and the slots of what is worked out once for it."""
        place = self._slot(bound)
        found = [node for node in _lasting(body, bound) if node not in self._lasting]
        if not found:
            return place, self._code(body), []
        # What is compiled in here has values that last as long as this loop, and is of no use outside.
        outer_codes, outer_lasting = self._codes, self._lasting
        slots = {node: self._fresh() for node in found}
        self._codes, self._lasting = {}, outer_lasting | slots
        code = self._code(body)
        self._codes, self._lasting = outer_codes, outer_lasting
        return place, code, list(slots.values())

    def _elements(
        self, node: core.Exists | core.Extremum, body: Core, domain: Code, *, both_ends: bool = False
    ) -> Callable[[Slots], Iterable[int]]:
        """The revisions of a range, or, where those are many, representatives of them, ascending.

        With `both_ends`, the least and the greatest that meet the body are among them.
        """
        coordinates = coordinates_of([body], self.format, {node.bound})
        places = [self._slot(symbol) for symbol in sorted(body.free - {node.bound}, key=str)]
        work, cost = self.work, len(coordinates.pieces)
        known: dict[frozenset[int], tuple[Axis, ...]] = {}

        def run(s: Slots) -> Iterator[int] | tuple[int, ...]:
            span = domain(s)
            if not isinstance(span, Range):
                return span
            words = frozenset((span.low, span.high, *words_among(s[place] for place in places)))
            if words not in known:
                if len(known) >= MOST_KNOWN:
                    known.clear()
                known[words] = axes(coordinates, words, well_formed=True, both_ends=both_ends)
                work.spend(cost * sum(len(axis.values) for axis in known[words]))
            return points(known[words], span.low, span.high)

        return run


def _lasting(body: Core, bound: int) -> Iterator[Core]:
    """What takes a loop to work out, and comes to the same for each value of a variable bound around it."""
    seen: set[Core] = set()
    waiting = [body]
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        # Variables bound further in have lower numbers, those bound further out have higher ones.
        if isinstance(node, (core.Extremum, core.Exists)) and not any(
            isinstance(symbol, int) and symbol <= bound for symbol in node.free
        ):
            yield node
        elif node.height:
            waiting += core.parts_of(node)
