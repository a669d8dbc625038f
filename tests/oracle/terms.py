"""Meanings as functions of slots, and how they are put together.

A term without a value is None. A comparison or an `in` with it is false, so `!=` and `not in` are true.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeAlias, cast

Slots: TypeAlias = list[Any]
Code: TypeAlias = Callable[[Slots], Any]

RELATIONS = -1
"""Read by what asks an abstract relation."""


@dataclass(frozen=True)
class Term:
    """The meaning of an expression, and the slots that it reads."""

    code: Code
    reads: frozenset[int]
    kept: bool = False
    """Nothing is saved by remembering what it comes to: that is remembered already, or as near as what would be."""


COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def members(*words: int | None) -> tuple[int, ...]:
    """A literal set leaves out what has no value."""
    return tuple({word for word in words if word is not None})


def is_member(item: int | None, domain: tuple[int, ...]) -> bool:
    return item is not None and item in domain


def compared(sign: str) -> Callable[[Any, Any], bool]:
    test = COMPARED[sign]

    def holds(left: Any, right: Any) -> bool:
        if isinstance(left, tuple):
            # Sets, in whatever order their members stand.
            left, right = {*left}, {*right}
        return left is not None and right is not None and test(left, right)

    return holds


def always(_slots: Slots) -> bool:
    return True


def prefers(known: tuple[int, ...], left: int | None, right: int | None) -> bool:
    """Whether one comes before the other; what is not known comes last, and before nothing."""
    if left is None or right is None or left not in known:
        return False
    return right not in known or known.index(left) < known.index(right)


def in_order(value: Any) -> Any:
    """A set with its members in order, each once; any other value as it is."""
    return tuple(sorted({*cast("tuple[int, ...]", value)})) if isinstance(value, tuple) else value


def constant(value: Any) -> Term:
    return Term(lambda _slots: value, frozenset(), kept=True)


def slot(at: int) -> Term:
    return Term(itemgetter(at), frozenset({at}), kept=True)


def reads(terms: Sequence[Term]) -> frozenset[int]:
    return frozenset[int]().union(*(t.reads for t in terms))


def joined(terms: Sequence[Term], make: Callable[..., Any]) -> Term:
    """What is made of the values of some terms."""
    codes = [t.code for t in terms]
    if len(codes) == 1:
        (only,) = codes
        return Term(lambda s: make(only(s)), reads(terms))
    if len(codes) == 2:
        left, right = codes
        return Term(lambda s: make(left(s), right(s)), reads(terms))
    return Term(lambda s: make(*[code(s) for code in codes]), reads(terms))


def lazily(terms: Sequence[Term], test: Callable[..., bool]) -> Term:
    codes = [t.code for t in terms]
    return Term(lambda s: test(code(s) for code in codes), reads(terms))


def let(places: Mapping[str, int], arguments: Sequence[Term], body: Term) -> Term:
    """A body whose parameters have the values of some arguments."""
    # What the body does not look at, it does not speak of: what that reads may have no value here.
    used = [(place, a) for place, a in zip(places.values(), arguments, strict=True) if place in body.reads]
    slots_of = [place for place, _ in used]
    codes = [a.code for _, a in used]
    inner = body.code

    def code(slots: Slots) -> Any:
        values = [argument(slots) for argument in codes]
        for place, value in zip(slots_of, values, strict=True):
            slots[place] = value
        return inner(slots)

    return Term(code, reads([a for _, a in used]) | body.reads - set(places.values()))


def remembered(term: Term) -> Term:
    """The same, worked out once for each row of what it reads. What asks relations is asked anew."""
    if term.kept or RELATIONS in term.reads:
        return term
    places = sorted(term.reads)
    key: Callable[[Slots], Any] = itemgetter(*places) if places else len
    seen: dict[Any, Any] = {}
    code = term.code

    def known(slots: Slots) -> Any:
        row = key(slots)
        try:
            return seen[row]
        except KeyError:
            made = seen[row] = code(slots)
            return made

    return Term(known, term.reads, kept=True)
