"""Claims: everything that is asked about a policy, as goals to be found or to be shown impossible."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

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
from ..spec.checked import CheckedInterface, CheckedPolicy, CheckedScenario
from ..spec.premises import premises
from ..spec.source import Source, Span
from ..spec.syntax import And, Expect, Expr

Kind: TypeAlias = Literal[
    "invariant", "refinement", "total", "reachable", "defined", "encodable", "satisfiable", "scenario"
]
Goals: TypeAlias = "tuple[Goal, ...]"


class Claim(Struct, frozen=True):
    """One question about a policy.

    `counter` lists the ways in which it could fail: finding the goals of one of them refutes it. A claim that
    something can happen has `sought` instead: finding those goals proves it. `premises` must each be found, or the
    proof is vacuous. `formula` is what is claimed, where it is a formula of the file, and `givens` are what a scenario
    gives of the configuration and the inputs.
    """

    policy: CheckedPolicy
    name: str
    kind: Kind
    source: Source
    span: Span
    counter: tuple[Goals, ...] = ()
    sought: Goals | None = None
    premises: tuple[Goals, ...] = ()
    formula: Expr | None = None
    cites: str = ""
    doc: str = ""
    expected: Expect | None = None
    givens: tuple[tuple[str, Expr], ...] = ()

    @property
    def subject(self) -> str:
        return self.policy.name

    @property
    def address(self) -> str:
        return f"{self.policy.name}.{self.name}"

    @property
    def interface(self) -> CheckedInterface:
        return self.policy.interface

    @property
    def assumptions(self) -> tuple[str, ...]:
        placed = self.policy.assumptions
        if self.kind == "refinement" and self.policy.refines is not None:
            placed += self.policy.refines.assumptions
        return tuple(dict.fromkeys(one.statement.name.id for one in placed))


def claims_of(policy: CheckedPolicy, scenarios: list[CheckedScenario] | None = None) -> list[Claim]:
    """Every claim about a policy, those that nobody wrote first; names and order are `CheckedPolicy.claim_names`'."""
    reasons = {item.claim.id: item for item in policy.expects}
    declaration = policy.declaration
    place = declaration.name.span

    def claim(name: str, kind: Kind, source: Source, span: Span, **more: object) -> Claim:
        return Claim(policy, name, kind, source, span, expected=reasons.get(name), **more)  # pyright: ignore[reportArgumentType]

    own = policy.source
    made = [
        claim("satisfiable", "satisfiable", own, place, sought=()),
        claim("total", "total", own, place, counter=((NoCase(),),), premises=((),)),
    ]
    for at, case in enumerate(policy.cases):
        span = case.declaration.name.span
        made.append(
            claim(f"reachable.{case.name}", "reachable", own, span, sought=(Fires(at),), doc=case.declaration.doc)
        )
    made += [
        claim("defined", "defined", own, place, counter=((Undefined(),), (Speechless(),)), premises=((),)),
        claim("encodable", "encodable", own, place, counter=((Answers(), Malformed()),), premises=((Answers(),),)),
    ]
    if policy.refines is not None and declaration.refines is not None:
        other = replace(policy.refines, lender=policy)
        # An assumption of the interface is another one where the two policies' `define`s make it so.
        met = (Answers(), Admitted(other))
        made.append(
            claim(
                "refines",
                "refinement",
                own,
                declaration.refines.span,
                counter=((*met, Disallowed(other)),),
                premises=(met,),
                cites=declaration.cites,
            )
        )
    for placed in policy.invariants:
        statement = placed.statement
        met_in = premises(policy.elaboration, statement.formula)
        needed = tuple((Answers(), Holds(premise)) for premise in met_in) or ((Answers(),),)
        made.append(
            claim(
                statement.name.id,
                "invariant",
                placed.source,
                statement.span,
                counter=((Answers(), Holds(policy.elaboration.of(statement.formula), truth=False)),),
                premises=needed,
                formula=statement.formula,
                cites=statement.cites,
                doc=statement.doc,
            )
        )
    made += [_scenario(policy, scenario, reasons) for scenario in scenarios or [] if scenario.subject is policy]
    return made


def _scenario(policy: CheckedPolicy, scenario: CheckedScenario, reasons: dict[str, Expect]) -> Claim:
    formulas = scenario.formulas
    whole = formulas[0] if len(formulas) == 1 else And(formulas, formulas[0].span)
    elaboration = policy.elaboration
    givens = tuple(Given(name, elaboration.of(value)) for name, value in scenario.givens)
    declaration = scenario.declaration
    return Claim(
        policy,
        scenario.name,
        "scenario",
        scenario.source,
        declaration.span,
        counter=((*givens, Answers(), Holds(elaboration.of(whole), truth=False)),),
        premises=((*givens, Answers()),),
        formula=whole,
        cites=declaration.cites,
        doc=declaration.doc,
        expected=reasons.get(scenario.name),
        givens=scenario.givens,
    )
