"""The names of a file: its own and those of the files that it uses, each with what the checker knows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from msgspec import Struct, field

from ..checked import CheckedHost, CheckedPolicy, CheckedSession
from ..checked_interface import CheckedInterface
from ..defines import Defined
from ..program import CheckedScenario, Program
from .scope import Damaged

if TYPE_CHECKING:
    from ..source import Source
    from ..syntax import Label
    from .signatures import Signatures


Kind = TypeVar("Kind", CheckedInterface, CheckedPolicy, CheckedSession)


class Entry(Struct, Generic[Kind]):
    """`outer` are the `define`s that its file has; their clashes with its own names are reported there."""

    checked: Kind
    signatures: Signatures
    outer: dict[str, Defined]
    scenarios: dict[str, CheckedScenario] = field(default_factory=dict[str, CheckedScenario])


Subject: TypeAlias = "Entry[CheckedPolicy] | Entry[CheckedSession]"
"""What scenarios can be for."""


class Environment(Struct):
    """The names of a file: its own and those of the files that it uses."""

    interfaces: dict[str, Entry[CheckedInterface]] = field(default_factory=dict[str, Entry[CheckedInterface]])
    policies: dict[str, Entry[CheckedPolicy]] = field(default_factory=dict[str, Entry[CheckedPolicy]])
    hosts: dict[str, CheckedHost] = field(default_factory=dict[str, CheckedHost])
    sessions: dict[str, Entry[CheckedSession]] = field(default_factory=dict[str, Entry[CheckedSession]])
    defines: dict[str, Defined] = field(default_factory=dict[str, Defined])
    declared: dict[str, tuple[Source, Label]] = field(default_factory=dict[str, "tuple[Source, Label]"])
    damaged: Damaged = field(default_factory=Damaged)

    @property
    def subjects(self) -> dict[str, Subject]:
        return {**self.policies, **self.sessions}

    def kind(self, name: str) -> str | None:
        """What a name stands for, in words."""
        kinds = {
            "an interface": self.interfaces,
            "a policy": self.policies,
            "a host": self.hosts,
            "a session": self.sessions,
            "a `define`": self.defines,
        }
        return next((kind for kind, names in kinds.items() if name in names), None)


def program(environment: Environment, source: Source) -> Program:
    return Program(
        source,
        {name: entry.checked for name, entry in environment.interfaces.items()},
        {name: entry.checked for name, entry in environment.policies.items()},
        dict(environment.hosts),
        {name: entry.checked for name, entry in environment.sessions.items()},
        tuple(scenario for entry in environment.subjects.values() for scenario in entry.scenarios.values()),
    )
