#include "label.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "colour.h"
#include "output.h"
#include "sgr.h"
#include "stamp.h"

struct label {
	bool first_time; /* the time and a tab go first */
	bool has_time;   /* there or in the text */
	bool has_text;
	char behind;        /* between the text and the line */
	const char *colour; /* begins its colour */
	size_t len;
	char text[];
};

/* The place of the time in the text from there on, or NULL. */
static const char *
find_time(const char *text, size_t len)
{
	return len == 0 ? NULL : memmem(text, len, LABEL_TIME, LABEL_TIME_LEN);
}

struct label *
label_new(const struct output_label *spec, bool stamped)
{
	struct label *label = xmalloc(sizeof(*label) + spec->len);
	bool within = find_time(spec->text, spec->len) != NULL;

	*label = (struct label){ .first_time = stamped && !within,
		.has_time = stamped || within,
		.has_text = spec->text != NULL,
		.behind = spec->behind,
		.colour = colour_begin(spec->colour),
		.len = spec->len };
	if (spec->len > 0)
		memcpy(label->text, spec->text, spec->len);
	return label;
}

void
label_free(struct label *label)
{
	free(label);
}

bool
label_has_time(const struct label *label)
{
	return label->has_time;
}

void
label_write(const struct label *label, const struct stamp *stamp, bool coloured,
    struct buf *out)
{
	const char *p = label->text, *end = p + label->len, *time;
	char text[STAMP_MAX] = "";

	coloured = coloured && label->len > 0;
	if (label->has_time)
		stamp_write(stamp, text);
	if (label->first_time) {
		buf_puts(out, text);
		buf_append(out, "\t", 1);
	}
	if (coloured)
		buf_puts(out, label->colour);
	while ((time = find_time(p, (size_t)(end - p))) != NULL) {
		buf_append(out, p, (size_t)(time - p));
		buf_puts(out, text);
		p = time + LABEL_TIME_LEN;
	}
	buf_append(out, p, (size_t)(end - p));
	if (coloured)
		buf_puts(out, SGR_RESET);
	if (label->has_text)
		buf_append(out, &label->behind, 1);
}
