"""Programs from files, from the library and from texts."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

from msgspec import Struct
from parley.spec.diagnostics import Diagnostic, Rejected
from parley.spec.load import Loader, library_names
from parley.spec.program import Program
from parley.spec.source import Source


class PolicyWarning(UserWarning):
    """What stands in a text may be meant as it is, and most likely is not."""


class Loaded(Struct, frozen=True):
    """Some files: the programs of those that are sound, the faults of the others, and what is no fault."""

    programs: tuple[Program, ...]
    problems: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...]


def load(target: str | os.PathLike[str]) -> Program:
    """The program of a file.

    A `str` is what the command takes: the path of a file, the name of a file of the library without its ending, such as
    `rmi`, or `-`, standard input. A `Path` is always a file's. Neither is ever taken for the text of a program: for
    that there is `loads`.
    Raises Rejected where there is no such file, or anything is wrong with it or with a file that it uses.
    """
    return _only(Loader(), _target(target), None)


def loads(text: str, *, name: str = "<text>", folder: str | os.PathLike[str] = ".") -> Program:
    """The program of a text.

    Messages call it `name`; files that it uses are looked for from `folder`. Raises Rejected where anything is wrong.
    """
    return _only(Loader(), name, Source(name, text), Path(folder))


def load_all(*targets: str | os.PathLike[str]) -> Loaded:
    """The same for several files, each once; for the whole library where there are none. Raises nothing."""
    loader = Loader()
    wanted = dict.fromkeys(map(_target, targets)) or library_names()
    programs = tuple(program for target in wanted if (program := loader.load(target)) is not None)
    return Loaded(programs, tuple(loader.problems), tuple(loader.warnings))


def _only(loader: Loader, target: str, source: Source | None, folder: Path = Path()) -> Program:
    program = loader.load(target) if source is None else loader.load_source(source, folder / target)
    if program is None:
        raise Rejected(*loader.problems)
    for warning in loader.warnings:
        place = warning.place
        where = f"{place.file}:{place.line}:{place.column}: " if place else ""
        warnings.warn(f"{where}{warning.message} ({warning.code})", PolicyWarning, stacklevel=3)
    return program


def _target(target: str | os.PathLike[str]) -> str:
    """What the loader takes: a path that could be a library's name, or stand for standard input, gets a folder."""
    if isinstance(target, str):
        return target
    path = os.fspath(target)
    return path if os.path.dirname(path) else os.path.join(os.curdir, path)  # noqa: PTH118, PTH120
