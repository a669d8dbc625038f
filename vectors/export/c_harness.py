"""A harness for CBMC and ESBMC: what a policy promises, over every table of up to a number of revisions."""

from __future__ import annotations

from msgspec import Struct

from ...model.instance import Value
from ...spec.checked import CheckedPolicy
from ...spec.core import is_true
from ...spec.syntax import Enumeration
from ..suite import Suite
from . import c_filling as filling
from . import c_promises as promises
from .c_header import adapter
from .c_language import C
from .c_usage import usage
from .calls import Call, Written, written
from .contract import Contract, contract, reached_by
from .lowered import Lowering
from .names import LICENSE, c_comment, heading
from .recipes import Recipe
from .table import SuiteWords, is_word_or_name, largest

REVISIONS = 4


class Shape(Struct, frozen=True):
    """What a harness is for: tables of up to so many `revisions`, and an implementation of Parley's shape, or one that
    is called otherwise, or a project's file as it stands.
    """

    revisions: int = REVISIONS
    call: Call | None = None
    recipe: Recipe | None = None


ANY = Shape()
"""Tables of up to four revisions, and a handler of Parley's shape."""


def text(suite: Suite, policy: CheckedPolicy, shape: Shape = ANY) -> str:
    """The harness; it says all that the policy says: of the suite, it takes the one configuration that it is for.

    Raises NotExportable, and Rejected where the call is none.
    """
    recipe = shape.recipe
    c = C(policy, prefix="parley_" if recipe else "")
    words = SuiteWords(policy)
    build = words.build(suite)
    reached = reached_by(suite)
    names = {v.name.id: c.names[v.name.id] for v in policy.interface.inputs}
    call = recipe.call if recipe else shape.call
    calls = written(policy.interface, call, names) if call else None
    main = _main(c, contract(policy, reached), build, calls, recipe, reached)
    table = build is None and any(v.type == "set" for v in policy.interface.configs)
    room = shape.revisions if build is None else largest(build)
    says = heading(policy, "The promises of {policy} for {interface}, as a harness for CBMC and ESBMC.")
    of_build = "" if suite.config is None else f"It is for one build: {words.named(suite.config)}."
    about = usage(c, room, of_build, calls, recipe)
    handler = c.function(f"void {c.of('handler')}", f"struct {c.of('reply')} *reply")
    under_test = f"{c_comment(['The implementation under test.'])}\n{handler};"
    their = () if recipe else () if call is None else call.headers
    parts = (
        c_comment([LICENSE]),
        c_comment([*says, "", *about, *([] if calls else adapter(c, f"void {c.of('handler')}"))]),
        "#include <stdint.h>",
        "\n".join(f"#include <{header}>" for header in their),
        "" if recipe or build is not None else _REVISIONS.format(shape.revisions),
        promises.INTRINSICS,
        promises.zeros(c) if table else "",
        _included(recipe, room) if recipe else "",
        c.types(),
        "" if calls else under_test,
        c.prelude(),
        filling.their_table(c, recipe, build) if recipe else filling.any_table(c) if table else "",
        promises.telling(c),
        main,
    )
    return "\n\n".join(part for part in parts if part) + "\n"


_REVISIONS = """/* The largest number of revisions in a table. */
#ifndef REVISIONS
#define REVISIONS {}
#endif"""


def _included(recipe: Recipe, room: int) -> str:
    """The file of a recipe, with room in its table, and without `const`."""
    headers = "\n".join(f"#include <{header}>" for header in recipe.call.headers)
    zeros = ", ".join("0" for _ in range(room))
    other = "-DIMPLEMENTATION='\"other.c\"' takes another file of the same shape."
    return f"""{c_comment(["What the file includes, while `const` means something; it includes none of it again."])}
{headers}

{c_comment([other])}
#ifndef IMPLEMENTATION
#define IMPLEMENTATION "{recipe.file}"
#endif

#ifndef AS_BUILT
{c_comment(["A revision in the file's table makes room for as many as are wanted; and it can be written to."])}
#undef {recipe.macro}
#define {recipe.macro}(...) {zeros}
#define const
#endif

#include IMPLEMENTATION

#undef const

#define ROOM ((unsigned int)(sizeof({recipe.table}) / sizeof({recipe.table}[0])))"""


def _main(
    c: C,
    promised: Contract,
    build: dict[str, Value] | None,
    calls: Written | None,
    recipe: Recipe | None,
    reached: frozenset[str] | None,
) -> str:
    """The function that is verified. The formulas speak of pointers `config` and `reply`."""
    if recipe:
        declared, made = filling.of_recipe(c, recipe, build)
    else:
        declared, made = filling.of_any(c) if build is None else filling.of_build(c, build)
    config, reply = f"struct {c.of('config')}", f"struct {c.of('reply')}"
    inputs = [c.names[v.name.id] for v in c.interface.inputs]
    declared = [*declared, f"\t{config} any;", f"\tconst {config} *const config = &any;"]
    for variable, name in zip(c.interface.inputs, inputs, strict=True):
        truth = " & 1" if variable.type == "bool" else ""
        declared.append(f"\tconst {c.type(variable)} {name} = nondet_uint64(){truth};")
        if isinstance(variable.type, Enumeration):
            values = " || ".join(f"{name} == {c.word(number).text}" for _, number in variable.type.values)
            made.append(f"\t__CPROVER_assume({values});")
    declared += [f"\t{reply} answered;", f"\tconst {reply} *const reply = &answered;"]
    declared += [f"\t{line}" for line in (calls.declares if calls else ())]
    bounds = [is_word_or_name(Lowering(c.policy), v) for v in c.interface.inputs]
    made += [f"\t__CPROVER_assume({c.formula(bound)});" for bound in bounds if not is_true(bound)]
    arguments = "".join(f", {name}" for name in inputs)
    lines = [
        *made,
        *(line for clause in promised.assumptions for line in promises.assumed(c, clause)),
        "",
        c_comment(["What the implementation does not write is anything."], "\t"),
        *_asked(c, calls, arguments),
        f"\t{c.prefix}tell(config{arguments}, reply);",
        "",
        *promises.answers(c, promised, reached),
        "\treturn 0;",
    ]
    return "\n".join(("int main(void)", "{", *declared, "", *lines, "}"))


def _asked(c: C, calls: Written | None, arguments: str) -> list[str]:
    """The call, and where its answer comes from."""
    outputs = {v.name.id: f"\tanswered.{c.fields[v.name.id]}" for v in c.interface.outputs}
    if calls is None:
        truths = {v.name.id: " & 1" if v.type == "bool" else "" for v in c.interface.outputs}
        junk = [f"{field} = nondet_uint64(){truths[name]};" for name, field in outputs.items()]
        return [*junk, f"\t{c.of('handler')}(config{arguments}, &answered);"]
    junk = [f"\t{place} = nondet_uint64();" for place in dict.fromkeys(calls.places)]
    return [*junk, f"\t{calls.statements}", *(f"{outputs[name]} = {place};" for name, place in calls.reads)]
