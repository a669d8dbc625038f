"""Formulas in the form that every export writes: over sets of the configuration only, and without `define`s.

`define`s are put in; literal sets, ranges and sets chosen by `if` are spelled out; every bound variable has a name that
nothing around it has.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias, assert_never

from msgspec.structs import replace

from ...spec.checked import CheckedPolicy
from ...spec.syntax import (
    And,
    Boolean,
    Call,
    Comparison,
    Expr,
    Extremum,
    FieldOf,
    If,
    Iff,
    Implies,
    IsEmpty,
    Member,
    Name,
    Not,
    Number,
    Or,
    Quantified,
    Range,
    Revision,
    SetLiteral,
    With,
)
from ...spec.words import Format
from ..fold import folded
from ..inline import NOTHING, Inliner
from .known import known_bits, may_be_nothing

Operator: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">="]


class NotExportable(Exception):
    """A formula that no loop over a table decides: it asks of all revisions of a range, or of an abstract relation."""


class Plain:
    """Makes the formulas of one policy plain."""

    def __init__(self, policy: CheckedPolicy) -> None:
        self.format = Format.of(policy.interface.layout)
        self.taken = frozenset((*policy.interface.variables, *policy.interface.constants))
        self.inliner = Inliner(policy.defines)

    def __call__(self, expr: Expr) -> Expr:
        """The formula or term, plain. Raises NotExportable."""
        return self._named(folded(self._plain(self.inliner.inline(expr))), {}, self.taken)

    def _plain(self, expr: Expr) -> Expr:
        plain = self._plain
        match expr:
            case Name() | Number() | Revision() | Boolean():
                return expr
            case FieldOf(of=of):
                return self._known(replace(expr, of=plain(of)))
            case With(of=of, updates=updates):
                changed = tuple((part, plain(value)) for part, value in updates)
                return self._known(replace(expr, of=plain(of), updates=changed))
            case If(condition=condition, then=then, otherwise=otherwise):
                return If(plain(condition), plain(then), plain(otherwise))
            case Not(operand=operand):
                return Not(plain(operand))
            case And(operands=operands) | Or(operands=operands):
                return type(expr)(tuple(plain(operand) for operand in operands))
            case Comparison(operator=operator, left=left, right=right):
                return self._comparison(operator, plain(left), plain(right))
            case Implies(left=left, right=right) | Iff(left=left, right=right):
                return type(expr)(plain(left), plain(right))
            case Member(item=item, domain=domain, negated=negated):
                found = self._member(plain(item), domain)
                return Not(found) if negated else found
            case IsEmpty(domain=domain, negated=negated):
                found = self._empty(domain)
                return Not(found) if negated else found
            case Quantified():
                return self._quantified(expr, expr.domain)
            case Extremum():
                return self._extremum(expr, expr.domain)
            case Call(name=name):
                raise NotExportable(f"`{name}` has no body")
            case SetLiteral() | Range():
                raise NotExportable("a set stands alone")
            case _:
                assert_never(expr)

    def _known(self, term: Expr) -> Expr:
        """A term, or the number that it always is."""
        ones, most = known_bits(term, self.format)
        return Number(ones) if ones == most and not may_be_nothing(term, self.format) else term

    def _comparison(self, operator: Operator, left: Expr, right: Expr) -> Expr:
        """A comparison, unless compilers would say that it always comes out the same."""
        if may_be_nothing(left, self.format) or may_be_nothing(right, self.format):
            return Comparison(operator, left, right)
        if left == right:
            return Boolean(operator in ("==", "<=", ">="))
        one, other = known_bits(left, self.format), known_bits(right, self.format)
        differ = bool(one.ones & ~other.most or other.ones & ~one.most)
        match operator:
            case "==" | "!=" if differ:
                return Boolean(operator == "!=")
            case "<" | ">=" if one.most < other.ones or one.ones >= other.most:
                return Boolean((operator == "<") == (one.most < other.ones))
            case ">" | "<=" if one.ones > other.most or one.most <= other.ones:
                return Boolean((operator == ">") == (one.ones > other.most))
            case _:
                return Comparison(operator, left, right)

    def _member(self, item: Expr, domain: Expr) -> Expr:
        match domain:
            case Name():
                if may_be_nothing(item, self.format):
                    return Quantified("some", "r·0", domain, Comparison("==", Name("r·0"), item))
                return Member(item, domain)
            case SetLiteral(items=items):
                return any_of(self._comparison("==", item, self._plain(one)) for one in items)
            case Range(low=low, high=high):
                zeros = (Comparison("==", FieldOf(item, f.name), Number(0)) for f in self.format.reserved)
                above = self._comparison("<=", self._plain(low), item)
                return all_of((above, self._comparison("<=", item, self._plain(high)), *zeros))
            case If(condition=condition, then=then, otherwise=otherwise):
                return If(self._plain(condition), self._member(item, then), self._member(item, otherwise))
            case _:
                raise NotExportable("this is no set of a table")

    def _empty(self, domain: Expr) -> Expr:
        match domain:
            case Name():
                return IsEmpty(domain)
            case SetLiteral(items=items):
                return Not(any_of(self._has_value(self._plain(item)) for item in items))
            case Range(low=low, high=high):
                return Not(self._comparison("<=", self._plain(low), self._plain(high)))
            case If(condition=condition, then=then, otherwise=otherwise):
                return If(self._plain(condition), self._empty(then), self._empty(otherwise))
            case _:
                raise NotExportable("this is no set of a table")

    def _quantified(self, expr: Quantified, domain: Expr) -> Expr:
        match domain:
            case Name():
                return Quantified(expr.kind, expr.variable, domain, folded(self._plain(expr.body)))
            case SetLiteral(items=items):
                bodies = [
                    (self._has_value(self._plain(item)), self._with(expr.variable, item, expr.body)) for item in items
                ]
                if expr.kind == "every":
                    return all_of(_implies(value, body) for value, body in bodies)
                found = any_of(all_of((value, body)) for value, body in bodies)
                return found if expr.kind == "some" else Not(found)
            case If(condition=condition, then=then, otherwise=otherwise):
                return If(self._plain(condition), self._quantified(expr, then), self._quantified(expr, otherwise))
            case Range():
                raise NotExportable(
                    f"`{expr.kind} {expr.variable.partition('·')[0]} in …` asks of a range of revisions"
                )
            case _:
                raise NotExportable("this is no set of a table")

    def _extremum(self, expr: Extremum, domain: Expr) -> Expr:
        match domain:
            case Name():
                where = expr.where and self._plain(expr.where)
                return Extremum(expr.kind, domain, expr.variable if where else None, where)
            case SetLiteral(items=items):
                return self._best(expr, items)
            case If(condition=condition, then=then, otherwise=otherwise):
                return If(self._plain(condition), self._extremum(expr, then), self._extremum(expr, otherwise))
            case _:
                raise NotExportable("this is no set of a table")

    def _best(self, expr: Extremum, items: tuple[Expr, ...]) -> Expr:
        """The first of some terms that meets the condition and is no worse than any other that does."""
        plain = [self._plain(item) for item in items]
        meets = [
            all_of((self._has_value(one), self._with(expr.variable or "", item, expr.where or Boolean(True))))
            for one, item in zip(plain, items, strict=True)
        ]
        chosen = NOTHING
        for at in reversed(range(len(items))):
            others = [other for other in range(len(items)) if other != at]
            no_worse = (
                _implies(meets[other], self._comparison("<=" if expr.kind == "max" else ">=", plain[other], plain[at]))
                for other in others
            )
            chosen = If(all_of((meets[at], *no_worse)), plain[at], chosen)
        return chosen

    def _with(self, variable: str, item: Expr, body: Expr) -> Expr:
        """A formula with a term for its variable."""
        return self._plain(self.inliner.inline(body, {variable: item}))

    def _has_value(self, term: Expr) -> Expr:
        return Comparison("==", term, term) if may_be_nothing(term, self.format) else Boolean(True)

    def _named(self, expr: Expr, names: dict[str, Expr], taken: frozenset[str]) -> Expr:
        """The same with `r` for the inliner's `r·3`, or `r_2` where `r` is taken."""

        def inner(variable: str) -> tuple[str, dict[str, Expr], frozenset[str]]:
            base = variable.partition("·")[0]
            free, number = base, 2
            while free in taken:
                free, number = f"{base}_{number}", number + 1
            return free, {**names, variable: Name(free)}, taken | {free}

        match expr:
            case Name(id=id_):
                return names.get(id_, expr)
            case Quantified(variable=variable, body=body):
                free, inside, more = inner(variable)
                return replace(expr, variable=free, body=self._named(body, inside, more))
            case Extremum(variable=str(variable), where=where) if where is not None:
                free, inside, more = inner(variable)
                return replace(expr, variable=free, where=self._named(where, inside, more))
            case Number() | Revision() | Boolean() | Extremum() | IsEmpty():
                return expr
            case FieldOf(of=of):
                return replace(expr, of=self._named(of, names, taken))
            case With(of=of, updates=updates):
                changed = tuple((part, self._named(value, names, taken)) for part, value in updates)
                return replace(expr, of=self._named(of, names, taken), updates=changed)
            case If(condition=condition, then=then, otherwise=otherwise):
                one, two, three = (self._named(part, names, taken) for part in (condition, then, otherwise))
                return If(one, two, three)
            case Not(operand=operand):
                return Not(self._named(operand, names, taken))
            case And(operands=operands) | Or(operands=operands):
                return type(expr)(tuple(self._named(operand, names, taken) for operand in operands))
            case Comparison(left=left, right=right) | Implies(left=left, right=right) | Iff(left=left, right=right):
                return replace(expr, left=self._named(left, names, taken), right=self._named(right, names, taken))
            case Member(item=item):
                return replace(expr, item=self._named(item, names, taken))
            case Call() | SetLiteral() | Range():
                raise NotExportable("this form is not plain")
            case _:
                assert_never(expr)


def any_of(parts: Iterable[Expr]) -> Expr:
    """`or` of any number of formulas."""
    kept = [part for part in parts if part != Boolean(False)]
    if Boolean(True) in kept:
        return Boolean(True)
    return kept[0] if len(kept) == 1 else Or(tuple(kept)) if kept else Boolean(False)


def all_of(parts: Iterable[Expr]) -> Expr:
    """`and` of any number of formulas."""
    kept = [part for part in parts if part != Boolean(True)]
    if Boolean(False) in kept:
        return Boolean(False)
    return kept[0] if len(kept) == 1 else And(tuple(kept)) if kept else Boolean(True)


def _implies(premise: Expr, conclusion: Expr) -> Expr:
    return conclusion if premise == Boolean(True) else Implies(premise, conclusion)
