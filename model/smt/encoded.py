"""What expressions are to the solver: values, sets, and what symbols stand for."""

# z3 carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from msgspec import Struct

from ...spec.core import Symbol
from .bits import Bits


class Term(Struct, frozen=True):
    """A value, `Bits` or a Boolean of the solver, and when there is one: `defined` is None where there always is."""

    value: Any
    defined: Any = None


class Slots(Struct, frozen=True):
    """A set as a row of words, each with when it is in the set (None: always)."""

    rows: tuple[tuple[Bits, Any], ...]


class Span(Struct, frozen=True):
    """The well-formed revisions from `low` to `high`."""

    low: Term
    high: Term


class Predicate(Struct, frozen=True):
    """A set as a predicate on words; `well_formed` where all that are in it are so."""

    holds: Callable[[Bits], Any]
    well_formed: bool


Encoded: TypeAlias = "Term | Slots | Span | Predicate"
Want: TypeAlias = "bool | None"
"""The truth value that a formula is asserted to have; None where it may have either."""


def all_well_formed(domain: Encoded) -> bool:
    """Whether all elements of a set that the solver quantifies over are well formed."""
    return isinstance(domain, Span) or (isinstance(domain, Predicate) and domain.well_formed)


class Scope(Struct, frozen=True):
    """What symbols stand for; `binders` are the variables of the solver's own quantifiers around."""

    values: dict[Symbol, Encoded]
    binders: tuple[Any, ...] = ()

    def bind(self, symbol: Symbol, value: Encoded) -> Scope:
        return Scope({**self.values, symbol: value}, self.binders)


class Applied(Struct, frozen=True):
    """An abstract `define` applied to some terms, each one Boolean or integer; `binders` are those in the terms."""

    name: str
    arguments: tuple[Any, ...]
    holds: Any
    binders: tuple[Any, ...] = ()
