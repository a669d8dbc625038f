"""The fields and slices that a policy and the goals about it look at: where the encoding must cut words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..spec.checked import CheckedPolicy
from ..spec.syntax import Define, Expr, Slice
from .features import features_of
from .goals import Admitted, Disallowed, Fact, Given, Goal, Holds
from ..spec.words import Format


def parts_of(policy: CheckedPolicy, goals: Iterable[Goal] = ()) -> frozenset[str | Slice]:
    """The parts that the policy looks at, and those that the goals do beside it."""
    format_ = Format.of(policy.interface.layout)
    parts: set[str | Slice] = set()
    for formulas, defines in _read(policy, goals):
        parts |= features_of(formulas, defines, format_).parts
    return frozenset(parts)


def parts_of_goals(policy: CheckedPolicy, goals: Iterable[Goal]) -> frozenset[str | Slice]:
    """The parts that goals look at by themselves."""
    format_ = Format.of(policy.interface.layout)
    parts: set[str | Slice] = set()
    for formulas, defines in _of_goals(policy, goals):
        parts |= features_of(formulas, defines, format_).parts
    return frozenset(parts)


def _read(policy: CheckedPolicy, goals: Iterable[Goal]) -> Iterator[tuple[list[Expr], dict[str, Define]]]:
    yield [*_answers(policy), *(p.statement.formula for p in policy.assumptions)], policy.defines
    yield from _of_goals(policy, goals)


def _of_goals(policy: CheckedPolicy, goals: Iterable[Goal]) -> Iterator[tuple[list[Expr], dict[str, Define]]]:
    for goal in goals:
        match goal:
            case Holds(formula=formula) | Fact(formula=formula):
                yield [formula], policy.defines
            case Given(value=value):
                yield [value], policy.defines
            case Disallowed(by=other):
                yield _answers(other), other.defines
            case Admitted(by=other):
                yield [placed.statement.formula for placed in other.assumptions], other.defines
            case _:
                pass


def _answers(policy: CheckedPolicy) -> list[Expr]:
    made = [case.guard for case in policy.cases if case.guard is not None]
    made += [a.value for case in policy.cases for a in case.assignments if a.value is not None]
    return made + [ensure.formula for case in policy.cases for ensure in case.ensures]
