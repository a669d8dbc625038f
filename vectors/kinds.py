"""What kind of value a term has: faults are put only where a value of that kind may stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from ..spec.checked import CheckedPolicy
from ..spec.nesting import children
from ..spec.syntax import (
    Call,
    Define,
    Enumeration,
    Expr,
    Extremum,
    FieldOf,
    If,
    Name,
    Number,
    Quantified,
    Range,
    Revision,
    SetLiteral,
    With,
)

Kind: TypeAlias = Literal["revision", "number", "bool", "enumeration", "set", "unclear"]
"""`unclear` is what is a revision to one and a number to another: a hexadecimal literal, or a parameter."""


class Kinds(Struct, frozen=True):
    """The kinds of the names in force somewhere, and of what `define`s stand for."""

    names: Mapping[str, Kind]
    results: Mapping[str, Kind]

    def binding(self, more: Mapping[str, Kind]) -> Kinds:
        return Kinds({**self.names, **more}, self.results)

    def of(self, expr: Expr) -> Kind:
        match expr:
            case Name(id=name) | Call(name=name):
                return self.names.get(name) or self.results.get(name, "unclear")
            case Number(hexadecimal=hexadecimal):
                return "unclear" if hexadecimal else "number"
            case Revision() | With() | Extremum():
                return "revision"
            case FieldOf():
                return "number"
            case SetLiteral() | Range():
                return "set"
            case If(then=then, otherwise=otherwise):
                kind = self.of(then)
                return self.of(otherwise) if kind == "unclear" else kind
            case _:
                return "bool"


def kinds(policy: CheckedPolicy) -> tuple[Kinds, dict[str, Kinds]]:
    """The kinds of a policy's names, and for each `define` those that its body sees.

    A parameter is of the kind of what it is given, where all who use the `define` give it the same.
    """
    variables: dict[str, Kind] = {
        v.name.id: "enumeration" if isinstance(v.type, Enumeration) else v.type
        for v in policy.interface.variables.values()
    }
    outer = Kinds({**variables, **dict.fromkeys(policy.interface.constants, "enumeration")}, {})
    inner = {name: outer.binding(_parameters(define, {})) for name, define in policy.defines.items()}
    # As long as a chain of `define`s is, so many times are kinds handed on.
    for _ in range(len(policy.defines) + 1):
        results: dict[str, Kind] = {
            name: inner[name].of(define.body) if define.body is not None else "bool"
            for name, define in policy.defines.items()
        }
        outer = Kinds(outer.names, results)
        given: dict[str, dict[str, Kind]] = {name: {} for name in policy.defines}
        for expr, where in _formulas(policy, outer, inner):
            _collect(expr, where, policy.defines, given)
        made = {name: outer.binding(_parameters(d, given[name])) for name, d in policy.defines.items()}
        if made == inner:
            break
        inner = made
    return outer, inner


def _parameters(define: Define, given: Mapping[str, Kind]) -> dict[str, Kind]:
    return {parameter.id: given.get(parameter.id, "unclear") for parameter in define.parameters}


def _formulas(policy: CheckedPolicy, outer: Kinds, inner: Mapping[str, Kinds]) -> Iterator[tuple[Expr, Kinds]]:
    for case in policy.cases:
        parts = [case.guard, *(a.value for a in case.assignments), *(e.formula for e in case.ensures)]
        yield from ((part, outer) for part in parts if part is not None)
    for name, define in policy.defines.items():
        if define.body is not None:
            yield define.body, inner[name]


def _collect(expr: Expr, where: Kinds, defines: Mapping[str, Define], given: dict[str, dict[str, Kind]]) -> None:
    """Note what `define`s are given in a formula."""
    match expr:
        case Quantified(variable=str(variable)) | Extremum(variable=str(variable)):
            where = where.binding({variable: "revision"})
        case Call(name=name, arguments=arguments) if name in defines:
            for parameter, argument in zip(defines[name].parameters, arguments, strict=True):
                kind = where.of(argument)
                known = given[name].setdefault(parameter.id, kind)
                if known != kind:
                    given[name][parameter.id] = kind if known == "unclear" else "unclear"
        case _:
            pass
    for child in children(expr):
        _collect(child, where, defines, given)
