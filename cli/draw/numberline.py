"""A configuration and its inputs as number lines: every value in play has its column, the same in each line.

Where there are too many for a line, some of the members of sets have none, and a set says how many it has beside those
that are shown, and has them all below its line.
"""

from __future__ import annotations

from collections.abc import Iterable

from parley.model.instance import Range, Value
from parley.values import Values, Words, words_among

from .rows import Row

STEP = 7

WIDEST = 140
"""Columns of a number line, unless FEW values take more."""

FEW = 8


def drawings(words: Words, values: Values) -> list[Row]:
    """Name and drawing of each value; what is no revision is written out, and a set that has no room for some, too."""
    marks: set[int] = set()
    named = {name for name, value in values.items() if words.is_named(name, value)}
    for name, value in values.items():
        if not isinstance(value, bool) and name not in named:
            marks |= words_among([value])
    labels = {mark: words.format.show(mark) for mark in marks}
    step = max(STEP, 4 + max(map(len, labels.values()), default=0))
    first = max((len(labels[min(v)]) for v in map(_shown, values.values()) if v), default=0) + 1
    columns = max(FEW, WIDEST // step)
    if len(marks) > columns:
        marks = _kept({name: value for name, value in values.items() if name not in named}, columns)
    column = {mark: first + at * step for at, mark in enumerate(sorted(marks))}
    made: list[Row] = []
    for name, value in values.items():
        match value:
            case tuple():
                made.append((name, _set(value, column, labels)))
                made += [("", words.revisions(value))] if len(column.keys() & {*value}) < len(value) else []
            case Range():
                made.append((name, _set(_shown(value), column, labels, "═")))
            case int() if not isinstance(value, bool) and name not in named:
                made.append((name, _line([(column[value], f"▲ {labels[value]}")])))
            case _:
                made.append((name, words.show(words.interface.variables.get(name), value)))
    return made


def _kept(values: Values, columns: int) -> set[int]:
    """The values that have a column: what is no member of a set, the ends of each set, and of the members the least."""
    kept: set[int] = set()
    members: set[int] = set()
    for value in values.values():
        if isinstance(value, tuple):
            members.update(value)
            kept.update((value[0], value[-1]) if value else ())
        elif not isinstance(value, bool):
            kept |= words_among([value])
    for word in sorted(members - kept):
        if len(kept) >= columns:
            break
        kept.add(word)
    return kept


def _shown(value: Value | None) -> tuple[int, ...]:
    """What is marked of a set, or of a range: its ends."""
    if isinstance(value, Range):
        return (value.low,) if value.low == value.high else (value.low, value.high)
    return value if isinstance(value, tuple) else ()


def _set(members: tuple[int, ...], column: dict[int, int], labels: dict[int, str], between: str = "─") -> str:
    if not members:
        return "nothing"
    first, low, high = labels[members[0]], column[members[0]], column[members[-1]]
    parts = [(low, between * (high - low)), (low - 1 - len(first), f"{first} ●")]
    shown = [member for member in members if member in column]
    parts += [(column[m], f"● {labels[m]}{' ' if m != members[-1] else ''}") for m in shown[1:]]
    more = f" … and {len(members) - len(shown)} more" if len(shown) < len(members) else ""
    return f"{_line(parts)}{more}"


def _line(parts: Iterable[tuple[int, str]]) -> str:
    """Texts at their columns; the later ones cover the earlier ones."""
    line = ""
    for column, text in parts:
        line = line[:column].ljust(column) + text + line[column + len(text) :]
    return line
