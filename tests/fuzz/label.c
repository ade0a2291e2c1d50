/*
 * label_next(): the first byte says how long the label is, the second how much
 * room there is, the third how long the pieces of the text are.  Each line that
 * comes out has a label, and without the labels the text is as it was.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "output/label.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char tag[] = "0123456789abcdef";

/* What must come out: the label and a tab at the start of each line. */
static void
expect(struct buf *out, size_t tag_len, const uint8_t *text, size_t len)
{
	int mid_line = 0;

	for (size_t i = 0; i < len; i++) {
		if (!mid_line) {
			buf_append(out, tag, tag_len);
			buf_append(out, "\t", 1);
		}
		buf_append(out, (const char *)text + i, 1);
		mid_line = text[i] != '\n' && text[i] != '\r';
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf expected = BUF_INIT, got = BUF_INIT;
	size_t tag_len, room, piece;
	bool mid_line = false;
	struct label *label;
	char space[256];

	if (size < 3 || size > 4096)
		return 0;
	tag_len = data[0] % sizeof(tag);
	room = 1 + data[1] % sizeof(space);
	piece = 1 + data[2];
	data += 3;
	size -= 3;
	label = label_new(tag, tag_len);
	assert(label_input_max(label) > 0);
	expect(&expected, tag_len, data, size);
	for (size_t at = 0; at < size; at += piece) {
		struct label_run run;
		size_t n, whole;

		label_begin(&run, label, (const char *)data + at,
		    size - at < piece ? size - at : piece, mid_line);
		while ((n = label_next(&run, space, room, &whole)) > 0) {
			assert(n <= room && whole <= n);
			assert(whole == 0 || space[whole - 1] == '\n');
			assert(memchr(space + whole, '\n', n - whole) == NULL);
			buf_append(&got, space, n);
		}
		mid_line = label_is_mid_line(&run);
	}
	assert(got.len == expected.len);
	assert(got.len == 0 || memcmp(got.data, expected.data, got.len) == 0);
	label_free(label);
	buf_release(&expected);
	buf_release(&got);
	return 0;
}
