"""A C99 header: a table of vectors and a small runner. It needs nothing but `<stdint.h>`."""

from __future__ import annotations

from ...spec.checked import CheckedPolicy
from ..suite import Suite
from .c_language import C
from .c_table import judging, tables
from .names import LICENSE, c_comment, heading
from .table import table


def text(suite: Suite, policy: CheckedPolicy) -> str:
    """The header, to be included in one file of the tests of an implementation."""
    c = C(policy, prefix=f"{policy.name}_")
    made = table(suite, policy)
    guard = f"PARLEY_{policy.name.upper()}_H"
    parts = (
        c_comment([LICENSE]),
        c_comment([*heading(policy, "Test vectors of {policy} for {interface}."), "", *_usage(c)]),
        f"#ifndef {guard}\n#define {guard}\n\n#include <stdint.h>",
        c.types(),
        judging(c, made),
        tables(c, made),
        _runner(c),
        "#endif",
    )
    return "\n\n".join(parts) + "\n"


def adapter(c: C, head: str) -> list[str]:
    """How a handler of TF-RMM's shape is called, below a blank line; nothing where not all outputs have a register."""
    where = {v.name.id: v.register.id.lstrip("xXwW") for v in c.interface.outputs if v.register is not None}
    if len(where) < len(c.interface.outputs) or not all(n.isdigit() for n in where.values()):
        return []
    inputs = "".join(f"{c.names[v.name.id]}, " for v in c.interface.inputs)
    return [
        "",
        "A handler of TF-RMM's shape is called like this:",
        "",
        *c.function(head, f"struct {c.of('reply')} *reply").expandtabs(8).split("\n"),
        "{",
        "        struct smc_result res = { 0 };",
        "",
        *(
            f"        set_{v.name.id}({', '.join(f'config->{field}' for field in c.parts(v))});"
            for type_ in ("set", "range")
            for v in c.interface.configs
            if v.type == type_
        ),
        f"        smc_version({inputs}&res);",
        *(f"        reply->{c.fields[name]} = {_held(c, name)}res.x[{number}];" for name, number in where.items()),
        "}",
    ]


def _held(c: C, output: str) -> str:
    """A cast where the register of an output is the lower half of what the call leaves there."""
    register = c.interface.variables[output].register
    return "(uint32_t)" if register is not None and register.id[0] in "wW" else ""


def _usage(c: C) -> list[str]:
    return [
        f"Call {c.of('run')}(handler, applies, failed). `handler` answers one request. `applies` says whether",
        "the implementation has a configuration, or can be given it: of the groups only those are run; 0 is",
        "for all of them. `failed` is told of each vector that is answered wrongly; 0 where nobody listens.",
        "Where `applies` is of no group, nothing is run: the score then has `run` 0 and `failed` 1.",
        *adapter(c, "static void handler"),
    ]


def _runner(c: C) -> str:
    inputs = "".join(f", vector->{c.names[v.name.id]}" for v in c.interface.inputs)
    call = f"(&group->config{inputs}"
    junk = c.word(0xA5A5A5A5A5A5A5A5).text
    fields = ", ".join("1" if v.type == "bool" else junk for v in c.interface.outputs)
    reply = f"struct {c.of('reply')}"
    config = f"const struct {c.of('config')} *"
    failed = f"const struct {c.of('group')} *, const struct {c.of('vector')} *, const {reply} *"
    says = "How many vectors were run, and how many were answered wrongly; to run none counts as a failure."
    return f"""{c_comment([says])}
struct {c.of("score")} {{
	unsigned int run;
	unsigned int failed;
}};

{c.function(f"typedef void {c.of('handler')}", f"{reply} *reply")};

static inline struct {c.of("score")} {c.of("run")}({c.of("handler")} *handler,
	{c.bool} (*applies)({config}),
	void (*failed)({failed}))
{{
	struct {c.of("score")} score = {{ 0, 0 }};
	unsigned int i, j;

	for (i = 0; i < sizeof({c.of("groups")}) / sizeof({c.of("groups")}[0]); i++) {{
		const struct {c.of("group")} *group = &{c.of("groups")}[i];

		if (applies && !applies(&group->config))
			continue;
		for (j = 0; j < group->count; j++) {{
			const struct {c.of("vector")} *vector = &group->vectors[j];
			/* What is not written is not right by chance. */
			{reply} reply = {{ {fields} }};

			handler{call}, &reply);
			score.run++;
			if (vector->judge{call}, &vector->expect, &reply))
				continue;
			score.failed++;
			if (failed)
				failed(group, vector, &reply);
		}}
	}}
	/* A run that asks nothing shows nothing. */
	if (!score.run)
		score.failed = 1;
	return score;
}}"""
