"""Formulas about a set of a configuration, and a policy that assumes one."""

from __future__ import annotations

from msgspec import structs

from ...spec import syntax
from ...spec.checked import CheckedPolicy
from ...spec.checked_parts import Placed


def assuming(policy: CheckedPolicy, formula: syntax.Expr) -> CheckedPolicy:
    """The policy of configurations that meet a formula."""
    statement = syntax.Statement("assume", syntax.Label("certain"), formula)
    return structs.replace(policy, assumptions=(*policy.assumptions, Placed(statement, policy.source)))


def has(name: str, word: int, *, inside: bool = True) -> syntax.Expr:
    """A revision is in a set, or is not."""
    return syntax.Member(_literal(word), syntax.Name(name), negated=not inside)


def has_within(name: str, low: int, high: int) -> syntax.Expr:
    """A set has a revision from one to another, both included."""
    one = syntax.Name("r")
    bounds = (syntax.Comparison(">=", one, _literal(low)), syntax.Comparison("<=", one, _literal(high)))
    return syntax.Quantified("some", "r", syntax.Name(name), syntax.And(bounds))


def has_none_within(name: str, low: int, high: int) -> syntax.Expr:
    """A set has no revision from one to another, both included."""
    one = syntax.Name("r")
    bounds = (syntax.Comparison(">=", one, _literal(low)), syntax.Comparison("<=", one, _literal(high)))
    return syntax.Quantified("no", "r", syntax.Name(name), syntax.And(bounds))


def _literal(word: int) -> syntax.Number:
    return syntax.Number(word, hexadecimal=True)
