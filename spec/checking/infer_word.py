"""Revision literals, and the parts of words: what is checked against the interface's format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import syntax
from ..diagnostics import listed, meant, plural, printable
from ..nesting import children
from ..parsing.habits.names import wrong_name
from ..words import WIDEST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..source import Span
    from .scope import Scope, Signature

DEEPEST_DEFINE = 8
"""How far `define`s within `define`s are followed to see how many bits a number has."""


_CUT_OFF = "where it does not fit the whole has no value, and C would cut it off: "


def check_literal(scope: Scope, expr: syntax.Revision) -> None:
    """Report a literal that has not as many numbers as revisions have, or one that does not fit in its field."""
    if not scope.fields:
        return
    fields = [field for field in scope.fields if not field.zero]
    if len(expr.fields) != len(fields):
        count = plural(len(fields), "number")
        help_ = f"write it as {'.'.join(field.name.id for field in fields)}"
        if len(fields) < 2:
            help_ = "write its register word in hexadecimal"
        scope.report("P303", f"a revision has {count} here, and this one has {len(expr.fields)}", expr.span, help_)
        return
    for value, field in zip(expr.fields, fields, strict=True):
        if value >> field.bits.width:
            _too_large(scope, f"`{field.name.id}`", field.bits.width, expr.span)


def check_updates(scope: Scope, expr: syntax.With) -> None:
    """Report parts of `t with { … }` that do not exist, stand there twice, or are too small for a number."""
    at = expr.of.span.end
    seen: dict[str | syntax.Slice, Span] = {}
    for part, value in expr.updates:
        span = scope.word(part, at, value.span.start) if isinstance(part, str) else part.span
        at = value.span.end
        if part in seen:
            scope.report("P202", "this part is replaced twice", span, "delete one of the two")
        seen[part] = span
        bits = width(scope, part, span)
        if bits and isinstance(value, syntax.Number):
            if value.value >> bits:
                _too_large(scope, "this part", bits, value.span)
        elif bits and (given := _bits_of(scope, value, {})) > bits:
            which = "these" if isinstance(part, syntax.Slice) else f"`{part}`"
            message = f"this may have {given} bits, and {which} {plural(bits, 'bit')}"
            scope.warn("P306", message, value.span, _CUT_OFF + _low_bits(scope, value, bits))


def check_arguments(scope: Scope, call: syntax.Call, signature: Signature) -> None:
    """Warn of numbers that the body of a `define` puts into a part of a word with fewer bits."""
    given = [_bits_of(scope, argument, {}) for argument in call.arguments]
    if not any(given) or signature.define.body is None:
        return
    parameters = [parameter.id for parameter in signature.define.parameters]
    for argument, bits, parameter in zip(call.arguments, given, parameters, strict=True):
        room = _room(scope, signature, parameter) if bits else 0
        if 0 < room < bits:
            message = f"this may have {bits} bits, and `{call.name}` puts it where there are {plural(room, 'bit')}"
            scope.warn("P306", message, argument.span, _CUT_OFF + _low_bits(scope, argument, room))


def _room(scope: Scope, signature: Signature, parameter: str) -> int:
    """The fewest bits of a part of a word that the body of a `define` gives a parameter as it is; 0 for none."""
    found: list[int] = []
    seen: set[tuple[str, str]] = set()
    waiting = [(signature, parameter)]
    while waiting:
        at, name = waiting.pop()
        if (at.define.name.id, name) in seen or at.define.body is None:
            continue
        seen.add((at.define.name.id, name))
        parts: list[syntax.Expr] = [at.define.body]
        while parts:
            expr = parts.pop()
            parts += children(expr)
            if isinstance(expr, syntax.With):
                found += [_bits(scope, part) for part, value in expr.updates if _is_given(value, name)]
            called = scope.defines.get(expr.name) if isinstance(expr, syntax.Call) else None
            if isinstance(expr, syntax.Call) and called is not None:
                inner = zip(called.define.parameters, expr.arguments, strict=False)
                waiting += [(called, label.id) for label, value in inner if _is_given(value, name)]
    return min(filter(None, found), default=0)


def _is_given(value: syntax.Expr, name: str) -> bool:
    """Whether a number is a parameter's as it is, on some branch."""
    if isinstance(value, syntax.If):
        return _is_given(value.then, name) or _is_given(value.otherwise, name)
    return isinstance(value, syntax.Name) and value.id == name


def _slice(scope: Scope, part: str | syntax.Slice) -> syntax.Slice | None:
    """The bits of a part of a word, None where there is no such part."""
    if isinstance(part, syntax.Slice):
        return part
    return next((field.bits for field in scope.fields if field.name.id == part), None)


def _bits(scope: Scope, part: str | syntax.Slice) -> int:
    """How many bits a part of a word has, 0 where there is no such part."""
    found = _slice(scope, part)
    return 0 if found is None else max(found.width, 0)


def _low_bits(scope: Scope, value: syntax.Expr, bits: int) -> str:
    """What to write for so many of the low bits of a number, with the slice where it is taken from a word."""
    if not isinstance(value, syntax.FieldOf):
        return f"take so many of its low bits as fit, which are {bits} here"
    part, found = value.part, _slice(scope, value.part)
    end = part.span.start if isinstance(part, syntax.Slice) else value.span.end - len(part)
    of = scope.source.text[value.span.start : end].rstrip(". \t")
    low = 0 if found is None else found.low
    return f"write its low bits, as in `{printable(of)}[{bits + low - 1}:{low}]`"


def _bits_of(scope: Scope, expr: syntax.Expr, arguments: Mapping[str, int], depth: int = 0) -> int:
    """The most bits that a number may need, as far as that can be seen; else 0."""
    match expr:
        case syntax.Number(value=value):
            return value.bit_length()
        case syntax.FieldOf(part=part):
            return _bits(scope, part)
        case syntax.If(then=then, otherwise=otherwise):
            return max(_bits_of(scope, branch, arguments, depth) for branch in (then, otherwise))
        case syntax.Name(id=name) if name in arguments:
            return arguments[name]
        case syntax.Name(id=name) | syntax.Call(name=name) if name not in scope.bound or depth:
            signature = scope.defines.get(name)
            body = signature.define.body if signature else None
            if signature is None or body is None or depth == DEEPEST_DEFINE:
                return 0
            given = expr.arguments if isinstance(expr, syntax.Call) else ()
            named = zip(signature.define.parameters, given, strict=False)
            inner = {parameter.id: _bits_of(scope, value, arguments, depth + 1) for parameter, value in named}
            return _bits_of(scope, body, inner, depth + 1)
        case _:
            return 0


def _too_large(scope: Scope, part: str, bits: int, span: Span) -> None:
    message = f"this number does not fit in {part}, which has {plural(bits, 'bit')}"
    scope.report("P303", message, span, f"the largest is {(1 << bits) - 1}")


def word_width(scope: Scope) -> int:
    """The bits of a word: as many as are laid out."""
    return scope.fields[0].bits.high + 1 if scope.fields else WIDEST


def width(scope: Scope, part: str | syntax.Slice, span: Span) -> int:
    """The bits of a part of a word; 0 where there is no such part, which is reported."""
    if isinstance(part, syntax.Slice):
        highest = word_width(scope) - 1
        if not highest >= part.high >= part.low:
            help_ = "write the higher bit first, as in [31:16]"
            scope.report("P403", f"a word has the bits {highest} down to 0", part.span, help_)
            return 0
        return part.width
    if not scope.fields or _slice(scope, part) is not None:
        return _bits(scope, part)
    names = [field.name.id for field in scope.fields]
    habit = wrong_name("field", part)
    if habit is not None:
        scope.report("P206", habit.message, span, habit.help)
        return 0
    help_ = meant(part, names, f"its fields are {listed(names)}", already=len(scope.problems))
    scope.report("P206", f"a revision has no field `{part}`", span, help_)
    return 0
