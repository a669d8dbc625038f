static struct @PREFIX@term @PREFIX@before(struct @PREFIX@term it)
{
	it.known = it.known && it.word != 0;
	it.word -= it.known;
	return it;
}

static struct @PREFIX@term @PREFIX@after(struct @PREFIX@term it)
{
	it.known = it.known && it.word != ~(@U64@)0;
	it.word += it.known;
	return it;
}

static struct @PREFIX@term @PREFIX@smaller(struct @PREFIX@term a, struct @PREFIX@term b)
{
	a.known = a.known && b.known;
	if (b.word < a.word)
		a.word = b.word;
	return a;
}

static struct @PREFIX@term @PREFIX@larger(struct @PREFIX@term a, struct @PREFIX@term b)
{
	a.known = a.known && b.known;
	if (b.word > a.word)
		a.word = b.word;
	return a;
}

static @U64@ @PREFIX@ones(@U64@ word)
{
	/* The highest bit that is one, and all below it. */
	word |= word >> 1;
	word |= word >> 2;
	word |= word >> 4;
	word |= word >> 8;
	word |= word >> 16;
	word |= word >> 32;
	return word;
}

static struct @PREFIX@term @PREFIX@greatest(struct @PREFIX@term low, struct @PREFIX@term high, @U64@ zeros)
{
	/* From one to another, with these bits zero: below one that is not, all are ones. */
	high.word = (high.word | @PREFIX@ones(high.word & zeros)) & ~zeros;
	high.known = high.known && low.known && low.word <= high.word;
	return high;
}

static struct @PREFIX@term @PREFIX@least(struct @PREFIX@term low, struct @PREFIX@term high, @U64@ zeros)
{
	/* From one to another, with these bits zero: one more above one that is not. */
	const @U64@ wrong = @PREFIX@ones(low.word & zeros);
	const @U64@ full = low.word | wrong | zeros;

	if (wrong) {
		low.known = low.known && full != ~(@U64@)0;
		low.word = (full + low.known) & ~zeros;
	}
	low.known = low.known && high.known && low.word <= high.word;
	return low;
}

static @BOOL@ @PREFIX@is_in(const @U64@ *table, unsigned int count, @U64@ word)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (table[i] == word)
			return 1;
	}
	return 0;
}

static struct @PREFIX@term @PREFIX@known(@U64@ word)
{
	const struct @PREFIX@term it = { 1, word };

	return it;
}

static struct @PREFIX@term @PREFIX@nothing(void)
{
	const struct @PREFIX@term it = { 0, 0 };

	return it;
}

static @BOOL@ @PREFIX@equal(struct @PREFIX@term a, struct @PREFIX@term b)
{
	return a.known && b.known && a.word == b.word;
}

static @BOOL@ @PREFIX@less(struct @PREFIX@term a, struct @PREFIX@term b)
{
	return a.known && b.known && a.word < b.word;
}

static @BOOL@ @PREFIX@at_most(struct @PREFIX@term a, struct @PREFIX@term b)
{
	return a.known && b.known && a.word <= b.word;
}

static struct @PREFIX@term @PREFIX@bits(struct @PREFIX@term it, unsigned int low, @U64@ mask)
{
	it.word = (it.word >> low) & mask;
	return it;
}

static struct @PREFIX@term @PREFIX@put(struct @PREFIX@term it, unsigned int low, @U64@ mask, struct @PREFIX@term value)
{
	it.known = it.known && value.known && value.word <= mask;
	it.word = (it.word & ~(mask << low)) | ((value.word & mask) << low);
	return it;
}
