"""A configuration and its inputs as number lines: every value in play has its column, the same in each line."""

from __future__ import annotations

from parley.values import Values, Words

from .rows import Row

STEP = 7


class _Line:
    """One row of marks. `cells` is what has been drawn, by column."""

    def __init__(self) -> None:
        self.cells: dict[int, str] = {}

    def put(self, column: int, text: str) -> None:
        self.cells.update({column + at: character for at, character in enumerate(text)})

    def text(self) -> str:
        last = max(self.cells, default=-1)
        return "".join(self.cells.get(column, " ") for column in range(last + 1))


def drawings(words: Words, values: Values) -> list[Row]:
    """Name and drawing of each value; what is no revision is written out."""
    marks: set[int] = set()
    for value in values.values():
        if not isinstance(value, bool):
            marks.update(value if isinstance(value, tuple) else (value,) if isinstance(value, int) else ())
    labels = {mark: words.format.show(mark) for mark in marks}
    step = max(STEP, 4 + max(map(len, labels.values()), default=0))
    first = max((len(labels[min(v)]) for v in values.values() if isinstance(v, tuple) and v), default=0) + 1
    column = {mark: first + at * step for at, mark in enumerate(sorted(marks))}
    made: list[Row] = []
    for name, value in values.items():
        match value:
            case tuple():
                made.append((name, _set(value, column, labels)))
            case int() if not isinstance(value, bool):
                line = _Line()
                line.put(column[value], f"▲ {labels[value]}")
                made.append((name, line.text()))
            case _:
                made.append((name, words.show(None, value)))
    return made


def _set(members: tuple[int, ...], column: dict[int, int], labels: dict[int, str]) -> str:
    if not members:
        return "nothing"
    line = _Line()
    low, high = column[members[0]], column[members[-1]]
    line.put(low, "─" * (high - low))
    line.put(low - 1 - len(labels[members[0]]), f"{labels[members[0]]} ●")
    for member in members[1:]:
        line.put(column[member], f"● {labels[member]}{' ' if member != members[-1] else ''}")
    return line.text()
