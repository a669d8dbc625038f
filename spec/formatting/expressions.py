"""Formulas and terms as text, each on one line."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, assert_never

from .. import syntax

if TYPE_CHECKING:
    from collections.abc import Iterable


class _Level(IntEnum):
    """How tightly a form holds together, loosest first: the order of the productions in grammar.lark."""

    IMPLIES = 0
    IFF = 1
    OR = 2
    AND = 3
    NOT = 4
    COMPARISON = 5
    OPEN = 6
    DOMAIN = 7
    TERM = 8
    POSTFIX = 9


_Parts = list[str | tuple[syntax.Expr, _Level]]


def print_expr(expr: syntax.Expr) -> str:
    """A formula or term on one line, in parentheses only where reading it back would give another tree without.

    Every tree that `parse` can give is read back as it was. (Others exist: a range that is no domain, an `and` of one.)
    """
    return _within(expr, _Level.IMPLIES, last=True)


def _within(expr: syntax.Expr, wanted: _Level, *, last: bool) -> str:
    """An expression where at least `wanted` is; `last` says that nothing follows which an open form would swallow."""
    level, parts = _form(expr)
    enclosed = level < wanted or (level is _Level.OPEN and not last)
    text = ""
    for place, part in enumerate(parts, 1):
        if isinstance(part, str):
            text += part
            continue
        # Where any expression may stand, a word or a bracket ends it; only the last part ends where the whole does.
        ends = last or enclosed if place == len(parts) else part[1] is _Level.IMPLIES
        text += _within(*part, last=ends)
    return f"({text})" if enclosed else text


def _form(expr: syntax.Expr) -> tuple[_Level, _Parts]:
    """The level of a form, and its text around its operands, each with the level that it must have there."""
    match expr:
        case syntax.Name(id=name):
            return _Level.POSTFIX, [name]
        case syntax.Number(value=value, hexadecimal=hexadecimal):
            return _Level.POSTFIX, [f"{value:#x}" if hexadecimal else str(value)]
        case syntax.Revision(fields=fields):
            return _Level.POSTFIX, [".".join(str(number) for number in fields)]
        case syntax.Boolean(value=value):
            return _Level.POSTFIX, ["true" if value else "false"]
        case syntax.FieldOf(of=syntax.Boolean(value=value), part=syntax.Slice() as part):
            # `false[0]` would be a field of that name.
            return _Level.POSTFIX, [f"({'true' if value else 'false'})", _slice(part)]
        case syntax.FieldOf(of=of, part=part):
            return _Level.POSTFIX, [(of, _Level.POSTFIX), f".{part}" if isinstance(part, str) else _slice(part)]
        case syntax.With(of=of, updates=updates):
            parts: _Parts = [(of, _Level.POSTFIX), " with { "]
            for place, (part, value) in enumerate(updates):
                changed = _slice(part) if isinstance(part, syntax.Slice) else part
                parts += [f"{', ' if place else ''}{changed} = ", (value, _Level.IMPLIES)]
            return _Level.POSTFIX, [*parts, " }"]
        case syntax.Call(name=name, arguments=arguments):
            return _Level.POSTFIX, [f"{name}(", *_joined(arguments, ", ", _Level.IMPLIES), ")"]
        case syntax.SetLiteral(items=items):
            return _Level.POSTFIX, ["{", *_joined(items, ", ", _Level.IMPLIES), "}"]
        case syntax.Range(low=low, high=high):
            return _Level.DOMAIN, [(low, _Level.TERM), "..", (high, _Level.TERM)]
        case syntax.If(condition=condition, then=then, otherwise=otherwise):
            any_ = _Level.IMPLIES
            return _Level.OPEN, ["if ", (condition, any_), " then ", (then, any_), " else ", (otherwise, any_)]
        case syntax.Extremum(kind=kind, domain=domain, variable=variable, where=where):
            if where is None:
                return _Level.TERM, [f"{kind} ", (domain, _Level.POSTFIX)]
            return _Level.OPEN, [f"{kind} {variable} in ", (domain, _Level.DOMAIN), " where ", (where, _Level.IMPLIES)]
        case syntax.Comparison(operator=operator, left=left, right=right):
            return _Level.COMPARISON, [(left, _Level.DOMAIN), f" {operator} ", (right, _Level.OPEN)]
        case syntax.Member(item=item, domain=domain, negated=negated):
            word = " not in " if negated else " in "
            return _Level.COMPARISON, [(item, _Level.TERM), word, (domain, _Level.DOMAIN)]
        case syntax.IsEmpty(domain=item, negated=negated) | syntax.IsNamed(item=item, negated=negated):
            what = expr.name if isinstance(expr, syntax.IsNamed) else "empty"
            return _Level.COMPARISON, [(item, _Level.TERM), f" is {'not ' if negated else ''}{what}"]
        case syntax.Quantified(kind=kind, variable=variable, domain=domain, body=body):
            return _Level.OPEN, [f"{kind} {variable} in ", (domain, _Level.DOMAIN), ": ", (body, _Level.IMPLIES)]
        case syntax.Not(operand=operand):
            return _Level.NOT, ["not ", (operand, _Level.NOT)]
        case syntax.And(operands=operands):
            return _Level.AND, _joined(operands, " and ", _Level.NOT)
        case syntax.Or(operands=operands):
            return _Level.OR, _joined(operands, " or ", _Level.AND)
        case syntax.Implies(left=left, right=right):
            return _Level.IMPLIES, [(left, _Level.IFF), " implies ", (right, _Level.IMPLIES)]
        case syntax.Iff(left=left, right=right):
            return _Level.IFF, [(left, _Level.OR), " iff ", (right, _Level.OR)]
        case _:
            assert_never(expr)


def _joined(exprs: Iterable[syntax.Expr], between: str, level: _Level) -> _Parts:
    parts: _Parts = []
    for expr in exprs:
        parts += [between, (expr, level)]
    return parts[1:]


def _slice(bits: syntax.Slice) -> str:
    return f"[{bits.high}]" if bits.high == bits.low else f"[{bits.high}:{bits.low}]"
