/* SPDX-License-Identifier: BSD-3-Clause */
/* As much of the kernel's <kunit/test.h> as a suite of Parley's needs, with a main() that runs it and prints KTAP. */
#ifndef KUNIT_TEST_H
#define KUNIT_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <linux/types.h>

#define KUNIT_PARAM_DESC_SIZE 128
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

struct kunit {
	const void *param_value;
	unsigned int failed;
	bool skipped;
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(const void *prev, char *desc);
};

struct kunit_suite {
	const char name[256];
	struct kunit_case *test_cases;
};

/* As in the kernel: the element's type is that of the array, const or not. */
#define KUNIT_ARRAY_PARAM(name, array, get_desc)						\
	static const void *name##_gen_params(const void *prev, char *desc)			\
	{											\
		typeof((array)[0]) *__next = prev ? ((typeof(__next)) prev) + 1 : (array);	\
		if ((size_t)(__next - (array)) < ARRAY_SIZE((array))) {				\
			void (*__get_desc)(typeof(__next), char *) = get_desc;			\
			if (__get_desc)								\
				__get_desc(__next, desc);					\
			return __next;								\
		}										\
		return NULL;									\
	}

#define KUNIT_CASE_PARAM(test_name, gen_params) \
	{ .run_case = test_name, .name = #test_name, .generate_params = gen_params }

#define KUNIT_EXPECT_TRUE_MSG(test, condition, fmt, ...)			\
	do {									\
		if (!(condition)) {						\
			(test)->failed++;					\
			printf("    # " fmt "\n", ##__VA_ARGS__);		\
		}								\
	} while (0)

/* The kernel ends the test's thread here. */
#define kunit_skip(test, ...)			\
	do {					\
		(test)->skipped = true;		\
		return;				\
	} while (0)

#define kunit_test_suite(suite)							\
	int main(void)								\
	{									\
		return kunit_run(&suite);					\
	}

static inline int kunit_run(const struct kunit_suite *suite)
{
	const struct kunit_case *one;
	unsigned int number = 0, failed = 0;

	for (one = suite->test_cases; one->run_case; one++) {
		char desc[KUNIT_PARAM_DESC_SIZE] = "";
		const void *param = one->generate_params(NULL, desc);

		for (; param; param = one->generate_params(param, desc)) {
			struct kunit test = { .param_value = param };

			one->run_case(&test);
			printf("%s %u %s%s\n", test.failed ? "not ok" : "ok", ++number, desc, test.skipped ? " # SKIP" : "");
			failed += test.failed;
		}
	}
	printf("1..%u\n", number);
	return failed != 0;
}

#endif
