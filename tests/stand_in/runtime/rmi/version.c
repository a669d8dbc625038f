/* SPDX-License-Identifier: BSD-3-Clause */
#include <assert.h>
#include <smc-handler.h>
#include <smc-rmi.h>
#include <stdbool.h>
#include <utils_def.h>

/* Ascending. */
static const unsigned long rmi_revisions_supported[] = {
	MAKE_RMI_REVISION(2, 0),
};

static const unsigned int revisions = ARRAY_SIZE(rmi_revisions_supported);

static bool knows(unsigned long revision)
{
	const unsigned long *const end = rmi_revisions_supported + ARRAY_SIZE(rmi_revisions_supported);
	const unsigned long *each = rmi_revisions_supported;

	while (each != end && *each != revision)
		each++;
	return each != end;
}

void smc_version(unsigned long requested, struct smc_result *res)
{
	const unsigned long newest = rmi_revisions_supported[revisions - 1];
	const bool known = knows(requested);

	res->x[0] = known ? RMI_SUCCESS : RMI_ERROR_INPUT;
	/* Whether or not something older is supported. */
	res->x[1] = known ? requested : newest;
	res->x[2] = newest;
	assert(res->x[1] <= res->x[2]);
}
