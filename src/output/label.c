#include "label.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* Bytes to label in one run at most. */
#define INPUT_MAX 131072
/* Bytes that should come out of one run at most. */
#define LABELLED_MAX 1048576
/*
 * Bytes that may always be labelled in one run, or long labels would make it
 * slow.  The longest possible label (128 KiB, each byte escaped) makes 8 MiB of
 * them.
 */
#define INPUT_MIN 16

struct label {
	size_t len;
	char text[];
};

struct label *
label_new(const char *tag, size_t len)
{
	struct label *label = xmalloc(sizeof(*label) + len + 1);

	memcpy(label->text, tag, len);
	label->text[len] = '\t';
	label->len = len + 1;
	return label;
}

void
label_free(struct label *label)
{
	free(label);
}

size_t
label_input_max(const struct label *label)
{
	size_t most = LABELLED_MAX / (label->len + 1);

	if (most > INPUT_MAX)
		return INPUT_MAX;
	return most > INPUT_MIN ? most : INPUT_MIN;
}

/* Returns the place of c, or end. */
static const char *
find(const char *data, const char *end, char c)
{
	const char *found = memchr(data, c, (size_t)(end - data));

	return found != NULL ? found : end;
}

void
label_begin(struct label_run *run, const struct label *label, const char *data,
    size_t len, bool mid_line)
{
	run->label = label;
	run->data = data;
	run->end = data + len;
	run->lf = find(data, run->end, '\n');
	run->cr = find(data, run->end, '\r');
	run->label_left = mid_line ? 0 : label->len;
}

/* How many bytes of the line are left, with its end. */
static size_t
rest_of_line(struct label_run *run)
{
	const char *last;

	if (run->lf < run->data)
		run->lf = find(run->data, run->end, '\n');
	if (run->cr < run->data)
		run->cr = find(run->data, run->end, '\r');
	last = run->lf < run->cr ? run->lf : run->cr;
	return (size_t)(last - run->data) + (last < run->end);
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t
label_next(struct label_run *run, char *buf, size_t size, size_t *ret_whole)
{
	const struct label *label = run->label;
	size_t done = 0, whole = 0;

	while (run->data < run->end && done < size) {
		size_t n = least(run->label_left, size - done);

		memcpy(
		    buf + done, label->text + label->len - run->label_left, n);
		run->label_left -= n;
		done += n;
		n = least(rest_of_line(run), size - done);
		if (n == 0)
			break; /* no room behind the label */
		memcpy(buf + done, run->data, n);
		run->data += n;
		done += n;
		if (buf[done - 1] == '\n')
			whole = done;
		if (buf[done - 1] == '\n' || buf[done - 1] == '\r')
			run->label_left = label->len;
	}
	*ret_whole = whole;
	return done;
}

bool
label_is_mid_line(const struct label_run *run)
{
	return run->label_left == 0;
}
