"""What is encoded once costs each question what it would cost alone."""

from __future__ import annotations

from parley.model.smt.encoded import Term
from parley.model.smt.memory import Memory
from parley.model.smt.terms import Terms
from parley.spec.core import Core
from parley.spec.nodes import Nodes


def test_each_question_pays_once_for_what_it_is_made_of() -> None:
    memory, nodes, made = Memory(), Nodes(), Term(Terms().true)
    inner, outer = nodes.variable("inner"), nodes.variable("outer")

    def encode(node: Core, terms: int, *parts: Core) -> None:
        if memory.known(node, None, ()) is None:
            memory.opened()
            memory.made_some(terms)
            for part in parts:
                encode(part, 3)
            memory.closed(node, None, (), made)

    def cost(*asked: Core) -> int:
        memory.begin()
        for node in asked:
            encode(node, 5, *([inner] if node is outer else []))
        return memory.made

    assert cost(outer) == 5 + 3
    # Nothing of it is made again.
    assert cost(outer) == 5 + 3
    assert cost(inner) == 3
    assert cost(inner, outer, inner, outer) == 5 + 3
