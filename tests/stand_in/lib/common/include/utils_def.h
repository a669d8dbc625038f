/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef UTILS_DEF_H
#define UTILS_DEF_H

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif
