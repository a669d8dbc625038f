"""The symbolic meaning of formulas, as Z3 terms.

A revision is a row of digits (`bits.py`), cut where some field or slice in use begins. A config set is either a row of
slots, ascending, each there or not (`Slots`): then every quantifier is spelled out, and a model with k slots is a model
with at most k revisions; or a predicate on digits (`Predicate`), with the quantifiers left to the solver.
"""

# z3 carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportUnknownLambdaType=false, reportMissingTypeArgument=false

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeAlias, assert_never

from msgspec import Struct

from ..spec.syntax import (
    And,
    Boolean,
    Call,
    Comparison,
    Define,
    Expr,
    Extremum,
    FieldOf,
    If,
    Iff,
    Implies,
    IsEmpty,
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
from ..spec.words import Format
from . import bits
from .bits import Bits
from .memo import Entry, Numbering
from .terms import Digit, Terms

MOST_NODES = 400_000
"""Terms made for one question; beyond that, spelling the quantifiers out is given up."""


class TooLarge(Exception):
    """Spelled out, the formula has more than `MOST_NODES` terms."""


class Term(Struct, frozen=True):
    """A value, `Bits` or a Boolean of the solver, and when there is one: `defined` is None where there always is."""

    value: Any
    defined: Any = None


class Slots(Struct, frozen=True):
    """A set as a row of words, each with when it is in the set (None: always)."""

    rows: tuple[tuple[Bits, Any], ...]


class Span(Struct, frozen=True):
    """The well-formed revisions from `low` to `high`."""

    low: Term
    high: Term


class Predicate(Struct, frozen=True):
    """A set as a predicate on words; `well_formed` where all that are in it are so."""

    holds: Callable[[Bits], Any]
    well_formed: bool


Encoded: TypeAlias = "Term | Slots | Span | Predicate"
Want: TypeAlias = "bool | None"
"""The truth value that a formula is asserted to have; None where it may have either."""


class Scope(Struct, frozen=True):
    """What names stand for; `binders` are the variables of the solver's own quantifiers around."""

    names: dict[str, Encoded]
    binders: tuple[Any, ...] = ()

    def bind(self, name: str, value: Encoded, *binders: Any) -> Scope:
        return Scope({**self.names, name: value}, self.binders + binders)


class Applied(Struct, frozen=True):
    """An abstract `define` applied to some terms, each one Boolean or integer; `binders` are those in the terms."""

    name: str
    arguments: tuple[Any, ...]
    holds: Any
    binders: tuple[Any, ...] = ()


class Encoder:
    """Encodes expressions. `side` collects the rules for the terms that stand for extrema and for cut numbers."""

    def __init__(
        self, terms: Terms, format_: Format, constants: dict[str, int], variables: frozenset[str], cuts: tuple[int, ...]
    ) -> None:
        self.terms = terms
        self.format = format_
        self.constants = constants
        self.variables = variables
        self.cuts = cuts
        self.side: list[Any] = []
        # Terms made for the question at hand, and its number.
        self.made = 0
        self.question = 0
        self._numbering = Numbering()
        self._entries: dict[tuple[Any, ...], Entry] = {}
        self._open: list[Entry] = []
        self.applied: list[Applied] = []
        self._functions: dict[str, Any] = {}

    # ---- words ------------------------------------------------------------------------------------------

    def word(self, make: Callable[[], Any], *, well_formed: bool) -> Bits:
        """A word of digits that `make` makes; of a well-formed one, reserved digits are 0."""
        made: list[tuple[Digit, int]] = []
        for low, high in pairwise(self.cuts):
            zero = well_formed and self._reserved(low, high) == (1 << (high - low)) - 1
            made.append((0 if zero else make(), high - low))
        return Bits(tuple(made))

    def named_word(self, name: str, *, well_formed: bool = False) -> Bits:
        """A word with digits that are called after it."""
        lows = iter(range(len(self.cuts)))
        return self.word(lambda: self.terms.integer(f"{name}#{next(lows)}"), well_formed=well_formed)

    def fresh_word(self, name: str, *, well_formed: bool = False) -> Bits:
        return self.word(lambda: self.terms.fresh(name), well_formed=well_formed)

    def bounds(self, word: Bits) -> Any:
        """Each digit is one."""
        return self.terms.conj([self.terms.within(v, 1 << width) for v, width in word.digits if not isinstance(v, int)])

    def well_formed(self, word: Bits) -> Any:
        """Each digit is one, and reserved bits are zero."""
        known = word.known
        if known is not None:
            return self.terms.truth(self.format.well_formed(known))
        parts: list[Any] = []
        low = 0
        for value, width in word.digits:
            # Digits are cut so that their reserved bits are the upper ones, if any.
            free = width - self._reserved(low, low + width).bit_count()
            if isinstance(value, int):
                parts.append(self.terms.truth(value < 1 << free))
            else:
                parts.append(self.terms.within(value, 1 << free) if free else self.terms.equal(value, 0))
            low += width
        return self.terms.conj(parts)

    def _reserved(self, low: int, high: int) -> int:
        return (self.format.reserved_mask >> low) & ((1 << (high - low)) - 1)

    # ---- expressions ------------------------------------------------------------------------------------

    def begin(self) -> None:
        """A new question: what it is made of counts from here."""
        self.made = 0
        self.question += 1

    def formula(self, expr: Expr, scope: Scope, defines: dict[str, Define], want: Want = None) -> Any:
        """The Boolean of a formula.

        Where it is asserted only (`want` is True), or only its negation is (False), what exists is named by a variable
        of its own (Skolem's), rather than looked for in each slot.
        """
        return self.term(expr, scope, defines, want).value

    def term(self, expr: Expr, scope: Scope, defines: dict[str, Define], want: Want = None) -> Term:
        encoded = self.encode(expr, scope, defines, want)
        assert isinstance(encoded, Term)
        return encoded

    def encode(self, expr: Expr, scope: Scope, defines: dict[str, Define], want: Want = None) -> Encoded:
        """The meaning of an expression. What takes long and stands there again is encoded once."""
        if scope.binders or not isinstance(expr, (Extremum, Quantified, Call, Name)):
            return self._encode(expr, scope, defines, want)
        if isinstance(expr, Name) and (expr.id in scope.names or expr.id in self.constants):
            return self._encode(expr, scope, defines, want)
        names = self._numbering.reads(expr, defines)
        bound = [name for name in names if name in scope.names]
        values = tuple(scope.names[name] for name in bound)
        # With their names: a name may be bound at one place and a `define` at another.
        key = (self._numbering.of(expr), id(defines), want, *bound, *(_identity(value) for value in values))
        entry = self._entries.get(key)
        if entry is None:
            # The values are kept: an id is only good as long as what has it lives.
            entry = Entry(values, defines, self.question)
            self._open.append(entry)
            try:
                entry.made = self._encode(expr, scope, defines, want)
            finally:
                self._open.pop()
            self._entries[key] = entry
        else:
            self._charge(entry)
        if self._open:
            self._open[-1].inside.append(entry)
        return entry.made

    def _charge(self, entry: Entry) -> None:
        """What is encoded already costs each question what it cost the first one, once."""
        if entry.asked != self.question:
            entry.asked = self.question
            self._count(entry.cost)
            for inner in entry.inside:
                self._charge(inner)

    def _count(self, nodes: int) -> None:
        self.made += nodes
        if self.made > MOST_NODES:
            raise TooLarge

    def _encode(self, expr: Expr, scope: Scope, defines: dict[str, Define], want: Want) -> Encoded:
        self._count(1)
        if self._open:
            self._open[-1].cost += 1
        terms = self.terms
        unwanted = None if want is None else not want
        match expr:
            case Name(id=id_):
                return self._name(id_, scope, defines, want)
            case Number(value=value):
                return Term(bits.constant(value))
            case Revision(fields=fields):
                return Term(bits.constant(self.format.word(fields)))
            case Boolean(value=value):
                return Term(terms.truth(value))
            case FieldOf(of=of, part=part):
                word = self.term(of, scope, defines)
                return Term(bits.part_of(word.value, *self.format.bits(part)), word.defined)
            case With():
                return self._with(expr, scope, defines)
            case Call(name=name, arguments=arguments):
                return self._call(defines[name], arguments, scope, defines, want)
            case SetLiteral(items=items):
                members = [self.term(item, scope, defines) for item in items]
                return Slots(tuple((member.value, member.defined) for member in members))
            case Range(low=low, high=high):
                return Span(self.term(low, scope, defines), self.term(high, scope, defines))
            case If():
                return self._if(expr, scope, defines, want)
            case Extremum():
                return self._extremum(expr, scope, defines)
            case Comparison(operator=op, left=left, right=right):
                return Term(self._comparison(op, self.term(left, scope, defines), self.term(right, scope, defines)))
            case Member(item=item, domain=domain, negated=negated):
                inside = self.member(self.term(item, scope, defines), self.encode(domain, scope, defines))
                return Term(terms.neg(inside) if negated else inside)
            case IsEmpty(domain=domain, negated=negated):
                some = self._some(self.encode(domain, scope, defines), lambda _value, _scope: terms.true, scope)
                return Term(some if negated else terms.neg(some))
            case Quantified():
                return Term(self._quantified(expr, scope, defines, want))
            case Not(operand=operand):
                return Term(terms.neg(self.formula(operand, scope, defines, unwanted)))
            case And(operands=operands):
                return Term(terms.conj([self.formula(operand, scope, defines, want) for operand in operands]))
            case Or(operands=operands):
                return Term(terms.disj([self.formula(operand, scope, defines, want) for operand in operands]))
            case Implies(left=left, right=right):
                premise = self.formula(left, scope, defines, unwanted)
                return Term(terms.implies(premise, self.formula(right, scope, defines, want)))
            case Iff(left=left, right=right):
                return Term(terms.same(self.formula(left, scope, defines), self.formula(right, scope, defines)))
            case _:
                assert_never(expr)

    def _name(self, id_: str, scope: Scope, defines: dict[str, Define], want: Want) -> Encoded:
        known = scope.names.get(id_)
        if known is not None:
            return known
        if id_ in self.constants:
            return Term(bits.constant(self.constants[id_]))
        return self._call(defines[id_], (), scope, defines, want)

    def _call(
        self, define: Define, arguments: tuple[Expr, ...], scope: Scope, defines: dict[str, Define], want: Want
    ) -> Encoded:
        values = [self.encode(argument, scope, defines) for argument in arguments]
        if define.body is None:
            return Term(self._relation(define.name.id, values, scope))
        # The body sees the variables and its parameters, not what the caller has bound.
        names = {name: value for name, value in scope.names.items() if name in self.variables}
        names.update({p.id: value for p, value in zip(define.parameters, values, strict=True)})
        return self.encode(define.body, Scope(names, scope.binders), defines, want)

    def _relation(self, name: str, values: list[Encoded], scope: Scope) -> Any:
        given = [value for value in values if isinstance(value, Term)]
        assert len(given) == len(values)
        arguments = tuple(self._argument(term) for term in given)
        if name not in self._functions:
            self._functions[name] = self.terms.function(name, arguments)
        holds = self._functions[name](*arguments)
        self.applied.append(Applied(name, arguments, holds, scope.binders))
        return self.terms.conj([*(term.defined for term in given if term.defined is not None), holds])

    def _argument(self, term: Term) -> Any:
        if isinstance(term.value, Bits):
            return self.terms.lift(bits.whole(self.terms, term.value))
        return term.value

    def relations(self) -> list[str]:
        """The abstract `define`s that formulas have used."""
        return list(self._functions)

    def relation(self, name: str) -> Any:
        """The solver's function for an abstract `define`; None where no formula has used it."""
        return self._functions.get(name)

    def _with(self, expr: With, scope: Scope, defines: dict[str, Define]) -> Term:
        word = self.term(expr.of, scope, defines)
        value, defined = self.cut(word.value), [] if word.defined is None else [word.defined]
        for part, update in expr.updates:
            low, width = self.format.bits(part)
            new = self.term(update, scope, defines)
            if new.defined is not None:
                defined.append(new.defined)
            fits = bits.fits(self.terms, new.value, width)
            defined.append(fits)
            value = bits.put(value, low, width, self._digits(new.value, low, width, fits, scope))
        defined = [condition for condition in defined if condition is not self.terms.true]
        return Term(value, self.terms.conj(defined) if defined else None)

    def cut(self, word: Bits) -> Bits:
        """A word cut as words are; one that is known may be written as a single digit."""
        digits = bits.digits_at(self.terms, word, list(self.cuts))
        assert digits is not None
        return Bits(tuple(zip(digits, (high - low for low, high in pairwise(self.cuts)), strict=True)))

    def _digits(self, new: Bits, low: int, width: int, fits: Any, scope: Scope) -> list[Digit]:
        """A number as digits of the bits of a word from `low` on. Where it does not fit, they mean nothing."""
        cuts = [cut - low for cut in self.cuts if low <= cut <= low + width]
        ready = bits.digits_at(self.terms, new, cuts)
        if ready is not None:
            return ready
        number = bits.whole(self.terms, new)
        if len(cuts) == 2:
            return [self.terms.either(fits, number, 0)]
        if scope.binders:
            return [(number / (1 << first)) % (1 << (last - first)) for first, last in pairwise(cuts)]
        made = Bits(tuple((self.terms.fresh("digit"), last - first) for first, last in pairwise(cuts)))
        # A number without a value can be anything, also below 0: then nothing may follow from this.
        sensible = self.terms.conj([self.terms.at_most(0, number), fits])
        same = self.terms.equal(number, bits.whole(self.terms, made))
        self.side.append(self.terms.conj([self.bounds(made), self.terms.implies(sensible, same)]))
        return made.values()

    def _if(self, expr: If, scope: Scope, defines: dict[str, Define], want: Want) -> Encoded:
        terms = self.terms
        test = self.formula(expr.condition, scope, defines)
        yes = self.encode(expr.then, scope, defines, want)
        no = self.encode(expr.otherwise, scope, defines, want)
        if isinstance(yes, Term) and isinstance(no, Term):
            defined = terms.choose(test, self._or_true(yes.defined), self._or_true(no.defined))
            if isinstance(yes.value, Bits):
                value: Any = bits.either(terms, test, yes.value, no.value, self.cuts)
            else:
                value = terms.choose(test, yes.value, no.value)
            return Term(value, None if defined is terms.true else defined)
        if isinstance(yes, Slots) and isinstance(no, Slots):
            rows = [(value, terms.conj([test, self._or_true(there)])) for value, there in yes.rows]
            rows += [(value, terms.conj([terms.neg(test), self._or_true(there)])) for value, there in no.rows]
            return Slots(tuple(rows))
        return Predicate(
            lambda word: terms.choose(test, self.member(Term(word), yes), self.member(Term(word), no)),
            well_formed=False,
        )

    # ---- sets -------------------------------------------------------------------------------------------

    def member(self, item: Term, domain: Encoded) -> Any:
        terms = self.terms
        known = [self._or_true(item.defined)]
        match domain:
            case Slots(rows=rows):
                same = [terms.conj([self._or_true(there), self.equal(value, item.value)]) for value, there in rows]
                return terms.conj([*known, terms.disj(same)])
            case Span(low=low, high=high):
                ends = [self._or_true(low.defined), self._or_true(high.defined)]
                between = [bits.at_most(terms, low.value, item.value), bits.at_most(terms, item.value, high.value)]
                return terms.conj([*known, *ends, *between, self.well_formed(item.value)])
            case Predicate(holds=holds):
                return terms.conj([*known, holds(item.value)])
            case Term():
                raise AssertionError("a term is no set")

    def equal(self, left: Any, right: Any) -> Any:
        """Of two numbers or two Booleans."""
        if isinstance(left, Bits):
            return bits.equal(self.terms, left, right)
        return self.terms.same(left, right)

    def _some(self, domain: Encoded, body: Callable[[Bits, Scope], Any], scope: Scope) -> Any:
        """Some element of a set meets `body`, which is given the element and the scope that it stands in."""
        terms = self.terms
        if isinstance(domain, Slots):
            return terms.disj([terms.conj([self._or_true(there), body(v, scope)]) for v, there in domain.rows])
        x, inner = self._bound(domain, scope)
        met = terms.conj([self.bounds(x), self.member(Term(x), domain), body(x, inner)])
        return terms.some(x.variables(), met)

    def _every(self, domain: Encoded, body: Callable[[Bits, Scope], Any], scope: Scope) -> Any:
        terms = self.terms
        if isinstance(domain, Slots):
            return terms.conj([terms.implies(self._or_true(there), body(v, scope)) for v, there in domain.rows])
        x, inner = self._bound(domain, scope)
        there = terms.conj([self.bounds(x), self.member(Term(x), domain)])
        return terms.every(x.variables(), terms.implies(there, body(x, inner)))

    def _bound(self, domain: Encoded, scope: Scope) -> tuple[Bits, Scope]:
        """A variable for a quantifier of the solver's."""
        x = self.fresh_word("x", well_formed=_is_well_formed(domain))
        return x, Scope(scope.names, (*scope.binders, *x.variables()))

    def _quantified(self, expr: Quantified, scope: Scope, defines: dict[str, Define], want: Want) -> Any:
        terms = self.terms
        domain = self.encode(expr.domain, scope, defines)
        # every x: φ is no x: not φ
        sense = expr.kind != "every"
        exists = want if expr.kind == "some" or want is None else not want
        inner = exists if sense or exists is None else not exists

        def body(value: Bits, where: Scope) -> Any:
            made = self.formula(expr.body, where.bind(expr.variable, Term(value)), defines, inner)
            return made if sense else terms.neg(made)

        if exists and isinstance(domain, Slots) and not scope.binders and len(domain.rows) > 1:
            x = self.fresh_word("some")
            some = terms.conj([self.member(Term(x), domain), body(x, scope)])
        else:
            some = self._some(domain, body, scope)
        return some if expr.kind == "some" else terms.neg(some)

    def _extremum(self, expr: Extremum, scope: Scope, defines: dict[str, Define]) -> Term:
        terms = self.terms
        domain = self.encode(expr.domain, scope, defines)
        where, variable = expr.where, expr.variable

        def chosen(value: Bits, at: Scope) -> Any:
            if where is None or variable is None:
                return terms.true
            return self.formula(where, at.bind(variable, Term(value)), defines)

        def beyond(value: Bits, best: Bits) -> Any:
            """Not better than the best."""
            return bits.at_most(terms, *((value, best) if expr.kind == "max" else (best, value)))

        if isinstance(domain, Slots):
            rows = [(value, terms.conj([self._or_true(there), chosen(value, scope)])) for value, there in domain.rows]
            if scope.binders:
                return self._folded(expr.kind, rows)
            best = self.fresh_word(expr.kind)
            defined = terms.disj([there for _, there in rows])
            ends = [terms.implies(there, beyond(value, best)) for value, there in rows]
            is_one = terms.disj([terms.conj([there, bits.equal(terms, value, best)]) for value, there in rows])
            self.side.append(terms.implies(defined, terms.conj([is_one, *ends])))
            return Term(best, defined)
        # Beneath the solver's quantifiers the extremum is a function of their variables.
        best = self.word(
            lambda: (
                terms.fresh_function(expr.kind, scope.binders)(*scope.binders)
                if scope.binders
                else terms.fresh(expr.kind)
            ),
            well_formed=_is_well_formed(domain),
        )
        defined = self._some(domain, chosen, scope)
        bound = self._every(domain, lambda v, at: terms.implies(chosen(v, at), beyond(v, best)), scope)
        is_one = [self.bounds(best), self.member(Term(best), domain), chosen(best, scope)]
        self.side.append(terms.every(scope.binders, terms.implies(defined, terms.conj([*is_one, bound]))))
        return Term(best, defined)

    def _folded(self, kind: str, rows: list[tuple[Bits, Any]]) -> Term:
        """The extremum as a chain of choices, for where no new variable can be had."""
        terms = self.terms
        best, defined = bits.constant(0), terms.false
        for value, there in rows:
            further = bits.less(terms, *((best, value) if kind == "max" else (value, best)))
            better = terms.conj([there, terms.disj([terms.neg(defined), further])])
            best = bits.either(terms, better, value, best, self.cuts)
            defined = terms.disj([defined, there])
        return Term(best, defined)

    def _or_true(self, condition: Any) -> Any:
        return self.terms.true if condition is None else condition

    def _comparison(self, op: str, left: Term, right: Term) -> Any:
        terms = self.terms
        one, other = left.value, right.value
        match op:
            case "==" | "!=":
                holds = self.equal(one, other)
            case "<":
                holds = bits.less(terms, one, other)
            case "<=":
                holds = bits.at_most(terms, one, other)
            case ">":
                holds = bits.less(terms, other, one)
            case _:
                holds = bits.at_most(terms, other, one)
        both = terms.conj([self._or_true(left.defined), self._or_true(right.defined), holds])
        return terms.neg(both) if op == "!=" else both


def _is_well_formed(domain: Encoded) -> bool:
    """Whether all elements of a set that the solver quantifies over are well formed."""
    return isinstance(domain, Span) or (isinstance(domain, Predicate) and domain.well_formed)


def _identity(encoded: Encoded) -> int:
    """Two values with the same are the same."""
    return id(encoded.value) if isinstance(encoded, Term) and encoded.defined is None else id(encoded)
