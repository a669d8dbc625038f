"""Suites that are to be scored: Parley's own JSON, or a plain list of rows as CSV or JSON."""

from __future__ import annotations

import csv
import io
from typing import Any

import msgspec

from ..model.situation import Value
from ..spec.checked import CheckedPolicy
from ..spec.diagnostics import Diagnostic, Rejected, nearest
from ..spec.syntax import Enumeration, Variable
from .oracle import Oracle, Outputs
from .situations import Point, point
from .suite import Suite
from .write import ANY


class Row(msgspec.Struct, frozen=True):
    """One row: what it asks, and the outputs that it checks; `whole` rows judge the rest by the policy as well."""

    name: str
    at: Point
    outputs: Outputs
    whole: bool


def read_rows(text: str, oracle: Oracle, shown: str) -> list[Row]:
    """The rows of a suite. Raises Rejected with the place of what cannot be read."""
    stripped = text.lstrip("\ufeff \t\r\n")
    if not stripped:
        raise _faulty(shown, "the file is empty", "a list has a row for each request")
    if stripped[0] not in "{[":
        return _table(_csv(text, shown), oracle, shown)
    try:
        raw: Any = msgspec.json.decode(stripped.encode())
    except msgspec.DecodeError as error:
        raise _faulty(shown, f"this is no JSON: {error}", "or, for CSV, start with a row of column names") from None
    if isinstance(raw, list):
        return _table([(f"row {at}", row) for at, row in enumerate(raw, 1)], oracle, shown)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    try:
        suite = msgspec.convert(raw, Suite)
    except msgspec.ValidationError as error:
        raise _faulty(shown, f"this is no suite: {error}", "make one with `parley vectors POLICY`") from None
    return _suite(suite, oracle, shown)


def _suite(suite: Suite, oracle: Oracle, shown: str) -> list[Row]:
    if suite.interface != oracle.interface.name:
        message = f"the suite is for `{suite.interface}`, and the policy for `{oracle.interface.name}`"
        raise _faulty(shown, message, "score it against a policy of its interface")
    made: list[Row] = []
    for group in suite.groups:
        for test in group.tests:
            name = str(test.id)
            cells = {**group.config, **{n: test.request.get(n) for n in _names(oracle.policy, "input")}}
            cells |= test.expect.outputs
            made.append(_row(name, cells, oracle, shown, whole=True))
    return made


def _csv(text: str, shown: str) -> list[tuple[str, dict[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), skipinitialspace=True, strict=True)
    try:
        rows = [(f"line {reader.line_num}", row) for row in reader]
    except csv.Error as error:
        raise _faulty(shown, f"line {reader.line_num} is no CSV: {error}", "put cells with commas in quotes") from None
    for name, row in rows:
        if None in row:
            raise _faulty(shown, f"{name} has more cells than there are columns", "separate revisions by blanks")
    return [(name, {key.strip(): value for key, value in row.items()}) for name, row in rows]


def _table(rows: list[tuple[str, Any]], oracle: Oracle, shown: str) -> list[Row]:
    if not rows:
        raise _faulty(shown, "there is no row", "a list has a row for each request")
    known = [*_names(oracle.policy, "config"), *_names(oracle.policy, "input"), *_names(oracle.policy, "output")]
    made: list[Row] = []
    for name, row in rows:
        cells = _object(row)
        if cells is None:
            raise _faulty(shown, f"{name} is no object", f"write {{{', '.join(known)}}}")
        for key in cells:
            # Registers and comments may stand beside what is scored.
            if key not in known and key.casefold() in (other.casefold() for other in known):
                raise _faulty(shown, f"{name}: no column is called `{key}`", f"did you mean `{nearest(key, known)}`?")
        made.append(_row(name, cells, oracle, shown, whole=False))
    return made


def _parts(cell: Any) -> list[str]:
    """The revisions of a set's cell: a list, or separated by blanks or commas."""
    if isinstance(cell, list):
        return [str(part) for part in cell]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return str(cell).replace(",", " ").split()


def _object(row: Any) -> dict[str, Any] | None:
    return row if isinstance(row, dict) else None  # pyright: ignore[reportUnknownVariableType]


def _names(policy: CheckedPolicy, role: str) -> list[str]:
    return [v.name.id for v in policy.interface.of_role(role)]


def _row(name: str, cells: dict[str, Any], oracle: Oracle, shown: str, *, whole: bool) -> Row:
    policy = oracle.policy
    config: dict[str, Value] = {}
    inputs: dict[str, int] = {}
    outputs: Outputs = {}
    for variable in policy.interface.variables.values():
        key = variable.name.id
        cell = cells.get(key)
        unchecked = cell is None or (isinstance(cell, str) and cell.strip() in ("", ANY, "-"))
        if variable.role == "output" and unchecked:
            continue
        if cell is None:
            raise _faulty(shown, f"{name} has no `{key}`", f"its columns are {', '.join(cells) or 'none'}")
        value = _value(variable, cell, oracle, f"{name}, {key}", shown)
        if variable.role == "config":
            config[key] = value
        elif variable.role == "input":
            inputs[key] = int(value) if not isinstance(value, tuple) else 0
        elif not isinstance(value, tuple):
            outputs[key] = value
    if not outputs:
        raise _faulty(shown, f"{name} checks no output", f"add a column such as `{_names(policy, 'output')[0]}`")
    return Row(name, point(policy, config, inputs), outputs, whole)


def _value(variable: Variable, cell: Any, oracle: Oracle, where: str, shown: str) -> Value:
    format_ = oracle.format
    try:
        match variable.type:
            case "set":
                words = sorted({format_.read(part) for part in _parts(cell)})
                if not all(format_.well_formed(word) for word in words):
                    raise ValueError("a configuration has well-formed revisions only")
                return tuple(words)
            case "bool":
                if str(cell).lower() not in ("true", "false", "0", "1"):
                    raise ValueError(f"`{cell}` is neither true nor false")
                return str(cell).lower() in ("true", "1")
            case "revision":
                return format_.read(str(cell))
            case Enumeration(values=values):
                numbers = {label.id: number for label, number in values}
                if cell in numbers:
                    return numbers[cell]
                number = int(str(cell), 0)
                if number not in numbers.values():
                    raise ValueError(f"{number} is no value of it")
                return number
    except ValueError as error:
        raise _faulty(shown, f"{where}: {error}", "write revisions like 1.0, register words in hexadecimal") from None


def _faulty(shown: str, message: str, help_: str) -> Rejected:
    return Rejected(Diagnostic("P530", f"{shown}: {message}", help_))
