"""A harness in C, compiled with mutants for the implementation: run, and given to a model checker."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from ...model.instance import Value
from ...spec.checked import CheckedPolicy
from ..export.calls import Call
from ..export.recipes import Recipe
from . import c_shapes
from .c_handlers import handlers
from .drivers import c_driver, part
from .handlers import Handler
from .programs import COMPILING, compiler, faulty, first_error, run
from .runs import RUNNING, Drawn, read
from .verdicts import Runs

GNU = ["-std=gnu11", "-w"]


class InC(Struct, frozen=True):
    """A harness in C and how it gets an implementation; `flags` are gcc's (-I, -D), `entry` is the function to run."""

    path: Path
    flags: tuple[str, ...] = ()
    call: Call | None = None
    recipe: Recipe | None = None
    entry: str = "main"


def write(
    harness: InC,
    policy: CheckedPolicy,
    made: Sequence[Handler],
    build: dict[str, Value] | None,
    drawn: Drawn,
    folder: Path,
) -> None:
    """Write the files that are compiled and checked: `ran.c` and `judged.c`. Raises Rejected."""
    own = handlers(policy, made)
    (folder / "implementation.c").write_text("")
    source = _preprocessed(harness, folder)
    recipe, call = harness.recipe, harness.call
    path = str(harness.path.resolve()).replace("\\", "\\\\").replace('"', '\\"')
    included = f'#include "{path}"'
    if recipe is not None:
        implementation = c_shapes.of_recipe(policy, recipe, source)
        (folder / "implementation.c").write_text(f"{own}\n\n{implementation}\n")
        beside = ""
    elif call is not None:
        if build is None:
            raise faulty(
                "a harness with a --call of its own is for one build", "give its configuration: --supported 1.0"
            )
        beside = f"{own}\n\n{c_shapes.of_call(policy, call, build, source)}"
    elif f"{policy.name}_handler" not in source:
        help_ = "say how it calls the implementation: --call 'smc_version(x1, &res)', with --declares and --reads"
        raise faulty(f"{harness.path.name} never calls `{policy.name}_handler`", help_)
    else:
        beside = f"{own}\n\n{c_shapes.of_handler(policy)}"
    main = "#define main parley_harness_main" if harness.entry == "main" else "#define main parley_other_main"
    # Every `assert` is counted, also with NDEBUG.
    (folder / "ran").mkdir(exist_ok=True)
    (folder / "ran" / "assert.h").write_text(part("assert.h"))
    driver = c_driver(source, drawn, harness.entry)
    (folder / "ran.c").write_text("\n".join((part("head.h"), main, included, "#undef main", beside, driver)))
    (folder / "judged.c").write_text("\n".join((part("checked.h"), included, beside)) + "\n")


def flags_of(harness: InC) -> list[str]:
    """What the compilers are given beside the file; a recipe's file is replaced, and its headers are those from where
    the command was called, behind the user's own.
    """
    recipe = harness.recipe
    own = ['-DIMPLEMENTATION="implementation.c"', "-I."] if recipe is not None else []
    found = [f"-I{folder}" for folder in (".", *recipe.folders)] if recipe is not None else []
    return [*own, *(_absolute(flag) for flag in (*harness.flags, *found))]


def _absolute(flag: str) -> str:
    """A folder of headers from where the command was called."""
    if flag.startswith("-I") and len(flag) > 2:
        return f"-I{os.path.abspath(flag[2:])}"  # noqa: PTH100
    return flag


def _preprocessed(harness: InC, folder: Path) -> str:
    gcc = compiler("gcc", f"{harness.path.name}")
    (folder / "head.c").write_text(f'{part("head.h")}\n#include "{harness.path.resolve()}"\n')
    done = run([gcc, *GNU, "-E", "-P", "head.c", *flags_of(harness)], folder, COMPILING)
    if done.code != 0:
        raise faulty(
            f"{harness.path.name} cannot be compiled: {first_error(done.err)}",
            "headers are found by --flag -I…; macros are defined by --flag -D…",
        )
    return done.out


def ran(harness: InC, handlers_: int, folder: Path) -> Runs | str:
    """What runs of the harness come to; a text where it cannot be compiled, and why."""
    gcc = compiler("gcc", f"{harness.path.name}")
    done = run([gcc, *GNU, "-O0", "-Iran", "ran.c", "-o", "a.out", *flags_of(harness)], folder, COMPILING)
    if done.code != 0:
        return first_error(done.err)
    return read(run([str(folder / "a.out"), str(handlers_)], folder, RUNNING), handlers_)
