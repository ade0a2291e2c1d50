/* halt_parse() and halt_reached(): more of what counts never reopens. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "scope/halt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As jobs end one after the other, what was reached stays reached. */
static void
check_reached(const struct halt *halt, uint64_t total, unsigned failures)
{
	struct halt_counts counts = { .total = total, .total_known = true };
	bool reached = false;

	for (uint64_t i = 0; i < total; i++) {
		bool now;

		if (failures >> i % 16 & 1)
			counts.failed++;
		else
			counts.succeeded++;
		now = halt_reached(halt, &counts);
		assert(now || !reached);
		reached = now;
	}
	if (halt->why == HALT_DONE && halt->percent)
		assert(reached == (halt->when != HALT_NEVER && total > 0));
	counts.total_known = false;
	if (halt_reached(halt, &counts))
		assert(halt->when != HALT_NEVER);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct halt untouched = { HALT_NOW, HALT_DONE, -1, true };
	struct halt halt = untouched;
	const char *why = NULL;
	char *s;

	if (size < 3)
		return 0;
	s = xmemdup0(data + 3, size - 3);
	if (halt_parse(s, &halt, &why) == 0) {
		assert(halt.limit >= 1 && why == NULL);
		assert(!halt.percent || halt.limit <= 100);
		check_reached(&halt, data[0], data[1] | (unsigned)data[2] << 8);
	} else {
		assert(why != NULL && halt.limit == -1);
		assert(halt.when == HALT_NOW && halt.why == HALT_DONE);
	}
	free(s);
	return 0;
}
