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

/* The newest revision that is at most some other, or else the newest of all. */
static unsigned long nearest(unsigned long revision)
{
	unsigned int at = ARRAY_SIZE(rmi_revisions_supported);

	while (at > 0 && rmi_revisions_supported[at - 1] > revision)
		at--;
	return rmi_revisions_supported[(at > 0 ? at : ARRAY_SIZE(rmi_revisions_supported)) - 1];
}

void smc_version(unsigned long requested, struct smc_result *res)
{
	res->x[1] = nearest(requested);
	res->x[2] = rmi_revisions_supported[ARRAY_SIZE(rmi_revisions_supported) - 1];
	res->x[0] = res->x[1] == requested ? RMI_SUCCESS : RMI_ERROR_INPUT;
	assert(res->x[1] <= res->x[2]);
}
