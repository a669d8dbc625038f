/*
 * A suite as the RMM compliance suite has it: one request, the revision that it was built for. Bits 63:31 of `lower` and
 * `higher` are zero, and on success `lower` is the request. A failure passes, and `higher` may be anything else.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESERVED UINT64_C(0xffffffff80000000)

static uint64_t member(const char *line, const char *name)
{
	char key[16];
	const char *at;

	snprintf(key, sizeof(key), "\"%s\"", name);
	at = strstr(line, key);
	at = at ? strstr(at + strlen(key), "0x") : NULL;
	if (!at) {
		fprintf(stderr, "no %s in %s", name, line);
		exit(2);
	}
	return strtoull(at, NULL, 16);
}

int main(int argc, char **argv)
{
	const uint64_t requested = argc > 1 ? strtoull(argv[1], NULL, 16) : 0x10000;
	char line[4096];
	uint64_t status, lower, higher;

	/* {"start": 1, "supported": ["1.0"]} is nothing to a suite that is built for one revision. */
	if (!fgets(line, sizeof(line), stdin))
		return 2;
	printf("{\"id\": 1, \"x1\": \"0x%" PRIx64 "\"}\n", requested);
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		return 2;
	status = member(line, "x0");
	lower = member(line, "x1");
	higher = member(line, "x2");
	if ((lower & RESERVED) || (higher & RESERVED))
		return 1;
	return status != 0 || lower == requested ? 0 : 1;
}
