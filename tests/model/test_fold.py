"""Folding changes no meaning: a formula and what is folded of it come to the same, on random values."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest
from parley.model.evaluate import Compiler
from parley.model.fold import all_of, any_of, folded
from parley.spec.core import Constant, Core, Operator
from parley.spec.nodes import Nodes
from parley.spec.syntax import Name
from parley.spec.words import Field, Format

WORDS = (0, 1, 2, 5)
FLAGS, TERMS, SETS = ("a", "b"), ("x", "y"), ("s",)
OPERATORS: tuple[Operator, ...] = ("==", "<", "<=")
FORMAT = Format((Field("reserved", 7, 3, True), Field("minor", 2, 0, False)))


class Drawn:
    """Random formulas over two truth values, two words and a set, with many constants among them."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.nodes = Nodes()

    def term(self, depth: int, names: tuple[Core, ...] = ()) -> Core:
        nodes, random = self.nodes, self.random
        which = random.randrange(12)
        if depth and which < 2:
            return nodes.choice(
                self.formula(depth - 1, names), self.term(depth - 1, names), self.term(depth - 1, names)
            )
        if depth and which < 4:
            bound = nodes.opened()
            where = self.formula(depth - 1, (*names, bound))
            return nodes.extremum(random.choice(["max", "min"]), bound, self.domain(depth - 1, names), where)
        if depth and which < 5:
            return nodes.bits(self.term(depth - 1, names), random.randrange(2), 2)
        if which < 9:
            return nodes.constant(random.choice(WORDS), random.choice(["revision", "word", "number"]))
        return random.choice([*names, *map(nodes.variable, TERMS)])

    def domain(self, depth: int, names: tuple[Core, ...]) -> Core:
        nodes, random = self.nodes, self.random
        which = random.randrange(5)
        if depth and which == 0:
            return nodes.choice(self.formula(depth - 1, names), self.domain(0, names), self.domain(0, names))
        if which < 3:
            return nodes.listed(tuple(self.term(0, names) for _ in range(random.randrange(4))))
        return nodes.variable("s")

    def formula(self, depth: int, names: tuple[Core, ...] = ()) -> Core:
        nodes, random = self.nodes, self.random
        if not depth:
            return random.choice([nodes.true, nodes.false, *map(nodes.variable, FLAGS)])
        inner = depth - 1
        match random.randrange(9):
            case 0:
                return nodes.negation(self.formula(inner, names))
            case 1:
                return nodes.conjunction(tuple(self.formula(inner, names) for _ in range(random.randrange(1, 4))))
            case 2:
                return nodes.disjunction(tuple(self.formula(inner, names) for _ in range(random.randrange(1, 4))))
            case 3:
                return nodes.same(self.formula(inner, names), self.formula(inner, names))
            case 4:
                test, yes, no = (self.formula(inner, names) for _ in range(3))
                return nodes.choice(test, yes, no)
            case 5:
                bound = nodes.opened()
                body = self.formula(inner, (*names, bound))
                return nodes.exists(bound, self.domain(inner, names), body)
            case 6:
                return nodes.member(self.term(inner, names), self.domain(inner, names))
            case _:
                return nodes.compare(random.choice(OPERATORS), self.term(inner, names), self.term(inner, names))


def values(random: Random) -> dict[str, object]:
    flags = {name: random.random() < 0.5 for name in FLAGS}
    terms = {name: random.choice([None, *WORDS]) for name in TERMS}
    return {**flags, **terms, "s": tuple(sorted(random.sample(WORDS, random.randrange(4))))}


def truths(node: Core, settings: Iterable[dict[str, object]]) -> list[object]:
    compiler = Compiler(FORMAT)
    for name in (*FLAGS, *TERMS, *SETS):
        compiler.variable(name)
    code = compiler.compile(node)
    made: list[object] = []
    for given in settings:
        slots: list[object] = [None] * compiler.size
        for name, value in given.items():
            slots[compiler.slots[name]] = value
        made.append(code(slots))
    return made


@pytest.mark.parametrize("chunk", range(4))
def test_what_is_folded_means_the_same(chunk: int) -> None:
    constant = 0
    for seed in range(chunk * 200, (chunk + 1) * 200):
        drawn = Drawn(seed)
        node = drawn.formula(3) if seed % 4 else drawn.term(3)
        made = folded(drawn.nodes, node)
        settings = [values(drawn.random) for _ in range(6)]
        assert truths(made, settings) == truths(node, settings), seed
        constant += isinstance(made, Constant) and not isinstance(node, Constant)
        # Once is enough.
        assert folded(drawn.nodes, made) is made, seed
    assert constant > 10


def test_what_is_constant_is_folded_away() -> None:
    nodes = Nodes()
    flag, one, two = nodes.variable("a"), nodes.constant(1), nodes.constant(2)
    assert all_of(nodes, []) is any_of(nodes, [nodes.true]) is nodes.true
    assert any_of(nodes, []) is all_of(nodes, [flag, nodes.false]) is nodes.false
    assert all_of(nodes, [nodes.true, flag]) is any_of(nodes, [nodes.false, flag]) is flag
    assert folded(nodes, nodes.compare("<", one, two)) is nodes.true
    assert folded(nodes, nodes.compare("<=", two, one)) is nodes.false
    assert folded(nodes, nodes.member(nodes.variable("x"), nodes.listed(()))) is nodes.false
    assert folded(nodes, nodes.choice(flag, two, two)) is two
    for large in (1 << 40, (1 << 40) + 1):
        same = nodes.compare("==", nodes.constant(large), nodes.constant(1 << 40, "word"))
        assert folded(nodes, same) is nodes.truth(large == 1 << 40)
    assert folded(nodes, nodes.member(one, nodes.listed((one, nodes.variable("x"))))) is nodes.true
    assert folded(nodes, nodes.member(one, nodes.listed((two,)))) is nodes.false
    assert folded(nodes, nodes.member(one, nodes.listed((two, one)))) is nodes.true
    assert folded(nodes, nodes.same(nodes.false, flag)) is folded(nodes, nodes.negation(flag))


def test_names_of_enumerations_are_not_compared() -> None:
    """Of two enumerations, each has its own names for the same numbers."""
    nodes = Nodes()
    name, other = (nodes.constant(1, "name", Name(label)) for label in ("OK", "FINE"))
    for same in (nodes.compare("==", name, other), nodes.compare("==", name, nodes.constant(1))):
        assert folded(nodes, same) is same
