"""The core means what the surface means: compared with the oracle, which reads the surface, on random formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import product
from random import Random
from typing import Any, TypeAlias, assert_never

import pytest
from msgspec.structs import replace
from oracle.answering import intervals, subsets
from oracle.formulas import Meanings
from oracle.names import OfHost, OfPolicy, Reading, abstract, configs, constants, of_file, variables
from oracle.policies import parsed
from oracle.words import Words
from parley.model.coordinates import coordinates_of
from parley.model.cutoff import Cutoffs
from parley.model.evaluate_policy import PolicyEvaluator
from parley.model.fold import folded
from parley.model.instance import Instance, Relation
from parley.model.queries import Holds
from parley.model.smt.policies import Encoding
from parley.model.smt.terms import Terms
from parley.model.vocabulary import vocabulary_of
from parley.model.witnesses import LeavesFragment
from parley.spec import core, syntax
from parley.spec.checked import CheckedPolicy, CheckedSession
from parley.spec.core import Core
from parley.spec.defines import free_names
from parley.spec.elaborate import Elaboration
from parley.spec.formatting.expressions import print_expr
from parley.spec.nodes import Nodes
from parley.spec.spell import spelled
from properties.comparing import program_of
from properties.draw import Seeded
from properties.policies import policy_text
from properties.sessions import session_text
from sampled import one_in

Values: TypeAlias = Mapping[core.Symbol, Any]


class Plain:
    """The meaning of core formulas, as short as can be."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def of(self, node: Core, values: Values) -> Any:
        def at(inner: Core) -> Any:
            return self.of(inner, values)

        match node:
            case core.Constant(value=value):
                return value
            case core.Variable(symbol=symbol):
                return values[symbol]
            case core.Bits(of=of, low=low, width=width):
                word = at(of)
                return None if word is None else word >> low & (1 << width) - 1
            case core.Replaced(of=of, parts=parts):
                word = at(of)
                for low, width, value in parts:
                    number = at(value)
                    if word is None or number is None or number >> width:
                        return None
                    word = word & ~((1 << width) - 1 << low) | number << low
                return word
            case core.Extremum(kind=kind, bound=bound, domain=domain, where=where):
                meeting = [x for x in at(domain) if self.of(where, {**values, bound: x})]
                return (max if kind == "max" else min)(meeting, default=None)
            case core.Choice(test=test, then=then, otherwise=otherwise):
                return at(then) if at(test) else at(otherwise)
            case core.Compare(operator=operator, left=left, right=right):
                one, other = at(left), at(right)
                if one is None or other is None:
                    return False
                return one == other if operator == "==" else one < other if operator == "<" else one <= other
            case core.Member(item=item, domain=domain):
                return at(item) is not None and at(item) in at(domain)
            case core.Applied(relation=relation, arguments=arguments):
                given = [at(argument) for argument in arguments]
                return None not in given and values[relation](*given)
            case core.Not(operand=operand):
                return not at(operand)
            case core.And(operands=operands):
                return all(at(operand) for operand in operands)
            case core.Or(operands=operands):
                return any(at(operand) for operand in operands)
            case core.Same(left=left, right=right):
                return at(left) == at(right)
            case core.Exists(bound=bound, domain=domain, body=body):
                return any(self.of(body, {**values, bound: x}) for x in at(domain))
            case core.Listed(items=items):
                return {value for item in items if (value := at(item)) is not None}
            case core.Interval(low=low, high=high):
                first, last = at(low), at(high)
                if first is None or last is None:
                    return ()
                return [word for word in self.words.revisions if first <= word <= last]
            case _:
                assert_never(node)


def formulas_of(policy: CheckedPolicy) -> Iterator[syntax.Expr]:
    for case in policy.cases:
        yield from [] if case.guard is None else [case.guard]
        yield from (a.value for a in case.assignments if a.value is not None)
        yield from (e.formula for e in case.ensures)
    yield from (p.statement.formula for p in (*policy.assumptions, *policy.invariants))


class Compared:
    """One table of `define`s, and what the oracle takes it to be."""

    def __init__(
        self, interface: syntax.Interface, reading: Reading, own: dict[str, syntax.Variable], *, caller: bool = False
    ) -> None:
        self.words = Words.of(interface)
        self.variables = {**variables(interface), **own}
        self.constants = constants(interface)
        self.relations = {d.name.id: len(d.parameters) for d in interface.items if isinstance(d, syntax.Define)}
        self.reading = reading
        self.open = abstract(interface, reading)
        self.caller = caller
        free = [*self.variables, "known", "accepted", "gave_up", "agreed", "rounds"]
        self.meanings = Meanings(self.words, free, interface)
        # Whether `known` is an interval.
        self.ranged = False

    def values(self, random: Random, known: tuple[int, ...] | None) -> dict[core.Symbol, Any]:
        made: dict[core.Symbol, Any] = {n: self._value(random, v) for n, v in self.variables.items()}
        rows = (intervals if self.ranged else subsets)(self.words.revisions)
        sets = [row for row in rows if 0 < len(row) < (9 if self.ranged else 4)]
        # The oracle has the most preferred first, and of a host that knows any, that is the newest.
        made["known"] = known or tuple(reversed(random.choice(sets)))
        made |= {name: random.random() < 0.5 for name in ("accepted", "gave_up")}
        made |= {"agreed": random.choice([None, *self.words.revisions]), "rounds": random.choice([None, 1, 2])}
        return made

    def _value(self, random: Random, variable: syntax.Variable) -> Any:
        match variable.type:
            case "set":
                return random.choice([row for row in subsets(self.words.revisions) if len(row) < 4])
            case "range":
                return random.choice(intervals(self.words.revisions))
            case "bool":
                return random.random() < 0.5
            case syntax.Enumeration(values=values):
                return random.choice([number for _, number in values])
            case _:
                words = self.words.revisions if variable.role == "config" else self.words.with_wide((0, 1, 2, -1))
                # What a session that goes round for ever has no value of.
                return None if variable.role != "config" and random.random() < 0.1 else random.choice(words)

    def compare(
        self, random: Random, expr: syntax.Expr, elaboration: Elaboration, known: tuple[int, ...] | None
    ) -> None:
        node = elaboration.of(expr)
        assert all(isinstance(symbol, str) for symbol in node.free), print_expr(expr)
        code = self.meanings.formula(expr, self.reading, caller=self.caller).code
        plain = Plain(self.words)
        for _ in range(4):
            values = self.values(random, known)
            slots = self.meanings.slots()
            for name, place in self.meanings.free.items():
                slots[place] = values[name]
            for name in self.open:
                relation = Relation(default=random.random() < 0.5)
                values[name] = self.meanings.choices.given[name] = relation
            right, found = code(slots), plain.of(node, values)
            same = set(found) == set(right) if isinstance(right, tuple) else found == right  # pyright: ignore[reportUnknownArgumentType]
            assert same, (print_expr(expr), values)


def concrete(text: str) -> tuple[syntax.Interface, list[syntax.Policy]]:
    file = parsed(text)
    (interface,) = [d for d in file.declarations if isinstance(d, syntax.Interface)]
    return interface, [d for d in file.declarations if isinstance(d, syntax.Policy)]


@pytest.mark.parametrize("seed", one_in(3, range(120)))
def test_the_core_of_a_policy_means_what_its_text_means(seed: int) -> None:
    random = Random(seed)
    text = policy_text(Seeded(f"core {seed}")).text
    program = program_of(text)
    interface, declared = concrete(text)
    filed = of_file(parsed(text))
    for declaration in declared:
        reading = OfPolicy(filed, interface, declaration)
        policy = program.policies[declaration.name.id]
        own = configs(parsed(text), declaration)
        compared = Compared(interface, reading, own)
        for expr in formulas_of(policy):
            compared.compare(random, expr, policy.elaboration, None)
        if policy.refines is not None:
            (other,) = [d for d in declared if d.name.id == policy.refines.name]
            lent = replace(policy.refines, lender=policy)
            compared = Compared(interface, OfPolicy(filed, interface, other, lender=reading), own)
            for expr in formulas_of(lent):
                compared.compare(random, expr, lent.elaboration, None)


@pytest.mark.parametrize("seed", one_in(3, range(60)))
def test_the_core_of_a_session_means_what_its_text_means(seed: int) -> None:
    random = Random(seed)
    text = session_text(Seeded(f"core {seed}")).text
    program = program_of(text)
    interface, declared = concrete(text)
    filed = of_file(parsed(text))
    for session in program.own_sessions:
        (declaration,) = [d for d in declared if d.name.id == session.policy.name]
        of_policy = OfPolicy(filed, interface, declaration)
        elaboration = session.host.elaborated(Nodes(), session.policy)
        known = listed(session, elaboration)
        compared = Compared(interface, OfHost(filed, interface, of_policy), {}, caller=True)
        compared.ranged = session.host.knows.ranged
        for expr, _ in session.host.formulas():
            compared.compare(random, expr, elaboration, known)
        compared = Compared(interface, of_policy, configs(parsed(text), declaration), caller=True)
        compared.ranged = session.host.knows.ranged
        for placed in (*session.invariants, *session.properties, *session.assumptions):
            compared.compare(random, placed.statement.formula, session.elaboration, known)


def listed(session: CheckedSession, elaboration: Elaboration) -> tuple[int, ...] | None:
    """What the host lists, most preferred first."""
    knows: syntax.Knows = session.host.knows
    if knows.revisions is None:
        assert knows.between is None
        return None
    nodes = [elaboration.of(revision) for revision in knows.revisions]
    return tuple(node.value for node in nodes if isinstance(node, core.Constant))


# ---- sharing --------------------------------------------------------------------------------------------

HEAD = """define twice(a) = a == a and a == a
interface I {{
    revision {{ reserved[63:2] zero major[1:1] minor[0:0] }}
    config supported : set of revision
    config other : set of revision
    input requested : revision
    output lower : revision
    define below(a) = some r in supported: r < a
    define inside(a) = a in supported
    define open(a)
}}
policy p for I {{
    case only otherwise {{ lower = any }}
    invariant one: {one}
    invariant other: {other}
}}
"""

EQUAL = [
    ("some a in supported: a == requested", "some b in supported: b == requested"),
    ("requested > lower", "lower < requested"),
    ("requested != lower", "not requested == lower"),
    ("requested not in supported", "not requested in supported"),
    ("requested == 1.1", "requested == 1.1"),
    ("requested.major == 1", "requested[1:1] == 1"),
    ("every r in supported: below(r)", "not (some r in supported: not (some s in supported: s < r))"),
    # A `define` put in at different depths, and with what is bound around it.
    ("some r in supported: below(requested)", "some r in supported: some q in supported: q < requested"),
    (
        "no r in supported: some q in supported: below(q) and r < q",
        "not (some a in supported: some b in supported: (some c in supported: c < b) and a < b)",
    ),
    (
        "below(max r in supported where below(r))",
        "some x in supported: x < (max y in supported where some z in supported: z < y)",
    ),
    ("some r in supported: inside(r)", "some r in supported: true"),
    ("supported is empty", "not (some r in supported: r in supported)"),
    ("requested == 1.0 implies open(lower)", "requested != 1.0 or open(lower)"),
    ("supported == other", "(every r in supported: r in other) and every q in other: q in supported"),
    ("{requested} != supported", "not {requested} == supported"),
]

DIFFERENT = [
    ("some r in supported: r == lower", "some r in other: r == lower"),
    ("some r in other: inside(r)", "some r in supported: inside(r)"),
    ("some r in supported: some s in other: r < s", "some r in supported: some s in other: s < r"),
    ("requested.major == 1", "requested.minor == 1"),
    ("max supported == lower", "min supported == lower"),
    ("requested < lower", "requested <= lower"),
]


def cores(one: str, other: str) -> tuple[Core, Core]:
    policy = program_of(HEAD.format(one=one, other=other)).policies["p"]
    first, second = (policy.elaboration.of(placed.statement.formula) for placed in policy.invariants)
    return first, second


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_what_is_equal_is_one_node(one: str, other: str) -> None:
    first, second = cores(one, other)
    assert first is second


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_is_different_is_not(one: str, other: str) -> None:
    first, second = cores(one, other)
    assert first is not second


def test_a_node_remembers_the_text_that_it_came_from() -> None:
    first, _ = cores("every r in supported: requested > r", "true")
    assert isinstance(first, core.Not)
    assert first.origin is not None and print_expr(first.origin) == "every r in supported: requested > r"
    assert isinstance(first.operand, core.Exists)
    compared = first.operand.body
    assert isinstance(compared, core.Not)
    origin = compared.operand.origin
    assert origin is not None and print_expr(origin) == "requested > r"


def test_large_defines_cost_what_they_cost_once() -> None:
    """Each doubles the one before: two to the power of twelve leaves, and a few dozen nodes."""
    lines = ["define f0(a) = a == a"]
    lines += [f"define f{at + 1}(a) = (f{at}(a) or f{at}(a)) and f{at}(a)" for at in range(8)]
    text = "\n".join([*lines, HEAD.format(one="f8(requested)", other="true")])
    policy = program_of(text).policies["p"]
    node = policy.elaboration.of(policy.invariants[0].statement.formula)
    assert node.size > 3**8
    seen: set[Core] = set()
    waiting: list[Core] = [node]
    while waiting:
        at = waiting.pop()
        if at not in seen:
            seen.add(at)
            waiting += core.parts_of(at)
    assert len(seen) < 30


DEEP = {
    "every": "every r{at} in supported: {inner}",
    "no": "no r{at} in supported: r{at} > lower implies ({inner})",
    "max": "lower == (max r{at} in supported where {inner})",
    "not": "not (requested == lower and {inner})",
}


@pytest.mark.parametrize("form", DEEP)
def test_the_deepest_formulas_are_not_too_deep_for_any_pass(form: str) -> None:
    inner, levels = "a", 92 if form == "every" else 46
    for at in range(levels):
        inner = DEEP[form].format(at=at, inner=inner)
    deep = f"    define deep(a) = {inner}\n    define open(a)\n"
    text = HEAD.format(one="deep(deep(requested == lower))", other="true").replace("    define open(a)\n", deep)
    policy = program_of(text).policies["p"]
    formula = policy.elaboration.of(policy.invariants[0].statement.formula)
    assert formula.size > levels
    evaluator = PolicyEvaluator(policy)
    slots = evaluator.slots(Instance({"supported": (0,), "other": ()}, {"requested": 0}))
    code = evaluator.compiler.compile(formula)
    slots += [None] * evaluator.compiler.size
    assert code(slots) in (True, False)
    encoding = Encoding(Terms(), policy, {"supported": 1, "other": 1}, vocabulary_of([formula]).parts)
    assert encoding.core(formula, True) is not None
    with suppress(LeavesFragment):
        assert Cutoffs(policy).of([Holds(formula)])
    assert coordinates_of([formula], policy.interface.format).ranges == 0
    assert policy.elaboration.nodes.put(formula, {"requested": policy.elaboration.nodes.variable("lower")})
    assert folded(policy.elaboration.nodes, formula)
    assert spelled(formula, {})


def test_substitution_captures_nothing() -> None:
    nodes = Nodes()
    supported, a, b = (nodes.variable(name) for name in ("supported", "a", "b"))

    def below(limit: Core) -> Core:
        x = nodes.opened()
        return nodes.exists(x, supported, nodes.compare("<", x, limit))

    x = nodes.opened()
    largest = nodes.extremum("max", x, supported, nodes.compare("<", x, b))
    put = nodes.put(below(a), {"a": largest})
    assert put is below(largest)
    assert put.height == 2
    x = nodes.opened()
    nested = nodes.exists(x, supported, nodes.conjunction((below(x), nodes.compare("==", x, a))))
    x = nodes.opened()
    two_deep = nodes.extremum("max", x, supported, nodes.conjunction((below(x), below(b))))
    deeper = nodes.put(nested, {"a": two_deep})
    assert deeper.height == 3
    assert all(isinstance(symbol, str) for symbol in deeper.free)


def test_substitution_captures_nothing_where_bodies_become_higher() -> None:
    """Bug: a variable bound inside got the number that the one around it still had."""
    nodes = Nodes()
    one, other = nodes.variable("one"), nodes.variable("other")

    def formula(value: Core) -> Core:
        outer, inner = nodes.opened(), nodes.opened()
        below = nodes.conjunction((nodes.compare("<", outer, inner), nodes.compare("==", value, outer)))
        return nodes.exists(outer, one, nodes.exists(inner, other, below))

    for value in (nodes.best("max", one), nodes.choice(formula(one), one, other), formula(nodes.best("min", other))):
        assert nodes.put(formula(nodes.variable("x")), {"x": value}) is formula(value)


@pytest.mark.parametrize("seed", one_in(3, range(120)))
def test_putting_a_term_in_is_reading_it_there(seed: int) -> None:
    """Both ways lead to one node, where no `define` stands between: its body does not see what the caller has bound."""
    program = program_of(policy_text(Seeded(f"put {seed}")).text)
    for policy in program.own_policies:
        elaboration = policy.elaboration
        exprs = [expr for expr in formulas_of(policy) if free_names(expr).isdisjoint(policy.defines)]
        # A set where a revision stands would be no formula.
        single = [v.name.id for v in policy.interface.outputs if v.type not in ("set", "range")]
        values = [a.value for case in policy.cases for a in case.assignments if a.output.id in single]
        terms = [value for value in values if value is not None and value in exprs]
        for expr, term in product(exprs, [elaboration.of(term) for term in terms]):
            # What may be a name is read as a revision at each of its places.
            for name in {"requested", "lower"} - policy.interface.named.keys():
                assert elaboration.nodes.put(elaboration.of(expr), {name: term}) is elaboration.of(expr, {name: term})


def test_names_that_are_bound_outside_can_be_given() -> None:
    policy = program_of(HEAD.format(one="true", other="true")).policies["p"]
    elaboration = policy.elaboration
    bound = elaboration.nodes.variable("r here")
    assert elaboration.of(syntax.Name("r"), {"r": bound}) is bound
