"""Faults as data: a line of the product, and what stands there instead."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from msgspec import Struct, convert

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


class Fault(Struct, frozen=True, forbid_unknown_fields=True):
    """`old` stands in `file` exactly once, and `new` is put in its place. `witnesses` are asked in this order."""

    name: str
    about: str
    file: str
    old: str
    new: str
    witnesses: tuple[str, ...]

    def broken(self, text: str) -> str:
        """The text of the file with the fault in it. Raises ValueError where the line is not there exactly once."""
        count = text.count(self.old)
        if count != 1:
            raise ValueError(f"{self.name}: its line stands in {self.file} {count} times, and not once")
        return text.replace(self.old, self.new)


def faults() -> list[Fault]:
    """All there are, by file and in its order. A file says which witnesses its faults have, where they do not."""
    made: list[Fault] = []
    for path in sorted(HERE.glob("*.toml")):
        if path.stem in ("survivors", "mutation", "mutation_record"):
            continue
        told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        made += [convert({"witnesses": told["witnesses"], **one}, Fault) for one in told["fault"]]
    return made
