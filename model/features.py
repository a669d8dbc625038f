"""What formulas can tell revisions apart by: the parts they look at, the constants they mention."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from ..spec.nesting import children
from ..spec.syntax import Call, Define, Expr, FieldOf, Name, Quantified, Range, Revision, Slice, With
from ..spec.words import Format


class Features(Struct, frozen=True):
    """`parts` are fields and slices, `words` literals; `ranges` is how deep quantified ranges nest."""

    parts: frozenset[str | Slice]
    words: frozenset[int]
    ranges: int

    def joined(self, other: Features) -> Features:
        """The features of what has these and of what has the others, together."""
        return Features(
            self.parts | other.parts,
            self.words | other.words,
            max(self.ranges, other.ranges),
        )


def features_of(exprs: Iterable[Expr], defines: dict[str, Define], format_: Format) -> Features:
    """The features of some formulas together, with the `define`s that they use."""
    parts: set[str | Slice] = set()
    words: set[int] = set()
    depth_of: dict[str, int] = {}

    def visit(expr: Expr) -> int:
        match expr:
            case FieldOf(part=part):
                parts.add(part)
            case With(updates=updates):
                parts.update(part for part, _ in updates)
            case Revision(fields=fields):
                words.add(format_.word(fields))
            case _:
                pass
        deepest = max((visit(child) for child in children(expr)), default=0)
        name = expr.name if isinstance(expr, Call) else expr.id if isinstance(expr, Name) else ""
        define = defines.get(name)
        if define is not None and define.body is not None:
            if name not in depth_of:
                depth_of[name] = visit(define.body)
            deepest += depth_of[name]
        return deepest + (isinstance(expr, Quantified) and isinstance(expr.domain, Range))

    ranges = max((visit(expr) for expr in exprs), default=0)
    return Features(frozenset(parts), frozenset(words), ranges)
