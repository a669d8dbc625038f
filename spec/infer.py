"""Names and types of one expression. Every fault is reported; the expression's type is given back all the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import assert_never

from .diagnostics import Diagnostic, Related, nearest
from .source import Source, Span
from .syntax import (
    And,
    Boolean,
    Call,
    Comparison,
    Define,
    Expr,
    Extremum,
    FieldLayout,
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
from .types import BOOL, NUMBER, REVISION, SET, AnyType, Type, Unknown, settled, unify

WORD = 1 << 64


@dataclass(slots=True)
class Signature:
    """The types of a `define`."""

    define: Define
    source: Source
    parameters: list[AnyType]
    result: AnyType


@dataclass(slots=True)
class Scope:
    """What the names of an expression stand for.

    `values` are variables, constants and parameters. `fields` is empty where no format is known, and then literals
    and fields are not checked. `hidden` are names that exist but may not be read here, each with what to do instead.
    """

    source: Source
    problems: list[Diagnostic]
    fields: tuple[FieldLayout, ...]
    values: dict[str, AnyType]
    defines: dict[str, Signature]
    hidden: dict[str, str] = field(default_factory=dict[str, str])

    def report(self, code: str, message: str, span: Span, help_: str = "", *related: Related) -> None:
        self.problems.append(Diagnostic(code, message, help_, self.source, span, related))

    def with_values(self, more: dict[str, AnyType]) -> Scope:
        return Scope(self.source, self.problems, self.fields, {**self.values, **more}, self.defines, self.hidden)


def expect(scope: Scope, expr: Expr, wanted: AnyType) -> None:
    """Report `expr` unless it has the wanted type."""
    found = infer(scope, expr, wanted)
    if not unify(found, wanted):
        scope.report("P301", f"this is {settled(found)}, and {settled(wanted)} is wanted here", expr.span, _hint(found, wanted))


def _hint(found: AnyType, wanted: AnyType) -> str:
    match settled(found), settled(wanted):
        case Type(kind="set"), Type(kind="revision"):
            return "choose one of the set with `max` or `min`, or speak of each with `every r in …`"
        case Type(kind="revision"), Type(kind="number"):
            return "take a field of it, such as `.major`"
        case Type(kind="number"), Type(kind="revision"):
            return "write the revision with all its fields, such as 1.0, or its register word in hexadecimal"
        case _, Type(kind="bool"):
            return "a formula is wanted: compare it with `==`, or test it with `in`"
        case _:
            return ""


def infer(scope: Scope, expr: Expr, wanted: AnyType | None = None) -> AnyType:
    """The type of an expression. `wanted` only tells a hexadecimal register word from a number."""
    match expr:
        case Name():
            return _name(scope, expr)
        case Number(value=value, hexadecimal=hexadecimal, span=span):
            if value >= WORD:
                scope.report("P303", "this number does not fit in 64 bits", span, "the largest is 0xffffffffffffffff")
            return REVISION if hexadecimal and wanted is not None and settled(wanted) == REVISION else NUMBER
        case Revision():
            _literal(scope, expr)
            return REVISION
        case Boolean():
            return BOOL
        case FieldOf(of=of, part=part, span=span):
            expect(scope, of, REVISION)
            _width(scope, part, span)
            return NUMBER
        case With(of=of, updates=updates, span=span):
            expect(scope, of, REVISION)
            for part, value in updates:
                expect(scope, value, NUMBER)
                width = _width(scope, part, span)
                if width and isinstance(value, Number) and value.value >> width:
                    scope.report("P303", f"{value.value} does not fit in {width} bits", value.span)
            return REVISION
        case Call():
            return _call(scope, expr)
        case SetLiteral(items=items):
            for item in items:
                expect(scope, item, REVISION)
            return SET
        case Range(low=low, high=high):
            expect(scope, low, REVISION)
            expect(scope, high, REVISION)
            return SET
        case If(condition=condition, then=then, otherwise=otherwise):
            expect(scope, condition, BOOL)
            type_ = infer(scope, then, wanted)
            expect(scope, otherwise, type_)
            return type_
        case Extremum(domain=domain, variable=variable, where=where):
            if isinstance(domain, Range):
                scope.report("P305", "a range has no `max` or `min` here", domain.span, "name its ends instead")
            expect(scope, domain, SET)
            if variable is not None and where is not None:
                expect(_bind(scope, variable, expr.span), where, BOOL)
            return REVISION
        case Comparison():
            _comparison(scope, expr)
            return BOOL
        case Member(item=item, domain=domain):
            expect(scope, item, REVISION)
            expect(scope, domain, SET)
            return BOOL
        case IsEmpty(domain=domain):
            expect(scope, domain, SET)
            return BOOL
        case Quantified(variable=variable, domain=domain, body=body, span=span):
            expect(scope, domain, SET)
            expect(_bind(scope, variable, span), body, BOOL)
            return BOOL
        case Not(operand=operand):
            expect(scope, operand, BOOL)
            return BOOL
        case And(operands=operands) | Or(operands=operands):
            for operand in operands:
                expect(scope, operand, BOOL)
            return BOOL
        case Implies(left=left, right=right) | Iff(left=left, right=right):
            expect(scope, left, BOOL)
            expect(scope, right, BOOL)
            return BOOL
        case _:
            assert_never(expr)


def _name(scope: Scope, expr: Name) -> AnyType:
    found = scope.values.get(expr.id)
    if found is not None:
        return found
    if expr.id in scope.hidden:
        scope.report("P205", f"`{expr.id}` cannot be read here", expr.span, scope.hidden[expr.id])
        return Unknown()
    signature = scope.defines.get(expr.id)
    if signature is not None:
        if signature.parameters:
            _arity(scope, signature, 0, expr.span)
        return signature.result
    known = nearest(expr.id, [*scope.values, *scope.defines])
    scope.report("P201", f"nothing is called `{expr.id}` here", expr.span, _meant(known))
    return Unknown()


def _meant(known: str | None) -> str:
    return f"did you mean `{known}`?" if known else ""


def _call(scope: Scope, expr: Call) -> AnyType:
    signature = scope.defines.get(expr.name)
    if signature is None:
        for argument in expr.arguments:
            infer(scope, argument)
        if expr.name in scope.values:
            scope.report("P208", f"`{expr.name}` takes no arguments", expr.span, "only a `define` with parameters does")
        else:
            known = nearest(expr.name, list(scope.defines))
            scope.report("P201", f"no `define` is called `{expr.name}`", expr.span, _meant(known))
        return Unknown()
    if len(expr.arguments) != len(signature.parameters):
        _arity(scope, signature, len(expr.arguments), expr.span)
        return signature.result
    for argument, parameter in zip(expr.arguments, signature.parameters, strict=True):
        expect(scope, argument, parameter)
    return signature.result


def _arity(scope: Scope, signature: Signature, given: int, span: Span) -> None:
    name = signature.define.name
    wanted = len(signature.parameters)
    scope.report(
        "P208",
        f"`{name.id}` takes {wanted} argument{'s' if wanted != 1 else ''}, and {given or 'none'} "
        f"{'is' if given in (0, 1) else 'are'} given",
        span,
        "",
        Related(signature.source, name.span, "it is defined here"),
    )


def _comparison(scope: Scope, expr: Comparison) -> None:
    left, right = expr.left, expr.right
    # A hexadecimal literal takes the type of what it is compared with, so the other side goes first.
    if isinstance(left, Number) and not isinstance(right, Number):
        left, right = right, left
    type_ = infer(scope, left)
    found = infer(scope, right, type_)
    if not unify(found, type_):
        scope.report(
            "P301",
            f"{settled(type_)} is compared with {settled(found)}",
            expr.span,
            _hint(found, type_) or "both sides of a comparison have one type",
        )
        return
    type_ = settled(type_)
    if type_ == SET:
        scope.report(
            "P302", "sets are not compared with each other", expr.span, "write `every r in a: r in b`, and the reverse"
        )
    elif expr.operator not in ("==", "!=") and isinstance(type_, Type) and type_ not in (REVISION, NUMBER):
        scope.report("P302", f"{type_} has no order", expr.span, "only revisions and numbers are ordered")


def _bind(scope: Scope, variable: str, span: Span) -> Scope:
    if variable in scope.values or variable in scope.defines or variable in scope.hidden:
        scope.report("P210", f"`{variable}` has a meaning here already", span, "choose another name for the variable")
    return scope.with_values({variable: REVISION})


def _literal(scope: Scope, expr: Revision) -> None:
    names = [f for f in scope.fields if not f.zero]
    if not scope.fields:
        return
    if len(expr.fields) != len(names):
        pattern = ".".join(f.name.id for f in names)
        scope.report(
            "P303",
            f"a revision has {len(names)} number{'s' if len(names) != 1 else ''} here, and this one has {len(expr.fields)}",
            expr.span,
            f"write it as {pattern}",
        )
        return
    for value, field_ in zip(expr.fields, names, strict=True):
        width = field_.bits.high - field_.bits.low + 1
        if value >> width:
            scope.report(
                "P303",
                f"{value if value < WORD else 'this number'} does not fit in `{field_.name.id}`, which has {width} bits",
                expr.span,
                f"the largest is {(1 << width) - 1}",
            )


def _width(scope: Scope, part: str | Slice, span: Span) -> int:
    """The bits of a part of a word; 0 where there is no such part."""
    if isinstance(part, Slice):
        if not 63 >= part.high >= part.low:
            scope.report("P403", "a word has the bits 63 down to 0", part.span, "write the higher bit first, as in [31:16]")
            return 0
        return part.high - part.low + 1
    if not scope.fields:
        return 0
    for field_ in scope.fields:
        if field_.name.id == part:
            return field_.bits.high - field_.bits.low + 1
    known = nearest(part, [f.name.id for f in scope.fields])
    fields = ", ".join(f"`{f.name.id}`" for f in scope.fields)
    scope.report("P206", f"a revision has no field `{part}`", span, _meant(known) or f"its fields are {fields}")
    return 0
