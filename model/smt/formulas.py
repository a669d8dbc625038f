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
from typing import Any, assert_never

from ...spec import core
from ...spec.core import Core, is_true
from ...spec.ways import Bound, bounds_of
from . import bits
from .bits import Bits
from .digits import Digits
from .encoded import Applied, Encoded, Predicate, Scope, Slots, Span, Term, Want, all_well_formed
from .memory import SMALL, Memory, TooLarge
from .terms import Digit


class Encoder:
    """Encodes core formulas. `side` collects the rules for the terms that stand for extrema and for cut numbers."""

    def __init__(self, words: Digits) -> None:
        self.words = words
        self.terms = words.terms
        self.side: list[Any] = []
        self.memory = Memory()
        self.applied: list[Applied] = []
        self._functions: dict[str, Any] = {}

    # ---- expressions ------------------------------------------------------------------------------------

    def formula(self, node: Core, scope: Scope, want: Want = None) -> Any:
        """The Boolean of a formula.

        Where it is asserted only (`want` is True), or only its negation is (False), what exists is named by a variable
        of its own (Skolem's), rather than looked for in each slot.
        """
        return self.term(node, scope, want).value

    def term(self, node: Core, scope: Scope, want: Want = None) -> Term:
        encoded = self.encode(node, scope, want)
        assert isinstance(encoded, Term)
        return encoded

    def encode(self, node: Core, scope: Scope, want: Want = None) -> Encoded:
        """The meaning of an expression. What takes long and stands there again is encoded once."""
        if scope.binders or not (isinstance(node, (core.Extremum, core.Exists)) or node.size > SMALL):
            return self._encode(node, scope, want)
        values = tuple([scope.values[symbol] for symbol in node.free if symbol in scope.values])
        known = self.memory.known(node, want, values)
        if known is None:
            self.memory.opened()
            try:
                known = self._encode(node, scope, want)
            except TooLarge:
                self.memory.abandoned()
                raise
            self.memory.closed(node, want, values, known)
        return known

    def _encode(self, node: Core, scope: Scope, want: Want) -> Encoded:
        self.memory.made_some()
        terms = self.terms
        match node:
            case core.Constant(value=value):
                return Term(terms.truth(value) if isinstance(value, bool) else bits.constant(value))
            case core.Variable(symbol=symbol):
                return scope.values[symbol]
            case core.Bits(of=of, low=low, width=width):
                word = self.term(of, scope)
                return Term(bits.part_of(word.value, low, width), word.defined)
            case core.Replaced():
                return self._replaced(node, scope)
            case core.Applied(relation=relation, arguments=arguments):
                return Term(self._relation(relation, [self.term(argument, scope) for argument in arguments], scope))
            case core.Listed(items=items):
                members = [self.term(item, scope) for item in items]
                return Slots(tuple((self._element(member), member.defined) for member in members))
            case core.Interval(low=low, high=high):
                return Span(self.term(low, scope), self.term(high, scope))
            case core.Choice():
                return self._choice(node, scope, want)
            case core.Extremum():
                return self._extremum(node, scope)
            case core.Compare(operator=operator, left=left, right=right):
                return Term(self._compare(operator, self.term(left, scope), self.term(right, scope)))
            case core.Member(item=item, domain=domain):
                return Term(self.member(self.term(item, scope), self.encode(domain, scope)))
            case core.Exists():
                return Term(self._exists(node, scope, want))
            case core.Not(operand=operand):
                return Term(terms.neg(self.formula(operand, scope, None if want is None else not want)))
            case core.And(operands=operands):
                return Term(terms.conj([self.formula(operand, scope, want) for operand in operands]))
            case core.Or(operands=operands):
                return Term(terms.disj([self.formula(operand, scope, want) for operand in operands]))
            case core.Same(left=left, right=right):
                return Term(terms.same(self.formula(left, scope), self.formula(right, scope)))
            case _:
                assert_never(node)

    def _element(self, member: Term) -> Any:
        """What stands in a list, which is a word whether or not it is there: rules about it hold of it all the same."""
        return member.value if member.defined is None else self.words.as_word(member.value)

    def _relation(self, name: str, given: list[Term], scope: Scope) -> Any:
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

    def _replaced(self, node: core.Replaced, scope: Scope) -> Term:
        word = self.term(node.of, scope)
        value, defined = self.words.cut(word.value), [] if word.defined is None else [word.defined]
        for low, width, number in node.parts:
            new = self.term(number, scope)
            if new.defined is not None:
                defined.append(new.defined)
            fits = bits.fits(self.terms, new.value, width)
            defined.append(fits)
            value = bits.put(value, low, width, self._digits(new.value, low, width, fits, scope))
        defined = [condition for condition in defined if condition is not self.terms.true]
        return Term(value, self.terms.conj(defined) if defined else None)

    def _digits(self, new: Bits, low: int, width: int, fits: Any, scope: Scope) -> list[Digit]:
        """A number as digits of the bits of a word from `low` on. Where it does not fit, they mean nothing."""
        cuts = [cut - low for cut in self.words.cuts if low <= cut <= low + width]
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
        self.side.append(self.terms.conj([self.words.bounds(made), self.terms.implies(sensible, same)]))
        return made.values()

    def _choice(self, node: core.Choice, scope: Scope, want: Want) -> Encoded:
        terms = self.terms
        test = self.formula(node.test, scope)
        yes = self.encode(node.then, scope, want)
        no = self.encode(node.otherwise, scope, want)
        if isinstance(yes, Term) and isinstance(no, Term):
            if yes.defined is terms.false:
                met = terms.conj([terms.neg(test), self._or_true(no.defined)])
                return Term(no.value, None if met is terms.true else met)
            defined = terms.choose(test, self._or_true(yes.defined), self._or_true(no.defined))
            if isinstance(yes.value, Bits):
                value: Any = bits.either(terms, test, yes.value, no.value, self.words.cuts)
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
                # A choice of sets, in each of many rounds, may have hundreds of rows.
                self.memory.made_some(len(rows))
                same = [terms.conj([self._or_true(there), self.equal(value, item.value)]) for value, there in rows]
                return terms.conj([*known, terms.disj(same)])
            case Span(low=low, high=high):
                ends = [self._or_true(low.defined), self._or_true(high.defined)]
                between = [bits.at_most(terms, low.value, item.value), bits.at_most(terms, item.value, high.value)]
                return terms.conj([*known, *ends, *between, self.words.well_formed(item.value)])
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
        met = terms.conj([self.words.bounds(x), self.member(Term(x), domain), body(x, inner)])
        return terms.some(x.variables(), met)

    def every(self, domain: Encoded, body: Callable[[Bits, Scope], Any], scope: Scope) -> Any:
        """Every element of a set meets `body`."""
        terms = self.terms
        if isinstance(domain, Slots):
            return terms.conj([terms.implies(self._or_true(there), body(v, scope)) for v, there in domain.rows])
        x, inner = self._bound(domain, scope)
        there = terms.conj([self.words.bounds(x), self.member(Term(x), domain)])
        return terms.every(x.variables(), terms.implies(there, body(x, inner)))

    def _bound(self, domain: Encoded, scope: Scope) -> tuple[Bits, Scope]:
        """A variable for a quantifier of the solver's."""
        x = self.words.fresh_word("x", well_formed=all_well_formed(domain))
        return x, Scope(scope.values, (*scope.binders, *x.variables()))

    def _exists(self, node: core.Exists, scope: Scope, want: Want) -> Any:
        domain = self.encode(node.domain, scope)
        if is_true(node.body):
            return self._some(domain, lambda _value, _scope: self.terms.true, scope)

        def body(value: Bits, where: Scope) -> Any:
            return self.formula(node.body, where.bind(node.bound, Term(value)), want)

        if want and isinstance(domain, Slots) and not scope.binders and len(domain.rows) > 1:
            x = self.words.fresh_word("some")
            return self.terms.conj([self.member(Term(x), domain), body(x, scope)])
        return self._some(domain, body, scope)

    def _extremum(self, node: core.Extremum, scope: Scope) -> Term:
        terms, kind = self.terms, node.kind
        domain = self.encode(node.domain, scope)
        bounds = bounds_of(node.where, node.bound) if isinstance(domain, Span) else None
        if isinstance(domain, Span) and bounds is not None:
            if isinstance(node.domain, core.Variable):
                end = domain.high if kind == "max" else domain.low
                return Term(end.value, bits.at_most(terms, domain.low.value, domain.high.value))
            return self._within(kind, domain, [(self.term(one.term, scope), one) for one in bounds])

        def chosen(value: Bits, at: Scope) -> Any:
            return self.formula(node.where, at.bind(node.bound, Term(value)))

        def beyond(value: Bits, best: Bits) -> Any:
            """Not better than the best."""
            return bits.at_most(terms, *((value, best) if kind == "max" else (best, value)))

        if isinstance(domain, Slots):
            rows = [(value, terms.conj([self._or_true(there), chosen(value, scope)])) for value, there in domain.rows]
            if scope.binders:
                return self._folded(kind, rows)
            best = self.words.fresh_word(kind)
            defined = terms.disj([there for _, there in rows])
            ends = [terms.implies(there, beyond(value, best)) for value, there in rows]
            is_one = terms.disj([terms.conj([there, bits.equal(terms, value, best)]) for value, there in rows])
            self.side.append(terms.implies(defined, terms.conj([is_one, *ends])))
            return Term(best, defined)
        # Beneath the solver's quantifiers the extremum is a function of their variables.
        best = self.words.word(
            lambda: terms.fresh_function(kind, scope.binders)(*scope.binders) if scope.binders else terms.fresh(kind),
            well_formed=all_well_formed(domain),
        )
        defined = self._some(domain, chosen, scope)
        bound = self.every(domain, lambda v, at: terms.implies(chosen(v, at), beyond(v, best)), scope)
        is_one = [self.words.bounds(best), self.member(Term(best), domain), chosen(best, scope)]
        self.side.append(terms.every(scope.binders, terms.implies(defined, terms.conj([*is_one, bound]))))
        return Term(best, defined)

    def _within(self, kind: core.Optimum, span: Span, bounds: list[tuple[Term, Bound]]) -> Term:
        """The greatest or the least revision of a range that keeps to some bounds."""
        terms, greatest = self.terms, kind == "max"
        ends = [(span.low, True, False), (span.high, False, False)]
        known = [*ends, *((term, bound.lower, bound.strict) for term, bound in bounds)]
        defined = [self._or_true(term.defined) for term, _, _ in known]
        best: Bits | None = None
        for term, lower, strict in known:
            if lower is greatest:
                continue
            near = self.words.below if greatest else self.words.above
            word, exists = near(term.value, strict=strict)
            defined.append(exists)
            if best is None:
                best = word
            else:
                nearer = bits.at_most(terms, *((word, best) if greatest else (best, word)))
                best = bits.either(terms, nearer, word, best, self.words.cuts)
        assert best is not None
        for term, lower, strict in known:
            if lower is greatest:
                compared = bits.less if strict else bits.at_most
                defined.append(compared(terms, *((term.value, best) if greatest else (best, term.value))))
        return Term(best, terms.conj(defined))

    def ends(self, span: Span) -> tuple[Term, Term, Any]:
        """The first and the last revision of an interval, and whether there are any."""
        first, last = self._within("min", span, []), self._within("max", span, [])
        return first, last, self.terms.conj([self._or_true(first.defined), self._or_true(last.defined)])

    def _folded(self, kind: str, rows: list[tuple[Bits, Any]]) -> Term:
        """The extremum as a chain of choices, for where no new variable can be had."""
        terms = self.terms
        best, defined = bits.constant(0), terms.false
        for value, there in rows:
            further = bits.less(terms, *((best, value) if kind == "max" else (value, best)))
            better = terms.conj([there, terms.disj([terms.neg(defined), further])])
            best = bits.either(terms, better, value, best, self.words.cuts)
            defined = terms.disj([defined, there])
        return Term(best, defined)

    def _or_true(self, condition: Any) -> Any:
        return self.terms.true if condition is None else condition

    def _compare(self, operator: core.Operator, left: Term, right: Term) -> Any:
        match operator:
            case "==":
                holds = self.equal(left.value, right.value)
            case "<":
                holds = bits.less(self.terms, left.value, right.value)
            case "<=":
                holds = bits.at_most(self.terms, left.value, right.value)
            case _:
                assert_never(operator)
        return self.terms.conj([self._or_true(left.defined), self._or_true(right.defined), holds])
