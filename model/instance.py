"""One concrete configuration with its inputs, and one answer to it: plain values that print and compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias, cast

from msgspec import Struct

from ..spec.checked import CheckedInterface

Value: TypeAlias = "int | bool | tuple[int, ...]"
"""A revision word, a truth value, a set as an ascending tuple of words; an enumeration's value is its number."""


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
    inputs: dict[str, int] = {}
    relations: dict[str, Relation] = {}

    def __hash__(self) -> int:
        return hash((frozenset(self.config.items()), frozenset(self.inputs.items())))

    @property
    def size(self) -> int:
        """How many revisions the configuration's sets have together."""
        return sum(len(value) for value in self.config.values() if isinstance(value, tuple))


def instance_of(interface: CheckedInterface, config: Mapping[str, Value], inputs: Mapping[str, Value]) -> Instance:
    """What an interface asks for of some values, in its order. Where no configuration is known, it has none."""
    return Instance(
        {v.name.id: config[v.name.id] for v in interface.configs} if config else {},
        {v.name.id: int(inputs[v.name.id]) for v in interface.inputs},  # pyright: ignore[reportArgumentType]
    )


class Answer(Struct, frozen=True):
    """What a policy answers: the case that fired and every output. None stands for what has no value."""

    case: str | None
    outputs: dict[str, int | bool | None]


class Example(Struct, frozen=True):
    """An instance with an answer. `case` of the answer is None where no case applies."""

    instance: Instance
    answer: Answer


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
            case _:
                pass
    return words
