"""Recipes: how a project's own file answers, so that a harness takes that file as it stands.

They are data, in `recipes/`: for each interface what the file is called, its table, the macro that makes a revision of
it, and the call. A recipe of one's own is a file of the same form.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec

from ...spec.checked_interface import CheckedInterface
from ...spec.diagnostics import listed, meant, printable
from .calls import SHOWN, Call, faulty

FOLDER = Path(__file__).with_name("recipes")

_NAME = re.compile(r"[A-Za-z_]\w*")
_HEADER = re.compile(r"[\w./+-]+")


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a recipe says of one interface."""

    file: str
    table: str
    macro: str
    call: str
    reads: dict[str, str]
    declares: str = ""
    headers: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


class Recipe(msgspec.Struct, frozen=True):
    """How one command is answered: by a function of `file`, from a `table` that `macro` makes the revisions of.

    `folders` are searched for headers; they and the file are named from the root of the project's source.
    """

    name: str
    cites: str
    file: str
    folders: tuple[str, ...]
    table: str
    macro: str
    call: Call


def shipped() -> list[str]:
    """The names of the recipes that come with Parley."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def recipe(name: str, interface: CheckedInterface, call: Call | None = None) -> Recipe:
    """The recipe of a name, or in a file, for an interface; what `call` says takes the place of what it has.

    Raises Rejected (P520) where there is none, or it cannot be read.
    """
    shown = printable(name)[: 2 * SHOWN]
    path = Path(name) if "/" in name or name.endswith(".toml") else FOLDER / f"{name}.toml"
    if path.parent == FOLDER and name not in shipped():
        help_ = meant(name, shipped(), f"there is {listed(shipped())}; a file is named by its path")
        raise faulty(f"there is no recipe `{shown}`", help_)
    parts = _parts(path, shown)
    cites = parts.pop("from", "")
    if not isinstance(cites, str):
        raise faulty(f"{shown}: `from` is no text", 'write from = "project, version"')
    for_ = interface.declared.name
    if for_ not in parts:
        help_ = f"it is for {listed(list(parts))} alone; for {for_}, write a recipe of your own, or say --call"
        raise faulty(f"{shown} says nothing of {for_}", help_)
    try:
        part = msgspec.convert(parts[for_], _Part)
    except msgspec.ValidationError as error:
        raise faulty(f"{shown}, [{for_}]: {error}", "see `parley explain P520` for what a recipe has") from None
    _need_names(part, f"{shown}, [{for_}]")
    own = Call(part.call, part.declares, part.reads, part.headers)
    if call is not None:
        own = Call(
            call.statements or own.statements,
            call.declares or own.declares,
            call.reads or own.reads,
            (*own.headers, *(header for header in call.headers if header not in own.headers)),
        )
    return Recipe(name, cites, part.file, part.folders, part.table, part.macro, own)


def _parts(path: Path, shown: str) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        why = printable(str(getattr(error, "strerror", None) or error))[:SHOWN]
        help_ = f"a recipe is a file of TOML; {listed(shipped())} comes with Parley"
        raise faulty(f"the recipe {shown} cannot be read: {why}", help_) from None


def _need_names(part: _Part, where: str) -> None:
    """Raises Rejected where a name is none that C has."""
    for field, names, form in (
        ("table", [part.table], _NAME),
        ("macro", [part.macro], _NAME),
        ("file", [part.file], _HEADER),
        ("headers", part.headers, _HEADER),
        ("folders", part.folders, _HEADER),
    ):
        for name in names:
            if form.fullmatch(name) is None:
                raise faulty(f"{where}: `{printable(name)[:SHOWN]}` cannot be a {field}", "write its name alone")
