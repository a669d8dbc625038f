"""Whole programs, checked: the declarations that a file can name, and its worked examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from . import syntax
from .checked import CheckedHost, CheckedPolicy, CheckedSession
from .checked_interface import Checked, CheckedInterface

if TYPE_CHECKING:
    from .source import Source


class CheckedScenario(Checked[syntax.Scenario], frozen=True, eq=False, dict=True):
    """A worked example: what is `given` of the configuration and the inputs, and what holds then."""

    subject: CheckedPolicy | CheckedSession
    givens: tuple[tuple[str, syntax.Expr], ...]
    formulas: tuple[syntax.Expr, ...]


class Program(Struct, frozen=True):
    """All declarations that a file can name: its own and those of the files that it uses."""

    source: Source
    interfaces: dict[str, CheckedInterface]
    policies: dict[str, CheckedPolicy]
    hosts: dict[str, CheckedHost]
    sessions: dict[str, CheckedSession]
    scenarios: tuple[CheckedScenario, ...]

    def __repr__(self) -> str:
        declared = (*self.own_policies, *self.own_hosts, *self.own_sessions)
        return f"<program {self.source.name}: {', '.join(subject.name for subject in declared)}>"

    @property
    def own_interfaces(self) -> list[CheckedInterface]:
        return [interface for interface in self.interfaces.values() if interface.source is self.source]

    @property
    def own_policies(self) -> list[CheckedPolicy]:
        return [policy for policy in self.policies.values() if policy.source is self.source]

    @property
    def own_hosts(self) -> list[CheckedHost]:
        return [host for host in self.hosts.values() if host.source is self.source]

    @property
    def own_sessions(self) -> list[CheckedSession]:
        return [session for session in self.sessions.values() if session.source is self.source]

    @property
    def own_scenarios(self) -> list[CheckedScenario]:
        return [scenario for scenario in self.scenarios if scenario.source is self.source]
