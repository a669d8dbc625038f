"""Register words of a small format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from parley.spec.syntax import FieldLayout, Interface, Layout, Slice


@dataclass(frozen=True)
class Words:
    """The words of one format: one field of it may be wide, the others are of a few bits each."""

    fields: tuple[FieldLayout, ...]

    @staticmethod
    def of(interface: Interface) -> Words:
        (layout,) = [item for item in interface.items if isinstance(item, Layout)]
        return Words(layout.fields)

    def place(self, part: str | Slice) -> tuple[int, int]:
        """The lowest bit of a field or a slice, and how many bits it has."""
        bits = part if isinstance(part, Slice) else next(f.bits for f in self.fields if f.name.id == part)
        return bits.low, bits.high - bits.low + 1

    def cut(self, word: int, part: str | Slice) -> int:
        low, width = self.place(part)
        return (word >> low) % 2**width

    def well_formed(self, word: int) -> bool:
        return all(self.cut(word, f.bits) == 0 for f in self.fields if f.zero)

    def literal(self, numbers: Sequence[int]) -> int:
        numbered = [f for f in self.fields if not f.zero]
        return sum(number << f.bits.low for number, f in zip(numbers, numbered, strict=True))

    @cached_property
    def revisions(self) -> tuple[int, ...]:
        """All well-formed words, in their order."""
        numbered = [f for f in self.fields if not f.zero]
        choices = [range(2 ** (f.bits.high - f.bits.low + 1)) for f in numbered]
        return tuple(sorted(self.literal(point) for point in product(*choices)))

    @property
    def short(self) -> bool:
        """There are few enough to try all."""
        return max(f.bits.high for f in self.fields) < 4

    @cached_property
    def all(self) -> tuple[int, ...]:
        """All words there are."""
        return tuple(range(2 ** (1 + max(f.bits.high for f in self.fields))))

    def with_wide(self, values: Sequence[int]) -> tuple[int, ...]:
        """All words whose widest field has one of some values; -1 is its largest."""
        widest = max(self.fields, key=lambda f: f.bits.high - f.bits.low)
        wide = [value % 2 ** (widest.bits.high - widest.bits.low + 1) for value in values]
        choices = [wide if f is widest else range(2 ** (f.bits.high - f.bits.low + 1)) for f in self.fields]
        shifts = [f.bits.low for f in self.fields]
        points = product(*choices)
        return tuple(sorted(sum(n << s for n, s in zip(point, shifts, strict=True)) for point in points))
