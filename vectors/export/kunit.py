"""A KUnit suite: a parameterised test, a configuration each, in the Linux kernel's C."""

from __future__ import annotations

from ...spec.checked import CheckedPolicy
from ..suite import Suite
from .c_header import adapter
from .c_language import C
from .c_table import judging, tables
from .names import LICENSE, c_comment, c_string, heading
from .table import table
from .templates import template

INCLUDES = "#include <kunit/test.h>\n#include <linux/module.h>\n#include <linux/string.h>\n#include <linux/types.h>"


def text(suite: Suite, policy: CheckedPolicy) -> str:
    """The suite, one file of a kernel module."""
    c = C(policy, prefix=f"{policy.name}_", kernel=True)
    made = table(suite, policy)
    says = heading(policy, "Test vectors of {policy} for {interface}, as a KUnit suite.")
    handler = c.function(f"void {c.of('handler')}", f"struct {c.of('reply')} *reply")
    parts = (
        f"// {LICENSE}\n{c_comment([*says, '', *_usage(c)])}",
        INCLUDES,
        c.types(),
        f"{handler};\nbool {c.of('applies')}(const struct {c.of('config')} *config);",
        judging(c, made),
        tables(c, made),
        _suite(c),
    )
    return "\n\n".join(parts) + "\n"


def _usage(c: C) -> list[str]:
    return [
        f"{c.of('handler')}() is the implementation under test. {c.of('applies')}() says whether it has a",
        "configuration, or can be given it: the groups of others are skipped.",
        *adapter(c, f"void {c.of('handler')}"),
    ]


def _suite(c: C) -> str:
    inputs = "".join(f", vector->{c.names[v.name.id]}" for v in c.interface.inputs)
    call = f"(&group->config{inputs}"
    fields = [c.fields[v.name.id] for v in c.interface.outputs]
    junk = ", ".join("true" if v.type == "bool" else c.word(0xA5A5A5A5A5A5A5A5).text for v in c.interface.outputs)
    shown = " ".join(f"{field} %#llx" for field in fields)
    values = "".join(f",\n\t\t\t(unsigned long long)reply.{field}" for field in fields)
    applies = f"""
	if (!{c.of("applies")}(&group->config))
		kunit_skip(test, "this build has another configuration");
"""
    body = f"""\
		/* What is not written is not right by chance. */
		struct {c.of("reply")} reply = {{ {junk} }};

		{c.of("handler")}{call}, &reply);
		KUNIT_EXPECT_TRUE_MSG(test,
			vector->judge{call}, &vector->expect, &reply),
			"vector %u, %s: {shown}",
			vector->id, vector->about{values});"""
    about = c_string(f"Test vectors of {c.policy.name} for {c.interface.name}")
    return template("kunit.c", name=c.policy.name, test="conforms", about=about, body=body, first=applies)
