"""Random claims about how sets of the configuration lie in each other: where the cutoff has more than witnesses to count."""

from __future__ import annotations

from parley.spec import syntax
from parley.spec.formatting.expressions import print_expr

from .draw import Draw, chance, pick
from .expressions import OPERATORS, SHAPES, Expressions, Seen
from .policies import Generated

LAYOUTS = ("tiny", "gap", "one")


def inclusion_text(draw: Draw) -> Generated:
    """The text of a policy with two or three sets, whose assumptions and claims compare them."""
    name = pick(draw, LAYOUTS)
    shape = SHAPES[name]
    made = _Inclusions(Expressions(draw, shape, slices=False, ranges=False), ("s", "t", "u")[: 2 + chance(draw, 40)])
    sets = "".join(f"    config {of} : set of revision\n" for of in made.sets)
    assumed = "".join(f"    assume a{at}: {made.formula(1)}\n" for at in range(draw.below(3)))
    optional = f"    assumption opt: {made.formula(1)}\n" if chance(draw, 30) else ""
    claims = "".join(
        f"    invariant i{at}{' under opt' if optional and chance(draw, 60) else ''}: {made.formula(2)}\n"
        for at in range(1 + draw.below(3))
    )
    return Generated(
        f"interface I {{\n    revision {{ {shape.layout} }}\n{sets}    input requested : revision\n"
        f"    output ok : bool\n    assume small: requested < 0x{1 << (shape is SHAPES['gap']):x}\n{assumed}{optional}}}\n"
        f"policy p for I {{\n    case c when {made.formula(1)} {{ ok = true }}\n"
        f"    case d otherwise {{ ok = {made.formula(0)} }}\n{claims}}}\n",
        name,
        loose=False,
    )


class _Inclusions:
    """Draws formulas that speak of sets, and of elements of one as elements of another."""

    def __init__(self, expressions: Expressions, sets: tuple[str, ...]) -> None:
        self.expressions = expressions
        self.sets = sets

    def formula(self, depth: int) -> str:
        return print_expr(self._formula(depth, ()))

    def _set(self) -> syntax.Expr:
        name = syntax.Name(pick(self.expressions.draw, self.sets))
        if not self.expressions.chance(8):
            return name
        other = syntax.Name(pick(self.expressions.draw, self.sets))
        return syntax.If(self._atom(()), name, other)

    def _formula(self, depth: int, bound: tuple[str, ...]) -> syntax.Expr:
        made = self.expressions
        if depth <= 0 or made.chance(20):
            return self._atom(bound)
        which = made.draw.below(8)
        if which < 3:
            return self._quantified(depth, bound)
        if which == 3:
            return syntax.Comparison(pick(made.draw, ("==", "==", "!=")), self._set(), self._set())
        if which == 4:
            return syntax.Not(self._formula(depth - 1, bound))
        if which == 5:
            return syntax.Implies(self._formula(depth - 1, bound), self._formula(depth - 1, bound))
        parts = tuple(self._formula(depth - 1, bound) for _ in range(2))
        return syntax.And(parts) if which == 6 else syntax.Or(parts)

    def _quantified(self, depth: int, bound: tuple[str, ...]) -> syntax.Expr:
        made = self.expressions
        name = made.fresh()
        kind = pick(made.draw, ("every", "every", "every", "some", "no"))
        return syntax.Quantified(kind, name, self._set(), self._formula(depth - 1, (*bound, name)))

    def _atom(self, bound: tuple[str, ...]) -> syntax.Expr:
        made = self.expressions
        seen = Seen(words=(*bound, *bound, "requested"))
        which = made.draw.below(6)
        if which < 3:
            return syntax.Member(made.term(seen, 0), syntax.Name(pick(made.draw, self.sets)), made.chance(25))
        if which == 3:
            best = syntax.Extremum(pick(made.draw, ("max", "min")), syntax.Name(pick(made.draw, self.sets)))
            if made.chance(40):
                name = made.fresh()
                inside = syntax.Member(syntax.Name(name), syntax.Name(pick(made.draw, self.sets)), made.chance(60))
                best = syntax.Extremum(best.kind, best.domain, name, inside)
            return syntax.Comparison(pick(made.draw, OPERATORS), made.term(seen, 0), best)
        if which == 4:
            return syntax.IsEmpty(syntax.Name(pick(made.draw, self.sets)), made.chance(60))
        return syntax.Comparison(pick(made.draw, OPERATORS), made.term(seen, 0), made.term(seen, 0))
