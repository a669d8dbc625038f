"""What a policy's claims come to: clauses that must contradict each other, and examples that must be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from ...spec import syntax as s
from .meaning import Meaning, Reading, Value, several, ways
from .skeleton import Skeleton
from .texts import Text
from .texts import numbers as numbers_of
from .words import FALSE, TRUE, WIDEST, Between, Digit, Literal, Several, Term, Unsupported, number, term

Choose: TypeAlias = "Callable[[Mapping[str, Any]], None]"
"""Puts down that some values of the open outputs are no answer."""


class Obligation(Struct, frozen=True):
    """One way in which a claim could fail: `build` makes its clauses.

    Where it is that no values of some `open` outputs are an answer, what it gives puts that down for some of them.
    """

    label: str
    build: Callable[[Skeleton], Choose | None]
    open: tuple[str, ...] = ()


class Policy:
    """One policy as its text has it, read by itself, or by a `lender` that refines it."""

    def __init__(
        self, text: Text, name: str, lender: Policy | None = None, declaration: s.Policy | None = None
    ) -> None:
        self.text, self.name = text, name
        self.declaration: s.Policy = declaration or text.declarations[name]
        self.interface: s.Interface = text.declarations[self.declaration.interface.id]
        both = (self.interface, self.declaration)
        own = {d.name.id: d for of in both for d in of.items if isinstance(d, s.Define) and d.body is not None}
        defines = [d for of in (*both, *text.declarations.values()) for d in getattr(of, "items", [of])]
        bare = frozenset(d.name.id for d in defines if isinstance(d, s.Define) and d.body is None)
        self.reading = Reading(own, text.defines, bare, lender.reading if lender else None)
        (layout,) = [item for item in self.interface.items if isinstance(item, s.Layout)]
        self.fields = {one.name.id: (one.bits.low, one.bits.width) for one in layout.fields}
        self.width = 1 + max(one.bits.high for one in layout.fields)
        if self.width > WIDEST:
            raise Unsupported(f"a revision has {self.width} bits")
        self.zeros = [self.fields[one.name.id] for one in layout.fields if one.zero]
        self.numbered = [self.fields[one.name.id] for one in layout.fields if not one.zero]
        self.refined = Policy(text, self.declaration.refines.id, self) if self.declaration.refines else None
        self.cases = [item for item in self.declaration.items if isinstance(item, s.Case)]
        items = [item for item in self.interface.items if isinstance(item, s.Variable)]
        self.variables = {one.name.id: one for one in (*items, *self.added)}
        self.outputs = [one for one in items if one.role == "output"]
        numbers = {name: numbers_of(one, self.width) for name, one in self.variables.items()}
        self.constants = {label: code for of in numbers.values() for label, code in of.items()}
        self.codes = {name: [*numbers[name].values()] for name, one in self.variables.items() if one.names is not None}
        self.enumerated = {
            n: [*numbers[n].values()] for n, v in self.variables.items() if isinstance(v.type, s.Enumeration)
        }

    @classmethod
    def of_interface(cls, text: Text, name: str) -> Policy:
        """What an interface says without any policy: there are no cases."""
        return cls(text, "", declaration=s.Policy(name=s.Label(""), interface=s.Label(name), refines=None, items=()))

    @property
    def added(self) -> list[s.Variable]:
        own = [item for item in self.declaration.items if isinstance(item, s.Variable)]
        return [*(self.refined.added if self.refined else ()), *own]

    def statements(self, role: str) -> list[s.Statement]:
        items = (*self.interface.items, *self.declaration.items)
        return [item for item in items if isinstance(item, s.Statement) and item.role == role]

    def optional(self, names: Sequence[s.Label]) -> list[s.Expr]:
        said = {one.name.id: one.formula for one in self.statements("assumption")}
        return [said[name.id] for name in names]

    def skeleton(self, cuts: Sequence[int] = ()) -> Skeleton:
        return Skeleton(self.width, self.zeros, cuts)

    def meaning(self, made: Skeleton, scope: dict[str, Value], relations: Mapping[str, Any] | None = None) -> Meaning:
        basis = made, self.fields, self.numbered, self.constants, self.codes, self.reading
        return Meaning(*basis, scope, relations=relations)

    # ---- parts of what is asked -------------------------------------------------------------------------

    def variable(self, made: Skeleton, name: str, called: str = "") -> Value:
        """What a variable may be, as constants with what is so of them; `called` is what they are called instead."""
        variable, called = self.variables[name], called or name
        if isinstance(variable.type, str) and variable.type != "revision":
            return self.chosen(made, called, variable.type)
        if variable.type == "revision":
            word = made.word(called)
            if variable.role == "config":
                made.clause(made.well_formed(word))
            if name in self.codes:
                beyond = made.whole(f"{called}^", self.width)
                word = (*word, beyond)
                codes = [made.compare("==", word, number(code)) for code in self.codes[name]]
                made.clause(made.compare("==", (beyond,), ()), *codes)
            return term(word)
        digits: tuple[Digit, ...] = (made.whole(called),)
        made.clause(*(made.compare("==", digits, number(code)) for code in self.enumerated[name]))
        return term(digits)

    def chosen(self, made: Skeleton, called: str, type_: str) -> Value:
        """A set or a range of well-formed revisions, or a truth value, whichever."""
        if type_ == "set":
            made.formed.add(called)
            return Several(((TRUE, called),))
        if type_ == "bool":
            return made.holds(called, ())
        there = made.holds(f"{called} is not empty", ())
        low, high = made.word(f"{called}.min"), made.word(f"{called}.max")
        for fact in (made.well_formed(low), made.well_formed(high), made.compare("<=", low, high)):
            made.clause(-there, fact)
        return Several(((there, Between(low, high, formed=True)),))

    def assumptions(self, meaning: Meaning) -> list[Literal]:
        said = [one.formula for one in self.statements("assume")] + self.optional(self.declaration.under)
        return [meaning.formula(formula) for formula in said]

    def given(self, made: Skeleton) -> Meaning:
        """Configuration and inputs, under the assumptions."""
        names = [name for name, variable in self.variables.items() if variable.role != "output"]
        meaning = self.meaning(made, {name: self.variable(made, name) for name in names})
        for one in self.assumptions(meaning):
            made.clause(one)
        return meaning

    def guard(self, meaning: Meaning, at: int) -> Literal:
        guard = self.cases[at].guard
        return TRUE if guard is None else meaning.formula(guard)

    def selected(self, meaning: Meaning, at: int) -> Literal:
        """A case is the first whose guard holds."""
        earlier = [-self.guard(meaning, n) for n in range(at)]
        return meaning.made.conj(*earlier, self.guard(meaning, at))

    def assigns(self, at: int) -> dict[str, s.Expr | None]:
        items = (*self.declaration.items, *self.cases[at].items)
        return {item.output.id: item.value for item in items if isinstance(item, s.Assign)}

    def answer(self, meaning: Meaning, at: int, open_: Mapping[str, Value]) -> tuple[list[Literal], Literal]:
        """Puts a case's outputs into the scope: that each has a value, and that what is ensured of them is so."""
        assigns = self.assigns(at)
        meaning.scope.update(open_)
        meaning.assigned.update({name: value for name, value in assigns.items() if value is not None})
        values = [meaning.variable(one.name.id) for one in self.outputs]
        defined = [meaning.made.disj(*(way for way, _ in one.ways)) for one in values if isinstance(one, Term)]
        ensures = [item.formula for item in self.cases[at].items if isinstance(item, s.Ensure)]
        return defined, meaning.made.conj(*(meaning.formula(formula) for formula in ensures))

    def answered(self, made: Skeleton, at: int) -> Meaning:
        """Configuration, inputs and an answer that a case gives."""
        meaning = self.given(made)
        made.clause(self.selected(meaning, at))
        open_ = {name: self.variable(made, name) for name, value in self.assigns(at).items() if value is None}
        defined, ensured = self.answer(meaning, at, open_)
        for one in (*defined, ensured):
            made.clause(one)
        return meaning

    # ---- claims -----------------------------------------------------------------------------------------

    def obligations(self, claim: str) -> list[Obligation]:
        """What must be refuted. Raises KeyError where the policy has no such claim."""

        def each(said: Callable[[Meaning, int], object]) -> list[Obligation]:
            def builds(at: int) -> Callable[[Skeleton], None]:
                def build(made: Skeleton) -> None:
                    said(self.answered(made, at), at)

                return build

            return [Obligation(f"case {case.name.id}", builds(at)) for at, case in enumerate(self.cases)]

        if claim == "satisfiable" or claim.startswith("reachable."):
            return []
        if claim == "total":
            return [Obligation("no case", self._no_case)]
        if claim == "defined":
            whole = [Obligation(f"case {case.name.id}", self._undefined(at)) for at, case in enumerate(self.cases)]
            return whole + self.choices()
        if claim == "encodable":
            return each(lambda meaning, _: meaning.made.clause(*(-one for one in self._formed(meaning))))
        if claim == "refines" and self.refined is not None:
            return each(self._disallowed)
        if (self.name, claim) in self.text.scenarios:
            scenario = self.text.scenarios[self.name, claim]

            def contradicted(meaning: Meaning, _: int) -> None:
                for one in self.givens(meaning, scenario):
                    meaning.made.clause(one)
                meaning.made.clause(*(-meaning.formula(then) for then in thens(scenario)))

            return each(contradicted)
        formula = self.claimed(claim)
        return each(lambda meaning, _: meaning.made.clause(-meaning.formula(formula)))

    def claimed(self, claim: str) -> s.Expr:
        stated = {one.name.id: one for one in self.statements("invariant")}[claim]
        premises = self.optional(stated.under)
        return s.Implies(s.And(tuple(premises)), stated.formula) if premises else stated.formula

    def _no_case(self, made: Skeleton) -> None:
        meaning = self.given(made)
        for at in range(len(self.cases)):
            made.clause(-self.guard(meaning, at))

    def _undefined(self, at: int) -> Callable[[Skeleton], None]:
        def build(made: Skeleton) -> None:
            meaning = self.given(made)
            made.clause(self.selected(meaning, at))
            open_ = {name: self.variable(made, name) for name, value in self.assigns(at).items() if value is None}
            defined, ensured = self.answer(meaning, at, open_)
            made.clause(ensured)
            made.clause(*(-one for one in defined))

        return build

    def choices(self) -> list[Obligation]:
        """Of each case with `ensure`s, that nothing meets them."""
        ensuring = [n for n, case in enumerate(self.cases) if any(isinstance(i, s.Ensure) for i in case.items)]
        return [self._choice(at) for at in ensuring]

    def _choice(self, at: int) -> Obligation:
        """A case applies, and no values of what it leaves open meet its `ensure`s."""
        open_ = tuple(name for name, value in self.assigns(at).items() if value is None)

        def build(made: Skeleton) -> Choose:
            meaning = self.given(made)
            made.clause(self.selected(meaning, at))

            def choose(values: Mapping[str, Any]) -> None:
                inner = self.meaning(made, dict(meaning.scope))
                chosen = {name: self._chosen(inner, name, values[name]) for name in open_}
                made.clause(-self.answer(inner, at, chosen)[1])

            return choose

        return Obligation(f"choice of {self.cases[at].name.id}", build, open_)

    def _chosen(self, meaning: Meaning, name: str, value: Any) -> Value:
        """A value that an open output may have, whatever the instance is: a number, or what some other thing is."""
        type_ = self.variables[name].type
        if type_ in ("set", "range"):
            chosen = meaning.scope[value] if isinstance(value, str) else Several(())
            of = self.variables[value] if isinstance(value, str) else self.variables[name]
            if type_ == "range" != of.type or of.type not in ("set", "range"):
                raise Unsupported(f"{name} cannot be {value}")
            return several(chosen)
        if type_ == "bool":
            return TRUE if value == 1 else FALSE
        allowed = self.enumerated.get(name, self.codes.get(name, ()))
        if isinstance(value, int) and (value in allowed or (type_ == "revision" and 0 <= value < 1 << self.width)):
            return term(number(value))
        if (
            type_ == "revision"
            and isinstance(value, str)
            and sum(d[2] for d in meaning.made.known[value]) <= self.width
        ):
            return term(meaning.made.known[value])
        raise Unsupported(f"{name} cannot be {value}")

    def _formed(self, meaning: Meaning) -> list[Literal]:
        """Of each output, that it is well formed, or a name."""
        made, parts = meaning.made, list[Literal]()
        for one in self.outputs:
            value = meaning.variable(one.name.id)
            if isinstance(value, Several):
                parts.append(-meaning.some(value, lambda word: -made.well_formed(word)))
            elif one.type == "revision":
                codes = self.codes.get(one.name.id, ())
                parts += [
                    made.disj(
                        -test, made.well_formed(word), *(made.compare("==", word, number(code)) for code in codes)
                    )
                    for test, word in ways(value)
                ]
        return parts

    def _disallowed(self, meaning: Meaning, at: int) -> None:
        """The policy that this one refines admits the instance, and gives none of these outputs."""
        other, made = self.refined, meaning.made
        assert other is not None
        outputs = {one.name.id: meaning.variable(one.name.id) for one in self.outputs}
        theirs = other.meaning(made, {**meaning.scope, **outputs})
        for one in other.assumptions(theirs):
            made.clause(one)
        for n in range(len(other.cases)):
            made.clause(-made.conj(other.selected(theirs, n), *other.allowed(theirs, n)))

    def allowed(self, meaning: Meaning, at: int) -> list[Literal]:
        """A case may give the outputs that are in the scope."""
        assigned = [(name, value) for name, value in self.assigns(at).items() if value is not None]
        same = [meaning.equal(meaning.variable(name), meaning.of(value)) for name, value in assigned]
        ensures = [item.formula for item in self.cases[at].items if isinstance(item, s.Ensure)]
        return [*same, *(meaning.formula(formula) for formula in ensures)]

    def givens(self, meaning: Meaning, scenario: s.Scenario) -> list[Literal]:
        givens = [item for item in scenario.items if isinstance(item, s.Given)]
        return [meaning.equal(meaning.variable(one.name.id), meaning.of(one.value)) for one in givens]


def thens(scenario: s.Scenario) -> list[s.Expr]:
    return [item.formula for item in scenario.items if isinstance(item, s.Then)]
