"""Conditions of guards (MC/DC): each must be seen both ways, with the guard's outcome depending on it.

A condition is a part of a guard that no connective joins. A point shows one where no case before has answered, and the
guard would come out otherwise were this condition the other way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from ..model.fold import folded
from ..spec import syntax
from ..spec.checked import CheckedPolicy
from ..spec.checked_parts import CheckedCase
from ..spec.core import And, Choice, Constant, Core, Not, Or, Same
from ..spec.elaborate import Elaboration
from ..spec.nesting import children
from ..spec.nodes import Nodes

_NOTHING: Mapping[str, Sequence[bool]] = {}
_NO_NAMES: Mapping[str, Core] = {}


class Condition(Struct, frozen=True):
    """One condition of a case's guard, seen one way. `shown_by` is the formula that says that a point shows it."""

    flag: str
    shown_by: Core


def conditions(policy: CheckedPolicy) -> list[Condition]:
    """Every condition of every guard, both ways."""
    nodes = policy.elaboration.nodes
    made: list[Condition] = []
    earlier: list[Core] = []
    for case in policy.cases:
        if case.guard is None:
            continue
        guard = policy.elaboration.of(case.guard)
        parts = list(_parts(nodes, guard, lambda whole: whole))
        written = list(written_negated(policy.elaboration, case.guard))
        for number, ((part, put), negated) in enumerate(zip(parts, written, strict=True), 1):
            depends = nodes.negation(nodes.same(put(nodes.true), put(nodes.false)))
            ways = (nodes.negation(part), part) if negated else (part, nodes.negation(part))
            for truth, own in zip((True, False), ways, strict=True):
                shown = folded(nodes, nodes.conjunction((*earlier, depends, own)))
                made.append(Condition(flag(case, number, truth), shown))
        earlier.append(nodes.negation(guard))
    return made


def flag(case: CheckedCase, number: int, truth: bool) -> str:
    """What a condition of a case's guard is called, seen one way."""
    return f"mcdc:{case.name}.{number} {str(truth).lower()}"


_Put = Callable[[Core], Core]


def _parts(nodes: Nodes, node: Core, put: _Put) -> Iterator[tuple[Core, _Put]]:
    """The conditions of a formula, each with how to put another in its place: there, not where else it occurs."""
    match node:
        case And(operands=operands) | Or(operands=operands):
            join = nodes.conjunction if isinstance(node, And) else nodes.disjunction
            for at, operand in enumerate(operands):
                before, after = operands[:at], operands[at + 1 :]
                yield from _parts(nodes, operand, lambda one, b=before, a=after: put(join((*b, one, *a))))
        case Not(operand=operand):
            yield from _parts(nodes, operand, lambda one: put(nodes.negation(one)))
        case Same(left=left, right=right):
            yield from _parts(nodes, left, lambda one: put(nodes.same(one, right)))
            yield from _parts(nodes, right, lambda one: put(nodes.same(left, one)))
        case Choice(test=test, then=then, otherwise=otherwise):
            yield from _parts(nodes, test, lambda one: put(nodes.choice(one, then, otherwise)))
            yield from _parts(nodes, then, lambda one: put(nodes.choice(test, one, otherwise)))
            yield from _parts(nodes, otherwise, lambda one: put(nodes.choice(test, then, one)))
        case Constant():
            return
        case _:
            yield node, put


def written_negated(
    elaboration: Elaboration,
    expr: syntax.Expr,
    given: Mapping[str, Sequence[bool]] = _NOTHING,
    names: Mapping[str, Core] = _NO_NAMES,
) -> Iterator[bool]:
    """Of each condition, whether it was written as the negation of what the core has in its place.

    The core does not tell, as equal nodes are one: `a != b` may stand beneath another negation, and `a == b` beside it.
    `given` has the same of what a `define` around it was given, and `names` what that is.
    """
    match expr:
        case syntax.Not() | syntax.And() | syntax.Or() | syntax.Implies() | syntax.Iff() | syntax.If():
            for operand in children(expr):
                yield from written_negated(elaboration, operand, given, names)
        case syntax.Name(id=name) if name in given:
            yield from given[name]
        case syntax.Comparison() if elaboration.compares_sets(expr, names):
            # Two conditions, that each lies in the other: an `every`, as the next ones.
            yield from (True, True)
        case syntax.Call(name=name) | syntax.Name(id=name) if name in elaboration.defines:
            owner = elaboration
            while name in owner.lent:
                owner = owner.lent[name]
            define = owner.defines[name]
            arguments = [list(written_negated(elaboration, argument, given, names)) for argument in children(expr)]
            parameters = [parameter.id for parameter in define.parameters]
            inner = dict(zip(parameters, arguments, strict=True))
            values = [elaboration.of(argument, names) for argument in children(expr)]
            within = dict(zip(parameters, values, strict=True))
            yield from [False] if define.body is None else written_negated(owner, define.body, inner, within)
        case syntax.Comparison(operator="!=") | syntax.Member(negated=True) | syntax.IsEmpty(negated=False):
            yield True
        case syntax.Quantified(kind="every" | "no") | syntax.IsNamed(negated=True):
            yield True
        case syntax.Boolean():
            return
        case _:
            yield False
