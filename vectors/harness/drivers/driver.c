/* What runs a harness in C without a model checker; `drivers.py` puts in what stands between two @. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARLEY_HELD = 0, PARLEY_NOT_ASSUMED, PARLEY_CHOSE_BADLY, PARLEY_ASSERTED, PARLEY_CRASHED, PARLEY_ENDED };

static sigjmp_buf parley_attempt;
static uint64_t parley_words[@WORDS@];
static unsigned int parley_used, parley_kept;
static unsigned long parley_asserts;
static int parley_chose;
static char parley_said[256];
static uint64_t parley_state;
static const uint64_t parley_pool[] = { @POOL@ };

static uint64_t parley_random(void)
{
	parley_state ^= parley_state << 13;
	parley_state ^= parley_state >> 7;
	parley_state ^= parley_state << 17;
	return parley_state >> 11;
}

static uint64_t parley_draw(void)
{
	static const uint64_t steps[] = { @STEPS@ };
	const uint64_t choice = parley_random() % 8;
	uint64_t word;

	if (choice < 1)
		return parley_random() % 6;
	if (choice < 4 || !parley_used)
		word = parley_pool[parley_random() % (sizeof(parley_pool) / sizeof(parley_pool[0]))];
	else
		word = parley_words[parley_random() % parley_used];
	if (choice == 2 || choice == 3 || choice == 4)
		return word;
	if (choice < 6)
		return word ^ steps[parley_random() % (sizeof(steps) / sizeof(steps[0]))];
	return choice < 7 ? word + steps[parley_random() % @UP@] : word - steps[parley_random() % @UP@];
}

uint64_t parley_any(void)
{
	if (parley_used == @WORDS@)
		siglongjmp(parley_attempt, PARLEY_NOT_ASSUMED);
	if (parley_used >= parley_kept)
		parley_words[parley_used] = parley_draw();
	return parley_words[parley_used++];
}

void parley_assume(int holds)
{
	if (!holds)
		siglongjmp(parley_attempt, PARLEY_NOT_ASSUMED);
}

/* What an implementation chooses is no input. */
uint64_t parley_own_any(void)
{
	parley_chose = 1;
	return parley_draw();
}

void parley_own_assume(int holds)
{
	if (!holds)
		siglongjmp(parley_attempt, PARLEY_CHOSE_BADLY);
}

void parley_assert(int holds, const char *says)
{
	parley_asserts++;
	if (holds)
		return;
	snprintf(parley_said, sizeof(parley_said), "%s", says ? says : "an assertion");
	siglongjmp(parley_attempt, PARLEY_ASSERTED);
}

/* That a program ends is no failed property to CBMC or ESBMC, however it does. */
void abort(void)
{
	siglongjmp(parley_attempt, PARLEY_ENDED);
}

void exit(int status)
{
	(void)status;
	siglongjmp(parley_attempt, PARLEY_ENDED);
}

void _Exit(int status)
{
	exit(status);
}

static void parley_crashed(int signal)
{
	if (signal == SIGABRT)
		siglongjmp(parley_attempt, PARLEY_ENDED);
	snprintf(parley_said, sizeof(parley_said), "it crashes (signal %d)", signal);
	siglongjmp(parley_attempt, PARLEY_CRASHED);
}

@NONDET@

extern unsigned int parley_at;

static int parley_run(void)
{
	const int ended = sigsetjmp(parley_attempt, 0);

	if (ended)
		return ended == PARLEY_ENDED ? PARLEY_HELD : ended;
	parley_used = 0;
	parley_own_called = 0;
	@CALL@;
	return PARLEY_HELD;
}

struct parley_input {
	unsigned int used;
	uint64_t *words;
};

static struct parley_input parley_inputs[@INPUTS@];

int main(int argc, char **argv)
{
	const unsigned int handlers = (unsigned int)atoi(argv[1]);
	unsigned int count = 0, missed = 0, i;
	int answered, silent;
	unsigned long tries;
	const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGILL };
	struct sigaction action;

	(void)argc;
	memset(&action, 0, sizeof(action));
	action.sa_handler = parley_crashed;
	action.sa_flags = SA_NODEFER;
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, 0);
	parley_state = 0x9e3779b97f4a7c15;
	parley_at = 0;
	parley_kept = 0;
	for (tries = 0; tries < @TRIES@ && count < @INPUTS@; tries++) {
		const int ended = parley_run();
		struct parley_input *const input = &parley_inputs[count];

		if (ended == PARLEY_CHOSE_BADLY && ++missed % 64) {
			parley_kept = parley_used;
			continue;
		}
		if (ended == PARLEY_NOT_ASSUMED || ended == PARLEY_CHOSE_BADLY) {
			parley_kept = ++missed % 64 && parley_used ? parley_used - 1 : 0;
			continue;
		}
		if (ended) {
			printf("0 fails %s\n", parley_said);
			return 0;
		}
		input->used = parley_used;
		input->words = malloc((parley_used + 1) * sizeof(uint64_t));
		if (!input->words)
			return 3;
		memcpy(input->words, parley_words, parley_used * sizeof(uint64_t));
		count++;
		parley_kept = parley_used ? (unsigned int)(parley_random() % parley_used) : 0;
	}
	printf("0 inputs %u asserts %lu\n", count, parley_asserts);
	fflush(stdout);
	for (parley_at = 1; parley_at < handlers; parley_at++) {
		parley_state = 0x9e3779b97f4a7c15 + parley_at;
		answered = silent = 0;
		for (i = 0; i < count; i++) {
			int ended = PARLEY_HELD, again;

			for (again = 0; again < 8; again++) {
				parley_kept = parley_inputs[i].used;
				memcpy(parley_words, parley_inputs[i].words, parley_kept * sizeof(uint64_t));
				parley_chose = 0;
				ended = parley_run();
				if (parley_chose)
					*(ended == PARLEY_CHOSE_BADLY ? &silent : &answered) = 1;
				if (!parley_chose || ended >= PARLEY_ASSERTED)
					break;
			}
			if (ended >= PARLEY_ASSERTED)
				break;
		}
		if (i < count)
			printf("%u caught %s\n", parley_at, parley_said);
		else if (silent && !answered)
			printf("%u silent\n", parley_at);
		else
			printf("%u held\n", parley_at);
		fflush(stdout);
	}
	return 0;
}
