"""Check how an interface lays out its revisions: every bit of the word in one field, from the top down."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..syntax import FieldLayout, Label, Layout
    from .checker import Checker


def check_layout(checker: Checker, layout: Layout) -> bool:
    """Report what is wrong with a layout; False where something is."""
    problems, report = checker.problems, checker.report
    faults = len(problems)
    names: dict[str, Label] = {}
    for field in layout.fields:
        first = names.setdefault(field.name.id, field.name)
        if first is not field.name:
            message = f"the field `{field.name.id}` is declared twice"
            report("P202", message, field.name, "rename one of them", checker.declared(first))
        if not 63 >= field.bits.high >= field.bits.low:
            help_ = "write the higher bit first, and no bit above 63"
            report("P403", f"`{field.name.id}` has no bits in a 64-bit word", field.name, help_)
    if not layout.fields:
        help_ = "write, for example, `revision { reserved[63:31] zero major[30:16] minor[15:0] }`"
        report("P404", "a revision has no field", layout, help_)
    if len(problems) > faults:
        return False
    spare = next((name for name in ("reserved", "reserved2", "reserved3") if name not in names), "unused")
    in_order = sorted(layout.fields, key=lambda field: -field.bits.high)
    next_bit = 63
    above: FieldLayout | None = None
    for field in in_order:
        high, low = field.bits.high, field.bits.low
        if above is not None and high > next_bit:
            shared = _bits(high, max(low, above.bits.low))
            message = f"`{above.name.id}` and `{field.name.id}` overlap in {shared}"
            help_ = "let each bit belong to one field"
            report("P401", message, max(above.name, field.name, key=lambda name: name.span), help_)
        elif high < next_bit:
            help_ = f"add `{spare}{_slice(next_bit, high + 1)} zero` before it"
            report("P402", f"no field has {_bits(next_bit, high + 1)}", field.name, help_)
        if low - 1 <= next_bit:
            next_bit, above = low - 1, field
    if next_bit >= 0:
        help_ = f"add `{spare}{_slice(next_bit, 0)} zero` after it"
        report("P402", f"no field has {_bits(next_bit, 0)}", in_order[-1].name, help_)
    if len(problems) == faults:
        for upper, lower in pairwise(layout.fields):
            if upper.bits.high < lower.bits.high:
                message = f"`{lower.name.id}` stands below `{upper.name.id}`, and has the higher bits"
                report("P403", message, lower.name, "write the fields from the most significant one down")
                break
    if all(field.zero for field in layout.fields):
        help_ = "leave `zero` off the fields that make up a revision"
        report("P404", "every field is `zero`, so there is one revision only", layout.fields[0].name, help_)
    return len(problems) == faults


def _bits(high: int, low: int) -> str:
    return f"the bits {high}:{low}" if high != low else f"bit {high}"


def _slice(high: int, low: int) -> str:
    return f"[{high}:{low}]" if high != low else f"[{high}]"
