"""What KUnit suites have in common: a parameterised test, a group of vectors each."""

from __future__ import annotations

from .c_language import C
from .names import c_string

INCLUDES = "#include <kunit/test.h>\n#include <linux/module.h>\n#include <linux/string.h>\n#include <linux/types.h>"


def kunit_suite(c: C, name: str, test: str, about: str, body: str, *, first: str = "") -> str:
    """The suite `name` of one `test`, which does the `body` for each vector of a group, and something `first`."""
    return f"""static void {c.of("describe")}(const struct {c.of("group")} *group, char *desc)
{{
	strscpy(desc, group->name, KUNIT_PARAM_DESC_SIZE);
}}

KUNIT_ARRAY_PARAM({c.of("each_group")}, {c.of("groups")}, {c.of("describe")});

static void {c.of(test)}(struct kunit *test)
{{
	const struct {c.of("group")} *group = test->param_value;
	unsigned int i;
{first}
	for (i = 0; i < group->count; i++) {{
		const struct {c.of("vector")} *vector = &group->vectors[i];
{body}
	}}
}}

static struct kunit_case {c.of("cases")}[] = {{
	KUNIT_CASE_PARAM({c.of(test)}, {c.of("each_group")}_gen_params),
	{{}}
}};

static struct kunit_suite {c.of("suite")} = {{
	.name = "{name}",
	.test_cases = {c.of("cases")},
}};
kunit_test_suite({c.of("suite")});

MODULE_DESCRIPTION({c_string(about)});
MODULE_LICENSE("Dual BSD/GPL");"""
