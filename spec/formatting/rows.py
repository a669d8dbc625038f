"""Rows of words to lines: spaces between words, columns in a run of like items, rows too long for a line."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from .. import syntax
from .breaks import BODY, Break, Node, Word, breaks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COMMENTS = frozenset({"COMMENT", "DOC"})

WIDTH = 100
"""Columns that code keeps to wherever it can be broken. The comment behind it does not count."""

WIDEST_CELL = 40
"""A name wider than this stays out of its column: it would push every line of a run to the right."""

WIDEST_GUARD = 60
"""The same of a rule up to its `=>`. It stays out as well where another rule would not fit its line any more."""

FARTHEST = 60
"""No line starts farther right, however deep: a formatted text is never more than a multiple of what it was."""

STEP = 4

_OPENING = frozenset({"LPAR", "LBRACE", "LSQB"})
_CLOSING = frozenset({"RPAR", "RBRACE", "RSQB"})
_NO_SPACE_AFTER = frozenset({"LPAR", "LSQB", "DOT", "RANGE"})
_NO_SPACE_BEFORE = frozenset({"RPAR", "RSQB", "DOT", "RANGE", "COMMA"})


@dataclass(frozen=True, slots=True)
class Row:
    """What stands on a line of its own where there is room: an item, a block's head or its `}`, a comment.

    `node` is None for comments and for `}`. `comment` is the one at the end of the row's last line; comments among
    the words stand inside the item. `blank` asks for a blank line before the row.
    """

    indent: int
    words: tuple[Word, ...]
    node: Node | None
    blank: bool
    comment: str = ""


def layout(rows: Sequence[Row]) -> Iterator[str]:
    """The lines of a file, without their ends."""
    for row, gaps in zip(rows, _aligned(rows), strict=True):
        if row.blank:
            yield ""
        *lines, last = _lines(row, gaps)
        yield from lines
        yield f"{last}  {row.comment}" if row.comment else last


# ---- spaces between words -------------------------------------------------------------------------------


def _gaps(row: Row) -> list[str]:
    """What stands before each word where the whole row is one line. Comments among them are passed over."""
    gaps: list[str] = []
    roomy: list[bool] = []  # Of each open brace: whether what it holds stands off from it.
    before = ""
    sliced = False
    for kind in (word.kind for word in row.words):
        gap = " "
        if kind in COMMENTS:
            gaps.append("")
            continue
        if sliced or not before or kind in _NO_SPACE_BEFORE or before in _NO_SPACE_AFTER:
            gap = ""
        elif before == "LBRACE" or kind == "RBRACE":
            gap = " " if roomy[-1] and (before, kind) != ("LBRACE", "RBRACE") else ""
        elif kind == "COLON":
            gap = " " if isinstance(row.node, (syntax.Variable, syntax.Session)) else ""
        elif (kind == "LPAR" and before == "NAME") or (kind == "LSQB" and before != "COMMA"):
            gap = ""
        elif kind in ("NAME", "FIELD") and isinstance(row.node, syntax.Layout):
            gap = "   "
        if kind == "LBRACE":
            roomy.append(before == "WITH" or isinstance(row.node, (syntax.Layout, syntax.Variable)))
        elif kind == "RBRACE" and roomy:
            roomy.pop()
        sliced = kind == "LSQB" or (sliced and kind != "RSQB")
        before = kind
        gaps.append(gap)
    return gaps


# ---- columns --------------------------------------------------------------------------------------------


def _aligned(rows: Sequence[Row]) -> list[list[str]]:
    """The gaps of each row, widened where it stands in a run of like rows.

    A blank line or another item ends a run, at the latest the `}` behind it; a comment on a line of its own does not.
    """
    gaps = [_gaps(row) for row in rows]
    run: list[int] = []
    kind = ""
    for index, row in enumerate(rows):
        found, _ = _columns(row, gaps[index])
        if row.blank or (found != kind and row.words[0].kind not in COMMENTS):
            _widen(rows, gaps, run)
            run, kind = [], found
        if found:
            run.append(index)
            kind = found
    return gaps


def _columns(row: Row, gaps: Sequence[str]) -> tuple[str, tuple[int, ...]]:
    """What a row aligns with, and its words that start a column."""
    if _kept(row):
        return "", ()
    match row.node:
        case syntax.Assign():
            return "assign", (1,)
        case syntax.Variable():
            return "variable", (1, 2)
        case syntax.Given():
            return "scenario", (1, 2)
        case syntax.Then():
            return "scenario", (1,)
        case syntax.Rule():
            # One that is too long for a line is broken before its `=>`.
            fits = row.indent + _width(row, gaps, 0, len(row.words)) <= WIDTH
            arrow = next(at for at, word in enumerate(row.words) if word.kind == "ARROW")
            return "rule", (arrow,) if fits else ()
        case _:
            return "", ()


def _widen(rows: Sequence[Row], gaps: list[list[str]], run: Sequence[int]) -> None:
    for column in range(2):
        cells: dict[int, tuple[int, int]] = {}
        for index in run:
            starts = (0, *_columns(rows[index], gaps[index])[1])
            if column + 1 < len(starts):
                low, high = starts[column], starts[column + 1]
                cells[index] = high, _width(rows[index], gaps[index], low, high)
        limit = min((_limit(rows[index], gaps[index], start) for index, (start, _) in cells.items()), default=0)
        widest = max((width for _, width in cells.values() if width <= limit), default=0)
        for index, (start, width) in cells.items():
            gaps[index][start] += " " * (widest - width)


def _limit(row: Row, gaps: Sequence[str], start: int) -> int:
    """How wide a row's cell may be made before the next one, which starts with a word."""
    if not isinstance(row.node, syntax.Rule):
        return WIDEST_CELL
    rest = _width(row, gaps, start, len(row.words))
    return min(WIDEST_GUARD, WIDTH - row.indent - len(" ") - rest)


def _width(row: Row, gaps: Sequence[str], low: int, high: int) -> int:
    """How wide some words of a row are on one line, without what stands before the first."""
    return sum(len(gaps[at]) + len(row.words[at].text) for at in range(low, high)) - len(gaps[low])


# ---- lines ----------------------------------------------------------------------------------------------


def _kept(row: Row) -> bool:
    """Whether a comment stands inside an item: then the lines are its author's."""
    return row.node is not None and any(word.kind in COMMENTS for word in row.words)


def _head(row: Row) -> bool:
    return isinstance(row.node, (syntax.Block, syntax.Case))


def _lines(row: Row, gaps: Sequence[str]) -> list[str]:
    # A block's head that goes on in a second line must not look like the block.
    step = 2 * STEP if _head(row) else STEP
    if _kept(row):
        return list(_kept_lines(row, gaps, step))
    line = " " * row.indent + "".join(gap + word.text for gap, word in zip(gaps, row.words, strict=True))
    if len(line) <= WIDTH or row.node is None:
        return [line]
    broken = _Broken(row.words, gaps)
    broken.add(0, len(row.words), breaks(row.node, row.words), row.indent, step)
    return broken.lines


def _kept_lines(row: Row, gaps: Sequence[str], step: int) -> Iterator[str]:
    """The lines of an item with a comment inside: broken where its author broke them."""
    line = " " * row.indent
    depth = 0
    for index, (word, gap) in enumerate(zip(row.words, gaps, strict=True)):
        depth -= word.kind in _CLOSING
        if index and word.line_ends:
            yield line
            outside = depth == 0 and (word.kind in _CLOSING or (_head(row) and word.kind == "LBRACE"))
            inward = 0 if outside else step + STEP * max(depth - 1, 0)
            line = " " * min(row.indent + inward, FARTHEST) + word.text
        else:
            line += ("  " if word.kind in COMMENTS else gap) + word.text
        depth += word.kind in _OPENING
    yield line


@dataclass(slots=True)
class _Broken:
    """The lines of a row that is too long for one: broken at its least deep places, then so each part again."""

    words: Sequence[Word]
    gaps: Sequence[str]
    lines: list[str] = field(default_factory=list[str])
    _ends: list[int] = field(init=False)

    def __post_init__(self) -> None:
        widths = (len(gap) + len(word.text) for gap, word in zip(self.gaps, self.words, strict=True))
        self._ends = list(accumulate(widths, initial=0))

    def add(self, low: int, high: int, places: Sequence[Break], indent: int, step: int) -> None:
        """The lines of some words. `step` is how far those after the first are indented from it."""
        width = self._ends[high] - self._ends[low] - len(self.gaps[low])
        if not places or indent + width <= WIDTH:
            text = "".join(self.gaps[at] + self.words[at].text for at in range(low, high))
            self.lines.append(" " * indent + text[len(self.gaps[low]) :])
            return
        depth = min(place.depth for place in places)
        cuts = [at for at, place in enumerate(places) if place.depth == depth]
        # What is inside the first part goes farther in than the parts after it.
        self.add(low, places[cuts[0]].at, places[: cuts[0]], indent, step + STEP)
        inward = {"word": step, "part": max(step, STEP), "closing": 0}
        for cut, following in pairwise([*cuts, len(places)]):
            place = places[cut]
            end = places[following].at if following < len(places) else high
            # The operators of a formula that has lines of its own stand below its start.
            within = 0 if depth == BODY else STEP
            self.add(place.at, end, places[cut + 1 : following], min(indent + inward[place.kind], FARTHEST), within)
