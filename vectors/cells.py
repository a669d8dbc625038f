"""Cells of a suite as values: what stands there, or a ValueError that says why it is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..spec.diagnostics import listed, printable
from ..spec.syntax import Enumeration, Variable
from ..spec.words import WIDEST
from .csv_json import as_list

NOTHING = "{}"
"""An empty set, where an empty cell would say that the row does not check it."""


def how_to_write(variable: Variable) -> str:
    match variable.type:
        case Enumeration(values=values):
            return f"its values are {listed([label.id for label, _ in values])}; their numbers do as well"
        case "range":
            return "write the first and the last revision, as in 1.0..1.2, or {} for nothing"
        case "bool":
            return "write true or false"
        case _:
            return "write revisions like 1.0 in quotes, register words in hexadecimal"


def unsaid(cell: Any) -> bool:
    """Whether a cell of an output says that the row does not check it."""
    return cell is None or (isinstance(cell, str) and cell.strip() in ("", "-"))


def text_of(cell: Any) -> str:
    if not isinstance(cell, str):
        raise ValueError(f"{_shown(cell)} is no revision in quotes")
    return cell


def parts_of(cell: Any) -> list[str]:
    """The revisions of a set's cell: a list, or separated by blanks or commas, or `{}` for none."""
    parts = as_list(cell)
    if parts is not None:
        return [text_of(part) for part in parts]
    return [] if text_of(cell).strip() == NOTHING else text_of(cell).replace(",", " ").split()


def truth_of(cell: Any) -> bool:
    found = {"true": True, "false": False, "1": True, "0": False}.get(_scalar(cell).lower())
    if found is None:
        raise ValueError(f"{_shown(cell)} is neither true nor false")
    return found


def number_of(cell: Any, numbers: Mapping[str, int]) -> int:
    """A value of an enumeration, by its name or its number."""
    if isinstance(cell, str) and cell in numbers:
        return numbers[cell]
    if isinstance(cell, bool) or re.fullmatch(r"0[xX][0-9a-fA-F]{1,16}|[0-9]{1,20}", _scalar(cell)) is None:
        raise ValueError(f"{_shown(cell)} is none of {', '.join(numbers)}")
    number = int(_scalar(cell), 0) if _scalar(cell)[:2] in ("0x", "0X") else int(_scalar(cell))
    if number not in numbers.values():
        raise ValueError(f"{number} is no value of it")
    return number


def register_of(cell: Any) -> int:
    text = text_of(cell).strip()
    if re.fullmatch(r"0[xX][0-9a-fA-F]{1,16}", text) is None:
        raise ValueError(f"{_shown(cell)} is no register word")
    word = int(text, 16)
    assert not word >> WIDEST
    return word


def _scalar(cell: Any) -> str:
    """The text of a cell; empty for what is neither a text nor a whole number nor true or false."""
    return str(cell).strip() if isinstance(cell, (str, bool, int)) else ""


def _shown(cell: Any) -> str:
    text = printable(str(cell))
    return f"`{text[:40]}{'…' if len(text) > 40 else ''}`"
