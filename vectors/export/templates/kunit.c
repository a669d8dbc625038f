static void @NAME@_describe(const struct @NAME@_group *group, char *desc)
{
	strscpy(desc, group->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(@NAME@_each_group, @NAME@_groups, @NAME@_describe);

static void @NAME@_@TEST@(struct kunit *test)
{
	const struct @NAME@_group *group = test->param_value;
	unsigned int i;
@FIRST@
	for (i = 0; i < group->count; i++) {
		const struct @NAME@_vector *vector = &group->vectors[i];
@BODY@
	}
}

static struct kunit_case @NAME@_cases[] = {
	KUNIT_CASE_PARAM(@NAME@_@TEST@, @NAME@_each_group_gen_params),
	{}
};

static struct kunit_suite @NAME@_suite = {
	.name = "@NAME@",
	.test_cases = @NAME@_cases,
};
kunit_test_suite(@NAME@_suite);

MODULE_DESCRIPTION(@ABOUT@);
MODULE_LICENSE("Dual BSD/GPL");
