/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef LINUX_MODULE_H
#define LINUX_MODULE_H

#define MODULE_DESCRIPTION(text) _Static_assert(sizeof(text) > 1, "")
#define MODULE_LICENSE(text) _Static_assert(sizeof(text) > 1, "")

#endif
