"""The symbolic meaning of formulas, policies and goals, as Z3 terms over integers.

A revision is one integer, its word. A field of it is an integer tied to the word by a linear equation, made only where
a formula looks at that field. A config set is either a row of slots, ascending, each there or not (`Slots`): then every
quantifier is spelled out, and a model with k slots is a model with at most k revisions; or a predicate on integers
(`Predicate`), with the quantifiers left to the solver.
"""

# z3 carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportUnknownLambdaType=false, reportMissingTypeArgument=false

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, assert_never

import z3  # pyright: ignore[reportMissingTypeStubs]
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
from .terms import FALSE, TRUE, at_most, conj, disj, equal, implies, less, neg, number, within
from .words import WORD_BITS, WORD_END, Format

MOST_NODES = 400_000
"""Terms made for one policy; beyond that, spelling the quantifiers out is given up."""


class TooLarge(Exception):
    """Spelled out, the formula has more than `MOST_NODES` terms."""


class Term(Struct, frozen=True):
    """A value, and when there is one: `defined` is None where there always is."""

    value: Any
    defined: Any = None


class Slots(Struct, frozen=True):
    """A set as a row of values, each with when it is in the set (None: always)."""

    rows: tuple[tuple[Any, Any], ...]


class Span(Struct, frozen=True):
    """The well-formed revisions from `low` to `high`."""

    low: Term
    high: Term


class Predicate(Struct, frozen=True):
    """A set as a predicate on integers."""

    holds: Any


Encoded: TypeAlias = "Term | Slots | Span | Predicate"


class Scope(Struct, frozen=True):
    """What names stand for; `binders` are the variables of the solver's own quantifiers around."""

    names: dict[str, Encoded]
    binders: tuple[Any, ...] = ()

    def bind(self, name: str, value: Encoded, *binders: Any) -> Scope:
        return Scope({**self.names, name: value}, self.binders + binders)


class Encoder:
    """Encodes expressions. `side` collects the equations that tie fields and extrema to their words."""

    def __init__(self, format_: Format, constants: dict[str, int], variables: frozenset[str]) -> None:
        self.format = format_
        self.constants = constants
        self.variables = variables
        self.side: list[Any] = []
        self.made = 0
        self._parts: dict[tuple[int, int, int], Any] = {}
        self._fields = [(field.low, field.width) for field in format_.fields]
        self._relations: dict[str, Any] = {}
        self._kept: list[Any] = []

    # ---- words ------------------------------------------------------------------------------------------

    def word_bounds(self, word: Any) -> Any:
        return within(word, WORD_END)

    def well_formed(self, word: Any, scope: Scope) -> Any:
        """Reserved bits are zero. Those at the top need no field: they bound the word."""
        top = WORD_BITS
        parts: list[Any] = []
        for reserved in self.format.reserved:
            if reserved.high == top - 1:
                top = reserved.low
            else:
                parts.append(equal(self.part(word, reserved.low, reserved.width, scope), number(0)))
        return conj([within(word, 1 << top), *parts])

    def part(self, word: Any, low: int, width: int, scope: Scope) -> Any:
        """The bits of a word from `low` on, as an integer."""
        if z3.is_int_value(word):
            return z3.IntVal((word.as_long() >> low) & ((1 << width) - 1))
        if scope.binders:
            return (word / (1 << low)) % (1 << width)
        key = (word.get_id(), low, width)
        if key not in self._parts:
            if (low, width) in self._fields:
                self._take_apart(word)
            else:
                self._cut_out(word, low, width, scope)
            # An id is only good as long as its term lives.
            self._kept.append(word)
        return self._parts[key]

    def _take_apart(self, word: Any) -> None:
        """All fields of a word at once: that of each ties down those of the others."""
        total: list[Any] = []
        rules: list[Any] = []
        for low, width in self._fields:
            value = z3.FreshInt("part")
            self._parts[word.get_id(), low, width] = value
            total.append(value * (1 << low) if low else value)
            rules.append(within(value, 1 << width))
        self.side.append(conj([equal(word, z3.Sum(total)), *rules]))

    def _cut_out(self, word: Any, low: int, width: int, scope: Scope) -> None:
        """Bits of a word that are no field of it: of the field that they lie in, or else of the whole word."""
        whole, offset, size = word, low, WORD_BITS
        for field_low, field_width in self._fields:
            if field_low <= low and low + width <= field_low + field_width:
                whole, offset, size = self.part(word, field_low, field_width, scope), low - field_low, field_width
        value = z3.FreshInt("part")
        total: Any = value * (1 << offset) if offset else value
        rules = [within(value, 1 << width)]
        if offset:
            below = z3.FreshInt("below")
            total = total + below
            rules.append(within(below, 1 << offset))
        high = offset + width
        if high < size:
            above = z3.FreshInt("above")
            total = total + above * (1 << high)
            rules.append(within(above, 1 << (size - high)))
        self.side.append(conj([equal(whole, total), *rules]))
        self._parts[word.get_id(), low, width] = value

    def _keep_parts(self, old: Any, new: Any, low: int, width: int, put: Any, scope: Scope) -> None:
        """The fields of a word with other bits from `low` on: those of the old one, but for the field with the bits."""
        # An id is only good as long as its term lives.
        self._kept.append(new)
        for field_low, field_width in self._fields:
            kept = self.part(old, field_low, field_width, scope)
            if field_low <= low and low + width <= field_low + field_width:
                kept = kept + (put - self.part(old, low, width, scope)) * (1 << low - field_low)
            elif field_low < low + width and low < field_low + field_width:
                # Bits across fields: the new word is taken apart by itself.
                return
            self._parts[new.get_id(), field_low, field_width] = kept

    # ---- expressions ------------------------------------------------------------------------------------

    def formula(self, expr: Expr, scope: Scope, defines: dict[str, Define]) -> Any:
        """The Boolean of a formula."""
        return self.term(expr, scope, defines).value

    def term(self, expr: Expr, scope: Scope, defines: dict[str, Define]) -> Term:
        encoded = self.encode(expr, scope, defines)
        assert isinstance(encoded, Term)
        return encoded

    def encode(self, expr: Expr, scope: Scope, defines: dict[str, Define]) -> Encoded:
        self.made += 1
        if self.made > MOST_NODES:
            raise TooLarge
        match expr:
            case Name(id=id_):
                return self._name(id_, scope, defines)
            case Number(value=value):
                return Term(number(value))
            case Revision(fields=fields):
                return Term(number(self.format.word(fields)))
            case Boolean(value=value):
                return Term(TRUE if value else FALSE)
            case FieldOf(of=of, part=part):
                word = self.term(of, scope, defines)
                return Term(self.part(word.value, *self.format.bits(part), scope), word.defined)
            case With():
                return self._with(expr, scope, defines)
            case Call(name=name, arguments=arguments):
                return self._call(defines[name], arguments, scope, defines)
            case SetLiteral(items=items):
                terms = [self.term(item, scope, defines) for item in items]
                return Slots(tuple((term.value, term.defined) for term in terms))
            case Range(low=low, high=high):
                return Span(self.term(low, scope, defines), self.term(high, scope, defines))
            case If():
                return self._if(expr, scope, defines)
            case Extremum():
                return self._extremum(expr, scope, defines)
            case Comparison(operator=op, left=left, right=right):
                return Term(_comparison(op, self.term(left, scope, defines), self.term(right, scope, defines)))
            case Member(item=item, domain=domain, negated=negated):
                inside = self.member(self.term(item, scope, defines), self.encode(domain, scope, defines), scope)
                return Term(neg(inside) if negated else inside)
            case IsEmpty(domain=domain, negated=negated):
                some = self._some(self.encode(domain, scope, defines), lambda _value, _scope: TRUE, scope)
                return Term(some if negated else neg(some))
            case Quantified():
                return Term(self._quantified(expr, scope, defines))
            case Not(operand=operand):
                return Term(neg(self.formula(operand, scope, defines)))
            case And(operands=operands):
                return Term(conj([self.formula(operand, scope, defines) for operand in operands]))
            case Or(operands=operands):
                return Term(disj([self.formula(operand, scope, defines) for operand in operands]))
            case Implies(left=left, right=right):
                return Term(implies(self.formula(left, scope, defines), self.formula(right, scope, defines)))
            case Iff(left=left, right=right):
                return Term(equal(self.formula(left, scope, defines), self.formula(right, scope, defines)))
            case _:
                assert_never(expr)

    def _name(self, id_: str, scope: Scope, defines: dict[str, Define]) -> Encoded:
        known = scope.names.get(id_)
        if known is not None:
            return known
        if id_ in self.constants:
            return Term(number(self.constants[id_]))
        return self._call(defines[id_], (), scope, defines)

    def _call(self, define: Define, arguments: tuple[Expr, ...], scope: Scope, defines: dict[str, Define]) -> Encoded:
        values = [self.encode(argument, scope, defines) for argument in arguments]
        if define.body is None:
            return Term(self._relation(define.name.id, values))
        # The body sees the variables and its parameters, not what the caller has bound.
        names = {name: value for name, value in scope.names.items() if name in self.variables}
        names.update({p.id: value for p, value in zip(define.parameters, values, strict=True)})
        return self.encode(define.body, Scope(names, scope.binders), defines)

    def _relation(self, name: str, values: list[Encoded]) -> Any:
        terms = [value for value in values if isinstance(value, Term)]
        assert len(terms) == len(values)
        if name not in self._relations:
            sorts = [term.value.sort() for term in terms]
            self._relations[name] = z3.Function(name, *sorts, z3.BoolSort())
        applied = self._relations[name](*[term.value for term in terms]) if terms else self._relations[name]()
        return conj([*(term.defined for term in terms if term.defined is not None), applied])

    def relations(self) -> list[str]:
        """The abstract `define`s that formulas have used."""
        return list(self._relations)

    def relation(self, name: str) -> Any:
        """The solver's function for an abstract `define`; None where no formula has used it."""
        return self._relations.get(name)

    def _with(self, expr: With, scope: Scope, defines: dict[str, Define]) -> Term:
        word = self.term(expr.of, scope, defines)
        value, defined = word.value, [] if word.defined is None else [word.defined]
        for part, update in expr.updates:
            low, width = self.format.bits(part)
            new = self.term(update, scope, defines)
            if new.defined is not None:
                defined.append(new.defined)
            # What does not fit leaves no value, and 0 in its place: the rules for the fields of the result hold of
            # words only, and a sum beyond 64 bits would make them contradict everything.
            put: Any = new.value
            if z3.is_int_value(put):
                if put.as_long() >> width:
                    defined.append(FALSE)
                    put = z3.IntVal(0)
            else:
                fits = put < 1 << width
                defined.append(fits)
                put = z3.If(fits, put, z3.IntVal(0))
            before = value
            value = before + (put - self.part(before, low, width, scope)) * (1 << low)
            if not scope.binders:
                value = self._named(value)
                self._keep_parts(before, value, low, width, put, scope)
        return Term(value, conj(defined) if defined else None)

    def _named(self, value: Any) -> Any:
        """A variable for a sum, so that its fields are looked up once."""
        name = z3.FreshInt("word")
        self.side.append(name == value)
        return name

    def _if(self, expr: If, scope: Scope, defines: dict[str, Define]) -> Encoded:
        test = self.formula(expr.condition, scope, defines)
        yes, no = self.encode(expr.then, scope, defines), self.encode(expr.otherwise, scope, defines)
        if isinstance(yes, Term) and isinstance(no, Term):
            defined = None
            if yes.defined is not None or no.defined is not None:
                defined = z3.If(test, _or_true(yes.defined), _or_true(no.defined))
            return Term(self._either(test, yes.value, no.value, scope), defined)
        if isinstance(yes, Slots) and isinstance(no, Slots):
            rows = [(value, conj([test, _or_true(there)])) for value, there in yes.rows]
            rows += [(value, conj([neg(test), _or_true(there)])) for value, there in no.rows]
            return Slots(tuple(rows))
        x = z3.FreshInt("x")
        either = z3.If(test, self.member(Term(x), yes, scope), self.member(Term(x), no, scope))
        return Predicate(lambda value: z3.substitute(either, (x, value)))

    def _either(self, test: Any, yes: Any, no: Any, scope: Scope) -> Any:
        """One of two values. Of words that were taken apart, the fields are known of both, and so of this one."""
        made: Any = z3.If(test, yes, no)
        apart = [(low, width) for low, width in self._fields if (yes.get_id(), low, width) in self._parts]
        if apart and not scope.binders:
            self._kept.append(made)
            for low, width in apart:
                parts = self.part(yes, low, width, scope), self.part(no, low, width, scope)
                self._parts[made.get_id(), low, width] = z3.If(test, *parts)
        return made

    # ---- sets -------------------------------------------------------------------------------------------

    def member(self, item: Term, domain: Encoded, scope: Scope) -> Any:
        known = [] if item.defined is None else [item.defined]
        match domain:
            case Slots(rows=rows):
                return conj(
                    [*known, disj([conj([_or_true(there), equal(value, item.value)]) for value, there in rows])]
                )
            case Span(low=low, high=high):
                ends = [d for d in (low.defined, high.defined) if d is not None]
                bounds = [at_most(low.value, item.value), at_most(item.value, high.value)]
                return conj([*known, *ends, *bounds, self.well_formed(item.value, scope)])
            case Predicate(holds=holds):
                return conj([*known, holds(item.value)])
            case Term():
                raise AssertionError("a term is no set")

    def _some(self, domain: Encoded, body: Callable[[Any, Scope], Any], scope: Scope) -> Any:
        """Some element of a set meets `body`, which is given the element and the scope that it stands in."""
        if isinstance(domain, Slots):
            return disj([conj([_or_true(there), body(value, scope)]) for value, there in domain.rows])
        x = z3.FreshInt("x")
        inner = Scope(scope.names, (*scope.binders, x))
        return z3.Exists([x], z3.And(self.member(Term(x), domain, inner), body(x, inner)))

    def _every(self, domain: Encoded, body: Callable[[Any, Scope], Any], scope: Scope) -> Any:
        if isinstance(domain, Slots):
            return conj(
                [body(v, scope) if there is None else implies(there, body(v, scope)) for v, there in domain.rows]
            )
        x = z3.FreshInt("x")
        inner = Scope(scope.names, (*scope.binders, x))
        return z3.ForAll([x], z3.Implies(self.member(Term(x), domain, inner), body(x, inner)))

    def _quantified(self, expr: Quantified, scope: Scope, defines: dict[str, Define]) -> Any:
        domain = self.encode(expr.domain, scope, defines)

        def body(value: Any, where: Scope) -> Any:
            return self.formula(expr.body, where.bind(expr.variable, Term(value)), defines)

        if expr.kind == "every":
            return self._every(domain, body, scope)
        some = self._some(domain, body, scope)
        return some if expr.kind == "some" else neg(some)

    def _extremum(self, expr: Extremum, scope: Scope, defines: dict[str, Define]) -> Term:
        domain = self.encode(expr.domain, scope, defines)
        where, variable = expr.where, expr.variable

        def chosen(value: Any, at: Scope) -> Any:
            if where is None or variable is None:
                return TRUE
            return self.formula(where, at.bind(variable, Term(value)), defines)

        if isinstance(domain, Slots):
            rows = [(value, conj([_or_true(there), chosen(value, scope)])) for value, there in domain.rows]
            if scope.binders:
                return _folded(expr.kind, rows)
            best = z3.FreshInt(expr.kind)
            defined = disj([there for _, there in rows])
            ends = [
                implies(there, at_most(value, best) if expr.kind == "max" else at_most(best, value))
                for value, there in rows
            ]
            is_one = disj([conj([there, equal(value, best)]) for value, there in rows])
            self.side.append(implies(defined, conj([is_one, *ends])))
            return Term(best, defined)
        # Beneath the solver's quantifiers the extremum is a function of their variables.
        sorts = [binder.sort() for binder in scope.binders]
        best = z3.FreshFunction(*sorts, z3.IntSort())(*scope.binders) if sorts else z3.FreshInt(expr.kind)
        defined = self._some(domain, chosen, scope)
        bound = self._every(
            domain,
            lambda v, at: z3.Implies(chosen(v, at), v <= best if expr.kind == "max" else v >= best),
            scope,
        )
        rule = z3.Implies(defined, z3.And(self.member(Term(best), domain, scope), chosen(best, scope), bound))
        self.side.append(z3.ForAll(list(scope.binders), rule) if scope.binders else rule)
        return Term(best, defined)


def _folded(kind: str, rows: list[tuple[Any, Any]]) -> Term:
    """The extremum as a chain of choices, for where no new variable can be had."""
    best, defined = z3.IntVal(0), FALSE
    for value, there in rows:
        further = value > best if kind == "max" else value < best
        best = z3.If(z3.And(there, z3.Or(z3.Not(defined), further)), value, best)
        defined = z3.Or(defined, there)
    return Term(best, defined)


def _or_true(condition: Any) -> Any:
    return TRUE if condition is None else condition


def _comparison(op: str, left: Term, right: Term) -> Any:
    one, other = left.value, right.value
    match op:
        case "==" | "!=":
            holds = equal(one, other)
        case "<":
            holds = less(one, other)
        case "<=":
            holds = at_most(one, other)
        case ">":
            holds = less(other, one)
        case _:
            holds = at_most(other, one)
    known = [term.defined for term in (left, right) if term.defined is not None]
    both = conj([*known, holds])
    return neg(both) if op == "!=" else both
