"""Revision formats: how the fields of a revision lie in its register word."""

from __future__ import annotations

from functools import cached_property

from msgspec import Struct

from .diagnostics import plural
from .syntax import Layout, Slice

WIDEST = 64
"""The most bits that a word can have: those of the largest registers."""


class Field(Struct, frozen=True):
    """Bits `high` down to `low`, both included. A `zero` field is zero in every well-formed revision."""

    name: str
    high: int
    low: int
    zero: bool

    @property
    def width(self) -> int:
        return self.high - self.low + 1


class Format(Struct, frozen=True, dict=True):
    """The layout of a revision word, most significant field first. Words are integers from 0, below `end`."""

    fields: tuple[Field, ...]

    @classmethod
    def of(cls, layout: Layout) -> Format:
        return cls(tuple(Field(f.name.id, f.bits.high, f.bits.low, f.zero) for f in layout.fields))

    @cached_property
    def width(self) -> int:
        """How many bits a word has: the layout sets it."""
        return self.fields[0].high + 1

    @cached_property
    def end(self) -> int:
        return 1 << self.width

    @cached_property
    def numbered(self) -> tuple[Field, ...]:
        """The fields that a revision is written with."""
        return tuple(f for f in self.fields if not f.zero)

    @cached_property
    def reserved(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if f.zero)

    @cached_property
    def reserved_mask(self) -> int:
        return sum(((1 << f.width) - 1) << f.low for f in self.reserved)

    @cached_property
    def largest(self) -> int:
        """The word of the largest revision: every bit that a revision has."""
        return sum(((1 << f.width) - 1) << f.low for f in self.numbered)

    @cached_property
    def zeros(self) -> int:
        """The bits of a register of 64 that no revision sets."""
        return (1 << WIDEST) - 1 - self.largest

    def well_formed(self, word: int) -> bool:
        return 0 <= word < self.end and not word & self.reserved_mask

    def at_most(self, word: int) -> int:
        """The largest well-formed word that is not above one."""
        wrong = (word & self.reserved_mask).bit_length()
        if not wrong:
            return word
        # The highest bit that must be zero goes, and all below it is as large as can be.
        return (word >> wrong << wrong | (1 << wrong) - 1) & ~self.reserved_mask

    def at_least(self, word: int) -> int | None:
        """The smallest well-formed word that is not below one; None where there is none."""
        wrong = (word & self.reserved_mask).bit_length()
        if not wrong:
            return word
        # Something above the highest bit that must be zero is one more, and all below it is zero.
        above = (word >> wrong << wrong | self.reserved_mask) + (1 << wrong)
        return None if above >= self.end else above & ~self.reserved_mask

    def word(self, numbers: tuple[int, ...]) -> int:
        """The word of a revision literal; its numbers must fit (the checker sees to it)."""
        return sum(number << f.low for number, f in zip(numbers, self.numbered, strict=True))

    def numbers(self, word: int) -> tuple[int, ...]:
        return tuple((word >> f.low) & ((1 << f.width) - 1) for f in self.numbered)

    def rank(self, word: int) -> int:
        """Where a well-formed word stands among all, from 0."""
        made = 0
        for number, field in zip(self.numbers(word), self.numbered, strict=True):
            made = made << field.width | number
        return made

    def bits(self, part: str | Slice) -> tuple[int, int]:
        """Low bit and width of a field or slice."""
        if isinstance(part, Slice):
            return part.low, part.high - part.low + 1
        field = next(f for f in self.fields if f.name == part)
        return field.low, field.width

    @cached_property
    def samples(self) -> tuple[str, ...]:
        """Two revisions as they are written, for messages."""
        last = len(self.numbered) - 1
        low = tuple(int(at == 0) for at in range(last + 1))
        high = tuple(int(at in (0, last)) + (last == 0) for at in range(last + 1))
        return tuple(self.show(self.word(numbers)) for numbers in (low, high))

    def show(self, word: int) -> str:
        """`1.1`; the word in hexadecimal where reserved bits are set, and always where revisions have one number."""
        if len(self.numbered) < 2:
            return f"{word:#x}"
        return ".".join(map(str, self.numbers(word))) if self.well_formed(word) else f"{word:#x}"

    def read(self, text: str) -> int:
        """The word of `1.1` or `0x…`. Raises ValueError, with a message for the user, where it is neither.

        Where revisions have one number, that number alone is read as well.
        """
        text = text.strip()
        pattern = ".".join(f.name for f in self.numbered)
        only_words = len(self.numbered) < 2
        if text[:2] in ("0x", "0X"):
            try:
                word = int(text, 16)
            except ValueError:
                raise ValueError(f"`{text[:40]}` is not a hexadecimal number") from None
            if word >= self.end:
                raise ValueError(f"`{text[:40]}` does not fit in {plural(self.width, 'bit')}")
            return word
        parts = text.split(".")
        if not all(part.isascii() and part.isdigit() and len(part) <= 20 for part in parts):
            how = "its register word as 0x…" if only_words else f"it as {pattern}, or its register word as 0x…"
            raise ValueError(f"`{text[:40]}` is not a revision; write {how}")
        if only_words and len(parts) > 1:
            raise ValueError(f"a revision is one number here, and `{text[:40]}` is {len(parts)}; write it as 0x…")
        if len(parts) != len(self.numbered):
            raise ValueError(f"`{text[:40]}` has {len(parts)} of the {len(self.numbered)} numbers of {pattern}")
        for part, field in zip(parts, self.numbered, strict=True):
            if int(part) >> field.width:
                raise ValueError(
                    f"{part} does not fit in `{field.name}`, whose largest value is {(1 << field.width) - 1}"
                )
        return self.word(tuple(map(int, parts)))
