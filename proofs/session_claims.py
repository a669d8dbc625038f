"""Claims about sessions and hosts: what is asked of every run, and of every rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from ..spec.checked import CheckedHost, CheckedSession, rule_name
from ..spec.syntax import And, Expect, Expr

if TYPE_CHECKING:
    from ..spec.checked import CheckedInterface, CheckedScenario
    from ..spec.source import Source, Span

SessionKind: TypeAlias = Literal[
    "satisfiable", "defined", "terminates", "requests_known", "invariant", "property", "scenario"
]


class SessionClaim(Struct, frozen=True):
    """One question about a session, asked of every run on every configuration.

    `formula` speaks of how the session ended; `givens` fix parts of the configuration.
    """

    session: CheckedSession
    name: str
    kind: SessionKind
    source: Source
    span: Span
    formula: Expr | None = None
    givens: tuple[tuple[str, Expr], ...] = ()
    cites: str = ""
    doc: str = ""
    expected: Expect | None = None

    @property
    def subject(self) -> str:
        return self.session.name

    @property
    def address(self) -> str:
        return f"{self.session.name}.{self.name}"

    @property
    def interface(self) -> CheckedInterface:
        return self.session.interface

    @property
    def assumptions(self) -> tuple[str, ...]:
        return tuple(placed.statement.name.id for placed in self.session.assumptions)


class HostClaim(Struct, frozen=True):
    """A rule of a host can apply: to some last request and some reply, whatever policy gives it."""

    host: CheckedHost
    at: int
    kind: Literal["reachable"] = "reachable"
    formula: None = None
    givens: tuple[tuple[str, Expr], ...] = ()
    expected: None = None
    assumptions: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"reachable.{rule_name(self.at)}"

    @property
    def subject(self) -> str:
        return self.host.name

    @property
    def address(self) -> str:
        return f"{self.host.name}.{self.name}"

    @property
    def interface(self) -> CheckedInterface:
        return self.host.interface

    @property
    def source(self) -> Source:
        return self.host.source

    @property
    def span(self) -> Span:
        return self.host.rules[self.at].span

    @property
    def cites(self) -> str:
        return ""

    @property
    def doc(self) -> str:
        return self.host.rules[self.at].doc


def claims_of_host(host: CheckedHost) -> list[HostClaim]:
    return [HostClaim(host, at) for at in range(len(host.rules))]


def claims_of_session(session: CheckedSession, scenarios: list[CheckedScenario]) -> list[SessionClaim]:
    """Every claim about a session; names and order are `CheckedSession.claim_names`'."""
    reasons = {item.claim.id: item for item in session.expects}
    place = session.declaration.name.span
    implied: tuple[SessionKind, ...] = ("satisfiable", "defined", "terminates", "requests_known")
    made = [SessionClaim(session, kind, kind, session.source, place, expected=reasons.get(kind)) for kind in implied]
    for placed in (*session.invariants, *session.properties):
        statement = placed.statement
        made.append(
            SessionClaim(
                session,
                statement.name.id,
                "invariant" if statement.role == "invariant" else "property",
                placed.source,
                statement.span,
                statement.formula,
                cites=statement.cites,
                doc=statement.doc,
                expected=reasons.get(statement.name.id),
            )
        )
    for scenario in scenarios:
        if scenario.subject is session:
            formulas = scenario.formulas
            made.append(
                SessionClaim(
                    session,
                    scenario.name,
                    "scenario",
                    scenario.source,
                    scenario.declaration.span,
                    formulas[0] if len(formulas) == 1 else And(formulas, formulas[0].span),
                    scenario.givens,
                    cites=scenario.declaration.cites,
                    doc=scenario.declaration.doc,
                    expected=reasons.get(scenario.name),
                )
            )
    return made
