/* ESBMC has CBMC's intrinsics under names of its own. */
#ifndef __CPROVER__
#define __CPROVER_assume __ESBMC_assume
#define __CPROVER_assert __ESBMC_assert
#endif

#ifdef COVER
#define PROMISE(holds, says) ((void)(holds))
#define REACHED(says) __CPROVER_assert(0, says)
#else
#define PROMISE(holds, says) __CPROVER_assert(holds, says)
#define REACHED(says) ((void)0)
#endif

/* How a counterexample is told. */
#ifndef TELL
#include <stdio.h>
#define TELL(...) ((void)printf(__VA_ARGS__))
#endif

uint64_t nondet_uint64(void);
