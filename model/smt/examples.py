"""Examples and the solver: the terms that they are made of, and the constraint that these have certain values."""

# z3 carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import Any, TypeAlias

from ..instance import Answer, Instance, Range, Relation, Value, word_of
from . import bits
from .bits import Bits
from .encoded import Slots, Span, Term
from .policies import Encoding
from .sets import same_set, slots_are
from .terms import Terms

FreeWord: TypeAlias = "tuple[Bits, list[int]]"
"""A revision that may be chosen, and the codes of the names that it may have instead."""


def free_words(encoding: Encoding, sizes: dict[str, int], given: frozenset[str] = frozenset()) -> list[FreeWord]:
    """The revisions of an instance with sets of these sizes, but for those of what is `given`: those of the
    configuration, then the inputs.
    """
    made: list[FreeWord] = []
    for variable in (*encoding.policy.interface.configs, *encoding.policy.interface.inputs):
        if variable.name.id in given:
            continue
        known = encoding.scope.values[variable.name.id]
        if isinstance(known, Slots):
            made += [(value, []) for value, _ in known.rows[: sizes[variable.name.id]]]
        elif isinstance(known, Span):
            made += [(known.low.value, []), (known.high.value, [])]
        elif isinstance(known, Term) and variable.type == "revision":
            made.append((known.value, _codes(encoding, variable.name.id)))
    return made


def choices(encoding: Encoding) -> list[tuple[Any, list[int | bool]]]:
    """The booleans and enumerations of an instance and of the open outputs, each with its values in order."""
    made: list[tuple[Any, list[int | bool]]] = []
    interface = encoding.policy.interface
    for variable in (*interface.configs, *interface.inputs, *(interface.variables[n] for n in _open(encoding))):
        name = variable.name.id
        known = encoding.scope.values[name]
        if not isinstance(known, Term) or variable.type == "revision":
            continue
        enumeration = interface.enumeration(name)
        values = [number for _, number in enumeration.values] if enumeration else [False, True]
        made.append((known.value, list(values)))
    return made


def open_words(encoding: Encoding) -> list[FreeWord]:
    """The revisions that some case leaves open."""
    variables = encoding.policy.interface.variables
    made: list[FreeWord] = []
    for name in _open(encoding):
        known = encoding.scope.values[name]
        if isinstance(known, Span):
            made += [(known.low.value, []), (known.high.value, [])]
        elif variables[name].type == "revision" and isinstance(known, Term):
            made.append((known.value, _codes(encoding, name)))
    return made


def open_sets(encoding: Encoding) -> dict[str, Slots]:
    """The sets that some case leaves open."""
    names = encoding.policy.answered_sets
    chosen = encoding.chosen.items()
    return {name: known for name, known in chosen if name in names and isinstance(known, Slots)}


def _codes(encoding: Encoding, name: str) -> list[int]:
    return [*encoding.policy.interface.named.get(name, {}).values()]


def _open(encoding: Encoding) -> list[str]:
    return list(dict.fromkeys(name for case in encoding.policy.cases for name in case.unspecified))


def is_value(terms: Terms, term: Any, value: int | bool) -> Any:
    """A word, an enumeration's value or a Boolean is a known one."""
    if isinstance(term, Bits):
        return bits.equal(terms, term, bits.constant(int(value)))
    return terms.same(term, terms.truth(bool(value)))


def is_instance(encoding: Encoding, instance: Instance) -> Any:
    """Configuration and inputs are these; what relations hold of is asked when formulas have used them."""
    made: list[Any] = []
    for name, value in (*instance.config.items(), *instance.inputs.items()):
        known = encoding.scope.values[name]
        if isinstance(known, Term):
            made.append(is_value(encoding.terms, known.value, word_of(value)))
            continue
        if isinstance(known, Span):
            made += _are_ends(encoding, known, value)
            continue
        assert isinstance(known, Slots) and isinstance(value, tuple)
        made.append(slots_are(encoding.terms, known, sorted(value)))
    return encoding.terms.conj(made)


def _are_ends(encoding: Encoding, known: Span, value: Value) -> list[Any]:
    """The ends of a range are those of a known one."""
    low, high = (value.low, value.high) if isinstance(value, Range) else (encoding.format.largest, 0)
    ends = ((known.low, low), (known.high, high))
    return [is_value(encoding.terms, end.value, word) for end, word in ends]


def is_answer(encoding: Encoding, answer: Answer) -> Any:
    """The outputs are these, as far as they have values."""
    made: list[Any] = []
    for name, value in answer.outputs.items():
        known = encoding.scope.values[name]
        if isinstance(known, Span) and isinstance(value, (tuple, Range)):
            made += _are_ends(encoding, known, value)
        elif isinstance(value, tuple):
            given = Slots(tuple((bits.constant(word), None) for word in value))
            made.append(same_set(encoding.encoder, known, given))
        elif value is not None:
            assert isinstance(known, Term)
            made.append(is_value(encoding.terms, known.value, word_of(value)))
    return encoding.terms.conj(made)


def is_relations(encoding: Encoding, relations: dict[str, Relation]) -> Any:
    """Abstract `define`s hold of just what these say, wherever a formula has used them."""
    made: list[Any] = []
    for applied in encoding.encoder.applied:
        relation = relations.get(applied.name, Relation())
        among = encoding.terms.disj([_are(encoding.terms, applied.arguments, row) for row in sorted(relation.listed)])
        same = encoding.terms.same(applied.holds, encoding.terms.neg(among) if relation.default else among)
        made.append(encoding.terms.every(applied.binders, same))
    return encoding.terms.conj(made)


def _are(terms: Terms, arguments: tuple[Any, ...], row: tuple[int | bool, ...]) -> Any:
    pairs = zip(arguments, row, strict=True)
    return terms.conj([terms.same(a, terms.truth(v)) if isinstance(v, bool) else terms.equal(a, v) for a, v in pairs])
