"""Formulas of the core as terms of `proofs/theory/Core.v`, and what they ask for as examples that Coq computes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import assert_never

from parley.model import queries
from parley.model.queries import Goal
from parley.model.set_outputs import put
from parley.spec import core
from parley.spec.checked import CheckedPolicy
from parley.spec.core import Core
from parley.spec.syntax import Expr

HEAD = """From Coq Require Import NArith String List.
From Parley Require Import Core Cutoff.
Import ListNotations.
Open Scope N_scope.
Open Scope string_scope.
"""

OPERATORS = {"==": "Equal", "<": "Less", "<=": "AtMost"}


class Printer:
    """Prints nodes as definitions, one for each: what occurs twice is written once."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._known: dict[Core, str] = {}
        self._written: Counter[int] = Counter()

    def name(self, node: Core) -> str:
        """The name of a node's definition."""
        if node not in self._known:
            term = self._term(node)
            self._known[node] = name = f"n{len(self._known)}"
            self.lines.append(f"Definition {name} : core := {term}.")
        return self._known[node]

    def example(self, formula: Core, sets: Iterable[str], sizes: Mapping[str, int] | None) -> None:
        """That a formula has this cutoff; None where it leaves the fragment."""
        pairs = [f'("{name}", {size}%nat)' for name, size in (sizes or {}).items()]
        known = "None" if sizes is None else f"Some {_list(pairs)}"
        names = _list([f'"{one}"' for one in sets])
        term = self.name(formula)
        self.lines.append(f"Example e{len(self.lines)} : cutoff {names} {term} = {known}.")
        self.lines.append("Proof. vm_compute. reflexivity. Qed.")

    def truth(self, formula: Core, values: Mapping[str, int | tuple[int, ...]], words: int, truth: bool) -> None:
        """That a formula has this truth value where names have these; words below a number are well formed.

        An abstract relation holds of two words where the first is below the second.
        """
        names = "Nothing"
        for name, value in values.items():
            known = f"Many {_list(map(str, value))}" if isinstance(value, tuple) else f"One (Word {value})"
            names = f'if String.eqb s "{name}" then {known} else {names}'
        relations = "match l with [Word a; Word b] => N.ltb a b | _ => false end"
        model = f"Build_model (fun s => {names}) (fun _ l => {relations}) (fun n => N.ltb n {words})"
        term = f"truth (eval ({model}) {self.name(formula)} empty) = {str(truth).lower()}"
        self.lines.append(f"Example e{len(self.lines)} : {term}.")
        self.lines.append("Proof. vm_compute. reflexivity. Qed.")

    def _all(self, nodes: Iterable[Core]) -> str:
        return _list(self.name(node) for node in nodes)

    def _term(self, node: Core) -> str:
        of = self.name
        match node:
            case core.Constant(value=value):
                # Constants that were written in different ways are different nodes: each has a number of its own.
                self._written[value] += 1
                known = f"Truth {str(value).lower()}" if isinstance(value, bool) else f"Word {value}"
                return f"Constant ({known}) {self._written[value]}"
            case core.Variable(symbol=str(name)):
                return f'Var (Name "{name}")'
            case core.Variable(symbol=number):
                return f"Var (Bound {number})"
            case core.Bits(of=whole, low=low, width=width):
                return f"Bits {of(whole)} {low} {width}"
            case core.Replaced(of=whole, parts=parts):
                places = _list(f"({low}, {width})" for low, width, _ in parts)
                return f"Replaced {of(whole)} {places} {self._all(value for _, _, value in parts)}"
            case core.Extremum(kind=kind, bound=bound, domain=domain, where=where):
                return f"Extremum {kind.capitalize()} {bound} {of(domain)} {of(where)}"
            case core.Choice(test=test, then=then, otherwise=otherwise):
                return f"Choice {of(test)} {of(then)} {of(otherwise)}"
            case core.Compare(operator=operator, left=left, right=right):
                return f"Compare {OPERATORS[operator]} {of(left)} {of(right)}"
            case core.Member(item=item, domain=domain):
                return f"Member {of(item)} {of(domain)}"
            case core.Applied(relation=relation, arguments=arguments):
                return f'Applied "{relation}" {self._all(arguments)}'
            case core.Not(operand=operand):
                return f"Not {of(operand)}"
            case core.And(operands=operands):
                return f"And {self._all(operands)}"
            case core.Or(operands=operands):
                return f"Or {self._all(operands)}"
            case core.Same(left=left, right=right):
                return f"Same {of(left)} {of(right)}"
            case core.Exists(bound=bound, domain=domain, body=body):
                return f"Exists {bound} {of(domain)} {of(body)}"
            case core.Listed(items=items):
                return f"Listed {self._all(items)}"
            case core.Interval(low=low, high=high):
                return f"Interval {of(low)} {of(high)}"
            case _:
                assert_never(node)


def _list(parts: Iterable[str]) -> str:
    return f"[{'; '.join(parts)}]"


def formula_of(policy: CheckedPolicy, goals: Iterable[Goal]) -> Core | None:
    """A query, and what is assumed, as one formula that is to hold; None where a goal is not said by one of the core."""
    nodes = policy.elaboration.nodes
    parts = [_core(policy, p.statement.formula) for p in policy.assumptions]
    for goal in goals:
        part = _goal(policy, goal)
        if part is None:
            return None
        parts.append(part)
    return nodes.conjunction(tuple(parts))


def _core(policy: CheckedPolicy, expr: Expr, by: CheckedPolicy | None = None) -> Core:
    return policy.intervals.of(policy.elaboration_of(by or policy).of(expr))


def _goal(policy: CheckedPolicy, goal: Goal) -> Core | None:
    nodes = policy.elaboration.nodes
    if policy.interface.ranges:
        return None
    if isinstance(goal, queries.NoAdmissibleOutput):
        return _no_admissible_output(policy)
    if policy.answered_sets:
        return None
    match goal:
        case queries.Holds(formula=formula, truth=truth):
            whole = policy.intervals.of(formula)
            return whole if truth else nodes.negation(whole)
        case queries.Fact(formula=formula):
            return policy.intervals.of(formula)
        case queries.Answers(case=int() as at):
            return _answered(policy, at)
        case queries.Answers():
            return nodes.disjunction(tuple(_answered(policy, at) for at in range(len(policy.cases))))
        case queries.Fires(case=at):
            return nodes.conjunction(tuple(_fires(policy, at)))
        case queries.NoCase():
            return nodes.conjunction(tuple(_earlier_fail(policy, len(policy.cases), policy)))
        case queries.Disallowed(by=other):
            return nodes.conjunction(tuple(_not_given_by(policy, other, at) for at in range(len(other.cases))))
        case queries.Admitted(by=other):
            return nodes.conjunction(tuple(_core(policy, p.statement.formula, other) for p in other.assumptions))
        case queries.Given() | queries.Undefined() | queries.Malformed():
            return None
        case _:
            assert_never(goal)


def _earlier_fail(policy: CheckedPolicy, upto: int, by: CheckedPolicy) -> list[Core]:
    guards = [case.guard for case in by.cases[:upto] if case.guard is not None]
    return [policy.elaboration.nodes.negation(_core(policy, guard, by)) for guard in guards]


def _fires(policy: CheckedPolicy, at: int) -> list[Core]:
    guard = policy.cases[at].guard
    return [*_earlier_fail(policy, at, policy), *([] if guard is None else [_core(policy, guard)])]


def _answered(policy: CheckedPolicy, at: int) -> Core:
    case, nodes = policy.cases[at], policy.elaboration.nodes
    values = [
        nodes.compare("==", nodes.variable(a.output.id), _core(policy, a.value))
        for a in case.assignments
        if a.value is not None
    ]
    return nodes.conjunction((*_fires(policy, at), *values, *(_core(policy, e.formula) for e in case.ensures)))


def _not_given_by(policy: CheckedPolicy, other: CheckedPolicy, at: int) -> Core:
    """Not this case of the other policy: it does not fire, an assigned output differs, or an `ensure` fails."""
    case, nodes = other.cases[at], policy.elaboration.nodes
    ways = [] if case.guard is None else [nodes.negation(_core(policy, case.guard, other))]
    ways += [_core(policy, c.guard, other) for c in other.cases[:at] if c.guard is not None]
    for assign in case.assignments:
        if assign.value is not None:
            same = nodes.compare("==", nodes.variable(assign.output.id), _core(policy, assign.value, other))
            ways.append(nodes.negation(same))
    ways += [nodes.negation(_core(policy, ensure.formula, other)) for ensure in case.ensures]
    return nodes.disjunction(tuple(ways))


ANY_WORD = "any word"
"""A set that has all words, and loses none: what an open output may be."""


def _no_admissible_output(policy: CheckedPolicy) -> Core | None:
    """Some case fires, and whatever its open outputs are, an output has no value or an `ensure` fails."""
    variables, nodes = policy.interface.variables, policy.elaboration.nodes
    parts: list[Core] = []
    for at, case in enumerate(policy.cases):
        assigned = {a.output.id for a in case.assignments if a.value is not None}
        others = [name for name in (*assigned, *case.unspecified) if name not in policy.answered_sets]
        # What is bound in the theory is a word; and a set that is assigned is none of its terms.
        if assigned & set(policy.answered_sets) or any(variables[name].type == "bool" for name in others):
            return None
        if case.ensures:
            open_ = [name for name in case.unspecified if name in policy.answered_sets]
            tried = queries.tried_sets(policy) if open_ else [nodes.nothing()]
            silent = [nodes.negation(_answer(policy, at, dict.fromkeys(open_, one))) for one in tried]
            parts.append(nodes.conjunction((*_fires(policy, at), *silent)))
    return nodes.disjunction(tuple(parts))


def _answer(policy: CheckedPolicy, at: int, sets: dict[core.Symbol, Core]) -> Core:
    """For some values of its open outputs that are no sets, all that the case assigns has a value, and it is ensured."""
    case, nodes = policy.cases[at], policy.elaboration.nodes
    known = dict(sets)
    bound: list[tuple[core.Variable, Core]] = []

    def read(expr: Expr) -> Core:
        return nodes.put(policy.intervals.of(put(nodes, policy.elaboration.of(expr), sets)), known)

    for name in case.unspecified:
        if name not in sets:
            bound.append((nodes.opened(), nodes.variable(ANY_WORD)))
            known[name] = bound[-1][0]
    for assign in case.assignments:
        if assign.value is not None:
            value = read(assign.value)
            bound.append((nodes.opened(), nodes.listed((value,))))
            known[assign.output.id] = bound[-1][0]
    body: Core = nodes.conjunction(tuple(read(ensure.formula) for ensure in case.ensures))
    for variable, domain in reversed(bound):
        body = nodes.exists(variable, domain, body)
    return body
