"""How far a counterexample generalises: the bounds within which one of its values may vary while the claim still fails.

The evaluator tries words that represent all others (`model/representatives.py`). Between two that fail, all fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias

from msgspec.structs import replace

from ..model.closures import Slots
from ..model.coordinates import Coordinates, coordinates_of
from ..model.instance import Example, Instance, word_of, words_among
from ..model.parts import assumptions_of, cores_of, cores_of_goals
from ..model.queries import Query
from ..model.query_evaluation import CompiledQuery, QueryEvaluator, values_in_play
from ..model.representatives import TooMany
from ..model.vocabulary import Vocabulary, vocabulary_of
from ..spec.checked import CheckedPolicy
from ..spec.checked_interface import CheckedInterface
from ..spec.core import Core
from .verdict import Interval

Vary: TypeAlias = "Callable[[int], Instance]"


def intervals(queries: QueryEvaluator, goals: Query, example: Example) -> tuple[Interval, ...]:
    """For each input and each revision of the configuration, the largest interval around it that fails throughout.

    Left out are values that may not vary at all, and claims that the evaluator cannot decide.
    """
    # Also what a relation lists that only another policy reads.
    listed = words_among(example.instance.relations.values())
    compiled = queries.compiled_query(goals)
    made: list[Interval] = []
    try:
        for name, value, vary in _variations(queries.policy.interface, example.instance):
            # Outputs follow from what is varied.
            moving = {name, *(v.name.id for v in queries.policy.interface.outputs)}
            coordinates = coordinates_of(_deciding(queries.policy, goals), queries.evaluator.format, moving)
            points = [
                p
                for p in _points(queries, coordinates, example, listed)
                if name in example.instance.inputs or queries.evaluator.format.well_formed(p)
            ]
            fails = {p: _fails(queries, compiled, example, vary(p)) for p in points}
            low, high = _run(points, fails, value, coordinates.starts)
            if low < high or name in example.instance.inputs:
                made.append(Interval(name, value, low, high))
    except TooMany:
        return ()
    return tuple(made)


def query_vocabulary(queries: QueryEvaluator, goals: Query) -> Vocabulary:
    """The vocabulary of everything that decides whether a query is met."""
    return vocabulary_of(_deciding(queries.policy, goals))


def _deciding(policy: CheckedPolicy, goals: Query) -> list[Core]:
    return [*cores_of(policy), *assumptions_of(policy), *cores_of_goals(goals)]


def _variations(interface: CheckedInterface, instance: Instance) -> Iterator[tuple[str, int, Vary]]:
    """Each revision of an instance that may be any: its name, its word, and the instance with another in its place."""
    for name, value in instance.inputs.items():
        # No word is near a name.
        if interface.variables[name].type == "revision" and word_of(value) < interface.format.end:
            yield name, word_of(value), partial(_with_input, instance, name)
    for name, value in instance.config.items():
        if isinstance(value, tuple):
            for member in value:
                yield name, member, partial(_with_member, instance, name, tuple(v for v in value if v != member))


def _with_input(instance: Instance, name: str, word: int) -> Instance:
    return replace(instance, inputs={**instance.inputs, name: word})


def _with_member(instance: Instance, name: str, rest: tuple[int, ...], word: int) -> Instance:
    return replace(instance, config={**instance.config, name: tuple(sorted({*rest, word}))})


def _points(queries: QueryEvaluator, coordinates: Coordinates, example: Example, listed: set[int]) -> list[int]:
    slots = queries.evaluator.slots(example.instance)
    queries.evaluator.put(slots, example.answer.outputs)
    return values_in_play(queries.evaluator, slots, coordinates, 1, listed, both_ends=True)


def _fails(queries: QueryEvaluator, compiled: CompiledQuery, example: Example, instance: Instance) -> bool:
    """The goals are met in an instance of as many revisions, by some answer."""
    if instance.size != example.instance.size:
        return False
    evaluator = queries.evaluator
    slots = evaluator.slots(instance)
    if not evaluator.admits(slots):
        return False
    case = evaluator.fires(slots)
    if not compiled.of_answers:
        return compiled(slots, case)
    if case is None:
        return False
    open_ = _open_values(queries, slots, example)
    return any(compiled(slots, case) for _ in evaluator.answers(slots, case, open_))


def _open_values(queries: QueryEvaluator, slots: Slots, example: Example) -> list[int]:
    names = queries.policy.interface.variables
    values = [slots[queries.evaluator.compiler.slots[name]] for name in names]
    return sorted(words_among([*example.answer.outputs.values(), *values]))


def _run(points: list[int], fails: dict[int, bool], value: int, starts: list[int]) -> tuple[int, int]:
    at = points.index(value)
    high = at
    while high + 1 < len(points) and fails[points[high + 1]] and _solid(points, fails, high, starts):
        high += 1
    low = at
    while low and fails[points[low - 1]] and _solid(points, fails, low - 1, starts):
        low -= 1
    return points[low], points[high]


def _solid(points: list[int], fails: dict[int, bool], at: int, starts: list[int]) -> bool:
    """Whether all words between a point and the next fail where both do.

    They do where the points differ in the lowest coordinate alone. Where a higher one skips values, the words in
    between take every value of the lower coordinates, so all points with this one's higher coordinates must fail.
    """
    one, other = points[at], points[at + 1]
    if other == one + 1:
        return True
    start = max(s for s in starts if one >> s != other >> s)
    if start == 0 or (other >> start) - (one >> start) == 1:
        return True
    return all(failed for point, failed in fails.items() if point >> start == one >> start)
