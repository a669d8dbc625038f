"""What a search looks for: conditions on a configuration, the inputs and an answer of a policy.

A claim is refuted by finding goals together, or proved by finding them; the cutoff, the encoding and the evaluator
each give every goal its meaning on their own.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from ..spec.checked import CheckedPolicy
from ..spec.syntax import Expr


class Holds(Struct, frozen=True):
    """The formula holds of configuration, inputs and answer (or fails, where `truth` is False)."""

    formula: Expr
    truth: bool = True


class Given(Struct, frozen=True):
    """A config or an input has the value of a constant term."""

    name: str
    value: Expr


class Answers(Struct, frozen=True):
    """The outputs are an answer of the policy; with `case`, one that this case gives."""

    case: int | None = None


class NoCase(Struct, frozen=True):
    """No case applies."""


class Undefined(Struct, frozen=True):
    """The case that applies assigns an output from nothing."""


class Speechless(Struct, frozen=True):
    """The case that applies leaves outputs open, and none of their values meets its `ensure`s."""


class Malformed(Struct, frozen=True):
    """An output that is a revision has reserved bits set."""


class Disallowed(Struct, frozen=True):
    """The outputs are no answer that the other policy (of the same interface) gives."""

    by: CheckedPolicy


Goal: TypeAlias = Holds | Given | Answers | NoCase | Undefined | Speechless | Malformed | Disallowed
