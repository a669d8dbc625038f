"""Wrong encodings as formulas about the right answer: do they change it, and is what comes of it allowed?"""

from __future__ import annotations

from itertools import product

from ..model.fold import all_of, any_of
from ..spec.checked import CheckedCase, CheckedPolicy
from ..spec.core import Constant, Core, Symbol
from ..spec.nodes import Nodes
from .encodings import Encoding, Held, values_of


def unchanged(policy: CheckedPolicy, encoding: Encoding) -> Core:
    """The registers hold what is right."""
    nodes = policy.elaboration.nodes
    held = (
        any_of(nodes, (all_of(nodes, (row.test, _equal(nodes, row.right, row.held))) for row in rows))
        for rows in encoding.outputs.values()
    )
    return all_of(nodes, held)


def still_allowed(policy: CheckedPolicy, case: CheckedCase, encoding: Encoding) -> Core:
    """What the registers hold is an answer that the case allows, for the same configuration and request."""
    nodes = policy.elaboration.nodes
    ways = (dict(zip(encoding.outputs, rows, strict=True)) for rows in product(*encoding.outputs.values()))
    return any_of(
        nodes, (all_of(nodes, (*(row.test for row in way.values()), _as_read(policy, case, way))) for way in ways)
    )


def _as_read(policy: CheckedPolicy, case: CheckedCase, rows: dict[str, Held]) -> Core:
    """The case allows the words held in place of these outputs, as far as they are values."""
    nodes = policy.elaboration.nodes
    choices: list[list[tuple[Core, str, Core]]] = []
    for name, row in rows.items():
        values = values_of(nodes, policy.interface.variables[name]).items()
        tests = [(_equal(nodes, row.held, nodes.constant(word, "word")), name, value) for word, value in values]
        choices.append(tests or [(nodes.true, name, row.held)])
    ways: list[Core] = []
    for choice in product(*choices):
        tests = [test for test, _, _ in choice]
        if nodes.false not in tests:
            allowed = _allows(policy, case, {name: value for _, name, value in choice})
            ways.append(all_of(nodes, (*tests, allowed)))
    return any_of(nodes, ways)


def _allows(policy: CheckedPolicy, case: CheckedCase, instead: dict[Symbol, Core]) -> Core:
    """The case gives the answer with these terms in place of some outputs."""
    nodes, of = policy.elaboration.nodes, policy.elaboration.of
    assigned = ((a.output.id, a.value) for a in case.assignments if a.value is not None)
    same = (nodes.compare("==", nodes.variable(name), of(value)) for name, value in assigned)
    wanted = (*same, *(of(ensure.formula) for ensure in case.ensures))
    return all_of(nodes, (nodes.put(formula, instead) for formula in wanted))


def _equal(nodes: Nodes, one: Core, other: Core) -> Core:
    if isinstance(one, Constant) and isinstance(other, Constant):
        return nodes.truth(one.value == other.value)
    return nodes.compare("==", one, other)
