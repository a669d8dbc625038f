"""What a claim about a policy asks: goals that are to be found, or to be shown impossible."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from ..model.goals import (
    Admitted,
    Answers,
    Disallowed,
    Fires,
    Given,
    Goal,
    Holds,
    Malformed,
    NoCase,
    Speechless,
    Undefined,
)
from ..spec.checked import CheckedPolicy
from ..spec.premises import premises
from ..spec.syntax import Expr
from .claims import Claim

Goals: TypeAlias = "tuple[Goal, ...]"


class Queries(Struct, frozen=True):
    """What one claim asks.

    `counter` lists the ways in which it could fail: finding the goals of one of them refutes it. A claim that
    something can happen has `sought` instead: finding those goals proves it. `premises` must each be found, or the
    proof is vacuous.
    """

    counter: tuple[Goals, ...] = ()
    sought: Goals | None = None
    premises: tuple[Goals, ...] = ()

    @property
    def all(self) -> tuple[Goals, ...]:
        """Everything that is looked for."""
        return (self.sought,) if self.sought is not None else (*self.counter, *self.premises)


def queries_of(claim: Claim) -> Queries:
    """What a claim about a policy asks."""
    policy = claim.policy
    match claim.kind:
        case "satisfiable":
            return Queries(sought=())
        case "total":
            return Queries(((NoCase(),),), premises=((),))
        case "reachable":
            at = next(at for at, case in enumerate(policy.cases) if claim.name == f"reachable.{case.name}")
            return Queries(sought=(Fires(at),))
        case "defined":
            return Queries(((Undefined(),), (Speechless(),)), premises=((),))
        case "encodable":
            return Queries(((Answers(), Malformed()),), premises=((Answers(),),))
        case "refinement" if policy.refined is not None:
            # An assumption of the interface is another one where the two policies' `define`s make it so.
            met = (Answers(), Admitted(policy.refined))
            return Queries(((*met, Disallowed(policy.refined)),), premises=(met,))
        case "invariant" if claim.formula is not None:
            fails = Holds(policy.elaboration.of(claim.formula), truth=False)
            return Queries(((Answers(), fails),), premises=_premises(policy, claim.formula))
        case "scenario" if claim.formula is not None:
            given = (*(Given(name, policy.elaboration.of(value)) for name, value in claim.givens), Answers())
            return Queries(((*given, Holds(policy.elaboration.of(claim.formula), truth=False)),), premises=(given,))
        case _:
            raise AssertionError(f"{claim.address} is no claim about a policy")


def _premises(policy: CheckedPolicy, formula: Expr) -> tuple[Goals, ...]:
    made = tuple((Answers(), Holds(premise)) for premise in premises(policy.elaboration, formula))
    return made or ((Answers(),),)
