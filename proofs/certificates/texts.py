"""What some files declare, by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from ...spec import syntax as s
from .words import WHOLE, Unsupported


class Text(Struct):
    """All declarations of some files, the first of which has the scenarios.

    Raises Unsupported where two have one name.
    """

    declarations: dict[str, Any] = {}
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
                raise Unsupported(f"two declarations are called {name}")
            made.declarations[name] = declaration
            if isinstance(declaration, s.Define) and declaration.body is not None:
                made.defines[name] = declaration
        blocks = [one for one in made.declarations.values() if isinstance(one, (s.Interface, s.Policy))]
        inner = [item.name.id for one in blocks for item in one.items if isinstance(item, s.Define)]
        if clash := [name for name in inner if isinstance(made.declarations.get(name), s.Define)]:
            raise Unsupported(f"two `define`s are called {clash[0]}, one of them a file's")
        return made


def numbers(variable: s.Variable, width: int) -> dict[str, int]:
    """The names of a variable's values, each with its number: what stands in the register, or the word that is."""
    names = variable.type if isinstance(variable.type, s.Enumeration) else variable.names
    if names is None:
        return {}
    register = variable.register.id if variable.register else ""
    bits = {"x": 64, "w": 32}.get(register[:1], 64 if names is variable.type else width)
    made: dict[str, int] = {}
    for label, written in names.values:
        code = written + (1 << bits) if written < 0 else written
        word = code & (1 << width) - 1
        if (
            names is variable.names
            and variable.signed
            and word >> width - 1
            and code == word + (1 << bits) - (1 << width)
        ):
            code = word
        if not 0 <= code < 1 << WHOLE:
            raise Unsupported(f"{label.id} has no number of {WHOLE} bits")
        made[label.id] = code
    return made
