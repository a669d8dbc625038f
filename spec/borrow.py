"""`define`s of one declaration in the table of another, where each still means what it meant where it was written.

A formula is read with a table of `define`s, and so are the bodies in that table. A body that comes from elsewhere
brings along what it reaches there, under names that nobody can write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from .defines import reads
from .nesting import children, rebuilt
from .syntax import Call, Extremum, Name, Quantified

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from .checked import CheckedHost, CheckedPolicy
    from .syntax import Define, Expr


def made_concrete(refined: CheckedPolicy, by: CheckedPolicy) -> CheckedPolicy:
    """A refined policy, where its abstract `define`s have the bodies that the refining policy gives them."""
    return replace(refined, defines=borrowing(refined.defines, by.defines, by.bodies))


def closed_defines(host: CheckedHost, policy: CheckedPolicy | None) -> dict[str, Define]:
    """A host's `define`s, where those that its interface gives no body have the bodies that the policy gives them."""
    if policy is None:
        return host.defines
    # A `define` of the host's file has nothing to do with one of the policy's that happens to be called the same.
    return borrowing(host.defines, policy.defines, policy.bodies & host.interface.defines.keys())


def borrowing(own: Mapping[str, Define], lender: Mapping[str, Define], names: Collection[str]) -> dict[str, Define]:
    """The table `own`, where of `names` what it leaves abstract has the lender's body, read as the lender reads it.

    What such a body reaches is shared and not put in, so that large ones cost once. A relation that has no body in the
    lender's table either is the same relation in both: it is known by the name in its `Define`, not by its key.
    """
    lent = {name: lender[name] for name in names if _is_abstract(own, name) and not _is_abstract(lender, name)}
    reached = {used for name in lent for used in _reach(name, lender)}
    # What is the same all the way down in both tables keeps its name.
    other = {name for name in reached if any(own.get(used) is not lender[used] for used in _reach(name, lender))}
    put = {name: _apart(name, own) for name in sorted(other - lent.keys())}
    made = dict(own)
    for name in (*lent, *put):
        define = lender[name]
        new = put.get(name, name)
        if define.body is not None:
            parameters = {parameter.id for parameter in define.parameters}
            body = renamed(define.body, {old: new for old, new in put.items() if old not in parameters})
            define = replace(define, name=replace(define.name, id=new), body=body)
        made[new] = define
    return made


def _is_abstract(defines: Mapping[str, Define], name: str) -> bool:
    return name in defines and defines[name].body is None


def _reach(name: str, defines: Mapping[str, Define]) -> set[str]:
    """The `define`s that one leads to in a table, itself among them."""
    return reads(Name(name), defines) & defines.keys()


def _apart(name: str, taken: Mapping[str, Define]) -> str:
    """A name that nobody can write and that is not taken."""
    made = f"{name}′"
    while made in taken:
        made += "′"
    return made


def renamed(expr: Expr, names: Mapping[str, str]) -> Expr:
    """The expression with other names for what it takes from outside; the variables that it binds keep theirs."""
    if not names:
        return expr
    match expr:
        case Name(id=name):
            return replace(expr, id=names.get(name, name))
        case Quantified(variable=variable, domain=domain, body=body):
            return replace(expr, domain=renamed(domain, names), body=renamed(body, _without(names, variable)))
        case Extremum(variable=str(variable), domain=domain, where=where) if where is not None:
            return replace(expr, domain=renamed(domain, names), where=renamed(where, _without(names, variable)))
        case _:
            made = rebuilt(expr, [renamed(child, names) for child in children(expr)])
            return replace(made, name=names.get(made.name, made.name)) if isinstance(made, Call) else made


def _without(names: Mapping[str, str], bound: str) -> Mapping[str, str]:
    return {old: new for old, new in names.items() if old != bound} if bound in names else names
