/* parse_jobs(): a limit is 0 or at least 1, and grows with the CPUs. */
#include <assert.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/parse.h"
#include "base/xalloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int cpus[] = { 1, 2, 3, 8, 100, 4096, INT_MAX };
	struct jobs_limit limit = { JOBS_NUMBER, -1 };
	char *s = xmemdup0(data, size);
	int64_t before = 0;

	if (parse_jobs(s, &limit) < 0) {
		assert(limit.kind == JOBS_NUMBER && limit.n == -1);
		free(s);
		return 0;
	}
	assert(limit.n >= 0 && limit.n <= INT_MAX);
	for (size_t i = 0; i < sizeof(cpus) / sizeof(*cpus); i++) {
		int64_t n = jobs_limit_resolve(&limit, cpus[i]);

		assert(n >= before);
		assert(n >= 1 || (limit.kind == JOBS_NUMBER && limit.n == 0));
		before = n;
	}
	free(s);
	return 0;
}
