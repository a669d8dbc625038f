"""What refutes a formula in one instance: the part of it that fails, the elements and the values that make it fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set

from msgspec import Struct
from parley.model.closures import Slots
from parley.model.evaluate import Compiler
from parley.model.instance import Value
from parley.model.representatives import TooMany
from parley.spec import syntax
from parley.spec.elaborate import Elaboration
from parley.spec.formatting.expressions import print_expr
from parley.spec.nodes import Nodes
from parley.spec.spell import plain, spelled

from .values import NO_VALUE, Words

MOST_FACTS = 4
"""Values that are told of one formula."""

MOST_WORK = 300_000
"""Nodes that the evaluator looks at to say one thing of an example: beyond that, the report says less."""

Bound = Mapping[str, int]


class Refuter(Struct, frozen=True):
    """Formulas about one instance, of which `slots` has the values; it is asked anew when formulas were compiled.

    `told` are the names whose values a report shows anyway.
    """

    words: Words
    compiler: Compiler
    elaboration: Elaboration
    slots: Callable[[], Slots]
    told: Set[str]

    def value(self, expr: syntax.Expr, bound: Bound) -> Value | None:
        """The value of an expression in which quantified variables stand for the words `bound`."""
        variables = {name: self.elaboration.nodes.variable(name) for name in bound}
        code = self.compiler.compile(self.elaboration.of(expr, variables))
        places = {name: self.compiler.variable(name) for name in bound}
        slots = self.slots()
        for name, place in places.items():
            slots[place] = bound[name]
        return code(slots)

    def holds(self, formula: syntax.Expr, bound: Bound | None = None) -> bool:
        return self.value(formula, bound or {}) is True

    def narrowed(self, formula: syntax.Expr) -> syntax.Expr:
        """What is left to want of a formula that fails once the rest is granted.

        The conclusion of an implication, the conjunct that fails, the branch that is taken.
        """
        try:
            with self.compiler.work.limited(MOST_WORK):
                return self._narrowed(formula)
        except TooMany:
            return formula

    def _narrowed(self, formula: syntax.Expr) -> syntax.Expr:
        match formula:
            case syntax.Implies(right=right):
                return self._narrowed(right)
            case syntax.And(operands=operands):
                failing = next((operand for operand in operands if not self.holds(operand)), None)
                return formula if failing is None else self._narrowed(failing)
            case syntax.If(condition=condition, then=then, otherwise=otherwise):
                return self._narrowed(then if self.holds(condition) else otherwise)
            case _:
                return formula

    def facts(self, formula: syntax.Expr) -> list[str]:
        """Elements and values by which a formula fails, as far as the report does not show them anyway."""
        try:
            with self.compiler.work.limited(MOST_WORK):
                found = dict.fromkeys(self._why(formula, {}, truth=False))
        except TooMany:
            return []
        return list(found)[:MOST_FACTS]

    def _why(self, formula: syntax.Expr, bound: Bound, *, truth: bool) -> Iterator[str]:
        """Why a formula is true, or false."""
        match formula:
            case syntax.Not(operand=operand):
                yield from self._why(operand, bound, truth=not truth)
            case syntax.And(operands=operands) | syntax.Or(operands=operands):
                # One false conjunct, or one true disjunct, decides; else all do.
                decisive = isinstance(formula, syntax.Or)
                parts = [part for part in operands if self.holds(part, bound) is decisive]
                for part in parts[:1] if truth is decisive else operands:
                    yield from self._why(part, bound, truth=truth)
            case syntax.Implies(left=left, right=right):
                if not truth:
                    yield from self._why(left, bound, truth=True)
                    yield from self._why(right, bound, truth=False)
            case syntax.Iff(left=left, right=right):
                if not truth:
                    yield f"only `{_shown(left if self.holds(left, bound) else right)}` holds"
            case syntax.If(condition=condition, then=then, otherwise=otherwise):
                yield from self._why(then if self.holds(condition, bound) else otherwise, bound, truth=truth)
            case syntax.Quantified(kind=kind, variable=variable):
                if truth is (kind == "some"):
                    telling = kind != "every"
                    element = self._element(formula, bound, telling=telling)
                    if element is not None:
                        yield f"{plain(variable)} = {self.words.format.show(element)}"
                        yield from self._why(formula.body, {**bound, variable: element}, truth=telling)
            case syntax.Comparison(left=left, right=right):
                kind = self._kind(left) or self._kind(right)
                yield from self._term(left, bound, kind)
                yield from self._term(right, bound, kind)
            case syntax.Member(item=item):
                yield from self._term(item, bound, None)
            case syntax.Call(name=name) | syntax.Name(id=name) if self._body(name, bound) is not None:
                yield from self._why(self._put_in(formula, bound), bound, truth=truth)
            case syntax.Call(name=name, arguments=arguments):
                values = [self._value_shown(argument, bound, self._kind(argument)) for argument in arguments]
                yield f"{name}({', '.join(values)}) {'holds' if truth else 'does not hold'}"
            case _:
                pass

    def _put_in(self, formula: syntax.Expr, bound: Bound) -> syntax.Expr:
        """The formula with its `define`s put in."""
        known = self.elaboration
        # Nodes of its own: what it is spelled like must not depend on other formulas.
        alone = Elaboration(
            known.format,
            known.constants,
            known.sets,
            known.defines,
            Nodes(),
            ranges=known.ranges,
            named=known.named,
        )
        return spelled(alone.of(formula, {name: alone.nodes.variable(name) for name in bound}), {})

    def _body(self, name: str, bound: Bound) -> syntax.Expr | None:
        define = None if name in bound else self.elaboration.defines.get(name)
        return None if define is None else define.body

    def _element(self, formula: syntax.Quantified, bound: Bound, *, telling: bool) -> int | None:
        """The least element of which the body is true, or false."""
        body = formula.body if telling else syntax.Not(formula.body)
        variable, domain = formula.variable, formula.domain
        if not isinstance(domain, syntax.Range):
            return self._word(syntax.Extremum("min", domain, variable, body), bound)
        low, high = self._word(domain.low, bound), self._word(domain.high, bound)
        if low is None or high is None:
            return None

        def within(last: int) -> bool:
            within_last = syntax.Range(domain.low, syntax.Number(last, hexadecimal=True))
            return self.holds(syntax.Quantified("some", variable, within_last, body), bound)

        if not within(high):
            return None
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if within(middle) else (middle + 1, high)
        return low

    def _word(self, term: syntax.Expr, bound: Bound) -> int | None:
        value = self.value(term, bound)
        return value if isinstance(value, int) else None

    def _term(self, term: syntax.Expr, bound: Bound, kind: syntax.Variable | str | None) -> Iterator[str]:
        """What a term comes to, where it is no constant and nothing that the report shows."""
        if isinstance(term, (syntax.Number, syntax.Revision)) or (
            isinstance(term, syntax.Name) and self._is_known(term.id, bound)
        ):
            return
        shown = self._value_shown(term, bound, kind or self._kind(term))
        text = f"`{_shown(term)}`" if isinstance(term, syntax.Name) else _shown(term)
        yield f"{text} has no value" if shown == NO_VALUE else f"{text} is {shown}"

    def _is_known(self, name: str, bound: Bound) -> bool:
        if name in self.words.interface.constants or name in bound:
            return True
        named = name in self.words.interface.named
        return name in self.told and (named or self.value(syntax.Name(name), {}) is not None)

    def _value_shown(self, term: syntax.Expr, bound: Bound, kind: syntax.Variable | str | None) -> str:
        value = self.value(term, bound)
        if kind == "number" and value is not None:
            return str(value)
        return self.words.show(kind if isinstance(kind, syntax.Variable) else None, value)

    def _kind(self, term: syntax.Expr) -> syntax.Variable | str | None:
        """`number`, or the output whose enumeration a term is of; None where neither is plain to see."""
        match term:
            case syntax.FieldOf() | syntax.Name(id="rounds"):
                return "number"
            case syntax.Name(id=id_):
                variable = self.words.interface.variables.get(id_)
                return variable if variable is not None and isinstance(variable.type, syntax.Enumeration) else None
            case syntax.If(then=then, otherwise=otherwise):
                return self._kind(then) or self._kind(otherwise)
            case syntax.Call(name=name) if (body := self._body(name, {})) is not None:
                return self._kind(body)
            case _:
                return None


def _shown(expr: syntax.Expr) -> str:
    return plain(print_expr(expr))
