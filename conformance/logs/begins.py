"""Where in a line begins what it says of a command: quickly, since a log is mostly about other things."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

COMMON = ("VERSION", "ABI ", "ersion")
"""What most lines that matter have: one of these is looked for, and the rest where it is."""

_SMC = b"SMC_"

Way: TypeAlias = "tuple[bytes, int, dict[bytes, list[tuple[bytes, int]]], bool]"
"""A needle; how many bytes before it are looked at first; by these, the heads that have it, and where; and whether a
name that begins with `SMC_` may end with it.
"""

Naming: TypeAlias = "tuple[bytes, tuple[bytes, ...]]"
"""The last part of words that name the command, and their first parts."""


class Begins:
    """Looks for heads, the first of them first, and for names that begin with `SMC_` and end with `VERSION`."""

    def __init__(self, heads: Iterable[str], commands: Iterable[str], names: Iterable[str]) -> None:
        """`names` are words that name the command, besides `commands`; how they are spelled, in small letters or in
        capitals, does not matter.
        """
        found: dict[str, list[str]] = {COMMON[0]: []}
        for head in dict.fromkeys(heads):
            found.setdefault(_needle(head), []).append(head)
        self.ways: list[Way] = [_way(needle, of) for needle, of in found.items()]
        # A stamp ends so: then nothing that is looked for can begin in one and go on behind it.
        self._behind_stamps = not any("]" in head for of in found.values() for head in of)
        words = tuple(dict.fromkeys(_raw(name).lower() for name in (*commands, *names)))
        # Quickly, a line that names the command has the last part of a word, and the first.
        parts = [re.findall(rb"[a-z0-9.]+", word) or [word] for word in words]
        firsts: dict[bytes, dict[bytes, None]] = {}
        for first, *rest in parts:
            firsts.setdefault(rest[-1] if rest else first, {})[first] = None
        self._parts: list[Naming] = [(last, tuple(of)) for last, of in firsts.items()]
        alternatives = b"|".join(map(re.escape, words))
        self._named = re.compile(rb"(?<![a-z0-9_])(?:%b)(?![a-z0-9_])" % alternatives)

    def within(self, text: bytes) -> list[Way]:
        """The ways that can lead anywhere in a text."""
        return [way for way in self.ways if way[0] in text]

    def none_before(self, before: bytes) -> bool:
        """Whether nothing that is looked for begins in what stands before a stamp, nor goes on behind it."""
        return self._behind_stamps and not self.within(before) and _SMC not in before and b"{" not in before

    def naming_within(self, text: bytes) -> list[Naming]:
        """What lines have that name the command, as far as a text in small letters has it."""
        found = [(last, tuple(one for one in firsts if one in text)) for last, firsts in self._parts if last in text]
        return [(last, firsts) for last, firsts in found if firsts]

    def find(self, raw: bytes, ways: Iterable[Way]) -> int:
        """Where it begins; -1 where nothing does. What stands before that place says nothing."""
        for needle, near, heads, smc in ways:
            at = raw.find(needle)
            while at >= 0:
                if smc:
                    start = raw.rfind(_SMC, 0, at)
                    if start >= 0:
                        return start
                for head, offset in heads.get(raw[at - near : at] if at >= near else b"", ()):
                    if at >= offset and raw.startswith(head, at - offset):
                        return at - offset
                at = raw.find(needle, at + 1)
        return -1

    def named(self, raw: bytes) -> bool:
        """Whether a line names the command, in whatever words."""
        return self._named.search(raw.lower()) is not None


def _way(needle: str, of: list[str]) -> Way:
    near = min((head.index(needle) for head in of), default=0)
    heads: dict[bytes, list[tuple[bytes, int]]] = {}
    for head in of:
        at = head.index(needle)
        raw, offset = _raw(head), len(_raw(head[:at]))
        heads.setdefault(raw[offset - near : offset], []).append((raw, offset))
    return _raw(needle), near, heads, needle == COMMON[0]


def _needle(head: str) -> str:
    return next((common for common in COMMON if common in head), head)


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def may_name(lowered: bytes, naming: Iterable[Naming]) -> bool:
    """Whether a line in small letters has the parts of a word that names the command."""
    for last, firsts in naming:
        if last in lowered:
            for first in firsts:
                if first in lowered:
                    return True
    return False
