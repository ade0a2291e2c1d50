/*
 * csv_field() and csv_unquote(): the first byte says how long the separator is;
 * the fields are in order, inside the text; what is put into quotes is found
 * again; a record that a quote leaves open has no last field.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "input/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
split(const char *text, size_t len, const char *separator)
{
	size_t at = 0, start, end, next, before = 0;

	while (at <= len) {
		next = csv_field(text, len, at, separator, &start, &end);
		if (next == 0)
			return;
		assert(next > at && next <= len + 1);
		assert(start >= before && start <= end && end <= len);
		before = end;
		at = next;
	}
	assert(!csv_is_open(text, len));
}

/* Puts the text into quotes as the only field of a record. */
static void
quote(const char *text, size_t len, const char *separator)
{
	struct buf record = BUF_INIT;
	size_t start, end;

	buf_puts(&record, "\"");
	for (size_t i = 0; i < len; i++)
		buf_append(&record, text[i] == '"' ? "\"\"" : text + i,
		    text[i] == '"' ? 2 : 1);
	assert(csv_is_open(record.data, record.len));
	buf_puts(&record, "\"");
	assert(!csv_is_open(record.data, record.len));
	assert(csv_field(record.data, record.len, 0, separator, &start, &end) ==
	    record.len + 1);
	assert(start == 1 && end == record.len - 1);
	assert(csv_unquote(record.data + start, end - start) == len);
	assert(len == 0 || memcmp(record.data + start, text, len) == 0);
	buf_release(&record);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t cut = size > 0 ? 1 + data[0] % 4 : 0;
	char *separator, *text;

	if (size < cut + 1 || memchr(data + 1, '\0', size - 1) != NULL)
		return 0;
	separator = xmemdup0((const char *)data + 1, cut);
	text = xmemdup0((const char *)data + 1 + cut, size - 1 - cut);
	if (strchr(separator, '"') == NULL) {
		split(text, size - 1 - cut, separator);
		quote(text, size - 1 - cut, separator);
	}
	free(separator);
	free(text);
	return 0;
}
