"""Small faults in formulas: each variant of an expression differs from it in one place, as slips and misreadings do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from ..spec import syntax
from ..spec.checked_interface import CheckedInterface
from ..spec.core import Core
from ..spec.elaborate import Elaboration
from ..spec.formatting.expressions import print_expr
from ..spec.words import Field, Format
from .kinds import Kind, kind_of

_OPERATORS: dict[str, tuple[str, ...]] = {
    "==": ("!=", "<=", ">="),
    "!=": ("==",),
    "<": ("<=", ">", "!="),
    "<=": ("<", "==", ">="),
    ">": (">=", "<", "!="),
    ">=": (">", "==", "<="),
}


class Context(Struct, frozen=True):
    """What names stand for where a formula is mutated, and what may be put in the place of a revision."""

    interface: CheckedInterface
    elaboration: Elaboration
    names: Mapping[str, Core]
    instead: tuple[syntax.Expr, ...]

    @property
    def format(self) -> Format:
        return self.interface.format

    def kind(self, expr: syntax.Expr) -> Kind:
        return kind_of(self.interface, self.elaboration.of(expr, self.names))

    def reads(self, expr: syntax.Expr, name: str) -> bool:
        return name in self.elaboration.of(expr, self.names).free

    def binding(self, name: str) -> Context:
        # For its kind, any revision will do.
        return replace(self, names={**self.names, name: self.elaboration.nodes.nothing()})


Variant = tuple[str, syntax.Expr]
"""What was changed, and the formula with it."""


def variants(expr: syntax.Expr, context: Context) -> Iterator[Variant]:
    """The expression with one thing in it changed, in the order of the text; each with what was changed."""
    yield from _here(expr, context)
    for child, put, inner in _children(expr, context):
        for what, changed in variants(child, inner):
            yield what, put(changed)


def _here(expr: syntax.Expr, context: Context) -> Iterator[Variant]:
    """What can go wrong at the root."""
    shown = print_expr(expr)
    match expr:
        case syntax.Comparison():
            yield from _compared(expr, context, shown)
        case syntax.Extremum(kind=kind) if kind != "first":
            other = "min" if kind == "max" else "max"
            yield f"{kind} → {other} in `{shown}`", replace(expr, kind=other)
        case syntax.Quantified(kind=kind):
            other = {"some": "every", "every": "some", "no": "some"}[kind]
            yield f"{kind} → {other} in `{shown}`", replace(expr, kind=other)
        case syntax.Member(negated=negated) | syntax.IsEmpty(negated=negated) | syntax.IsNamed(negated=negated):
            yield f"`{shown}` negated", replace(expr, negated=not negated)
            if isinstance(expr, syntax.Member):
                yield from _without_ends(expr, context, shown)
            yield from _renamed(expr, context, shown)
        case syntax.Not(operand=operand):
            yield f"`not` dropped from `{shown}`", operand
        case syntax.And(operands=operands) | syntax.Or(operands=operands):
            joined, join = ("or", syntax.Or) if isinstance(expr, syntax.And) else ("and", syntax.And)
            yield f"joined by {joined}: `{shown}`", join(operands, span=expr.span)
            for at, operand in enumerate(operands):
                rest = (*operands[:at], *operands[at + 1 :])
                kept = rest[0] if len(rest) == 1 else replace(expr, operands=rest)
                yield f"`{print_expr(operand)}` dropped", kept
        case syntax.Implies(left=left, right=right):
            yield f"turned round: `{shown}`", syntax.Implies(right, left, span=expr.span)
        case syntax.If(then=then, otherwise=otherwise):
            yield f"branches exchanged in `{shown}`", replace(expr, then=otherwise, otherwise=then)
        case syntax.Number(value=value):
            for other in (value + 1, value - 1):
                if 0 <= other < context.format.end:
                    changed = replace(expr, value=other)
                    yield f"{shown} → {print_expr(changed)}", changed
        case syntax.Revision(fields=fields):
            *front, last = fields
            most = (1 << context.format.numbered[-1].width) - 1
            yield f"{shown} → next", replace(expr, fields=(*front, last + 1 if last < most else last - 1))
        case syntax.Boolean(value=value):
            yield f"{shown} → {'false' if value else 'true'}", syntax.Boolean(not value, span=expr.span)
        case syntax.Name() if context.kind(expr) == "revision":
            for other in context.instead:
                if other != expr:
                    yield f"{shown} → {print_expr(other)}", other
        case syntax.Name() | syntax.Call() if context.kind(expr) == "bool":
            yield f"`{shown}` negated", syntax.Not(expr, span=expr.span)
        case syntax.FieldOf(of=of, part=str(part)):
            for field in context.format.numbered:
                if field.name != part:
                    yield f"{shown} → .{field.name}", syntax.FieldOf(of, field.name, span=expr.span)
        case _:
            return


def _without_ends(expr: syntax.Member, context: Context, shown: str) -> Iterator[Variant]:
    """What is asked of a range, with one of its ends taken to be outside, or of one end only."""
    domain = expr.domain
    if not (isinstance(domain, syntax.Name) and domain.id in context.interface.ranges):
        return
    first, last = syntax.Extremum("min", domain), syntax.Extremum("max", domain)
    inside = replace(expr, negated=False)
    ways = (
        ("the first left out of", syntax.And((inside, syntax.Comparison("!=", expr.item, first)))),
        ("the last left out of", syntax.And((inside, syntax.Comparison("!=", expr.item, last)))),
        ("only the last looked at in", syntax.Comparison("<=", expr.item, last)),
        ("only the first looked at in", syntax.Comparison(">=", expr.item, first)),
        ("only the ends looked at in", syntax.Member(expr.item, syntax.SetLiteral((first, last)))),
    )
    for what, changed in ways:
        yield (
            f"{what} `{shown}`",
            syntax.Not(changed, span=expr.span) if expr.negated else replace(changed, span=expr.span),
        )


def _renamed(expr: syntax.Expr, context: Context, shown: str) -> Iterator[Variant]:
    """The variable has another of its names."""
    if isinstance(expr, syntax.IsNamed) and isinstance(expr.item, syntax.Name):
        for other in context.interface.named.get(expr.item.id, {}):
            if other != expr.name:
                yield f"{expr.name} → {other} in `{shown}`", replace(expr, name=other)


def _compared(expr: syntax.Comparison, context: Context, shown: str) -> Iterator[Variant]:
    sides = {context.kind(expr.left), context.kind(expr.right)}
    for other in _OPERATORS[expr.operator]:
        if other in ("==", "!=") or sides & {"revision", "number"}:
            yield f"{expr.operator} → {other} in `{shown}`", replace(expr, operator=other)
    if "set" in sides:
        yield from _included(expr, shown)
    numbered = context.format.numbered
    if "revision" not in sides or len(numbered) < 2:
        return

    def of(field: Field) -> tuple[syntax.Expr, syntax.Expr]:
        return syntax.FieldOf(expr.left, field.name), syntax.FieldOf(expr.right, field.name)

    for field in numbered:
        one, other = of(field)
        yield f"only {field.name} looked at in `{shown}`", replace(expr, left=one, right=other)
    first, last = numbered[0], numbered[-1]
    same_first, same_last = syntax.Comparison("==", *of(first)), syntax.Comparison("==", *of(last))
    if expr.operator == "==":
        least = syntax.Comparison(">=", *of(last))
        yield (
            f"same {first.name} and {last.name} at least in `{shown}`",
            syntax.And((same_first, least), span=expr.span),
        )
    if expr.operator in ("<", ">"):
        tie = syntax.And((same_last, syntax.Comparison(expr.operator, *of(first))))
        either = syntax.Or((syntax.Comparison(expr.operator, *of(last)), tie), span=expr.span)
        yield f"{last.name} before {first.name} in `{shown}`", either


def _included(expr: syntax.Comparison, shown: str) -> Iterator[Variant]:
    """Of two sets that are compared, only that one lies in the other is looked at."""
    element = syntax.Name("x·")
    for one, other in ((expr.left, expr.right), (expr.right, expr.left)):
        inside = syntax.Quantified("every", element.id, one, syntax.Member(element, other), span=expr.span)
        changed = inside if expr.operator == "==" else syntax.Not(inside, span=expr.span)
        yield f"only looked at whether {print_expr(other)} has all of {print_expr(one)} in `{shown}`", changed


_Put = Callable[[syntax.Expr], syntax.Expr]


def _children(expr: syntax.Expr, context: Context) -> Iterator[tuple[syntax.Expr, _Put, Context]]:
    """The parts of an expression, each with how to put another in its place, and what names stand for in it."""
    match expr:
        case syntax.Name() | syntax.Number() | syntax.Revision() | syntax.Boolean():
            return
        case syntax.IsEmpty() | syntax.IsNamed():
            return
        case syntax.FieldOf():
            yield from _single(expr, ("of",), context)
        case syntax.With(updates=updates):
            yield from _single(expr, ("of",), context)
            for at, (part, value) in enumerate(updates):
                yield (
                    value,
                    lambda e, at=at, part=part: replace(expr, updates=(*updates[:at], (part, e), *updates[at + 1 :])),
                    context,
                )
        case syntax.Call():
            yield from _listed(expr, "arguments", context)
        case syntax.SetLiteral():
            yield from _listed(expr, "items", context)
        case syntax.And() | syntax.Or():
            yield from _listed(expr, "operands", context)
        case syntax.Range():
            yield from _single(expr, ("low", "high"), context)
        case syntax.Comparison() | syntax.Implies() | syntax.Iff():
            yield from _single(expr, ("left", "right"), context)
        case syntax.If():
            yield from _single(expr, ("condition", "then", "otherwise"), context)
        case syntax.Extremum(variable=variable):
            # Another set would not be a slip: there is mostly one.
            if variable is not None:
                yield from _single(expr, ("where",), context.binding(variable))
        case syntax.Member():
            yield from _single(expr, ("item", "domain"), context)
        case syntax.Quantified(variable=variable):
            yield from _single(expr, ("body",), context.binding(variable))
        case syntax.Not():
            yield from _single(expr, ("operand",), context)
        case _:
            assert_never(expr)


def _single(expr: syntax.Expr, names: tuple[str, ...], context: Context) -> Iterator[tuple[syntax.Expr, _Put, Context]]:
    for name in names:
        yield getattr(expr, name), lambda e, name=name: replace(expr, **{name: e}), context


def _listed(expr: syntax.Expr, name: str, context: Context) -> Iterator[tuple[syntax.Expr, _Put, Context]]:
    parts: tuple[syntax.Expr, ...] = getattr(expr, name)
    for at, part in enumerate(parts):
        yield part, lambda e, at=at: replace(expr, **{name: (*parts[:at], e, *parts[at + 1 :])}), context
