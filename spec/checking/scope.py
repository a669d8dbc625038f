"""What the names of an expression stand for."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from ..diagnostics import Diagnostic, Related, meant
from ..parsing.habits.names import wrong_name
from ..parsing.tokens import keywords
from ..source import Source, Span
from .types import AnyType, Type, Unknown, settled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..syntax import Define, FieldLayout
    from .signatures import OfFiles, Signatures


class Signature(Struct, eq=False):
    """The types of a `define`.

    `general` says that each use settles its types for itself. Those of an interface's `define`, which a policy may
    give another body, and of an abstract one are the same at every use.
    """

    define: Define
    source: Source
    parameters: list[AnyType]
    result: AnyType
    general: bool

    def instance(self) -> Signature:
        """What one use sees: the signature itself, or a copy whose open types are its own."""
        return self.copy() if self.general else self

    def copy(self) -> Signature:
        types = [settled(type_) for type_ in (*self.parameters, self.result)]
        if all(isinstance(type_, Type) for type_ in types):
            return self
        fresh = {type_: Unknown(type_.allowed) for type_ in types if isinstance(type_, Unknown)}
        made = [fresh[type_] if isinstance(type_, Unknown) else type_ for type_ in types]
        return Signature(self.define, self.source, made[:-1], made[-1], self.general)


class Damaged(Struct):
    """Names that something declares which could not be read: their absence is not news.

    `anything` says that a whole file is missing, and any name may be one of its.
    """

    names: set[str] = field(default_factory=set[str])
    anything: bool = False

    def __contains__(self, name: str) -> bool:
        return self.anything or name in self.names


class Scope(Struct):
    """`values` are variables and constants, `bound` parameters and the variables of quantifiers.

    `fields` is empty where no format is known, and then literals and fields are not checked. `hidden` are names that
    may not be read here though they exist, each with what to do instead. `of_caller` is True in hosts and sessions,
    where `known` is what the caller speaks.
    """

    source: Source
    problems: list[Diagnostic]
    fields: tuple[FieldLayout, ...]
    values: Mapping[str, AnyType]
    defines: Signatures | OfFiles
    damaged: Damaged
    hidden: Mapping[str, str] = field(default_factory=dict[str, str])
    bound: Mapping[str, AnyType] = field(default_factory=dict[str, AnyType])
    of_caller: bool = False

    def report(self, code: str, message: str, span: Span, help_: str = "", *related: Related) -> None:
        self.problems.append(Diagnostic(code, message, help_, self.source, span, related))

    def warn(self, code: str, message: str, span: Span, help_: str) -> None:
        self.problems.append(Diagnostic(code, message, help_, self.source, span, severity="warning"))

    def binding(self, more: Mapping[str, AnyType]) -> Scope:
        bound = {**self.bound, **more}
        return replace(self, bound=bound)

    def type_of(self, name: str) -> AnyType | None:
        if name in self.bound:
            return self.bound[name]
        return None if name in self.hidden else self.values.get(name)

    def knows(self, name: str) -> bool:
        return name in self.bound or name in self.values or name in self.hidden or name in self.defines

    def missing(self, name: str, span: Span, *, called: bool = False) -> AnyType:
        """Report a name that means nothing here, unless that is the fault of something reported already."""
        if name in self.hidden:
            self.report("P205", f"`{name}` cannot be read here", span, self.hidden[name])
        elif name not in self.damaged:
            habit = wrong_name("call" if called else "name", name)
            if habit is not None:
                self.report("P201", habit.message, span, habit.help)
                return Unknown()
            if name.lower() in keywords():
                help_ = f"write `{name.lower()}`: words of the language are in lower case"
                self.report("P201", f"nothing is called `{name}` here", span, help_)
                return Unknown()
            known = self.defines if called else chain(self.bound, self.values, self.defines, ("true", "false"))
            what = "no `define` is called" if called else "nothing is called"
            help_ = meant(name, known, "declare it, or bring its file in with `use`", already=len(self.problems))
            self.report("P201", f"{what} `{name}`{'' if called else ' here'}", span, help_)
        return Unknown()

    def word(self, word: str, start: int, end: int) -> Span:
        """Where a word stands between two offsets."""
        text = self.source.text
        at = text.find(word, start, end)
        while at >= 0:
            behind = at + len(word)
            if not _in_word(text[at - 1 : at]) and not _in_word(text[behind : behind + 1]):
                return Span(at, behind)
            at = text.find(word, behind, end)
        return Span(start, end)


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_"
