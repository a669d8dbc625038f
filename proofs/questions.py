"""What a claim about a policy asks: queries that are to be met, or to be shown impossible."""

from __future__ import annotations

from msgspec import Struct

from ..model.queries import (
    Admitted,
    Answers,
    Disallowed,
    Fires,
    Given,
    Holds,
    Malformed,
    NoAdmissibleOutput,
    NoCase,
    Query,
    Undefined,
)
from ..spec.checked import CheckedPolicy
from ..spec.premises import premises
from ..spec.syntax import Expr
from .claims import Claim


class Questions(Struct, frozen=True):
    """What one claim asks.

    `counter` lists the ways in which it could fail: meeting one of them refutes it. A claim that something can happen
    has `sought` instead: meeting it proves it. `premises` must each be met, or the proof is vacuous.
    """

    counter: tuple[Query, ...] = ()
    sought: Query | None = None
    premises: tuple[Query, ...] = ()

    @property
    def all(self) -> tuple[Query, ...]:
        """Everything that is looked for."""
        return (self.sought,) if self.sought is not None else (*self.counter, *self.premises)


def questions_of(claim: Claim) -> Questions:
    """What a claim about a policy asks."""
    policy = claim.policy
    match claim.kind:
        case "satisfiable":
            return Questions(sought=())
        case "total":
            return Questions(((NoCase(),),), premises=((),))
        case "reachable":
            at = next(at for at, case in enumerate(policy.cases) if claim.name == f"reachable.{case.name}")
            return Questions(sought=(Fires(at),))
        case "defined":
            return Questions(((Undefined(),), (NoAdmissibleOutput(),)), premises=((),))
        case "encodable":
            return Questions(((Answers(), Malformed()),), premises=((Answers(),),))
        case "refinement" if policy.refined is not None:
            # An assumption of the interface is another one where the two policies' `define`s make it so.
            met = (Answers(), Admitted(policy.refined))
            return Questions(((*met, Disallowed(policy.refined)),), premises=(met,))
        case "invariant" if claim.formula is not None:
            fails = Holds(policy.elaboration.of(claim.formula), truth=False)
            return Questions(((Answers(), fails),), premises=_premises(policy, claim.formula, (Answers(),)))
        case "scenario" if claim.formula is not None:
            given = (*(Given(name, policy.elaboration.of(value)) for name, value in claim.givens), Answers())
            fails = Holds(policy.elaboration.of(claim.formula), truth=False)
            return Questions(((*given, fails),), premises=_premises(policy, claim.formula, given))
        case _:
            raise AssertionError(f"{claim.address} is no claim about a policy")


def _premises(policy: CheckedPolicy, formula: Expr, given: Query) -> tuple[Query, ...]:
    made = tuple((*given, Holds(premise)) for premise in premises(policy.elaboration, formula))
    return made or (given,)
