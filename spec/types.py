"""The types of terms, and their inference by unification. There is no coercion."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Type:
    """A known type. An enumeration is called by the output that declares it."""

    kind: str
    of: str = ""

    def __str__(self) -> str:
        return f"a value of {self.of}" if self.kind == "enumeration" else _IN_WORDS[self.kind]


_IN_WORDS = {"revision": "a revision", "number": "a number", "bool": "true or false", "set": "a set of revisions"}

REVISION = Type("revision")
NUMBER = Type("number")
BOOL = Type("bool")
SET = Type("set")


@dataclass(eq=False, slots=True)
class Unknown:
    """The type of a parameter until its first use settles it."""

    settled: Type | Unknown | None = None


AnyType = Type | Unknown


def settled(type_: AnyType) -> AnyType:
    while isinstance(type_, Unknown) and type_.settled is not None:
        type_ = type_.settled
    return type_


def unify(left: AnyType, right: AnyType) -> bool:
    """Make two types one; False where they are known and differ."""
    left, right = settled(left), settled(right)
    if left is right:
        return True
    if isinstance(left, Unknown):
        left.settled = right
        return True
    if isinstance(right, Unknown):
        right.settled = left
        return True
    return left == right
