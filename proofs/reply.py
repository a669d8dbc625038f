"""What comes of a question: yes, with an example; no, with what that follows from; or unknown, and why.

Kept apart from what asks, so that who reads a reply need not load the solver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from ..model.instance import Example

if TYPE_CHECKING:
    from .solve import Search


class Yes(Struct, frozen=True):
    """The goals can be met: in the `example`, which the solver of `search` found.

    `smallest` says that no example has fewer revisions.
    """

    example: Example
    search: Search
    smallest: bool = False


class No(Struct, frozen=True):
    """The goals cannot be met; `because` names the parts that this follows from, where that was asked for."""

    because: tuple[str, ...] = ()


class Unknown(Struct, frozen=True):
    """There is no answer; `why` is what stopped the solver, in words for reports."""

    why: str


Reply: TypeAlias = Yes | No | Unknown
