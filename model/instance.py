"""One concrete configuration with its inputs, and one answer to it: plain values that print and compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias, cast

from msgspec import Struct

from ..spec.checked_interface import CheckedInterface
from ..spec.words import Format


class Range(Struct, frozen=True):
    """The well-formed revisions from `low` to `high`, which are well formed themselves and in order."""

    low: int
    high: int


Value: TypeAlias = "int | bool | tuple[int, ...] | Range"
"""A revision word, a truth value, a set as an ascending tuple of words; an enumeration's value is its number. A range
is a `Range`, and an empty tuple where nothing is in it.
"""


class Relation(Struct, frozen=True):
    """An abstract `define`, concretely: it holds for what is `listed`, or where `default` is True for all else."""

    listed: frozenset[tuple[int | bool, ...]] = frozenset()
    default: bool = False

    def __call__(self, *arguments: int | bool) -> bool:
        return (arguments in self.listed) != self.default


class Instance(Struct, frozen=True):
    """A configuration with inputs and an interpretation of the abstract `define`s; what is not asked for is left out.

    Of a session, `known` is part of the configuration where the host knows any revisions.
    """

    config: dict[str, Value]
    inputs: dict[str, Value] = {}
    relations: dict[str, Relation] = {}

    def __hash__(self) -> int:
        return hash((frozenset(self.config.items()), frozenset(self.inputs.items())))

    @property
    def size(self) -> int:
        """How many revisions its sets have together."""
        values = (*self.config.values(), *self.inputs.values())
        return sum(len(value) for value in values if isinstance(value, tuple))


def ranges_among(words: Iterable[int]) -> list[Value]:
    """The ranges with ends among some words, nothing first, and then by how many of these are in them."""
    ordered = sorted(words)
    spans = [(at, to) for at in range(len(ordered)) for to in range(at, len(ordered))]
    return [(), *(Range(ordered[at], ordered[to]) for at, to in sorted(spans, key=lambda ends: ends[1] - ends[0]))]


def instance_of(interface: CheckedInterface, config: Mapping[str, Value], inputs: Mapping[str, Value]) -> Instance:
    """What an interface asks for of some values, in its order. Where no configuration is known, it has none."""
    return Instance(
        {v.name.id: config[v.name.id] for v in interface.configs} if config else {},
        {v.name.id: inputs[v.name.id] for v in interface.inputs},
    )


def sizes_of(interface: CheckedInterface, instance: Instance) -> dict[str, int]:
    """How many revisions each set of the configuration and of the inputs has."""
    values = {**instance.config, **instance.inputs}
    variables = (v for v in (*interface.configs, *interface.inputs) if v.type == "set" and v.name.id in values)
    sets = ((v.name.id, values[v.name.id]) for v in variables)
    return {name: len(value) for name, value in sets if isinstance(value, tuple)}


class Answer(Struct, frozen=True):
    """What a policy answers: the case that fired and every output. None stands for what has no value."""

    case: str | None
    outputs: dict[str, Value | None]


class Example(Struct, frozen=True):
    """An instance with an answer. `case` of the answer is None where no case applies."""

    instance: Instance
    answer: Answer


def has(format_: Format, value: Value | None, word: int) -> bool:
    """Whether a revision is in a set or a range."""
    if isinstance(value, Range):
        return value.low <= word <= value.high and format_.well_formed(word)
    return isinstance(value, tuple) and word in value


def has_all(format_: Format, value: Value, range_: Range) -> bool:
    """Whether every revision of a range is in a set or another range."""
    if isinstance(value, Range):
        return value.low <= range_.low and range_.high <= value.high
    word: int | None = range_.low
    while word is not None and word <= range_.high:
        if not has(format_, value, word):
            return False
        word = format_.at_least(word + 1) if word < format_.largest else None
    return True


NO_RANGE = "{}"
"""A range with nothing in it, as it is written."""


def show_range(format_: Format, value: Range | tuple[()]) -> str:
    """`1.0..1.2`, or `{}`."""
    return f"{format_.show(value.low)}..{format_.show(value.high)}" if isinstance(value, Range) else NO_RANGE


def plain(format_: Format, value: Value, *, ranged: bool) -> str | list[str] | bool:
    """A value as JSON has it. Where it is `ranged`, nothing is a range with nothing in it, and else an empty set."""
    match value:
        case bool():
            return value
        case int():
            return format_.show(value)
        case tuple() if not ranged:
            return [format_.show(word) for word in value]
        case Range() | tuple():
            return show_range(format_, value if isinstance(value, Range) else ())


def read_range(format_: Format, text: str) -> Range | tuple[()]:
    """The range that is written so. Raises ValueError, with a message for the user, where it is none."""
    low, dots, high = text.partition("..")
    if text.strip() in ("", NO_RANGE):
        return ()
    if not dots:
        sample = "..".join(format_.samples)
        raise ValueError(f"`{text[:40]}` is no range; write its first and its last revision, as in {sample}")
    first, last = format_.read(low), format_.read(high)
    for word in (first, last):
        if not format_.well_formed(word):
            raise ValueError(f"{word:#x} has reserved bits set, and a range has well-formed revisions")
    if first > last:
        raise ValueError(f"`{text[:40]}` ends before it begins; write {NO_RANGE} for nothing")
    return Range(first, last)


def words_of(value: Value) -> tuple[int, ...]:
    """The members of a set, the ends of a range, or the one word that a value is."""
    match value:
        case Range(low=low, high=high):
            return low, high
        case tuple():
            return value
        case _:
            return (int(value),)


def word_of(value: Value) -> int:
    """The word of a value that is no set: what its register holds."""
    assert not isinstance(value, (tuple, Range)), "a set is no word"
    return int(value)


def words_among(values: Iterable[object]) -> set[int]:
    """The words that values can be told apart by: revisions, the members of sets, what a relation lists."""
    words: set[int] = set()
    for value in values:
        match value:
            case bool():
                pass
            case int():
                words.add(value)
            case tuple():
                words |= words_among(cast("tuple[object, ...]", value))
            case Relation(listed=listed):
                words |= words_among(listed)
            case Range(low=low, high=high):
                words |= {low, high}
            case _:
                pass
    return words
