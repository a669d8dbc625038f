"""A suite of test vectors, as typed data: what `parley vectors` makes and what scores, exporters and runs take.

The JSON of it is published as a schema (`cli/schemas/parley.vectors-1.json`). A revision is `"1.1"`, a word with
reserved bits set its hexadecimal; an output that the policy leaves open is `"any"`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Literal

import msgspec

JsonValue = str | list[str] | bool | None


def shown_value(value: JsonValue, *, between: str = ", ", none: str = "nothing") -> str:
    """A value of a suite as people write it."""
    match value:
        case bool():
            return "true" if value else "false"
        case list():
            return between.join(value) or none
        case _:
            return str(value)


class Note(msgspec.Struct, kw_only=True):
    """What bug a flag catches, and where what it breaks is said."""

    bug: str
    from_: str = msgspec.field(name="from", default="")


class Expected(msgspec.Struct, kw_only=True):
    """The outputs by name, and by register where they have one (hexadecimal words)."""

    outputs: dict[str, JsonValue]
    registers: dict[str, str]


class Reading(msgspec.Struct, kw_only=True):
    """One answer that the policy allows where it leaves part of the answer open."""

    why: str
    expect: Expected


class Vector(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One request and the answer to it.

    `request` has each input by its name, and its register's word in hexadecimal. `result` is `valid` where there is one
    answer; `acceptable` where the policy leaves part of it open: `expect` then has `"any"` for that part, `allowed` the
    formulas that it must meet (none, where it may be anything) and `readings` the common answers. An answer that the
    policy does not allow is wrong all the same.
    """

    id: int
    request: dict[str, JsonValue]
    result: Literal["valid", "acceptable"]
    case: str
    expect: Expected
    allowed: list[str] = []
    readings: list[Reading] = []
    flags: list[str]
    kills: list[str]
    comment: str = ""


class Group(msgspec.Struct, kw_only=True):
    """The vectors of one configuration."""

    config: dict[str, JsonValue]
    tests: list[Vector]


class Kind(msgspec.Struct, kw_only=True):
    """The mutants of one kind of fault: how many the suite kills, are proved equivalent, or neither."""

    killed: int
    equivalent: int
    survived: int


class Mutants(msgspec.Struct, kw_only=True):
    """How many mutants the suite kills, how many are proved equivalent, how many neither.

    `kinds` has the kinds of fault that were tried, with the same figures: of others nothing is said.
    """

    killed: int
    equivalent: int
    survived: int
    kinds: dict[str, Kind] = {}


def count(tried: Iterable[tuple[str, str]], killed: Container[str], equivalent: Container[str]) -> Mutants:
    """The figures of some mutants, each by its name and kind."""
    kinds: dict[str, Kind] = {}
    for name, kind in tried:
        made = kinds.setdefault(kind, Kind(killed=0, equivalent=0, survived=0))
        made.killed += name in killed
        made.equivalent += name in equivalent and name not in killed
        made.survived += name not in killed and name not in equivalent
    return Mutants(
        killed=sum(kind.killed for kind in kinds.values()),
        equivalent=sum(kind.equivalent for kind in kinds.values()),
        survived=sum(kind.survived for kind in kinds.values()),
        kinds=kinds,
    )


class Adequacy(msgspec.Struct, kw_only=True):
    """What the suite reaches, of what there is to reach: `[hit, of]`."""

    cases: tuple[int, int]
    mcdc: tuple[int, int]
    mutants: Mutants


class Suite(msgspec.Struct, kw_only=True):
    """Vectors for a policy, in groups of one configuration each.

    `notes` explain the flags, and `mutants` says what was changed in each that the vectors' `kills` name.
    """

    schema: Literal["parley.vectors/1"] = "parley.vectors/1"
    policy: str
    interface: str
    notes: dict[str, Note]
    mutants: dict[str, str] = {}
    groups: list[Group]
    adequacy: Adequacy
    config: dict[str, JsonValue] | None = None
    """Of a suite for one build: its configuration."""

    warnings: list[str] = []
    smallest: bool | None = None
    """Of a minimal suite: whether it is proved that no fewer of the vectors found have the same adequacy."""

    @property
    def size(self) -> int:
        return sum(len(group.tests) for group in self.groups)
