"""A policy and the goals about it, as Z3 terms; and a model of them, read back as plain values."""

# z3 carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportUnknownLambdaType=false

from __future__ import annotations

from typing import Any, assert_never

import z3  # pyright: ignore[reportMissingTypeStubs]
from msgspec import Struct

from ..spec.checked import CheckedCase, CheckedPolicy
from ..spec.syntax import Assign, Define, Expr, Slice
from .encode import Encoded, Encoder, Predicate, Scope, Slots, Term
from .goals import (
    Admitted,
    Answers,
    Disallowed,
    Fact,
    Fires,
    Given,
    Goal,
    Holds,
    Malformed,
    NoCase,
    Speechless,
    Undefined,
    leans_on_open,
)
from .situation import Answer, Relation, Situation, Value
from .terms import FALSE, TRUE, conj, disj, equal, implies, less, neg, number, within
from .words import WORD_END, Format


class Part(Struct, frozen=True):
    """One named piece of what is assumed: a case, an assignment, an assumption."""

    name: str
    holds: Any


class Encoding:
    """One policy over sets of at most so many revisions (`sizes`), or of any number (`sizes` is None).

    `rules` always hold. `assumed` and `answered` are the parts that a proof may name.
    """

    def __init__(self, policy: CheckedPolicy, sizes: dict[str, int] | None) -> None:
        self.policy = policy
        self.format = Format.of(policy.interface.layout)
        self.encoder = Encoder(self.format, policy.interface.constants, frozenset(policy.interface.variables))
        self.rules: list[Any] = []
        self.present: dict[str, list[Any]] = {}
        names: dict[str, Encoded] = {}
        for variable in policy.interface.variables.values():
            name = variable.name.id
            match variable.type:
                case "set":
                    names[name] = self._predicate(name) if sizes is None else self._slots(name, sizes[name])
                case "bool":
                    names[name] = Term(z3.Bool(name))
                case "revision":
                    names[name] = Term(z3.Int(name))
                    self.rules.append(self.encoder.word_bounds(z3.Int(name)))
                    if variable.role == "config":
                        self.rules.append(self.encoder.well_formed(z3.Int(name), Scope({})))
                case enumeration:
                    names[name] = Term(z3.Int(name))
                    self.rules.append(disj([equal(z3.Int(name), number(value)) for _, value in enumeration.values]))
        self.scope = Scope(names)
        self.fires = [z3.Bool(f"fires {case.name}") for case in policy.cases]
        self.assumed = [
            Part(f"assume {p.statement.name.id}", self.formula(p.statement.formula)) for p in policy.assumptions
        ]
        self._guards: dict[CheckedPolicy, list[Any]] = {}
        self._answered: list[Part] | None = None

    def _slots(self, name: str, size: int) -> Slots:
        values = [z3.Int(f"{name}.{at}") for at in range(size)]
        there = [z3.Bool(f"{name}.{at} is there") for at in range(size)]
        for at, value in enumerate(values):
            self.rules.append(self.encoder.well_formed(value, Scope({})))
            if at:
                # Ascending, and filled from the front: one model for each set, not one for each order.
                self.rules.append(implies(there[at], conj([there[at - 1], less(values[at - 1], value)])))
        self.present[name] = there
        return Slots(tuple(zip(values, there, strict=True)))

    def _predicate(self, name: str) -> Predicate:
        holds = z3.Function(name, z3.IntSort(), z3.BoolSort())
        x = z3.FreshInt("x")
        self.rules.append(z3.ForAll([x], z3.Implies(holds(x), self.encoder.well_formed(x, Scope({}, (x,))))))
        return Predicate(holds)

    def drain(self) -> list[Any]:
        """The rules made since the last call; the encoder makes more whenever a formula looks at a new field."""
        made = self.rules + self.encoder.side
        self.rules = []
        self.encoder.side = []
        return made

    def formula(self, expr: Expr, defines: dict[str, Define] | None = None) -> Any:
        return self.encoder.formula(expr, self.scope, self.policy.defines if defines is None else defines)

    def size_is(self, name: str, size: int) -> list[Any]:
        """Assumptions that make a set have exactly so many revisions."""
        there = self.present[name]
        made = [there[size - 1]] if size else []
        return made + ([z3.Not(there[size])] if size < len(there) else [])

    # ---- the policy -------------------------------------------------------------------------------------

    @property
    def answered(self) -> list[Part]:
        """Some case fires, and the outputs are what it assigns."""
        if self._answered is None:
            parts = [Part("", disj(list(self.fires)))]
            for at, case in enumerate(self.policy.cases):
                parts.append(Part(f"case {case.name}", implies(self.fires[at], self.selects(self.policy, at))))
            shared: set[str] = set()
            for at, case in enumerate(self.policy.cases):
                own = {item.output.id for item in case.declaration.items if isinstance(item, Assign)}
                for name, holds in self._assignments(case, own):
                    if name.startswith(f"{case.name}."):
                        parts.append(Part(name, implies(self.fires[at], holds)))
                    elif name not in shared:
                        shared.add(name)
                        parts.append(Part(name, holds))
                ensured = [implies(self.fires[at], self.formula(ensure.formula)) for ensure in case.ensures]
                parts += [Part(f"{case.name}.ensure", holds) for holds in ensured]
            self._answered = parts
        return self._answered

    def guards(self, policy: CheckedPolicy) -> list[Any]:
        if policy not in self._guards:
            self._guards[policy] = [
                TRUE if case.guard is None else self.formula(case.guard, policy.defines) for case in policy.cases
            ]
        return self._guards[policy]

    def selects(self, policy: CheckedPolicy, at: int) -> Any:
        """The case at a position is the first whose guard holds."""
        guards = self.guards(policy)
        return conj([guards[at], *(neg(guard) for guard in guards[:at])])

    def _assignments(self, case: CheckedCase, own: set[str]) -> list[tuple[str, Any]]:
        made: list[tuple[str, Any]] = []
        for assign in case.assignments:
            if assign.value is not None:
                name = assign.output.id
                label = f"{case.name}.{name}" if name in own else name
                made.append((label, self._assigned(assign.output.id, assign.value, self.scope, self.policy.defines)))
        return made

    def _assigned(self, name: str, value: Expr, scope: Scope, defines: dict[str, Define]) -> Any:
        term = self.encoder.term(value, scope, defines)
        output = scope.names[name]
        assert isinstance(output, Term)
        same = equal(output.value, term.value)
        return same if term.defined is None else conj([term.defined, same])

    # ---- goals ------------------------------------------------------------------------------------------

    def goal(self, goal: Goal) -> Any:
        """What a goal says. A `Fact`, and `Answers` without a case, are asserted once and by name instead."""
        policy = self.policy
        match goal:
            case Holds(formula=formula, truth=truth):
                encoded = self.formula(formula)
                return encoded if truth else neg(encoded)
            case Given(name=name, value=value):
                return self._given(name, value)
            case Answers(case=int() as at):
                return self.fires[at]
            case Answers() | Fact():
                return TRUE
            case Fires(case=at):
                return self.selects(policy, at)
            case NoCase():
                return conj([neg(guard) for guard in self.guards(policy)])
            case Undefined():
                return disj([conj([self.selects(policy, at), self._undefined(c)]) for at, c in enumerate(policy.cases)])
            case Speechless():
                return disj([self._speechless(at, case) for at, case in enumerate(policy.cases)])
            case Malformed():
                return disj([neg(self.encoder.well_formed(word, self.scope)) for word in self._revisions()])
            case Disallowed(by=other):
                return neg(disj([self._given_by(other, at, case) for at, case in enumerate(other.cases)]))
            case Admitted(by=other):
                return conj([self.formula(p.statement.formula, other.defines) for p in other.assumptions])
            case _:
                assert_never(goal)

    def _revisions(self) -> list[Any]:
        names = [v.name.id for v in self.policy.interface.outputs if v.type == "revision"]
        return [term.value for name in names if isinstance(term := self.scope.names[name], Term)]

    def _given(self, name: str, value: Expr) -> Any:
        known = self.scope.names[name]
        given = self.encoder.encode(value, self.scope, self.policy.defines)
        if isinstance(known, Term) and isinstance(given, Term):
            same = known.value == given.value
            return same if given.defined is None else z3.And(given.defined, same)
        assert isinstance(given, Slots)
        inside = [
            implies(TRUE if there is None else there, self.encoder.member(Term(v), known, self.scope))
            for v, there in given.rows
        ]
        if isinstance(known, Slots):
            rest = [z3.Implies(there, self.encoder.member(Term(v), given, self.scope)) for v, there in known.rows]
            return conj([*inside, *rest])
        x = z3.FreshInt("x")
        return conj(
            [
                *inside,
                z3.ForAll(
                    [x],
                    self.encoder.member(Term(x), known, self.scope) == self.encoder.member(Term(x), given, self.scope),
                ),
            ]
        )

    def _filled(self, case: CheckedCase, scope: Scope) -> tuple[Scope, Any]:
        """A scope with the values that a case assigns, each of which may read those before it; when all have one."""
        defined: list[Any] = []
        for assign in case.assignments:
            if assign.value is not None:
                term = self.encoder.term(assign.value, scope, self.policy.defines)
                defined.append(TRUE if term.defined is None else term.defined)
                scope = scope.bind(assign.output.id, term)
        return scope, conj(defined)

    def _undefined(self, case: CheckedCase) -> Any:
        """An output is assigned from nothing; where that depends on an open output, for a value that it may take."""
        scope, defined = self._filled(case, self.scope)
        met: list[Any] = []
        if leans_on_open(self.policy, case):
            met = [self.encoder.formula(ensure.formula, scope, self.policy.defines) for ensure in case.ensures]
        return conj([neg(defined), *met])

    def _speechless(self, at: int, case: CheckedCase) -> Any:
        """The case fires, but no choice of its open outputs gives every output a value and meets the `ensure`s."""
        if not case.ensures:
            return FALSE
        defines = self.policy.defines
        scope, binders, domains = self.scope, [], []
        for name in case.unspecified:
            variable = self.policy.interface.variables[name]
            own: Any = z3.FreshBool(name) if variable.type == "bool" else z3.FreshInt(name)
            enumeration = self.policy.interface.enumeration(name)
            if enumeration:
                domains.append(disj([own == number for _, number in enumeration.values]))
            elif variable.type == "revision":
                domains.append(within(own, WORD_END))
            binders.append(own)
            scope = scope.bind(name, Term(own), own)
        scope, defined = self._filled(case, scope)
        met = [self.encoder.formula(ensure.formula, scope, defines) for ensure in case.ensures]
        none = z3.ForAll(binders, z3.Implies(conj(domains), neg(conj([defined, *met]))))
        return conj([self.selects(self.policy, at), none])

    def _given_by(self, other: CheckedPolicy, at: int, case: CheckedCase) -> Any:
        parts = [self.selects(other, at)]
        parts += [
            self._assigned(assign.output.id, assign.value, self.scope, other.defines)
            for assign in case.assignments
            if assign.value is not None
        ]
        parts += [self.formula(ensure.formula, other.defines) for ensure in case.ensures]
        return conj(parts)

    def free_terms(self, sizes: dict[str, int]) -> list[Any]:
        """The revisions of a situation with sets of these sizes: those of the configuration, then the inputs."""
        made: list[Any] = []
        for variable in (*self.policy.interface.configs, *self.policy.interface.inputs):
            known = self.scope.names[variable.name.id]
            if isinstance(known, Slots):
                made += [value for value, _ in known.rows[: sizes[variable.name.id]]]
            elif isinstance(known, Term) and variable.type == "revision":
                made.append(known.value)
        return made

    def open_terms(self) -> list[Any]:
        """The revisions that some case leaves open."""
        names = dict.fromkeys(name for case in self.policy.cases for name in case.unspecified)
        return [
            term.value
            for name in names
            if self.policy.interface.variables[name].type == "revision"
            and isinstance(term := self.scope.names[name], Term)
        ]

    def part_of(self, word: Any, part: str | Slice) -> Any:
        return self.encoder.part(word, *self.format.bits(part), self.scope)

    # ---- models -----------------------------------------------------------------------------------------

    def read(self, model: Any) -> tuple[Situation, Answer]:
        """The configuration, inputs and outputs of a model. For encodings with sizes only."""

        def value(term: Any) -> int | bool:
            found = model.eval(term, model_completion=True)
            return z3.is_true(found) if z3.is_bool(found) else found.as_long()

        def whole(name: str) -> Value:
            known = self.scope.names[name]
            if isinstance(known, Slots):
                return tuple(sorted({int(value(v)) for v, there in known.rows if value(there)}))
            assert isinstance(known, Term)
            return value(known.value)

        interface = self.policy.interface
        config = {v.name.id: whole(v.name.id) for v in interface.configs}
        inputs: dict[str, Any] = {v.name.id: whole(v.name.id) for v in interface.inputs}
        outputs: dict[str, Any] = {v.name.id: whole(v.name.id) for v in interface.outputs}
        fired = next((c.name for c, f in zip(self.policy.cases, self.fires, strict=True) if value(f)), None)
        names = [d.name.id for d in self.policy.abstract]
        names += [name for name in self.encoder.relations() if name not in names]
        relations = {name: self._relation_of(name, model) for name in names}
        return Situation(config, inputs, relations), Answer(fired, outputs)

    def _relation_of(self, name: str, model: Any) -> Relation:
        function = self.encoder.relation(name)
        if function is None:
            return Relation()
        if function.arity() == 0:
            return Relation(default=z3.is_true(model.eval(function(), model_completion=True)))
        if not any(declared.eq(function) for declared in model.decls()):
            return Relation()
        found = model[function]
        # Beneath quantifiers the rest may be more than a constant; then the example will not replay.
        default = z3.is_true(found.else_value())
        pairs: set[tuple[int | bool, ...]] = set()
        for at in range(found.num_entries()):
            entry = found.entry(at)
            if z3.is_true(entry.value()) != default:
                arguments = (entry.arg_value(n) for n in range(entry.num_args()))
                pairs.add(tuple(z3.is_true(a) if z3.is_bool(a) else a.as_long() for a in arguments))
        return Relation(frozenset(pairs), default)
