"""The ways in which a formula about one variable holds: disjunctions of bounds on it and of what is left over."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, assert_never

from msgspec import Struct

from . import core
from .core import Core

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .nodes import Nodes
    from .words import Format

MOST_WAYS = 32
"""Ways in which a body may hold; where there are more, the quantifier stays."""

Literal: TypeAlias = "tuple[Core, bool]"
"""A formula, and whether it is to hold or to fail."""

Way: TypeAlias = "tuple[Literal, ...]"


class Bound(Struct, frozen=True):
    """The variable is above a term that does not read it (`lower`) or below it; `strict` where it may not equal it."""

    term: Core
    lower: bool
    strict: bool


def bounds_of(where: Core, variable: int) -> list[Bound] | None:
    """The bounds that a condition on a variable consists of; None where it says anything else."""
    if core.is_true(where):
        return []
    made: list[Bound] = []
    for part in where.operands if isinstance(where, core.And) else (where,):
        bound = bound_of(part, variable)
        if bound is None:
            return None
        made.append(bound)
    return made


def bound_of(node: Core, variable: int) -> Bound | None:
    """The bound that a comparison is; None of any other formula."""
    if not isinstance(node, core.Compare) or node.operator == "==":
        return None
    strict = node.operator == "<"
    if is_variable(node.left, variable) and variable not in node.right.free:
        return Bound(node.right, lower=False, strict=strict)
    if is_variable(node.right, variable) and variable not in node.left.free:
        return Bound(node.left, lower=True, strict=strict)
    return None


def is_variable(node: Core, variable: int) -> bool:
    return isinstance(node, core.Variable) and node.symbol == variable


def equal_to(literal: Literal, variable: int) -> Core | None:
    """The term that the variable is said to be."""
    node, truth = literal
    if not truth or not isinstance(node, core.Compare) or node.operator != "==":
        return None
    for one, other in ((node.left, node.right), (node.right, node.left)):
        if is_variable(one, variable) and variable not in other.free:
            return other
    return None


def set_of(literal: Literal, variable: int) -> Core | None:
    """The set that the variable is said to be in."""
    node, truth = literal
    if (
        truth
        and isinstance(node, core.Member)
        and is_variable(node.item, variable)
        and variable not in node.domain.free
    ):
        return node.domain
    return None


def last_field_of(literal: Literal, variable: int, format_: Format) -> tuple[core.Bits, Core] | None:
    """The lowest bits of the variable that are not reserved, and the number that they are said to be."""
    node, truth = literal
    if not truth or not isinstance(node, core.Compare) or node.operator != "==":
        return None
    for one, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(one, core.Bits) and is_variable(one.of, variable) and variable not in other.free:
            below, own = (1 << one.low) - 1, (1 << one.width) - 1 << one.low
            return None if format_.largest & below or format_.reserved_mask & own else (one, other)
    return None


class TooManyWays(Exception):
    """A formula holds in more ways than are looked at."""


class Ways(Struct, frozen=True):
    """Finds the ways in which formulas about a variable, which is a well-formed revision, hold or fail."""

    nodes: Nodes
    format: Format
    variable: int

    def _is(self, node: Core) -> bool:
        return is_variable(node, self.variable)

    def of(self, node: Core, truth: bool) -> list[Way]:
        """A formula as one of several conjunctions. Raises TooManyWays."""
        if self.variable not in node.free:
            return [((node, truth),)]
        match node:
            case core.Not(operand=operand):
                return self.of(operand, not truth)
            case core.And(operands=operands) | core.Or(operands=operands):
                parts = [self.of(operand, truth) for operand in operands]
                return _product(parts) if isinstance(node, core.And) is truth else _sum(parts)
            case core.Same(left=left, right=right):
                return self._either(left, right, truth)
            case core.Choice(test=test, then=then, otherwise=otherwise):
                yes = _product([self.of(test, True), self.of(then, truth)])
                return _sum([yes, _product([self.of(test, False), self.of(otherwise, truth)])])
            case core.Compare(operator=operator, left=left, right=right) if left is right and self._is(left):
                return [()] if (operator != "<") is truth else []
            case core.Compare() if (field := self._first_field(node)) is not None:
                return self._of_field(node, *field, truth)
            case core.Compare() if not truth:
                return self._not_compared(node)
            case core.Member(item=item, domain=core.Listed(items=items) as among) if not self._is(item) or (
                self.variable in among.free
            ):
                same = tuple(self.nodes.compare("==", item, one) for one in items)
                return self.of(self.nodes.disjunction(same), truth)
            case core.Exists(bound=bound, domain=core.Listed(items=items), body=body):
                put = self.nodes.put
                met = [self.nodes.conjunction((self.nodes.compare("==", i, i), put(body, {bound: i}))) for i in items]
                return self.of(self.nodes.disjunction(tuple(met)), truth)
            case core.Member(item=item, domain=domain) if self._is(item) and self.variable not in domain.free:
                return self._member(node, domain, truth)
            case _:
                return [((node, truth),)]

    def _either(self, left: Core, right: Core, truth: bool) -> list[Way]:
        both = _product([self.of(left, True), self.of(right, truth)])
        return _sum([both, _product([self.of(left, False), self.of(right, not truth)])])

    def _not_compared(self, node: core.Compare) -> list[Way]:
        """A comparison of the variable with a term fails: the opposite holds, or that term has no value."""
        nodes = self.nodes
        left, right = node.left, node.right
        other = right if self._is(left) else left
        if not (self._is(left) or self._is(right)) or self.variable in other.free:
            return [((node, False),)]
        match node.operator:
            case "==":
                opposite = [nodes.compare("<", left, right), nodes.compare("<", right, left)]
            case "<":
                opposite = [nodes.compare("<=", right, left)]
            case "<=":
                opposite = [nodes.compare("<", right, left)]
            case _:
                assert_never(node.operator)
        missing: list[Way] = [] if self._has_value(other) else [((nodes.compare("==", other, other), False),)]
        return [*(((one, True),) for one in opposite), *missing]

    # ---- the first field --------------------------------------------------------------------------------

    def _first_field(self, node: core.Compare) -> tuple[core.Bits, Core] | None:
        """The uppermost bits of the variable, and what they are compared with."""
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(one, core.Bits) and self._is(one.of) and self.variable not in other.free:
                above = self.format.largest >> one.low
                return (one, other) if above and not above >> one.width else None
        return None

    def _of_field(self, node: core.Compare, field: core.Bits, number: Core, truth: bool) -> list[Way]:
        """What is said of the uppermost bits, said of the variable: there they have the order of the words."""
        nodes = self.nodes
        own = nodes.variable(self.variable)
        part = ((field.low, field.width, number),)
        least = nodes.replaced(nodes.constant(0, "word"), part)
        below = self.format.largest & (1 << field.low) - 1
        most = nodes.replaced(nodes.constant(below, "word"), part)
        # A number that does not fit is above all of them.
        large: list[Way] = [((nodes.compare("<", nodes.constant((1 << field.width) - 1), number), True),)]
        under: list[Way] = [((nodes.compare("<", own, least), True),), *large]
        over: list[Way] = [((nodes.compare("<", most, own), True),)]
        upto: list[Way] = [((nodes.compare("<=", own, most), True),), *large]
        least_on: list[Way] = [((nodes.compare("<=", least, own), True),)]
        missing: list[Way] = [] if self._has_value(number) else [((nodes.compare("==", number, number), False),)]
        is_left = node.left is field
        match node.operator:
            case "==":
                holds, fails = _product([least_on, [upto[0]]]), [*under, *over]
            case "<":
                holds, fails = (under, least_on) if is_left else (over, upto)
            case "<=":
                holds, fails = (upto, over) if is_left else (least_on, under)
            case _:
                assert_never(node.operator)
        return holds if truth else [*fails, *missing]

    def _has_value(self, term: Core) -> bool:
        return isinstance(term, core.Constant) or (isinstance(term, core.Variable) and not isinstance(term.symbol, str))

    def _member(self, node: core.Member, domain: Core, truth: bool) -> list[Way]:
        nodes, own = self.nodes, node.item
        match domain:
            case core.Interval(low=low, high=high):
                # The variable is well formed itself.
                ends = nodes.compare("<=", low, own), nodes.compare("<=", own, high)
                parts = [self.of(end, truth) for end in ends]
                return _product(parts) if truth else _sum(parts)
            case core.Listed(items=items):
                parts = [self.of(nodes.compare("==", own, item), truth) for item in items]
                return _sum(parts) if truth else _product(parts)
            case core.Choice(test=test, then=then, otherwise=otherwise):
                yes = [self.of(test, True), self._member(node, then, truth)]
                no = [self.of(test, False), self._member(node, otherwise, truth)]
                return _sum([_product(yes), _product(no)])
            case _:
                return [((nodes.member(own, domain), truth),)]


def _sum(parts: Iterable[list[Way]]) -> list[Way]:
    made = [way for part in parts for way in part]
    if len(made) > MOST_WAYS:
        raise TooManyWays
    return made


def _product(parts: Iterable[list[Way]]) -> list[Way]:
    made: list[Way] = [()]
    for part in parts:
        if len(made) * len(part) > MOST_WAYS:
            raise TooManyWays
        made = [(*one, *other) for one in made for other in part]
    return made
