/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SMC_RMI_H
#define SMC_RMI_H

#include <smc.h>

#define MAKE_RMI_REVISION(major, minor) ((unsigned long)(major) << 16 | (minor))

#define RMI_SUCCESS 0UL
#define RMI_ERROR_INPUT 1UL

#endif
