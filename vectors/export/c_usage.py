"""How a harness in C is used: what stands at its head."""

from __future__ import annotations

from .c_language import C
from .calls import Written
from .recipes import Recipe

SOLVERS = [
    "ESBMC's solver: --boolector where the build has it (`esbmc --list-solvers`), --z3 where it has not. Of a handler",
    "of TF-RMM's shape that conforms, tables of 2, 4 and 6 revisions take Boolector 0.7, 1.4 and 2.5 s of CPU,",
    "and z3 0.9, 3.8 and 15 s; one that does not conform is refuted by either in less than 1 s (ESBMC 8.4).",
]


def usage(c: C, room: int, of_build: str, calls: Written | None, recipe: Recipe | None) -> list[str]:
    """What to run on what, and what comes of it."""
    if recipe is not None:
        return [*_of_recipe(recipe, room, of_build), "", *SOLVERS, "", *_covers()]
    handler = c.of("handler")
    sizes = "with an unwinding bound of REVISIONS and one more (-DREVISIONS=n for other sizes)."
    bound = room + 1
    what = f"Write {handler}() in a file of its own, and run one of" if calls is None else "Run one of"
    file = "handler.c" if calls is None else "implementation.c"
    return [
        what,
        "",
        f"esbmc harness.c {file} --unwind {bound} --boolector",
        f"cbmc harness.c {file} --unwind {bound} --unwinding-assertions --trace",
        "",
        of_build or sizes,
        *(["The implementation is called as --call says."] if calls else []),
        "",
        *SOLVERS,
        "",
        *_covers(),
    ]


def _of_recipe(recipe: Recipe, entries: int, of_build: str) -> list[str]:
    folders = "".join(f" -I{folder}" for folder in (".", *recipe.folders))
    sizes = " ".join(str(n) for n in range(1, entries + 1)) if entries <= _LISTED else f"$(seq {entries})"
    of_any = [
        f"It is for every table of exactly {entries} revisions, or of as many as -DENTRIES=n says, and tells nothing",
        f"of shorter or longer ones. This is for each length up to {entries}:",
        "",
        f"for n in {sizes}; do",
        f"        esbmc harness.c{folders} --unwind $((n + 1)) --boolector -DENTRIES=$n",
        "done",
        "",
    ]
    return [
        f"It takes {recipe.file} as it stands" + (f" (as of {recipe.cites}):" if recipe.cites else ":"),
        "nothing of it is changed. Run one of these at the root of its source:",
        "",
        f"esbmc harness.c{folders} --unwind {entries + 1} --boolector",
        f"cbmc harness.c{folders} --unwind {entries + 1} --unwinding-assertions --trace",
        "",
        *([of_build] if of_build else of_any),
        f"How: `{recipe.macro}` is defined anew before the file is included, so that a revision in",
        f"`{recipe.table}` makes room for all, and `const` is defined away, so that the table can be filled.",
        "Where the file uses the macro elsewhere, it does not compile: with -DOTHER_USES the first use is the table's,",
        "and the others are what they are. With -DAS_BUILT nothing is defined anew, and the table is as in the file.",
    ]


_LISTED = 12


def _covers() -> list[str]:
    whole = "All assertions hold where the implementation conforms."
    return [
        f"{whole} Where one fails, the lines that begin with `parley:`",
        "say what was asked and answered, for `parley eval`; `first` is a call before, whose answer is not looked at.",
        "Where an assertion of the implementation's own fails, there is no answer: -DNDEBUG leaves these out. -DSMALL",
        "looks for a counterexample with small numbers.",
        "With -DCOVER those named `cover` fail instead, one for each case that can be reached and one for each",
        "outcome, so nothing holds only because it never comes up (esbmc needs --multi-property to list them all).",
    ]
