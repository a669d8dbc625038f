"""Wrong encodings: what an implementation may get wrong between the answer that it has found and the register.

Each says of some outputs what their registers hold, as terms over the answer that is right. None reads anything but
that answer and the request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, pairwise

from msgspec import Struct

from ..spec.checked import CheckedPolicy
from ..spec.syntax import (
    And,
    Boolean,
    Comparison,
    Enumeration,
    Expr,
    FieldOf,
    If,
    Name,
    Not,
    Number,
    Slice,
    Variable,
    With,
)
from ..spec.words import WORD_BITS, WORD_END, Field, Format

MOST_VALUES = 64
"""Of an output with more values than these, only some encodings are tried."""

_TRUE = Boolean(value=True)
_ZERO = Number(0, hexadecimal=True)


class Held(Struct, frozen=True):
    """Where the `test` holds of the answer, the word that is `right` for the output, and what the register holds."""

    test: Expr
    right: Expr
    held: Expr


class Encoding(Struct, frozen=True):
    """A wrong encoding of some outputs; of each, exactly one test holds."""

    kind: str
    what: str
    outputs: Mapping[str, tuple[Held, ...]]


def encodings(policy: CheckedPolicy) -> Iterator[Encoding]:
    """The wrong encodings of each output; none is right of every value."""
    interface = policy.interface
    format_ = Format.of(interface.layout)
    for variable in interface.outputs:
        name = variable.name.id
        where = f"{name} in {variable.register.id}" if variable.register is not None else name
        found = _of_revision(variable, format_) if variable.type == "revision" else _of_values(variable)
        for kind, what, rows in found:
            yield Encoding(kind, f"{where}: {what}", {name: rows})
        for source in interface.inputs:
            rows = tuple(Held(test, right, Name(source.name.id)) for test, right in _right(variable))
            yield Encoding("the raw request", f"{where}: {source.name.id} is still there", {name: rows})
    for one, other in combinations(interface.outputs, 2):
        if max(len(_right(one)), len(_right(other))) <= MOST_VALUES:
            outputs = {one.name.id: _in_place_of(one, other), other.name.id: _in_place_of(other, one)}
            yield Encoding("exchanged registers", f"{one.name.id} and {other.name.id} exchanged", outputs)


def values_of(variable: Variable) -> dict[int, Expr]:
    """The values of an output that is no revision: for each word, the term for the value."""
    match variable.type:
        case Enumeration(values=values):
            return {number: Name(label.id) for label, number in values}
        case "bool":
            return {0: Boolean(value=False), 1: _TRUE}
        case _:
            return {}


def _right(variable: Variable) -> list[tuple[Expr, Expr]]:
    """When an output has which word."""
    name = Name(variable.name.id)
    if variable.type == "revision":
        return [(_TRUE, name)]
    return [(_is(variable, value), _word(number)) for number, value in values_of(variable).items()]


def _is(variable: Variable, value: Expr) -> Expr:
    name = Name(variable.name.id)
    if isinstance(value, Boolean):
        return name if value.value else Not(name)
    return Comparison("==", name, value)


def _in_place_of(one: Variable, other: Variable) -> tuple[Held, ...]:
    """The word of another output where one's own should be."""
    if one.type == "revision":
        return tuple(Held(test, Name(one.name.id), word) for test, word in _right(other))
    if other.type == "revision":
        return tuple(Held(test, right, Name(other.name.id)) for test, right in _right(one))
    return tuple(
        Held(_both(test, second), right, word) for test, right in _right(one) for second, word in _right(other)
    )


# ---- revisions ------------------------------------------------------------------------------------------

_Row = tuple[str, str, tuple[Held, ...]]


def _of_revision(variable: Variable, format_: Format) -> Iterator[_Row]:
    word = Name(variable.name.id)
    for kind, what, held in _words(word, format_):
        yield kind, what, (Held(_TRUE, word, held),)


def _words(word: Expr, format_: Format) -> Iterator[tuple[str, str, Expr]]:
    numbered = format_.numbered
    if format_.reserved:
        yield "masks", "without its reserved bits", With(word, tuple((f.name, Number(0)) for f in format_.reserved))
    for field in numbered:
        if len(numbered) > 1:
            yield "masks", f"without its {field.name}", With(word, ((field.name, Number(0)),))
        if field.width > 1:
            yield "masks", f"the top bit of {field.name} masked off", _cleared(word, field.high, field.high)
        for width in (8, 16, 32):
            if width < field.width:
                yield "truncation", f"{field.name} in {width} bits", _cleared(word, field.high, field.low + width)
    for width in (8, 16, 32):
        yield "truncation", f"in {width} bits", _cleared(word, WORD_BITS - 1, width)
    for top in dict.fromkeys([*(field.high for field in numbered), 31]):
        if top < WORD_BITS - 1:
            ones = ((Slice(WORD_BITS - 1, top + 1), Number((1 << WORD_BITS - 1 - top) - 1)),)
            extended = If(Comparison("==", _bits(word, top, top), Number(1)), With(word, ones), word)
            whose = next(
                (f"{f.name} sign-extended" for f in numbered if f.high == top), f"sign-extended from bit {top}"
            )
            yield "sign extension", whose, extended
    for one, other in combinations(numbered, 2):
        yield "exchanged fields", f"{one.name} and {other.name} exchanged", _exchanged(word, one, other)
    yield from _shifted(word, format_)
    yield "constants", "always 0", _ZERO
    yield "constants", "always all ones", _word(WORD_END - 1)


def _shifted(word: Expr, format_: Format) -> Iterator[tuple[str, str, Expr]]:
    last = WORD_BITS - 1
    yield "shifts", "one bit too far up", With(_ZERO, ((Slice(last, 1), _bits(word, last - 1, 0)),))
    yield "shifts", "one bit too far down", With(_ZERO, ((Slice(last - 1, 0), _bits(word, last, 1)),))
    yield "shifts", "in the upper half of the register", With(_ZERO, ((Slice(last, 32), _bits(word, 31, 0)),))
    first = format_.numbered[0]
    if len(format_.numbered) == 1:
        return
    without = With(word, ((first.name, Number(0)),))
    if first.high < last:
        up = ((Slice(first.high + 1, first.low + 1), _bits(word, first.high, first.low)),)
        yield "shifts", f"{first.name} one bit too far up", With(without, up)
    # What is shifted down is joined by `or` with the field below.
    below = If(Comparison("==", _bits(word, first.low - 1, first.low - 1), Number(1)), Number(1), _bit(word, first.low))
    joined: tuple[tuple[Slice, Expr], ...] = ((Slice(first.low - 1, first.low - 1), below),)
    if first.width > 1:
        joined += ((Slice(first.high - 1, first.low), _bits(word, first.high, first.low + 1)),)
    yield "shifts", f"{first.name} one bit too far down", With(without, joined)


def _exchanged(word: Expr, one: Field, other: Field) -> Expr:
    """What does not fit is cut off."""
    width = min(one.width, other.width)
    return With(
        word,
        (
            (one.name, _bits(word, other.low + width - 1, other.low)),
            (other.name, _bits(word, one.low + width - 1, one.low)),
        ),
    )


def _cleared(word: Expr, high: int, low: int) -> Expr:
    return With(word, ((Slice(high, low), Number(0)),))


def _bits(word: Expr, high: int, low: int) -> Expr:
    return FieldOf(word, Slice(high, low))


def _bit(word: Expr, at: int) -> Expr:
    return _bits(word, at, at)


def _word(value: int) -> Expr:
    return Number(value, hexadecimal=True)


def _both(one: Expr, other: Expr) -> Expr:
    return And((one, other))


# ---- enumerations and truth values ----------------------------------------------------------------------


def _of_values(variable: Variable) -> Iterator[_Row]:
    values = values_of(variable)
    tried: set[tuple[int, ...]] = {tuple(values)}
    for kind, what, change in _changes(list(values)):
        words = tuple(change(number) % WORD_END for number in values)
        if words not in tried:
            tried.add(words)
            rows = zip(values.items(), words, strict=True)
            yield kind, what, tuple(Held(_is(variable, value), _word(n), _word(word)) for (n, value), word in rows)


def _changes(numbers: list[int]) -> Iterator[tuple[str, str, Callable[[int], int]]]:
    """What may become of the number of a value."""
    some = numbers[:MOST_VALUES]
    for number in (*some, 0, WORD_END - 1):
        yield "constants", f"always {number:#x}", lambda _, number=number: number
    for one, other in pairwise(some):
        swap = {one: other, other: one}
        yield "exchanged values", f"{one:#x} and {other:#x} exchanged", lambda n, swap=swap: swap.get(n, n)
    used = 0
    for number in numbers:
        used |= number
    for bit in range(used.bit_length()):
        if used >> bit & 1:
            yield "masks", f"bit {bit} masked off", lambda n, bit=bit: n & ~(1 << bit)
    for width in (8, 16, 32):
        yield "truncation", f"in {width} bits", lambda n, width=width: n % (1 << width)
        top, above = 1 << width - 1, WORD_END - (1 << width)
        extend: Callable[[int], int] = lambda n, top=top, above=above: n | above if n & top else n  # noqa: E731
        yield "sign extension", f"sign-extended from bit {width - 1}", extend
    yield "sign extension", "negated", lambda n: -n
    for bits in (1, 8, 32):
        yield "shifts", f"{bits} bit{'s' if bits > 1 else ''} too far up", lambda n, bits=bits: n << bits
    yield "shifts", "one bit too far down", lambda n: n >> 1
