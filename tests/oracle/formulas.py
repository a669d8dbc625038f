"""What expressions mean: each becomes a function of the values of all variables, held in slots."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TypeAlias

from parley.spec.syntax import (
    And,
    Boolean,
    Call,
    Comparison,
    Expr,
    Extremum,
    FieldOf,
    If,
    Iff,
    Implies,
    Interface,
    IsEmpty,
    IsNamed,
    Member,
    Name,
    Not,
    Number,
    Or,
    Quantified,
    Range,
    Revision,
    SetLiteral,
    With,
)

from .choices import Choices
from .names import Reading, codes_of_names, constants
from .terms import (
    RELATIONS,
    Slots,
    Term,
    compared,
    constant,
    is_member,
    joined,
    lazily,
    let,
    members,
    prefers,
    reads,
    remembered,
    slot,
)
from .words import Words

Bound: TypeAlias = Mapping[str, int]

KNOWN, PREFERS = "known", "prefers"


@dataclass(frozen=True)
class Where:
    """Where an expression stands: whose `define`s it sees, what is bound, whether a caller's words mean something.

    `given` has the premises of what parameters stand for: a `define` counts as if it stood there.
    """

    reading: Reading
    bound: Bound
    caller: bool = False
    given: Mapping[str, list[Term]] = field(default_factory=dict[str, list[Term]])

    def binding(self, name: str, slot: int) -> Where:
        given = {known: premises for known, premises in self.given.items() if known != name}
        return Where(self.reading, {**self.bound, name: slot}, self.caller, given)


def _unless(codes: frozenset[int]) -> Callable[[int | None], int | None]:
    return lambda value: None if value in codes else value


class Meanings:
    """Gives expressions of one interface their meaning."""

    def __init__(self, words: Words, free: Sequence[str], interface: Interface) -> None:
        self.words = words
        self.codes = {name: frozenset(names.values()) for name, names in codes_of_names(interface).items()}
        self.free = {name: at for at, name in enumerate(free)}
        self.constants = constants(interface)
        self.choices = Choices()
        self.count = len(free)

    def fresh(self) -> int:
        self.count += 1
        return self.count - 1

    def slots(self) -> Slots:
        return [None] * self.count

    def formula(self, expr: Expr, reading: Reading, *, caller: bool = False) -> Term:
        return remembered(self.term(expr, Where(reading, {}, caller)))

    def premises(self, expr: Expr, reading: Reading, *, caller: bool = False) -> list[Term]:
        """What must happen for a proof of a formula to say something; nothing where the formula has no premise."""
        return [remembered(p) for p in self._premises(expr, Where(reading, {}, caller))]

    # ---- terms ------------------------------------------------------------------------------------------

    def term(self, expr: Expr, at: Where) -> Term:
        match expr:
            case Number(value=value) | Boolean(value=value):
                return constant(value)
            case Revision(fields=fields):
                return constant(self.words.literal(fields))
            case Name(id=name):
                return self._name(name, at)
            case Call(name=name, arguments=arguments):
                return self._call(name, [self.term(a, at) for a in arguments], at)
            case FieldOf(of=of, part=part):
                return joined([self.term(of, at)], self._cut(*self.words.place(part)))
            case With():
                return self._with(expr, at)
            case SetLiteral(items=items):
                terms = [self.term(item, at) for item in items]
                return joined(terms, members)
            case Range(low=low, high=high):
                return joined([self.term(low, at), self.term(high, at)], self._between)
            case If(condition=condition, then=then, otherwise=otherwise):
                parts = [self.term(e, at) for e in (condition, then, otherwise)]
                if_, then_, else_ = (p.code for p in parts)
                return Term(lambda s: then_(s) if if_(s) else else_(s), reads(parts))
            case Extremum():
                return self._extremum(expr, at)
            case _:
                return self._formula(expr, at)

    def _cut(self, low: int, width: int) -> Callable[[int | None], int | None]:
        return lambda word: None if word is None else (word >> low) % 2**width

    def _between(self, low: int | None, high: int | None) -> tuple[int, ...]:
        if low is None or high is None:
            return ()
        return tuple(word for word in self.words.revisions if low <= word <= high)

    def _name(self, name: str, at: Where) -> Term:
        if name in at.bound:
            return slot(at.bound[name])
        if at.reading.sees(name):
            if name in self.free and (name != KNOWN or at.caller):
                return self._word(name)
            if name in self.constants:
                return constant(self.constants[name])
        return self._call(name, [], at)

    def _word(self, name: str) -> Term:
        """A variable where a revision is wanted: a name is none."""
        codes = self.codes.get(name)
        return slot(self.free[name]) if codes is None else joined([slot(self.free[name])], _unless(codes))

    def _call(self, name: str, arguments: list[Term], at: Where) -> Term:
        if name == PREFERS and at.caller:
            return joined([slot(self.free[KNOWN]), *arguments], prefers)
        found = at.reading.find(name)
        if found is None:
            holds = self.choices.holds
            asked = joined(arguments, lambda *values: holds(name, values))
            return Term(asked.code, asked.reads | {RELATIONS})
        define, reading = found
        places = {label.id: self.fresh() for label in define.parameters}
        assert define.body is not None
        body = self.term(define.body, Where(reading, places))
        return remembered(let(places, arguments, body))

    def _with(self, expr: With, at: Where) -> Term:
        places = [self.words.place(part) for part, _ in expr.updates]

        def updated(word: int | None, *values: int | None) -> int | None:
            for (low, width), value in zip(places, values, strict=True):
                if word is None or value is None or value >= 2**width:
                    return None
                word += (value - (word >> low) % 2**width) << low
            return word

        return joined([self.term(e, at) for e in (expr.of, *(value for _, value in expr.updates))], updated)

    def _extremum(self, expr: Extremum, at: Where) -> Term:
        domain = self.term(expr.domain, at)
        # What a host knows stands with the most preferred first.
        best: Callable[[list[int]], int] = {"max": max, "min": min, "first": itemgetter(0)}[expr.kind]
        if expr.variable is None or expr.where is None:
            whole = domain.code
            return Term(lambda slots: best(list(whole(slots))) if whole(slots) else None, domain.reads)
        place = self.fresh()
        where = self.term(expr.where, at.binding(expr.variable, place))
        items_of, holds = domain.code, where.code

        def code(slots: Slots) -> int | None:
            chosen: list[int] = []
            for item in items_of(slots):
                slots[place] = item
                if holds(slots):
                    chosen.append(item)
            return best(chosen) if chosen else None

        return remembered(Term(code, domain.reads | where.reads - {place}))

    # ---- formulas ---------------------------------------------------------------------------------------

    def _formula(self, expr: Expr, at: Where) -> Term:
        match expr:
            case Comparison(operator="!=", left=left, right=right):
                return self._formula(Not(Comparison("==", left, right)), at)
            case Comparison(operator=sign, left=left, right=right):
                return joined([self.term(left, at), self.term(right, at)], compared(sign))
            case Member(item=item, domain=domain, negated=negated):
                inside = joined([self.term(item, at), self.term(domain, at)], is_member)
                return joined([inside], operator.not_) if negated else inside
            case IsEmpty(domain=domain, negated=negated):
                return joined([self.term(domain, at)], bool if negated else operator.not_)
            case IsNamed(item=Name(id=variable), name=name, negated=negated):
                code = self.constants[name]
                is_it = joined([slot(self.free[variable]), constant(code)], operator.eq)
                return joined([is_it], operator.not_) if negated else is_it
            case Quantified(kind=kind, variable=variable, domain=domain, body=body):
                place = self.fresh()
                inner = self.term(body, at.binding(variable, place))
                return self._quantified(kind, self.term(domain, at), place, inner)
            case Not(operand=operand):
                return joined([self.term(operand, at)], operator.not_)
            case And(operands=operands):
                return lazily([self.term(o, at) for o in operands], all)
            case Or(operands=operands):
                return lazily([self.term(o, at) for o in operands], any)
            case Implies(left=left, right=right):
                return self.term(Or((Not(left), right)), at)
            case Iff(left=left, right=right):
                return joined([self.term(left, at), self.term(right, at)], operator.eq)
            case _:
                raise AssertionError(expr)

    def _quantified(self, kind: str, domain: Term, place: int, body: Term) -> Term:
        items_of, holds = domain.code, body.code
        # The truth that settles the matter, and what the whole is then.
        settling, settled = {"some": (True, True), "every": (False, False), "no": (True, False)}[kind]

        def code(slots: Slots) -> bool:
            for item in items_of(slots):
                slots[place] = item
                if holds(slots) is settling:
                    return settled
            return not settled

        return remembered(Term(code, domain.reads | body.reads - {place}))

    # ---- premises ---------------------------------------------------------------------------------------

    def _premises(self, expr: Expr, at: Where) -> list[Term]:
        match expr:
            case Implies(left=left, right=right):
                premise = self.term(left, at)
                return [lazily([premise, inner], all) for inner in self._premises(right, at)] or [premise]
            case And(operands=operands):
                return [premise for operand in operands for premise in self._premises(operand, at)]
            case Quantified(kind="every", variable=variable, domain=domain, body=body):
                place = self.fresh()
                inner = self._premises(body, at.binding(variable, place)) or [constant(True)]
                return [self._quantified("some", self.term(domain, at), place, premise) for premise in inner]
            case Call(name=name, arguments=arguments):
                theirs = [self._premises(a, at) for a in arguments]
                return self._premises_of(name, [self.term(a, at) for a in arguments], theirs, at)
            case Name(id=name) if name in at.given:
                return at.given[name]
            case Name(id=name) if name not in at.bound:
                return [] if at.reading.sees(name) and name in self.free else self._premises_of(name, [], [], at)
            case _:
                return []

    def _premises_of(self, name: str, arguments: list[Term], theirs: list[list[Term]], at: Where) -> list[Term]:
        """Of a `define`: those of its body. A relation has none."""
        found = None if name == PREFERS and at.caller else at.reading.find(name)
        if found is None:
            return []
        define, reading = found
        places = {label.id: self.fresh() for label in define.parameters}
        assert define.body is not None
        given = dict(zip(places, theirs, strict=True))
        return [let(places, arguments, p) for p in self._premises(define.body, Where(reading, places, given=given))]
