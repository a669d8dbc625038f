/* What a model checker is told before the harness: how handlers choose what they leave open. */
#include <stdint.h>
uint64_t nondet_uint64(void);
#ifdef __CPROVER__
#define PARLEY_ASSUME __CPROVER_assume
#else
#define PARLEY_ASSUME __ESBMC_assume
#endif

uint64_t parley_own_any(void)
{
	return nondet_uint64();
}

void parley_own_assume(int holds)
{
	PARLEY_ASSUME(holds);
}
