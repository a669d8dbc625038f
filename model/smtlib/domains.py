"""What sets are in SMT-LIB."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from ...spec.core import Core
from .expressions import Text
from .words import Word


class Chosen(Struct, frozen=True):
    """A set of any size: a predicate on words. Where `formed`, what is well formed and meets it is in the set."""

    name: str
    formed: bool


class Slots(Struct, frozen=True):
    """A set of so many revisions at most: words, and when each is in it."""

    rows: tuple[tuple[Word, Text], ...]


class Ends(Struct, frozen=True):
    """A range that is a variable, by its first and its last revision."""

    first: Word
    last: Word


class Items(Struct, frozen=True):
    """The values of some terms, without those that have none."""

    terms: tuple[Core, ...]


class Between(Struct, frozen=True):
    """The well-formed words from one term to another; none where a term has no value."""

    low: Core
    high: Core


class OneOf(Struct, frozen=True):
    """One of two sets."""

    test: Text
    then: Domain
    otherwise: Domain


Domain: TypeAlias = "Chosen | Slots | Ends | Items | Between | OneOf"
