"""What a search looks for: queries, whose goals are conditions on a configuration, the inputs and an answer.

A claim is refuted by meeting a query, or proved by meeting one; the cutoff, the encoding and the evaluator each give
every goal its meaning on their own. What goals say is in the core language.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from ..spec.checked import CheckedPolicy
from ..spec.checked_parts import CheckedCase
from ..spec.core import Core


class Holds(Struct, frozen=True):
    """The formula holds of configuration, inputs and answer (or fails, where `truth` is False)."""

    formula: Core
    truth: bool = True


class Fact(Struct, frozen=True):
    """The formula holds. Many searches share it: it is known by its name, and encoded once."""

    name: str
    formula: Core


class Given(Struct, frozen=True):
    """A config or an input has the value of a constant term."""

    name: str
    value: Core


class Answers(Struct, frozen=True):
    """The outputs are an answer of the policy; with `case`, one that this case gives."""

    case: int | None = None


class Fires(Struct, frozen=True):
    """The case is the first that applies, whether or not its outputs have values."""

    case: int


class NoCase(Struct, frozen=True):
    """No case applies."""


class Undefined(Struct, frozen=True):
    """The case that applies assigns an output from nothing (for some value that its open outputs may take)."""


class NoAdmissibleOutput(Struct, frozen=True):
    """The case that applies leaves outputs open, and none of their values gives an answer that meets its `ensure`s.

    Of sets, none of those that are tried: what the solver finds then need not be an example.
    """


class Malformed(Struct, frozen=True):
    """An output that is a revision has reserved bits set."""


class Disallowed(Struct, frozen=True):
    """The outputs are no answer that the other policy (of the same interface) gives."""

    by: CheckedPolicy


class Admitted(Struct, frozen=True):
    """Configuration and inputs meet the assumptions of the other policy (of the same interface), as it reads them."""

    by: CheckedPolicy


Goal: TypeAlias = (
    Holds | Fact | Given | Answers | Fires | NoCase | Undefined | NoAdmissibleOutput | Malformed | Disallowed | Admitted
)

Query: TypeAlias = tuple[Goal, ...]
"""Goals that are to be met together, besides the assumptions of the policy."""


def tried_sets(policy: CheckedPolicy) -> list[Core]:
    """Sets that an open output is tried with, to see whether there is an answer: there are too many to go through.

    Where none of them makes one, it is not known whether there is any.
    """
    nodes = policy.elaboration.nodes
    given = (*policy.interface.configs, *policy.interface.inputs)
    return [nodes.listed(()), *(nodes.variable(v.name.id) for v in given if v.type == "set")]


def leaves_several_open(policy: CheckedPolicy, case: CheckedCase) -> bool:
    """Whether a case leaves a set or a range open: they are too many to go through."""
    variables = policy.interface.variables
    return any(variables[name].type in ("set", "range") for name in case.unspecified)


def leans_on_open(policy: CheckedPolicy, case: CheckedCase) -> bool:
    """Whether a case assigns an output from one that it leaves open, so that it may have a value for some only."""
    open_ = set(case.unspecified)
    return any(a.value is not None and policy.elaboration.of(a.value).free & open_ for a in case.assignments)
