"""Z3 terms, made through the solver's C interface.

z3's own Python operators look at the sorts of both sides at every step, which takes longer than solving what comes
of it. Here the sorts are known: what is compared are integers, what is joined are Booleans.
"""

# z3 carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import z3  # pyright: ignore[reportMissingTypeStubs]

_CONTEXT: Any = z3.main_ctx()
_REFERENCE: Any = _CONTEXT.ref()

TRUE: Any = z3.BoolVal(True)
FALSE: Any = z3.BoolVal(False)


def _bool(made: Any) -> Any:
    return z3.BoolRef(made, _CONTEXT)


def _array(parts: Sequence[Any]) -> Any:
    return (z3.Ast * len(parts))(*(part.ast for part in parts))


@cache
def number(value: int) -> Any:
    return z3.IntVal(value)


def conj(parts: Sequence[Any]) -> Any:
    kept = [part for part in parts if part is not TRUE]
    if len(kept) < 2:
        return kept[0] if kept else TRUE
    return _bool(z3.Z3_mk_and(_REFERENCE, len(kept), _array(kept)))


def disj(parts: Sequence[Any]) -> Any:
    kept = [part for part in parts if part is not FALSE]
    if len(kept) < 2:
        return kept[0] if kept else FALSE
    return _bool(z3.Z3_mk_or(_REFERENCE, len(kept), _array(kept)))


def neg(part: Any) -> Any:
    if part is TRUE or part is FALSE:
        return FALSE if part is TRUE else TRUE
    return _bool(z3.Z3_mk_not(_REFERENCE, part.ast))


def implies(left: Any, right: Any) -> Any:
    return right if left is TRUE else _bool(z3.Z3_mk_implies(_REFERENCE, left.ast, right.ast))


def equal(left: Any, right: Any) -> Any:
    """Of two integers or two Booleans."""
    return _bool(z3.Z3_mk_eq(_REFERENCE, left.ast, right.ast))


def less(left: Any, right: Any) -> Any:
    return _bool(z3.Z3_mk_lt(_REFERENCE, left.ast, right.ast))


def at_most(left: Any, right: Any) -> Any:
    return _bool(z3.Z3_mk_le(_REFERENCE, left.ast, right.ast))


def within(value: Any, end: int) -> Any:
    """From 0 up to, and without, `end`."""
    return conj([at_most(number(0), value), less(value, number(end))])


def name_of(constant: Any) -> str:
    """The name of a constant; printing it instead goes through z3's formatter."""
    return constant.decl().name()
