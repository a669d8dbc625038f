/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SMC_HANDLER_H
#define SMC_HANDLER_H

#include <smc.h>

struct smc_result {
	unsigned long x[5];
};

void smc_version(unsigned long requested, struct smc_result *res);

#endif
