"""Where a policy has no answer, as a formula over its configuration and inputs."""

from __future__ import annotations

from ..spec.checked import CheckedPolicy
from ..spec.checked_parts import CheckedCase
from ..spec.core import Core, Symbol
from ..spec.elaborate import Elaboration
from ..spec.nodes import Nodes
from .queries import leans_on_open
from .set_outputs import put


def unanswered(policy: CheckedPolicy, elaboration: Elaboration) -> Core:
    """No case applies, or the one that does assigns an output from nothing.

    What follows from open outputs is left out: whether they can be chosen is another question
    (`queries.NoAdmissibleOutput`).
    `elaboration` is of the policy's formulas.
    """
    nodes = elaboration.nodes
    made: Core = nodes.true
    for case in reversed(policy.cases):
        silent = _silent(policy, case, elaboration)
        made = silent if case.guard is None else nodes.choice(elaboration.of(case.guard), silent, made)
    return made


def undefined(nodes: Nodes, term: Core) -> Core:
    """A term has no value: no comparison with it holds."""
    return nodes.negation(nodes.compare("==", term, term))


def _silent(policy: CheckedPolicy, case: CheckedCase, elaboration: Elaboration) -> Core:
    nodes = elaboration.nodes
    if leans_on_open(policy, case):
        return nodes.false
    values: dict[Symbol, Core] = {}
    missing: list[Core] = []
    for assign in case.assignments:
        if assign.value is not None:
            name = assign.output.id
            values[name] = put(nodes, elaboration.of(assign.value), values)
            if policy.interface.variables[name].type not in ("bool", "set", "range"):
                missing.append(undefined(nodes, values[name]))
    return nodes.disjunction(tuple(missing)) if len(missing) > 1 else (missing or [nodes.false])[0]
