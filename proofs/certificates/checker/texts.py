"""What some files declare, by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from msgspec import Struct, field

from ....spec import syntax as s
from .words import Refused

Key = TypeVar("Key")
Entry = TypeVar("Entry")
Kind = TypeVar("Kind", bound=s.Declaration)


class Table(dict[Key, Entry]):
    """What there is by some names. Raises Refused for others."""

    def __missing__(self, key: Key) -> Entry:
        raise Refused(f"there is no {key}")


class Text(Struct):
    """All declarations of some files, the first of which has the scenarios.

    Raises Refused where two have one name.
    """

    declarations: Table[str, s.Declaration] = field(default_factory=Table[str, s.Declaration])
    scenarios: dict[tuple[str, str], s.Scenario] = {}
    defines: dict[str, s.Define] = {}

    @classmethod
    def of(cls, files: Sequence[s.File]) -> Text:
        made = cls()
        for declaration in (one for file in files for one in file.declarations if not isinstance(one, s.Use)):
            name = declaration.name.id
            if isinstance(declaration, s.Scenario):
                if declaration in files[0].declarations:
                    made.scenarios[declaration.subject.id, name] = declaration
                continue
            if name in made.declarations:
                raise Refused(f"two declarations are called {name}")
            made.declarations[name] = declaration
            if isinstance(declaration, s.Define) and declaration.body is not None:
                made.defines[name] = declaration
        blocks = [one for one in made.declarations.values() if isinstance(one, (s.Interface, s.Policy))]
        inner = [item.name.id for one in blocks for item in one.items if isinstance(item, s.Define)]
        if clash := [name for name in inner if isinstance(made.declarations.get(name), s.Define)]:
            raise Refused(f"two `define`s are called {clash[0]}, one of them a file's")
        return made

    def declared(self, name: str, kind: type[Kind]) -> Kind:
        """What is declared by a name, and of some kind. Raises Refused where nothing is."""
        found = self.declarations[name]
        if not isinstance(found, kind):
            raise Refused(f"{name} is something else than it is taken for")
        return found


def stem(name: str) -> str:
    """What a text is called, without what is not in file names and the number that tells it from others called so."""
    return re.sub(r"-\d+$", "", plain_stem(name))


def plain_stem(name: str) -> str:
    """What the file of a text is called, without its ending and what is not in file names."""
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in Path(name).stem) or "text"
