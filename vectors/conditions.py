"""Conditions of guards (MC/DC): each must be seen both ways, with the guard's outcome depending on it.

A condition is a part of a guard that no connective joins. A point shows one where no case before has answered, and the
guard would come out otherwise were this condition the other way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from ..model.fold import folded
from ..model.instance import Instance
from ..model.oracle import Oracle
from ..spec import syntax
from ..spec.checked import CheckedPolicy
from ..spec.core import And, Choice, Constant, Core, Not, Or, Same
from ..spec.nodes import Nodes

MOST_WORK = 50_000
"""Nodes that the evaluator looks at for one condition at one point; one that takes more is not seen there."""


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
        for number, (part, put) in enumerate(_parts(nodes, guard, lambda whole: whole), 1):
            depends = nodes.negation(nodes.same(put(nodes.true), put(nodes.false)))
            for truth, own in (("true", part), ("false", nodes.negation(part))):
                shown = folded(nodes, nodes.conjunction((*earlier, depends, own)))
                made.append(Condition(f"mcdc:{case.name}.{number} {truth}", shown))
        earlier.append(nodes.negation(guard))
    return made


_Put = Callable[[Core], Core]


def _parts(nodes: Nodes, node: Core, put: _Put) -> Iterator[tuple[Core, _Put]]:
    """The conditions of a formula, each with how to put another in its place: there, not where else it occurs."""
    match node:
        case And(operands=operands) | Or(operands=operands):
            join = nodes.conjunction if isinstance(node, And) else nodes.disjunction
            for at, operand in enumerate(operands):
                before, after = operands[:at], operands[at + 1 :]
                yield from _parts(nodes, operand, lambda one, b=before, a=after: put(join((*b, one, *a))))
        case Not(operand=operand) if not _is_one(node):
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


def _is_one(node: Not) -> bool:
    """A negation that was written as one condition, which is true where what is negated is not."""
    match node.origin:
        case syntax.Comparison(operator="!=") | syntax.Member(negated=True) | syntax.IsEmpty(negated=False):
            return True
        case syntax.Quantified(kind="every" | "no"):
            return True
        case _:
            return False


class ConditionCoverage:
    """Which conditions points show, by the evaluator."""

    def __init__(self, oracle: Oracle, wanted: list[Condition]) -> None:
        self.oracle = oracle
        self.codes = [(one.flag, oracle.evaluator.compiler.compile(one.shown_by)) for one in wanted]

    def of(self, at: Instance) -> list[str]:
        slots = self.oracle.slots(at.config, at.inputs)
        within = self.oracle.evaluator.work.within
        return [flag for flag, code in self.codes if within(MOST_WORK, lambda code=code: bool(code(slots)))]
