/* What stands before the harness: the intrinsics of CBMC and ESBMC as functions. */
#define __CPROVER__ 1
#define PARLEY_RUN 1
#define TELL(...) ((void)0)
void parley_assume(int holds);
void parley_assert(int holds, const char *says);
#define __CPROVER_assume(holds) parley_assume(!!(holds))
#define __ESBMC_assume(holds) parley_assume(!!(holds))
#define __VERIFIER_assume(holds) parley_assume(!!(holds))
#define __CPROVER_assert(holds, says) parley_assert(!!(holds), says)
#define __ESBMC_assert(holds, says) parley_assert(!!(holds), says)
#define __VERIFIER_assert(holds) parley_assert(!!(holds), #holds)
#define __CPROVER_cover(holds) ((void)(holds))
#define __CPROVER_bool _Bool
