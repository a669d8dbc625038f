"""What a harness in C gives an implementation to be built with: one configuration, or any of some size."""

from __future__ import annotations

from ...model.instance import Range, Value
from .c_language import C
from .lowered import NotExportable
from .names import c_comment
from .recipes import Recipe
from .templates import template

Filled = tuple[list[str], list[str]]
"""Declarations in `main`, and the statements that fill `any`."""


def included(recipe: Recipe, entries: int, *, fixed: bool) -> str:
    """The file of a recipe, with room for so many revisions in its table, and without `const`.

    Whatever the file has in the table, each use of the macro there makes it as large as that. Elsewhere it would mean
    something else than in the file: there it is no expression, and in another table its index is negative, since of an
    array alone the size is not known in its own initialiser.
    """
    headers = "\n".join(f"#include <{header}>" for header in recipe.call.headers)
    size = f"#define ENTRIES {entries}"
    if not fixed:
        size = f"{c_comment(['How many revisions the table has.'])}\n#ifndef ENTRIES\n{size}\n#endif"
    named = {"file": recipe.file, "table": recipe.table, "macro": recipe.macro}
    return template("included.c", headers=headers, size=size, **named)


def their_table(c: C, recipe: Recipe, build: dict[str, Value] | None) -> str:
    """The function that fills the table of a recipe, and tells what it has. Raises NotExportable."""
    set_ = _only_set(c, recipe)
    says = ["Any table of ENTRIES well-formed revisions, ascending.", "With -DAS_BUILT it is what the file says."]
    given, filled, assumed = "", "nondet_uint64()", _ASSUMED
    if build is not None:
        value = build[set_]
        assert isinstance(value, tuple)
        words = ", ".join(c.word(word).text for word in value)
        given = f"#ifndef AS_BUILT\n\tstatic {c.u64} given[] = {{ {words} }};\n#endif\n"
        says[0] = "The one table that this is for."
        filled, assumed = "given[i]", ""
    return f"""{c_comment(says)}
static unsigned int {c.prefix}any_table({c.u64} *table)
{{
{given}	unsigned int i;

	for (i = 0; i < ROOM; i++) {{
#ifdef AS_BUILT
		table[i] = {recipe.table}[i];
#else
		table[i] = {filled};{assumed}
		{recipe.table}[i] = table[i];
#endif
	}}
	return ROOM;
}}"""


_ASSUMED = """
		__CPROVER_assume((table[i] & ZEROS) == 0);
		__CPROVER_assume(i == 0 || table[i - 1] < table[i]);"""


def _only_set(c: C, recipe: Recipe) -> str:
    """The config that a recipe's table is. Raises NotExportable."""
    match c.interface.configs:
        case (variable,) if variable.type == "set":
            return variable.name.id
        case _:
            names = ", ".join(f"`{v.name.id}`" for v in c.interface.configs) or "no config"
            raise NotExportable(f"the recipe {recipe.name} fills one table, and the policy has {names}")


def of_recipe(c: C, recipe: Recipe, build: dict[str, Value] | None) -> Filled:
    """The table of a recipe. Raises NotExportable."""
    set_ = _only_set(c, recipe)
    if build is not None and not build[set_]:
        raise NotExportable(f"the table of {recipe.file} has one revision at least, and `{set_}` is empty")
    table = f"table_of_{set_}"
    filled = [
        f"\tany.{c.fields[set_]} = {table};",
        f"\tany.{c.count(set_)} = {c.prefix}any_table({table});",
    ]
    return [f"\t{c.u64} {table}[ROOM];"], filled


def of_any(c: C) -> Filled:
    """Any configuration with tables of up to REVISIONS revisions."""
    declared: list[str] = []
    made: list[str] = []
    for variable in c.interface.configs:
        match variable.type:
            case "set":
                table, (field, count) = f"table_of_{variable.name.id}", c.parts(variable)
                declared.append(f"\t{c.u64} {table}[REVISIONS];")
                made += [f"\tany.{field} = {table};", f"\tany.{count} = any_table({table});"]
            case "bool":
                made.append(f"\tany.{c.fields[variable.name.id]} = nondet_uint64() & 1;")
            case _:
                reserved = c.word(c.format.zeros).text
                for field in c.parts(variable):
                    made.append(f"\tany.{field} = nondet_uint64();")
                    made.append(f"\t__CPROVER_assume((any.{field} & {reserved}) == 0);")
    return declared, made


def of_build(c: C, build: dict[str, Value]) -> Filled:
    """One configuration."""
    declared: list[str] = []
    made: list[str] = []
    for name, value in build.items():
        tables, lines = _fixed(c, name, value)
        declared += tables
        made += lines
    return declared, made


def _fixed(c: C, name: str, value: Value) -> Filled:
    field = f"any.{c.fields[name]}"
    if isinstance(value, Range):
        ends = zip(c.ends(name), (value.low, value.high), strict=True)
        return [], [f"\tany.{end} = {c.word(word).text};" for end, word in ends]
    if not isinstance(value, tuple):
        return [], [f"\t{field} = {c.value(value)};"]
    count = f"\tany.{c.count(name)} = {len(value)};"
    if not value:
        return [], [f"\t{field} = 0;", count]
    words = ", ".join(c.word(word).text for word in value)
    table = f"table_of_{name}"
    return [f"\tstatic const {c.u64} {table}[] = {{ {words} }};"], [f"\t{field} = {table};", count]
