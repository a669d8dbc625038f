/* What stands for <assert.h>. */
#undef assert
#define assert(holds) parley_assert(!!(holds), #holds)
#define static_assert _Static_assert
