"""The form of a certificate: docs/certificates.md says what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from .words import Refused

FORMAT = "parley certificate 1"

Given: TypeAlias = bool | int | str | list[int] | None
"""A value: a truth value, a word or number, a set, or what another thing is, by its name."""
Instance: TypeAlias = tuple[str, str] | dict[str, Given]
"""A word for which it is put down what holds of every element of a set; or a choice of open outputs."""

Relations: TypeAlias = dict[str, tuple[list[list[int | bool]], bool]]
"""Of relations, the rows that are listed, and what is so of these: true, where all others are false."""


class Refutation(Struct, frozen=True, forbid_unknown_fields=True):
    """How the clauses of one obligation contradict each other; numbers in clauses are places in `atoms`, from 1."""

    of: str
    cuts: list[int]
    instances: list[Instance]
    atoms: list[str]
    clauses: list[list[int]]
    lemmas: list[tuple[Literal["sum", "equal"], list[int]]]
    steps: list[tuple[list[int], list[int]]]


class Example(Struct, frozen=True, forbid_unknown_fields=True):
    """An instance; of a run, with the open outputs of each round."""

    values: dict[str, Given]
    relations: Relations
    rounds: list[dict[str, Given]] = []


class Certificate(Struct, frozen=True, forbid_unknown_fields=True):
    """Of a session, it has `rounds` that are gone through, or `invariants` and an `order`; `counted` where these show
    that a run has no more rounds than there are requests.
    """

    format: str
    claim: str
    texts: list[tuple[str, str]]
    refutations: list[Refutation]
    examples: list[Example]
    rounds: int = 0
    invariants: list[str] | None = None
    order: str = ""
    counted: bool = False


def read(path: Path) -> Certificate:
    """The certificate in a file. Raises Refused where it is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Certificate)
    except OSError as error:
        raise Refused(f"it cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Refused(f"it is cut off, or no certificate: {error}") from None
