"""What a `define` is, seen from where it is named: every body is read where it was written.

A reading finds, for a name, the body and the reading in which that body is taken; None stands for one without a body.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from parley.spec.syntax import (
    And,
    Boolean,
    Define,
    Enumeration,
    Expr,
    File,
    Implies,
    Interface,
    Label,
    Layout,
    Policy,
    Statement,
    Variable,
)

Found: TypeAlias = "tuple[Define, Reading]"


def bodies(defines: list[Define]) -> dict[str, Define]:
    return {d.name.id: d for d in defines if d.body is not None}


@dataclass(frozen=True)
class OfFile:
    """A file's `define`s see each other, and their parameters."""

    defines: dict[str, Define]

    def find(self, name: str) -> Found | None:
        return (self.defines[name], self) if name in self.defines else None

    def sees(self, _name: str) -> bool:
        return False


@dataclass(frozen=True)
class OfPolicy:
    """Everything of a policy and of its interface, as this policy reads it.

    `lender` is the policy that refines this one: what stays abstract here has the lender's body, as the lender reads it.
    """

    file: OfFile
    interface: Interface
    policy: Policy
    lender: OfPolicy | None = None

    def find(self, name: str) -> Found | None:
        own = bodies([i for i in self.policy.items if isinstance(i, Define)])
        shared = bodies([i for i in self.interface.items if isinstance(i, Define)])
        if name in own or name in shared:
            return own.get(name) or shared[name], self
        return self.file.find(name) or (self.lender.find(name) if self.lender is not None else None)

    def sees(self, _name: str) -> bool:
        return True


@dataclass(frozen=True)
class OfHost:
    """What the interface itself says; what it leaves abstract is the policy's, where there is one."""

    file: OfFile
    interface: Interface
    policy: OfPolicy | None

    def find(self, name: str) -> Found | None:
        shared = bodies([i for i in self.interface.items if isinstance(i, Define)])
        if name in shared:
            return shared[name], self
        return self.file.find(name) or (None if self.policy is None else self.policy.find(name))

    def sees(self, _name: str) -> bool:
        return True


Reading: TypeAlias = OfFile | OfPolicy | OfHost


def of_file(file: File) -> OfFile:
    return OfFile(bodies([d for d in file.declarations if isinstance(d, Define)]))


def variables(interface: Interface) -> dict[str, Variable]:
    return {i.name.id: i for i in interface.items if isinstance(i, Variable)}


def configs(file: File, policy: Policy) -> dict[str, Variable]:
    """The configs that a policy adds to its interface's: its own, and those of the policy that it refines."""
    own = {i.name.id: i for i in policy.items if isinstance(i, Variable)}
    if policy.refines is None:
        return own
    (refined,) = [d for d in file.declarations if isinstance(d, Policy) and d.name.id == policy.refines.id]
    return {**configs(file, refined), **own}


def optional(interface: Interface, names: Sequence[Label]) -> list[Expr]:
    """What the optional assumptions of these names say."""
    said = {i.name.id: i.formula for i in interface.items if isinstance(i, Statement) and i.role == "assumption"}
    return [said[name.id] for name in names]


def claimed(interface: Interface, statement: Statement) -> Expr:
    """What a statement claims: under optional assumptions, that they imply it."""
    premises = optional(interface, statement.under)
    return Implies(And((*premises, Boolean(True))), statement.formula) if premises else statement.formula


def constants(interface: Interface) -> dict[str, int]:
    """The names of enumerations, each with its number, and those that stand beside words."""
    types = [v.type for v in variables(interface).values()]
    of_types = {label.id: number for t in types if isinstance(t, Enumeration) for label, number in t.values}
    return {**of_types, **{name: code for names in codes_of_names(interface).values() for name, code in names.items()}}


def codes_of_names(interface: Interface) -> dict[str, dict[str, int]]:
    """Of each variable that may have a name for its value, the names and their codes. None stands in a register."""
    (layout,) = [item for item in interface.items if isinstance(item, Layout)]
    end = 2 ** (1 + max(f.bits.high for f in layout.fields))
    made: dict[str, dict[str, int]] = {}
    for name, variable in variables(interface).items():
        if variable.names is not None:
            made[name] = {label.id: code if code >= 0 else code + end for label, code in variable.names.values}
    return made


def abstract(interface: Interface, reading: Reading) -> list[str]:
    """The relations that nothing gives a body."""
    names = [i.name.id for i in interface.items if isinstance(i, Define)]
    return [name for name in names if reading.find(name) is None]
