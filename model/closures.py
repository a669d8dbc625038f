"""Closures over slots: what each form comes to, given the closures of its parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, assert_never

from ..spec.core import Compare, Constant, Core, Optimum
from ..spec.words import Format
from .instance import Range

Slots: TypeAlias = "list[Any]"
Code: TypeAlias = "Callable[[Slots], Any]"

UNKNOWN: Any = object()
"""In the slot of what is worked out once for a whole loop, until it is."""


def once(place: int, code: Code) -> Code:
    """A value that is worked out when it is first asked for, and kept for as long as its loop lasts."""

    def run(s: Slots) -> Any:
        value = s[place]
        if value is UNKNOWN:
            value = s[place] = code(s)
        return value

    return run


def bits_of(of: Code, low: int, width: int) -> Code:
    mask = (1 << width) - 1

    def run(s: Slots) -> int | None:
        word = of(s)
        return None if word is None else (word >> low) & mask

    return run


def with_parts(of: Code, parts: list[tuple[int, int, Code]]) -> Code:
    def run(s: Slots) -> int | None:
        word = of(s)
        if word is None:
            return None
        for low, width, code in parts:
            value = code(s)
            # What does not fit in its field is no value, rather than a silently truncated one.
            if value is None or value >> width:
                return None
            word = word & ~(((1 << width) - 1) << low) | value << low
        return word

    return run


def interval(low: Code, high: Code, format_: Format) -> Code:
    """The value of an interval: its first and last well-formed words, so that equal ones have equal values."""
    well_formed = format_.well_formed

    def run(s: Slots) -> Range | tuple[int, ...]:
        first, last = low(s), high(s)
        if first is None or last is None or first > last:
            return ()
        if not (well_formed(first) and well_formed(last)):
            first, last = format_.at_least(first), format_.at_most(last)
            if first is None or first > last:
                return ()
        return Range(first, last)

    return run


def end_of(domain: Code, kind: Optimum) -> Code:
    """The greatest or least element of a set."""
    greatest = kind == "max"
    end = max if greatest else min

    def run(s: Slots) -> int | None:
        values = domain(s)
        if isinstance(values, Range):
            return values.high if greatest else values.low
        return end(values, default=None)

    return run


def listed(items: tuple[Core, ...], codes: list[Code]) -> Code:
    if all(isinstance(item, Constant) for item in items):
        words = tuple(sorted({item.value for item in items if isinstance(item, Constant)}))
        return lambda _: words

    def run(s: Slots) -> tuple[int, ...]:
        values: list[int | None] = [code(s) for code in codes]
        return tuple(sorted({value for value in values if value is not None}))

    return run


def compared(node: Compare, left: Code, right: Code, *, sense: bool) -> Code:
    """Whether a comparison holds is `sense`."""
    match node.operator:
        case "==":

            def run(s: Slots) -> bool:
                one, other = left(s), right(s)
                return (one is not None and other is not None and one == other) is sense

        case "<":

            def run(s: Slots) -> bool:
                one, other = left(s), right(s)
                return (one is not None and other is not None and one < other) is sense

        case "<=":

            def run(s: Slots) -> bool:
                one, other = left(s), right(s)
                return (one is not None and other is not None and one <= other) is sense

        case _:
            assert_never(node.operator)
    return run


def applied(place: int, values: list[Code]) -> Code:
    def run(s: Slots) -> bool:
        arguments = [value(s) for value in values]
        return None not in arguments and s[place](*arguments)

    return run


def every(codes: list[Code]) -> Code:
    def run(s: Slots) -> bool:
        for code in codes:  # noqa: SIM110 - a generator here costs a third of the small scope's time
            if not code(s):
                return False
        return True

    return run


def some(codes: list[Code]) -> Code:
    def run(s: Slots) -> bool:
        for code in codes:  # noqa: SIM110
            if code(s):
                return True
        return False

    return run
