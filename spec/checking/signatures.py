"""The types of `define`s, found when they are first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from ..defines import Defined, users_last
from ..diagnostics import Diagnostic, Related, plural
from .infer import expect, infer
from .scope import Damaged, Scope, Signature
from .types import BOOL, SET, AnyType, Unknown, settled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..source import Source
    from ..syntax import Define, FieldLayout, Label


class Signatures(Struct, eq=False):
    """The `define`s in force in a file, an interface or a policy.

    `base` has those of the interface that a policy is for: its own types hold, also for the policy's bodies. `values`
    are what `define`s that are not a file's may read.
    """

    entries: Mapping[str, Defined]
    problems: list[Diagnostic]
    fields: tuple[FieldLayout, ...]
    values: Mapping[str, AnyType]
    damaged: Damaged
    base: Signatures | None = None
    known: dict[str, Signature] = field(default_factory=dict[str, Signature])

    def __contains__(self, name: object) -> bool:
        return name in self.entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def scope(self, source: Source, hidden: Mapping[str, str] | None = None) -> Scope:
        return Scope(source, self.problems, self.fields, self.values, self, self.damaged, hidden or {})

    def within(
        self, entries: Mapping[str, Defined], problems: list[Diagnostic], values: Mapping[str, AnyType] | None = None
    ) -> Signatures:
        """Those in force in a policy, a host or a session, which has these for its base."""
        values = self.values if values is None else values
        return replace(self, entries=entries, problems=problems, values=values, base=self, known={})

    @property
    def defines(self) -> dict[str, Define]:
        return {name: entry.define for name, entry in self.entries.items()}

    def get(self, name: str) -> Signature | None:
        found = self.known.get(name)
        if found is not None or name not in self.entries:
            return found
        # Those that others use go first, so that a long chain of them is no deep recursion.
        for used, way in users_last(self.entries, name, self.known):
            self.known[used] = self._looping(self.entries[used]) if way else self._sign(used)
        return self.known[name]

    def _looping(self, entry: Defined) -> Signature:
        parameters: list[AnyType] = [Unknown() for _ in entry.define.parameters]
        return Signature(entry.define, entry.source, parameters, Unknown(), general=True)

    def _sign(self, name: str) -> Signature:
        entry = self.entries[name]
        like: Signature | None = None
        if self.base:
            # What a file has, and nobody used yet, is typed here, and its faults are reported here.
            like = self.base.known.get(name) if entry.of_file else self.base.get(name)
        if self.base and like:
            like = like if like.general else like.copy()
            if self.base.entries[name] is entry:
                return like
        define = entry.define
        fresh: list[AnyType] = [Unknown() for _ in define.parameters]
        scope = Scope(entry.source, self.problems, self.fields, self.values, self, self.damaged)
        if entry.of_file:
            scope = replace(scope, values={}, defines=OfFiles(self))
        parameters = list(like.parameters) if like else fresh
        if len(parameters) != len(define.parameters):
            message = f"`{name}` takes {plural(len(parameters), 'argument', none='no')} in the interface"
            scope.report("P208", message, define.name.span, "a policy's body has the interface's parameters")
            parameters = fresh
        bound: dict[str, AnyType] = {}
        for label, type_ in zip(define.parameters, parameters, strict=True):
            if label.id in bound or scope.knows(label.id):
                help_ = "choose another name for the parameter"
                scope.report("P210", f"`{label.id}` has a meaning here already", label.span, help_)
            bound[label.id] = type_
        inner = scope.binding(bound)
        if define.body is None:
            return Signature(define, entry.source, parameters, BOOL, general=False)
        if like is not None:
            expect(inner, define.body, like.result)
            return Signature(define, entry.source, parameters, like.result, general=False)
        result = infer(inner, define.body)
        return Signature(define, entry.source, parameters, result, general=entry.of_file or self.base is not None)


def report_relations_of_sets(signatures: Signatures, names: Iterable[str], of: Label, source: Source) -> None:
    """Report which of `names` have no body and take a set: no claim can be decided for every such relation."""
    for name in sorted(names):
        signature = signatures.get(name)
        if signature is None or signature.define.body is not None:
            continue
        if any(settled(type_) == SET for type_ in signature.parameters):
            message = f"`{name}` takes a set of revisions, and has no body in `{of.id}`"
            help_ = "give it a body: a relation that is left open is one of single values"
            related = (Related(signature.source, signature.define.name.span, "it is defined here"),)
            signatures.problems.append(Diagnostic("P301", message, help_, source, of.span, related))


class OfFiles(Struct, frozen=True):
    """What a `define` of a file sees of those in force where it is used: other `define`s of files."""

    whole: Signatures

    def get(self, name: str) -> Signature | None:
        return self.whole.get(name) if name in self else None

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self.whole.entries and self.whole.entries[name].of_file

    def __iter__(self) -> Iterator[str]:
        return (name for name in self.whole if name in self)
