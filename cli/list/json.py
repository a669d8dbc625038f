"""The JSON of `list`, as types, and what it is made of."""

from __future__ import annotations

from typing import Literal

import msgspec
from parley import listing
from parley.listing import Kind, ListResult

from ..json import Diagnostic, Place, diagnostic, encode, like, placed


class Declared(msgspec.Struct, kw_only=True):
    """One declaration. `role` says what it is for, `from` what it cites, `about` the first sentence of `doc`, or else
    what it cites. `argument` names it to `parley show`.
    """

    name: str
    kind: Kind
    role: str
    about: str
    doc: str
    from_: str = msgspec.field(name="from")
    place: Place
    argument: str


class File(msgspec.Struct, kw_only=True):
    """The declarations of one file, in their order there. `name` names it to every command, and `scenarios` are how
    many it has beside them, where no kind was chosen.
    """

    name: str
    declarations: list[Declared]
    scenarios: int


class Listed(msgspec.Struct, kw_only=True):
    """What `parley list --format json` prints. Where a kind was chosen, a file that has none is left out."""

    schema: Literal["parley.list/1"] = "parley.list/1"
    files: list[File]
    diagnostics: list[Diagnostic]


def list_json(result: ListResult) -> str:
    """What some files declare."""
    files = [
        File(name=file.name, declarations=[declared(one) for one in file.declarations], scenarios=file.scenarios)
        for file in result.files
    ]
    return encode(Listed(files=files, diagnostics=[diagnostic(fault) for fault in result.diagnostics]))


def declared(one: listing.Declared) -> Declared:
    """One declaration as JSON has it."""
    return like(Declared, one, from_=one.cites, place=placed(one.place))
