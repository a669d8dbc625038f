/*
 * An RMM behind two pipes, for `parley conform`: a request a line on standard
 * input, a reply a line on standard output. C99 and nothing else.
 *
 * cc -DRULE=conforms rmm.c -o rmm && ./rmm [REVISION ...]
 *
 * RULE is one of the functions below; the revisions are those of a fixed build.
 * Without any, each request says what is supported.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 4096

static uint64_t supported[MOST];
static unsigned int count;

static uint64_t newest(void)
{
	uint64_t found = 0;

	for (unsigned int i = 0; i < count; i++)
		if (supported[i] > found)
			found = supported[i];
	return found;
}

static int known(uint64_t requested)
{
	for (unsigned int i = 0; i < count; i++)
		if (supported[i] == requested)
			return 1;
	return 0;
}

/* DEN0137 IJNVXJ. For a request with reserved bits, any supported revision may be lower. */
static uint64_t conforms(uint64_t requested, uint64_t *lower, uint64_t *higher)
{
	int older = 0;

	*lower = *higher = newest();
	if (known(requested)) {
		*lower = requested;
		return 0;
	}
	for (unsigned int i = 0; i < count && requested >> 31 == 0; i++)
		if (supported[i] < requested && (!older || supported[i] > *lower)) {
			older = 1;
			*lower = supported[i];
		}
	return 1;
}

/* TF-RMM: an exact match, else the newest twice. */
static uint64_t tf_rmm(uint64_t requested, uint64_t *lower, uint64_t *higher)
{
	*lower = *higher = newest();
	if (!known(requested))
		return 1;
	*lower = requested;
	return 0;
}

/* TF-A's test RMM: 0.0 alone. */
static uint64_t trp(uint64_t requested, uint64_t *lower, uint64_t *higher)
{
	*lower = *higher = 0;
	return requested != 0;
}

/* The test RMM of Rusted Firmware-A: 0.8 alone, and the low 32 bits of the request. */
static uint64_t rusted_firmware(uint64_t requested, uint64_t *lower, uint64_t *higher)
{
	*lower = *higher = (uint32_t)requested >> 31 ? 0 : 8;
	return (uint32_t)requested != 8;
}

/* Islet after its pull request 373: 1.0 alone, reserved bits masked off. */
static uint64_t islet(uint64_t requested, uint64_t *lower, uint64_t *higher)
{
	*lower = *higher = 0x10000;
	return (requested & 0x7fffffff) != 0x10000;
}

/* Islet before its pull request 373: on failure both revisions are 0. */
static uint64_t islet_before_373(uint64_t requested, uint64_t *lower, uint64_t *higher)
{
	uint64_t failed = (requested & 0x7fffffff) != 0x10000;

	*lower = *higher = failed ? 0 : 0x10000;
	return failed;
}

/* Islet's handler for realms: on failure the registers are left as they were. */
static uint64_t islet_rsi(uint64_t requested, uint64_t *lower, uint64_t *higher)
{
	uint64_t failed = (requested & 0x7fffffff) != 0x10000;

	*lower = failed ? requested : 0x10000;
	*higher = failed ? 0xdead : 0x10000;
	return failed;
}

/* A QEMU fork: every request succeeds. */
static uint64_t qemu_fork(uint64_t requested, uint64_t *lower, uint64_t *higher)
{
	(void)requested;
	*lower = *higher = 0x10000;
	return 0;
}

static uint64_t (*const rules[])(uint64_t, uint64_t *, uint64_t *) = {
	conforms, tf_rmm, trp, rusted_firmware, islet, islet_before_373, islet_rsi, qemu_fork, RULE,
};

static void support(const char *text)
{
	uint64_t major, minor;

	if (count < MOST && sscanf(text, "%" SCNu64 ".%" SCNu64, &major, &minor) == 2)
		supported[count++] = major << 16 | minor;
}

int main(int argc, char **argv)
{
	static char line[1 << 16];

	for (int i = 1; i < argc; i++)
		support(argv[i]);
	while (fgets(line, sizeof(line), stdin)) {
		const char *set = strstr(line, "\"supported\":["), *end = set ? strchr(set, ']') : NULL;
		const char *id = strstr(line, "\"id\":"), *x1 = strstr(line, "\"x1\":\"");
		uint64_t status, lower, higher;

		if (!id || !x1)
			return 2;
		if (argc == 1)
			count = 0;
		for (const char *at = set; argc == 1 && end && at < end; at++)
			if (at[-1] == '"' && *at >= '0' && *at <= '9')
				support(at);
		status = rules[sizeof(rules) / sizeof(*rules) - 1](strtoull(x1 + 6, NULL, 16), &lower, &higher);
		printf("{\"id\":%ld,\"x0\":\"0x%" PRIx64 "\",\"x1\":\"0x%" PRIx64 "\",\"x2\":\"0x%" PRIx64 "\"}\n",
		       strtol(id + 5, NULL, 10), status, lower, higher);
		fflush(stdout);
	}
	return 0;
}
