"""The JSON of `show`, as types, and what it is made of."""

from __future__ import annotations

from typing import Literal

import msgspec
from parley import listing

from ..json import Place, encode, placed
from ..list.json import Declared, declared


class Shown(msgspec.Struct, kw_only=True):
    """What `parley show --format json` prints: a text, and where it begins. `declared` is null of a whole file."""

    schema: Literal["parley.show/1"] = "parley.show/1"
    declared: Declared | None
    place: Place
    text: str


def show_json(shown: listing.Shown) -> str:
    """A file, or one declaration."""
    one = shown.declared
    return encode(Shown(declared=one and declared(one), place=placed(shown.place), text=shown.text))
