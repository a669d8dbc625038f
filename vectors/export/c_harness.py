"""A harness for CBMC and ESBMC: what a policy promises, over every table of up to a number of revisions."""

from __future__ import annotations

from ...model.instance import Range, Value
from ...spec.checked import CheckedPolicy
from ...spec.core import is_true
from ...spec.syntax import Enumeration
from ..suite import Suite
from .c_header import adapter
from .c_language import WIDTH, C
from .contract import CasePromise, Clause, Contract, contract
from .formulas import Level
from .lowered import Lowering
from .names import LICENSE, c_comment, c_string, heading
from .table import SuiteWords, is_word_or_name, largest


def text(suite: Suite, policy: CheckedPolicy) -> str:
    """The harness; it says all that the policy says: of the suite, it takes the one configuration that it is for.

    Raises NotExportable.
    """
    c = C(policy, prefix="")
    words = SuiteWords(policy)
    build = words.build(suite)
    main = _main(c, contract(policy), build)
    table = build is None and any(v.type == "set" for v in policy.interface.configs)
    bound = 5 if build is None else largest(build) + 1
    sizes = "with an unwinding bound of REVISIONS and one more (-DREVISIONS=n for other sizes)."
    of_build = sizes if suite.config is None else f"It is for one build: {words.named(suite.config)}."
    says = heading(policy, "The promises of {policy} for {interface}, as a harness for CBMC and ESBMC.")
    handler = c.function(f"void {c.of('handler')}", f"struct {c.of('reply')} *reply")
    parts = (
        c_comment([LICENSE]),
        c_comment([*says, "", *_usage(c, bound, of_build)]),
        "#include <stdint.h>",
        _REVISIONS if build is None else "",
        _INTRINSICS,
        c.types(),
        f"{c_comment(['The implementation under test.'])}\n{handler};",
        c.prelude(),
        _ascending(c) if table else "",
        main,
    )
    return "\n\n".join(part for part in parts if part) + "\n"


_REVISIONS = """/* The largest number of revisions in a table. */
#ifndef REVISIONS
#define REVISIONS 4
#endif"""


def _usage(c: C, bound: int, of_build: str) -> list[str]:
    handler = c.of("handler")
    return [
        f"Write {handler}() in a file of its own, and run one of",
        "",
        f"cbmc harness.c handler.c --unwind {bound} --unwinding-assertions",
        f"esbmc harness.c handler.c --unwind {bound} --z3",
        "",
        of_build,
        "All assertions hold where the implementation conforms. With -DCOVER those named `cover` fail, one for each",
        "case that can be reached, so nothing holds only because it never comes up (esbmc needs --multi-property to",
        "list them all).",
        *adapter(c, f"void {handler}"),
    ]


_INTRINSICS = """/* ESBMC has CBMC's intrinsics under names of its own. */
#ifndef __CPROVER__
#define __CPROVER_assume __ESBMC_assume
#define __CPROVER_assert __ESBMC_assert
#endif

#ifdef COVER
#define PROMISE(holds, says) ((void)(holds))
#define REACHED(says) __CPROVER_assert(0, says)
#else
#define PROMISE(holds, says) __CPROVER_assert(holds, says)
#define REACHED(says) ((void)0)
#endif

uint64_t nondet_uint64(void);"""


def _ascending(c: C) -> str:
    return f"""{c_comment(["Any table of well-formed revisions, ascending; how many it has."])}
static unsigned int any_table({c.u64} *table)
{{
	const unsigned int count = (unsigned int)nondet_uint64();
	unsigned int i;

	__CPROVER_assume(count <= REVISIONS);
	for (i = 0; i < REVISIONS; i++) {{
		table[i] = nondet_uint64();
		__CPROVER_assume((table[i] & {c.word(c.format.zeros).text}) == 0);
		__CPROVER_assume(i == 0 || i >= count || table[i - 1] < table[i]);
	}}
	return count;
}}"""


def _main(c: C, promised: Contract, build: dict[str, Value] | None) -> str:
    """The function that is verified. The formulas speak of pointers `config` and `reply`."""
    declared: list[str] = []
    made: list[str] = []
    for name, value in (build or {}).items():
        tables, lines = _fixed(c, name, value)
        declared += tables
        made += lines
    for variable in c.interface.configs if build is None else ():
        field = c.fields[variable.name.id]
        match variable.type:
            case "set":
                table = f"table_of_{variable.name.id}"
                declared.append(f"\t{c.u64} {table}[REVISIONS];")
                made += [f"\tany.{field} = {table};", f"\tany.{c.count(variable.name.id)} = any_table({table});"]
            case "range":
                reserved = c.word(c.format.reserved_mask).text
                for end in c.ends(variable.name.id):
                    made.append(f"\tany.{end} = nondet_uint64();")
                    made.append(f"\t__CPROVER_assume((any.{end} & {reserved}) == 0);")
            case "bool":
                made.append(f"\tany.{field} = nondet_uint64() & 1;")
            case _:
                reserved = c.word(c.format.zeros).text
                made.append(f"\tany.{field} = nondet_uint64();")
                made.append(f"\t__CPROVER_assume((any.{field} & {reserved}) == 0);")
    config, reply = f"struct {c.of('config')}", f"struct {c.of('reply')}"
    inputs = [c.names[v.name.id] for v in c.interface.inputs]
    declared += [f"\t{config} any;", f"\tconst {config} *const config = &any;"]
    for variable, name in zip(c.interface.inputs, inputs, strict=True):
        truth = " & 1" if variable.type == "bool" else ""
        declared.append(f"\tconst {c.type(variable)} {name} = nondet_uint64(){truth};")
        if isinstance(variable.type, Enumeration):
            values = " || ".join(f"{name} == {c.word(number).text}" for _, number in variable.type.values)
            made.append(f"\t__CPROVER_assume({values});")
    declared += [f"\t{reply} answered;", f"\tconst {reply} *const reply = &answered;"]
    junk = [
        f"\tanswered.{c.fields[v.name.id]} = nondet_uint64(){' & 1' if v.type == 'bool' else ''};"
        for v in c.interface.outputs
    ]
    bounds = [is_word_or_name(Lowering(c.policy), v) for v in c.interface.inputs]
    made += [f"\t__CPROVER_assume({c.formula(bound)});" for bound in bounds if not is_true(bound)]
    assumed = [line for clause in promised.assumptions for line in _assumed(c, clause)]
    called = ", ".join(("config", *inputs, "&answered"))
    lines = [
        *made,
        *assumed,
        "",
        c_comment(["What the implementation does not write is anything."], "\t"),
        *junk,
        f"\t{c.of('handler')}({called});",
        "",
        *_answers(c, promised.answers),
        "\treturn 0;",
    ]
    return "\n".join(("int main(void)", "{", *declared, "", *lines, "}"))


def _fixed(c: C, name: str, value: Value) -> tuple[list[str], list[str]]:
    """The declaration and the assignments of a config that is given."""
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


def _assumed(c: C, clause: Clause) -> list[str]:
    formula = "1" if clause.formula is None else c.formula(clause.formula)
    return [c_comment([clause.says], "\t"), f"\t__CPROVER_assume({formula});"]


def _answers(c: C, answers: tuple[CasePromise, ...]) -> list[str]:
    """A branch for each case; where no case applies, the policy has no answer and nothing is asserted."""
    lines: list[str] = []
    for at, answer in enumerate(answers):
        guard = "" if answer.guard is None else f"if ({c.formula(answer.guard)}) "
        before = "\t} else " if at else "\t"
        lines.append(f"{before}{guard}{{")
        lines += [c_comment([answer.says], "\t\t"), f"\t\tREACHED({c_string(f'cover {answer.case}')});"]
        lines += [line for clause in answer.clauses for line in _promise(c, answer.case, clause)]
    return [*lines, "\t}"]


def _promise(c: C, case: str, clause: Clause) -> list[str]:
    if clause.formula is None:
        return [c_comment([f"{clause.says}: not checked, it asks of a range of revisions"], "\t\t")]
    code = c.code(clause.formula)
    holds = code.text if code.level > Level.CHOICE else f"({code.text})"
    says = c_string(f"{case}: {clause.says}")
    separator = " " if len(holds) + len(says) < WIDTH else "\n\t\t\t"
    return [f"\t\tPROMISE({holds},{separator}{says});"]
