/*
 * records_next(): however the input comes in pieces, the records are those that
 * memmem(3) finds in the whole.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "input/budget.h"
#include "input/records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What has come so far must be records of the text from *at on. */
static void
take(struct records *r, const char **at, const char *end, bool all)
{
	const char *text, *mark;
	size_t len;

	while (*r->budget = BUDGET_OF_A_CALL,
	    records_next(r, &text, &len) == SOURCE_RECORD) {
		mark = memmem(*at, (size_t)(end - *at), r->delimiter.bytes,
		    r->delimiter.len);
		assert(mark != NULL || all);
		assert(len == (size_t)((mark != NULL ? mark : end) - *at));
		assert(memcmp(text, *at, len) == 0);
		*at = mark != NULL ? mark + r->delimiter.len : end;
	}
}

/* The delimiter's length and bytes, the length of the pieces, the input. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct delimiter delimiter = { .len = 0 };
	struct budget budget;
	struct records r;
	const char *at, *end;
	size_t piece;
	int fds[2];

	if (size < 8 || size > 4096)
		return 0;
	delimiter.len = 1 + data[0] % 4;
	memcpy(delimiter.bytes, data + 1, delimiter.len);
	piece = 1 + data[5];
	at = (const char *)data + 6;
	end = (const char *)data + size;
	if (pipe2(fds, O_NONBLOCK) < 0)
		return 0;
	records_init(&r, fds[0], &delimiter, &budget);
	for (const char *s = at; s < end; s += piece) {
		size_t len =
		    (size_t)(end - s) < piece ? (size_t)(end - s) : piece;

		assert(write(fds[1], s, len) == (ssize_t)len);
		take(&r, &at, s + len, false);
	}
	close(fds[1]);
	take(&r, &at, end, true);
	assert(at == end && records_ended(&r));
	records_release(&r);
	close(fds[0]);
	return 0;
}
