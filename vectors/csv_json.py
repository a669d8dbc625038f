"""Lists of rows as text: CSV, or JSON. A row comes as cells by name; nothing is left out, and nothing is read yet."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any, NoReturn, TypeAlias, cast

from ..spec.diagnostics import Diagnostic, Rejected, printable

Cells: TypeAlias = "dict[str, Any]"

DEEPEST = 32
"""Levels of JSON: a suite has seven."""


def faulty(shown: str, message: str, help_: str) -> Rejected:
    """What is said of a suite that cannot be read."""
    return Rejected(Diagnostic("P530", f"{shown}: {message}", help_))


class _Twice(ValueError):
    """A key stands twice in one object."""


def read_json(text: str, shown: str) -> Any:
    """What a JSON text says, without keys that stand twice, numbers that are none, and depths that nothing has."""
    if _depth(text) > DEEPEST:
        raise faulty(shown, f"this JSON is nested more than {DEEPEST} deep", "a suite has objects of cells in a list")
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except _Twice as error:
        message = f"the key `{printable(str(error))[:40]}` stands twice in one object"
        raise faulty(shown, message, "leave one of them out") from None
    except ValueError as error:
        message = f"this is no JSON: {printable(str(error))[:160]}"
        raise faulty(shown, message, "or, for CSV, start with a row of column names") from None


def _object(pairs: list[tuple[str, Any]]) -> Cells:
    made: Cells = {}
    for key, value in pairs:
        if key in made:
            raise _Twice(key)
        made[key] = value
    return made


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"`{name}` is no number of JSON")


_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)


def _depth(text: str) -> int:
    """How deep the brackets of a JSON text are nested; a parser would recurse as deep."""
    deepest = depth = 0
    for bracket in re.findall(r"[\[\]{}]", _STRINGS.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def read_csv(text: str, shown: str) -> list[tuple[str, Cells]]:
    """The header, whose cells are None, and the rows, each with the line that it ends on. What a row lacks is None."""
    reader = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        message = f"line {reader.line_num} is no CSV: {printable(str(error))}"
        raise faulty(shown, message, "put cells with commas in quotes") from None
    if not rows:
        return []
    header, names = rows[0]
    columns = [column.strip() for column in names]
    other = next((mark for mark in ";\t|" if len(columns) == 1 and mark in columns[0]), None)
    if other is not None:
        mark = {"\t": "a tab"}.get(other, f"`{other}`")
        message = f"line {header}: its columns are separated by {mark}, and not by commas"
        raise faulty(shown, message, "commas separate columns; the revisions of a set are separated by blanks")
    for column in columns:
        if column and columns.count(column) > 1:
            raise faulty(
                shown, f"line {header}: the column `{printable(column)[:40]}` is there twice", "leave one of them out"
            )
    made: list[tuple[str, Cells]] = [(f"line {header}", dict.fromkeys(filter(None, columns)))]
    for line, row in rows[1:]:
        name = f"line {line}"
        if len(row) > len(columns):
            raise faulty(shown, f"{name} has more cells than there are columns", "separate revisions by blanks")
        if any(cell.strip() and not column for column, cell in zip(columns, row, strict=False)):
            raise faulty(shown, f"{name} has a cell in a column without a name", "name the column, or leave it out")
        cells: Cells = dict.fromkeys(filter(None, columns))
        cells |= {column: cell for column, cell in zip(columns, row, strict=False) if column}
        made.append((name, cells))
    return made


def as_cells(raw: Any) -> Cells | None:
    """An object of JSON; None for anything else."""
    return cast("Cells", raw) if isinstance(raw, dict) else None


def as_list(raw: Any) -> list[Any] | None:
    """A list of JSON; None for anything else."""
    return cast("list[Any]", raw) if isinstance(raw, list) else None
