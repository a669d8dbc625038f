"""What was asked and answered, as a value: so that it can be asked again, of others."""

from __future__ import annotations

from msgspec import Struct

from ..model.queries import Query
from ..spec.checked import CheckedPolicy


class Asked(Struct, frozen=True):
    """Whether a query about a policy can be `met`, as it was answered; no set has more revisions than `most` says.

    `shared` is what several claims rest on. Where an example was known it was `confirmed`, with its values put in.
    """

    policy: CheckedPolicy
    goals: Query
    met: bool
    most: dict[str, int]
    shared: bool = False
    confirmed: bool = False
