"""What must be possible for a proof of a formula to say something: the premises of the implications that it is made of.

This looks at the surface, as `a implies b` and `not a or b` are one formula in the core, and say different things about
what whoever wrote them has in mind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from . import syntax

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .core import Core
    from .elaborate import Elaboration


def premises(elaboration: Elaboration, formula: syntax.Expr) -> list[Core]:
    """Each premise, with those around it. What a `define` says counts as if it stood there."""
    return _Premises(elaboration).of(formula, {}, {})


class _Premises(Struct, frozen=True):
    """`names` are the variables bound around a formula, and `given` has the premises of what parameters stand for."""

    elaboration: Elaboration

    def of(self, expr: syntax.Expr, names: Mapping[str, Core], given: Mapping[str, list[Core]]) -> list[Core]:
        match expr:
            case syntax.Implies(left=left, right=right):
                premise = self.elaboration.of(left, names)
                inner = self.of(right, names, given)
                return [self.elaboration.nodes.conjunction((premise, one), left) for one in inner] or [premise]
            case syntax.And(operands=operands):
                return [premise for operand in operands for premise in self.of(operand, names, given)]
            case syntax.Quantified(kind="every"):
                return self._every(expr, names, given)
            case syntax.Name(id=name) if name in given:
                return given[name]
            case syntax.Name(id=name) if name not in names:
                return self._of_define(name, (), names, given)
            case syntax.Call(name=name, arguments=arguments):
                return self._of_define(name, arguments, names, given)
            case _:
                return []

    def _every(self, expr: syntax.Quantified, names: Mapping[str, Core], given: Mapping[str, list[Core]]) -> list[Core]:
        """Some element must meet each premise; where there is none, some element must be there."""
        nodes = self.elaboration.nodes
        domain = self.elaboration.of(expr.domain, names)
        variable = nodes.opened()
        hidden = {name: premises for name, premises in given.items() if name != expr.variable}
        inner = self.of(expr.body, {**names, expr.variable: variable}, hidden) or [nodes.true]
        first = nodes.exists(variable, domain, inner[0], expr)
        # What is opened at one depth has one number: it is the variable of all of them.
        return [first, *(nodes.exists(nodes.opened(), domain, premise, expr) for premise in inner[1:])]

    def _of_define(
        self, name: str, arguments: tuple[syntax.Expr, ...], names: Mapping[str, Core], given: Mapping[str, list[Core]]
    ) -> list[Core]:
        define = self.elaboration.defines.get(name)
        if define is None or define.body is None or name == syntax.PREFERS:
            return []
        parameters = [parameter.id for parameter in define.parameters]
        values = [self.elaboration.of(argument, names) for argument in arguments]
        theirs = [self.of(argument, names, given) for argument in arguments]
        named = dict(zip(parameters, values, strict=True))
        return self.of(define.body, named, dict(zip(parameters, theirs, strict=True)))
