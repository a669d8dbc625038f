"""Claims: everything that is asked about a policy, as goals to be found or to be shown impossible."""

from __future__ import annotations

from typing import Literal, TypeAlias

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
from ..model.inline import Inliner
from ..spec.borrow import made_concrete
from ..spec.checked import CheckedInterface, CheckedPolicy, CheckedScenario
from ..spec.source import Source, Span
from ..spec.syntax import And, Boolean, Expect, Expr, Implies, Quantified

Kind: TypeAlias = Literal[
    "invariant", "refinement", "total", "reachable", "defined", "encodable", "satisfiable", "scenario"
]
Goals: TypeAlias = "tuple[Goal, ...]"


class Claim(Struct, frozen=True):
    """One question about a policy.

    `counter` lists the ways in which it could fail: finding the goals of one of them refutes it. A claim that
    something can happen has `sought` instead: finding those goals proves it. `premises` must each be found, or the
    proof is vacuous. `formula` is what is claimed, where it is a formula of the file.
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

    @property
    def givens(self) -> tuple[tuple[str, Expr], ...]:
        """What a scenario gives of the configuration and the inputs."""
        return tuple((goal.name, goal.value) for goals in self.counter for goal in goals if isinstance(goal, Given))


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
        other = made_concrete(policy.refines, policy)
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
        whole = Inliner(policy.defines).inline(statement.formula)
        needed = tuple((Answers(), Holds(p)) for p in premises(whole)) or ((Answers(),),)
        made.append(
            claim(
                statement.name.id,
                "invariant",
                placed.source,
                statement.span,
                counter=((Answers(), Holds(statement.formula, truth=False)),),
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
    givens = tuple(Given(name, value) for name, value in scenario.givens)
    declaration = scenario.declaration
    return Claim(
        policy,
        scenario.name,
        "scenario",
        scenario.source,
        declaration.span,
        counter=((*givens, Answers(), Holds(whole, truth=False)),),
        premises=((*givens, Answers()),),
        formula=whole,
        cites=declaration.cites,
        doc=declaration.doc,
        expected=reasons.get(scenario.name),
    )


def premises(formula: Expr) -> list[Expr]:
    """What must be possible for a proof of an inlined formula to say something: each premise, with those around it."""
    match formula:
        case Implies(left=left, right=right):
            return [And((left, inner), left.span) for inner in premises(right)] or [left]
        case And(operands=operands):
            return [premise for operand in operands for premise in premises(operand)]
        case Quantified(kind="every", variable=variable, domain=domain, body=body):
            inner = premises(body) or [Boolean(value=True)]
            return [Quantified("some", variable, domain, premise, formula.span) for premise in inner]
        case _:
            return []
