"""The types of terms, and their inference by unification. There is no coercion."""

from __future__ import annotations

from msgspec import Struct


class Type(Struct, frozen=True):
    """A known type. An enumeration is called by the variable that declares it; `values` are its names and numbers.

    A `word or name` is wanted where a variable takes either: no expression has this type.
    """

    kind: str
    of: str = ""
    values: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        return _IN_WORDS.get(self.kind, f"a value of `{self.of}`")


_IN_WORDS = {"revision": "a revision", "number": "a number", "bool": "true or false", "set": "a set of revisions"}

REVISION = Type("revision")
NUMBER = Type("number")
BOOL = Type("bool")
SET = Type("set")

ORDERED = frozenset({"revision", "number"})
ALL = ORDERED | {"bool", "enumeration", "set"}


class Unknown(Struct, eq=False):
    """The type of a parameter, or of a hexadecimal literal, until a use settles it. `allowed` are the kinds left."""

    allowed: frozenset[str] = ALL
    settled: Type | Unknown | None = None

    def __str__(self) -> str:
        return "a revision or a number" if self.allowed == ORDERED else "something else"


AnyType = Type | Unknown


def settled(type_: AnyType) -> AnyType:
    while isinstance(type_, Unknown) and type_.settled is not None:
        type_ = type_.settled
    return type_


def narrow(type_: AnyType, allowed: frozenset[str]) -> bool:
    """Leave a type some kinds only; False where it is of none of them."""
    type_ = settled(type_)
    if isinstance(type_, Type):
        return type_.kind in allowed
    # Of these sets of kinds, each has the next in it: something is always left.
    type_.allowed &= allowed
    return True


def unify(left: AnyType, right: AnyType) -> bool:
    """Make two types one; False where they differ, or one is not allowed to be the other."""
    left, right = settled(left), settled(right)
    if left is right:
        return True
    if isinstance(left, Type):
        left, right = right, left
    if isinstance(left, Type):
        return left == right
    if not narrow(right, left.allowed):
        return False
    left.settled = right
    return True
