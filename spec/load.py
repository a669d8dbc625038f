"""Files to checked programs: reading, `use`, the shipped library."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from .checking.environment import Environment, program
from .checking.file import check_file
from .diagnostics import Diagnostic, Rejected, Related, meant, nearest, printable
from .files import ENDING, LIBRARY, exists, is_passing, is_plain, raw, undecodable
from .files import shown as shown_as
from .parsing.parser import parse
from .source import NOWHERE, Source, Span
from .syntax import Use

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .program import Program

_Step = tuple[Source, Use]
"""A `use`, and the text that it stands in."""


def library_names() -> list[str]:
    return sorted(path.stem for path in LIBRARY.glob(f"*{ENDING}"))


def locate(target: str) -> tuple[Path, str]:
    """The path of a FILE or library NAME, and what messages call it. Raises `Rejected` where there is neither.

    Standard input and pipes have no place: their path is a name in the current directory.
    """
    if not target.strip():
        raise Rejected(Diagnostic("P502", "no file is named", "write FILE or NAME; `-` is standard input"))
    bare = not any(mark in target for mark in ("/", os.sep, "."))
    names = library_names()
    if bare and target in names:
        return LIBRARY / f"{target}{ENDING}", f"{target}{ENDING}"
    if is_passing(target):
        return Path.cwd() / f"<{target.replace(os.sep, '_')}>", shown_as(target)
    path = resolved(Path(target), target)
    if bare and not exists(path):
        if Path(target).is_symlink():
            raise _unreadable(target, FileNotFoundError(), None)
        message = f"there is no file and no library policy `{printable(target)}`"
        help_ = meant(target, names, f"the library has {', '.join(names)}")
        raise Rejected(Diagnostic("P502", message, _of_whole(target) or help_))
    return path, target


def _of_whole(target: str) -> str:
    """The help where FILE:NAME is given, and a file is meant or nothing stands behind the colon; else empty."""
    file, colon, name = target.rpartition(":")
    if not colon or not file or not (file in library_names() or is_plain(Path(file))):
        return ""
    if not name:
        return f"nothing is named behind the colon: write `{file}`"
    if not name.isidentifier():
        return ""
    return f"a whole file is meant here: write `{file}`; `parley check` chooses from it by `--only '{name}.*'`"


def resolved(path: Path, shown: str, asked: _Step | None = None) -> Path:
    """The path without links. Raises `Rejected` where it can be none, at the `use` that `asked` for it."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise _unreadable(shown, error, asked) from None


def read_text(path: Path, shown: str, asked: _Step | None = None) -> Source:
    """Read a file as UTF-8. Raises `Rejected` where that fails, at the `use` that `asked` for it."""
    try:
        content = raw(path)
    except (OSError, ValueError) as error:
        raise _unreadable(shown, error, asked) from None
    argument = path.stem if path.parent == LIBRARY else str(path) if is_passing(str(path)) else shown
    try:
        return Source(shown, content.decode("utf-8-sig"), argument)
    except UnicodeDecodeError as error:
        message, help_ = undecodable(printable(shown), content, error, f"a `{ENDING}` file")
        raise _rejected("P105", message, help_, asked) from None


def _unreadable(shown: str, error: Exception, asked: _Step | None) -> Rejected:
    shown, help_ = printable(shown), "check the path"
    match error:
        case FileNotFoundError():
            message, help_ = f"there is no file `{shown}`", _instead(shown, asked)
        case IsADirectoryError():
            message = f"`{shown}` is a directory"
            help_ = f"name a file in it, such as `{shown.rstrip('/')}/policy{ENDING}`"
        case OSError(strerror=str(reason)):
            message = f"`{shown}` cannot be read: {reason}"
        case _:
            message = f"`{shown}` cannot be read: {error}"
    return _rejected("P110" if asked else "P106", message, help_, asked)


def _instead(shown: str, asked: _Step | None) -> str:
    """What is most likely meant by a path at which nothing is."""
    path = Path(shown)
    if path.is_symlink():
        return f"it is a link to `{printable(str(path.readlink()))}`, which is not there"
    if not asked and (help_ := _of_whole(shown)):
        return help_
    name = path.name.removesuffix(ENDING)
    if name in library_names():
        how = f"write `use {name}`" if asked else f"write `{name}`"
        return f"the library's is named without folder and ending: {how}"
    try:
        # The ending, which most have in common, makes none of them near.
        names = {other.name.removesuffix(ENDING): other.name for other in path.parent.iterdir()}
        near = names.get(nearest(name, names) or "")
    except (OSError, ValueError):
        return "check the path"
    return f"did you mean `{path.parent / near}`?" if near else "check the path"


def _rejected(code: str, message: str, help_: str, asked: _Step | None) -> Rejected:
    source, span = (asked[0], asked[1].span) if asked else (None, NOWHERE)
    return Rejected(Diagnostic(code, message, help_, source, span))


class _Loaded(Struct):
    """`sound` says that nothing is wrong with a file, nor with those that it uses."""

    source: Source
    environment: Environment
    sound: bool


class Loader(Struct):
    """Loads files, each once. `problems` collects the faults of all of them: a file's in the order of its text,
    after those of the files that it uses. `warnings` are no faults.
    """

    problems: list[Diagnostic] = field(default_factory=list[Diagnostic])
    warnings: list[Diagnostic] = field(default_factory=list[Diagnostic])
    _done: dict[Path, _Loaded] = field(default_factory=dict[Path, _Loaded])
    _seen: set[tuple[object, ...]] = field(default_factory=set[tuple[object, ...]])

    def load(self, target: str) -> Program | None:
        """The program of a FILE or NAME; None where something is wrong with it, which `problems` then says."""
        try:
            path, shown = locate(target)
            known = self._done.get(path)
            passing = path.parent != LIBRARY and is_passing(target)
            source = known.source if known else read_text(Path(target) if passing else path, shown)
        except Rejected as error:
            self._report(error.diagnostics)
            return None
        return self.load_source(source, path)

    def load_source(self, source: Source, path: Path) -> Program | None:
        """The same for a text that was read already; `path` is what its `use "…"` are relative to."""
        loaded = self._load(path.resolve(), source, {})
        return program(loaded.environment, loaded.source) if loaded.sound else None

    def _report(self, problems: Iterable[Diagnostic]) -> None:
        for problem in problems:
            key = (problem.code, problem.source, problem.span, problem.message)
            if key not in self._seen:
                self._seen.add(key)
                (self.problems if problem.severity == "error" else self.warnings).append(problem)

    def _load(self, path: Path, source: Source, above: dict[Path, _Step]) -> _Loaded:
        """`above` are the files above one, each with its `use` that leads there."""
        known = self._done.get(path)
        if known is not None:
            return known
        file, problems = parse(source)
        used: list[tuple[Use, Environment]] = []
        sound, incomplete = True, False
        for declaration in file.declarations:
            if isinstance(declaration, Use):
                try:
                    found = self._used(path, {**above, path: (source, declaration)})
                except Rejected as error:
                    problems += error.diagnostics
                    incomplete = True
                else:
                    used.append((declaration, found.environment))
                    sound = sound and found.sound
        environment, more = check_file(file, used, incomplete=incomplete)
        problems = sorted([*problems, *more], key=_by_place)
        self._report(problems)
        faulty = any(problem.severity == "error" for problem in problems)
        self._done[path] = _Loaded(source, environment, sound and not faulty)
        return self._done[path]

    def _used(self, path: Path, above: dict[Path, _Step]) -> _Loaded:
        """The file that a `use` names. Raises `Rejected` where there is none, or where it uses this one."""
        source, use = above[path]
        if use.library:
            target, shown = LIBRARY / f"{use.target}{ENDING}", f"{use.target}{ENDING}"
            names = library_names()
            if use.target not in names:
                yours = f'`use "{use.target}{ENDING}"`'
                help_ = meant(use.target, names, f"it has {', '.join(names)}; a file of yours is {yours}")
                raise _rejected("P110", f"the library has no `{use.target}`", help_, (source, use))
        else:
            target, shown = path.parent / use.target, str(Path(source.name).parent / use.target)
            if is_passing(source.argument):
                shown = use.target
        target = resolved(target, shown, (source, use))
        if target in above:
            cycle = list(above.values())[list(above).index(target) :]
            names = [user.name for user, _ in cycle]
            message = f"these files use each other: {' → '.join([*names, names[0]])}"
            help_ = "move what both need into a third file"
            if len(cycle) == 1:
                message, help_ = f"`{names[0]}` uses itself", "delete this line"
            related = [
                Related(user, step.span, f"`{name}` is used here")
                for (user, step), name in zip(cycle[:-1], names[1:], strict=True)
            ]
            raise Rejected(Diagnostic("P111", message, help_, source, use.span, tuple(related)))
        known = self._done.get(target)
        return known or self._load(target, read_text(target, shown, (source, use)), above)


def _by_place(problem: Diagnostic) -> tuple[str, Span]:
    return problem.source.name if problem.source else "", problem.span
