"""`define`s: what a formula reads through them, and how large it is once they are put in."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field

from . import syntax
from .diagnostics import Diagnostic, listed
from .nesting import DEEPEST_EXPANDED, children

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Set

    from .source import Source, Span

_NO_PARAMETERS: Mapping[str, bool] = MappingProxyType({})

LARGEST = 50_000
"""Nodes of one formula with its `define`s put in."""


def free_names(expr: syntax.Expr) -> set[str]:
    """The names that an expression takes from outside, those of `define`s included."""
    found: set[str] = set()
    stack: list[tuple[syntax.Expr, frozenset[str]]] = [(expr, frozenset())]
    while stack:
        at, bound = stack.pop()
        match at:
            case syntax.Name(id=name):
                if name not in bound:
                    found.add(name)
            case syntax.Quantified(variable=variable, domain=domain, body=body):
                stack += [(domain, bound), (body, bound | {variable})]
            case syntax.Extremum(domain=domain, variable=str(variable), where=body) if body is not None:
                stack += [(domain, bound), (body, bound | {variable})]
            case _:
                if isinstance(at, syntax.Call):
                    found.add(at.name)
                stack += [(child, bound) for child in children(at)]
    return found


def may_be_range(expr: syntax.Expr, names: Set[str], entries: Mapping[str, Defined]) -> bool:
    """Whether a set is, or comes to be through `define`s, a range: one written out, or one of some names."""
    seen: set[str] = set()
    stack = [expr]
    while stack:
        at = stack.pop()
        match at:
            case syntax.Range():
                return True
            case syntax.If(then=then, otherwise=otherwise):
                stack += [then, otherwise]
            case syntax.Name(id=name) | syntax.Call(name=name):
                if name in names:
                    return True
                if isinstance(at, syntax.Call):
                    stack += at.arguments
                body = entries[name].define.body if name in entries else None
                if body is not None and name not in seen:
                    seen.add(name)
                    stack.append(body)
            case _:
                pass
    return False


def is_range(
    expr: syntax.Expr,
    names: Set[str],
    entries: Mapping[str, Defined],
    parameters: Mapping[str, bool] = MappingProxyType({}),
) -> bool:
    """Whether a set is a range however it comes out: one written out, one of some names, `{}`, or a choice of such.

    `parameters` says so of those of the `define` that is looked at.
    """
    match expr:
        case syntax.Range() | syntax.SetLiteral(items=()):
            return True
        case syntax.If(then=then, otherwise=otherwise):
            return is_range(then, names, entries, parameters) and is_range(otherwise, names, entries, parameters)
        case syntax.Name(id=name) if name in parameters:
            return parameters[name]
        case syntax.Name(id=name) if name in names:
            return True
        case syntax.Name(id=name) | syntax.Call(name=name) if name in entries:
            define = entries[name].define
            # One that uses itself is reported as that.
            rest = {other: entry for other, entry in entries.items() if other != name}
            arguments = expr.arguments if isinstance(expr, syntax.Call) else ()
            given = [is_range(argument, names, rest, parameters) for argument in arguments]
            inner = dict(zip((p.id for p in define.parameters), given, strict=False))
            return define.body is not None and is_range(define.body, names, rest, inner)
        case _:
            return False


def mention(expr: syntax.Expr, name: str) -> Span | None:
    """Where an expression mentions a name first; None where it comes to the name through a `define` only."""
    stack = [expr]
    while stack:
        at = stack.pop()
        if isinstance(at, syntax.Name) and at.id == name:
            return at.span
        stack += reversed(children(at))
    return None


class Defined(Struct, frozen=True, eq=False, dict=True):
    """A `define` and where it stands; one of a file sees its parameters only, others see the interface's names."""

    define: syntax.Define
    source: Source
    of_file: bool

    @cached_property
    def uses(self) -> set[str]:
        """The names that its body takes from outside."""
        body = self.define.body
        return free_names(body) - {p.id for p in self.define.parameters} if body is not None else set()

    def used(self, entries: Mapping[str, Defined]) -> Iterator[str]:
        """The `define`s that this one uses."""
        return iter(sorted(name for name in self.uses if name in entries))


def all_defined(defines: Mapping[str, syntax.Define], source: Source) -> dict[str, Defined]:
    """A table of `define`s that are seen together, whatever texts they stand in."""
    return {name: Defined(define, source, of_file=False) for name, define in defines.items()}


def users_last(
    entries: Mapping[str, Defined], root: str, done: Container[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The `define`s that one leads to and that are not `done`, each after those that it uses; itself at the end.

    One that leads back to itself comes with the names on the way, and is expected to be `done` from then on.
    """
    path = {root: entries[root].used(entries)}
    while path:
        name, rest = next(reversed(path.items()))
        for used in rest:
            if used in done:
                continue
            if used in path:
                way = tuple(path)
                yield used, way[way.index(used) :]
            else:
                path[used] = entries[used].used(entries)
                break
        else:
            del path[name]
            if name not in done:
                yield name, ()


class Size(NamedTuple):
    """Nodes and levels of a formula, and for each parameter in it: how often it occurs, and how deep at most."""

    nodes: int
    levels: int
    parameters: dict[str, tuple[int, int]]

    @property
    def too_large(self) -> bool:
        return self.nodes > LARGEST or self.levels > DEEPEST_EXPANDED


class Expansion(Struct):
    """Sizes of formulas with the `define`s put in; a `define` that cannot be put in is reported where it stands."""

    entries: Mapping[str, Defined]
    problems: list[Diagnostic]
    known: dict[str, Size | None] = field(default_factory=dict[str, Size | None])

    def define(self, name: str) -> None:
        """Look at one `define` and at those that it uses."""
        if name in self.known:
            return
        for used, way in users_last(self.entries, name, self.known):
            entry = self.entries[used]
            if way:
                through = f", through {listed(way[1:])}" if len(way) > 1 else ""
                self.known[used] = None
                self._report(entry, "P207", f"`{used}` is defined by itself{through}", "a `define` cannot be recursive")
                continue
            body = entry.define.body
            parameters = {p.id for p in entry.define.parameters}
            size = Size(1, 1, {}) if body is None else self._size(body, parameters)
            self.known[used] = size
            if size is not None and size.too_large:
                self.known[used] = None
                message = f"`{used}` is too large{' with the `define`s that it uses put in' if entry.uses else ''}"
                self._report(entry, "P418", message, "use them less often, or nest them less deeply")

    def look(self, expr: syntax.Expr) -> tuple[set[str], bool]:
        """What a formula reads, and whether it is too large though none of the `define`s in it is by itself."""
        names = free_names(expr)
        used = sorted(name for name in names if name in self.entries)
        if not used and expr.span.end - expr.span.start < LARGEST:
            return names, False
        for name in used:
            self.define(name)
        while used:
            more = self.entries[used.pop()].uses - names
            names |= more
            used += (name for name in more if name in self.entries)
        size = self._size(expr, frozenset())
        return names, size is not None and size.too_large

    def _report(self, entry: Defined, code: str, message: str, help_: str) -> None:
        self.problems.append(Diagnostic(code, message, help_, entry.source, entry.define.name.span))

    def _size(self, expr: syntax.Expr, parameters: Set[str]) -> Size | None:
        """None where there is a `define` in it that was reported."""
        if isinstance(expr, syntax.Name):
            if expr.id in parameters:
                return Size(1, 1, {expr.id: (1, 0)})
            return self.known.get(expr.id, _LEAF)
        parts: list[Size] = []
        for child in children(expr):
            size = self._size(child, parameters)
            if size is None:
                return None
            parts.append(size)
        places = [(1, 0) for _ in parts]
        nodes, levels = 0, 0
        entry = self.entries.get(expr.name) if isinstance(expr, syntax.Call) else None
        if isinstance(expr, syntax.Call) and entry is not None:
            body = self.known.get(expr.name)
            if body is None:
                return None
            # An argument stands wherever its parameter does.
            places = [body.parameters.get(p.id, (1, 0)) for p in entry.define.parameters]
            nodes, levels = body.nodes - sum(times for times, _ in body.parameters.values()), body.levels
        found: dict[str, tuple[int, int]] = {}
        for part, (times, depth) in zip(parts, places, strict=False):
            nodes += times * part.nodes
            levels = max(levels, depth + part.levels)
            for name, (often, deepest) in part.parameters.items():
                before = found.get(name, (0, 0))
                found[name] = (before[0] + times * often, max(before[1], depth + deepest + 1))
        return Size(nodes + 1, levels + 1, found)


_LEAF = Size(1, 1, {})
