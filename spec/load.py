"""Files to checked programs: reading, `use`, the shipped library."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from .check import Environment, check_file, program
from .checked import Program
from .diagnostics import Diagnostic, Rejected, nearest
from .parser import parse
from .source import Source, Span
from .syntax import File, Use

LIBRARY = Path(__file__).with_name("library")
ENDING = ".parley"


def library_names() -> list[str]:
    return sorted(path.stem for path in LIBRARY.glob(f"*{ENDING}"))


def locate(target: str) -> tuple[Path, str]:
    """The path of a FILE or library NAME, and what messages call it."""
    bare = not any(mark in target for mark in ("/", os.sep, "."))
    if bare and (LIBRARY / f"{target}{ENDING}").is_file():
        return LIBRARY / f"{target}{ENDING}", f"{target}{ENDING}"
    if bare and not Path(target).exists():
        known = nearest(target, library_names())
        raise Rejected(Diagnostic(
            "P502", f"there is no file and no library policy `{target}`",
            f"did you mean `{known}`?" if known else f"the library has {', '.join(library_names())}"))
    return Path(target), target


def read_text(path: Path, shown: str, used_by: Use | None = None, user: Source | None = None) -> Source:
    """Read a file as UTF-8. Raises `Rejected` where it cannot be read, with the place of the `use` that asked for it."""

    def rejected(code: str, message: str, help_: str) -> Rejected:
        return Rejected(Diagnostic(code, message, help_, user, used_by.span if used_by else Span(0, 0)))

    code = "P110" if used_by else "P106"
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise rejected(code, f"there is no file `{shown}`", "check the path") from None
    except IsADirectoryError:
        raise rejected(code, f"`{shown}` is a directory", f"name the files in it, such as `{shown.rstrip('/')}/*{ENDING}`") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise rejected(code, f"`{shown}` cannot be read: {reason}", "") from None
    try:
        return Source(shown, raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        raise rejected("P105", f"`{shown}` is not UTF-8: byte 0x{raw[error.start]:02x} in line {line}, byte {column} of it",
                       "save the file as UTF-8") from None


@dataclass(slots=True)
class Loader:
    """Loads files, each once. `problems` collects the faults of all of them."""

    problems: list[Diagnostic] = field(default_factory=list[Diagnostic])
    _done: dict[Path, tuple[Source, Environment]] = field(default_factory=dict[Path, "tuple[Source, Environment]"])

    def load(self, target: str) -> Program | None:
        """The program of a FILE or NAME; None where something is wrong with it, which `problems` then says."""
        try:
            path, shown = locate(target)
            source = self._read(path, shown)
        except Rejected as error:
            self.problems.extend(error.diagnostics)
            return None
        return self.load_source(source, path)

    def load_source(self, source: Source, path: Path) -> Program | None:
        """The same for a text that was read already; `path` is what its `use "…"` are relative to."""
        before = len(self.problems)
        environment = self._environment(path.resolve(), source, [])
        if len(self.problems) > before:
            return None
        return program(environment, self._done[path.resolve()][0])

    def _read(self, path: Path, shown: str) -> Source:
        known = self._done.get(path.resolve())
        return known[0] if known else read_text(path, shown)

    def _environment(self, path: Path, source: Source, above: list[tuple[Path, Source]]) -> Environment:
        known = self._done.get(path)
        if known is not None:
            return known[1]
        file, problems = parse(source)
        self.problems.extend(problems)
        used: list[tuple[Use, Environment]] = []
        for declaration in file.declarations:
            if isinstance(declaration, Use):
                environment = self._used(declaration, path, source, [*above, (path, source)])
                if environment is not None:
                    used.append((declaration, environment))
                else:
                    file = File(source, file.declarations, file.damaged | _mentioned(file))
        environment, problems = check_file(file, used)
        self.problems.extend(problems)
        self._done[path] = (source, environment)
        return environment

    def _used(self, use: Use, path: Path, source: Source, above: list[tuple[Path, Source]]) -> Environment | None:
        if use.library:
            target, shown = LIBRARY / f"{use.target}{ENDING}", f"{use.target}{ENDING}"
            if not target.is_file():
                known = nearest(use.target, library_names())
                self.problems.append(Diagnostic(
                    "P110", f"the library has no `{use.target}`",
                    f"did you mean `{known}`?" if known else f"it has {', '.join(library_names())}; a file of yours is "
                    f'`use "{use.target}{ENDING}"`', source, use.span))
                return None
        else:
            target = path.parent / use.target
            shown = str(Path(source.name).parent / use.target)
        resolved = target.resolve()
        chain = [step for step, _ in above]
        if resolved in chain:
            names = [named.name for _, named in above[chain.index(resolved) :]]
            self.problems.append(Diagnostic("P111", f"these files use each other: {' → '.join([*names, names[0]])}",
                                            "move what both need into a third file", source, use.span))
            return None
        try:
            inner = self._done[resolved][0] if resolved in self._done else read_text(target, shown, use, source)
        except Rejected as error:
            self.problems.extend(error.diagnostics)
            return None
        return self._environment(resolved, inner, above)


def _mentioned(file: File) -> set[str]:
    """The interfaces and policies that a file refers to: with a `use` missing, their absence is not news."""
    from .syntax import Policy, Scenario

    found: set[str] = set()
    for declaration in file.declarations:
        if isinstance(declaration, Policy):
            found.add(declaration.interface.id)
            if declaration.refines:
                found.add(declaration.refines.id)
        elif isinstance(declaration, Scenario):
            found.add(declaration.subject.id)
    return found - {d.name.id for d in file.declarations if not isinstance(d, Use)}
