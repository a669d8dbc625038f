"""Formulas and terms as text, each on one line."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, assert_never

from ..syntax import (
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


_Parts = list[str | tuple[Expr, _Level]]


def print_expr(expr: Expr) -> str:
    """A formula or term on one line, in parentheses only where reading it back would give another tree without.

    Every tree that `parse` can give is read back as it was. (Others exist: a range that is no domain, an `and` of one.)
    """
    return _within(expr, _Level.IMPLIES, last=True)


def _within(expr: Expr, wanted: _Level, *, last: bool) -> str:
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


def _form(expr: Expr) -> tuple[_Level, _Parts]:
    """The level of a form, and its text around its operands, each with the level that it must have there."""
    match expr:
        case Name(id=name):
            return _Level.POSTFIX, [name]
        case Number(value=value, hexadecimal=hexadecimal):
            return _Level.POSTFIX, [f"{value:#x}" if hexadecimal else str(value)]
        case Revision(fields=fields):
            return _Level.POSTFIX, [".".join(str(number) for number in fields)]
        case Boolean(value=value):
            return _Level.POSTFIX, ["true" if value else "false"]
        case FieldOf(of=Boolean(value=value), part=Slice() as part):
            # `false[0]` would be a field of that name.
            return _Level.POSTFIX, [f"({'true' if value else 'false'})", _slice(part)]
        case FieldOf(of=of, part=part):
            return _Level.POSTFIX, [(of, _Level.POSTFIX), _slice(part) if isinstance(part, Slice) else f".{part}"]
        case With(of=of, updates=updates):
            parts: _Parts = [(of, _Level.POSTFIX), " with { "]
            for place, (part, value) in enumerate(updates):
                changed = _slice(part) if isinstance(part, Slice) else part
                parts += [f"{', ' if place else ''}{changed} = ", (value, _Level.IMPLIES)]
            return _Level.POSTFIX, [*parts, " }"]
        case Call(name=name, arguments=arguments):
            return _Level.POSTFIX, [f"{name}(", *_joined(arguments, ", ", _Level.IMPLIES), ")"]
        case SetLiteral(items=items):
            return _Level.POSTFIX, ["{", *_joined(items, ", ", _Level.IMPLIES), "}"]
        case Range(low=low, high=high):
            return _Level.DOMAIN, [(low, _Level.TERM), "..", (high, _Level.TERM)]
        case If(condition=condition, then=then, otherwise=otherwise):
            any_ = _Level.IMPLIES
            return _Level.OPEN, ["if ", (condition, any_), " then ", (then, any_), " else ", (otherwise, any_)]
        case Extremum(kind=kind, domain=domain, variable=variable, where=where):
            if where is None:
                return _Level.TERM, [f"{kind} ", (domain, _Level.POSTFIX)]
            return _Level.OPEN, [f"{kind} {variable} in ", (domain, _Level.DOMAIN), " where ", (where, _Level.IMPLIES)]
        case Comparison(operator=operator, left=left, right=right):
            return _Level.COMPARISON, [(left, _Level.TERM), f" {operator} ", (right, _Level.OPEN)]
        case Member(item=item, domain=domain, negated=negated):
            word = " not in " if negated else " in "
            return _Level.COMPARISON, [(item, _Level.TERM), word, (domain, _Level.DOMAIN)]
        case IsEmpty(domain=domain, negated=negated):
            return _Level.COMPARISON, [(domain, _Level.TERM), " is not empty" if negated else " is empty"]
        case Quantified(kind=kind, variable=variable, domain=domain, body=body):
            return _Level.OPEN, [f"{kind} {variable} in ", (domain, _Level.DOMAIN), ": ", (body, _Level.IMPLIES)]
        case Not(operand=operand):
            return _Level.NOT, ["not ", (operand, _Level.NOT)]
        case And(operands=operands):
            return _Level.AND, _joined(operands, " and ", _Level.NOT)
        case Or(operands=operands):
            return _Level.OR, _joined(operands, " or ", _Level.AND)
        case Implies(left=left, right=right):
            return _Level.IMPLIES, [(left, _Level.IFF), " implies ", (right, _Level.IMPLIES)]
        case Iff(left=left, right=right):
            return _Level.IFF, [(left, _Level.OR), " iff ", (right, _Level.OR)]
        case _:
            assert_never(expr)


def _joined(exprs: Iterable[Expr], between: str, level: _Level) -> _Parts:
    parts: _Parts = []
    for expr in exprs:
        parts += [between, (expr, level)]
    return parts[1:]


def _slice(bits: Slice) -> str:
    return f"[{bits.high}]" if bits.high == bits.low else f"[{bits.high}:{bits.low}]"
