struct parley_own_choices {
	uint64_t key[@WORDS@];
	uint64_t chosen[@OPEN@];
	unsigned int count;
};

static struct parley_own_choices parley_own_calls[@CALLS@];
static unsigned int parley_own_called, parley_own_call, parley_own_choice;

#define PARLEY_OWN_SAME(n) (n < parley_own_called@SAME@)

@HEAD@
{
	unsigned int i;
@SETS@
	(void)config;
	(void)i;
	parley_own_choice = 0;
	parley_own_call = @FOUND@parley_own_called;
	if (parley_own_call < parley_own_called || parley_own_called == @CALLS@)
		return;
@KEPT@	parley_own_calls[parley_own_call].count = 0;
	parley_own_called++;
}

static uint64_t parley_own_chosen(void)
{
	struct parley_own_choices *it;

	if (parley_own_call == @CALLS@)
		return parley_own_any();
	it = &parley_own_calls[parley_own_call];
	if (parley_own_choice == it->count)
		it->chosen[it->count++] = parley_own_any();
	return it->chosen[parley_own_choice++];
}
