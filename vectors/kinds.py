"""What kind of value a term has: faults are put only where a value of that kind may stand."""

from __future__ import annotations

from typing import Literal, TypeAlias, assert_never

from ..spec import core
from ..spec.checked import CheckedPolicy
from ..spec.checked_interface import CheckedInterface
from ..spec.core import Core
from ..spec.elaborate import Elaboration
from ..spec.syntax import Enumeration

Kind: TypeAlias = Literal["revision", "number", "bool", "enumeration", "set", "unclear"]
"""`unclear` is a number in hexadecimal, which may be a revision and a number."""


def kind_of(interface: CheckedInterface, node: Core) -> Kind:
    """What a term is by itself."""
    match node:
        case core.Constant(value=bool()):
            return "bool"
        case core.Constant(written=written):
            return "enumeration" if written == "name" else "unclear" if written == "word" else written
        case core.Variable(symbol=str(name)):
            type_ = interface.variables[name].type
            return "enumeration" if isinstance(type_, Enumeration) else "set" if type_ == "range" else type_
        case core.Variable() | core.Replaced() | core.Extremum():
            return "revision"
        case core.Bits():
            return "number"
        case core.Choice(then=then, otherwise=otherwise):
            kind = kind_of(interface, then)
            return kind_of(interface, otherwise) if kind == "unclear" else kind
        case core.Listed() | core.Interval():
            return "set"
        case core.Compare() | core.Member() | core.Applied() | core.Exists():
            return "bool"
        case core.Not() | core.And() | core.Or() | core.Same():
            return "bool"
        case _:
            assert_never(node)


def parameters(policy: CheckedPolicy, elaboration: Elaboration) -> dict[str, dict[str, Core]]:
    """The `define`s that the answers use, and for each parameter a term of the kind of what it is given.

    That is unclear where they give it several. `elaboration` is of the policy, and nothing else has been put into it.
    """
    for formula in policy.answering():
        elaboration.of(formula)
    made: dict[str, dict[str, Core]] = {}
    for name, arguments in elaboration.put_in():
        known = made.setdefault(name, {})
        for parameter, term in zip(policy.defines[name].parameters, arguments, strict=True):
            one = kind_of(policy.interface, term)
            other = kind_of(policy.interface, known.setdefault(parameter.id, term))
            if one != other:
                known[parameter.id] = term if other == "unclear" else elaboration.nodes.constant(0, "word")
    return made
