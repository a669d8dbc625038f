"""Core nodes spelled out again as surface text, for reports: in the forms that they came from, `define`s put in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias, assert_never

from . import core, syntax
from .formatting.expressions import print_expr
from .intervals import range_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .core import Core, Symbol

_Names: TypeAlias = "Mapping[Symbol, str]"

_TURNED: Mapping[core.Operator, Literal[">", ">="]] = {"<": ">", "<=": ">="}


AS_IT_IS = "·"
"""Behind a variable that may have a name for its value: its value, whether that is a word or a name."""

MOST_SPELLED = 5_000
"""Nodes that are spelled out, those that occur twice counted twice; of more, nobody would read the text."""


def written(node: Core, names: _Names) -> str:
    """What the node was written as: of a quantifier, the whole, though the node is what is negated in it.

    `names` are what the variables that are bound around it are called. A node of more than `MOST_SPELLED` is as it was
    written, without the `define`s put in.
    """
    if node.size > MOST_SPELLED and node.origin is not None:
        return plain(print_expr(node.origin))
    whole = _quantified(node, node.origin, names) if isinstance(node, core.Exists) else spelled(node, names)
    return plain(print_expr(whole))


def plain(text: str) -> str:
    """Text without what tells apart variables that are called the same."""
    return re.sub(r"·\d*", "", text)


def spelled(node: Core, known: _Names) -> syntax.Expr:
    """An expression that means what the node does. Each bound variable has a number that no other around it has."""
    return _word_or_name(node) or _spelled(node, known)


def _spelled(node: Core, known: _Names) -> syntax.Expr:

    def at(inner: Core) -> syntax.Expr:
        return spelled(inner, known)

    origin = node.origin
    match node:
        case core.Constant(value=value, written=written):
            if isinstance(origin, (syntax.Name, syntax.Number, syntax.Revision)):
                return origin
            return (
                syntax.Boolean(value)
                if isinstance(value, bool)
                else syntax.Number(value, written in ("revision", "word"))
            )
        case core.Variable(symbol=symbol):
            return syntax.Name(known.get(symbol, str(symbol)))
        case core.Bits(of=of, low=low, width=width):
            part = origin.part if isinstance(origin, syntax.FieldOf) else syntax.Slice(low + width - 1, low)
            return syntax.FieldOf(at(of), part)
        case core.Replaced(of=of, parts=parts):
            updates = origin.updates if isinstance(origin, syntax.With) else ()
            written_as = [part for part, _ in updates] or [syntax.Slice(low + w - 1, low) for low, w, _ in parts]
            values = (at(value) for _, _, value in parts)
            return syntax.With(at(of), tuple(zip(written_as, values, strict=True)))
        case core.Extremum(kind=kind, domain=domain, where=where, bound=bound):
            if core.is_true(where):
                return syntax.Extremum(kind, at(domain))
            name = name_of(node)
            return syntax.Extremum(kind, at(domain), name, spelled(where, {**known, bound: name}))
        case core.Choice(test=test, then=then, otherwise=otherwise):
            return syntax.If(at(test), at(then), at(otherwise))
        case core.Compare(operator=operator, left=left, right=right):
            if operator != "==" and isinstance(origin, syntax.Comparison) and origin.operator in (">", ">="):
                return syntax.Comparison(_TURNED[operator], at(right), at(left))
            return syntax.Comparison(operator, at(left), at(right))
        case core.Member(item=item, domain=domain):
            return syntax.Member(at(item), at(domain))
        case core.Applied(relation=relation, arguments=arguments):
            return syntax.Call(relation, tuple(map(at, arguments))) if arguments else syntax.Name(relation)
        case core.Not(operand=operand):
            return _negation(node, operand, known)
        case core.And(
            operands=(core.Not(operand=core.Exists(domain=left)), core.Not(operand=core.Exists(domain=right)))
        ) if isinstance(origin, syntax.Comparison):
            return syntax.Comparison("==", at(left), at(right))
        case core.And(operands=operands):
            return syntax.And(tuple(map(at, operands)))
        case core.Or(operands=(left, right)) if isinstance(origin, syntax.Implies):
            return syntax.Implies(_opposite(left, known), at(right))
        case core.Or(operands=operands):
            return syntax.Or(tuple(map(at, operands)))
        case core.Same(left=left, right=right):
            return syntax.Iff(at(left), at(right))
        case core.Exists():
            positive = isinstance(origin, syntax.IsEmpty) and origin.negated
            return _quantified(node, origin if positive else None, known)
        case core.Listed(items=items):
            return syntax.SetLiteral(tuple(map(at, items)))
        case core.Interval() if (whole := range_of(node)) is not None:
            return at(whole)
        case core.Interval(low=low, high=high):
            return syntax.Range(at(low), at(high))
        case _:
            assert_never(node)


def _word_or_name(node: Core) -> syntax.Expr | None:
    """What is said of a variable that may have a name for its value; None of any other node."""
    match node:
        case core.Variable(symbol=str(), origin=syntax.Name(id=written_as) as origin) if written_as.endswith(AS_IT_IS):
            return origin
        case core.Choice(otherwise=core.Variable(symbol=str(name)), origin=syntax.Name(id=of)) if (
            # In a session, each round has a copy.
            of == name.partition("@")[0]
        ):
            return syntax.Name(name)
        case core.Compare():
            return _named(node)
        case _:
            return None


def _named(node: core.Compare, *, negated: bool = False) -> syntax.IsNamed | None:
    """`version is NOT_SUPPORTED`, or `is not`, where that is what is compared."""
    match node:
        case core.Compare(
            origin=syntax.IsNamed(),
            left=core.Variable(symbol=str(of)),
            right=core.Constant(origin=syntax.Name(id=name)),
        ):
            return syntax.IsNamed(syntax.Name(of), name, negated)
        case _:
            return None


def name_of(binder: core.Exists | core.Extremum) -> str:
    """What the variable that it binds is called."""
    return _numbered(binder.origin, binder.bound)


def _numbered(origin: syntax.Expr | None, bound: int) -> str:
    name = origin.variable if isinstance(origin, (syntax.Quantified, syntax.Extremum)) else None
    return f"{(name or 'x').partition('·')[0]}·{bound}"


def _opposite(node: Core, names: _Names) -> syntax.Expr:
    """The premise of an implication, which is a disjunction of what is not so."""
    match node:
        case core.Not(operand=operand):
            return spelled(operand, names)
        case core.Compare() if (named := _named(node, negated=True)) is not None:
            return named
        case core.Compare(operator="==", left=left, right=right):
            return syntax.Comparison("!=", spelled(left, names), spelled(right, names))
        case core.Member(item=item, domain=domain):
            return syntax.Member(spelled(item, names), spelled(domain, names), negated=True)
        case core.Exists(origin=syntax.Quantified(kind="every" | "no") | syntax.IsEmpty(negated=False) as origin):
            return _quantified(node, origin, names)
        case _:
            return syntax.Not(spelled(node, names))


def _negation(node: core.Not, operand: Core, names: _Names) -> syntax.Expr:
    match operand, node.origin:
        case core.Compare(operator="=="), syntax.Comparison() | syntax.IsNamed():
            return _opposite(operand, names)
        case core.Member(), syntax.Member():
            return _opposite(operand, names)
        case core.Exists(), _:
            return _opposite(operand, names)
        case _:
            return syntax.Not(spelled(operand, names))


def _quantified(node: core.Exists, origin: syntax.Expr | None, names: _Names) -> syntax.Expr:
    """The quantifier that an origin is; without one, `some`."""
    domain = spelled(node.domain, names)
    if isinstance(origin, syntax.IsEmpty):
        return syntax.IsEmpty(domain, origin.negated)
    name = name_of(node)
    inner: _Names = {**names, node.bound: name}
    kind = origin.kind if isinstance(origin, syntax.Quantified) else "some"
    body = _opposite(node.body, inner) if kind == "every" else spelled(node.body, inner)
    return syntax.Quantified(kind, name, domain, body)
