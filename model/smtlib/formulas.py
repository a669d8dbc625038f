"""Formulas of the core as SMT-LIB, by their meaning in the language reference.

A term need not have a value: it is written by what is said of its value (`valued`). The greatest of a set is a constant
with its definition where it depends on nothing that is quantified around it, and is quantified itself where it does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias, assert_never

from msgspec import Struct

from ...spec import core
from ...spec.core import Core, Symbol, is_true
from ...spec.words import WIDEST, Format
from .domains import Between, Chosen, Domain, Ends, Items, OneOf, Slots
from .expressions import FALSE, TRUE, Text, conj, disj, either, implies, neg, same, some, symbol
from .words import Word, bits, compare, constant, extended, fits, put, resized, sort_of, zeros

Said: TypeAlias = Callable[[Word], Text]
"""What is said of a value."""

MOST_WRITTEN = 60_000
"""Formulas that are written for one question."""

REVISION = "Revision"
FORMED = "well-formed"


class TooLong(Exception):
    """A question is too long to be written."""


class Declared(Struct, frozen=True):
    """A constant or function of the script."""

    name: str
    arguments: tuple[Text, ...]
    sort: Text


class Rule(Struct, frozen=True):
    """What is asserted, and the remark that it stands under."""

    remark: str
    holds: Text


Meaning: TypeAlias = "Word | Domain | Text"
"""What a variable stands for: a word or number, a set, or, of a `bool`, a formula."""

Scope: TypeAlias = "Mapping[Symbol, Word]"
"""What variables that are bound stand for."""


class Writer:
    """Writes the formulas of one script. `declared` and `rules` collect what they rest on.

    `names` are what the free variables mean, and `number` is the width of an argument of an abstract relation.
    """

    def __init__(self, format_: Format, names: dict[Symbol, Meaning], number: int = WIDEST) -> None:
        self.format = format_
        self.names = names
        self.number = number
        self.declared: list[Declared] = []
        self.rules: list[Rule] = []
        # Formulas by their identity, and the node that each was written for.
        self.said: dict[int, Core | None] = {}
        # What the script's quantifiers bind.
        self.bound: set[str] = set()
        # Variables that are quantified by the script, beside those in a scope.
        self.floating: set[Symbol] = set()
        self._relations: set[str] = set()
        self._written: dict[tuple[Core, tuple[tuple[Symbol, Text], ...]], Text] = {}
        self._best: dict[tuple[Core, tuple[tuple[Symbol, Text], ...]], tuple[Word, Text]] = {}
        self._count: dict[str, int] = {}
        self._steps = 0

    def declare(self, name: str, sort: Text, arguments: tuple[Text, ...] = ()) -> str:
        self.declared.append(Declared(symbol(name), arguments, sort))
        return symbol(name)

    def fresh(self, prefix: str) -> str:
        self._count[prefix] = self._count.get(prefix, 0) + 1
        # Slots of sets have a dot in their names, and nothing that is declared has this sign.
        return f"{prefix}!{self._count[prefix]}"

    def binder(self, prefix: str) -> Word:
        """A word that a quantifier of the script binds."""
        name = self.fresh(prefix)
        self.bound.add(name)
        return Word(name, self.format.width, floats=True)

    def formed(self, word: Word) -> Text:
        """A word is a well-formed revision."""
        width = self.format.width
        if word.known is not None:
            return TRUE if self.format.well_formed(word.known) else FALSE
        beyond = zeros(word, [(width, word.width - width)]) if word.width > width else TRUE
        own = (FORMED, resized(word, width).text) if self.format.reserved else TRUE
        return conj([beyond, own])

    # ---- formulas ---------------------------------------------------------------------------------------

    def formula(self, node: Core, scope: Scope | None = None) -> Text:
        """The formula, which is true or false whatever has a value."""
        scope = scope or {}
        key = node, _local(node, scope)
        known = self._written.get(key)
        if known is None:
            self._steps += 1
            if self._steps > MOST_WRITTEN:
                raise TooLong
            known = self._written[key] = self._formula(node, scope)
            if not isinstance(known, str):
                self.said.setdefault(id(known), node)
        return known

    def _formula(self, node: Core, scope: Scope) -> Text:
        match node:
            case core.Constant(value=value):
                assert isinstance(value, bool)
                return TRUE if value else FALSE
            case core.Variable(symbol=name):
                meaning = self.names[name]
                assert isinstance(meaning, (str, tuple)), "a formula that is a variable is a `bool`"
                return meaning
            case core.Choice(test=test, then=then, otherwise=otherwise):
                return either(self.formula(test, scope), self.formula(then, scope), self.formula(otherwise, scope))
            case core.Compare(left=left, right=right) if self.is_boolean(left):
                return same(self.formula(left, scope), self.formula(right, scope))
            case core.Compare(operator=operator, left=left, right=right):
                return self.valued(left, scope, lambda a: self.valued(right, scope, lambda b: compare(operator, a, b)))
            case core.Member(item=item, domain=core.Listed(items=items)) if self.is_boolean(item):
                return disj([same(self.formula(item, scope), self.formula(one, scope)) for one in items])
            case core.Member(item=item, domain=domain):
                return self.valued(item, scope, lambda word: self.member(word, self.domain(domain, scope), scope))
            case core.Applied(relation=relation, arguments=arguments):
                return self._applied(relation, arguments, scope)
            case core.Not(operand=operand):
                return neg(self.formula(operand, scope))
            case core.And(operands=operands):
                return conj([self.formula(operand, scope) for operand in operands])
            case core.Or(operands=operands):
                return disj([self.formula(operand, scope) for operand in operands])
            case core.Same(left=left, right=right):
                return same(self.formula(left, scope), self.formula(right, scope))
            case core.Exists(bound=bound, domain=domain, body=body):
                chosen = self.domain(domain, scope)
                return self.some(chosen, lambda word: self.formula(body, {**scope, bound: word}), scope)
            case core.Bits() | core.Replaced() | core.Extremum() | core.Listed() | core.Interval():
                raise AssertionError("no formula")
            case _:
                assert_never(node)

    def is_boolean(self, node: Core) -> bool:
        """Whether a node is a formula."""
        match node:
            case core.Constant(value=value):
                return isinstance(value, bool)
            case core.Variable(symbol=str(name)):
                return isinstance(self.names[name], (str, tuple))
            case core.Choice(then=then):
                return self.is_boolean(then)
            case _:
                return isinstance(node, core.Formula)

    def _applied(self, relation: str, arguments: tuple[Core, ...], scope: Scope) -> Text:
        """The relation holds of the arguments, all of which have values."""
        sorts = tuple("Bool" if self.is_boolean(argument) else sort_of(self.number) for argument in arguments)
        if relation not in self._relations:
            self._relations.add(relation)
            self.declare(relation, "Bool", sorts)

        def given(rest: tuple[Core, ...], known: tuple[Text, ...]) -> Text:
            if not rest:
                return (symbol(relation), *known) if known else symbol(relation)
            if self.is_boolean(rest[0]):
                return given(rest[1:], (*known, self.formula(rest[0], scope)))
            return self.valued(rest[0], scope, lambda v: given(rest[1:], (*known, extended(v, self.number))))

        return given(arguments, ())

    # ---- terms ------------------------------------------------------------------------------------------

    def valued(self, node: Core, scope: Scope, said: Said) -> Text:
        """The term has a value, and something is said of that."""
        plain = self._plain(node, scope)
        if plain is not None:
            return said(plain)
        match node:
            case core.Bits(of=of, low=low, width=width):
                return self.valued(of, scope, lambda word: said(bits(word, low, width)))
            case core.Replaced(of=of, parts=parts):
                return self.valued(of, scope, lambda word: self._replaced(self._wide(word), parts, scope, said))
            case core.Choice(test=test, then=then, otherwise=otherwise):
                yes, no = self.valued(then, scope, said), self.valued(otherwise, scope, said)
                return either(self.formula(test, scope), yes, no)
            case core.Extremum():
                return self._extremum(node, scope, said)
            case _:
                raise AssertionError("no term")

    def _plain(self, node: Core, scope: Scope) -> Word | None:
        """The value of a term that always has one."""
        match node:
            case core.Constant(value=value):
                return constant(value)
            case core.Variable(symbol=name):
                known = scope.get(name) or self.names[name]
                assert isinstance(known, Word)
                return known
            case core.Bits(of=of, low=low, width=width):
                word = self._plain(of, scope)
                return None if word is None else bits(word, low, width)
            case core.Choice(test=test, then=then, otherwise=otherwise):
                yes, no = self._plain(then, scope), self._plain(otherwise, scope)
                if yes is None or no is None:
                    return None
                width = max(yes.width, no.width)
                chosen = self.formula(test, scope)
                floats = yes.floats or no.floats or self._floats(test, scope)
                return Word(either(chosen, extended(yes, width), extended(no, width)), width, floats=floats)
            case _:
                return None

    def _replaced(self, word: Word, parts: tuple[tuple[int, int, Core], ...], scope: Scope, said: Said) -> Text:
        if not parts:
            return said(word)
        low, width, number = parts[0]

        def replaced(value: Word) -> Text:
            fitting = fits(value, width)
            # What does not fit has no value, and is not looked at.
            inner = FALSE if fitting == FALSE else self._replaced(put(word, low, value, width), parts[1:], scope, said)
            return conj([fitting, inner])

        return self.valued(number, scope, replaced)

    def _wide(self, word: Word) -> Word:
        """A word with all bits of a revision."""
        return resized(word, max(word.width, self.format.width))

    def _extremum(self, node: core.Extremum, scope: Scope, said: Said) -> Text:
        domain = self.domain(node.domain, scope)
        if isinstance(domain, Items) and not domain.terms:
            return FALSE
        if isinstance(domain, Ends) and is_true(node.where):
            end = domain.last if node.kind == "max" else domain.first
            return conj([compare("<=", domain.first, domain.last), said(end)])
        if self._floats(node, scope):
            best = self.binder(node.kind)
            return some(str(best.text), REVISION, conj([self._is_best(node, domain, best, scope), said(best)]))
        key = node, _local(node, scope)
        known = self._best.get(key)
        if known is None:
            exists = self.some(domain, lambda word: self.formula(node.where, {**scope, node.bound: word}), scope)
            self.said.setdefault(id(exists), None)
            best = Word(self.declare(self.fresh(node.kind), REVISION), self.format.width)
            known = self._best[key] = best, exists
            self.rules.append(Rule("", implies(exists, self._is_best(node, domain, best, scope))))
            self.said[id(self.rules[-1].holds)] = node
        best, exists = known
        return conj([exists, said(best)])

    def _is_best(self, node: core.Extremum, domain: Domain, best: Word, scope: Scope) -> Text:
        """A word is in a set and meets the condition, and none that is in it and does is beyond it."""

        def meets(word: Word) -> Text:
            return self.formula(node.where, {**scope, node.bound: word})

        def beyond(word: Word) -> Text:
            return conj([meets(word), compare("<", *((best, word) if node.kind == "max" else (word, best)))])

        return conj([self.member(best, domain, scope), meets(best), neg(self.some(domain, beyond, scope))])

    def _floats(self, node: Core, scope: Scope) -> bool:
        """Whether a node reads what a quantifier of the script binds."""
        return any(name in self.floating or (name in scope and scope[name].floats) for name in node.free)

    # ---- sets -------------------------------------------------------------------------------------------

    def domain(self, node: Core, scope: Scope) -> Domain:
        match node:
            case core.Variable(symbol=name):
                known = self.names[name]
                assert isinstance(known, (Chosen, Slots, Ends, Items, Between, OneOf)), "a set"
                return known
            case core.Listed(items=items):
                return Items(items)
            case core.Interval(low=low, high=high):
                return Between(low, high)
            case core.Choice(test=test, then=then, otherwise=otherwise):
                return OneOf(self.formula(test, scope), self.domain(then, scope), self.domain(otherwise, scope))
            case _:
                raise AssertionError("no set")

    def member(self, word: Word, domain: Domain, scope: Scope) -> Text:
        """A value is in a set."""
        match domain:
            case Chosen(name=name, formed=formed):
                wide = self.format.width
                there: Text = (name, resized(word, wide).text)
                beyond = zeros(word, [(wide, word.width - wide)]) if word.width > wide else TRUE
                return conj([there, self.formed(word) if formed else beyond])
            case Slots(rows=rows):
                return disj([conj([there, compare("==", value, word)]) for value, there in rows])
            case Ends(first=first, last=last):
                return conj([self.formed(word), compare("<=", first, word), compare("<=", word, last)])
            case Items(terms=terms):
                return disj([self.valued(term, scope, lambda value: compare("==", value, word)) for term in terms])
            case Between(low=low, high=high):
                above = self.valued(low, scope, lambda end: compare("<=", end, word))
                below = self.valued(high, scope, lambda end: compare("<=", word, end))
                return conj([self.formed(word), above, below])
            case OneOf(test=test, then=then, otherwise=otherwise):
                return either(test, self.member(word, then, scope), self.member(word, otherwise, scope))
            case _:
                assert_never(domain)

    def some(self, domain: Domain, said: Said, scope: Scope) -> Text:
        """Something is said of some element of a set."""
        match domain:
            case Slots(rows=rows):
                return disj([conj([there, said(word)]) for word, there in rows])
            case Items(terms=terms):
                return disj([self.valued(term, scope, said) for term in terms])
            case OneOf(test=test, then=then, otherwise=otherwise):
                return either(test, self.some(then, said, scope), self.some(otherwise, said, scope))
            case Chosen() | Ends() | Between():
                word = self.binder("r")
                return some(str(word.text), REVISION, conj([self.member(word, domain, scope), said(word)]))
            case _:
                assert_never(domain)

    def same_set(self, one: Domain, other: Domain) -> Text:
        """Two sets have the same elements."""

        def within(left: Domain, right: Domain) -> Text:
            return neg(self.some(left, lambda word: neg(self.member(word, right, {})), {}))

        return conj([within(one, other), within(other, one)])


def _local(node: Core, scope: Scope) -> tuple[tuple[Symbol, Text], ...]:
    return tuple((name, word.text) for name, word in scope.items() if name in node.free)
