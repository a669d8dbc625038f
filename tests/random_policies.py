"""Random policies and formulas over a format so small that every configuration can be walked."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Literal, TypeAlias

from parley.spec import syntax
from parley.spec.formatting.expressions import print_expr

LAYOUTS = {
    "tiny": "reserved[63:2] zero major[1:1] minor[0:0]",
    "middle": "major[63:63] reserved[62:1] zero minor[0:0]",
    "short": "reserved[31:2] zero major[1:1] minor[0:0]",
    "three": "reserved[63:3] zero major[2:2] minor[1:1] patch[0:0]",
}
Operator: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">="]
OPERATORS: list[Operator] = ["==", "!=", "<", "<=", ">", ">="]
FIELDS = {
    "tiny": ["major", "minor"],
    "middle": ["major", "minor"],
    "short": ["major", "minor"],
    "three": ["major", "minor", "patch"],
}


@dataclass
class Generator:
    """Draws well-typed expressions. `terms` are the revisions that may be named, `bound` counts variables."""

    random: Random
    layout: str
    terms: list[str] = field(default_factory=lambda: ["requested"])
    sets: list[str] = field(default_factory=lambda: ["supported"])
    calls: list[str] = field(default_factory=list[str])
    ranges: bool = True
    bound: int = 0

    def fresh(self) -> str:
        self.bound += 1
        return f"v{self.bound}"

    def literal(self) -> syntax.Expr:
        return syntax.Revision(tuple(self.random.randrange(2) for _ in FIELDS[self.layout]))

    def part(self) -> str | syntax.Slice:
        if self.random.random() < 0.2:
            low = self.random.choice([0, 0, 1, 2, 31, 62])
            top = 31 if self.layout == "short" else 63
            low = min(low, top)
            return syntax.Slice(min(top, low + self.random.choice([0, 0, 1, 2])), low)
        return self.random.choice([*FIELDS[self.layout], *FIELDS[self.layout], "reserved"])

    def number(self, depth: int) -> syntax.Expr:
        if self.random.random() < 0.5:
            return syntax.Number(self.random.randrange(3))
        return syntax.FieldOf(self.term(depth - 1), self.part())

    def term(self, depth: int) -> syntax.Expr:
        draw = self.random.random()
        if depth <= 0 or draw < 0.5:
            return syntax.Name(self.random.choice(self.terms)) if self.random.random() < 0.75 else self.literal()
        if draw < 0.72:
            kind: Literal["max", "min"] = "max" if self.random.random() < 0.5 else "min"
            domain = self.domain(depth - 1, ranges=False)
            if self.random.random() < 0.35:
                return syntax.Extremum(kind, domain)
            name = self.fresh()
            return syntax.Extremum(kind, domain, name, self.within(name, depth - 1))
        if draw < 0.82:
            return syntax.If(self.formula(depth - 1), self.term(depth - 1), self.term(depth - 1))
        if draw < 0.92:
            value = (
                syntax.FieldOf(self.term(depth - 1), self.part())
                if self.random.random() < 0.5
                else syntax.Number(self.random.randrange(2))
            )
            return syntax.With(self.term(depth - 1), ((self.part(), value),))
        return syntax.Name(self.random.choice(self.terms))

    def within(self, name: str, depth: int) -> syntax.Expr:
        """A formula that may use one more variable."""
        self.terms.append(name)
        try:
            return self.formula(depth)
        finally:
            self.terms.remove(name)

    def domain(self, depth: int, *, ranges: bool) -> syntax.Expr:
        draw = self.random.random()
        if draw < 0.7:
            return syntax.Name(self.random.choice(self.sets))
        if draw < 0.85 or not (ranges and self.ranges):
            return syntax.SetLiteral(tuple(self.term(0) for _ in range(self.random.randrange(3))))
        return syntax.Range(self.term(0), self.term(0))

    def formula(self, depth: int) -> syntax.Expr:
        draw = self.random.random()
        if depth <= 0 or draw < 0.3:
            return self.atom(depth)
        if draw < 0.4:
            return syntax.Not(self.formula(depth - 1))
        if draw < 0.6:
            kind = self.random.choice([syntax.And, syntax.Or])
            return kind(tuple(self.formula(depth - 1) for _ in range(self.random.choice([2, 2, 3]))))
        if draw < 0.7:
            return syntax.Implies(self.formula(depth - 1), self.formula(depth - 1))
        if draw < 0.75:
            return syntax.Iff(self.formula(depth - 1), self.formula(depth - 1))
        if draw < 0.95:
            domain = self.domain(depth - 1, ranges=True)
            name = self.fresh()
            return syntax.Quantified(
                self.random.choice(["some", "every", "no"]), name, domain, self.within(name, depth - 1)
            )
        return syntax.If(self.formula(depth - 1), self.formula(depth - 1), self.formula(depth - 1))

    def atom(self, depth: int) -> syntax.Expr:
        draw = self.random.random()
        if draw < 0.45:
            operator = self.random.choice(OPERATORS)
            return syntax.Comparison(operator, self.term(depth), self.term(depth))
        if draw < 0.6:
            operator = self.random.choice(OPERATORS)
            return syntax.Comparison(operator, self.number(depth), self.number(depth))
        if draw < 0.8:
            return syntax.Member(self.term(depth), self.domain(depth, ranges=True), self.random.random() < 0.3)
        if draw < 0.88 and self.random.random() < 0.4:
            sides = [self.domain(depth, ranges=True) for _ in range(2)]
            return syntax.Comparison(self.random.choice(["==", "!="]), *sides)
        if draw < 0.88 or not self.calls:
            return syntax.IsEmpty(self.domain(depth, ranges=False), self.random.random() < 0.5)
        return syntax.Call(self.random.choice(self.calls), (self.term(depth - 1), self.term(depth - 1)))


def policy_text(random: Random) -> str:
    """The text of a random interface with one policy and a few invariants."""
    layout = random.choice(list(LAYOUTS))
    draw = Generator(random, layout)
    lines = ["interface I {", f"    revision {{ {LAYOUTS[layout]} }}", "    config supported : set of revision"]
    if random.random() < 0.2:
        lines.append("    config floor : revision")
        draw.terms.append("floor")
    if random.random() < 0.6:
        lines.append("    assume configured: supported is not empty")
    lines += [
        "    input requested : revision",
        "    output status : { OK = 0, BAD = 1 }",
        "    output lower : revision",
    ]
    if random.random() < 0.3:
        lines.append("    define related(a, b)" + ("" if random.random() < 0.4 else f" = {_body(random, layout)}"))
        draw.calls.append("related")
    lines.append("}")
    lines.append("policy p for I {")
    if random.random() < 0.15:
        lines.append("    config mine : revision")
        draw.terms.append("mine")
    if random.random() < 0.15:
        lines.append(f"    assume extra: {print_expr(draw.formula(2))}")
    count = random.choice([1, 2, 2, 3])
    for at in range(count):
        last = at == count - 1
        guard = "otherwise" if last and random.random() < 0.8 else f"when {print_expr(draw.formula(2))}"
        lines.append(f"    case c{at} {guard} {{")
        lines.append(f"        status = {random.choice(['OK', 'BAD'])}")
        if random.random() < 0.15:
            lines.append("        lower = any")
            inside = Generator(random, layout, [*draw.terms, "lower"], draw.sets, draw.calls, bound=900)
            lines.append(f"        ensure lower in supported or {print_expr(inside.formula(1))}")
        else:
            lines.append(f"        lower = {print_expr(draw.term(2))}")
        lines.append("    }")
    draw.terms.append("lower")
    for at in range(random.choice([1, 1, 2])):
        formula = draw.formula(3)
        if random.random() < 0.4:
            formula = syntax.Implies(
                syntax.Comparison("==", syntax.Name("status"), syntax.Name(random.choice(["OK", "BAD"]))), formula
            )
        lines.append(f"    invariant i{at}: {print_expr(formula)}")
    lines.append("}")
    return "\n".join(lines) + "\n"


def _body(random: Random, layout: str) -> str:
    return print_expr(Generator(random, layout, ["a", "b"], ["supported"], bound=500).formula(1))
