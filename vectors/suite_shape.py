"""Suites are read to the letter: no key that nobody reads, and no text that stands for a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ..spec.diagnostics import listed, meant, printable
from ..spec.syntax import Variable
from .csv_json import Cells, as_cells, as_list, faulty
from .make_vector import ANY
from .suite import Expected, Group, JsonValue, Reading, Suite, Vector


def all_read(raw: Any, shown: str) -> None:
    """A suite has no key that nobody reads. Raises Rejected."""
    suite = as_cells(raw) or {}
    _keys(suite, Suite, "the suite", shown)
    for group in map(as_cells, as_list(suite.get("groups")) or []):
        _keys(group or {}, Group, "a group", shown)
        for test in map(as_cells, as_list((group or {}).get("tests")) or []):
            _keys(test or {}, Vector, "a vector", shown)
            _keys(as_cells((test or {}).get("expect")) or {}, Expected, "what a vector expects", shown)
            for reading in map(as_cells, as_list((test or {}).get("readings")) or []):
                _keys(reading or {}, Reading, "a reading", shown)
                _keys(as_cells((reading or {}).get("expect")) or {}, Expected, "what a reading expects", shown)


def _keys(cells: Cells, type_: type[msgspec.Struct], where: str, shown: str) -> None:
    known = [field.encode_name for field in msgspec.structs.fields(type_)]
    for key in cells:
        if key not in known:
            help_ = meant(key, known, f"there are {listed(known)}")
            raise faulty(shown, f"{where} has no key `{printable(key)[:60]}`", help_)


def of_their_types(where: str, cells: Mapping[str, JsonValue], variables: Mapping[str, Variable], shown: str) -> None:
    """A set is a list, and a bool true or false. Raises Rejected."""
    for key, cell in cells.items():
        match variables[key].type, variables[key].role:
            case "set", role:
                wanted, right = "a list of revisions", isinstance(cell, list) or (role == "output" and cell == ANY)
            case "bool", role:
                wanted, right = "true or false", isinstance(cell, bool) or (role == "output" and cell == ANY)
            case _:
                wanted, right = "a text in quotes", isinstance(cell, str)
        if not right:
            raise faulty(
                shown, f"{where}: `{key}` is `{printable(str(cell))[:40]}`, and not {wanted}", f"write {wanted}"
            )
