"""Texts in other languages that exports are made of: each is a file in `templates/`, in its own language."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).with_name("templates")

_PLACE = re.compile(r"@([A-Z0-9_]+)@")


def template(path: Path | str, **values: object) -> str:
    """The text of a file without its last line end, and with these values where their names stand between two @."""
    text = (FOLDER / path).read_text("utf-8").removesuffix("\n")
    return _PLACE.sub(lambda place: str(values[place[1].lower()]), text)


def helpers(path: str, **values: object) -> dict[str, str]:
    """The functions in such a file, by their names: each begins at the margin, behind a blank line."""
    parts = re.split(r"\n\n(?=\S)", template(path, **values))
    return {re.findall(r"(\w+)\(", part)[0]: part for part in parts}
