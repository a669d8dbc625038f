"""Random expressions, well typed by construction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from parley.spec import syntax

from .draw import Draw, chance, pick

Operator: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">="]
OPERATORS: tuple[Operator, ...] = ("==", "<", "<=", "!=", ">", ">=")
KINDS: tuple[Literal["some", "every", "no"], ...] = ("some", "every", "no")
EXTREMES: tuple[Literal["max", "min"], ...] = ("max", "min")


@dataclass(frozen=True)
class Shape:
    """A format of a few bits. `reserved` is its one wide field, where it has one."""

    layout: str
    numbered: tuple[tuple[str, int], ...]
    narrow: tuple[str, ...] = ()
    slices: tuple[syntax.Slice, ...] = ()

    @property
    def width(self) -> int:
        return int(self.layout.partition("[")[2].partition(":")[0]) + 1

    @property
    def parts(self) -> tuple[str, ...]:
        return (*(name for name, _ in self.numbered), *self.narrow)


SHAPES = {
    "tiny": Shape(
        "reserved[63:2] zero major[1:1] minor[0:0]",
        (("major", 2), ("minor", 2)),
        (),
        (syntax.Slice(1, 0), syntax.Slice(2, 1)),
    ),
    "gap": Shape(
        "reserved[63:3] zero major[2:2] gap[1:1] zero minor[0:0]",
        (("major", 2), ("minor", 2)),
        ("gap",),
        (syntax.Slice(1, 0), syntax.Slice(2, 1), syntax.Slice(2, 0)),
    ),
    "one": Shape(
        "reserved[63:2] zero minor[1:0]",
        (("minor", 4),),
        (),
        (syntax.Slice(1, 1), syntax.Slice(0, 0), syntax.Slice(2, 1)),
    ),
    "middle": Shape(
        "major[63:63] reserved[62:1] zero minor[0:0]",
        (("major", 2), ("minor", 2)),
        (),
        (syntax.Slice(63, 63), syntax.Slice(1, 0), syntax.Slice(63, 62)),
    ),
    "short": Shape(
        "reserved[3:2] zero major[1:1] minor[0:0]",
        (("major", 2), ("minor", 2)),
        (),
        (syntax.Slice(3, 3), syntax.Slice(1, 0), syntax.Slice(2, 1)),
    ),
    "under": Shape(
        "major[2:2] reserved[1:1] zero minor[0:0]",
        (("major", 2), ("minor", 2)),
        (),
        (syntax.Slice(2, 1), syntax.Slice(1, 0), syntax.Slice(2, 2)),
    ),
    "three": Shape(
        "reserved[63:3] zero major[2:2] minor[1:1] patch[0:0]",
        (("major", 2), ("minor", 2), ("patch", 2)),
        (),
        (syntax.Slice(2, 1), syntax.Slice(1, 0)),
    ),
}


@dataclass(frozen=True)
class Seen:
    """What may be named in one place. A `define` is its name with the types of its parameters."""

    words: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    calls: tuple[tuple[str, tuple[str, ...]], ...] = ()
    terms: tuple[str, ...] = ()
    caller: bool = False
    literals: bool = True

    def and_words(self, *names: str) -> Seen:
        return replace(self, words=(*self.words, *names))


@dataclass
class Expressions:
    """Draws expressions for one format. Without `slices`, what is above the narrow fields is compared as a whole."""

    draw: Draw
    shape: Shape
    slices: bool = True
    ranges: bool = True
    loose: bool = False
    bound: int = field(default=0)
    named: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """The variables that may have a name for their value, with the names."""

    def chance(self, percent: int) -> bool:
        return chance(self.draw, percent)

    def fresh(self) -> str:
        self.bound += 1
        return f"v{self.bound}"

    def literal(self) -> syntax.Expr:
        if len(self.shape.numbered) == 1 or self.chance(8):
            # Register words may have reserved bits.
            low = sum(1 << bit for bit in range(3) if self.chance(50)) if self.chance(20) else None
            if low is not None or len(self.shape.numbered) == 1:
                return syntax.Number(self.draw.below(4) if low is None else low, hexadecimal=True)
        return syntax.Revision(tuple(self.draw.below(size) for _, size in self.shape.numbered))

    def literal_formed(self) -> syntax.Revision | syntax.Number:
        """A literal without reserved bits."""
        numbers = tuple(self.draw.below(size) for _, size in self.shape.numbered)
        return syntax.Number(numbers[0], hexadecimal=True) if len(numbers) == 1 else syntax.Revision(numbers)

    def part(self) -> str | syntax.Slice:
        if self.slices and self.chance(12):
            return pick(self.draw, self.shape.slices)
        return "reserved" if self.chance(20) else pick(self.draw, self.shape.parts)

    def wide(self) -> str | syntax.Slice:
        """A part whose number need not fit where it is put."""
        return pick(self.draw, self.shape.slices) if self.slices and self.chance(60) else self.part()

    def number(self, seen: Seen, depth: int) -> syntax.Expr:
        if seen.numbers and self.chance(50):
            return syntax.Name(pick(self.draw, seen.numbers))
        if depth <= 0 or not self.chance(50):
            return syntax.Number(self.draw.below(4))
        return syntax.FieldOf(self.term(seen, depth - 1), self.part())

    def term(self, seen: Seen, depth: int) -> syntax.Expr:
        if depth <= 0 or not self.chance(45):
            if seen.words and (not seen.literals or not self.chance(25)):
                return syntax.Name(pick(self.draw, seen.words))
            if not seen.literals:
                return self.chosen(seen, max(depth, 1))
            return syntax.Name(pick(self.draw, seen.terms)) if seen.terms and self.chance(20) else self.literal()
        which = self.draw.below(6)
        if which == 0 and self.chance(50):
            return syntax.If(self.formula(seen, depth - 1), self.term(seen, depth - 1), self.term(seen, depth - 1))
        if which in (1, 2):
            # A number that is written out must fit, even in one bit; what is taken from a word need not.
            value = (
                syntax.FieldOf(self.term(seen, depth - 1), self.wide())
                if self.chance(60)
                else syntax.Number(self.draw.below(2))
            )
            return syntax.With(self.term(seen, depth - 1), ((self.part(), value),))
        return self.chosen(seen, depth)

    def value(self, name: str, seen: Seen, depth: int) -> syntax.Expr:
        """What a variable may be assigned: a term, or one of its names, or either."""
        names = self.named.get(name, ())
        if not names or not self.chance(45):
            return self.term(seen, depth)
        own = syntax.Name(pick(self.draw, names))
        return own if self.chance(60) else syntax.If(self.formula(seen, 1), own, self.value(name, seen, depth))

    def chosen(self, seen: Seen, depth: int) -> syntax.Expr:
        """A `max`, a `min` or a `first`."""
        if seen.caller and self.chance(35):
            name = self.fresh()
            return syntax.Extremum(
                "first", syntax.Name("known"), name, self.formula(self.inside(seen, name), depth - 1)
            )
        domain = self.domain(seen, ranges=False)
        if not self.chance(60):
            return syntax.Extremum(pick(self.draw, EXTREMES), domain)
        name = self.fresh()
        inner = self.inside(seen, name, domain)
        return syntax.Extremum(pick(self.draw, EXTREMES), domain, name, self.formula(inner, depth - 1))

    def inside(self, seen: Seen, name: str, domain: syntax.Expr | None = None) -> Seen:
        """What a body sees beside its variable: seldom a set, since that leaves the decidable fragment."""
        inner = seen.and_words(name)
        constant = isinstance(domain, (syntax.SetLiteral, syntax.Range))
        return inner if constant or self.chance(4) else replace(inner, sets=(), terms=())

    def domain(self, seen: Seen, *, ranges: bool) -> syntax.Expr:
        if seen.sets and not self.chance(25):
            return syntax.Name(pick(self.draw, seen.sets))
        if ranges and self.ranges and self.chance(35):
            return syntax.Range(self.term(replace(seen, sets=()), 0), self.term(replace(seen, sets=()), 0))
        flat = replace(seen, sets=())
        depth = 1 if self.chance(20) else 0
        count = 0 if seen.literals and self.chance(4) else 1 + self.draw.below(2)
        return syntax.SetLiteral(tuple(self.term(flat, depth) for _ in range(count)))

    def formula(self, seen: Seen, depth: int) -> syntax.Expr:
        if depth <= 0:
            return self.atom(seen, depth)
        forms: tuple[Callable[[Seen, int], syntax.Expr], ...] = (
            self.atom,
            self.atom,
            self.atom,
            self.negation,
            self.several,
            self.several,
            self.implication,
            self.quantified,
            self.quantified,
            self.quantified,
            self.rarer,
        )
        return pick(self.draw, forms)(seen, depth)

    def negation(self, seen: Seen, depth: int) -> syntax.Expr:
        return syntax.Not(self.formula(seen, depth - 1))

    def several(self, seen: Seen, depth: int) -> syntax.Expr:
        operands = tuple(self.formula(seen, depth - 1) for _ in range(2 + self.chance(20)))
        return syntax.And(operands) if self.chance(50) else syntax.Or(operands)

    def implication(self, seen: Seen, depth: int) -> syntax.Expr:
        return syntax.Implies(self.formula(seen, depth - 1), self.formula(seen, depth - 1))

    def rarer(self, seen: Seen, depth: int) -> syntax.Expr:
        if self.chance(50):
            return syntax.Iff(self.formula(seen, depth - 1), self.formula(seen, depth - 1))
        return syntax.If(self.formula(seen, depth - 1), self.formula(seen, depth - 1), self.formula(seen, depth - 1))

    def quantified(self, seen: Seen, depth: int) -> syntax.Expr:
        name = self.fresh()
        domain = self.domain(seen, ranges=True)
        return syntax.Quantified(
            pick(self.draw, KINDS), name, domain, self.formula(self.inside(seen, name, domain), depth - 1)
        )

    def atom(self, seen: Seen, depth: int) -> syntax.Expr:
        if seen.statuses and self.chance(25):
            operator = "!=" if self.chance(30) else "=="
            return syntax.Comparison(operator, syntax.Name("status"), syntax.Name(pick(self.draw, seen.statuses)))
        asked = [name for name in seen.words if name in self.named]
        if asked and self.chance(35):
            name = pick(self.draw, asked)
            return syntax.IsNamed(syntax.Name(name), pick(self.draw, self.named[name]), self.chance(30))
        if seen.flags and self.chance(20):
            flag = syntax.Name(pick(self.draw, seen.flags))
            return (
                syntax.Comparison(pick(self.draw, ("==", "!=")), flag, syntax.Boolean(True))
                if self.chance(15)
                else flag
            )
        if seen.calls and self.chance(30):
            return self.called(seen, depth)
        if seen.caller and self.chance(12):
            return syntax.Call("prefers", (self.term(seen, depth - 1), self.term(seen, depth - 1)))
        which = self.draw.below(10)
        if which < 5:
            return syntax.Comparison(pick(self.draw, OPERATORS), self.term(seen, depth), self.term(seen, depth))
        if which < 7:
            number = syntax.Name(pick(self.draw, seen.numbers)) if seen.numbers and self.chance(60) else None
            left = number or syntax.FieldOf(self.term(seen, depth - 1), self.part())
            return syntax.Comparison(pick(self.draw, OPERATORS), left, self.number(seen, depth))
        if which < 9:
            return syntax.Member(self.term(seen, depth), self.domain(seen, ranges=True), self.chance(30))
        if len(seen.sets) > 1 and self.chance(60):
            return self.inclusion(seen)
        if seen.sets and self.chance(35):
            sides = syntax.Name(pick(self.draw, seen.sets)), self.domain(seen, ranges=True)
            return syntax.Comparison(pick(self.draw, ("==", "!=")), *(sides if self.chance(60) else sides[::-1]))
        if not seen.sets:
            return syntax.Boolean(self.chance(50)) if self.chance(20) else self.atom(seen, 0)
        return syntax.IsEmpty(syntax.Name(pick(self.draw, seen.sets)), self.chance(50))

    def inclusion(self, seen: Seen) -> syntax.Expr:
        """Of one set in another, or of what of it meets a condition; now and then that both are equal."""
        one, other = (syntax.Name(pick(self.draw, seen.sets)) for _ in range(2))
        if self.chance(40):
            return syntax.Comparison(pick(self.draw, ("==", "==", "!=")), one, other)
        name = self.fresh()
        body: syntax.Expr = syntax.Member(syntax.Name(name), other, self.chance(15))
        if self.chance(40):
            body = syntax.Or((self.atom(Seen(words=(name, *seen.words), caller=seen.caller), 0), body))
        return syntax.Quantified("every" if self.chance(75) else "some", name, one, body)

    def called(self, seen: Seen, depth: int) -> syntax.Expr:
        name, types = pick(self.draw, seen.calls)
        if not types:
            return syntax.Name(name)
        return syntax.Call(name, tuple(self.of_type(type_, seen, depth - 1) for type_ in types))

    def of_type(self, type_: str, seen: Seen, depth: int) -> syntax.Expr:
        match type_:
            case "bool":
                return self.formula(replace(seen, calls=()), max(depth, 0))
            case "set":
                return self.domain(seen, ranges=False)
            case _:
                return self.term(seen, depth)
