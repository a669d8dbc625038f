"""Parts of declarations, checked: statements in their places, and the cases of policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from . import syntax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .source import Source


class Placed(Struct, frozen=True):
    """A statement and the text that it stands in.

    One that is claimed under assumptions has the formula that these imply what was `written`.
    """

    statement: syntax.Statement
    source: Source

    @property
    def written(self) -> syntax.Expr:
        """The formula as it stands in the text."""
        formula = self.statement.formula
        return formula.right if self.statement.under and isinstance(formula, syntax.Implies) else formula

    def claimed_under(self, assumed: Sequence[Placed]) -> Placed:
        """The same, claimed where some optional assumptions hold."""
        if not assumed:
            return self
        formulas = tuple(one.statement.formula for one in assumed)
        formula = self.statement.formula
        premise = formulas[0] if len(formulas) == 1 else syntax.And(formulas, span=formula.span)
        implied = syntax.Implies(premise, formula, span=formula.span)
        return replace(self, statement=replace(self.statement, formula=implied))


class CheckedCase(Struct, frozen=True):
    """A case with every output's assignment, in an order in which each reads only outputs before it."""

    declaration: syntax.Case
    assignments: tuple[syntax.Assign, ...]
    ensures: tuple[syntax.Ensure, ...]

    @property
    def name(self) -> str:
        return self.declaration.name.id

    @property
    def guard(self) -> syntax.Expr | None:
        return self.declaration.guard

    @property
    def unspecified(self) -> tuple[str, ...]:
        return tuple(a.output.id for a in self.assignments if a.value is None)
