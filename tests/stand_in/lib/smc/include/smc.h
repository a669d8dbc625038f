/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SMC_H
#define SMC_H

#define SMC_NOT_SUPPORTED ((unsigned long)-1)

#endif
