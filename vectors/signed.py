"""Revisions compared as signed numbers: both sides of every comparison, and what `max` and `min` choose by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from ..spec.checked import CheckedCase, CheckedPolicy
from ..spec.syntax import (
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
    Slice,
    With,
)
from ..spec.words import WORD_BITS, Field, Format
from .fold import folded
from .inline import Inliner
from .kinds import Kinds, kinds

ORDERED = ("<", "<=", ">", ">=")


class Signed(Struct, frozen=True):
    """One way to take words for signed numbers: from bit `top` down; what is above it is not looked at.

    Where a `field` is given, it is the only one that is so taken, and the rest of the word counts as it is.
    """

    what: str
    top: int
    field: Field | None = None

    def key(self, word: Expr) -> Expr:
        """A word that is as large among all words as the signed number among signed ones."""
        top = Slice(self.top, self.top)
        above: tuple[tuple[Slice, Expr], ...] = ()
        if self.field is None and self.top < WORD_BITS - 1:
            above = ((Slice(WORD_BITS - 1, self.top + 1), Number(0)),)
        test = Comparison("==", FieldOf(word, top), Number(0))
        return If(test, With(word, (*above, (top, Number(1)))), With(word, (*above, (top, Number(0)))))

    def keeps_order(self, format_: Format) -> bool:
        """Whether well-formed revisions stand in the order that they have."""
        whole = self.top == WORD_BITS - 1 or self.field is not None
        numbered = sum(((1 << f.width) - 1) << f.low for f in format_.numbered)
        return not numbered >> self.top & 1 and (whole or not numbered >> self.top)


def signed(policy: CheckedPolicy) -> Iterator[tuple[str, CheckedPolicy]]:
    """The policy with its comparisons signed, in each of the common ways."""
    format_ = Format.of(policy.interface.layout)
    ways = [Signed(f"as signed {bits}-bit numbers", bits - 1) for bits in (64, 32)]
    ways += [Signed(f"with {field.name} as a signed number", field.high, field) for field in format_.numbered]
    for way in ways:
        yield f"revisions compared {way.what}", _Rewriter(policy, way, format_).policy()


class _Rewriter:
    def __init__(self, policy: CheckedPolicy, way: Signed, format_: Format) -> None:
        self.of = policy
        self.way = way
        self.format = format_
        self.kinds: Kinds = kinds(policy)[0]
        self.inliner = Inliner(policy.defines)
        self.fresh = count(1)

    def policy(self) -> CheckedPolicy:
        return replace(self.of, cases=tuple(self._case(case) for case in self.of.cases))

    def _case(self, case: CheckedCase) -> CheckedCase:
        guard = None if case.guard is None else self._whole(case.guard)
        assigned = tuple(replace(a, value=None if a.value is None else self._whole(a.value)) for a in case.assignments)
        ensured = tuple(replace(e, formula=self._whole(e.formula)) for e in case.ensures)
        return CheckedCase(replace(case.declaration, guard=guard), assigned, ensured)

    def _whole(self, expr: Expr) -> Expr:
        """The formula, changed; one in which nothing changes stays as it is written."""
        inlined = self.inliner.inline(expr)
        changed = self._put(inlined, self.kinds)
        return expr if changed == inlined else folded(changed)

    def _put(self, expr: Expr, known: Kinds) -> Expr:
        match expr:
            case Quantified(variable=variable) | Extremum(variable=str(variable)):
                known = known.binding({variable: "revision"})
            case _:
                pass
        made = _with_children(expr, lambda child: self._put(child, known))
        match made:
            case Comparison(operator=operator, left=left, right=right) if operator in ORDERED:
                return self._compared(made, left, right, known)
            case Extremum() if not self.way.keeps_order(self.format):
                return self._chosen(made)
            case _:
                return made

    def _compared(self, expr: Comparison, left: Expr, right: Expr, known: Kinds) -> Expr:
        if "revision" in (known.of(left), known.of(right)):
            return replace(expr, left=self.way.key(left), right=self.way.key(right))
        field = self.way.field
        if field is None:
            return expr
        one, other = _field_key(left, field, self.way), _field_key(right, field, self.way)
        return expr if one is None or other is None else replace(expr, left=one, right=other)

    def _chosen(self, expr: Extremum) -> Expr:
        """The one that is the greatest, or least, by its key.

        Of those that are alike above the sign, it is one of the right sign, if there is any.
        """
        top = self.way.top
        if self.way.field is None and any(field.high > top for field in self.format.numbered):
            return self._by_rivals(expr)
        sign = Number(0 if expr.kind == "max" else 1)
        name = f"s·{next(self.fresh)}"
        wanted: list[Expr] = [Comparison("==", FieldOf(Name(name), Slice(top, top)), sign)]
        if any(field.high > top for field in self.format.numbered):
            above = Slice(WORD_BITS - 1, top + 1)
            wanted.insert(0, Comparison("==", FieldOf(Name(name), above), FieldOf(expr, above)))
        among = self._among(expr, name)
        where = And(tuple(wanted if among is None else (among, *wanted)))
        exists = Quantified("some", name, expr.domain, where)
        return If(exists, Extremum(expr.kind, expr.domain, name, where), expr)

    def _by_rivals(self, expr: Extremum) -> Expr:
        """The one that none of the others beats: for keys that leave out part of the word."""
        mine, theirs = f"s·{next(self.fresh)}", f"t·{next(self.fresh)}"
        better = ">" if expr.kind == "max" else "<"
        beaten = Comparison(better, self.way.key(Name(theirs)), self.way.key(Name(mine)))
        where, rival = self._among(expr, mine), self._among(expr, theirs)
        best = Quantified("no", theirs, expr.domain, beaten if rival is None else And((rival, beaten)))
        return Extremum(expr.kind, expr.domain, mine, best if where is None else And((where, best)), span=expr.span)

    def _among(self, expr: Extremum, name: str) -> Expr | None:
        if expr.where is None or expr.variable is None:
            return None
        return Inliner({}).inline(expr.where, {expr.variable: Name(name)})


def _field_key(term: Expr, field: Field, way: Signed) -> Expr | None:
    """A field's number by its key; None for what is no such field, and no constant of its size."""
    match term:
        case FieldOf(of=of, part=part) if part == field.name or part == Slice(field.high, field.low):
            return FieldOf(way.key(of), part)
        case Number(value=value) if value >> field.width == 0:
            return replace(term, value=value ^ 1 << field.width - 1)
        case _:
            return None


def _with_children(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The expression with each of its parts changed."""
    match expr:
        case Name() | Number() | Revision() | Boolean():
            return expr
        case FieldOf(of=of):
            return replace(expr, of=change(of))
        case With(of=of, updates=updates):
            return replace(expr, of=change(of), updates=tuple((part, change(value)) for part, value in updates))
        case Call(arguments=parts):
            return replace(expr, arguments=tuple(map(change, parts)))
        case SetLiteral(items=parts):
            return replace(expr, items=tuple(map(change, parts)))
        case And(operands=parts) | Or(operands=parts):
            return replace(expr, operands=tuple(map(change, parts)))
        case Range(low=low, high=high):
            return replace(expr, low=change(low), high=change(high))
        case If(condition=condition, then=then, otherwise=otherwise):
            return replace(expr, condition=change(condition), then=change(then), otherwise=change(otherwise))
        case Extremum(domain=domain, where=where):
            return replace(expr, domain=change(domain), where=where and change(where))
        case Comparison(left=left, right=right) | Implies(left=left, right=right) | Iff(left=left, right=right):
            return replace(expr, left=change(left), right=change(right))
        case Member(item=item, domain=domain):
            return replace(expr, item=change(item), domain=change(domain))
        case IsEmpty(domain=domain):
            return replace(expr, domain=change(domain))
        case Quantified(domain=domain, body=body):
            return replace(expr, domain=change(domain), body=change(body))
        case Not(operand=operand):
            return replace(expr, operand=change(operand))
        case _:
            assert_never(expr)
