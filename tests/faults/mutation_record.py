"""What mutation testing came to: survivors that were read, and how many mutants of each module were tried."""

from __future__ import annotations

import tomllib

from msgspec import Struct, convert

from .fault import HERE

RECORD = HERE / "mutation_record.toml"
COUNTS = ("mutants", "tried", "noticed", "read", "unread")


class Survivor(Struct, frozen=True, forbid_unknown_fields=True):
    """A line of a module, and what a mutant has in its place; `why` it means the same, or is only slower."""

    module: str
    old: str
    new: str
    why: str


class Tried(Struct, frozen=True, forbid_unknown_fields=True):
    """How many mutants a module has, and what became of those that were tried: the last three are all of these.

    Survivors that were `read` are among those of `survivors.toml`.
    """

    module: str
    mutants: int
    tried: int
    noticed: int
    read: int
    unread: int


def survivors() -> list[Survivor]:
    """Those that were read."""
    told = tomllib.loads((HERE / "survivors.toml").read_text(encoding="utf-8"))
    return convert(told.get("survivor", []), list[Survivor])


def record() -> list[Tried]:
    """What is known of each module that was ever asked about."""
    told = tomllib.loads(RECORD.read_text(encoding="utf-8"))
    return convert(told.get("module", []), list[Tried])


def write_record(found: list[Tried]) -> None:
    lines = ["# What mutation testing came to, by module: written by `mutation.py`.\n"]
    for one in sorted(found, key=lambda each: each.module):
        told = "\n".join(f"{name} = {getattr(one, name)}" for name in COUNTS)
        lines.append(f'[[module]]\nmodule = "{one.module}"\n{told}\n')
    RECORD.write_text("\n".join(lines), encoding="utf-8")
