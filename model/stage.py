"""What sessions and hosts are asked about on: the rules of a host in the core, and a policy without cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from ..spec import core, syntax
from ..spec.checked import CheckedHost, CheckedPolicy
from ..spec.checked_interface import CheckedInterface
from ..spec.checked_parts import Placed
from ..spec.core import Core
from ..spec.nodes import Nodes
from ..spec.words import Format
from .fold import folded


class ClosedRule(Struct, frozen=True):
    """What a rule does where its guard holds (None: always); `revision` is what it asks for or accepts."""

    guard: Core | None
    kind: Literal["request", "accept", "give up"]
    revision: Core | None


def closed_host(host: CheckedHost, nodes: Nodes, within: CheckedPolicy | None = None) -> tuple[Core, list[ClosedRule]]:
    """A host's first request and its rules; relations without a body are those of the policy that answers."""
    elaboration = host.elaborated(nodes, within)

    def closed(expr: syntax.Expr) -> Core:
        # Folded here, before a copy is made for each round: what a list is asked of itself is much of it.
        return folded(nodes, elaboration.of(expr))

    rules: list[ClosedRule] = []
    for rule in host.rules:
        guard = None if rule.guard is None else closed(rule.guard)
        match rule.action:
            case syntax.GiveUp():
                rules.append(ClosedRule(guard, "give up", None))
            case syntax.Request(revision=revision):
                rules.append(ClosedRule(guard, "request", closed(revision)))
            case other:
                rules.append(ClosedRule(guard, "accept", closed(other.revision)))
    return closed(host.start), rules


def asks_for_formed(start: Core, rules: Iterable[ClosedRule], format_: Format, request: str) -> bool:
    """Whether each revision of a set that a host asks for is well formed, as far as its text shows that."""

    def formed(node: Core) -> bool:
        match node:
            case core.Constant(value=value):
                return format_.well_formed(value)
            case core.Variable(symbol=symbol):
                # The next request is so where this one is.
                return symbol in (syntax.KNOWN, request)
            case core.Extremum(domain=domain):
                return formed(domain)
            case core.Choice(then=then, otherwise=otherwise):
                return formed(then) and formed(otherwise)
            case core.Listed(items=items):
                return all(map(formed, items))
            case _:
                return isinstance(node, core.Interval)

    asked = [rule.revision for rule in rules if rule.kind == "request" and rule.revision is not None]
    return all(map(formed, (start, *asked)))


def known_variable(host: CheckedHost) -> syntax.Variable:
    """What the host knows, as a part of the configuration."""
    return syntax.Variable("config", syntax.Label(syntax.KNOWN), "range" if host.knows.ranged else "set")


def policy_without_cases(
    host: CheckedHost,
    defines: dict[str, syntax.Define],
    name: syntax.Label,
    variables: list[syntax.Variable],
    assumptions: list[Placed],
    nodes: Nodes,
) -> CheckedPolicy:
    """A policy without cases for some variables, for cutoff and encoding to work on; `nodes` makes its formulas."""
    interface = host.interface
    if host.knows.varies:
        some = syntax.IsEmpty(syntax.Name(syntax.KNOWN), negated=True)
        assumptions = [*assumptions, Placed(syntax.Statement("assume", syntax.Label(syntax.KNOWN), some), host.source)]
    made = CheckedInterface(
        interface.declaration,
        interface.source,
        interface.layout,
        {v.name.id: v for v in variables},
        interface.constants,
        defines,
        (),
        (),
    )
    declaration = syntax.Policy(name, interface.declaration.name, None, ())
    return CheckedPolicy(declaration, host.source, made, (), defines, tuple(assumptions), (), None, (), nodes)
