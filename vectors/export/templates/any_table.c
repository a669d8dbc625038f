/* Any table of well-formed revisions, ascending; how many it has. */
static unsigned int any_table(uint64_t *table)
{
	const unsigned int count = (unsigned int)nondet_uint64();
	unsigned int i;

	__CPROVER_assume(count <= REVISIONS);
	for (i = 0; i < REVISIONS; i++) {
		table[i] = nondet_uint64();
		__CPROVER_assume((table[i] & ZEROS) == 0);
		__CPROVER_assume(i == 0 || i >= count || table[i - 1] < table[i]);
	}
	return count;
}
