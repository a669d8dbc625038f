/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef LINUX_STRING_H
#define LINUX_STRING_H

#include <stdio.h>

#define strscpy(to, from, size) ((void)snprintf(to, size, "%s", from))

#endif
