"""From the surface tree to the core: names resolved, `define`s put in, sugar gone, words and bit positions worked out.

What each form becomes is said in LANGUAGE.md, section *The core*. A `define` with the same arguments is put in once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, assert_never

from msgspec import Struct, field

from . import core, syntax
from .core import Core, Operator
from .intervals import range_of
from .nesting import children
from .nodes import Nodes
from .spell import AS_IT_IS

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from .words import Format

Names: TypeAlias = "Mapping[str, Core]"

_NO_NAMES: Names = {}
_FLIPPED: Mapping[str, Operator] = {">": "<", ">=": "<="}


class Elaboration(Struct, eq=False):
    """Makes core formulas of the surface formulas that are read with one table of `define`s.

    `constants` are names of values, and `sets` the variables that are sets. `nodes` makes the nodes; those who look at
    formulas of several tables together give them one. What is `lent` is left open in this table and has a body
    elsewhere, which is read there. A name of `ranges` stands for the interval from its least revision to its greatest;
    what is `named` may have a name for its value, one of these.
    """

    format: Format
    constants: Mapping[str, int]
    sets: Container[str]
    defines: Mapping[str, syntax.Define]
    nodes: Nodes
    lent: Mapping[str, Elaboration] = field(default_factory=dict[str, "Elaboration"])
    ranges: frozenset[str] = frozenset()
    named: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, "Mapping[str, int]"])
    # With the expressions themselves: an id is only good as long as what has it lives.
    _whole: dict[int, tuple[syntax.Expr, Core]] = field(default_factory=dict[int, tuple[syntax.Expr, Core]])
    _bodies: dict[tuple[str, tuple[Core, ...]], Core] = field(default_factory=dict[tuple[str, tuple[Core, ...]], Core])

    def __post_init__(self) -> None:
        # Whoever makes these variables, they are spelled out as what they are.
        for name in self.named:
            self.nodes.variable(name, syntax.Name(name + AS_IT_IS))

    def of(self, expr: syntax.Expr, bound: Names = _NO_NAMES) -> Core:
        """The closed form of an expression; `bound` are the variables that are bound around it."""
        if bound:
            return self._at(expr, bound)
        known = self._whole.get(id(expr))
        if known is None:
            known = self._whole[id(expr)] = expr, self._at(expr, bound)
        return known[1]

    def _at(self, expr: syntax.Expr, names: Names) -> Core:
        nodes, at = self.nodes, self._at
        match expr:
            case syntax.Name(id=name):
                known = names.get(name)
                return self._free(name, expr) if known is None else known
            case syntax.Number(value=value, hexadecimal=hexadecimal):
                return nodes.constant(value, "word" if hexadecimal else "number", expr)
            case syntax.Revision(fields=fields):
                return nodes.constant(self.format.word(fields), "revision", expr)
            case syntax.Boolean(value=value):
                return nodes.constant(value, "number", expr)
            case syntax.FieldOf(of=of, part=part):
                return nodes.bits(at(of, names), *self.format.bits(part), expr)
            case syntax.With(of=of, updates=updates):
                parts = tuple((*self.format.bits(part), at(value, names)) for part, value in updates)
                return nodes.replaced(at(of, names), parts, expr)
            case syntax.Call(name=name, arguments=arguments):
                return self.call(name, tuple(at(argument, names) for argument in arguments), expr)
            case syntax.SetLiteral(items=items):
                return nodes.listed(tuple(at(item, names) for item in items), expr)
            case syntax.Range(low=low, high=high):
                return nodes.interval(at(low, names), at(high, names), expr)
            case syntax.If(condition=condition, then=then, otherwise=otherwise):
                return nodes.choice(at(condition, names), at(then, names), at(otherwise, names), expr)
            case syntax.Extremum():
                return self._extremum(expr, names)
            case syntax.Comparison():
                return self._comparison(expr, names)
            case syntax.Member(item=item, domain=domain, negated=negated):
                inside = nodes.member(at(item, names), at(domain, names), expr)
                return nodes.negation(inside, expr) if negated else inside
            case syntax.IsEmpty(domain=domain, negated=negated):
                some = nodes.some(at(domain, names), expr)
                return some if negated else nodes.negation(some, expr)
            case syntax.IsNamed(item=item, name=name, negated=negated):
                assert isinstance(item, syntax.Name), "the checker lets variables through only"
                code = nodes.constant(self.constants[name], "word", syntax.Name(name))
                same = nodes.compare("==", nodes.variable(item.id), code, expr)
                return nodes.negation(same, expr) if negated else same
            case syntax.Quantified():
                return self._quantified(expr, names)
            case syntax.Not(operand=operand):
                return nodes.negation(at(operand, names), expr)
            case syntax.And(operands=operands):
                return nodes.conjunction(tuple(at(operand, names) for operand in operands), expr)
            case syntax.Or(operands=operands):
                return nodes.disjunction(tuple(at(operand, names) for operand in operands), expr)
            case syntax.Implies(left=left, right=right):
                return nodes.disjunction((nodes.negation(at(left, names), left), at(right, names)), expr)
            case syntax.Iff(left=left, right=right):
                return nodes.same(at(left, names), at(right, names), expr)
            case _:
                assert_never(expr)

    def _free(self, name: str, expr: syntax.Name) -> Core:
        if name.endswith(AS_IT_IS):
            return self.nodes.variable(name.removesuffix(AS_IT_IS), expr)
        if name in self.defines:
            return self.call(name, (), expr)
        if name in self.named:
            return self._word(name, expr)
        if name in self.constants:
            of_word = any(name in names for names in self.named.values())
            return self.nodes.constant(self.constants[name], "word" if of_word else "name", expr)
        if name in self.ranges:
            return self._range(name, expr)
        return self.nodes.variable(name, expr)

    def _range(self, name: str, expr: syntax.Name) -> Core:
        nodes = self.nodes
        whole = nodes.variable(name, expr)
        first = nodes.best("min", whole, syntax.Extremum("min", expr, span=expr.span))
        last = nodes.best("max", whole, syntax.Extremum("max", expr, span=expr.span))
        return nodes.interval(first, last, expr)

    def _word(self, name: str, expr: syntax.Name) -> Core:
        """A variable that may be a name, read as a revision: a name is none, and has no value here."""
        nodes = self.nodes
        variable = nodes.variable(name)
        codes = tuple(nodes.constant(code, "word", syntax.Name(label)) for label, code in self.named[name].items())
        test = nodes.member(variable, nodes.listed(codes))
        return nodes.choice(test, nodes.nothing(), variable, expr)

    def call(self, name: str, arguments: tuple[Core, ...], expr: syntax.Expr) -> Core:
        """A `define` of this table, or one lent to it, of some arguments."""
        if name in self.lent:
            return self.lent[name].call(name, arguments, expr)
        define = self.defines[name]
        if define.body is None:
            return self.nodes.applied(name, arguments, expr)
        key = (name, arguments)
        known = self._bodies.get(key)
        if known is None:
            known = self._preference(arguments, expr) if name == syntax.PREFERS else None
            if known is None:
                # The body sees the variables and its parameters, not what the caller has bound.
                parameters = (parameter.id for parameter in define.parameters)
                known = self._at(define.body, dict(zip(parameters, arguments, strict=True)))
            self._bodies[key] = known
        return known

    def compares_sets(self, expr: syntax.Comparison, bound: Names = _NO_NAMES) -> bool:
        """Whether the sides of a comparison are sets: then it is two formulas in the core, joined by `and`."""
        return self._is_set(self._at(expr.left, bound)) or self._is_set(self._at(expr.right, bound))

    def put_in(self) -> list[tuple[str, tuple[Core, ...]]]:
        """The `define`s that were put in so far, once with each of the arguments that they were given."""
        return [*self._bodies]

    def _comparison(self, expr: syntax.Comparison, names: Names) -> Core:
        nodes = self.nodes
        left, right = self._at(expr.left, names), self._at(expr.right, names)
        match expr.operator:
            case "==" | "!=" if self._is_set(left) or self._is_set(right):
                there = self._within(left, right, expr.left, expr.right, expr)
                back = self._within(right, left, expr.right, expr.left, expr)
                same = nodes.conjunction((there, back), expr)
                return same if expr.operator == "==" else nodes.negation(same, expr)
            case "==" | "<" | "<=":
                return nodes.compare(expr.operator, left, right, expr)
            case "!=":
                return nodes.negation(nodes.compare("==", left, right, expr), expr)
            case ">" | ">=":
                return nodes.compare(_FLIPPED[expr.operator], right, left, expr)
            case _:
                assert_never(expr.operator)

    def _is_set(self, node: Core) -> bool:
        match node:
            case core.Listed() | core.Interval():
                return True
            case core.Choice(then=then):
                return self._is_set(then)
            case core.Variable(symbol=str(name)):
                return name in self.sets
            case _:
                return False

    def _within(self, one: Core, other: Core, left: syntax.Expr, right: syntax.Expr, expr: syntax.Comparison) -> Core:
        """Every element of one set is in another: half of what a comparison of sets says."""
        nodes = self.nodes
        # As somebody may have written it.
        inside = syntax.Member(syntax.Name("x"), right, span=expr.span)
        every = syntax.Quantified("every", "x", left, inside, span=expr.span)
        variable = nodes.opened()
        outside = nodes.negation(nodes.member(variable, other, inside), inside)
        return nodes.negation(nodes.exists(variable, one, outside, every), every)

    def _quantified(self, expr: syntax.Quantified, names: Names) -> Core:
        nodes = self.nodes
        domain = self._at(expr.domain, names)
        if isinstance(domain, core.Listed) and core.is_constant(domain) and _calls(expr.body, syntax.PREFERS):
            return self._each(expr, domain, names)
        variable = nodes.opened()
        body = self._at(expr.body, {**names, expr.variable: variable})
        if expr.kind == "every":
            body = nodes.negation(body, expr.body)
        some = nodes.exists(variable, domain, body, expr)
        return some if expr.kind == "some" else nodes.negation(some, expr)

    def _extremum(self, expr: syntax.Extremum, names: Names) -> Core:
        nodes, name, where = self.nodes, expr.variable, expr.where
        domain = self._at(expr.domain, names)
        # A host that knows any revisions prefers newer ones: the first is the greatest.
        kind: core.Optimum = "min" if expr.kind == "min" else "max"
        if name is None or where is None:
            if range_of(domain) is not None and isinstance(domain, core.Interval):
                return domain.high if kind == "max" else domain.low
            return nodes.best(kind, domain, expr)
        if expr.kind == "first" and isinstance(domain, core.Listed):
            # The most preferred that meets the condition, along the list.
            chosen: Core = nodes.nothing(expr)
            for item in reversed(domain.items):
                chosen = nodes.choice(self._at(where, {**names, name: item}), item, chosen, expr)
            return chosen
        variable = nodes.opened()
        body = self._at(where, {**names, name: variable})
        return nodes.extremum(kind, variable, domain, body, expr)

    def _each(self, expr: syntax.Quantified, among: core.Listed, names: Names) -> Core:
        """A quantifier over a list, spelled out: what its body says of an order is shorter of each element."""
        nodes = self.nodes
        said = tuple(self._at(expr.body, {**names, expr.variable: item}) for item in among.items)
        if expr.kind == "every":
            return nodes.conjunction(said, expr)
        some = nodes.disjunction(said, expr)
        return some if expr.kind == "some" else nodes.negation(some, expr)

    def _preference(self, arguments: tuple[Core, ...], expr: syntax.Expr) -> Core | None:
        """`prefers` of a listed revision and any term: whether that stands before it, or not up to it in the list.

        None where that is no help. Spelled out in full, the order of a long list takes thousands of comparisons.
        """
        nodes, (one, other) = self.nodes, arguments
        listed = self._listed()
        if other in listed:
            return nodes.member(one, nodes.listed(listed[: listed.index(other)], expr), expr)
        if one in listed:
            earlier = nodes.member(other, nodes.listed(listed[: listed.index(one) + 1], expr), expr)
            return nodes.conjunction((nodes.compare("==", other, other, expr), nodes.negation(earlier, expr)), expr)
        return None

    def _listed(self) -> tuple[Core, ...]:
        """What the host knows, most preferred first, where it lists that."""
        define = self.defines.get(syntax.KNOWN)
        if define is None or not isinstance(define.body, syntax.SetLiteral):
            return ()
        return tuple(self.of(item) for item in define.body.items)


def _calls(expr: syntax.Expr, name: str) -> bool:
    return (isinstance(expr, syntax.Call) and expr.name == name) or any(_calls(child, name) for child in children(expr))
