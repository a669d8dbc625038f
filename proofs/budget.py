"""What a claim may cost: units of the solver's own resource counter, which are the same on every machine."""

from __future__ import annotations

BUDGET = 10_000_000
"""Units for one claim: a hundred times what the library's claims take."""

ASIDE = 400_000
"""Units for each thing that is said beside a verdict: how many kinds there are, what a proof used, readable values."""


class Budget:
    """Units that are left for one purpose. What the solver does for it is taken off."""

    def __init__(self, units: int) -> None:
        self.units = units
        self.left = units

    def aside(self) -> Budget:
        """A small budget of its own, for what is said beside the verdict."""
        return Budget(max(min(self.units // 4, ASIDE), 1))

    def spend(self, units: int) -> None:
        self.left -= units

    @property
    def spent(self) -> bool:
        return self.left <= 0
