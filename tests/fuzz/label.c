/*
 * labelling_next(): the first byte says how long the label is and whether there
 * are colours, the second how much room there is, the third how long the pieces
 * of the text are.  Each line that comes out has a label; without the labels
 * the text is as it was, but for sequences that turn colours off and on.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "output/label.h"
#include "output/labelling.h"
#include "output/output.h"
#include "output/stamp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char tag[] = "0123456789abcdef";

/* What must come out without colours: the label at the start of each line. */
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

/* Labels the text, piece by piece. */
static void
run(struct labelling *l, const uint8_t *data, size_t size, size_t piece,
    size_t room, struct buf *got)
{
	char space[256];
	size_t n, whole;

	for (size_t at = 0; at < size; at += piece) {
		assert(labelling_input_max(l) > 0);
		labelling_begin(l, (const char *)data + at,
		    size - at < piece ? size - at : piece);
		while ((n = labelling_next(l, space, room, &whole)) > 0) {
			assert(n <= room && whole <= n);
			assert(whole == 0 || space[whole - 1] == '\n');
			assert(memchr(space + whole, '\n', n - whole) == NULL);
			buf_append(got, space, n);
		}
	}
	buf_append(got, space, labelling_end(l, false, space));
}

/* With colours there are as many lines, and none is shorter. */
static void
check_coloured(const struct buf *got, const uint8_t *data, size_t size)
{
	size_t want = 0, have = 0;

	for (size_t i = 0; i < size; i++)
		want += data[i] == '\n';
	for (size_t i = 0; i < got->len; i++)
		have += got->data[i] == '\n';
	assert(want == have && got->len >= size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct stamp stamp = { .format = "%%" };
	struct buf expected = BUF_INIT, got = BUF_INIT;
	struct output_label spec = { .text = tag, .behind = '\t' };
	struct labelling *l;
	struct label *label;
	bool coloured;

	if (size < 3 || size > 4096)
		return 0;
	spec.len = (data[0] & 127) % sizeof(tag);
	coloured = data[0] >= 128;
	label = label_new(&spec, false);
	l = labelling_new(label, &stamp, coloured);
	run(l, data + 3, size - 3, 1 + data[2], 1 + data[1] % 200u, &got);
	expect(&expected, spec.len, data + 3, size - 3);
	if (coloured) {
		check_coloured(&got, data + 3, size - 3);
	} else {
		assert(got.len == expected.len);
		assert(got.len == 0 ||
		    memcmp(got.data, expected.data, got.len) == 0);
	}
	labelling_free(l);
	label_free(label);
	buf_release(&expected);
	buf_release(&got);
	return 0;
}
