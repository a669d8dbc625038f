"""A policy and the goals about it, as Z3 terms. `decode.py` reads models of them."""

# z3 carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, assert_never

from msgspec import Struct

from ...spec.checked import CheckedPolicy
from ...spec.checked_parts import CheckedCase
from ...spec.core import Core, Symbol
from ...spec.syntax import Assign, Expr
from ...spec.words import WIDEST
from .. import queries
from ..queries import Goal
from . import bits
from .bits import Bits
from .digits import Digits
from .encoded import Encoded, Scope, Slots, Span, Term, Want
from .formulas import Encoder
from .sets import FreeSets, as_span, constants_of, of_firing, ordered, same_set, slots_are
from .terms import Terms


class Part(Struct, frozen=True):
    """One named piece of what is assumed: a case, an assignment, an assumption."""

    name: str
    holds: Any


class Encoding:
    """One policy over sets of at most so many revisions (`sizes`), or of any number (`sizes` is None).

    `rules` always hold. `assumed` and `answered` are the parts that a proof may name. `parts` are the bits
    that formulas look at; no formula that looks at others can be encoded.
    """

    def __init__(
        self, terms: Terms, policy: CheckedPolicy, sizes: dict[str, int] | None, parts: Iterable[tuple[int, int]]
    ) -> None:
        self.terms = terms
        self.policy = policy
        self.format = policy.interface.format
        self.words = Digits(terms, self.format, bits.cuts_of(self.format, parts))
        self.encoder = Encoder(self.words)
        self.rules: list[Any] = []
        free = FreeSets(self.words, self.format, self.rules)
        self.present = free.present
        # Sets that are chosen; outputs that are sets are chosen where a case leaves them open only.
        self.chosen: dict[str, Encoded] = {}
        names: dict[Symbol, Encoded] = {}
        for variable in policy.interface.variables.values():
            name = variable.name.id
            match variable.type:
                case "set":
                    if name in policy.sets:
                        # What a run has in its messages need not be well formed.
                        formed = variable.role != "output" or bool(policy.cases)
                        size = None if sizes is None else sizes[name]
                        made = free.predicate(name, formed) if size is None else free.slots(name, size, formed)
                        names[name] = self.chosen[name] = made
                case "range":
                    names[name] = free.span(name)
                case "bool":
                    names[name] = Term(terms.boolean(name))
                case "revision":
                    in_config = variable.role == "config"
                    word, rules = self.words.named_word(name, well_formed=in_config), []
                    if beyond := self._beyond(name):
                        word, either = self.words.beyond(word, terms.integer(f"{name}#names"), beyond)
                        rules = [either]
                    names[name] = Term(word)
                    self.rules += [self.words.well_formed(word) if in_config else self.words.bounds(word), *rules]
                case enumeration:
                    code = terms.integer(name)
                    names[name] = Term(Bits(((code, WIDEST),)))
                    self.rules.append(terms.disj([terms.equal(code, value) for _, value in enumeration.values]))
        self.fires = [terms.boolean(f"fires {case.name}") for case in policy.cases]
        self.scope = Scope(names)
        self.scope = self._with_sets(self.scope)
        self.assumed = [
            Part(f"assume {p.statement.name.id}", self.formula(p.statement.formula, True)) for p in policy.assumptions
        ]
        self._guards: dict[CheckedPolicy, list[Any]] = {}
        self._answered: list[Part] | None = None

    def _beyond(self, name: str) -> list[int]:
        """The codes of a variable's names that are no words."""
        return [code for code in self.policy.interface.named.get(name, {}).values() if code >= self.format.end]

    def _with_sets(self, scope: Scope) -> Scope:
        """A scope with the outputs that are sets: each is what the case that fires makes it."""
        names = self.policy.answered_sets
        if not names or not self.policy.cases:
            return scope
        of_cases: list[dict[str, Encoded]] = []
        for case in self.policy.cases:
            inner = scope
            for assign in case.assignments:
                if assign.value is not None and assign.output.id in names:
                    inner = inner.bind(assign.output.id, self.encoder.encode(self._core(assign.value), inner))
            of_cases.append({name: inner.values[name] for name in names})
        for name in names:
            scope = scope.bind(name, of_firing(self.encoder, self.fires, [values[name] for values in of_cases]))
        return scope

    def drain(self) -> list[Any]:
        """The rules made since the last call; the encoder makes more for each extremum."""
        made = [*self.rules, *self.encoder.side]
        self.rules.clear()
        self.encoder.side = []
        return made

    def formula(self, expr: Expr, want: Want = None, by: CheckedPolicy | None = None) -> Any:
        """A formula of this policy, or of another one of the interface, as that reads it."""
        return self.core(self._core(expr, by), want)

    def core(self, node: Core, want: Want = None) -> Any:
        """A formula over this policy's variables."""
        return self.encoder.formula(self.policy.intervals.of(node), self.scope, want)

    def _core(self, expr: Expr, by: CheckedPolicy | None = None) -> Core:
        return self.policy.intervals.of(self.policy.elaboration_of(by or self.policy).of(expr))

    def size_is(self, name: str, size: int) -> list[Any]:
        """Assumptions that make a set have exactly so many revisions."""
        there = self.present[name]
        made = [there[size - 1]] if size else []
        return made + ([self.terms.neg(there[size])] if size < len(there) else [])

    # ---- the policy -------------------------------------------------------------------------------------

    @property
    def answered(self) -> list[Part]:
        """Some case fires, and the outputs are what it assigns."""
        if self._answered is None:
            parts = [Part("", self.terms.disj(self.fires))]
            for at, case in enumerate(self.policy.cases):
                chosen = self.terms.implies(self.fires[at], self.selects(self.policy, at))
                parts.append(Part(f"case {case.name}", chosen))
            shared: set[str] = set()
            for at, case in enumerate(self.policy.cases):
                own = {item.output.id for item in case.declaration.items if isinstance(item, Assign)}
                for name, holds in self._assignments(case, own):
                    if name.startswith(f"{case.name}."):
                        parts.append(Part(name, self.terms.implies(self.fires[at], holds)))
                    elif name not in shared:
                        shared.add(name)
                        parts.append(Part(name, holds))
                ensured = [
                    self.terms.implies(self.fires[at], self.formula(ensure.formula, True)) for ensure in case.ensures
                ]
                parts += [Part(f"{case.name}.ensure", holds) for holds in ensured]
            self._answered = parts
        return self._answered

    def guards(self, policy: CheckedPolicy) -> list[Any]:
        if policy not in self._guards:
            guards = [case.guard for case in policy.cases]
            self._guards[policy] = [
                self.terms.true if guard is None else self.formula(guard, None, policy) for guard in guards
            ]
        return self._guards[policy]

    def selects(self, policy: CheckedPolicy, at: int) -> Any:
        """The case at a position is the first whose guard holds."""
        guards = self.guards(policy)
        return self.terms.conj([guards[at], *(self.terms.neg(guard) for guard in guards[:at])])

    def _assignments(self, case: CheckedCase, own: set[str]) -> list[tuple[str, Any]]:
        made: list[tuple[str, Any]] = []
        for assign in case.assignments:
            if assign.value is not None and assign.output.id not in self.policy.answered_sets:
                name = assign.output.id
                label = f"{case.name}.{name}" if name in own else name
                made.append((label, self._assigned(assign.output.id, self._core(assign.value))))
        return made

    def _assigned(self, name: str, value: Core) -> Any:
        output = self.scope.values[name]
        if isinstance(output, Span):
            return self._same_ends(output, value)
        term = self.encoder.encode(value, self.scope)
        if not isinstance(output, Term) or not isinstance(term, Term):
            return same_set(self.encoder, output, term)
        same = self.encoder.equal(output.value, term.value)
        return same if term.defined is None else self.terms.conj([term.defined, same])

    def _same_ends(self, known: Span, value: Core) -> Any:
        """A range is a certain one."""
        given = as_span(self.encoder, value, self.scope, self.format.largest)
        ends = ((known.low, given.low), (known.high, given.high))
        return self.terms.conj([self.encoder.equal(one.value, other.value) for one, other in ends])

    # ---- goals ------------------------------------------------------------------------------------------

    def goal(self, goal: Goal) -> Any:
        """What a goal says. A `Fact`, and `Answers` without a case, are asserted once and by name instead."""
        policy = self.policy
        match goal:
            case queries.Holds(formula=formula, truth=truth):
                encoded = self.core(formula, truth)
                return encoded if truth else self.terms.neg(encoded)
            case queries.Given(name=name, value=value):
                return self._given(name, value)
            case queries.Answers(case=int() as at):
                return self.fires[at]
            case queries.Answers() | queries.Fact():
                return self.terms.true
            case queries.Fires(case=at):
                return self.selects(policy, at)
            case queries.NoCase():
                return self.terms.conj([self.terms.neg(guard) for guard in self.guards(policy)])
            case queries.Undefined():
                return self.terms.disj([self._undefined(at, case) for at, case in enumerate(policy.cases)])
            case queries.NoAdmissibleOutput():
                return self.terms.disj([self._no_admissible_output(at, case) for at, case in enumerate(policy.cases)])
            case queries.Malformed():
                return self.terms.neg(self.terms.conj(self._well_formed()))
            case queries.Disallowed(by=other):
                allowed = [self._given_by(other, at, case) for at, case in enumerate(other.cases)]
                return self.terms.neg(self.terms.disj(allowed))
            case queries.Admitted(by=other):
                met = [self.formula(p.statement.formula, True, other) for p in other.assumptions]
                return self.terms.conj(met)
            case _:
                assert_never(goal)

    def _well_formed(self) -> list[Any]:
        """The revisions of an answer are well formed, each, or names."""
        made: list[Any] = []
        for variable in self.policy.interface.outputs:
            output = self.scope.values[variable.name.id]
            if isinstance(output, Span):
                # Its ends are well formed, whatever it is.
                continue
            if not isinstance(output, Term):
                made.append(self.encoder.every(output, lambda word, _: self.words.well_formed(word), self.scope))
            elif variable.type == "revision":
                codes = self.policy.interface.named.get(variable.name.id, {}).values()
                named = [bits.equal(self.terms, output.value, bits.constant(code)) for code in codes]
                made.append(self.terms.disj([self.words.well_formed(output.value), *named]))
        return made

    def _given(self, name: str, value: Core) -> Any:
        terms, encoder = self.terms, self.encoder
        known = self.scope.values[name]
        if isinstance(known, Span):
            return self._same_ends(known, self.policy.intervals.of(value))
        given = encoder.encode(self.policy.intervals.of(value), self.scope)
        if isinstance(known, Term) and isinstance(given, Term):
            same = encoder.equal(known.value, given.value)
            return same if given.defined is None else terms.conj([given.defined, same])
        # What is given and has a value is in the set, and nothing else is.
        if name in self.present and isinstance(known, Slots) and (words := constants_of(given)) is not None:
            # Held against each other element by element, two long sets take the solver minutes.
            return slots_are(terms, known, words)
        return same_set(encoder, known, given)

    def _filled(self, case: CheckedCase, scope: Scope) -> tuple[Scope, Any]:
        """A scope with the values that a case assigns, each of which may read those before it; when all have one."""
        defined: list[Any] = []
        for assign in case.assignments:
            if assign.value is not None and assign.output.id in self.policy.interface.ranges:
                given = as_span(self.encoder, self._core(assign.value), scope, self.format.largest)
                scope = scope.bind(assign.output.id, given)
            elif assign.value is not None:
                term = self.encoder.encode(self._core(assign.value), scope)
                # A set always has a value.
                if isinstance(term, Term) and term.defined is not None:
                    defined.append(term.defined)
                scope = scope.bind(assign.output.id, term)
        return scope, self.terms.conj(defined)

    def _open_sets(self, case: CheckedCase) -> list[str]:
        return [name for name in case.unspecified if name in self.policy.answered_sets]

    def _undefined(self, at: int, case: CheckedCase) -> Any:
        """The case fires and assigns an output from nothing: with open outputs that matter, for some value of them."""
        scope = self.scope
        for name in self._open_sets(case):
            scope = scope.bind(name, self.chosen[name])
        scope, defined = self._filled(case, scope)
        met: list[Any] = []
        if queries.leans_on_open(self.policy, case):
            met = [self.encoder.formula(self._core(ensure.formula), scope) for ensure in case.ensures]
        return self.terms.conj([self.selects(self.policy, at), self.terms.neg(defined), *met])

    def _no_admissible_output(self, at: int, case: CheckedCase) -> Any:
        """The case fires, but no choice of its open outputs gives every output a value and meets the `ensure`s."""
        terms = self.terms
        if not case.ensures:
            return terms.false
        open_sets = self._open_sets(case)
        scope, binders, domains = self.scope, [], []
        for name in case.unspecified:
            if name in open_sets:
                continue
            variable = self.policy.interface.variables[name]
            enumeration = self.policy.interface.enumeration(name)
            if variable.type == "range":
                low, high = (self.words.fresh_word(name, well_formed=True) for _ in range(2))
                binders += [*low.variables(), *high.variables()]
                domains.append(ordered(self.words, self.format, low, high))
                scope = scope.bind(name, Span(Term(low), Term(high)))
                continue
            if variable.type == "bool":
                own: Any = terms.fresh_boolean(name)
                binders.append(own)
            elif enumeration:
                own = Bits(((terms.fresh(name), WIDEST),))
                binders += own.variables()
                domains.append(terms.disj([bits.equal(terms, own, bits.constant(n)) for _, n in enumeration.values]))
            else:
                own = self.words.fresh_word(name)
                if beyond := self._beyond(name):
                    own, either = self.words.beyond(own, terms.fresh(name), beyond)
                    domains.append(either)
                binders += own.variables()
                domains.append(self.words.bounds(own))
            scope = scope.bind(name, Term(own))
        scope = Scope(scope.values, (*scope.binders, *binders))
        silent: list[Any] = []
        for tried in queries.tried_sets(self.policy) if open_sets else [None]:
            inner = scope
            if tried is not None:
                chosen = self.encoder.encode(tried, self.scope)
                for name in open_sets:
                    inner = inner.bind(name, chosen)
            inner, defined = self._filled(case, inner)
            met = [self.encoder.formula(self._core(ensure.formula), inner) for ensure in case.ensures]
            answer = terms.conj([*domains, defined, *met])
            silent.append(terms.every(binders, terms.neg(answer)))
        return terms.conj([self.selects(self.policy, at), *silent])

    def _given_by(self, other: CheckedPolicy, at: int, case: CheckedCase) -> Any:
        parts = [self.selects(other, at)]
        parts += [
            self._assigned(assign.output.id, self._core(assign.value, other))
            for assign in case.assignments
            if assign.value is not None
        ]
        parts += [self.formula(ensure.formula, False, other) for ensure in case.ensures]
        return self.terms.conj(parts)
