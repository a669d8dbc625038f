"""What a policy's claims come to: clauses that must contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from ....spec import syntax as s
from .certificate import Given, Relations
from .meaning import Meaning, Reading, Value, several, ways
from .skeleton import Skeleton
from .texts import Table, Text
from .vocabulary import Vocabulary
from .words import FALSE, TRUE, Between, Digit, Literal, Refused, Several, Work, number, term

Choose: TypeAlias = "Callable[[Mapping[str, Given]], None]"
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
        self.declaration = declaration or text.declared(name, s.Policy)
        self.interface = text.declared(self.declaration.interface.id, s.Interface)
        both = (self.interface, self.declaration)
        own = {d.name.id: d for of in both for d in of.items if isinstance(d, s.Define) and d.body is not None}
        defines = [d for of in (*both, *text.declarations.values()) for d in getattr(of, "items", [of])]
        bare = frozenset(d.name.id for d in defines if isinstance(d, s.Define) and d.body is None)
        self.reading = Reading(own, text.defines, bare, lender.reading if lender else None)
        self.refined = Policy(text, self.declaration.refines.id, self) if self.declaration.refines else None
        self.cases = [item for item in self.declaration.items if isinstance(item, s.Case)]
        self.added: list[s.Variable] = [
            *(self.refined.added if self.refined else ()),
            *(item for item in self.declaration.items if isinstance(item, s.Variable)),
        ]
        self.vocabulary = Vocabulary.of(self.interface, self.added)
        self.outputs = [one for one in self.vocabulary.variables.values() if one.role == "output"]

    @classmethod
    def of_interface(cls, text: Text, name: str) -> Policy:
        """What an interface says without any policy: there are no cases."""
        return cls(text, "", declaration=s.Policy(name=s.Label(""), interface=s.Label(name), refines=None, items=()))

    def statements(self, role: str) -> list[s.Statement]:
        items = (*self.interface.items, *self.declaration.items)
        return [item for item in items if isinstance(item, s.Statement) and item.role == role]

    def optional(self, names: Sequence[s.Label]) -> list[s.Expr]:
        said = Table({one.name.id: one.formula for one in self.statements("assumption")})
        return [said[name.id] for name in names]

    def meaning(self, skeleton: Skeleton, scope: dict[str, Value], relations: Relations | None = None) -> Meaning:
        return Meaning(skeleton, self.vocabulary, self.reading, scope, relations)

    def skeleton(self, cuts: Sequence[int], work: Work) -> Skeleton:
        return Skeleton(self.vocabulary.width, self.vocabulary.zeros, cuts, work)

    # ---- parts of what is asked -------------------------------------------------------------------------

    def variable(self, skeleton: Skeleton, name: str, called: str = "") -> Value:
        """What a variable may be, as constants with what is so of them; `called` is what they are called instead."""
        vocabulary, called = self.vocabulary, called or name
        variable = vocabulary.variables[name]
        if isinstance(variable.type, str) and variable.type != "revision":
            return self.chosen(skeleton, called, variable.type)
        if variable.type != "revision":
            digits: tuple[Digit, ...] = (skeleton.whole(called),)
            skeleton.clause(*(skeleton.compare("==", digits, number(code)) for code in vocabulary.enumerated[name]))
            return term(digits)
        word = skeleton.word(called)
        if variable.role == "config":
            skeleton.clause(skeleton.well_formed(word))
        if name in vocabulary.codes:
            beyond = skeleton.whole(f"{called}^", vocabulary.width)
            word = (*word, beyond)
            codes = [skeleton.compare("==", word, number(code)) for code in vocabulary.codes[name]]
            skeleton.clause(skeleton.compare("==", (beyond,), ()), *codes)
        return term(word)

    def chosen(self, skeleton: Skeleton, called: str, type_: str) -> Value:
        """A set or a range of well-formed revisions, or a truth value, whichever."""
        if type_ == "set":
            skeleton.formed.add(called)
            return Several(((TRUE, called),))
        if type_ == "bool":
            return skeleton.holds(called, ())
        there = skeleton.holds(f"{called} is not empty", ())
        low, high = skeleton.word(f"{called}.min"), skeleton.word(f"{called}.max")
        for fact in (skeleton.well_formed(low), skeleton.well_formed(high), skeleton.compare("<=", low, high)):
            skeleton.clause(-there, fact)
        return Several(((there, Between(low, high, formed=True)),))

    def asked(self, skeleton: Skeleton, name: str, called: str = "") -> Value:
        """Whatever a host may ask for. A set that it writes out may have malformed revisions."""
        if self.vocabulary.variables[name].type == "set":
            return Several(((TRUE, called or name),))
        return self.variable(skeleton, name, called)

    def assumptions(self, meaning: Meaning) -> list[Literal]:
        said = [one.formula for one in self.statements("assume")] + self.optional(self.declaration.under)
        return [meaning.formula(formula) for formula in said]

    def given(self, skeleton: Skeleton, *, by_host: bool = False) -> Meaning:
        """Configuration and inputs, which may be those of a host, under the assumptions."""
        of = {"config": self.variable, "input": self.asked if by_host else self.variable}
        given = [(name, of[one.role]) for name, one in self.vocabulary.variables.items() if one.role != "output"]
        meaning = self.meaning(skeleton, {name: value(skeleton, name) for name, value in given})
        for one in self.assumptions(meaning):
            skeleton.clause(one)
        return meaning

    def guard(self, meaning: Meaning, at: int) -> Literal:
        guard = self.cases[at].guard
        return TRUE if guard is None else meaning.formula(guard)

    def selected(self, meaning: Meaning, at: int) -> Literal:
        """A case is the first whose guard holds."""
        earlier = [-self.guard(meaning, n) for n in range(at)]
        return meaning.skeleton.conj(*earlier, self.guard(meaning, at))

    def assigns(self, at: int) -> dict[str, s.Expr | None]:
        items = (*self.declaration.items, *self.cases[at].items)
        return {item.output.id: item.value for item in items if isinstance(item, s.Assign)}

    def ensures(self, at: int) -> list[s.Expr]:
        return [item.formula for item in self.cases[at].items if isinstance(item, s.Ensure)]

    def open(self, at: int) -> list[str]:
        """The outputs that a case leaves open."""
        return [name for name, value in self.assigns(at).items() if value is None]

    def answer(self, meaning: Meaning, at: int, open_: Mapping[str, Value]) -> tuple[list[Literal], Literal]:
        """Puts a case's outputs into the scope: that each has a value, and that what is ensured of them is so."""
        assigns = self.assigns(at)
        meaning.scope.update(open_)
        meaning.assigned.update({name: value for name, value in assigns.items() if value is not None})
        defined = [meaning.defined(meaning.variable(one.name.id)) for one in self.outputs]
        return defined, meaning.skeleton.conj(*map(meaning.formula, self.ensures(at)))

    def answered(self, skeleton: Skeleton, at: int, *, undefined: bool) -> Meaning:
        """Configuration, inputs and an answer that a case gives; or one in which an output has no value."""
        meaning = self.given(skeleton)
        skeleton.clause(self.selected(meaning, at))
        defined, ensured = self.answer(meaning, at, {name: self.variable(skeleton, name) for name in self.open(at)})
        skeleton.clause(ensured)
        for clause in [[-one for one in defined]] if undefined else [[one] for one in defined]:
            skeleton.clause(*clause)
        return meaning

    # ---- claims -----------------------------------------------------------------------------------------

    def obligations(self, claim: str) -> list[Obligation]:
        """What must be refuted. Raises Refused where the policy has no such claim."""

        def each(said: Callable[[Meaning, int], Literal], *, undefined: bool = False) -> list[Obligation]:
            """Each case, with an answer, and something that is so of it."""

            def builds(at: int) -> Callable[[Skeleton], None]:
                def build(skeleton: Skeleton) -> None:
                    skeleton.clause(said(self.answered(skeleton, at, undefined=undefined), at))

                return build

            return [Obligation(f"case {case.name.id}", builds(at)) for at, case in enumerate(self.cases)]

        if claim == "satisfiable" or claim.startswith("reachable."):
            return []
        if claim == "total":
            return [Obligation("no case", self._no_case)]
        if claim == "defined":
            return each(lambda _, __: TRUE, undefined=True) + self.choices()
        if claim == "encodable":
            return each(lambda meaning, _: -meaning.skeleton.conj(*self._formed(meaning)))
        if claim == "refines" and self.refined is not None:
            return each(self._disallowed)
        givens, formula = self.claimed(claim)
        return each(lambda meaning, _: meaning.skeleton.conj(*givens(meaning), -meaning.formula(formula)))

    def claimed(self, claim: str) -> tuple[Callable[[Meaning], list[Literal]], s.Expr]:
        """What a scenario gives, and what it or an invariant says. Raises Refused where there is none."""
        scenario = self.text.scenarios.get((self.name, claim))
        if scenario is not None:
            return lambda meaning: self.givens(meaning, scenario), thens(scenario)
        stated = Table({one.name.id: one for one in self.statements("invariant")})[claim]
        return lambda _: [], self.under(stated)

    def under(self, stated: s.Statement) -> s.Expr:
        """What a statement claims: under optional assumptions, that they imply it."""
        premises = self.optional(stated.under)
        return s.Implies(s.And(tuple(premises)), stated.formula) if premises else stated.formula

    def _no_case(self, skeleton: Skeleton) -> None:
        meaning = self.given(skeleton)
        for at in range(len(self.cases)):
            skeleton.clause(-self.guard(meaning, at))

    def choices(self, *, by_host: bool = False) -> list[Obligation]:
        """Of each case with `ensure`s, that nothing meets them; whatever a host asks for, where it is one that asks."""
        return [self._choice(at, by_host=by_host) for at in range(len(self.cases)) if self.ensures(at)]

    def _choice(self, at: int, *, by_host: bool) -> Obligation:
        """A case applies, and no values of what it leaves open meet its `ensure`s."""
        open_ = self.open(at)

        def build(skeleton: Skeleton) -> Choose:
            meaning = self.given(skeleton, by_host=by_host)
            skeleton.clause(self.selected(meaning, at))

            def choose(values: Mapping[str, Given]) -> None:
                inner = self.meaning(skeleton, dict(meaning.scope))
                if {*values} != {*open_}:
                    raise Refused(f"what {self.cases[at].name.id} leaves open is {', '.join(open_)}")
                chosen = {name: self._chosen(inner, name, value) for name, value in values.items()}
                skeleton.clause(-self.answer(inner, at, chosen)[1])

            return choose

        return Obligation(f"choice of {self.cases[at].name.id}", build, tuple(open_))

    def _chosen(self, meaning: Meaning, name: str, value: Given) -> Value:
        """A value that an open output may have, whatever the instance is: a number, or what some other thing is."""
        vocabulary = self.vocabulary
        type_, words = vocabulary.variables[name].type, meaning.skeleton.known
        if type_ in ("set", "range"):
            if value == []:
                return Several(())
            of = vocabulary.variables[value].type if isinstance(value, str) else None
            # A set that a host asks for may have malformed revisions, and an open one has none.
            formed = of == "range" or (of == "set" == type_ and value in meaning.skeleton.formed)
            if isinstance(value, str) and value in meaning.scope and formed:
                return several(meaning.scope[value])
        elif type_ == "bool":
            if value in (0, 1):
                return TRUE if value else FALSE
        elif type(value) is int:
            of_word = type_ == "revision" and 0 <= value < 1 << vocabulary.width
            if of_word or value in (vocabulary.enumerated if type_ != "revision" else vocabulary.codes).get(name, ()):
                return term(number(value))
        elif isinstance(value, str) and value in words and type_ == "revision":
            word = words[value]
            if sum(width for _, _, width in word) <= vocabulary.width:
                return term(word)
        raise Refused(f"{name} cannot be {value}")

    def _formed(self, meaning: Meaning) -> list[Literal]:
        """Of each output, that it is well formed, or a name."""
        skeleton, parts = meaning.skeleton, list[Literal]()
        for one in self.outputs:
            value = meaning.variable(one.name.id)
            if isinstance(value, Several):
                parts.append(-meaning.some(value, lambda word: -skeleton.well_formed(word)))
            elif one.type == "revision":
                for test, word in ways(value):
                    named = meaning.is_name(one.name.id, word)
                    parts.append(skeleton.disj(-test, skeleton.well_formed(word), named))
        return parts

    def _disallowed(self, meaning: Meaning, at: int) -> Literal:
        """The policy that this one refines admits the instance, and gives none of these outputs."""
        other, skeleton = self.refined, meaning.skeleton
        assert other is not None
        outputs = {one.name.id: meaning.variable(one.name.id) for one in self.outputs}
        theirs = other.meaning(skeleton, {**meaning.scope, **outputs})
        allowed = [skeleton.conj(other.selected(theirs, n), *other.allowed(theirs, n)) for n in range(len(other.cases))]
        return skeleton.conj(*other.assumptions(theirs), *(-one for one in allowed))

    def allowed(self, meaning: Meaning, at: int) -> list[Literal]:
        """A case may give the outputs that are in the scope."""
        assigned = [(name, value) for name, value in self.assigns(at).items() if value is not None]
        same = [meaning.equal(meaning.variable(name), meaning.of(value)) for name, value in assigned]
        return [*same, *map(meaning.formula, self.ensures(at))]

    def givens(self, meaning: Meaning, scenario: s.Scenario) -> list[Literal]:
        givens = [item for item in scenario.items if isinstance(item, s.Given)]
        return [meaning.equal(meaning.variable(one.name.id), meaning.of(one.value)) for one in givens]


def thens(scenario: s.Scenario) -> s.Expr:
    """All that a scenario says of what comes of it."""
    formulas = tuple(item.formula for item in scenario.items if isinstance(item, s.Then))
    return formulas[0] if len(formulas) == 1 else s.And(formulas)
