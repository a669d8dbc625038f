"""Claims: everything that is asked about policies, hosts and sessions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from ..spec.checked import CheckedHost, CheckedPolicy, CheckedSession, rule_name
from ..spec.checked_interface import CheckedInterface
from ..spec.checked_parts import Placed
from ..spec.program import CheckedScenario
from ..spec.source import Source, Span
from ..spec.syntax import And, Expect, Expr, Implies

Kind: TypeAlias = Literal[
    "satisfiable",
    "total",
    "reachable",
    "defined",
    "encodable",
    "refinement",
    "terminates",
    "requests_known",
    "invariant",
    "property",
    "scenario",
]
About: TypeAlias = CheckedPolicy | CheckedHost | CheckedSession


class Claim(Struct, frozen=True):
    """One question: of every configuration, request and answer of a policy, of every reply to a host, of every run of
    a session.

    `formula` is what is claimed, where it is a formula of the file: of a session, it speaks of how that ended.
    `givens` are what a scenario gives of the configuration and the inputs. `premise` is what the optional assumptions
    say that it is claimed under, where there are any: then the formula is that this implies the rest. `under` names
    them, and those of what it is about.
    """

    about: About
    name: str
    kind: Kind
    source: Source
    span: Span
    formula: Expr | None = None
    givens: tuple[tuple[str, Expr], ...] = ()
    premise: Expr | None = None
    under: tuple[str, ...] = ()
    cites: str = ""
    doc: str = ""
    expected: Expect | None = None

    @property
    def written(self) -> Expr | None:
        """The formula as it stands in the file."""
        return self.formula.right if self.premise is not None and isinstance(self.formula, Implies) else self.formula

    @property
    def own_under(self) -> tuple[str, ...]:
        """The optional assumptions that it is under, and what it is about is not."""
        return tuple(name for name in self.under if isinstance(self.about, CheckedHost) or name not in self.about.under)

    @property
    def subject(self) -> str:
        return self.about.name

    @property
    def address(self) -> str:
        return f"{self.about.name}.{self.name}"

    @property
    def interface(self) -> CheckedInterface:
        return self.about.interface

    @property
    def policy(self) -> CheckedPolicy:
        """What a claim about a policy is about."""
        assert isinstance(self.about, CheckedPolicy)
        return self.about

    @property
    def session(self) -> CheckedSession:
        """What a claim about a session is about."""
        assert isinstance(self.about, CheckedSession)
        return self.about

    @property
    def assumptions(self) -> tuple[str, ...]:
        """The names of the assumptions that it rests on."""
        match self.about:
            case CheckedHost():
                placed: tuple[Placed, ...] = ()
            case CheckedPolicy(assumptions=placed, refines=CheckedPolicy() as refined) if self.kind == "refinement":
                placed += refined.assumptions
            case CheckedPolicy(assumptions=placed) | CheckedSession(assumptions=placed):
                pass
        return tuple(dict.fromkeys(one.statement.name.id for one in placed))


def claims_of(policy: CheckedPolicy, scenarios: Iterable[CheckedScenario] = ()) -> list[Claim]:
    """Every claim about a policy, those that nobody wrote first; names and order are `CheckedPolicy.claim_names`'."""
    declaration = policy.declaration
    place = declaration.name.span
    made = [_claim(policy, "satisfiable", "satisfiable", place), _claim(policy, "total", "total", place)]
    for case in policy.cases:
        written = case.declaration
        made.append(_claim(policy, f"reachable.{case.name}", "reachable", written.name.span, doc=written.doc))
    made += [_claim(policy, "defined", "defined", place), _claim(policy, "encodable", "encodable", place)]
    if declaration.refines is not None:
        refined = () if policy.refines is None else policy.refines.under
        more = {"cites": declaration.cites, "under": refined}
        made.append(_claim(policy, "refines", "refinement", declaration.refines.span, **more))
    made += [_stated(policy, placed, "invariant") for placed in policy.invariants]
    return made + _scenarios(policy, scenarios)


def claims_of_host(host: CheckedHost) -> list[Claim]:
    """For each rule, that it can apply: to some last request and some reply, whatever policy gives it."""
    return [
        Claim(host, f"reachable.{rule_name(at)}", "reachable", host.source, rule.span, doc=rule.doc)
        for at, rule in enumerate(host.rules)
    ]


def claims_of_session(session: CheckedSession, scenarios: Iterable[CheckedScenario] = ()) -> list[Claim]:
    """Every claim about a session; names and order are `CheckedSession.claim_names`'."""
    place = session.declaration.name.span
    implied: list[Kind] = ["satisfiable", "defined", "terminates"]
    if session.asked in ("revision", "set", "range"):
        implied.append("requests_known")
    made = [_claim(session, kind, kind, place) for kind in implied]
    made += [_stated(session, placed, "invariant") for placed in session.invariants]
    made += [_stated(session, placed, "property") for placed in session.properties]
    return made + _scenarios(session, scenarios)


def _claim(about: CheckedPolicy | CheckedSession, name: str, kind: Kind, span: Span, **more: Any) -> Claim:
    source = more.pop("source", about.source)
    under = tuple(dict.fromkeys((*about.under, *more.pop("under", ()))))
    expected = next((item for item in about.expects if item.claim.id == name), None)
    return Claim(about, name, kind, source, span, expected=expected, under=under, **more)


def _stated(about: CheckedPolicy | CheckedSession, placed: Placed, kind: Kind) -> Claim:
    """What an invariant or a property says."""
    stated = placed.statement
    more = {"formula": stated.formula, "cites": stated.cites, "doc": stated.doc, "source": placed.source}
    if stated.under and isinstance(stated.formula, Implies):
        more |= {"premise": stated.formula.left, "under": [label.id for label in stated.under]}
    return _claim(about, stated.name.id, kind, stated.span, **more)


def _scenarios(about: CheckedPolicy | CheckedSession, scenarios: Iterable[CheckedScenario]) -> list[Claim]:
    made: list[Claim] = []
    for scenario in scenarios:
        if scenario.subject is about:
            said, formulas = scenario.declaration, scenario.formulas
            whole = formulas[0] if len(formulas) == 1 else And(formulas, span=formulas[0].span)
            more = {"formula": whole, "givens": scenario.givens, "cites": said.cites, "doc": said.doc}
            made.append(_claim(about, scenario.name, "scenario", said.span, source=scenario.source, **more))
    return made
