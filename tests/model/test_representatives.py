"""Representatives against whole small formats: a range decided by a few words is decided as by all of them.

The formats have few free bits, so that all well-formed words can be gone through; and fields wide enough for gaps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from typing import Any, Literal

import pytest
from parley.model.coordinates import coordinates_of
from parley.model.evaluate import Compiler
from parley.model.instance import Relation
from parley.model.representatives import TooMany, axes, points, representatives
from parley.spec import syntax
from parley.spec.core import Core, Exists, Extremum
from parley.spec.elaborate import Elaboration
from parley.spec.formatting.expressions import print_expr
from parley.spec.load import Loader
from parley.spec.nodes import Nodes
from parley.spec.source import Source
from parley.spec.words import Field, Format

FORMATS = {
    "two fields": [("top", 63, 11, True), ("major", 10, 6, False), ("minor", 5, 0, False)],
    "unlike widths": [("top", 63, 11, True), ("major", 10, 8, False), ("minor", 7, 0, False)],
    "reserved in the middle": [
        ("top", 63, 15, True),
        ("major", 14, 10, False),
        ("middle", 9, 7, True),
        ("minor", 6, 1, False),
        ("low", 0, 0, True),
    ],
    "three fields": [
        ("top", 63, 12, True),
        ("major", 11, 8, False),
        ("minor", 7, 4, False),
        ("patch", 3, 0, False),
    ],
}
NARROW = {
    "one field": [("top", 63, 7, True), ("minor", 6, 0, False)],
    "two narrow": [("top", 63, 8, True), ("major", 7, 5, False), ("minor", 4, 0, False)],
    "narrow, reserved": [("top", 63, 8, True), ("major", 7, 6, False), ("middle", 5, 5, True), ("minor", 4, 0, False)],
}


OPERATORS: list[Literal["==", "!=", "<", "<=", ">", ">="]] = ["==", "==", "!=", "<", "<=", ">", ">="]


class Whole(Compiler):
    """Goes through every well-formed word of a range."""

    def _elements(
        self, node: Exists | Extremum, body: Core, domain: Callable[[Any], Any], *, both_ends: bool = False
    ) -> Callable[[Any], Any]:
        every = words_of(self.format)

        def run(s: Any) -> Iterable[int]:
            span = domain(s)
            return [word for word in every if span.low <= word <= span.high] if span else ()

        return run


def words_of(format_: Format) -> list[int]:
    """All well-formed words, ascending."""
    made = [0]
    for field in reversed(format_.numbered):
        made = [value << field.low | word for value in range(1 << field.width) for word in made]
    return sorted(made)


class Draw:
    """Draws formulas of one format."""

    def __init__(self, random: Random, format_: Format) -> None:
        self.random = random
        self.format = format_
        self.end = max(f.high for f in format_.numbered) + 1
        self.words = ["a", "b"]
        self.count = 0
        self.numbers = [0, *random.sample([1, 2, 3, 5, 7, 8, 9, 13, 15, 16, 17, 31, 100], 2)]

    def part(self) -> str | syntax.Slice:
        if self.random.random() < 0.6:
            return self.random.choice(self.format.fields).name
        low = self.random.randrange(self.end)
        return syntax.Slice(min(63, low + self.random.choice([0, 0, 1, 2, 3])), low)

    def number(self, depth: int) -> syntax.Expr:
        draw = self.random.random()
        if depth <= 0:
            return (
                syntax.Number(self.random.choice(self.numbers))
                if draw < 0.3
                else syntax.FieldOf(self.word(0), self.part())
            )
        if draw < 0.15:
            return syntax.Number(self.random.choice(self.numbers))
        if draw < 0.25:
            return syntax.If(self.formula(depth - 1), self.number(depth - 1), self.number(depth - 1))
        return syntax.FieldOf(self.word(depth - 1), self.part())

    def word(self, depth: int) -> syntax.Expr:
        draw = self.random.random()
        if draw < 0.65 or depth <= 0:
            if self.random.random() < 0.2:
                literal = [self.random.randrange(1 << field.width) for field in self.format.numbered]
                return syntax.Revision(tuple(literal))
            return syntax.Name(self.random.choice([*self.words, *self.words[2:] * 4]))
        if draw < 0.9:
            return syntax.With(self.word(depth - 1), ((self.part(), self.number(depth - 1)),))
        if draw < 0.95:
            items = syntax.SetLiteral((self.word(depth - 1), self.word(depth - 1)))
            return syntax.Extremum(self.random.choice(["max", "min"]), items)
        return syntax.If(self.formula(depth - 1), self.word(depth - 1), self.word(depth - 1))

    def formula(self, depth: int) -> syntax.Expr:
        draw = self.random.random()
        if draw < 0.25:
            return syntax.Comparison(self.random.choice(OPERATORS), self.word(depth), self.word(depth))
        if draw < 0.6 or depth <= 0:
            operator = self.random.choice(OPERATORS)
            return syntax.Comparison(operator, self.number(depth), self.number(depth))
        if draw < 0.65:
            return syntax.Member(self.word(depth - 1), syntax.Range(self.word(depth - 1), self.word(depth - 1)))
        if draw < 0.7:
            return syntax.Member(self.word(depth - 1), syntax.Name("supported"))
        if draw < 0.75:
            return syntax.Call("relation", (self.word(depth - 1), self.number(depth - 1)))
        if draw < 0.8:
            return syntax.Call("defined", (self.word(depth - 1), self.number(depth - 1)))
        if draw < 0.85:
            return syntax.Not(self.formula(depth - 1))
        kind = self.random.choice([syntax.And, syntax.Or])
        return kind((self.formula(depth - 1), self.formula(depth - 1)))

    def quantified(self, nested: int) -> syntax.Expr:
        name = f"v{self.count}"
        self.count += 1
        least, most = (
            syntax.Revision((0,) * len(self.format.numbered)),
            syntax.Revision(self.format.numbers(self.most())),
        )
        ends = [syntax.Range(least, most), syntax.Range(least, self.word(1)), syntax.Range(self.word(1), most)]
        domain = self.random.choice([*ends, syntax.Range(self.word(1), self.word(1))])
        self.words.append(name)
        # What one word in a thousand does is what representatives may miss.
        parts = [self.formula(self.random.choice([0, 0, 1, 2])) for _ in range(self.random.choice([1, 2, 3, 4, 5]))]
        if nested:
            parts.insert(self.random.randrange(len(parts) + 1), self.quantified(nested - 1))
        self.words.remove(name)
        body: syntax.Expr = parts[0] if len(parts) == 1 else syntax.And(tuple(parts))
        if self.random.random() < 0.5:
            return syntax.Quantified(self.random.choice(["some", "no"]), name, domain, body)
        return syntax.Quantified("every", name, domain, syntax.Not(body))

    def most(self) -> int:
        return sum(((1 << field.width) - 1) << field.low for field in self.format.numbered)


def compiled(
    kind: type[Compiler], format_: Format, defines: dict[str, syntax.Define], expr: syntax.Expr
) -> tuple[Any, Any]:
    compiler = kind(format_)
    places = [compiler.variable(name) for name in ("a", "b", "supported", "relation")]
    code = compiler.compile(Elaboration(format_, {}, (), defines, Nodes()).of(expr))

    def run(*values: Any) -> bool:
        slots = [None] * compiler.size
        for place, value in zip(places, values, strict=True):
            slots[place] = value
        return bool(code(slots))

    return run, compiler


def compare(seed: int, nested: int) -> tuple[int, int]:
    """How many questions were decided, and how many are too many."""
    random = Random(seed)
    formats = NARROW if nested else FORMATS
    name = random.choice(list(formats))
    format_ = Format(tuple(Field(*row) for row in formats[name]))
    draw = Draw(random, format_)
    parameters = (syntax.Label("w"), syntax.Label("n"))
    draw.words = ["w", "b"]
    body = syntax.Or((syntax.Comparison("<", syntax.Name("n"), draw.number(1)), draw.formula(1)))
    defines = {
        "relation": syntax.Define(syntax.Label("relation"), parameters, None),
        "defined": syntax.Define(syntax.Label("defined"), parameters, body),
    }
    if "defined" in print_expr(body):
        return 0, 0
    draw.words = ["a", "b"]
    expr = draw.quantified(nested)
    few, _ = compiled(Compiler, format_, defines, expr)
    every, _ = compiled(Whole, format_, defines, expr)
    decided = left = 0
    for _ in range(3):
        a, b = (random.choice([0, random.randrange(16), random.randrange(1 << draw.end)]) for _ in "ab")
        supported = tuple(sorted(random.choice(words_of(format_)) for _ in range(2)))
        relation = Relation(frozenset({(random.randrange(1 << draw.end), random.randrange(16)) for _ in range(2)}))
        values = (a, b, supported, relation)
        try:
            answer = few(*values)
        except TooMany:
            left += 1
            continue
        decided += 1
        assert answer == every(*values), (seed, name, print_expr(expr), print_expr(body), values)
    return decided, left


@pytest.mark.slow
@pytest.mark.parametrize("nested", [0, 1])
def test_ranges_are_decided_as_by_going_through_all_words(nested: int) -> None:
    decided = left = 0
    for seed in range(250 if not nested else 50):
        one, other = compare(seed, nested)
        decided, left = decided + one, left + other
    assert decided > 20 * left


# What representatives have been seen, or could be thought, to step over: where the truth hangs on one value in a gap.
HARD = [
    # where a number stops fitting
    "every v in {all}: v.minor < 8 or not (v with {{ [2:0] = v.minor }}) == v",
    "every v in {all}: (v with {{ [2:0] = v.minor }}) == (v with {{ [2:0] = v.minor }}) or v.minor < 3",
    "some v in {all}: v.minor > 2 and (v with {{ [1:0] = v.minor }}) >= 0.0.0",
    "some v in {all}: v.minor > 3 and (v with {{ [0:0] = (v with {{ [1:0] = v.patch }}).patch }}) > v",
    # a number that comes from another place
    "some v in {all}: (v with {{ major = v.minor }}) == (v with {{ minor = v.patch }}) and v.major == 5",
    "some v in {all}: (v with {{ major = v.minor }}).major == 6 and v.minor == v.patch and v.patch == v.major",
    "some v in {all}: v.major == v.minor and v.minor == v.patch and v.patch == 5",
    "some v in {all}: v[5:2] == v.major and v[3:1] == 5",
    "some v in {all}: v[6:3] == v[5:2] and v[4:1] == v[5:2] and v[4:4] == 1",
    "some v in {all}: v[8:4] == v.patch and v[4:0] == 21",
    "some v in {all}: (v with {{ [8:4] = v.patch }}).minor == 9",
    # an order of several in one gap
    "some v in {all}: 2 < v.major and v.major < v.minor and v.minor < v.patch and v.patch < 7",
    "some v in {all}: 2 < v.major and v.major < v.minor and v.minor < v.patch and v.patch < 6",
    "some v in {all}: 2 < v.major and v.major < v.minor and v.minor < v.patch and v.patch < 5",
    # with room for others
    "some v in {all}: some w in v..{top}: v < w and w < {top}",
    "some v in {all}: every w in v..{top}: w == v or w == {top}",
    "some v in {all}: (some w in {all}: w.patch > v.patch and w.patch < 4) and (some w in {all}: w.patch < v.patch)",
    "some v in {all}: v.patch > 2 and (some w in {all}: w.patch > 2 and w.patch < v.patch) and v.patch < 9 and "
    "(some w in {all}: w.patch < 9 and w.patch > v.patch)",
    "some v in {all}: v.patch > 2 and (some w in {all}: w.patch > 2 and w.patch < v.patch) and v.patch < 5 and "
    "(some w in {all}: w.patch < 5 and w.patch > v.patch)",
    # words and their well-formedness
    "some v in {all}: (v with {{ middle = v.patch }}) in {all} and v.minor > 3",
    "some v in {all}: (v with {{ middle = v.patch }}) not in {all} and v.patch < 3",
    "some v in {all}: v > 0x1234 and v < 0x12ff",
    "some v in {all}: v in 3.2.1..3.2.9 and v.minor == v.major",
    # numbers that a relation knows, that a parameter has, that are chosen
    "some v in {all}: known(v.minor)",
    "some v in {all}: not known(v.minor) and v.minor > 4 and v.minor < 7",
    "some v in {all}: near(v, a.patch)",
    "some v in {all}: v.minor == (if v.major > 3 then a.patch else b.major) and v.patch == v.minor",
    "some v in {all}: v == (max {{a with {{ patch = v.minor }}, v with {{ patch = 3 }}}}) and v.minor == 3",
    "some v in {all}: (a with {{ minor = 13 }}) < v and v < (a with {{ minor = 14 }})",
    "some v in {all}: v.patch == (a with {{ minor = 11 }}).minor",
]


@pytest.mark.slow
def test_hard_formulas_are_decided_as_by_going_through_all_words() -> None:
    layout = "reserved[63:15] zero major[14:11] middle[10:9] zero minor[8:5] patch[4:1] low[0:0] zero"
    lines = [f"invariant i{at}: {text.format(all='0.0.0..a', top='b')}" for at, text in enumerate(HARD)]
    text = (
        f"interface I {{ revision {{ {layout} }} config a : revision config b : revision\n"
        "config supported : set of revision input requested : revision output ok : bool define known(n) define near(v, n) = v.patch > n and v.major < n\n"
        + "\n".join(lines)
        + " }\npolicy p for I { case only otherwise { ok = true } }"
    )
    loader = Loader()
    program = loader.load_source(Source("t.parley", text), Path("t.parley"))
    assert program is not None, [problem.message for problem in loader.problems]
    (policy,) = program.own_policies
    format_ = Format.of(policy.interface.layout)
    random = Random(1)
    words = words_of(format_)
    for placed in policy.invariants:
        formula = placed.statement.formula
        # Going through all words of all words takes long.
        nested = print_expr(formula).count(": ") > 1
        for _ in range(5):
            a, b = (words[-1], random.choice(words)) if not nested else (words[random.randrange(90)], words[90])
            numbers = frozenset({(random.randrange(16),)})
            relation = Relation(numbers, random.random() < 0.3)
            answers: list[bool] = []
            for kind in (Compiler, Whole):
                compiler = kind(format_)
                places = {name: compiler.variable(name) for name in ("a", "b", "known")}
                code = compiler.compile(policy.elaboration.of(formula))
                slots: list[Any] = [None] * compiler.size
                for name, value in (("a", a), ("b", b), ("known", relation)):
                    slots[places[name]] = value
                answers.append(code(slots))
            assert answers[0] == answers[1], (print_expr(formula), a, b, relation)


def test_too_many_representatives_are_refused_and_not_cut() -> None:
    format_ = Format(tuple(Field(*row) for row in FORMATS["two fields"]))
    v = syntax.Name("v")
    order = syntax.Comparison("<", syntax.FieldOf(v, "major"), syntax.FieldOf(v, "minor"))
    coordinates = coordinates_of([Elaboration(format_, {}, (), {}, Nodes()).of(order)], format_, {"v"})
    words = frozenset(range(0, 1 << 11, 5))
    few = axes(coordinates, frozenset({0}), well_formed=True)
    assert representatives(few) == sorted(set(points(few, 0, 1 << 63)))
    with pytest.raises(TooMany):
        representatives(axes(coordinates, frozenset(word << 20 for word in range(3000)) | words, 3, well_formed=False))
