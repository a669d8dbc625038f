"""What refutes a formula in one situation: the part of it that fails, the elements and the values that make it fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set

from msgspec import Struct
from parley.model.closures import Slots
from parley.model.evaluate import Compiler
from parley.model.representatives import TooMany
from parley.model.situation import Value
from parley.spec.elaborate import Elaboration
from parley.spec.nodes import Nodes
from parley.spec.print_tree import print_expr
from parley.spec.spell import plain, spelled
from parley.spec.syntax import (
    And,
    Call,
    Comparison,
    Enumeration,
    Expr,
    Extremum,
    FieldOf,
    If,
    Iff,
    Implies,
    Member,
    Name,
    Not,
    Number,
    Or,
    Quantified,
    Range,
    Revision,
    Variable,
)
from parley.values import Words

MOST_FACTS = 4
"""Values that are told of one formula."""

MOST_WORK = 300_000
"""Nodes that the evaluator looks at to say what refutes one formula: beyond that, the report says less."""

Bound = Mapping[str, int]


class Refuter(Struct, frozen=True):
    """Formulas about one situation, of which `slots` has the values; it is asked anew when formulas were compiled.

    `told` are the names whose values a report shows anyway.
    """

    words: Words
    compiler: Compiler
    elaboration: Elaboration
    slots: Callable[[], Slots]
    told: Set[str]

    def value(self, expr: Expr, bound: Bound) -> Value | None:
        """The value of an expression in which quantified variables stand for the words `bound`."""
        variables = {name: self.elaboration.nodes.variable(name) for name in bound}
        code = self.compiler.compile(self.elaboration.of(expr, variables))
        places = {name: self.compiler.variable(name) for name in bound}
        slots = self.slots()
        for name, place in places.items():
            slots[place] = bound[name]
        return code(slots)

    def holds(self, formula: Expr, bound: Bound | None = None) -> bool:
        return self.value(formula, bound or {}) is True

    def narrowed(self, formula: Expr) -> Expr:
        """What is left to want of a formula that fails once the rest is granted.

        The conclusion of an implication, the conjunct that fails, the branch that is taken.
        """
        try:
            with self.compiler.work.limited(MOST_WORK):
                return self._narrowed(formula)
        except TooMany:
            return formula

    def _narrowed(self, formula: Expr) -> Expr:
        match formula:
            case Implies(right=right):
                return self._narrowed(right)
            case And(operands=operands):
                failing = next((operand for operand in operands if not self.holds(operand)), None)
                return formula if failing is None else self._narrowed(failing)
            case If(condition=condition, then=then, otherwise=otherwise):
                return self._narrowed(then if self.holds(condition) else otherwise)
            case _:
                return formula

    def facts(self, formula: Expr) -> list[str]:
        """Elements and values by which a formula fails, as far as the report does not show them anyway."""
        try:
            with self.compiler.work.limited(MOST_WORK):
                found = dict.fromkeys(self._why(formula, {}, truth=False))
        except TooMany:
            return []
        return list(found)[:MOST_FACTS]

    def _why(self, formula: Expr, bound: Bound, *, truth: bool) -> Iterator[str]:
        """Why a formula is true, or false."""
        match formula:
            case Not(operand=operand):
                yield from self._why(operand, bound, truth=not truth)
            case And(operands=operands) | Or(operands=operands):
                # One false conjunct, or one true disjunct, decides; else all do.
                decisive = isinstance(formula, Or)
                parts = [part for part in operands if self.holds(part, bound) is decisive]
                for part in parts[:1] if truth is decisive else operands:
                    yield from self._why(part, bound, truth=truth)
            case Implies(left=left, right=right):
                if not truth:
                    yield from self._why(left, bound, truth=True)
                    yield from self._why(right, bound, truth=False)
            case Iff(left=left, right=right):
                if not truth:
                    yield f"only `{_shown(left if self.holds(left, bound) else right)}` holds"
            case If(condition=condition, then=then, otherwise=otherwise):
                yield from self._why(then if self.holds(condition, bound) else otherwise, bound, truth=truth)
            case Quantified(kind=kind, variable=variable):
                if truth is (kind == "some"):
                    telling = kind != "every"
                    element = self._element(formula, bound, telling=telling)
                    if element is not None:
                        yield f"{plain(variable)} = {self.words.format.show(element)}"
                        yield from self._why(formula.body, {**bound, variable: element}, truth=telling)
            case Comparison(left=left, right=right):
                kind = self._kind(left) or self._kind(right)
                yield from self._term(left, bound, kind)
                yield from self._term(right, bound, kind)
            case Member(item=item):
                yield from self._term(item, bound, None)
            case Call(name=name) | Name(id=name) if self._body(name, bound) is not None:
                yield from self._why(self._put_in(formula, bound), bound, truth=truth)
            case Call(name=name, arguments=arguments):
                values = [self._value_shown(argument, bound, self._kind(argument)) for argument in arguments]
                yield f"{name}({', '.join(values)}) {'holds' if truth else 'does not hold'}"
            case _:
                pass

    def _put_in(self, formula: Expr, bound: Bound) -> Expr:
        """The formula with its `define`s put in."""
        known = self.elaboration
        # Nodes of its own: what it is spelled like must not depend on other formulas.
        alone = Elaboration(known.format, known.constants, known.defines, Nodes())
        return spelled(alone.of(formula, {name: alone.nodes.variable(name) for name in bound}), {})

    def _body(self, name: str, bound: Bound) -> Expr | None:
        define = None if name in bound else self.elaboration.defines.get(name)
        return None if define is None else define.body

    def _element(self, formula: Quantified, bound: Bound, *, telling: bool) -> int | None:
        """The least element of which the body is true, or false."""
        body = formula.body if telling else Not(formula.body)
        variable, domain = formula.variable, formula.domain
        if not isinstance(domain, Range):
            return _word(self.value(Extremum("min", domain, variable, body), bound))
        low, high = _word(self.value(domain.low, bound)), _word(self.value(domain.high, bound))
        if low is None or high is None:
            return None

        def within(last: int) -> bool:
            return self.holds(Quantified("some", variable, Range(domain.low, _literal(last)), body), bound)

        if not within(high):
            return None
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if within(middle) else (middle + 1, high)
        return low

    def _term(self, term: Expr, bound: Bound, kind: Variable | str | None) -> Iterator[str]:
        """What a term comes to, where it is no constant and nothing that the report shows."""
        if isinstance(term, (Number, Revision)) or (isinstance(term, Name) and self._is_known(term.id, bound)):
            return
        shown = self._value_shown(term, bound, kind or self._kind(term))
        text = f"`{_shown(term)}`" if isinstance(term, Name) else _shown(term)
        yield f"{text} has no value" if shown == "no value" else f"{text} is {shown}"

    def _is_known(self, name: str, bound: Bound) -> bool:
        if name in self.words.interface.constants or name in bound:
            return True
        return name in self.told and self.value(Name(name), {}) is not None

    def _value_shown(self, term: Expr, bound: Bound, kind: Variable | str | None) -> str:
        value = self.value(term, bound)
        match kind:
            case Variable():
                return self.words.show(kind, value)
            case "number":
                return "no value" if value is None else str(value)
            case _ if isinstance(value, bool):
                return "true" if value else "false"
            case _:
                return self.words.format.show(value) if isinstance(value, int) else "no value"

    def _kind(self, term: Expr) -> Variable | str | None:
        """`number`, or the output whose enumeration a term is of; None where neither is plain to see."""
        match term:
            case FieldOf() | Name(id="rounds"):
                return "number"
            case Name(id=id_):
                variable = self.words.interface.variables.get(id_)
                return variable if variable is not None and isinstance(variable.type, Enumeration) else None
            case If(then=then, otherwise=otherwise):
                return self._kind(then) or self._kind(otherwise)
            case Call(name=name) if (body := self._body(name, {})) is not None:
                return self._kind(body)
            case _:
                return None


def _word(value: Value | None) -> int | None:
    return value if isinstance(value, int) else None


def _literal(word: int) -> Number:
    return Number(word, hexadecimal=True)


def _shown(expr: Expr) -> str:
    return plain(print_expr(expr))
