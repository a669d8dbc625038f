"""Z3 terms, made through the solver's C interface, in a context of their own.

z3's own Python operators look at the sorts of both sides at every step, which takes longer than solving what comes
of it. Here the sorts are known: what is compared are integers, what is joined are Booleans. Integers that are known
are plain Python ones (`Digit`), and what follows from them alone is worked out without the solver.
"""

# z3 carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import z3  # pyright: ignore[reportMissingTypeStubs]

Digit: TypeAlias = Any
"""A Python integer, or an integer term of the solver."""


class Terms:
    """Makes terms in one context. What is made for one subject never meets what is made for another.

    A solver's answers, its models above all, depend on what else its context has seen; so each subject has its own.
    """

    def __init__(self) -> None:
        self.context: Any = z3.Context()
        self._reference: Any = self.context.ref()
        self.true: Any = z3.BoolVal(True, self.context)
        self.false: Any = z3.BoolVal(False, self.context)
        self._integers: Any = z3.IntSort(self.context)
        self._numbers: dict[int, Any] = {}
        self._count = 0

    def _bool(self, made: Any) -> Any:
        return z3.BoolRef(made, self.context)

    def _array(self, parts: Sequence[Any]) -> Any:
        return (z3.Ast * len(parts))(*(part.ast for part in parts))

    # ---- constants --------------------------------------------------------------------------------------

    def number(self, value: int) -> Any:
        known = self._numbers.get(value)
        if known is None:
            known = self._numbers[value] = z3.IntVal(value, self.context)
        return known

    def integer(self, name: str) -> Any:
        return z3.Int(name, self.context)

    def boolean(self, name: str) -> Any:
        return z3.Bool(name, self.context)

    def truth(self, value: bool) -> Any:
        return self.true if value else self.false

    def fresh(self, prefix: str) -> Any:
        """An integer that nothing else is called like."""
        self._count += 1
        return self.integer(f"{prefix}!{self._count}")

    def fresh_boolean(self, prefix: str) -> Any:
        self._count += 1
        return self.boolean(f"{prefix}!{self._count}")

    def function(self, name: str, arguments: Sequence[Any], result: str = "bool") -> Any:
        """A function from the sorts of some terms."""
        sort = z3.BoolSort(self.context) if result == "bool" else self._integers
        return z3.Function(name, *(argument.sort() for argument in arguments), sort)

    def fresh_function(self, prefix: str, arguments: Sequence[Any]) -> Any:
        self._count += 1
        return self.function(f"{prefix}!{self._count}", arguments, "int")

    def lift(self, digit: Digit) -> Any:
        """The solver's term for a digit."""
        return self.number(digit) if isinstance(digit, int) else digit

    # ---- Booleans ---------------------------------------------------------------------------------------

    def conj(self, parts: Sequence[Any]) -> Any:
        kept = [part for part in parts if part is not self.true]
        if any(part is self.false for part in kept):
            return self.false
        if len(kept) < 2:
            return kept[0] if kept else self.true
        return self._bool(z3.Z3_mk_and(self._reference, len(kept), self._array(kept)))

    def disj(self, parts: Sequence[Any]) -> Any:
        kept = [part for part in parts if part is not self.false]
        if any(part is self.true for part in kept):
            return self.true
        if len(kept) < 2:
            return kept[0] if kept else self.false
        return self._bool(z3.Z3_mk_or(self._reference, len(kept), self._array(kept)))

    def neg(self, part: Any) -> Any:
        if part is self.true or part is self.false:
            return self.false if part is self.true else self.true
        return self._bool(z3.Z3_mk_not(self._reference, part.ast))

    def implies(self, left: Any, right: Any) -> Any:
        if left is self.true:
            return right
        if left is self.false or right is self.true:
            return self.true
        return self.neg(left) if right is self.false else self._bool(self._implication(left, right))

    def _implication(self, left: Any, right: Any) -> Any:
        return z3.Z3_mk_implies(self._reference, left.ast, right.ast)

    def same(self, left: Any, right: Any) -> Any:
        """Two Booleans have one value."""
        for one, other in ((left, right), (right, left)):
            if one is self.true:
                return other
            if one is self.false:
                return self.neg(other)
        return self._bool(z3.Z3_mk_eq(self._reference, left.ast, right.ast))

    def choose(self, test: Any, yes: Any, no: Any) -> Any:
        """One of two Booleans."""
        if test is self.true or yes is no:
            return yes
        if test is self.false:
            return no
        return self._bool(z3.Z3_mk_ite(self._reference, test.ast, yes.ast, no.ast))

    def some(self, binders: Sequence[Any], body: Any) -> Any:
        return z3.Exists(list(binders), body) if binders else body

    def every(self, binders: Sequence[Any], body: Any) -> Any:
        return z3.ForAll(list(binders), body) if binders else body

    def at_most_true(self, parts: Sequence[Any], count: int) -> Any:
        """No more than so many of the Booleans hold."""
        return z3.AtMost(*parts, count) if parts else self.true

    # ---- integers ---------------------------------------------------------------------------------------

    def equal(self, left: Digit, right: Digit) -> Any:
        if isinstance(left, int) and isinstance(right, int):
            return self.truth(left == right)
        return self._bool(z3.Z3_mk_eq(self._reference, self.lift(left).ast, self.lift(right).ast))

    def less(self, left: Digit, right: Digit) -> Any:
        if isinstance(left, int) and isinstance(right, int):
            return self.truth(left < right)
        return self._bool(z3.Z3_mk_lt(self._reference, self.lift(left).ast, self.lift(right).ast))

    def at_most(self, left: Digit, right: Digit) -> Any:
        if isinstance(left, int) and isinstance(right, int):
            return self.truth(left <= right)
        return self._bool(z3.Z3_mk_le(self._reference, self.lift(left).ast, self.lift(right).ast))

    def within(self, value: Digit, end: int) -> Any:
        """From 0 up to, and without, `end`."""
        return self.conj([self.at_most(0, value), self.less(value, end)])

    def either(self, test: Any, yes: Digit, no: Digit) -> Digit:
        """One of two integers."""
        if test is self.true or (isinstance(yes, int) and isinstance(no, int) and yes == no):
            return yes
        if test is self.false:
            return no
        return z3.If(test, self.lift(yes), self.lift(no))

    def total(self, parts: Sequence[tuple[Digit, int]]) -> Digit:
        """The sum of digits, each shifted to the left by so many bits."""
        known = sum(value << shift for value, shift in parts if isinstance(value, int))
        rest = [value * (1 << shift) if shift else value for value, shift in parts if not isinstance(value, int)]
        if not rest:
            return known
        if known:
            rest.append(self.number(known))
        return rest[0] if len(rest) == 1 else z3.Sum(rest)


def name_of(constant: Any) -> str:
    """The name of a constant; printing it instead goes through z3's formatter."""
    return constant.decl().name()
