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
from . import c_telling as telling
from .c_header import adapter
from .c_language import C
from .c_usage import usage
from .calls import Call, Written, written
from .contract import Contract, contract, reached_by
from .lowered import Lowering
from .names import LICENSE, c_comment, heading
from .recipes import Recipe
from .table import SuiteWords, is_word_or_name, largest
from .templates import template

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
        template("intrinsics.h"),
        promises.zeros(c) if table else "",
        filling.included(recipe, room, fixed=build is not None) if recipe else "",
        c.types(),
        "" if calls else under_test,
        c.prelude(),
        filling.their_table(c, recipe, build) if recipe else template("any_table.c") if table else "",
        telling.telling(c),
        _before(c, calls),
        main,
    )
    return "\n\n".join(part for part in parts if part) + "\n"


_REVISIONS = """/* The largest number of revisions in a table. */
#ifndef REVISIONS
#define REVISIONS {}
#endif"""


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
    declared = [
        *declared,
        f"\t{config} any;",
        f"\tconst {config} *const config = &any;",
        *_inputs(c),
        f"\t{reply} answered;",
        f"\tconst {reply} *const reply = &answered;",
        *(f"\t{line}" for line in (calls.declares if calls else ())),
    ]
    lines = [
        *made,
        *_bounds(c),
        *(line for clause in promised.assumptions for line in promises.assumed(c, clause)),
        "",
        *([f"\t{c.prefix}tell_config(config);"] if c.interface.configs else []),
        # The mutants of `parley score --harness` remember nothing, and draws are few.
        "#ifndef PARLEY_RUN",
        c_comment(["What was answered before makes no difference."], "\t"),
        f"\tif (nondet_uint64() == 1)\n\t\t{c.prefix}call_before(config);",
        "#endif",
        *telling.asked(c),
        *_asked(c, calls),
        f"\t{c.prefix}tell_answered(reply);",
        "",
        *promises.answers(c, promised, reached),
        "\treturn 0;",
    ]
    return "\n".join(("int main(void)", "{", *declared, "", *lines, "}"))


def _inputs(c: C) -> list[str]:
    """What is asked, which is anything."""
    made: list[str] = []
    for variable in c.interface.inputs:
        truth = " & 1" if variable.type == "bool" else ""
        made.append(f"\tconst {c.type(variable)} {c.names[variable.name.id]} = nondet_uint64(){truth};")
    return made


def _bounds(c: C) -> list[str]:
    """What is assumed of what is asked."""
    made: list[str] = []
    for variable in c.interface.inputs:
        if isinstance(variable.type, Enumeration):
            name = c.names[variable.name.id]
            values = " || ".join(f"{name} == {c.word(number).text}" for _, number in variable.type.values)
            made.append(f"\t__CPROVER_assume({values});")
    bounds = [is_word_or_name(Lowering(c.policy), v) for v in c.interface.inputs]
    return [*made, *(f"\t__CPROVER_assume({c.formula(bound)});" for bound in bounds if not is_true(bound))]


def _before(c: C, calls: Written | None) -> str:
    """The function that asks something whose answer is not looked at."""
    lines = [
        *_inputs(c),
        f"\tstruct {c.of('reply')} answered;",
        *(f"\t{line}" for line in (calls.declares if calls else ())),
        "",
        "\t(void)config;",
        *_bounds(c),
        *telling.asked(c, "first "),
        *_asked(c, calls),
        "\t(void)answered;",
    ]
    head = f"#ifndef PARLEY_RUN\nstatic void {c.prefix}call_before(const struct {c.of('config')} *config)"
    return "\n".join(
        (c_comment(["Any request, before the one whose answer is judged."]), head, "{", *lines, "}", "#endif")
    )


def _asked(c: C, calls: Written | None) -> list[str]:
    """The call, and where its answer comes from."""
    note = c_comment(["What the implementation does not write is anything."], "\t")
    outputs = {v.name.id: f"\tanswered.{c.fields[v.name.id]}" for v in c.interface.outputs}
    if calls is None:
        arguments = "".join(f", {c.names[v.name.id]}" for v in c.interface.inputs)
        truths = {v.name.id: " & 1" if v.type == "bool" else "" for v in c.interface.outputs}
        junk = [f"{field} = nondet_uint64(){truths[name]};" for name, field in outputs.items()]
        return [note, *junk, f"\t{c.of('handler')}(config{arguments}, &answered);"]
    junk = [f"\t{place} = nondet_uint64();" for place in dict.fromkeys(calls.places)]
    return [note, *junk, f"\t{calls.statements}", *(f"{outputs[name]} = {place};" for name, place in calls.reads)]
