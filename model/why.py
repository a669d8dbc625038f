"""Why a formula holds or fails in one instance: the values that decide it, in a few words each."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..spec import syntax
from ..spec.formatting.expressions import print_expr
from .evaluate_policy import PolicyEvaluator
from .instance import Instance, Value

Show = Callable[[syntax.Expr, "Value | None"], str]


class Reasons:
    """Explains formulas about one instance. `show` prints the value of an expression."""

    def __init__(self, evaluator: PolicyEvaluator, instance: Instance, show: Show) -> None:
        self.evaluator = evaluator
        self.instance = instance
        self.show = show

    def value(self, expr: syntax.Expr, bound: dict[str, int]) -> Value | None:
        compiler, elaboration = self.evaluator.compiler, self.evaluator.elaboration
        variables = {name: elaboration.nodes.variable(name) for name in bound}
        code = compiler.compile(elaboration.of(expr, variables))
        places = {name: compiler.variable(name) for name in bound}
        slots = self.evaluator.slots(self.instance)
        for name, place in places.items():
            slots[place] = bound[name]
        return code(slots)

    def of(self, expr: syntax.Expr, bound: dict[str, int] | None = None) -> list[str]:
        """What decides the truth of a formula, most telling first."""
        known = bound or {}
        match expr:
            case syntax.Not(operand=operand):
                return self.of(operand, known)
            case syntax.And(operands=operands) | syntax.Or(operands=operands):
                # One false conjunct, or one true disjunct, decides.
                decisive = isinstance(expr, syntax.Or)
                for operand in operands:
                    if self.value(operand, known) is decisive:
                        return self.of(operand, known)
                return _unique(reason for operand in operands for reason in self.of(operand, known))
            case syntax.Implies(left=left, right=right):
                return self.of(right if self.value(left, known) else left, known)
            case syntax.Iff(left=left, right=right):
                return _unique([*self.of(left, known), *self.of(right, known)])
            case syntax.Comparison(left=left, right=right):
                return _unique(reason for term in (left, right) for reason in self._term(term, known))
            case syntax.Member(item=item, domain=domain):
                return _unique([*self._term(item, known), *self._term(domain, known)])
            case syntax.IsEmpty(domain=domain):
                return self._term(domain, known)
            case syntax.IsNamed(item=syntax.Name(id=name) as item):
                return [f"{name} is {self.show(item, self.instance.inputs.get(name))}"]
            case syntax.Quantified():
                return self._quantified(expr, known)
            case _:
                return self._term(expr, known)

    def _quantified(self, expr: syntax.Quantified, bound: dict[str, int]) -> list[str]:
        if isinstance(expr.domain, syntax.Range):
            return []
        members = self.value(expr.domain, bound)
        if not isinstance(members, tuple):
            return []
        # `some` is decided by an element that meets the body, the others by one that does not.
        telling = expr.kind != "every"
        for member in members:
            inner = {**bound, expr.variable: member}
            if self.value(expr.body, inner) is telling:
                shown = f"{expr.variable} = {self.show(expr.domain, member)}"
                return [f"{'it holds' if telling else 'it fails'} for {shown}"]
        return (
            [f"{'it holds' if telling else 'it fails'} for none of {self.show(expr.domain, members)}"]
            if members
            else [f"{print_expr(expr.domain)} is empty"]
        )

    def _term(self, expr: syntax.Expr, bound: dict[str, int]) -> list[str]:
        match expr:
            case syntax.Name(id=id_) if id_ in self.evaluator.policy.interface.constants:
                return []
            case syntax.Name(id=id_) if id_ in self.evaluator.policy.interface.named:
                return [f"{id_} is {self.show(expr, self.instance.inputs.get(id_))}"]
            case syntax.Name() | syntax.FieldOf() | syntax.Extremum() | syntax.Call() | syntax.With():
                return [f"{print_expr(expr)} is {self.show(expr, self.value(expr, bound))}"]
            case _:
                return []


def _unique(reasons: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(reasons))
