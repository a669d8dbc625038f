"""What has been encoded already: equal formulas over equal values are encoded once.

What is found here costs a question as much as if it had been encoded for it alone, each formula once: so whether a
question is too large does not depend on the questions before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from ..spec.defines import reads
from ..spec.nesting import children
from ..spec.syntax import Define, Expr


class Entry(Struct):
    """Something encoded, over `values` (kept, as an id is only good as long as what has it lives).

    `cost` are its terms without those of the entries `inside` it; `asked` is the last question that it was part of.
    """

    values: tuple[Any, ...]
    defines: Mapping[str, Define]
    asked: int
    made: Any = None
    cost: int = 0
    inside: list[Entry] = field(default_factory=list["Entry"])


class Numbering:
    """Numbers for formulas: equal ones have the same."""

    def __init__(self) -> None:
        self._of_node: dict[int, tuple[Expr, int]] = {}
        self._of_form: dict[tuple[Any, ...], int] = {}
        self._reads: dict[tuple[int, int], tuple[Mapping[str, Define], tuple[str, ...]]] = {}

    def of(self, expr: Expr) -> int:
        known = self._of_node.get(id(expr))
        if known is None:
            inner = tuple(self.of(child) for child in children(expr))
            # Forms without anything inside compare as they are; of others, what is not an expression tells them apart.
            form = (type(expr), inner, *_own(expr)) if inner else (expr,)
            number = self._of_form.setdefault(form, len(self._of_form))
            # An id is only good as long as what has it lives.
            known = self._of_node[id(expr)] = expr, number
        return known[1]

    def reads(self, expr: Expr, defines: Mapping[str, Define]) -> tuple[str, ...]:
        """The names that a formula takes from outside, also through `define`s."""
        key = (self.of(expr), id(defines))
        if key not in self._reads:
            self._reads[key] = defines, tuple(sorted(reads(expr, defines)))
        return self._reads[key][1]


def _own(expr: Expr) -> tuple[Any, ...]:
    """The fields of a node that are no expressions, as far as they are simple."""
    made: list[Any] = []
    for name in expr.__struct_fields__:
        value = getattr(expr, name)
        if isinstance(value, (str, bool, int)) or value is None:
            made.append((name, value))
        elif name == "part":
            made.append(value)
        elif name == "updates":
            made.append(tuple(part for part, _ in value))
    return tuple(made)
