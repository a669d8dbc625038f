"""A policy and the goals about it in SMT-LIB."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from ...spec import syntax
from ...spec.checked import CheckedPolicy
from ...spec.checked_parts import CheckedCase
from ...spec.core import Core, Symbol
from ...spec.syntax import Expr
from ...spec.words import WIDEST
from .. import queries
from ..queries import Goal, Query
from ..set_outputs import range_named, same_range
from .domains import Chosen, Domain, Ends, Items, OneOf, Slots
from .expressions import FALSE, TRUE, Text, conj, disj, either, implies, neg, same, some, symbol
from .formulas import REVISION, Meaning, Rule, Writer
from .words import Word, compare, constant, sort_of


class Policy:
    """One policy in one script.

    `sizes` are the revisions that sets have at most; a set without a size may have any number. What formulas say of
    ranges is said `by_ends`, as `spec/intervals.py` has it, or as it stands.
    """

    def __init__(self, policy: CheckedPolicy, sizes: Mapping[str, int], *, by_ends: bool) -> None:
        self.policy = policy
        self.by_ends = by_ends
        self.sizes = sizes
        interface = policy.interface
        codes = [code for names in interface.named.values() for code in names.values()]
        widest = max([WIDEST, interface.format.width, *(code.bit_length() for code in codes)])
        self.names = _Lazy(self)
        self.writer = Writer(interface.format, self.names, widest)
        self.rules = self.writer.rules

    def assumed(self) -> None:
        """Adds the policy's assumptions to the rules."""
        for placed in self.policy.assumptions:
            said = self.formula(placed.statement.formula)
            self.rules.append(Rule(f"assume {placed.statement.name.id}", said))

    # ---- variables --------------------------------------------------------------------------------------

    def declared(self, variable: syntax.Variable) -> Meaning:
        """What a free variable stands for; it is declared when it is first read."""
        name, writer = variable.name.id, self.writer
        width = writer.format.width
        match variable.type:
            case "set" if name in self.policy.answered_sets and self.policy.cases:
                return self._answered_set(name)
            case "set":
                return self._chosen(name, formed=variable.role != "output")
            case "range":
                ends = [Word(writer.declare(f"{name}.{end}", REVISION), width) for end in ("first", "last")]
                self.rules.append(Rule(f"the ends of {name}", self._ends(ends)))
                return Ends(*ends)
            case "bool":
                return writer.declare(name, "Bool")
            case "revision":
                codes = [*self.policy.interface.named.get(name, {}).values()]
                word = self._word(name, max([width, *(code.bit_length() for code in codes)]))
                if variable.role == "config":
                    self.rules.append(Rule(f"{name} is well formed", writer.formed(word)))
                elif word.width > width:
                    self.rules.append(Rule(f"{name} is a word or a name", self._word_or(word, codes)))
                return word
            case enumeration:
                values = [value for _, value in enumeration.values]
                word = self._word(name, max(1, *(value.bit_length() for value in values)))
                self.rules.append(Rule(f"the values of {name}", _one_of(word, values)))
                return word

    def _word(self, name: str, width: int) -> Word:
        sort: Text = REVISION if width == self.writer.format.width else sort_of(width)
        return Word(self.writer.declare(name, sort), width)

    def _word_or(self, word: Word, codes: list[int]) -> Text:
        return disj([compare("<", word, constant(self.writer.format.end)), _one_of(word, codes)])

    def _chosen(self, name: str, *, formed: bool) -> Domain:
        writer = self.writer
        size = self.sizes.get(name)
        if size is None:
            writer.declare(name, "Bool", (REVISION,))
            return Chosen(symbol(name), formed)
        rows: list[tuple[Word, Text]] = []
        holds: list[Text] = []
        for at in range(size):
            word = Word(writer.declare(f"{name}.{at}", REVISION), writer.format.width)
            there = writer.declare(f"{name}.{at}?", "Bool")
            holds.append(writer.formed(word) if formed else TRUE)
            if rows:
                before, was_there = rows[-1]
                holds.append(implies(there, conj([was_there, compare("<", before, word)])))
            rows.append((word, there))
        if rows:
            remark = f"{name} has up to {size} revisions, in order: {name}.0 is in it where {name}.0? is so"
            self.rules.append(Rule(remark, conj(holds)))
        return Slots(tuple(rows))

    def _answered_set(self, name: str) -> Domain:
        """An output that is a set: what the case that answers makes it."""
        made: Domain | None = None
        for case in reversed(self.policy.cases):
            own = self._set_of(case, name)
            made = own if case.guard is None or made is None else OneOf(self.formula(case.guard), own, made)
        assert made is not None
        return made

    def _set_of(self, case: CheckedCase, name: str) -> Domain:
        return self.writer.domain(self._core_of(self._values(case)[name]), {})

    # ---- formulas ---------------------------------------------------------------------------------------

    def _core_of(self, node: Core) -> Core:
        return self.policy.intervals.of(node) if self.by_ends else node

    def _core(self, expr: Expr, by: CheckedPolicy | None = None) -> Core:
        return self.policy.elaboration_of(by or self.policy).of(expr)

    def formula(self, expr: Expr, by: CheckedPolicy | None = None) -> Text:
        return self.core(self._core(expr, by))

    def core(self, node: Core) -> Text:
        return self.writer.formula(self._core_of(node))

    def _is(self, name: str, node: Core) -> Text:
        """A variable has the value of a term, a formula or a set."""
        nodes = self.policy.elaboration.nodes
        variable = self.policy.interface.variables[name]
        meaning = self.names[name]
        if variable.type == "range":
            return self.core(same_range(nodes, range_named(nodes, name), node))
        if isinstance(meaning, Word):
            return self.writer.valued(self._core_of(node), {}, lambda word: compare("==", meaning, word))
        if isinstance(meaning, (str, tuple)):
            return same(meaning, self.core(node))
        return self.writer.same_set(meaning, self.writer.domain(self._core_of(node), {}))

    def _values(self, case: CheckedCase) -> dict[Symbol, Core]:
        """What a case assigns, over the configuration, the inputs and what it leaves open."""
        nodes = self.policy.elaboration.nodes
        values: dict[Symbol, Core] = {}
        for name in case.unspecified:
            if name in self.policy.answered_sets:
                own = f"{name}*"
                if own not in self.names:
                    self.names[own] = self._chosen(name, formed=True)
                values[name] = nodes.variable(own)
        for assign in case.assignments:
            if assign.value is not None:
                values[assign.output.id] = nodes.put(self._core(assign.value), values)
        return values

    def _have_values(self, values: Mapping[Symbol, Core]) -> Text:
        """All terms have values; a formula, a set or a range is what it is, whatever has one."""
        several = ("bool", "set", "range")
        variables = self.policy.interface.variables
        terms = [node for name, node in values.items() if variables[str(name)].type not in several]
        return conj([self.writer.valued(self._core_of(node), {}, lambda _: TRUE) for node in terms])

    # ---- the policy -------------------------------------------------------------------------------------

    def _first(self, policy: CheckedPolicy, said: list[Text], otherwise: Text = FALSE) -> Text:
        """What is said of the first case whose guard holds; `otherwise`, where none does."""
        made = otherwise
        for case, says in reversed(list(zip(policy.cases, said, strict=True))):
            made = says if case.guard is None else either(self.formula(case.guard, policy), says, made)
        return made

    def _selects(self, at: int) -> list[Text]:
        guards = [TRUE if case.guard is None else self.formula(case.guard) for case in self.policy.cases]
        return [guards[at], *map(neg, guards[:at])]

    def _gives(self, policy: CheckedPolicy, case: CheckedCase) -> Text:
        """The outputs are what a case assigns, and meet what it ensures."""
        made = [
            self._is(assign.output.id, self._core(assign.value, policy))
            for assign in case.assignments
            if assign.value is not None
            and not (policy is self.policy and assign.output.id in self.policy.answered_sets)
        ]
        ensured = [self.formula(ensure.formula, policy) for ensure in case.ensures]
        return conj([*made, *ensured])

    # ---- goals ------------------------------------------------------------------------------------------

    def goal(self, goal: Goal) -> Text:
        policy = self.policy
        cases = policy.cases
        match goal:
            case queries.Holds(formula=formula, truth=truth):
                return self.core(formula) if truth else neg(self.core(formula))
            case queries.Fact(formula=formula):
                return self.core(formula)
            case queries.Given(name=name, value=value):
                return self._is(name, value)
            case queries.Answers(case=int() as at):
                return conj([*self._selects(at), self._gives(policy, cases[at])])
            case queries.Answers():
                return self._first(policy, [self._gives(policy, case) for case in cases])
            case queries.Fires(case=at):
                return conj(self._selects(at))
            case queries.NoCase():
                return self._first(policy, [FALSE for _ in cases], TRUE)
            case queries.Undefined():
                return self._first(policy, [self._undefined(case) for case in cases])
            case queries.NoAdmissibleOutput():
                return self._first(policy, [self._no_output(case) for case in cases])
            case queries.Malformed():
                return disj([self._malformed(variable) for variable in policy.interface.outputs])
            case queries.Disallowed(by=other):
                return neg(self._first(other, [self._gives(other, case) for case in other.cases]))
            case queries.Admitted(by=other):
                return conj([self.formula(placed.statement.formula, other) for placed in other.assumptions])
            case _:
                assert_never(goal)

    def query(self, goals: Query) -> Text:
        return conj([self.goal(goal) for goal in goals])

    def _malformed(self, variable: syntax.Variable) -> Text:
        name, writer = variable.name.id, self.writer
        meaning = self.names[name] if variable.type in ("revision", "set") else None
        if isinstance(meaning, Word):
            codes = [*self.policy.interface.named.get(name, {}).values()]
            return neg(disj([writer.formed(meaning), _one_of(meaning, codes)]))
        if isinstance(meaning, (Chosen, Slots, Items, OneOf)):
            return writer.some(meaning, lambda word: neg(writer.formed(word)), {})
        return FALSE

    def _undefined(self, case: CheckedCase) -> Text:
        """An assignment has no value; where that depends on open outputs, for such as meet what is ensured."""
        values = self._values(case)
        met: list[Text] = []
        if queries.leans_on_open(self.policy, case):
            nodes = self.policy.elaboration.nodes
            met = [self.core(nodes.put(self._core(ensure.formula), values)) for ensure in case.ensures]
        return conj([neg(self._have_values(values)), *met])

    def _no_output(self, case: CheckedCase) -> Text:
        """No values of what is left open (of sets, of those that are tried) make an answer."""
        if not case.ensures:
            return FALSE
        policy, nodes = self.policy, self.policy.elaboration.nodes
        open_sets = [name for name in case.unspecified if name in policy.answered_sets]
        opened: dict[Symbol, Core] = {}
        binders: list[tuple[str, Text]] = []
        within: list[Text] = []
        for name in case.unspecified:
            if name not in open_sets:
                own = self.writer.fresh(f"{name}.any")
                opened[name] = nodes.variable(own)
                more, holds = self._quantified(policy.interface.variables[name], own)
                binders += more
                within.append(holds)
        silent: list[Text] = []
        for tried in queries.tried_sets(policy) if open_sets else [None]:
            chosen = opened if tried is None else {**opened, **dict.fromkeys(open_sets, tried)}
            values = dict(chosen)
            for assign in case.assignments:
                if assign.value is not None:
                    values[assign.output.id] = nodes.put(self._core(assign.value), values)
            met = [self.core(nodes.put(self._core(ensure.formula), values)) for ensure in case.ensures]
            answer = conj([*within, self._have_values(values), *met])
            for bound, sort in reversed(binders):
                answer = some(bound, sort, answer)
            silent.append(neg(answer))
        return conj(silent)

    def _quantified(self, variable: syntax.Variable, own: str) -> tuple[list[tuple[str, Text]], Text]:
        """A variable of its own for an output that is left open: what is bound for it, and what holds of that."""
        writer = self.writer
        width = writer.format.width
        writer.floating.add(own)
        writer.bound |= {own, f"{own}.first", f"{own}.last"}
        match variable.type:
            case "bool":
                self.names[own] = own
                return [(own, "Bool")], TRUE
            case "range":
                ends = [Word(f"{own}.{end}", width, floats=True) for end in ("first", "last")]
                self.names[own] = Ends(*ends)
                return [(str(end.text), REVISION) for end in ends], self._ends(ends)
            case "revision" | "set":
                codes = [*self.policy.interface.named.get(variable.name.id, {}).values()]
                word = Word(own, max([width, *(code.bit_length() for code in codes)]), floats=True)
                holds = self._word_or(word, codes) if word.width > width else TRUE
            case enumeration:
                values = [value for _, value in enumeration.values]
                word = Word(own, max(1, *(value.bit_length() for value in values)), floats=True)
                holds = _one_of(word, values)
        self.names[own] = word
        return [(own, sort_of(word.width))], holds

    def _ends(self, ends: list[Word]) -> Text:
        """Two words are the ends of a range: where nothing is in it, the largest revision and the smallest."""
        writer = self.writer
        empty = conj([compare("==", ends[0], constant(writer.format.largest)), compare("==", ends[1], constant(0))])
        return conj([*map(writer.formed, ends), disj([compare("<=", *ends), empty])])


def _one_of(word: Word, codes: list[int]) -> Text:
    return disj([compare("==", word, constant(code)) for code in codes])


class _Lazy(dict[Symbol, Meaning]):
    """The variables of a policy, declared as they are read."""

    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self.policy = policy

    def __missing__(self, name: Symbol) -> Meaning:
        made = self[name] = self.policy.declared(self.policy.policy.interface.variables[str(name)])
        return made
