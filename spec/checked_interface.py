"""Interfaces, checked, and what every checked declaration has."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct

from . import syntax
from .checked_parts import Placed
from .diagnostics import listed
from .words import Format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .source import Source

Kind = TypeVar("Kind", bound=syntax.Block)


class Checked(Struct, Generic[Kind], frozen=True, eq=False, dict=True):
    """A declaration, and the text that it stands in. It equals itself only, and can be the key of a dictionary."""

    declaration: Kind
    source: Source

    @property
    def name(self) -> str:
        return self.declaration.name.id


class CheckedInterface(Checked[syntax.Interface], frozen=True, eq=False, dict=True):
    """`constants` are the values of all enumerations and of names beside words, by name: what the register holds.

    `optional` are the assumptions that policies, sessions and claims may be under. `base` is the interface as it is
    declared, where this is that with the configs that a policy adds.
    """

    layout: syntax.Layout
    variables: dict[str, syntax.Variable]
    constants: dict[str, int]
    defines: dict[str, syntax.Define]
    assumptions: tuple[Placed, ...]
    invariants: tuple[Placed, ...]
    optional: dict[str, Placed] = {}
    base: CheckedInterface | None = None

    def __repr__(self) -> str:
        return f"<interface {self.name}>"

    @property
    def declared(self) -> CheckedInterface:
        """The interface as it is declared: that of the hosts, and of other policies."""
        return self.base or self

    def of_role(self, role: str) -> tuple[syntax.Variable, ...]:
        return tuple(v for v in self.variables.values() if v.role == role)

    @cached_property
    def configs(self) -> tuple[syntax.Variable, ...]:
        return self.of_role("config")

    @cached_property
    def inputs(self) -> tuple[syntax.Variable, ...]:
        return self.of_role("input")

    @cached_property
    def outputs(self) -> tuple[syntax.Variable, ...]:
        return self.of_role("output")

    @cached_property
    def sets(self) -> frozenset[str]:
        """The variables that are sets."""
        return frozenset(name for name, variable in self.variables.items() if variable.type == "set")

    @cached_property
    def format(self) -> Format:
        return Format.of(self.layout)

    def labels(self) -> Iterator[syntax.Label]:
        """What it declares but for `define`s: variables, and the values of enumerations."""
        for variable in self.variables.values():
            yield variable.name
            names = variable.type if isinstance(variable.type, syntax.Enumeration) else variable.names
            if names is not None:
                yield from (label for label, _ in names.values)

    @cached_property
    def named(self) -> dict[str, dict[str, int]]:
        """The variables that may have a name for their value, with the names and their codes."""
        return {
            name: {label.id: code for label, code in variable.names.values}
            for name, variable in self.variables.items()
            if variable.names is not None
        }

    def show(self, name: str, value: int) -> str:
        """A word of an input or output as it is written, or its name."""
        names = self.named.get(name, {})
        return next((label for label, code in names.items() if code == value), None) or self.format.show(value)

    def read(self, name: str, text: str) -> int:
        """What `show` shows. Raises ValueError, with a message for the user, where it is neither word nor name."""
        names = self.named.get(name, {})
        if text.strip() in names:
            return names[text.strip()]
        by_code = next((code for code in names.values() if text.strip().lower() == f"{code:#x}"), None)
        if by_code is not None:
            return by_code
        try:
            return self.format.read(text)
        except ValueError as error:
            raise ValueError(f"{error}; its names are {listed([*names])}" if names else str(error)) from None

    def is_word_or_name(self, name: str, value: int) -> bool:
        """Whether an input or output that is a revision may have this value."""
        return 0 <= value < self.format.end or value in self.named.get(name, {}).values()

    def is_encodable(self, name: str, value: int) -> bool:
        """Whether it is a well-formed word, or a name."""
        return self.format.well_formed(value) or value in self.named.get(name, {}).values()

    @cached_property
    def ranges(self) -> frozenset[str]:
        """The variables that are intervals."""
        return frozenset(name for name, variable in self.variables.items() if variable.type == "range")

    def enumeration(self, output: str) -> syntax.Enumeration | None:
        type_ = self.variables[output].type
        return type_ if isinstance(type_, syntax.Enumeration) else None
