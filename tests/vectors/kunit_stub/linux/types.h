/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef LINUX_TYPES_H
#define LINUX_TYPES_H

#include <stdbool.h>

typedef unsigned long long u64;

#endif
