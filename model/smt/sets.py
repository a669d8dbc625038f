"""Sets that are chosen, as terms of the solver, and what a reply has of them."""

# z3 carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...spec.core import Choice, Core
from ...spec.intervals import range_of
from ...spec.words import Format
from . import bits
from .bits import Bits
from .digits import Digits
from .encoded import Encoded, Predicate, Scope, Slots, Span, Term
from .formulas import Encoder
from .terms import Terms


class FreeSets:
    """Makes sets and ranges that may be any, each with its `rules`; `present` says which slots of a set are in it."""

    def __init__(self, words: Digits, format_: Format, rules: list[Any]) -> None:
        self.words = words
        self.format = format_
        self.rules = rules
        self.present: dict[str, list[Any]] = {}

    def slots(self, name: str, size: int, well_formed: bool) -> Slots:
        terms = self.words.terms
        values = [self.words.named_word(f"{name}.{at}", well_formed=well_formed) for at in range(size)]
        there = [terms.boolean(f"{name}.{at} is there") for at in range(size)]
        for at, value in enumerate(values):
            self.rules.append(self.words.well_formed(value) if well_formed else self.words.bounds(value))
            if at:
                # Ascending, and filled from the front: one model for each set, not one for each order.
                before = [there[at - 1], bits.less(terms, values[at - 1], value)]
                self.rules.append(terms.implies(there[at], terms.conj(before)))
        self.present[name] = there
        return Slots(tuple(zip(values, there, strict=True)))

    def span(self, name: str) -> Span:
        """The ends of a range. Where nothing is in it, the first is the largest revision, and the last the smallest."""
        low, high = (self.words.named_word(f"{name}.{end}", well_formed=True) for end in ("first", "last"))
        self.rules.append(ordered(self.words, self.format, low, high))
        return Span(Term(low), Term(high))

    def predicate(self, name: str, well_formed: bool) -> Predicate:
        terms = self.words.terms
        x = self.words.fresh_word("x", well_formed=well_formed)
        function = terms.function(name, x.variables())
        allowed = self.words.well_formed(x) if well_formed else self.words.bounds(x)
        self.rules.append(terms.every(x.variables(), terms.implies(function(*x.variables()), allowed)))

        def holds(word: Bits) -> Any:
            cut = self.words.cut(word)
            digits = zip(cut.values(), x.values(), strict=True)
            pairs = [(value, isinstance(there, int)) for value, there in digits]
            free = [terms.lift(value) for value, reserved in pairs if not reserved]
            zero = [terms.equal(value, 0) for value, reserved in pairs if reserved]
            return terms.conj([*zero, function(*free)])

        return Predicate(holds, well_formed)


def ordered(words: Digits, format_: Format, low: Bits, high: Bits) -> Any:
    """Two words are the ends of a range: where nothing is in it, the largest revision and the smallest."""
    terms = words.terms
    empty = [bits.equal(terms, low, bits.constant(format_.largest)), bits.equal(terms, high, bits.constant(0))]
    order = terms.disj([bits.at_most(terms, low, high), terms.conj(empty)])
    return terms.conj([words.well_formed(low), words.well_formed(high), order])


def as_span(encoder: Encoder, node: Core, scope: Scope, largest: int) -> Span:
    """What is assigned to a range: its first and its last revision, or those of a range with nothing in it."""
    terms, cuts = encoder.terms, encoder.words.cuts
    if isinstance(node, Choice):
        test = encoder.formula(node.test, scope)
        yes, no = (as_span(encoder, one, scope, largest) for one in (node.then, node.otherwise))
        low, high = (
            bits.either(terms, test, one.value, other.value, cuts)
            for one, other in ((yes.low, no.low), (yes.high, no.high))
        )
        return Span(Term(low), Term(high))
    variable = range_of(node)
    known = None if variable is None else scope.values[variable.symbol]
    if isinstance(known, Span):
        return known
    given = encoder.encode(node, scope)
    if not isinstance(given, Span):
        assert isinstance(given, Slots) and not given.rows, "a range is assigned a range, or nothing"
        return Span(Term(bits.constant(largest)), Term(bits.constant(0)))
    first, last, some = encoder.ends(given)
    low = bits.either(terms, some, first.value, bits.constant(largest), cuts)
    high = bits.either(terms, some, last.value, bits.constant(0), cuts)
    return Span(Term(low), Term(high))


def of_firing(encoder: Encoder, fires: list[Any], sets: list[Encoded]) -> Encoded:
    """Of a set for each case, that of the case that fires."""
    terms = encoder.terms
    pairs = list(zip(fires, sets, strict=True))
    rows = [(word, f, there) for f, one in pairs if isinstance(one, Slots) for word, there in one.rows]
    if all(isinstance(one, Slots) for one in sets):
        return Slots(tuple((word, f if there is None else terms.conj([f, there])) for word, f, there in rows))
    return Predicate(
        lambda word: terms.disj([terms.conj([f, encoder.member(Term(word), one)]) for f, one in pairs]),
        well_formed=False,
    )


def constants_of(known: Encoded) -> list[int] | None:
    """The words of a set that is written out, ascending; None of any other set."""
    if not isinstance(known, Slots):
        return None
    words = {None if there is not None else word.known for word, there in known.rows}
    return sorted(word for word in words if word is not None) if None not in words else None


def slots_are(terms: Terms, known: Slots, words: Sequence[int]) -> Any:
    """A set that is chosen has just these words, which ascend, as its slots do."""
    if len(words) > len(known.rows):
        return terms.false
    there = [there for _, there in known.rows]
    size = [there[len(words) - 1]] if words else []
    size += [terms.neg(there[len(words)])] if len(words) < len(there) else []
    rows = zip(known.rows, words, strict=False)
    return terms.conj([*size, *(bits.equal(terms, word, bits.constant(value)) for (word, _), value in rows)])


def same_set(encoder: Encoder, left: Encoded, right: Encoded) -> Any:
    """Two sets have the same elements. They stand beneath no quantifier."""
    scope = Scope({})

    def within(one: Encoded, other: Encoded) -> Any:
        return encoder.every(one, lambda word, _: encoder.member(Term(word), other), scope)

    return encoder.terms.conj([within(left, right), within(right, left)])
