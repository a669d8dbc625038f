"""Signatures of `define`s, what a formula reads through them, and how large it is once they are put in."""

from __future__ import annotations

from dataclasses import dataclass, field

from .infer import Scope, Signature, expect, infer
from .nesting import children
from .source import Source
from .syntax import Call, Define, Expr, Name
from .types import BOOL, AnyType, Unknown

LARGEST = 50_000
"""Nodes of one formula with its `define`s put in."""

DEEPEST_EXPANDED = 200


@dataclass(frozen=True, slots=True)
class Defined:
    """A `define` and where it stands; one of a file sees its parameters only, others see the interface's names."""

    define: Define
    source: Source
    of_file: bool


@dataclass(frozen=True, slots=True)
class Definitions:
    """The `define`s that are in force somewhere."""

    entries: dict[str, Defined] = field(default_factory=dict[str, Defined])

    def extended(self, defines: list[Defined]) -> Definitions:
        made = dict(self.entries)
        for defined in defines:
            known = made.get(defined.define.name.id)
            # A bodiless `define` in a policy says nothing new.
            if known is None or defined.define.body is not None:
                made[defined.define.name.id] = defined
        return Definitions(made)

    def bodies(self) -> dict[str, Define]:
        return {name: entry.define for name, entry in self.entries.items()}


def cycles(defines: dict[str, Define]) -> set[str]:
    """The names of `define`s that lead back to themselves."""
    state: dict[str, int] = {}
    found: set[str] = set()

    def visit(name: str, path: list[str]) -> None:
        if state.get(name) == 2:
            return
        if name in path:
            found.update(path[path.index(name) :])
            return
        body = defines[name].body
        if body is not None:
            if len(path) > DEEPEST_EXPANDED:
                found.add(name)
                return
            for used in sorted(names_in(body) & defines.keys()):
                visit(used, [*path, name])
        state[name] = 2

    for name in defines:
        visit(name, [])
    return found


def names_in(expr: Expr) -> set[str]:
    """Every name that an expression mentions, bound ones and `define`s included."""
    found: set[str] = set()
    stack = [expr]
    while stack:
        at = stack.pop()
        if isinstance(at, (Name, Call)):
            found.add(at.id if isinstance(at, Name) else at.name)
        stack.extend(children(at))
    return found


def reads(expr: Expr, defines: dict[str, Define]) -> set[str]:
    """Every name that an expression mentions, also through `define`s."""
    found: set[str] = set()
    waiting = names_in(expr)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        define = defines.get(name)
        if define is not None and define.body is not None:
            waiting |= names_in(define.body) - {p.id for p in define.parameters}
    return found


@dataclass(slots=True)
class Sizes:
    """Nodes and depth of formulas with their (acyclic) `define`s put in."""

    defines: dict[str, Define]
    known: dict[str, tuple[int, int]] = field(default_factory=dict[str, "tuple[int, int]"])

    def of(self, expr: Expr) -> tuple[int, int]:
        nodes, depth = 1, 1
        for child in children(expr):
            inner_nodes, inner_depth = self.of(child)
            nodes += inner_nodes
            depth = max(depth, inner_depth + 1)
        name = expr.name if isinstance(expr, Call) else expr.id if isinstance(expr, Name) else None
        define = self.defines.get(name) if name is not None else None
        if define is not None and define.body is not None:
            if define.name.id not in self.known:
                self.known[define.name.id] = self.of(define.body)
            inner_nodes, inner_depth = self.known[define.name.id]
            nodes += inner_nodes
            depth += inner_depth
        return nodes, depth

    def too_large(self, expr: Expr) -> bool:
        nodes, depth = self.of(expr)
        return nodes > LARGEST or depth > DEEPEST_EXPANDED


def sign_all(
    definitions: Definitions, scope: Scope, own: Source, replaced: dict[str, Signature] | None = None
) -> dict[str, Signature]:
    """Signatures of all `define`s in force, those that others use first.

    `scope` is what the `define`s of the interface or policy in the text `own` may read. `replaced` has the signatures
    of the interface that a policy is for: what the policy gives a new body keeps its types.
    """
    bodies = definitions.bodies()
    looping = cycles(bodies)
    done: dict[str, Signature] = {}
    sizes = Sizes({name: define for name, define in bodies.items() if name not in looping})

    def visit(name: str) -> None:
        if name in done:
            return
        entry = definitions.entries[name]
        define = entry.define
        like = replaced.get(name) if replaced else None
        inner = Scope(entry.source, scope.problems, scope.fields, {} if entry.of_file else scope.values, done)
        if name in looping:
            done[name] = Signature(define, entry.source, [Unknown() for _ in define.parameters], Unknown())
            if entry.source == own:
                inner.report("P207", f"`{name}` is defined by itself", define.name.span, "a `define` cannot be recursive")
            return
        if define.body is not None:
            for used in sorted(names_in(define.body) & bodies.keys()):
                visit(used)
        if like is not None and like.define is define:
            done[name] = like
            return
        done[name] = _sign(inner, define, like)
        if define.body is not None and sizes.too_large(define.body):
            inner.report("P418", f"`{name}` is too large with the `define`s that it uses put in", define.name.span,
                         "use them less often, or nest them less deeply")

    for name in definitions.entries:
        visit(name)
    return done


def _sign(scope: Scope, define: Define, like: Signature | None) -> Signature:
    parameters: list[AnyType] = list(like.parameters) if like else [Unknown() for _ in define.parameters]
    if len(parameters) != len(define.parameters):
        scope.report("P208", f"`{define.name.id}` takes {len(parameters)} argument(s) in the interface", define.name.span,
                     "a policy's body has the interface's parameters")
        parameters = [Unknown() for _ in define.parameters]
    inner = scope.with_values({})
    for label, type_ in zip(define.parameters, parameters, strict=True):
        if label.id in inner.values or label.id in inner.defines:
            inner.report("P210", f"`{label.id}` has a meaning here already", label.span,
                         "choose another name for the parameter")
        inner.values[label.id] = type_
    if define.body is None:
        return Signature(define, scope.source, parameters, BOOL)
    if like is None:
        return Signature(define, scope.source, parameters, infer(inner, define.body))
    expect(inner, define.body, like.result)
    return Signature(define, scope.source, parameters, like.result)
