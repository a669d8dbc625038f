"""What a claim may cost: units of the solver's own resource counter, which are the same on every machine."""

from __future__ import annotations

DEFAULT = 10_000_000
"""Units for one claim: a hundred times what the library's claims take."""


class Budget:
    """Units that are left for one purpose. What the solver does for it is taken off."""

    def __init__(self, units: int) -> None:
        self.left = units

    def share(self, of: int) -> Budget:
        """A budget of its own, one part in so many of what is left."""
        return Budget(max(self.left // of, 1))

    def spend(self, units: int) -> None:
        self.left -= units

    @property
    def spent(self) -> bool:
        return self.left <= 0
