"""What the options of all commands have in common: how a command prints, and how it gets what it is given."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
from msgspec import Struct
from parley.spec.diagnostics import Diagnostic, Rejected, printable

from .output import Output, need_apart

Options = TypeVar("Options", bound=Struct)

NAMED: dict[str, Any] = {"ignore_unknown_options": True, "allow_extra_args": True}
"""The settings of a command that takes options which an interface names (`--supported 1.0`)."""


class WithCommand(click.Command):
    """A command whose last arguments, behind two dashes, are another program's: they are not looked at."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        at = args.index("--") if "--" in args else len(args)
        ctx.params["command"] = args[at + 1 :]
        return super().parse_args(ctx, args[:at])


def need_dashes(named: list[str], command: list[str]) -> None:
    """Raises Rejected for a program whose name stands among the options: no two dashes are before it."""
    left = iter(named)
    for word in left:
        if not word.startswith("-") and not command:
            message = f"no program is given, and `{printable(word)[:60]}` is no option"
            dashed = f"-- {printable(shlex.join([word, *left]))[:200]}"
            raise Rejected(Diagnostic("P505", message, f"a program goes behind two dashes: {dashed}"))
        if word.startswith("--") and "=" not in word:
            next(left, None)


def seconds(name: str, default: float, what: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """An option that is a number of seconds."""
    return click.option(name, type=click.FloatRange(0.01), default=default, show_default=True, metavar="S", help=what)


class Budget(click.ParamType[int]):
    """A count of the solver's resource units, at least 1."""

    name = "units"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value).replace("_", "")
        if not (text.isascii() and text.isdigit() and 0 < int(text[:12]) < 1 << 32):
            self.fail(f"{value!r} is not a number of units from 1 to 4294967295", param, ctx)
        return int(text)


class AtPath(click.Path):
    """A path that is not empty: an empty one would be the current folder."""

    def __init__(self, what: str = "file") -> None:
        super().__init__(path_type=Path)
        self.what = what

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not str(value):
            self.fail(f"no {self.what} is named.", param, ctx)
        return super().convert(value, param, ctx)


def _file(context: click.Context, parameter: click.Parameter, name: str | None) -> Path | None:
    if name == "":
        raise click.BadParameter("no file is named.", context, parameter)
    return None if name is None or name == "-" else Path(name)


_COLOR = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Whether to color; `auto` colors on a terminal, unless NO_COLOR is set.",
)
_QUIET = click.option("-q", "--quiet", is_flag=True, help="Print only what needs attention.")
_OUTPUT = click.option(
    "-o",
    "--output",
    "file",
    callback=_file,
    metavar="FILE",
    help="Write to FILE, in one piece; into it where it is a pipe or a device; `-` is standard output.",
)


def handed_on(
    options: type[Options],
    *formats: str,
    what: str = "How to print.",
    reads: Iterable[str] = (),
    color: bool = True,
    quiet: bool = True,
    file: bool = True,
) -> Callable[[Callable[[Options], int]], Callable[..., int]]:
    """Gives a command its options as one struct. Those that say how it prints, if it takes them, are its `output`.

    `reads` are the options that name files: the output replaces none of them, and one at most is standard input. What
    the interface names (`--supported 1.0`) is `named`, where a command lets that pass.
    """
    choice = click.Choice(formats)
    format_ = click.option("--format", "format_", type=choice, default="text", show_default=True, help=what)
    wanted = ((format_, bool(formats)), (_COLOR, color), (_QUIET, quiet), (_OUTPUT, file))
    printing = [option for option, takes in wanted if takes]

    def decorated(run: Callable[[Options], int]) -> Callable[..., int]:
        @wraps(run)
        def called(
            color: str = "never", format_: str = "text", quiet: bool = False, file: Path | None = None, **given: Any
        ) -> int:
            need_apart(file, [name for option in reads for name in _files(given[option])])
            context = click.get_current_context()
            named = {"named": context.args} if context.allow_extra_args else {}
            return run(options(**given, **named, output=Output(file, color, format_, quiet)))

        made: Callable[..., int] = called
        for option in reversed(printing):
            made = option(made)
        return made

    return decorated


def _files(given: str | Path | tuple[str, ...] | None) -> Iterator[str]:
    """The files that an option names; one that is named several times is read once."""
    if given is not None:
        yield from dict.fromkeys(given) if isinstance(given, tuple) else [str(given)]
