/*
 * cut_block() and its kin: blocks are never empty nor more than there is, and
 * end where a record does; what is stripped is no longer than before.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "input/csv.h"
#include "input/cut.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whether a block of fixed ends may end there. */
static void
check_end(const struct cut_options *options, const char *data, size_t at)
{
	size_t end = strlen(options->end);

	if (options->csv || options->regexp || options->column != 0 ||
	    options->lines > 0 || strchr(options->end, '\\') != NULL ||
	    strchr(options->start, '\\') != NULL)
		return;
	assert(at >= end && memcmp(data + at - end, options->end, end) == 0);
	assert(strncmp(data + at, options->start, strlen(options->start)) == 0);
}

/* Rules, the start and the end of records with a NUL behind each, the input. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cut_options options = { .colsep = "," };
	struct buf out = BUF_INIT;
	char *text, *bytes, *error;
	struct cut *cut;
	size_t at = 0, len, n;

	if (size < 6 || size > 2048)
		return 0;
	text = malloc(size + 1);
	memcpy(text, data, size);
	text[size] = '\0';
	options.regexp = text[0] & 1;
	options.blind_start = text[0] & 2;
	options.records = (text[0] >> 2) & 3;
	options.lines = (text[0] >> 4) & 1;
	options.column = (text[0] >> 5) & 1;
	options.csv = (text[0] >> 6) & 1;
	options.start = text + 1;
	options.end = options.start + strlen(options.start) + 1;
	bytes = options.end < text + size
	    ? (char *)(uintptr_t)options.end + strlen(options.end) + 1
	    : NULL;
	if (bytes == NULL || bytes > text + size ||
	    (cut = cut_new(&options, &error)) == NULL) {
		if (bytes != NULL && bytes <= text + size)
			free(error);
		free(text);
		return 0;
	}
	len = (size_t)(text + size - bytes);
	for (; (n = cut_block(cut, bytes + at, len - at, false)) > 0; at += n) {
		assert(n <= len - at);
		assert(!options.csv || options.lines > 0 ||
		    !csv_is_open(bytes + at, n));
		check_end(&options, bytes, at + n);
	}
	cut_strip(cut, bytes, len, &out);
	assert(out.len <= len);
	n = cut_start(cut, bytes, len);
	assert(n == SIZE_MAX || n <= len);
	buf_release(&out);
	cut_free(cut);
	free(text);
	return 0;
}
