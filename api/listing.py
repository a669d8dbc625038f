"""What files declare: interfaces, policies, hosts, sessions and scenarios, each with its text."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct
from parley.spec import syntax
from parley.spec.checked import CheckedHost, CheckedPolicy, CheckedSession
from parley.spec.checked_interface import CheckedInterface
from parley.spec.diagnostics import Diagnostic, Rejected, meant, printable
from parley.spec.load import library_names
from parley.spec.parsing.tokens import documented
from parley.spec.program import CheckedScenario, Program
from parley.spec.source import Place, Source

from .loading import load_all
from .naming import is_bare, library, program_at
from .results import Result, Table

Kind: TypeAlias = Literal["interface", "policy", "host", "session", "scenario"]
Checked: TypeAlias = CheckedInterface | CheckedPolicy | CheckedHost | CheckedSession | CheckedScenario

LISTED: tuple[Kind, ...] = ("interface", "policy", "host", "session")
"""The kinds that a list has where none is chosen: scenarios are claims, and there are many."""

_SENTENCE = re.compile(r"\S.*?[.?!](?=\s|$)", re.DOTALL)


class Declared(Struct, frozen=True):
    """One declaration of a file."""

    checked: Checked

    @property
    def name(self) -> str:
        return self.checked.name

    @property
    def kind(self) -> Kind:
        match self.checked:
            case CheckedInterface():
                return "interface"
            case CheckedPolicy():
                return "policy"
            case CheckedHost():
                return "host"
            case CheckedSession():
                return "session"
            case CheckedScenario():
                return "scenario"
            case _:
                assert_never(self.checked)

    @property
    def role(self) -> str:
        """What it is for: `for RMI_VERSION refines rmm_1_0`, `linux with rmm_1_0`; nothing of an interface."""
        match self.checked:
            case CheckedInterface():
                return ""
            case CheckedPolicy(refines=refines, interface=interface):
                return f"for {interface.name}" + (f" refines {refines.name}" if refines else "") + self._under
            case CheckedHost(interface=interface):
                return f"for {interface.name}"
            case CheckedSession(host=host, policy=policy):
                return f"{host.name} with {policy.name}{self._under}"
            case CheckedScenario(subject=subject):
                return f"for {subject.name}"
            case _:
                assert_never(self.checked)

    @property
    def _under(self) -> str:
        """The optional assumptions that it makes itself."""
        declaration = self.checked.declaration
        made = declaration.under if isinstance(declaration, syntax.Policy | syntax.Session) else ()
        return f" under {', '.join(label.id for label in made)}" if made else ""

    @property
    def doc(self) -> str:
        return self.checked.declaration.doc

    @property
    def cites(self) -> str:
        """Where it comes from: what stands behind `from`."""
        return self.checked.declaration.cites

    @property
    def about(self) -> str:
        """The first sentence of its doc comment; of one without, what it cites."""
        paragraph = re.split(r"\n\s*\n", self.doc.strip())[0]
        sentence = _SENTENCE.match(paragraph)
        return " ".join((sentence.group() if sentence else paragraph).split()) or self.cites

    @property
    def place(self) -> Place:
        return self.checked.source.place(self.checked.declaration.name.span.start)

    @property
    def address(self) -> str:
        """Its name; of a scenario, that of the claim which it is: `rmm_1_0.not_a_range`."""
        return f"{self.checked.subject.name}.{self.name}" if isinstance(self.checked, CheckedScenario) else self.name

    @property
    def argument(self) -> str:
        """What names it to `show`: `rmi:rmm_1_0`."""
        return f"{_target(self.checked.source)}:{self.address}"

    @property
    def text(self) -> str:
        """As it stands in its file, with its doc comment and a line end."""
        source = self.checked.source
        return source.slice(documented(source.text, self.checked.declaration.span)) + "\n"


class DeclaredFile(Struct, frozen=True):
    """The declarations of one file, or some of them, in their order there. `name` is what the command calls it, and
    `scenarios` are how many it has beside them, where no kind was chosen.
    """

    name: str
    declarations: tuple[Declared, ...]
    scenarios: int


class ListResult(Result, frozen=True):
    """What some files declare, and the faults of those that are not sound, which are none of `files`."""

    files: tuple[DeclaredFile, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def code(self) -> int:
        return 2 if any(fault.severity == "error" for fault in self.diagnostics) else 0

    def table(self) -> Table:
        declared = [one for file in self.files for one in file.declarations]
        return Table(tuple((one.argument, one.kind, one.role, one.about) for one in declared))


class Shown(Struct, frozen=True):
    """The text of a file, or of one declaration in it. `declared` is None of a file, which begins at its `place`."""

    declared: Declared | None
    place: Place
    text: str

    def __str__(self) -> str:
        return self.text


def declarations(*targets: str | os.PathLike[str], kinds: Iterable[Kind] = ()) -> ListResult:
    """What files and names of the library declare; without any, the library.

    Without a choice of `kinds` it is all but scenarios; with one, files that have nothing of it are left out. Raises
    nothing: a faulty file's faults are among the `diagnostics`.
    """
    chosen = frozenset(kinds)
    loaded = load_all(*targets)
    files = [_listed(program, chosen) for program in loaded.programs]
    return ListResult(
        tuple(file for file in files if file.declarations or not chosen), (*loaded.problems, *loaded.warnings)
    )


def _listed(program: Program, chosen: Collection[Kind]) -> DeclaredFile:
    listed = tuple(one for one in _declared(program) if one.kind in (chosen or LISTED))
    return DeclaredFile(_target(program.source), listed, 0 if chosen else len(program.own_scenarios))


def show(argument: str) -> Shown:
    """A file as it stands, or one declaration of it: FILE or NAME, either with `:declaration`, or a declaration of the
    library by its name alone. A name that a file of the library has as well means the file; a scenario may be named as
    its claim is, `SUBJECT.SCENARIO`.

    Raises Rejected where there is none, or several, or the file is faulty.
    """
    if is_bare(argument) and argument not in library_names():
        found = [one for program in library() for one in _declared(program) if one.name == argument]
        if not found:
            raise Rejected(_unknown(argument))
        return _shown(_only(argument, found))
    target, _, name = argument.rpartition(":")
    if not target or not all(part.isidentifier() for part in name.split(".", 1)):
        target, name = argument, ""
    program = program_at(target)
    if not name:
        return Shown(None, program.source.place(0), program.source.text)
    own = _declared(program)
    found = [one for one in own if name in (one.name, one.address)]
    if not found:
        known = [one.address for one in own]
        has = f"it has {', '.join(known)}" if known else f"`parley show {target}` prints the file"
        raise Rejected(Diagnostic("P502", f"`{target}` declares no `{name}`", meant(name, known, has)))
    return _shown(_only(name, found))


def _unknown(argument: str) -> Diagnostic:
    known = [*library_names(), *(one.name for program in library() for one in _declared(program))]
    message = f"the library has no file and no declaration `{printable(argument)}`"
    help_ = meant(argument, known, "`parley list` has all; one of yours is FILE or FILE:NAME")
    return Diagnostic("P502", message, help_)


def _only(name: str, found: list[Declared]) -> Declared:
    # A scenario is a claim of its subject, and may be called like anything else, another subject's included.
    named = [one for one in found if one.kind != "scenario"] or found
    if len(named) > 1:
        choices = ", ".join(one.argument for one in named)
        raise Rejected(Diagnostic("P507", f"several declarations are called `{name}`", f"choose one: {choices}"))
    return named[0]


def _shown(one: Declared) -> Shown:
    source = one.checked.source
    span = documented(source.text, one.checked.declaration.span)
    return Shown(one, source.place(span.start), one.text)


def _declared(program: Program) -> list[Declared]:
    """What a file itself declares, in the order of its text."""
    own: list[Checked] = [
        *program.own_interfaces,
        *program.own_policies,
        *program.own_hosts,
        *program.own_sessions,
        *program.own_scenarios,
    ]
    return [Declared(one) for one in sorted(own, key=lambda one: one.declaration.span)]


def _target(source: Source) -> str:
    """What the command calls a file."""
    return source.argument or source.name
